"""Each step of a seminar's life, decided from plain values."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.consequence import Consequence, summarize_changes
from bot.domain.lifecycle import Cancel, Close, LifeStep, Obstacle, OpenLater, Reopen, Restore, decide_step
from bot.domain.room import Cause, Registration, Room, State
from bot.domain.seating import Limits, decide_limits, move_in_line
from bot.domain.seminar import Count, Phase, Seminar
from tests.factories import NOW, make_seminar

HOUR = timedelta(hours=1)
STARTS, ENDS = make_seminar().starts_at, make_seminar().ends_at
CANCELLED = {"cancelled_at": NOW}


def make_room(seminar: Seminar, *, seated: str = "", line: str = "") -> Room:
    """Return a room; each letter is a member, numbered in the ledger from 1 on."""
    known = {user: Registration(user, State.SEATED, None, n) for n, user in enumerate(seated, start=1)}
    known |= {
        user: Registration(user, State.WAITLISTED, n << 20, n)
        for n, user in enumerate(line, start=len(seated) + 1)
    }
    count = Count(seated=len(seated), waiting=len(line))
    return Room(seminar, count, len(known) + 1, known, list(line), is_whole_line=True)


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        (Close(), {}, {"closed_at": NOW}),
        (Close(stops_line=True), {}, {"closed_at": NOW, "line_stopped_at": NOW}),
        (Close(), {"closed_at": NOW - HOUR, "line_stopped_at": NOW - HOUR}, {"line_stopped_at": None}),
        (Close(stops_line=True), {"closes_at": NOW - HOUR}, {"line_stopped_at": NOW}),
        (Reopen(), {"closed_at": NOW, "line_stopped_at": NOW}, {"closed_at": None, "line_stopped_at": None}),
        (Reopen(), {"closes_at": NOW}, {"closes_at": None}),
        (Reopen(), {"closed_at": NOW, "closes_at": NOW + HOUR}, {"closed_at": None}),
        (OpenLater(NOW + HOUR), {}, {"opens_at": NOW + HOUR}),
        (OpenLater(None), {"opens_at": NOW + HOUR}, {"opens_at": None}),
        (Cancel("Ill"), {}, {"cancelled_at": NOW, "cancel_reason": "Ill"}),
        (
            Restore(),
            {"cancelled_at": NOW - HOUR, "cancel_reason": "Ill"},
            {"cancelled_at": None, "cancel_reason": ""},
        ),
    ],
)
def test_a_step_changes_exactly_this(
    step: LifeStep, before: dict[str, datetime], after: dict[str, datetime]
) -> None:
    seminar = make_seminar(**before)

    change = decide_step(make_room(seminar), step, NOW, actor="U0ANA")

    assert change.after == replace(seminar, **after)  # type: ignore[arg-type] # fields of a seminar
    assert change.is_change


@pytest.mark.parametrize(
    ("step", "before"),
    [
        (Close(), {"closed_at": NOW - HOUR}),
        (Close(), {"closes_at": NOW - HOUR}),
        (Close(stops_line=True), {"closed_at": NOW - HOUR, "line_stopped_at": NOW - HOUR}),
        (Reopen(), {}),
        (Reopen(), {"opens_at": NOW + HOUR}),
        (OpenLater(None), {}),
        (OpenLater(None), {"opens_at": NOW - HOUR}),
        (OpenLater(NOW + HOUR), {"opens_at": NOW + HOUR}),
        (Cancel("Another"), {"cancelled_at": NOW - HOUR, "cancel_reason": "Ill"}),
        (Restore(), {}),
    ],
)
def test_a_step_that_was_taken_already_changes_nothing(step: LifeStep, before: dict[str, datetime]) -> None:
    change = decide_step(make_room(make_seminar(**before)), step, NOW, actor="U0ANA")

    assert (False, None) == (change.is_change, change.obstacle)


@pytest.mark.parametrize(
    ("step", "before", "now", "expected"),
    [
        (Close(), CANCELLED, NOW, Obstacle.CANCELLED),
        (Reopen(), {}, STARTS, Obstacle.BEGUN),
        (OpenLater(None), {}, ENDS, Obstacle.OVER),
        (OpenLater(NOW + HOUR), {"closed_at": NOW}, NOW, Obstacle.CLOSED),
        (OpenLater(NOW), {}, NOW, Obstacle.OPENS_IN_PAST),
        (OpenLater(NOW + 2 * HOUR), {"closes_at": NOW + 2 * HOUR}, NOW, Obstacle.OPENS_AFTER_CLOSING),
        (OpenLater(STARTS), {"closes_at": NOW + 2 * HOUR}, NOW, Obstacle.OPENS_AFTER_START),
        (Cancel(), {}, ENDS, Obstacle.OVER),
        (Restore(), CANCELLED, NOW + HOUR + timedelta(seconds=1), Obstacle.TOO_LATE),
        (Restore(), {"cancelled_at": STARTS}, ENDS, Obstacle.OVER),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(
    step: LifeStep, before: dict[str, datetime], now: datetime, expected: Obstacle
) -> None:
    seminar = make_seminar(**before)

    change = decide_step(make_room(seminar), step, now, actor="U0ANA")

    assert (expected, seminar) == (change.obstacle, change.after)


def test_a_talk_can_be_cancelled_while_it_is_on_and_restored() -> None:
    assert decide_step(make_room(make_seminar()), Cancel(), STARTS, actor="U0ANA").is_change
    cancelled = make_room(make_seminar(cancelled_at=STARTS - timedelta(minutes=5)))
    assert decide_step(cancelled, Restore(), STARTS, actor="U0ANA").is_change


def test_a_seat_that_became_free_while_cancelled_goes_to_the_line_at_restoring() -> None:
    room = make_room(make_seminar(capacity=2, **CANCELLED), seated="a", line="bc")

    change = decide_step(room, Restore(), NOW, actor="U0ANA")

    assert change.consequence == Consequence(seated=("b",), told_seats=2, told_line=1, reminders=2)


def test_the_latest_go_to_the_front_of_the_line_in_the_order_of_their_seats() -> None:
    room = make_room(make_seminar(capacity=4), seated="abcd", line="ef")

    change = decide_limits(room, Limits(2, has_waitlist=True), NOW, actor="U0ANA", moves_latest=True)

    assert room.head == ["c", "d", "e", "f"]
    assert change.consequence == Consequence(lined=("d", "c"), told_line=2)
    assert (change.would_move, change.waiting) == ((), 4)


def test_everybody_keeps_theirs_and_it_is_said_who_would_go() -> None:
    room = make_room(make_seminar(capacity=4), seated="abcd", line="e")

    change = decide_limits(room, Limits(2, has_waitlist=True), NOW, actor="U0ANA")

    assert change.consequence == Consequence(over=2)
    assert change.would_move == ("c", "d")


def test_once_the_talk_has_begun_nobody_is_moved_to_the_line() -> None:
    room = make_room(make_seminar(capacity=4), seated="abcd")

    change = decide_limits(room, Limits(2, has_waitlist=True), STARTS, actor="U0ANA", moves_latest=True)

    assert (Consequence(over=2), ()) == (change.consequence, change.would_move)


@pytest.mark.parametrize(("before", "now"), [(CANCELLED, NOW), ({}, ENDS)])
def test_seats_of_a_talk_that_is_cancelled_or_over_do_not_change(
    before: dict[str, datetime], now: datetime
) -> None:
    room = make_room(make_seminar(capacity=1, **before), seated="a", line="b")

    change = decide_limits(room, Limits(5, has_waitlist=True), now, actor="U0ANA")

    assert (False, False, []) == (change.is_possible, change.is_change, room.changes)
    assert change.phase in (Phase.CANCELLED, Phase.OVER)


def test_who_is_moved_within_the_line_is_told_and_ends_up_where_they_were() -> None:
    room = make_room(make_seminar(capacity=1), seated="a", line="bcd")
    move_in_line(room, "d", 1, actor="U0ANA", reason="")

    assert [change.cause for change in room.changes] == [Cause.MOVED]
    assert summarize_changes(room.changes) == Consequence(told_line=1)


def test_a_fingerprint_differs_with_what_else_was_shown() -> None:
    same = Consequence(seated=("a",))

    assert len({same.fingerprint(), same.fingerprint(1), same.fingerprint(2)}) == 3
    assert same.fingerprint(1) == Consequence(seated=("a",)).fingerprint(1)
