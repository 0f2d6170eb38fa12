"""Calendar files, read back by a parser that is not the one that wrote them; and links."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.seminar import Seminar
from bot.views.calendar import build_calendar_file, build_feed, file_name_of
from bot.views.calendar_links import google_link, outlook_link
from tests.factories import NOW, make_seminar

ONLINE = "https://meet.example.org/khorgos"


@pytest.fixture(autouse=True)
def forgetful_reader() -> None:
    """The other parser keeps the first zone of a name that it meets, for good."""
    getattr(vobject.icalendar, "__tzidMap").clear()


def read(seminar: Seminar, *, has_seat: bool = True) -> Any:
    return vobject.readOne(build_calendar_file(seminar, NOW, has_seat=has_seat).decode())


def test_a_file_says_when_in_the_seminars_zone_and_carries_the_zone() -> None:
    calendar = read(make_seminar(sequence=3))

    event = calendar.vevent
    assert calendar.method.value == "PUBLISH"
    assert event.uid.value == "seminar-1-7@seminar-bot"
    assert event.sequence.value == "3"
    assert event.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Australia/Sydney"]
    assert event.dtstart.value.astimezone(UTC) == datetime(2020, 8, 7, 1, 0, tzinfo=UTC)
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=90)
    assert calendar.vtimezone.contents["tzid"][0].value == "Australia/Sydney"
    assert event.valarm.trigger.value == timedelta(hours=-1)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 9, 0)),  # noqa: DTZ001 - the day its clocks go forward
        ("Europe/Berlin", datetime(2026, 10, 25, 9, 0)),  # noqa: DTZ001 - and back
        ("Asia/Kathmandu", datetime(2026, 6, 1, 9, 0)),  # noqa: DTZ001 - a zone of three quarters of an hour
        ("America/St_Johns", datetime(2026, 11, 1, 9, 0)),  # noqa: DTZ001 - as above
        ("UTC", datetime(2026, 6, 1, 9, 0)),  # noqa: DTZ001 - no zone to carry
    ],
)
def test_another_reader_finds_the_same_instant(zone: str, day: datetime) -> None:
    seminar = make_seminar(starts_local=day, zone=zone)

    assert read(seminar).vevent.dtstart.value.astimezone(UTC) == seminar.starts_at


def test_a_cancelled_seminar_is_taken_out_of_the_calendar_under_the_same_name() -> None:
    before = read(make_seminar())
    after = read(make_seminar(cancelled_at=NOW, sequence=1))

    assert after.method.value == "CANCEL"
    assert after.vevent.status.value == "CANCELLED"
    assert before.vevent.uid.value == after.vevent.uid.value
    assert int(after.vevent.sequence.value) > int(before.vevent.sequence.value)
    assert not hasattr(after.vevent, "valarm")


def test_only_who_has_a_seat_gets_the_online_link() -> None:
    seminar = make_seminar(online_link=ONLINE)

    with_seat, without = (build_calendar_file(seminar, NOW, has_seat=has_seat) for has_seat in (True, False))

    assert read(seminar).vevent.url.value == ONLINE
    assert b"meet.example.org" in with_seat.replace(b"\r\n ", b"")
    assert b"meet.example.org" not in without.replace(b"\r\n ", b"")


@given(title=st.text(max_size=200), abstract=st.text(max_size=400), place=st.text(max_size=100))
def test_any_text_comes_back_as_one_event(title: str, abstract: str, place: str) -> None:
    written = build_calendar_file(
        make_seminar(title=title, abstract=abstract, place=place), NOW, has_seat=True
    )

    assert written.count(b"BEGIN:VEVENT") == 1
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert vobject.readOne(written.decode()).vevent.uid.value == "seminar-1-7@seminar-bot"


def test_a_feed_holds_every_seat_and_each_zone_once() -> None:
    seats = [make_seminar(), make_seminar(id=8), make_seminar(id=9, zone="Europe/Berlin")]

    feed = vobject.readOne(build_feed(seats, NOW).decode())

    assert [event.uid.value for event in feed.vevent_list] == [
        "seminar-1-7@seminar-bot",
        "seminar-1-8@seminar-bot",
        "seminar-1-9@seminar-bot",
    ]
    zones = [zone.contents["tzid"][0].value for zone in feed.vtimezone_list]
    assert sorted(zones) == ["Australia/Sydney", "Europe/Berlin"]


def test_a_feed_without_a_seat_is_a_calendar_all_the_same() -> None:
    assert build_feed([], NOW).startswith(b"BEGIN:VCALENDAR")


def test_links_open_a_calendar_with_the_seminar_in_it() -> None:
    seminar = make_seminar(title="Rivers & dams", online_link=ONLINE)

    google = parse_qs(urlsplit(google_link(seminar)).query)
    outlook = parse_qs(urlsplit(outlook_link(seminar)).query)

    assert google["dates"] == ["20200807T110000/20200807T123000"]
    assert google["ctz"] == ["Australia/Sydney"]
    assert google["text"] == outlook["subject"] == ["Rivers & dams"]
    assert outlook["startdt"] == ["2020-08-07T01:00:00Z"]
    assert ONLINE not in google_link(seminar) + outlook_link(seminar)


def test_a_file_is_named_by_its_day() -> None:
    assert file_name_of(make_seminar()) == "seminar-2020-08-07.ics"
