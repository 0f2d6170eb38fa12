"""Offers whose time is over: the seat goes to the next in line, or stays held while nobody else waits."""

from datetime import datetime

from bot.domain.registering import fill_seats, hold_for, is_line_served
from bot.domain.room import Cause, Registration, Room, State
from bot.domain.seminar import Phase, decide_phase


def end_offers(room: Room, now: datetime) -> None:
    """End the offers of a room that were not answered in time.

    The seat goes to the next in line in the same step, and whoever did not answer
    keeps a place at its end. It goes only to somebody who waits already: of
    several who do not answer at once, none gets what another of them let go.

    While nobody else waits, taking the seat away would help nobody. So it stays
    held, again for as long as a new offer would be, and nobody is told. Where
    seats are given without asking by then, as in the last two hours, it is theirs.

    Args:
        room: The seminar under its lock, with everybody known.
        now: The moment.
    """
    if decide_phase(room.seminar, now) in (Phase.BEGUN, Phase.OVER, Phase.CANCELLED):
        return
    waiting = [user_id for user_id in room.head if user_id not in room.unable]
    for held in _list_ended(room, now):
        if waiting and _can_pass(room, now):
            waiting.pop(0)
            change = room.set_state(held.user_id, State.WAITLISTED, Cause.EXPIRED, actor=None)
            fill_seats(room, now, because_of=change.number)
        elif (until := hold_for(room, held.user_id, now)) is not None:
            room.renew(held.user_id, until)
        else:
            room.set_state(held.user_id, State.SEATED, Cause.PROMOTED, actor=None)


def shorten_offers(room: Room, now: datetime) -> None:
    """Let offers end in time that would outlive the start, since the talk was moved to an earlier time.

    Those who are asked are told so, unless their time is over with that.
    """
    if decide_phase(room.seminar, now) in (Phase.BEGUN, Phase.OVER, Phase.CANCELLED):
        return
    for held in list(room.known.values()):
        if held.state is not State.OFFERED or held.offered_until is None:
            continue
        if held.offered_until > room.seminar.starts_at:
            until = hold_for(room, held.user_id, now)
            room.renew(held.user_id, until or now, is_told=until is not None)


def _list_ended(room: Room, now: datetime) -> list[Registration]:
    """Return the offers whose time is over, the oldest first."""
    ended = [
        (held.offered_until, held.change, held)
        for held in room.known.values()
        if held.state is State.OFFERED and held.offered_until is not None and held.offered_until <= now
    ]
    return [held for _until, _change, held in sorted(ended, key=lambda one: one[:2])]


def _can_pass(room: Room, now: datetime) -> bool:
    """Tell whether a seat that is let go is there for the next; above the limit it is there for nobody."""
    capacity = room.seminar.capacity
    return is_line_served(room.seminar, now) and (capacity is None or room.count.taken <= capacity)
