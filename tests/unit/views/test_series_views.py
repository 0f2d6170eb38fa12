"""The modals about series."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.series import (
    MOST_AT_ONCE,
    MOST_SKIPPED,
    Dates,
    Fault,
    Problem,
    Typed,
    list_rules,
    plan_at,
)
from bot.views.ids import ManageRef
from bot.views.series import (
    Around,
    build_goes_on_elsewhere,
    build_repeat,
    read_written,
    rule_in_words,
    series_errors,
    write_typed,
)
from bot.views.series_preview import build_series_preview, series_made
from tests.factories import NOW, make_seminar
from tests.payloads import check_view

WEEK = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 8, 7), ["Every Friday", "Every other Friday", "Every first Friday of the month"]),
        (date(2020, 8, 14), ["Every Friday", "Every other Friday", "Every second Friday of the month"]),
        (date(2020, 8, 31), ["Every Monday", "Every other Monday", "The last Monday of the month"]),
    ],
)
def test_rules_name_their_day(day: date, expected: list[str]) -> None:
    assert expected == [rule_in_words(rule) for rule in list_rules(day)]


def test_the_form_asks_six_things_of_a_talk_and_five_of_a_series() -> None:
    first = build_repeat(make_seminar(), Typed(), around=None)
    more = build_repeat(make_seminar(), Typed(), around=Around("A term", make_seminar()))

    check_view(first)
    check_view(more)
    names = ["repeat", "more", "until", "skip", "announce", "title"]
    assert names == [block["block_id"] for block in first["blocks"] if block["type"] == "input"]
    assert names[:-1] == [block["block_id"] for block in more["blocks"] if block["type"] == "input"]
    assert more["title"]["text"] == "Add more dates"


def test_the_form_shows_again_what_was_typed_and_what_is_wrong() -> None:
    typed = Typed("fortnightly", "7", "2020-12-24", "2020-08-21", "now", "A <!channel> term")

    view = build_repeat(make_seminar(), typed, around=None, faults=[Fault("more", Problem.HOW_FAR_TWICE)])

    check_view(view)
    elements = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert elements["repeat"]["initial_option"]["value"] == "fortnightly"
    assert elements["more"]["initial_value"] == "7"
    assert elements["until"]["initial_date"] == "2020-12-24"
    assert elements["announce"]["initial_option"]["value"] == "now"
    assert elements["title"]["initial_value"] == "A <!channel> term"
    assert view["blocks"][2]["text"]["text"].startswith("How many more: Give either a number or a last date")


def test_the_largest_preview_fits() -> None:
    seminar = make_seminar(title="W" * 150)
    planned = [
        plan_at(seminar, seminar.starts_local + number * WEEK, ahead=WEEK, now=NOW)
        for number in range(1, MOST_AT_ONCE + 1)
    ]
    days = tuple(date(2020, 8, 8) + timedelta(days=number) for number in range(MOST_SKIPPED))
    dates = Dates(tuple(planned), days[:30], (datetime(2020, 10, 4, 2, 30),), days[30:])  # noqa: DTZ001
    typed = Typed("weekly", "30", "", "\n".join(map(str, days)), "1w", "|" * 150)
    ref = ManageRef(7, about=write_typed(typed), seen="0" * 16)

    view = build_series_preview(
        seminar, dates, [f"C{number}" for number in range(10)], NOW, ref, title=typed.title, is_changed=True
    )

    check_view(view)
    assert view["submit"]["text"] == "Make 30 Seminars"
    assert len(view["private_metadata"]) <= 3000
    assert len(view["blocks"][-1]["elements"][0]["value"]) <= 2000


def test_what_was_typed_is_read_as_it_was_written() -> None:
    typed = Typed("weekly", "3", "", "2020-08-14\n2020-08-21", "1w", "A | “B” \\u007c")

    written = write_typed(typed)

    assert "|" not in written
    assert typed == read_written(written)


@pytest.mark.parametrize("nonsense", ["", "{", "[]", "7"])
def test_what_is_not_ours_is_nothing_typed(nonsense: str) -> None:
    assert read_written(nonsense) is None


def test_a_talk_inside_a_series_leads_to_its_last_one() -> None:
    last = replace(make_seminar(), id=9)

    view = build_goes_on_elsewhere(make_seminar(), Around("A term", last), NOW)

    check_view(view)
    assert view["blocks"][-1]["elements"][0]["value"] == "9"


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (WEEK, "The first is announced on Friday 7 August, 11:00 in Sydney (AEST)."),
        (None, "The first is being announced now."),
    ],
)
def test_it_is_said_what_was_made(ahead: timedelta | None, expected: str) -> None:
    seminar = make_seminar()
    planned = plan_at(seminar, seminar.starts_local + WEEK, ahead=ahead, now=NOW)

    said = series_made("A term", seminar.zone, [planned], NOW)

    assert said == f"1 seminar was made in the series “A term”. {expected}"


def test_a_date_that_cannot_be_read_is_named_with_its_line() -> None:
    said = series_errors([Fault("skip", Problem.SKIP_WRONG, 2, "14.8.2020")])

    assert said == {"skip": "Line 2: “14.8.2020” is no date that I can read. Write it as 2026-03-31."}
