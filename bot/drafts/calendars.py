"""Read a seminar from an iCalendar file."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import available_timezones

from bot.drafts.draft import Draft
from bot.drafts.facts import links, meeting_links

_MANY: Final = 5_000_000


def read_calendar(text: str) -> Draft:
    """Return the first event of an iCalendar file as a filled form; `found` counts the events.

    A text that is no calendar gives an empty draft.
    """
    # It pulls in its own tables; only a pasted .ics file needs them.
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(text[:_MANY])
        events = [
            one
            for one in calendar.walk("VEVENT")
            if str(one.get("STATUS", "")).upper() != "CANCELLED" and not one.get("RECURRENCE-ID")
        ]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):
        return Draft()
    if not events:
        return Draft()
    return _event(events[0], len(events))


def _event(event: Any, found: int) -> Draft:  # noqa: ANN401  icalendar's components are untyped maps
    notes = [f"The file holds {found} events; this is the first."] if found > 1 else []
    reasons: dict[str, str] = {}
    stated = _when(event, "DTSTART")
    until = _when(event, "DTEND")
    start, zone = stated or (None, None)
    end = until[0] if until else None
    length = event.get("DURATION")
    if start and end is None and length is not None and isinstance(getattr(length, "dt", None), timedelta):
        end = start + length.dt
    if event.get("DTSTART") is not None and not isinstance(event["DTSTART"].dt, datetime):
        reasons["start"] = "The event lasts all day; midnight stands for its start."
        end = None
    if event.get("RRULE") is not None:
        notes.append("The event repeats; only its first time is read.")
    description, place = _text(event, "DESCRIPTION"), _text(event, "LOCATION")
    url = _text(event, "URL")
    meeting = meeting_links(f"{place or ''}\n{description or ''}\n{url or ''}")
    where = re.sub(r"https?://\S{1,900}", "", place or "").strip(" ,;") or None
    if not meeting and place and links(place):
        meeting = links(place)
    return Draft(
        title=_text(event, "SUMMARY"), abstract=description, start=start, end=end, zone=zone, place=where,
        online_link=meeting[0] if meeting else None, contact=_text(event, "CONTACT") or _organizer(event),
        doubtful=tuple(reasons), reasons=reasons, notes=(*reasons.values(), *notes), found=found,
    )  # fmt: skip


def _when(event: Any, key: str) -> tuple[datetime, str | None] | None:  # noqa: ANN401  icalendar's components are untyped maps
    value = getattr(event.get(key), "dt", None)
    if isinstance(value, datetime):
        key_of_zone = getattr(value.tzinfo, "key", None)
        offset = value.utcoffset()
        zone = (
            key_of_zone
            if key_of_zone in available_timezones()
            else "UTC"
            if offset is not None and not offset
            else None
        )
        return value.replace(tzinfo=None), zone
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day), None  # noqa: DTZ001  a wall-clock time
    return None


def _text(event: Any, key: str) -> str | None:  # noqa: ANN401  icalendar's components are untyped maps
    value = event.get(key)
    if isinstance(value, list):
        value = value[0]
    return str(value).strip() or None if value is not None else None


def _organizer(event: Any) -> str | None:  # noqa: ANN401  icalendar's components are untyped maps
    mail = _text(event, "ORGANIZER")
    return re.sub(r"(?i)^mailto:", "", mail) if mail else None
