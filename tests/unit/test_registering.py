"""Every outcome of a press, decided from plain values."""

from datetime import timedelta

import pytest

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
    Outcome,
    Over,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.registering import Wish, decide_press, fill_seats
from bot.domain.room import Cause, Registration, Room, State, replay
from bot.domain.seminar import Count, Seminar
from tests.factories import NOW, make_seminar

HOUR = timedelta(hours=1)
STARTS, ENDS = make_seminar().starts_at, make_seminar().ends_at


def make_room(
    seminar: Seminar | None = None, *, seated: str = "", line: str = "", released: str = ""
) -> Room:
    """Return a room; each letter is a member, numbered in the ledger from 1 on."""
    states = [(user, State.SEATED) for user in seated]
    states += [(user, State.WAITLISTED) for user in line]
    states += [(user, State.RELEASED) for user in released]
    known = {
        user: Registration(user, state, number if state is State.WAITLISTED else None, number)
        for number, (user, state) in enumerate(states, start=1)
    }
    return Room(
        seminar or make_seminar(capacity=2),
        Count(seated=len(seated), waiting=len(line)),
        len(states) + 1,
        known,
        list(line),
        is_whole_line=True,
        ahead={user: place for place, user in enumerate(line)},
    )


def places(room: Room) -> list[int]:
    return [room.place_of(room.known[user]) for user in room.head]


def test_a_free_seat_is_given() -> None:
    room = make_room()

    assert decide_press(room, "A", Wish.REGISTER, NOW) == Seated(left=1)
    assert room.count == Count(seated=1)


def test_the_last_seat_leaves_none() -> None:
    assert decide_press(make_room(seated="A"), "B", Wish.REGISTER, NOW) == Seated(left=0)


def test_a_room_without_limit_seats_everybody() -> None:
    room = make_room(make_seminar(capacity=None), seated="ABC")

    assert decide_press(room, "D", Wish.REGISTER, NOW) == Seated(left=None)


def test_pressing_twice_changes_nothing() -> None:
    room = make_room(seated="A")

    assert decide_press(room, "A", Wish.REGISTER, NOW) == AlreadySeated(left=1)
    assert room.changes == []


def test_who_comes_to_a_full_room_stands_at_the_end_of_the_line() -> None:
    room = make_room(seated="AB", line="CD")

    assert decide_press(room, "E", Wish.REGISTER, NOW) == Waitlisted(place=3)
    assert decide_press(room, "E", Wish.REGISTER, NOW) == AlreadyWaitlisted(place=3)
    assert decide_press(room, "C", Wish.REGISTER, NOW) == AlreadyWaitlisted(place=1)


def test_a_full_room_without_a_line_is_full() -> None:
    room = make_room(make_seminar(capacity=2, has_waitlist=False), seated="AB")

    assert decide_press(room, "C", Wish.REGISTER, NOW) == Full()


def test_a_newcomer_never_overtakes_the_line() -> None:
    room = make_room(make_seminar(capacity=3), seated="AB", line="C")

    assert decide_press(room, "D", Wish.REGISTER, NOW) == Waitlisted(place=2)


def test_more_seated_than_seats_leaves_none_and_frees_none() -> None:
    room = make_room(make_seminar(capacity=1), seated="AB", line="C")

    assert decide_press(room, "A", Wish.RELEASE, NOW) == Released(had_seat=True)
    assert room.count == Count(seated=1, waiting=1)


@pytest.mark.parametrize(
    ("seminar", "at", "outcome"),
    [
        (make_seminar(opens_at=NOW + HOUR), NOW, NotOpenYet(NOW + HOUR)),
        (make_seminar(closes_at=NOW), NOW, Closed()),
        (make_seminar(closed_at=NOW - HOUR), NOW, Closed()),
        (make_seminar(), STARTS, Begun()),
        (make_seminar(), ENDS, Over()),
        (make_seminar(cancelled_at=NOW, cancel_reason="ill"), NOW, Cancelled("ill")),
        (make_seminar(cancelled_at=NOW, cancel_reason="ill"), ENDS, Cancelled("ill")),
    ],
)
def test_a_newcomer_at_the_wrong_time_is_told_why(seminar: Seminar, at: object, outcome: Outcome) -> None:
    room = make_room(seminar)

    assert decide_press(room, "A", Wish.REGISTER, at) == outcome  # type: ignore[arg-type] # from a table of values
    assert room.changes == []


def test_the_moment_before_a_boundary_still_belongs_to_what_was() -> None:
    tick = timedelta(microseconds=1)

    assert decide_press(make_room(make_seminar(closes_at=NOW + tick)), "A", Wish.REGISTER, NOW) == Seated(19)
    assert decide_press(make_room(make_seminar(opens_at=NOW)), "A", Wish.REGISTER, NOW) == Seated(19)
    assert decide_press(make_room(), "A", Wish.REGISTER, STARTS - tick) == Seated(1)
    assert decide_press(make_room(), "A", Wish.REGISTER, ENDS - tick) == Begun()


def test_who_has_a_seat_or_a_place_hears_of_it_after_closing_too() -> None:
    room = make_room(make_seminar(capacity=1, closed_at=NOW), seated="A", line="B")

    assert decide_press(room, "A", Wish.REGISTER, NOW) == AlreadySeated(left=0)
    assert decide_press(room, "B", Wish.REGISTER, NOW) == AlreadyWaitlisted(place=1)


def test_a_freed_seat_goes_to_the_next_in_line_because_of_the_release() -> None:
    room = make_room(seated="AB", line="CD")

    assert decide_press(room, "A", Wish.RELEASE, NOW) == Released(had_seat=True)

    release, promotion = room.changes
    assert (promotion.user_id, promotion.cause, promotion.actor) == ("C", Cause.PROMOTED, None)
    assert promotion.because_of == release.number
    assert (room.head, places(room)) == (["D"], [1])


def test_closing_does_not_stop_the_line() -> None:
    room = make_room(make_seminar(capacity=1, closed_at=NOW), seated="A", line="B")

    decide_press(room, "A", Wish.RELEASE, NOW)

    assert room.known["B"].state is State.SEATED


def test_from_the_start_on_a_freed_seat_stays_free() -> None:
    room = make_room(make_seminar(capacity=1), seated="A", line="B")

    assert decide_press(room, "A", Wish.RELEASE, STARTS) == Released(had_seat=True)
    assert room.known["B"].state is State.WAITLISTED


def test_leaving_the_line_moves_up_who_stood_behind_and_seats_nobody() -> None:
    room = make_room(seated="AB", line="CDE")

    assert decide_press(room, "D", Wish.RELEASE, NOW) == Released(had_seat=False)
    assert (room.head, places(room)) == (["C", "E"], [1, 2])


def test_leaving_and_coming_back_means_the_end_of_the_line() -> None:
    room = make_room(seated="AB", line="CD")

    decide_press(room, "C", Wish.RELEASE, NOW)

    assert decide_press(room, "C", Wish.REGISTER, NOW) == Waitlisted(place=2)
    assert (room.head, places(room)) == (["D", "C"], [1, 2])


@pytest.mark.parametrize(("released", "user"), [("", "A"), ("A", "A")])
@pytest.mark.parametrize("wish", [Wish.RELEASE, Wish.CONFIRM])
def test_who_has_nothing_has_nothing_to_give_back_or_confirm(released: str, user: str, wish: Wish) -> None:
    room = make_room(released=released)

    assert decide_press(room, user, wish, NOW) == NotRegistered()
    assert (room.changes, room.confirmed) == ([], {})


def test_a_waiter_has_no_seat_to_confirm() -> None:
    assert decide_press(make_room(seated="AB", line="C"), "C", Wish.CONFIRM, NOW) == NotRegistered()


def test_confirming_is_noted_and_changes_no_seat() -> None:
    room = make_room(seated="A")

    assert decide_press(room, "A", Wish.CONFIRM, NOW) == Confirmed()
    assert (room.confirmed, room.changes) == ({"A": NOW}, [])


def test_giving_the_seat_back_takes_back_the_confirmation() -> None:
    room = make_room(seated="A")
    decide_press(room, "A", Wish.CONFIRM, NOW)

    decide_press(room, "A", Wish.RELEASE, NOW)

    assert room.confirmed == {}


@pytest.mark.parametrize("wish", [Wish.RELEASE, Wish.CONFIRM])
def test_after_the_end_or_a_cancellation_nothing_changes(wish: Wish) -> None:
    over = make_room(seated="A")
    cancelled = make_room(make_seminar(cancelled_at=NOW, cancel_reason="ill"), seated="A")

    assert decide_press(over, "A", wish, ENDS) == Over()
    assert decide_press(cancelled, "A", wish, NOW) == Cancelled("ill")
    assert over.changes + cancelled.changes == []


def test_a_room_without_limit_any_more_seats_the_whole_line() -> None:
    room = make_room(make_seminar(capacity=None), seated="A", line="BCD")

    fill_seats(room, NOW, because_of=None)

    assert room.count == Count(seated=4)


def test_a_member_who_does_not_wait_any_more_is_no_longer_ahead_of_anybody() -> None:
    room = make_room(seated="AB", line="CDEF")

    for user in "DAE":
        decide_press(room, user, Wish.RELEASE, NOW)

    assert decide_press(room, "F", Wish.REGISTER, NOW) == AlreadyWaitlisted(place=1)


def test_the_ledger_replayed_gives_the_registrations() -> None:
    room = make_room(make_seminar(capacity=1))
    presses = [("A", Wish.REGISTER), ("B", Wish.REGISTER), ("A", Wish.RELEASE), ("A", Wish.REGISTER)]

    for user, wish in presses:
        decide_press(room, user, wish, NOW)

    assert replay(room.changes) == room.known
    assert [change.number for change in room.changes] == [1, 2, 3, 4, 5]
