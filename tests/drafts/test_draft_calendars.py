"""Seminars read from iCalendar files."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.drafts import Draft, read_calendar

pytest.importorskip("icalendar")

FILE = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//EN\r
BEGIN:VEVENT\r
UID:1@example\r
DTSTAMP:20260901T000000Z\r
DTSTART;TZID=Australia/Sydney:20261111T130000\r
DURATION:PT1H30M\r
SUMMARY:Reefs\\, after the heat\r
LOCATION:Room 2\\, https://jcu.zoom.us/j/123\r
DESCRIPTION:A talk.\r
ORGANIZER:mailto:reef@example.edu\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_an_event_fills_the_form() -> None:
    expected = Draft(
        title="Reefs, after the heat",
        abstract="A talk.",
        start=datetime(2026, 11, 11, 13),  # noqa: DTZ001  a wall-clock time
        end=datetime(2026, 11, 11, 14, 30),  # noqa: DTZ001  a wall-clock time
        zone="Australia/Sydney",
        place="Room 2",
        online_link="https://jcu.zoom.us/j/123",
        contact="reef@example.edu",
        found=1,
    )

    assert expected == read_calendar(FILE)


@pytest.mark.parametrize(
    "text",
    ["", "BEGIN:VCALENDAR", "hello\nworld", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VEVENT\nX"],
)
def test_what_is_no_calendar_is_empty(text: str) -> None:
    assert read_calendar(text) == Draft()
