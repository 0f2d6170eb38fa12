"""Wall-clock time in a zone: the promise that a seminar makes.

A seminar stores the local time and the zone; the instant follows from them.
Where clocks change, a local time can be missing (the gap) or come twice (the
fold). We take the reading of PEP 495 with ``fold=0``: in a gap the time before
the change is meant, so 02:30 becomes 03:30; in a fold the first of the two.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


class UnknownZoneError(ValueError):
    """The name is not a zone of the IANA database."""


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Return the IANA names that a person may choose, such as ``Australia/Sydney``."""
    areas = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian"}
    areas |= {"Pacific"}
    return frozenset(
        name for name in available_timezones() if name.partition("/")[0] in areas or name == "UTC"
    )


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone of that IANA name, or None if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def get_zone(name: str) -> ZoneInfo:
    """Return the zone of that IANA name.

    Raises:
        UnknownZoneError: If the database has no such zone.
    """
    zone = find_zone(name)
    if zone is None:
        raise UnknownZoneError(name)
    return zone


def instant_of(local: datetime, zone: str) -> datetime:
    """Return the UTC instant of a naive wall-clock time in a zone."""
    return local.replace(tzinfo=get_zone(zone), fold=0).astimezone(UTC)


def is_missing(local: datetime, zone: str) -> bool:
    """Tell whether that wall-clock time is skipped by a change of clocks."""
    back = instant_of(local, zone).astimezone(get_zone(zone)).replace(tzinfo=None)
    return back != local


def is_doubled(local: datetime, zone: str) -> bool:
    """Tell whether that wall-clock time comes twice on that day."""
    info = get_zone(zone)
    first, second = (local.replace(tzinfo=info, fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset() and not is_missing(local, zone)


def offset_at(at: datetime, zone: str) -> timedelta:
    """Return how far ahead of UTC the zone's clocks are at an instant."""
    return at.astimezone(get_zone(zone)).utcoffset() or timedelta()


def is_same_clock(at: datetime, zone: str, other: str) -> bool:
    """Tell whether two zones show the same time at an instant."""
    return offset_at(at, zone) == offset_at(at, other)


def city_of(zone: str) -> str:
    """Return the place a person would call the zone: ``Australia/Sydney`` is Sydney."""
    return zone.rpartition("/")[2].replace("_", " ")


def clock_face(at: datetime, zone: str) -> str:
    """Write the time of day of an instant in a zone, such as ``11:00``."""
    return at.astimezone(get_zone(zone)).strftime("%H:%M")


def day_and_clock(at: datetime, zone: str, *, now: datetime | None = None) -> str:
    """Write day and time of an instant in a zone, such as ``Friday 7 August, 11:00``.

    The year is added unless the instant lies within six months of ``now``.
    """
    local = at.astimezone(get_zone(zone))
    year = "" if now is not None and abs(at - now) < timedelta(days=183) else f" {local.year}"
    return f"{local:%A} {local.day} {local:%B}{year}, {local:%H:%M}"


def day_and_range(start: datetime, end: datetime, zone: str, *, now: datetime | None = None) -> str:
    """Write a span in a zone, such as ``Friday 7 August, 11:00–12:30``."""
    last = end.astimezone(get_zone(zone))
    days = last.date() > start.astimezone(get_zone(zone)).date()
    until = day_and_clock(end, zone, now=now) if days else f"{last:%H:%M}"
    return f"{day_and_clock(start, zone, now=now)}–{until}"


def duration_in_words(span: timedelta) -> str:
    """Write a positive duration as a person says it: ``1 day``, ``55 minutes``, ``2 hours``.

    Rounded to the nearest minute, and to the nearest hour from six hours on,
    so that a reminder sent four seconds late still says "1 hour".
    """
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes >= 24 * 60 - 30:
        days, rest = divmod(round(minutes / 60), 24)
        return _join((days, "day"), (rest, "hour"))
    if minutes >= 6 * 60:
        return _join((round(minutes / 60), "hour"), (0, "minute"))
    hours, rest = divmod(minutes, 60)
    return _join((hours, "hour"), (rest, "minute"))


def _join(*parts: tuple[int, str]) -> str:
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " and ".join(words)
