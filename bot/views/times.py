"""When something is, in words: the promised time, and the reader's where it differs.

Who reads a message in a channel is unknown, so there Slack writes the reader's
time itself, by rich text's ``date`` element. Where old clients and notifications
cannot, its fallback carries date, time and the zone's abbreviation.
"""

from datetime import datetime
from typing import TypeGuard

from slack_sdk.models.blocks import RichTextElement, RichTextElementParts

from bot.domain.seminar import Seminar
from bot.domain.zones import city_of, day_and_clock, day_and_range, find_zone, get_zone, is_same_clock
from bot.views.rich import words


def zone_mark(at: datetime, zone: str) -> str:
    """Return the zone's abbreviation at an instant: ``AEST``, or ``UTC+5:45`` where it has none."""
    name = at.astimezone(get_zone(zone)).tzname() or "UTC"
    if name[0] not in "+-":
        return name
    hours, minutes = int(name[1:3]), name[3:5]
    return f"UTC{name[0]}{hours}" + (f":{minutes}" if minutes and minutes != "00" else "")


def venue_time(start: datetime, end: datetime | None, zone: str, now: datetime) -> str:
    """Write a time as promised: ``Friday 7 August, 11:00–12:30 in Sydney (AEST)``."""
    mark = zone_mark(start, zone)
    where = mark if city_of(zone) == mark else f"in {city_of(zone)} ({mark})"
    return f"{_time(start, end, zone, now)} {where}"


def slack_time(start: datetime, end: datetime | None, zone: str) -> list[RichTextElement]:
    """Return pieces that Slack fills with the reader's own time."""
    pieces: list[RichTextElement] = [
        RichTextElementParts.Date(
            timestamp=int(start.timestamp()),
            format="{date_long}, {time}",
            fallback=f"{day_and_clock(start, zone)} {zone_mark(start, zone)}",
        )
    ]
    if end is not None:
        until = RichTextElementParts.Date(
            timestamp=int(end.timestamp()),
            format="{time}",
            fallback=f"{end.astimezone(get_zone(zone)):%H:%M} {zone_mark(end, zone)}",
        )
        pieces += [words("–"), until]
    return pieces


def when_text(
    start: datetime, end: datetime | None, zone: str, now: datetime, reader_zone: str | None
) -> str:
    """Write a time for one reader: theirs first, with the promised one beside it where they differ.

    While the reader's zone is unknown it is the promised time alone.
    """
    promised = venue_time(start, end, zone, now)
    if not is_known(reader_zone) or _is_same(start, end, zone, reader_zone):
        return promised
    return f"{_time(start, end, reader_zone, now)} your time ({zone_mark(start, reader_zone)}); {promised}"


def when_pieces(
    start: datetime, end: datetime | None, zone: str, now: datetime, reader_zone: str | None
) -> list[RichTextElement]:
    """Return ``when_text`` as pieces; Slack fills in the reader's time while their zone is unknown."""
    if is_known(reader_zone):
        return [words(when_text(start, end, zone, now, reader_zone))]
    return [*slack_time(start, end, zone), words(f" your time; {venue_time(start, end, zone, now)}")]


def seminar_text(seminar: Seminar, now: datetime, reader_zone: str | None) -> str:
    """Write when a seminar is, for one reader."""
    return when_text(seminar.starts_at, seminar.ends_at, seminar.zone, now, reader_zone)


def seminar_pieces(seminar: Seminar, now: datetime, reader_zone: str | None) -> list[RichTextElement]:
    """Return when a seminar is, for one reader, as pieces."""
    return when_pieces(seminar.starts_at, seminar.ends_at, seminar.zone, now, reader_zone)


def is_known(zone: str | None) -> TypeGuard[str]:
    """Tell whether the reader's zone is one that we can write times in."""
    return zone is not None and find_zone(zone) is not None


def _time(start: datetime, end: datetime | None, zone: str, now: datetime) -> str:
    return day_and_clock(start, zone, now=now) if end is None else day_and_range(start, end, zone, now=now)


def _is_same(start: datetime, end: datetime | None, zone: str, other: str) -> bool:
    return all(is_same_clock(at, zone, other) for at in (start, end or start))
