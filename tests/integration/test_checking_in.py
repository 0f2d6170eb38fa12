"""Check-in and walk-ins in the database; on both engines."""

from datetime import datetime

import pytest

from bot.domain.checking_in import Attendance, CheckIn, Opening
from bot.domain.room import Cause
from bot.services.changing import ChangedMeanwhileError
from bot.services.checking_in import (
    check_out_person,
    look_at_self,
)
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import list_seminar_changes
from tests.integration.door_scene import ANA, ENDS, LATE, MINUTE, STARTS, DoorScene, open_door
from tests.integration.rows import add_workspace


@pytest.fixture
def door(transaction: Transaction) -> DoorScene:
    return open_door(transaction)


def test_staff_check_in_who_has_a_seat_and_twice_is_once(door: DoorScene) -> None:
    outcomes = [door.check_in("U1"), door.check_in("U1", at=LATE), door.check_in("W1"), door.check_in("U9")]

    assert [CheckIn.DONE, CheckIn.ALREADY, CheckIn.IN_LINE, CheckIn.NO_SEAT] == outcomes
    assert {"U1": (STARTS, ANA)} == door.checked_in()


def test_a_check_in_can_be_taken_back_twice(door: DoorScene, transaction: Transaction) -> None:
    door.check_in("U1")

    with transaction() as session:
        check_out_person(session, door.seminar_id, "U1", **door.place)
        check_out_person(session, door.seminar_id, "U1", **door.place)

    assert {} == door.checked_in()


def test_the_word_is_set_once_recorded_and_not_over_anothers(
    door: DoorScene, transaction: Transaction
) -> None:
    door.set_word("apricot")
    door.set_word("apricot")
    with pytest.raises(ChangedMeanwhileError):
        door.set_word("walnut")

    door.set_word("walnut", before="apricot")

    with transaction() as session:
        changes = list_seminar_changes(session, door.seminar_id)
        assert "walnut" == session.get_one(tables.Seminar, door.seminar_id).check_in_word
    expected = [("check_in", ["", "apricot"]), ("check_in", ["apricot", "walnut"])]
    assert expected == [(one.kind, one.details["check_in_word"]) for one in changes]


def test_members_check_in_by_the_word_while_it_is_open(door: DoorScene) -> None:
    without = door.type_word("U1", "apricot")
    door.set_word("apricot")

    outcomes = [
        door.type_word("U1", "apricot", at=STARTS - 31 * MINUTE),
        door.type_word("U1", "walnut"),
        door.type_word("U1", " Apricot!"),
        door.type_word("U1", "apricot"),
        door.type_word("W1", "apricot"),
        door.type_word("U2", "apricot", at=ENDS),
    ]

    assert CheckIn.NO_WORD is without
    assert outcomes == [
        CheckIn.NOT_YET,
        CheckIn.WRONG_WORD,
        CheckIn.DONE,
        CheckIn.ALREADY,
        CheckIn.IN_LINE,
        CheckIn.OVER,
    ]
    assert {"U1": (STARTS, "U1")} == door.checked_in()


def test_before_the_modal_opens_the_same_is_said(door: DoorScene, transaction: Transaction) -> None:
    with transaction() as session:
        look = [
            look_at_self(session, door.seminar_id, user_id, now=STARTS, **door.place)[1]
            for user_id in ("U1", "W1", "U9")
        ]

    assert [CheckIn.NO_WORD, CheckIn.IN_LINE, CheckIn.NO_SEAT] == look


def test_a_walk_in_gets_a_seat_above_the_limit_and_is_checked_in(door: DoorScene) -> None:
    assert CheckIn.DONE is door.let_in("U0EVA", seen=3)

    assert {"U1": "seated", "U2": "seated", "W1": "waitlisted", "W2": "waitlisted", "U0EVA": "seated"} == (
        door.states()
    )
    assert {"U0EVA": (STARTS, ANA)} == door.checked_in()
    assert [("U0EVA", "seated", Cause.WALK_IN, ANA)] == door.ledger()
    assert Attendance(3, 1, no_shows=2, walk_ins=1) == door.look()[0]
    assert ["U0EVA"] == door.told(Kind.SEAT)


def test_a_walk_in_who_waits_gets_a_seat_and_who_has_one_is_only_checked_in(door: DoorScene) -> None:
    outcomes = [door.let_in("W2", seen=3), door.let_in("U1"), door.let_in("U1")]

    assert [CheckIn.DONE, CheckIn.DONE, CheckIn.ALREADY] == outcomes
    assert ["U1", "W2"] == sorted(door.checked_in())
    assert "waitlisted" == door.states()["W1"]


@pytest.mark.parametrize("seen", [None, 2, 4])
def test_a_walk_in_above_the_limit_that_was_not_shown_is_shown_first(
    door: DoorScene, seen: int | None
) -> None:
    with pytest.raises(ChangedMeanwhileError):
        door.let_in("U0EVA", seen=seen)

    assert "U0EVA" not in door.states()


@pytest.mark.parametrize(("at", "expected"), [(STARTS - 31 * MINUTE, Opening.NOT_YET), (ENDS, Opening.OVER)])
def test_nobody_is_let_in_before_check_in_opens_or_after_the_end(
    door: DoorScene, at: datetime, expected: Opening
) -> None:
    assert expected is door.let_in("U0EVA", seen=3, at=at)
    assert "U0EVA" not in door.states()


def test_another_workspaces_seminar_is_not_found(door: DoorScene, transaction: Transaction) -> None:
    with transaction() as session:
        other = add_workspace(session, "T0OTHER")
    stranger = DoorScene(transaction, other, door.seminar_id)

    with pytest.raises(SeminarNotFoundError):
        stranger.check_in("U1")
    with pytest.raises(SeminarNotFoundError):
        stranger.type_word("U1", "apricot")
    with pytest.raises(SeminarNotFoundError):
        stranger.claim("W1")
