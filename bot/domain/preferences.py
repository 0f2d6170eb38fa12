"""What a member chose about being reminded, and what follows from it for one reminder."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.domain.zones import get_zone, instant_of


@dataclass(frozen=True, slots=True)
class Preferences:
    """A member's own choice; nothing chosen is an empty one.

    Attributes:
        is_muted: Whether they want no reminders.
        reminders: How long before the start they want to be reminded too.
        quiet_from: When their quiet hours begin, on the clock of their zone.
        quiet_until: When these end; both are set, or none.
    """

    is_muted: bool = False
    reminders: frozenset[timedelta] = field(default_factory=frozenset)
    quiet_from: time | None = None
    quiet_until: time | None = None


def end_of_quiet(at: datetime, preferences: Preferences, zone: str) -> datetime | None:
    """Return when the quiet hours end that a moment lies in; None if it lies in none.

    At their beginning it is quiet, at their end it is not any more. They may go
    over midnight; where both ends are the same there are none.
    """
    begin, end = preferences.quiet_from, preferences.quiet_until
    if begin is None or end is None or begin == end:
        return None
    local = at.astimezone(get_zone(zone)).replace(tzinfo=None)
    clock = local.time()
    is_over_midnight = begin > end
    if is_over_midnight and not (clock >= begin or clock < end):
        return None
    if not is_over_midnight and not begin <= clock < end:
        return None
    is_evening = is_over_midnight and clock >= begin
    day = local.date() + timedelta(days=1) if is_evening else local.date()
    return instant_of(datetime.combine(day, end), zone)
