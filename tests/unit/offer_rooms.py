"""Rooms where waiters are asked first, a letter for each member."""

from datetime import datetime, timedelta
from typing import Any

from bot.domain.registering import Wish, decide_press
from bot.domain.room import Cause, Change, Room, State
from bot.domain.seminar import Count, Promotion, Seminar
from tests.factories import NOW, make_seminar

HOUR = timedelta(hours=1)
STARTS, ENDS = make_seminar().starts_at, make_seminar().ends_at
SYDNEY = "Australia/Sydney"
# Midnight in UTC is morning in Sydney, where the talk is: twelve hours end in the night, so at eight.
FIRST_HOLD = datetime.fromisoformat("2020-07-29T22:00:00+00:00")
LAST_HOURS = STARTS - 2 * HOUR


def asking(**overrides: Any) -> Seminar:
    return make_seminar(**{"capacity": 1, "promotion": Promotion.ASK} | overrides)


def make_room(seminar: Seminar | None = None, *, seated: str = "A", line: str = "BCD") -> Room:
    """Return a room with one letter a member, everybody known."""
    room = Room(seminar or asking(), Count(), 1, is_whole_line=True)
    for user in seated:
        room.set_state(user, State.SEATED, Cause.PRESSED, actor=user)
    for user in line:
        room.set_state(user, State.WAITLISTED, Cause.PRESSED, actor=user)
    return room


def make_offer(seminar: Seminar | None = None, *, line: str = "BCD") -> Room:
    """Return a room where the one seat is held for the first in line."""
    room = make_room(seminar, line=line)
    decide_press(room, "A", Wish.RELEASE, NOW)
    return room


def states(room: Room) -> dict[str, str]:
    return {user: held.state.value for user, held in room.known.items() if held.state is not State.RELEASED}


def told(change: Change) -> tuple[str, State, Cause]:
    return change.user_id, change.after, change.cause
