"""How long a seat is held for a waiter who is asked first."""

from datetime import datetime, time, timedelta

from bot.domain.zones import get_zone, instant_of

LONGEST = timedelta(hours=12)
SHORTEST = timedelta(minutes=15)
AUTOMATIC_FROM = timedelta(hours=2)  # before the start nobody is asked any more
_SHARE = 4
_NIGHT_FROM, _NIGHT_UNTIL = time(22), time(8)


def hold_until(now: datetime, starts_at: datetime, zone: str) -> datetime | None:
    """Return until when a seat that is offered now is held; None where the waiter simply gets it.

    A quarter of the time left, 12 hours at most and 15 minutes at least. It does
    not run out in the waiter's night, from 22:00 to 8:00, but at 8:00, unless the
    talk begins before that. In the last two hours nobody is asked.

    Args:
        now: When the seat becomes free.
        starts_at: When the talk starts.
        zone: The waiter's zone, or the venue's while theirs is not known.
    """
    left = starts_at - now
    if left <= AUTOMATIC_FROM:
        return None
    until = now + max(SHORTEST, min(LONGEST, left / _SHARE))
    morning = _end_of_night(until, zone)
    return until if morning is None or morning >= starts_at else morning


def _end_of_night(at: datetime, zone: str) -> datetime | None:
    """Return when the night ends that a moment lies in; None by day."""
    local = at.astimezone(get_zone(zone)).replace(tzinfo=None)
    if _NIGHT_UNTIL <= local.time() < _NIGHT_FROM:
        return None
    day = local.date() if local.time() < _NIGHT_UNTIL else local.date() + timedelta(days=1)
    return instant_of(datetime.combine(day, _NIGHT_UNTIL), zone)
