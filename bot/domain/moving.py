"""Moving a seminar: what those who come must know, and who is told of a change of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.domain.reminding import MomentKind, plan_moments
from bot.domain.room import Room, State
from bot.domain.seminar import Phase, Seminar, decide_phase

SHARED_FOR = timedelta(minutes=2)  # moves within that time make one notice
_HAS_SEAT = frozenset({State.SEATED})
_CONCERNED = frozenset({State.SEATED, State.OFFERED, State.WAITLISTED})


@dataclass(frozen=True, slots=True)
class Facts:
    """When and where a seminar is: a change of any of it is a move."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    online_link: str

    def to_details(self) -> dict[str, str]:
        """Write them as values that JSON holds."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        return {**asdict(self), **times}

    @classmethod
    def from_details(cls, details: Mapping[str, str]) -> "Facts":
        """Read what ``to_details`` wrote."""
        return cls(
            datetime.fromisoformat(details["starts_at"]),
            datetime.fromisoformat(details["ends_at"]),
            details["zone"],
            details["place"],
            details["online_link"],
        )


def facts_of(seminar: Seminar) -> Facts:
    """Return when and where a seminar is."""
    return Facts(seminar.starts_at, seminar.ends_at, seminar.zone, seminar.place, seminar.online_link)


def as_it_was(seminar: Seminar, facts: Facts) -> Seminar:
    """Return the seminar with the time and place that it had."""
    return replace(seminar, **{name: getattr(facts, name) for name in Facts.__dataclass_fields__})


def is_news(old: Facts, new: Facts, *, has_seat: bool) -> bool:
    """Tell whether a change of when and where concerns somebody.

    Whoever has no seat knows that there is an online link, and not which one.
    """
    if has_seat:
        return old != new
    return _without_link(old) != _without_link(new)


def _without_link(facts: Facts) -> Facts:
    return replace(facts, online_link="online" if facts.online_link.strip() else "")


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of a move.

    Attributes:
        seats: Those with a seat.
        line: Those in line, or with a seat held for them.
        silenced: Those to whom an earlier move, still untold, is not told either: it was taken back.
    """

    seats: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    silenced: tuple[str, ...] = ()


def choose_told(room: Room, after: Seminar, known: Mapping[str, Facts], now: datetime) -> Told:
    """Decide who is told that a seminar changes.

    Args:
        room: The seminar as it is, with everybody in it.
        after: The seminar as it becomes.
        known: What those believe to whom an earlier move was not told yet; the others know what is so now.
        now: The time of the change.
    """
    if decide_phase(after, now) in (Phase.CANCELLED, Phase.OVER):
        return Told()
    present, new = facts_of(room.seminar), facts_of(after)
    people = sorted(user_id for user_id, held in room.known.items() if held.state in _CONCERNED)
    seats: list[str] = []
    line: list[str] = []
    silenced: list[str] = []
    for user_id in people:
        has_seat = room.known[user_id].state in _HAS_SEAT
        if is_news(known.get(user_id, present), new, has_seat=has_seat):
            (seats if has_seat else line).append(user_id)
        elif user_id in known:
            silenced.append(user_id)
    return Told(tuple(seats), tuple(line), tuple(silenced))


def count_moved_reminders(before: Seminar, after: Seminar, now: datetime) -> int:
    """Count the reminders to come that change their time, are withdrawn or are new."""
    old, new = _reminders(before, now), _reminders(after, now)
    return sum(1 for offset in old.keys() | new.keys() if old.get(offset) != new.get(offset))


def _reminders(seminar: Seminar, now: datetime) -> dict[timedelta | None, datetime]:
    if seminar.cancelled_at is not None:
        return {}
    moments = plan_moments(seminar, now)
    return {one.offset: one.due_at for one in moments if one.kind is MomentKind.REMINDER}
