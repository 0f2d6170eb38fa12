"""Seats and the line: what a press does, and who is next.

Pure: ``decide_press`` takes what the lock protects and says what becomes of
it. Nothing here knows a table or a message.
"""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain.offering import hold_until
from bot.domain.outcomes import (
    AlreadySeated,
    AlreadyWaitlisted,
    Begun,
    Cancelled,
    Closed,
    Confirmed,
    Full,
    NotOpenYet,
    NotRegistered,
    Offered,
    OfferGone,
    Outcome,
    Over,
    Refused,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.room import Cause, Change, Registration, Room, State
from bot.domain.seminar import Phase, Promotion, Seminar, decide_phase, seats_left


class Wish(StrEnum):
    """The state that a press wants; never a toggle, so pressing twice is pressing once."""

    REGISTER = "register"
    RELEASE = "release"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    REFUSE = "refuse"


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
