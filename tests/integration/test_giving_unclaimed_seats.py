"""Unclaimed seats go to waiters who are there; on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.checking_in import Attendance, Claim
from bot.domain.registering import Wish
from bot.domain.reminding import Skip
from bot.domain.room import Cause
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError
from bot.services.delivering import Call, Dropped
from bot.storage import seminars, tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction, transactions
from tests.factories import NOW
from tests.integration.door_scene import ANA, ENDS, LATE, MINUTE, STARTS, DoorScene, open_door


@pytest.fixture
def door(transaction: Transaction) -> DoorScene:
    return open_door(transaction)


def test_as_many_waiters_are_asked_as_the_preview_says_and_each_once(door: DoorScene) -> None:
    door.check_in("U1")
    preview = door.look()[1]

    asked = door.ask()
    again = door.ask()

    assert preview == asked
    assert (["W1", "W2"], 2) == (door.told(Kind.UNCLAIMED), preview.consequence.told)
    assert again is not None
    assert ((), 1) == (again.asked, again.unclaimed)


def test_nobody_is_asked_where_it_changed_meanwhile_or_is_too_early(door: DoorScene) -> None:
    door.check_in("U1")
    shown = door.look()[1].fingerprint()
    early = door.ask(at=LATE - MINUTE)
    door.check_in("U2")

    with pytest.raises(ChangedMeanwhileError):
        door.ask(shown)

    assert early is None
    assert [] == door.told(Kind.UNCLAIMED)


def test_who_is_there_first_gets_the_seat_of_who_is_not_and_all_are_told(door: DoorScene) -> None:
    door.check_in("U1")
    door.ask()

    outcomes = [door.claim("W2"), door.claim("W1"), door.claim("W2"), door.claim("U9")]

    assert [Claim.SEATED, Claim.NONE_LEFT, Claim.HAS_SEAT, Claim.NOT_WAITING] == outcomes
    assert {"U1": "seated", "U2": "released", "W1": "waitlisted", "W2": "seated"} == door.states()
    assert [
        ("U2", "released", Cause.UNCLAIMED, ANA),
        ("W2", "seated", Cause.UNCLAIMED, "W2"),
    ] == door.ledger()
    assert ["U1", "W2"] == sorted(door.checked_in())
    assert (["U2"], ["W2"]) == (door.told(Kind.SEAT), door.told(Kind.PROMOTION))
    assert Attendance(2, 2, no_shows=1) == door.look()[0]


def test_a_seat_is_not_taken_from_who_was_checked_in_meanwhile(door: DoorScene) -> None:
    door.check_in("U1")
    door.ask()
    door.check_in("U2")

    assert Claim.NONE_LEFT is door.claim("W1")
    assert "seated" == door.states()["U2"]


def test_a_seat_that_was_given_back_meanwhile_goes_first(door: DoorScene) -> None:
    door.check_in("U1")
    door.ask()
    door.register("U1", wish=Wish.RELEASE, at=LATE)

    assert Claim.SEATED is door.claim("W1")
    assert {"U1": "released", "U2": "seated", "W1": "seated", "W2": "waitlisted"} == door.states()


def test_who_got_a_seat_otherwise_and_says_that_they_are_there_is_checked_in(door: DoorScene) -> None:
    assert Claim.HAS_SEAT is door.claim("U2")
    assert {"U2": (LATE, "U2")} == door.checked_in()


def test_nobody_gets_a_seat_that_staff_did_not_give(door: DoorScene) -> None:
    door.check_in("U1")

    assert Claim.NOT_GIVEN is door.claim("W1")


def test_an_answer_to_the_question_of_a_start_that_moved_gets_no_seat(
    door: DoorScene, transaction: Transaction
) -> None:
    door.check_in("U1")
    door.ask()
    week = timedelta(days=7)
    with transaction() as session:
        session.execute(update(tables.Seminar).values(starts_at=STARTS + week, ends_at=ENDS + week))

    assert [Claim.NOT_GIVEN, Claim.NOT_GIVEN] == [door.claim("W1"), door.claim("W1", at=LATE + week)]
    assert [Skip.MOVED, Skip.MOVED] == [one.reason for one in door.sent(Kind.UNCLAIMED, at=LATE + MINUTE)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "at", "expected"),
    [({}, ENDS, Claim.OVER), ({"cancelled_at": NOW}, LATE, Claim.CANCELLED)],
)
def test_an_answer_after_the_end_or_a_cancellation_gets_no_seat(
    door: DoorScene, transaction: Transaction, values: dict[str, Any], at: datetime, expected: Claim
) -> None:
    door.check_in("U1")
    door.ask()
    with transaction() as session:
        session.execute(update(tables.Seminar).values(version=2, **values))

    assert expected is door.claim("W1", at=at)


def test_who_waits_is_asked_and_who_left_the_line_meanwhile_is_not(door: DoorScene) -> None:
    door.check_in("U1")
    door.ask()
    door.register("W2", wish=Wish.RELEASE, at=LATE)

    first, second = door.sent(Kind.UNCLAIMED, at=LATE)

    assert isinstance(first, Call)
    assert "I Am Here" in str(first.args["blocks"])
    assert "W1" == first.target
    assert isinstance(second, Dropped)
    assert Skip.SUPERSEDED == second.reason


def test_nobody_is_asked_any_more_once_no_seat_is_left(door: DoorScene) -> None:
    door.check_in("U1")
    door.ask()
    door.check_in("U2")

    assert [Skip.SUPERSEDED] * 2 == [one.reason for one in door.sent(Kind.UNCLAIMED, at=LATE)]  # type: ignore[union-attr]


def test_whose_seat_was_given_on_is_told_why(door: DoorScene) -> None:
    door.check_in("U1")
    door.ask()
    door.claim("W1")

    (told,) = door.sent(Kind.SEAT, at=LATE)

    assert isinstance(told, Call)
    assert "your seat was given to somebody in the room" in told.args["text"]


def race_for_one_seat(transaction: Transaction, scene: DoorScene) -> list[Claim]:
    """Let both waiters say at one moment that they are there; return what those who were saved got."""
    together = threading.Barrier(2)
    raced = DoorScene(transaction, scene.workspace_id, scene.seminar_id)
    outcomes: list[Claim] = []

    def press(user_id: str) -> None:
        together.wait(timeout=10)
        with suppress(DBAPIError):
            outcomes.append(raced.claim(user_id))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, ["W1", "W2"]))
    return outcomes


def test_of_two_waiters_who_are_there_one_gets_the_one_seat(
    door: DoorScene, transaction: Transaction
) -> None:
    door.check_in("U1")
    door.ask()

    outcomes = race_for_one_seat(transaction, door)

    assert [Claim.NONE_LEFT, Claim.SEATED] == sorted(outcomes)
    assert ["released", "seated", "seated", "waitlisted"] == sorted(door.states().values())


def test_without_the_lock_the_other_waiter_gets_no_answer(
    engine: Engine, door: DoorScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both see the same unclaimed seat and the same next number of the ledger.

    So only one of them can write, and the other's press is lost instead of answered.
    """
    door.check_in("U1")
    door.ask()
    together = threading.Barrier(2)

    def without_lock(session: Session, ids: list[int]) -> dict[int, Seminar]:
        found = seminars.find_seminars(session, ids)
        seminars.count_registrations(session, ids)
        together.wait(timeout=10)
        return found

    monkeypatch.setattr(seminars, "lock_seminars", without_lock)

    assert [Claim.SEATED] == race_for_one_seat(transactions(engine, is_reading=True), door)
