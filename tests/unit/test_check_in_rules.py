"""When check-in is open, which word is right, who counts as absent, and who loses a seat for a waiter."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.checking_in import (
    WORDS,
    Attendance,
    CheckIn,
    Opening,
    Step,
    count_attendance,
    count_unclaimed,
    count_with_walk_in,
    decide_check_in,
    decide_giving,
    decide_opening,
    find_last_reminder,
    give_unclaimed,
    has_button,
    is_right_word,
    may_give_unclaimed,
    plain_word,
)
from bot.domain.room import Cause, Registration, Room, State
from bot.domain.seminar import Count
from tests.factories import NOW, make_seminar

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KHORGOS = make_seminar(check_in_word="Apricot")
STARTS, ENDS = KHORGOS.starts_at, KHORGOS.ends_at
CANCELLED = make_seminar(cancelled_at=NOW)
SEATED, RELEASED = State.SEATED, State.RELEASED


def make_room(seated: Sequence[str], line: Sequence[str] = (), *, capacity: int | None) -> Room:
    """Return a room whose seats were taken in that order."""
    room = Room(make_seminar(capacity=capacity), Count(), 1, is_whole_line=True)
    for user_id in seated:
        room.set_state(user_id, SEATED, Cause.PRESSED, actor=user_id)
    for user_id in line:
        room.set_state(user_id, State.WAITLISTED, Cause.PRESSED, actor=user_id)
    room.changes.clear()
    return room


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (STARTS - 30 * MINUTE - timedelta(seconds=1), Opening.NOT_YET),
        (STARTS - 30 * MINUTE, Opening.OPEN),
        (ENDS - timedelta(seconds=1), Opening.OPEN),
        (ENDS, Opening.OVER),
    ],
)
def test_check_in_is_open_from_half_an_hour_before_the_start_until_the_end(
    at: datetime, expected: Opening
) -> None:
    assert expected is decide_opening(KHORGOS, at)


def test_a_cancelled_talk_has_no_check_in() -> None:
    assert Opening.CANCELLED is decide_opening(CANCELLED, STARTS)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (STARTS + 10 * MINUTE - timedelta(seconds=1), False),
        (STARTS + 10 * MINUTE, True),
        (ENDS - timedelta(seconds=1), True),
        (ENDS, False),
    ],
)
def test_unclaimed_seats_can_be_given_from_ten_minutes_after_the_start(at: datetime, expected: bool) -> None:  # noqa: FBT001 - what is expected
    assert expected is may_give_unclaimed(KHORGOS, at)


@pytest.mark.parametrize("typed", ["apricot", " APRICOT ", "a-pri cot!", "Àprïcöt", "\uff21pricot"])
def test_case_blanks_punctuation_and_accents_do_not_count(typed: str) -> None:
    assert is_right_word(KHORGOS, typed)


@pytest.mark.parametrize("typed", ["", "apricots", "aprico", "!!!"])
def test_another_word_is_wrong(typed: str) -> None:
    assert not is_right_word(KHORGOS, typed)


@pytest.mark.parametrize("typed", ["", "!", "apricot"])
def test_no_word_is_right_where_none_is_set(typed: str) -> None:
    assert not is_right_word(make_seminar(), typed)


def test_the_suggested_words_are_about_two_hundred_and_all_differ() -> None:
    assert len(WORDS) > 190
    assert sorted(WORDS) == sorted({plain_word(word) for word in WORDS})


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (STARTS - 3 * HOUR, False),  # the reminder an hour before the start is still to come
        (STARTS - HOUR, True),
        (STARTS + MINUTE, True),
        (ENDS, False),
    ],
)
def test_the_last_reminder_carries_the_button(at: datetime, expected: bool) -> None:  # noqa: FBT001 - what is expected
    assert expected is has_button(KHORGOS, at)


def test_a_reminder_of_a_talk_without_a_word_carries_no_button() -> None:
    assert not has_button(make_seminar(), STARTS - HOUR)


@pytest.mark.parametrize(
    ("offsets", "expected"), [((), None), ((24 * HOUR,), None), ((24 * HOUR, 3 * HOUR), 3 * HOUR)]
)
def test_a_reminder_long_before_is_not_the_one_with_the_button(
    offsets: tuple[timedelta, ...], expected: timedelta | None
) -> None:
    assert expected == find_last_reminder(make_seminar(reminder_offsets=offsets))


@pytest.mark.parametrize(
    ("state", "checked_in_at", "now", "is_staff", "expected"),
    [
        (SEATED, None, STARTS, False, None),
        (SEATED, STARTS, STARTS, False, CheckIn.ALREADY),
        (SEATED, STARTS - 31 * MINUTE, STARTS, False, None),  # it was for another start
        (State.WAITLISTED, None, STARTS, True, CheckIn.IN_LINE),
        (State.OFFERED, None, STARTS, True, CheckIn.NO_SEAT),
        (RELEASED, STARTS, STARTS, True, CheckIn.NO_SEAT),
        (None, None, STARTS, True, CheckIn.NO_SEAT),
        (SEATED, None, NOW, True, CheckIn.NOT_YET),
        (SEATED, None, ENDS, False, CheckIn.OVER),
        (SEATED, None, ENDS, True, None),
    ],
)
def test_who_has_a_seat_can_be_checked_in_while_it_is_open_and_by_staff_later_too(
    state: State | None,
    checked_in_at: datetime | None,
    now: datetime,
    is_staff: bool,  # noqa: FBT001 - drawn by the table
    expected: CheckIn | None,
) -> None:
    assert expected is decide_check_in(KHORGOS, state, checked_in_at, now, is_staff=is_staff)


def step(user_id: str, after: State = SEATED, cause: Cause = Cause.PRESSED, at: datetime = NOW) -> Step:
    return Step(user_id, after, cause, at)


def test_who_did_not_come_is_counted_without_those_who_got_their_seat_in_the_last_two_hours() -> None:
    ledger = [
        step("U1"),
        step("U2"),
        step("U3", State.WAITLISTED),
        step("U4", cause=Cause.MORE_SEATS, at=STARTS - 2 * HOUR),
        step("U5", cause=Cause.PROMOTED, at=STARTS - 2 * HOUR - MINUTE),
        step("U3", cause=Cause.PROMOTED, at=STARTS - MINUTE),
        step("U6", cause=Cause.WALK_IN, at=STARTS),
        step("U7", State.WAITLISTED),
    ]

    counted = count_attendance(KHORGOS, ledger, {"U1": STARTS, "U6": STARTS})

    assert Attendance(seated=6, checked_in=2, no_shows=2, excused=2, walk_ins=1) == counted


def test_whose_seat_was_given_on_did_not_come_unless_they_were_let_in_later() -> None:
    ledger = [
        step("U1"),
        step("U2"),
        step("U3"),
        step("U4", cause=Cause.PROMOTED, at=STARTS - HOUR),
        *(step(user_id, RELEASED, Cause.UNCLAIMED, STARTS) for user_id in ("U2", "U3", "U4")),
        step("U2", cause=Cause.WALK_IN, at=STARTS),
        step("U5", RELEASED),
    ]

    counted = count_attendance(KHORGOS, ledger, {"U1": STARTS, "U2": STARTS})

    assert Attendance(seated=2, checked_in=2, no_shows=1, excused=1, walk_ins=1) == counted


def test_where_nobody_was_checked_in_nobody_is_absent() -> None:
    assert Attendance(seated=2, checked_in=0) == count_attendance(KHORGOS, [step("U1"), step("U2")], {})


def test_a_check_in_for_another_start_does_not_count() -> None:
    counted = count_attendance(KHORGOS, [step("U1")], {"U1": STARTS - timedelta(days=7)})

    assert Attendance(seated=1, checked_in=0) == counted


def test_who_is_absent_and_got_their_seat_last_loses_it_to_a_waiter_who_is_there() -> None:
    room = make_room(["U1", "U2", "U3"], ["W1", "W2"], capacity=3)

    freed, seated = give_unclaimed(room, "W2", {"U3"}, giver="U0ANA")

    assert ("U2", RELEASED, Cause.UNCLAIMED, "U0ANA") == (
        freed.user_id,
        freed.after,
        freed.cause,
        freed.actor,
    )
    assert "Not in the room ten minutes after the start" == freed.reason
    assert ("W2", SEATED, Cause.UNCLAIMED, freed.number) == (
        seated.user_id,
        seated.after,
        seated.cause,
        seated.because_of,
    )
    assert 3 == room.count.taken


def test_a_free_seat_is_given_before_anybody_loses_theirs() -> None:
    room = make_room(["U1", "U2"], ["W1"], capacity=3)

    (seated,) = give_unclaimed(room, "W1", {"U1"}, giver="U0ANA")

    assert ("W1", SEATED, None) == (seated.user_id, seated.after, seated.because_of)


@pytest.mark.parametrize(
    ("seated", "present", "capacity", "expected"),
    [
        (["U1", "U2", "U3"], ["U1"], 3, 2),
        (["U1", "U2", "U3"], [], 3, 0),  # check-in is not in use
        (["U1", "U2"], [], 3, 1),
        (["U1", "U2"], ["U1"], 3, 2),
        (["U1", "U2", "U3", "U4"], ["U1", "U3", "U4"], 3, 0),  # somebody sits there above the limit
        (["U1", "U2", "U3", "U4"], ["U1"], 3, 2),
    ],
)
def test_a_seat_is_unclaimed_if_nobody_in_the_room_has_it(
    seated: list[str], present: list[str], capacity: int, expected: int
) -> None:
    assert expected == count_unclaimed(make_room(seated, ["W1"], capacity=capacity), set(present))


def test_nobody_gets_a_seat_who_does_not_wait() -> None:
    room = make_room(["U1", "U2"], ["W1"], capacity=2)
    room.known["U9"] = Registration("U9", RELEASED)

    assert [(), (), ()] == [
        give_unclaimed(room, user_id, {"U1"}, giver="U0ANA") for user_id in ("U2", "U9", "U0NEW")
    ]


def test_the_preview_asks_nobody_twice_and_names_who_may_lose_their_seat() -> None:
    room = make_room(["U1", "U2", "U3", "U4"], ["W1", "W2"], capacity=4)

    giving = decide_giving(room, {"U1"}, {"W1"})

    assert (3, ("W2",), 2, ("U4", "U3")) == (
        giving.unclaimed,
        giving.asked,
        giving.waiting,
        giving.may_lose,
    )
    assert 1 == giving.consequence.told


def test_nobody_is_asked_while_no_seat_is_unclaimed() -> None:
    giving = decide_giving(make_room(["U1"], ["W1"], capacity=1), {"U1"}, ())

    assert ((), ()) == (giving.asked, giving.may_lose)


@pytest.mark.parametrize(("capacity", "expected"), [(None, None), (2, None), (1, 2)])
def test_a_walk_in_is_above_the_limit_where_all_seats_are_taken(
    capacity: int | None, expected: int | None
) -> None:
    assert expected == count_with_walk_in(make_room(["U1"], capacity=capacity))
