"""Seats and the line: what a press does, and who is next.

Pure: ``decide_press`` takes what the lock protects and says what becomes of
it. Nothing here knows a table or a message.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain.offering import hold_until
from bot.domain.seminar import Count, Phase, Promotion, Seminar, decide_phase, seats_left


class State(StrEnum):
    """The state of a registration."""

    SEATED = "seated"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    RELEASED = "released"


class Cause(StrEnum):
    """Why a seat changed; stands in the ledger."""

    PRESSED = "pressed"
    PROMOTED = "promoted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"
    MORE_SEATS = "more_seats"
    FEWER_SEATS = "fewer_seats"
    SEATED = "seated"
    MOVED = "moved"
    REMOVED = "removed"
    ADDED = "added"
    WALK_IN = "walk_in"
    UNCLAIMED = "unclaimed"


# A newcomer's key in line is this many times the number of the change, so that staff can put people between.
LINE_GAP = 1 << 20


class Wish(StrEnum):
    """The state that a press wants; never a toggle, so pressing twice is pressing once."""

    REGISTER = "register"
    RELEASE = "release"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Registration:
    """The tie between one member and one seminar.

    ``line_key`` orders the line, smallest first, and is None outside it.
    ``change`` is the number of the ledger's row that last touched it. An offer
    is held until ``offered_until``.
    """

    user_id: str
    state: State
    line_key: int | None = None
    change: int = 0
    confirmed_at: datetime | None = None
    offered_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the ledger: who, from what to what, why, by whom, because of what."""

    number: int
    user_id: str
    before: State | None
    after: State
    cause: Cause
    actor: str | None
    because_of: int | None = None
    line_key: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Seated:
    """The member has a seat now."""

    left: int | None


@dataclass(frozen=True, slots=True)
class AlreadySeated:
    """The member had a seat before the press."""

    left: int | None


@dataclass(frozen=True, slots=True)
class Waitlisted:
    """The member joined the line."""

    place: int


@dataclass(frozen=True, slots=True)
class AlreadyWaitlisted:
    """The member was in line before the press."""

    place: int


@dataclass(frozen=True, slots=True)
class Full:
    """No seat is free and there is no line."""


@dataclass(frozen=True, slots=True)
class NotOpenYet:
    """Registration opens later."""

    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """Registration has closed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The talk is on; seats no longer change by a press."""


@dataclass(frozen=True, slots=True)
class Over:
    """The talk has ended."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The seminar was cancelled."""

    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """The member gave the seat, or the place in line, back.

    ``is_late``: the seat came back after the time until which staff asked for it.
    """

    had_seat: bool
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A seat is held for the member, who has not answered yet; pressing for a seat changes nothing."""

    until: datetime


@dataclass(frozen=True, slots=True)
class OfferGone:
    """The seat is not held for the member any more, who is in line."""

    place: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The member did not want the seat that was held for them."""


@dataclass(frozen=True, slots=True)
class NotRegistered:
    """There was nothing to give back or to confirm."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The member said that they will be there."""


Outcome = (
    Seated
    | AlreadySeated
    | Waitlisted
    | AlreadyWaitlisted
    | Full
    | NotOpenYet
    | Closed
    | Begun
    | Over
    | Cancelled
    | Released
    | NotRegistered
    | Confirmed
    | Offered
    | OfferGone
    | Refused
)


@dataclass(slots=True)
class Room:
    """One seminar's registrations while its lock is held: the working copy of a batch.

    Args:
        seminar: The seminar, read under the lock.
        count: Its registrations counted under the lock.
        next_number: The number that the ledger's next row gets.
        known: The registrations of everybody that the batch may touch: who
            presses, and the head of the line.
        head: The first waiters in order, at least as many as the batch can seat.
        is_whole_line: Whether ``head`` is the whole line.
        ahead: For each waiter who presses, how many wait before them.
        zones: The zones of waiters and of those who are asked, as far as they are known.
        unable: Waiters whose accounts are deactivated.
        renewed: Whose offers end at another time than they did, without a change of the seat.
        retold: Those of them who are told so.
    """

    seminar: Seminar
    count: Count
    next_number: int
    known: dict[str, Registration] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    is_whole_line: bool = False
    ahead: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    confirmed: dict[str, datetime] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    unable: set[str] = field(default_factory=set)
    renewed: dict[str, datetime] = field(default_factory=dict)
    retold: set[str] = field(default_factory=set)
    _gone: list[int] = field(default_factory=list)
    _gone_before: dict[str, int] = field(default_factory=dict)

    def set_state(
        self,
        user_id: str,
        after: State,
        cause: Cause,
        *,
        actor: str | None,
        because_of: int | None = None,
        reason: str | None = None,
        line_key: int | None = None,
        offered_until: datetime | None = None,
    ) -> Change:
        """Record one change and keep the count, the line and the working copy in step.

        ``line_key`` puts a waiter elsewhere than at the end of the line; the whole line must be known then.
        ``offered_until`` is until when a seat is held, for who is asked.
        """
        old = self.known.get(user_id)
        before = old.state if old else None
        if old and old.line_key is not None:
            self._gone.append(old.line_key)
            if user_id in self.head:
                self.head.remove(user_id)
        is_elsewhere = line_key is not None
        if line_key is None and after is State.WAITLISTED:
            line_key = self.next_number * LINE_GAP
        if line_key is not None:
            self.ahead[user_id] = self.count.waiting
            self._gone_before[user_id] = len(self._gone)
            if self.is_whole_line:
                self.head.append(user_id)
        change = Change(self.next_number, user_id, before, after, cause, actor, because_of, line_key, reason)
        self.next_number += 1
        self.changes.append(change)
        self.known[user_id] = Registration(
            user_id, after, line_key, change.number, offered_until=offered_until
        )
        if is_elsewhere:
            self._sort_line()
        self.confirmed.pop(user_id, None)
        self.renewed.pop(user_id, None)
        self.retold.discard(user_id)
        self.count = Count(
            self.count.seated + (after is State.SEATED) - (before is State.SEATED),
            self.count.offered + (after is State.OFFERED) - (before is State.OFFERED),
            self.count.waiting + (after is State.WAITLISTED) - (before is State.WAITLISTED),
        )
        return change

    def renew(self, user_id: str, until: datetime, *, is_told: bool = False) -> None:
        """Let an open offer end at another time; the seat itself does not change."""
        self.known[user_id] = replace(self.known[user_id], offered_until=until)
        self.renewed[user_id] = until
        if is_told:
            self.retold.add(user_id)

    def _sort_line(self) -> None:
        """Put the whole line, which is known then, in order again, and count anew who is ahead of whom."""
        self.head.sort(key=lambda user_id: self.known[user_id].line_key or 0)
        for place, user_id in enumerate(self.head):
            self.ahead[user_id] = place
            self._gone_before[user_id] = len(self._gone)

    def place_of(self, held: Registration) -> int:
        """Return a waiter's place in line, 1 for who is next.

        The line may be long, so it is not loaded: who joined behind does not
        matter, and who left the line in this batch is taken off.
        """
        key = held.line_key or 0
        left = self._gone[self._gone_before.get(held.user_id, 0) :]
        return self.ahead.get(held.user_id, 0) + 1 - sum(1 for gone in left if gone < key)


def decide_press(room: Room, user_id: str, wish: Wish, now: datetime) -> Outcome:
    """Decide one press, change the room by it, and return what the member is told.

    Safe to repeat: who has a seat or a place in line keeps it.
    """
    match wish:
        case Wish.REGISTER:
            return _register(room, user_id, now)
        case Wish.RELEASE:
            return _release(room, user_id, now)
        case Wish.CONFIRM:
            return _confirm(room, user_id, now)
        case Wish.ACCEPT:
            return _accept(room, user_id, now)
        case Wish.REFUSE:
            return _refuse(room, user_id, now)
        case _:
            assert_never(wish)


def _register(room: Room, user_id: str, now: datetime) -> Outcome:
    seminar = room.seminar
    held = room.known.get(user_id)
    if (end := _find_end(room, now)) is not None:
        return end
    if held and held.state is State.SEATED:
        return AlreadySeated(seats_left(seminar, room.count))
    if held and held.state is State.OFFERED:
        return Offered(held.offered_until or seminar.starts_at)
    phase = decide_phase(seminar, now)
    if phase is Phase.BEGUN:
        return Begun()
    if held and held.state is State.WAITLISTED:
        return AlreadyWaitlisted(room.place_of(held))
    if phase is Phase.CLOSED:
        return Closed()
    if phase is Phase.NOT_OPEN_YET and seminar.opens_at is not None:
        return NotOpenYet(seminar.opens_at)
    left = seats_left(seminar, room.count)
    if (left is None or left > 0) and room.count.waiting == 0:
        room.set_state(user_id, State.SEATED, Cause.PRESSED, actor=user_id)
        return Seated(seats_left(seminar, room.count))
    if not seminar.has_waitlist:
        return Full()
    room.set_state(user_id, State.WAITLISTED, Cause.PRESSED, actor=user_id)
    return Waitlisted(room.count.waiting)


def _release(room: Room, user_id: str, now: datetime) -> Outcome:
    held = room.known.get(user_id)
    if (end := _find_end(room, now)) is not None:
        return end
    if held is None or held.state is State.RELEASED:
        return NotRegistered()
    if held.state is State.OFFERED:
        return _refuse(room, user_id, now)
    change = room.set_state(user_id, State.RELEASED, Cause.PRESSED, actor=user_id)
    fill_seats(room, now, because_of=change.number)
    had_seat = change.before is State.SEATED
    return Released(had_seat, is_late=had_seat and is_late(room.seminar, now))


def _confirm(room: Room, user_id: str, now: datetime) -> Outcome:
    held = room.known.get(user_id)
    if (end := _find_end(room, now)) is not None:
        return end
    if held is not None and held.state is State.OFFERED:
        return Offered(held.offered_until or room.seminar.starts_at)
    if held is None or held.state is not State.SEATED:
        return NotRegistered()
    room.confirmed[user_id] = now
    return Confirmed()


def _accept(room: Room, user_id: str, now: datetime) -> Outcome:
    """Give a member the seat that is held for them.

    It is theirs as long as it is held: whoever comes a moment after its time, and
    before it went to the next, gets it too.
    """
    held = room.known.get(user_id)
    if (end := _find_end(room, now)) is not None:
        return end
    if held is None or held.state is not State.OFFERED:
        return _say_standing(room, held)
    room.set_state(user_id, State.SEATED, Cause.ACCEPTED, actor=user_id)
    return Seated(seats_left(room.seminar, room.count))


def _refuse(room: Room, user_id: str, now: datetime) -> Outcome:
    """Let the seat that is held for a member go to the next; a seat that they took stays theirs."""
    held = room.known.get(user_id)
    if (end := _find_end(room, now)) is not None:
        return end
    if held is None or held.state is not State.OFFERED:
        return _say_standing(room, held)
    change = room.set_state(user_id, State.RELEASED, Cause.REFUSED, actor=user_id)
    fill_seats(room, now, because_of=change.number)
    return Refused()


def _find_end(room: Room, now: datetime) -> Cancelled | Over | None:
    """Return why no press changes anything any more, None while it may."""
    phase = decide_phase(room.seminar, now)
    if phase is Phase.CANCELLED:
        return Cancelled(room.seminar.cancel_reason)
    return Over() if phase is Phase.OVER else None


def _say_standing(room: Room, held: Registration | None) -> Outcome:
    """Say where somebody is who answers an offer that is not open any more."""
    if held is None or held.state is State.RELEASED:
        return NotRegistered()
    if held.state is State.WAITLISTED:
        return OfferGone(room.place_of(held))
    return AlreadySeated(seats_left(room.seminar, room.count))


def is_late(seminar: Seminar, now: datetime) -> bool:
    """Tell whether a seat that is given back now comes late, by what staff asked for."""
    return seminar.late is not None and now >= seminar.starts_at - seminar.late


def fill_seats(
    room: Room,
    now: datetime,
    *,
    because_of: int | None,
    cause: Cause = Cause.PROMOTED,
    actor: str | None = None,
) -> list[Change]:
    """Give free seats to waiters, first come first, until the talk begins or staff stop the line.

    Closing registration stops newcomers only, so the line is served then too.
    Where waiters are asked first, the seat is held for the next of them, and counts
    as taken; in the last hours they simply get it. Whose account is deactivated
    cannot take it and leaves the line.
    """
    if not is_line_served(room.seminar, now):
        return []
    filled: list[Change] = []
    while room.head and seats_left(room.seminar, room.count) != 0:
        user_id = room.head[0]
        if user_id in room.unable:
            room.set_state(user_id, State.RELEASED, Cause.DEACTIVATED, actor=None)
        elif (until := hold_for(room, user_id, now)) is not None:
            change = room.set_state(
                user_id,
                State.OFFERED,
                Cause.OFFERED,
                actor=actor,
                because_of=because_of,
                offered_until=until,
            )
            filled.append(change)
        else:
            filled.append(room.set_state(user_id, State.SEATED, cause, actor=actor, because_of=because_of))
    return filled


def hold_for(room: Room, user_id: str, now: datetime) -> datetime | None:
    """Return until when a seat is held for a member; None where they simply get it."""
    seminar = room.seminar
    if seminar.promotion is not Promotion.ASK:
        return None
    return hold_until(now, seminar.starts_at, room.zones.get(user_id, seminar.zone))


def is_line_served(seminar: Seminar, now: datetime) -> bool:
    """Tell whether who waits gets a seat that becomes free."""
    has_ended = decide_phase(seminar, now) in (Phase.BEGUN, Phase.OVER, Phase.CANCELLED)
    return not has_ended and seminar.line_stopped_at is None


def replay(changes: Iterable[Change]) -> dict[str, Registration]:
    """Return the registrations that a seminar's ledger gives when replayed from nothing."""
    held: dict[str, Registration] = {}
    for change in changes:
        held[change.user_id] = Registration(change.user_id, change.after, change.line_key, change.number)
    return held
