"""Asking first: who is offered a seat, and what an answer does."""

from datetime import datetime, timedelta

import pytest

from bot.domain.offering import hold_until
from bot.domain.outcomes import (
    AlreadySeated,
    Cancelled,
    NotRegistered,
    Offered,
    OfferGone,
    Outcome,
    Over,
    Refused,
    Released,
    Seated,
)
from bot.domain.registering import Wish, decide_press, fill_seats
from bot.domain.room import Cause, State
from bot.domain.seminar import Count, Seminar
from tests.factories import NOW
from tests.unit.offer_rooms import (
    ENDS,
    FIRST_HOLD,
    HOUR,
    LAST_HOURS,
    STARTS,
    SYDNEY,
    asking,
    make_offer,
    make_room,
    states,
    told,
)


def test_a_freed_seat_is_held_for_the_next_in_line_and_counts_as_taken() -> None:
    room = make_room()

    assert decide_press(room, "A", Wish.RELEASE, NOW) == Released(had_seat=True)

    release, offer = room.changes[-2:]
    assert (told(offer), offer.because_of) == (("B", State.OFFERED, Cause.OFFERED), release.number)
    assert room.known["B"].offered_until == FIRST_HOLD == hold_until(NOW, STARTS, SYDNEY)
    assert room.known["B"].line_key is None
    assert (room.count, room.head) == (Count(offered=1, waiting=2), ["C", "D"])


def test_the_hold_ends_by_the_day_of_the_waiter() -> None:
    room = make_room()
    room.zones["B"] = "America/New_York"

    decide_press(room, "A", Wish.RELEASE, NOW)

    assert room.known["B"].offered_until == NOW + 12 * HOUR == hold_until(NOW, STARTS, "America/New_York")


def test_in_the_last_two_hours_the_next_simply_gets_the_seat() -> None:
    room = make_room()

    decide_press(room, "A", Wish.RELEASE, LAST_HOURS)

    assert told(room.changes[-1]) == ("B", State.SEATED, Cause.PROMOTED)


def test_more_seats_are_offered_by_who_made_them() -> None:
    room = make_room(asking(capacity=3))

    offers = fill_seats(room, NOW, because_of=None, cause=Cause.MORE_SEATS, actor="U0ANA")

    assert [told(one) for one in offers] == [(user, State.OFFERED, Cause.OFFERED) for user in "BC"]
    assert {one.actor for one in offers} == {"U0ANA"}


@pytest.mark.parametrize("seminar", [asking(line_stopped_at=NOW), asking(cancelled_at=NOW)])
def test_nobody_is_asked_where_the_line_is_not_served(seminar: Seminar) -> None:
    assert fill_seats(make_room(seminar, seated=""), NOW, because_of=None) == []


def test_who_cannot_take_the_seat_leaves_the_line_and_the_next_is_asked() -> None:
    room = make_room()
    room.unable.add("B")

    decide_press(room, "A", Wish.RELEASE, NOW)

    assert [told(one) for one in room.changes[-2:]] == [
        ("B", State.RELEASED, Cause.DEACTIVATED),
        ("C", State.OFFERED, Cause.OFFERED),
    ]
    assert room.head == ["D"]


def test_taking_the_seat_makes_it_theirs_and_pressing_twice_is_pressing_once() -> None:
    room = make_offer()

    outcomes = [decide_press(room, "B", Wish.ACCEPT, NOW) for _ in range(2)]

    assert outcomes == [Seated(0), AlreadySeated(0)]
    assert told(room.changes[-1]) == ("B", State.SEATED, Cause.ACCEPTED)
    assert room.known["B"].offered_until is None


@pytest.mark.parametrize("wish", [Wish.REFUSE, Wish.RELEASE])
def test_who_does_not_want_it_is_out_and_the_next_is_asked_in_the_same_step(wish: Wish) -> None:
    room = make_offer()

    outcomes = [decide_press(room, "B", wish, NOW) for _ in range(2)]

    assert outcomes == [Refused(), NotRegistered()]
    refusal, offer = room.changes[-2:]
    assert told(refusal) == ("B", State.RELEASED, Cause.REFUSED)
    assert (told(offer), offer.because_of) == (("C", State.OFFERED, Cause.OFFERED), refusal.number)


@pytest.mark.parametrize("wish", [Wish.REGISTER, Wish.CONFIRM])
def test_asking_for_a_seat_that_is_held_says_until_when_and_changes_nothing(wish: Wish) -> None:
    room = make_offer()
    before = len(room.changes)

    assert decide_press(room, "B", wish, NOW) == Offered(FIRST_HOLD)
    assert (len(room.changes), room.confirmed) == (before, {})


def test_a_newcomer_does_not_get_a_seat_that_is_held() -> None:
    room = make_offer(line="B")

    decide_press(room, "E", Wish.REGISTER, NOW)

    assert states(room) == {"B": "offered", "E": "waitlisted"}


@pytest.mark.parametrize(
    ("user", "outcome"), [("A", AlreadySeated(0)), ("C", OfferGone(2)), ("X", NotRegistered())]
)
@pytest.mark.parametrize("wish", [Wish.ACCEPT, Wish.REFUSE])
def test_an_answer_to_an_offer_that_is_not_open_says_where_they_stand(
    user: str, outcome: Outcome, wish: Wish
) -> None:
    room = make_room()

    assert decide_press(room, user, wish, NOW) == outcome
    assert states(room) == {"A": "seated", "B": "waitlisted", "C": "waitlisted", "D": "waitlisted"}


@pytest.mark.parametrize(
    ("seminar", "at", "outcome"),
    [(asking(), ENDS, Over()), (asking(cancelled_at=NOW, cancel_reason="ill"), NOW, Cancelled("ill"))],
)
@pytest.mark.parametrize("wish", [Wish.ACCEPT, Wish.REFUSE])
def test_after_the_end_or_a_cancellation_an_answer_changes_nothing(
    seminar: Seminar, at: datetime, outcome: Outcome, wish: Wish
) -> None:
    room = make_offer()
    room.seminar = seminar

    assert decide_press(room, "B", wish, at) == outcome
    assert room.known["B"].state is State.OFFERED


def test_a_seat_that_is_still_held_a_moment_after_its_time_can_be_taken() -> None:
    room = make_offer()

    assert decide_press(room, "B", Wish.ACCEPT, FIRST_HOLD + timedelta(seconds=1)) == Seated(0)
