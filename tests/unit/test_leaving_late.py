"""A seat that is given back late: it works, it is said, and the line gets the seat at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain.outcomes import Released, Seated
from bot.domain.registering import Wish, decide_press
from bot.domain.room import Cause, State
from bot.views.answers import build_answer
from bot.views.direct_messages import (
    build_coming,
    build_confirmation,
    build_given_back,
    build_promotion,
    build_reminder,
)
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message
from tests.unit.offer_rooms import HOUR, STARTS, SYDNEY, asking, make_room, told

KHORGOS = make_seminar(title="Khorgos", late=timedelta(days=1))
IN_TIME = (
    "Please do that until Thursday 6 August, 11:00 in Sydney (AEST); after that it still works, but is late."
)
LATE = (
    "You gave back your seat for “Khorgos” late, 40 minutes before the start. "
    "Thank you for saying so all the same."
)


def checked(message: Message) -> str:
    check_message(message)
    return message.text


@pytest.mark.parametrize(
    ("late", "at", "expected"),
    [
        (HOUR, STARTS - HOUR, True),
        (HOUR, STARTS - HOUR - timedelta(microseconds=1), False),
        (HOUR, STARTS + timedelta(minutes=5), True),
        (None, STARTS - timedelta(minutes=1), False),
    ],
)
def test_leaving_is_late_from_the_deadline_on_and_still_works(
    late: timedelta | None,
    at: datetime,
    expected: bool,  # noqa: FBT001 - from a table of values
) -> None:
    room = make_room(make_seminar(capacity=1, late=late))

    assert decide_press(room, "A", Wish.RELEASE, at) == Released(had_seat=True, is_late=expected)


def test_leaving_late_seats_the_next_at_once() -> None:
    room = make_room(asking(late=HOUR))

    decide_press(room, "A", Wish.RELEASE, STARTS - 0.5 * HOUR)

    assert told(room.changes[-1]) == ("B", State.SEATED, Cause.PROMOTED)


def test_leaving_the_line_is_never_late() -> None:
    room = make_room(asking(late=HOUR))

    assert decide_press(room, "B", Wish.RELEASE, STARTS - 0.5 * HOUR) == Released(had_seat=False)


@pytest.mark.parametrize(
    "build",
    [
        lambda now: build_confirmation(KHORGOS, Seated(1), now, SYDNEY),
        lambda now: build_promotion(KHORGOS, now, SYDNEY),
        lambda now: build_coming(KHORGOS, now, SYDNEY),
        lambda now: build_reminder(KHORGOS, now, SYDNEY),
        lambda now: build_answer(Seated(1), KHORGOS, now, SYDNEY),
    ],
)
def test_until_when_leaving_is_in_time_is_said_while_it_is(build: Callable[[datetime], Message]) -> None:
    assert IN_TIME in checked(build(NOW))
    assert "in time" not in checked(build(STARTS - HOUR))
    assert "still works" not in checked(build(STARTS - HOUR))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (STARTS - timedelta(minutes=40), LATE),
        (STARTS + timedelta(minutes=5), LATE.replace("40 minutes before", "after")),
    ],
)
def test_a_seat_that_came_back_late_is_said_to_be_late_and_thanked_for(at: datetime, expected: str) -> None:
    redrawn = build_given_back(KHORGOS, had_seat=True, can_return=False, is_line_next=True, late_at=at)
    answer = build_answer(Released(had_seat=True, is_late=True), KHORGOS, at, SYDNEY)

    assert [True, True] == [checked(one).startswith(expected) for one in (redrawn, answer)]
