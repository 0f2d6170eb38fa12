"""A seminar for people's calendars, as an iCalendar file.

Source: RFC 5545 (iCalendar) and RFC 5546 (what a METHOD asks a calendar to do).
A seminar's UID stays for ever and its SEQUENCE grows with each change of time or
place, so a calendar that knows the event moves it instead of adding another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.domain.seminar import Seminar
from bot.domain.text import clean
from bot.domain.zones import get_zone
from bot.views.facts import speakers_text
from bot.views.rich import title_of
from bot.views.text import cut, find_web_link, one_line

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

PRODUCT = "-//Seminar Bot//Seminar Bot//EN"
_ALARM = timedelta(hours=-1)
_TEXT_LIMIT = 3000
_FEED_EVERY = timedelta(hours=1)
_HALF_YEAR = timedelta(days=150)


class Method(StrEnum):
    """What a file asks a calendar to do."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


def uid_of(seminar: Seminar) -> str:
    """Return the name under which calendars know a seminar, for ever."""
    return f"seminar-{seminar.workspace_id}-{seminar.id}@seminar-bot"


def file_name_of(seminar: Seminar) -> str:
    """Return the name of a seminar's calendar file, such as ``seminar-2020-08-07.ics``."""
    return f"seminar-{seminar.starts_local:%Y-%m-%d}.ics"


def build_calendar_file(seminar: Seminar, now: datetime, *, has_seat: bool) -> bytes:
    """Build the iCalendar file of one seminar as it stands.

    Args:
        seminar: The seminar; where it was cancelled the file takes it out of the calendar.
        now: When the file is made.
        has_seat: Whether its reader has a seat: only then it holds the online link.
    """
    is_cancelled = seminar.cancelled_at is not None
    method = Method.CANCEL if is_cancelled else Method.PUBLISH
    return _write([_event(seminar, now, has_seat=has_seat)], method)


def build_feed(seats: Sequence[Seminar], now: datetime) -> bytes:
    """Build a member's calendar feed: every seminar that they have a seat for."""
    return _write([_event(seminar, now, has_seat=True) for seminar in seats], Method.PUBLISH, is_feed=True)


def _write(events: Sequence["Event"], method: Method, *, is_feed: bool = False) -> bytes:
    from icalendar import Calendar  # it takes a while to load, and few starts need it at once

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if is_feed:
        calendar.add("name", "Seminars")
        calendar.add("x-wr-calname", "Seminars")
        calendar.add("refresh-interval", _FEED_EVERY, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", _FEED_EVERY)
    for event in events:
        calendar.add_component(event)
    days = [event.decoded("dtstart").date() for event in events]
    if is_feed or not days:
        calendar.add_missing_timezones()
    else:
        # Half a year to each side: then each change of clocks stands there by itself. Some calendars do not
        # read the lists that a longer time would take.
        calendar.add_missing_timezones(first_date=min(days) - _HALF_YEAR, last_date=max(days) + _HALF_YEAR)
    return bytes(calendar.to_ical())


def _event(seminar: Seminar, now: datetime, *, has_seat: bool) -> "Event":
    from icalendar import Alarm, Event  # as in _write

    zone = get_zone(seminar.zone)
    is_cancelled = seminar.cancelled_at is not None
    event = Event()
    event.add("uid", uid_of(seminar))
    event.add("dtstamp", now)
    event.add("sequence", seminar.sequence)
    event.add("dtstart", seminar.starts_at.astimezone(zone))
    event.add("dtend", seminar.ends_at.astimezone(zone))
    event.add("summary", title_of(seminar))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("organizer", _organizer())
    place = one_line(seminar.place, 300)
    online = find_web_link(seminar.online_link) if has_seat else None
    if place or online:
        event.add("location", place or "Online")
    if online:
        event.add("url", online)
    event.add("description", _description(seminar, online))
    if not is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title_of(seminar))
        alarm.add("trigger", _ALARM)
        event.add_component(alarm)
    return event


def _organizer() -> "vCalAddress":
    """Return who publishes the event, which RFC 5546 wants to know; nobody answers there."""
    from icalendar import vCalAddress, vText  # as in _write

    organizer = vCalAddress("mailto:seminar-bot@seminar-bot.invalid")
    organizer.params["CN"] = vText("Seminar Bot")
    return organizer


def _description(seminar: Seminar, online: str | None) -> str:
    speakers = speakers_text(seminar)
    parts = [f"With {speakers}." if speakers else "", f"Online: {online}" if online else ""]
    parts.append(cut(clean(seminar.abstract).strip(), _TEXT_LIMIT))
    return "\n\n".join(part for part in parts if part)
