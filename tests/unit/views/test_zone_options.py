"""The search for a time zone: what is found, and how it is written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import known_zones
from bot.views.zone_options import build_zone_option, build_zone_options

NOW = datetime(2026, 7, 29, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("canb", "Canberra / Sydney (UTC+10:00)"),
        ("Zürich", "Zürich / Geneva (UTC+02:00)"),
        ("zurich", "Zürich / Geneva (UTC+02:00)"),
        ("new york", "New York / Washington / Boston (UTC-04:00)"),
        ("india", "Delhi / Mumbai / Bengaluru (UTC+05:30)"),
        ("germany", "Berlin / Munich (UTC+02:00)"),
        ("Asia/Urumqi", "Urumqi, China (UTC+06:00)"),
        ("Antarctica/Troll", "Troll, Antarctica (UTC+02:00)"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_what_people_call_it(query: str, first: str) -> None:
    assert build_zone_options(query, NOW)[0]["text"]["text"] == first


def test_an_unknown_place_finds_nothing() -> None:
    assert build_zone_options("atlantis", NOW) == []


def test_the_offset_is_the_one_of_that_season() -> None:
    winter = datetime(2026, 1, 15, tzinfo=UTC)

    assert build_zone_option("Australia/Sydney", winter)["text"]["text"] == "Canberra / Sydney (UTC+11:00)"


@given(st.text())
def test_any_query_gives_at_most_a_hundred_different_zones(query: str) -> None:
    options = build_zone_options(query, NOW)

    values = [option["value"] for option in options]
    assert len(values) == len(set(values)) <= 100
    assert set(values) <= known_zones()


def test_every_zone_is_found_by_its_own_name() -> None:
    options = {zone: build_zone_option(zone, NOW) for zone in known_zones()}

    assert [zone for zone, option in options.items() if option not in build_zone_options(zone, NOW)] == []
    assert max(len(option["text"]["text"]) for option in options.values()) <= 75
