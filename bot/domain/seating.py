"""What staff do with seats and the line: each a change with its author and reason.

All of it works on a `Room` whose registrations and whole line are known. Every
path that frees a seat serves the line in the same step.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.consequence import Consequence, summarize_changes
from bot.domain.registering import fill_seats, is_line_served
from bot.domain.room import LINE_GAP, Cause, Change, Registration, Room, State
from bot.domain.seminar import Phase, Seminar, decide_phase


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seats there are, None for no limit, and whether a line is kept when they are taken."""

    capacity: int | None
    has_waitlist: bool


@dataclass(frozen=True, slots=True)
class LimitsChange:
    """What new limits do: exactly this is shown before they are saved.

    Attributes:
        phase: Where the seminar stands; of one that is cancelled or over nothing changes.
        before: The limits until now.
        after: The limits as they become.
        consequence: Whom the change touches.
        would_move: Who would go to the front of the line if the latest were to give up their seats;
            empty if they do.
        waiting: How many are in line afterwards.
        is_line_served: Whether they get seats that become free.
    """

    phase: Phase
    before: Limits
    after: Limits
    consequence: Consequence = field(default_factory=Consequence)
    would_move: tuple[str, ...] = ()
    waiting: int = 0
    is_line_served: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether seats can be changed at all by now."""
        return self.phase not in (Phase.CANCELLED, Phase.OVER)

    @property
    def is_change(self) -> bool:
        """Whether anything becomes different."""
        touched = self.consequence.served or self.consequence.lined
        return self.is_possible and (self.before != self.after or bool(touched))

    def fingerprint(self) -> str:
        """Return a short text that differs where what is shown does."""
        return self.consequence.fingerprint(self.before, self.after, self.phase)


def limits_of(seminar: Seminar) -> Limits:
    """Return the limits of a seminar."""
    return Limits(seminar.capacity, seminar.has_waitlist)


def decide_limits(
    room: Room, wanted: Limits, now: datetime, *, actor: str, moves_latest: bool = False
) -> LimitsChange:
    """Give a room new limits, and return what that does to people; see `change_limits`.

    Once the talk has begun nobody is moved to a line that is not served any more.
    """
    before, phase = limits_of(room.seminar), decide_phase(room.seminar, now)
    if phase in (Phase.CANCELLED, Phase.OVER):
        return LimitsChange(phase, before, wanted)
    after = replace(room.seminar, capacity=wanted.capacity, has_waitlist=wanted.has_waitlist)
    can_move = phase is not Phase.BEGUN
    changes = change_limits(room, after, now, actor=actor, moves_latest=moves_latest and can_move)
    over = count_over(room)
    return LimitsChange(
        phase,
        before,
        wanted,
        summarize_changes(changes, over=over),
        tuple(held.user_id for held in reversed(list_latest(room, over))) if can_move else (),
        room.count.waiting,
        is_line_served(after, now),
    )


def change_limits(
    room: Room, after: Seminar, now: datetime, *, actor: str, moves_latest: bool = False
) -> list[Change]:
    """Take over new limits: seats, the line, and whether it is served.

    More seats go to the line at once. With fewer, everybody keeps theirs, unless
    ``moves_latest``: then those who got a seat last go to the front of the line,
    in the order in which they got it.

    Args:
        room: The seminar under its lock, with everybody known.
        after: The seminar with its new limits.
        now: The time of the change.
        actor: Who of the staff does it.
        moves_latest: Whether those above the limit lose their seats.
    """
    room.seminar = after
    moved = _move_latest(room, actor) if moves_latest else []
    because_of = moved[0].number if moved else None
    return [*moved, *fill_seats(room, now, because_of=because_of, cause=Cause.MORE_SEATS, actor=actor)]


def count_over(room: Room) -> int:
    """Return how many more seats are taken than there are."""
    return 0 if room.seminar.capacity is None else max(0, room.count.taken - room.seminar.capacity)


def list_latest(room: Room, number: int) -> list[Registration]:
    """Return so many of those who got a seat last, the last one first."""
    taken = [held for held in room.known.values() if held.state in (State.SEATED, State.OFFERED)]
    return sorted(taken, key=lambda held: held.change, reverse=True)[:number]


def _move_latest(room: Room, actor: str) -> list[Change]:
    # The last of them first: each goes before the one moved just before it.
    return [
        room.set_state(
            held.user_id, State.WAITLISTED, Cause.FEWER_SEATS, actor=actor, line_key=_front_key(room)
        )
        for held in list_latest(room, count_over(room))
    ]


def seat_person(
    room: Room, user_id: str, *, actor: str, reason: str, cause: Cause = Cause.SEATED
) -> Change | None:
    """Give somebody a seat, out of turn and above the limit if need be; None if they have one."""
    held = room.known.get(user_id)
    if held is not None and held.state is State.SEATED:
        return None
    return room.set_state(user_id, State.SEATED, cause, actor=actor, reason=reason or None)


def remove_person(
    room: Room,
    user_id: str,
    now: datetime,
    *,
    actor: str | None,
    reason: str,
    cause: Cause = Cause.REMOVED,
) -> list[Change]:
    """Take somebody's seat or place in line; a freed seat goes to the line. Empty if they had nothing."""
    held = room.known.get(user_id)
    if held is None or held.state is State.RELEASED:
        return []
    change = room.set_state(user_id, State.RELEASED, cause, actor=actor, reason=reason or None)
    return [change, *fill_seats(room, now, because_of=change.number)]


def move_in_line(room: Room, user_id: str, place: int, *, actor: str, reason: str) -> Change | None:
    """Move a waiter to a place in line, 1 for the front; beyond the end means the end.

    None if they do not wait or are there already. Where the neighbours' keys leave no number between
    them, the line behind gets new ones: each of those people has a row of the ledger because of the
    move, and stands where they stood.
    """
    if user_id not in room.head:
        return None
    others = [other for other in room.head if other != user_id]
    index = min(max(place, 1), len(others) + 1) - 1
    if room.head.index(user_id) == index:
        return None
    key = _key_between(
        _key(room.known[others[index - 1]]) if index > 0 else None,
        _key(room.known[others[index]]) if index < len(others) else None,
        end=room.next_number * LINE_GAP,
    )
    change = room.set_state(
        user_id, State.WAITLISTED, Cause.MOVED, actor=actor, reason=reason or None, line_key=key
    )
    if key is None:
        for other in others[index:]:
            room.set_state(other, State.WAITLISTED, Cause.MOVED, actor=actor, because_of=change.number)
    return change


def _key(held: Registration) -> int:
    return held.line_key or 0


def _front_key(room: Room) -> int:
    return min((_key(room.known[user_id]) for user_id in room.head), default=LINE_GAP) - LINE_GAP


def _key_between(before: int | None, after: int | None, *, end: int) -> int | None:
    """Return a key between two, or None if there is none."""
    if after is None:
        return end
    if before is None:
        return after - LINE_GAP
    if after - before < 2:  # noqa: PLR2004 - no whole number lies between
        return None
    return (before + after) // 2
