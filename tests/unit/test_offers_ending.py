"""Offers that nobody answers: where the seat goes, and when it stays held."""

from datetime import datetime, timedelta

import pytest

from bot.domain.expiring import end_offers, shorten_offers
from bot.domain.offering import hold_until
from bot.domain.outcomes import OfferGone
from bot.domain.registering import Wish, decide_press
from bot.domain.room import Cause, State, replay
from bot.domain.seminar import Promotion, Seminar
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


def test_an_offer_is_open_until_its_time() -> None:
    room = make_offer()
    before = len(room.changes)

    end_offers(room, FIRST_HOLD - timedelta(microseconds=1))

    assert (len(room.changes), room.renewed) == (before, {})


def test_an_unanswered_offer_goes_to_the_next_and_keeps_a_place_at_the_end() -> None:
    room = make_offer()

    end_offers(room, FIRST_HOLD)

    gone, offer = room.changes[-2:]
    assert (told(gone), gone.actor) == (("B", State.WAITLISTED, Cause.EXPIRED), None)
    assert (told(offer), offer.because_of) == (("C", State.OFFERED, Cause.OFFERED), gone.number)
    assert room.head == ["D", "B"]
    assert decide_press(room, "B", Wish.ACCEPT, FIRST_HOLD) == OfferGone(2)


def test_while_nobody_else_waits_the_seat_stays_held_and_nothing_is_told() -> None:
    room = make_offer(line="B")
    before = len(room.changes)

    end_offers(room, FIRST_HOLD)

    until = hold_until(FIRST_HOLD, STARTS, SYDNEY)
    assert (room.renewed, room.known["B"].offered_until) == ({"B": until}, until)
    assert (len(room.changes), room.retold) == (before, set())


def test_once_somebody_joins_the_line_the_running_hold_counts() -> None:
    room = make_offer(line="B")
    end_offers(room, FIRST_HOLD)
    decide_press(room, "E", Wish.REGISTER, FIRST_HOLD + HOUR)

    end_offers(room, FIRST_HOLD + 2 * HOUR)
    assert states(room) == {"B": "offered", "E": "waitlisted"}

    end_offers(room, room.renewed["B"])
    assert states(room) == {"B": "waitlisted", "E": "offered"}


def test_of_several_who_do_not_answer_none_gets_what_another_let_go() -> None:
    room = make_room(asking(capacity=2), seated="XY", line="ABC")
    for user in "XY":
        decide_press(room, user, Wish.RELEASE, NOW)

    end_offers(room, FIRST_HOLD)

    assert states(room) == {"A": "waitlisted", "B": "offered", "C": "offered"}
    assert room.renewed.keys() == {"B"}


def test_when_its_time_is_over_in_the_last_two_hours_the_next_simply_gets_it() -> None:
    room = make_room()
    decide_press(room, "A", Wish.RELEASE, LAST_HOURS - timedelta(minutes=1))

    end_offers(room, LAST_HOURS + 0.5 * HOUR)

    assert states(room) == {"B": "waitlisted", "C": "seated", "D": "waitlisted"}


def test_when_its_time_is_over_in_the_last_two_hours_and_nobody_else_waits_it_is_theirs() -> None:
    room = make_room(line="B")
    decide_press(room, "A", Wish.RELEASE, LAST_HOURS - timedelta(minutes=1))

    end_offers(room, LAST_HOURS + 0.5 * HOUR)

    assert told(room.changes[-1]) == ("B", State.SEATED, Cause.PROMOTED)


@pytest.mark.parametrize(
    ("seminar", "at"), [(asking(), STARTS), (asking(), ENDS), (asking(cancelled_at=NOW), FIRST_HOLD)]
)
def test_once_the_talk_is_on_or_off_offers_stay_as_they_are(seminar: Seminar, at: datetime) -> None:
    room = make_offer()
    room.seminar = seminar
    before = len(room.changes)

    end_offers(room, at)

    assert (len(room.changes), room.renewed) == (before, {})


def test_where_staff_stopped_the_line_the_seat_stays_held() -> None:
    room = make_offer()
    room.seminar = asking(line_stopped_at=NOW)

    end_offers(room, FIRST_HOLD)

    assert (states(room)["B"], set(room.renewed)) == ("offered", {"B"})


def test_above_the_limit_a_seat_is_not_taken_away_for_nobody() -> None:
    room = make_offer()
    room.set_state("E", State.SEATED, Cause.SEATED, actor="U0ANA")

    end_offers(room, FIRST_HOLD)

    assert (states(room)["B"], set(room.renewed)) == ("offered", {"B"})


def test_open_offers_stay_when_staff_stop_asking_and_then_the_next_simply_gets_the_seat() -> None:
    room = make_offer()
    room.seminar = asking(promotion=Promotion.AUTOMATIC)
    assert states(room)["B"] == "offered"

    end_offers(room, FIRST_HOLD)

    assert states(room) == {"B": "waitlisted", "C": "seated", "D": "waitlisted"}


def test_a_talk_moved_to_an_earlier_time_lets_offers_end_before_it_and_says_so() -> None:
    room = make_offer()
    room.seminar = asking(starts_at=NOW + 8 * HOUR)

    shorten_offers(room, NOW)

    assert (room.renewed, room.retold) == ({"B": NOW + 2 * HOUR}, {"B"})


def test_a_talk_moved_to_the_next_two_hours_ends_them_at_once_and_untold() -> None:
    room = make_offer()
    room.seminar = asking(starts_at=NOW + HOUR)

    shorten_offers(room, NOW)
    end_offers(room, NOW)

    assert (states(room), room.retold) == ({"B": "waitlisted", "C": "seated", "D": "waitlisted"}, set())


def test_an_offer_that_ends_before_the_start_stays_as_long_as_it_was_said() -> None:
    room = make_offer()
    room.seminar = asking(starts_at=FIRST_HOLD + HOUR)

    shorten_offers(room, NOW)

    assert room.renewed == {}


def test_the_ledger_of_offers_replayed_gives_the_states_and_the_line() -> None:
    room = make_offer()
    end_offers(room, FIRST_HOLD)
    decide_press(room, "C", Wish.ACCEPT, FIRST_HOLD)

    replayed = replay(room.changes)

    assert {user: (held.state, held.line_key) for user, held in replayed.items()} == {
        user: (held.state, held.line_key) for user, held in room.known.items()
    }
