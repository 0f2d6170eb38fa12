"""Twenty press while staff lower and raise the seats: with the lock nothing is lost."""

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.room import replay
from bot.domain.seating import Limits
from bot.domain.seminar import Count, Seminar
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.registering import Press, register
from bot.services.seats import look_at_limits, save_limits
from bot.storage import seminars
from bot.storage.engine import Transaction, transactions
from bot.storage.ledger import list_changes
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

PRESSING = 20
AT_ONCE = 5
ROUNDS = (2, 12, 3, 9, 1, 8)
LAST = ROUNDS[-1]


@dataclass
class Ended:
    """How a race ended."""

    saved: int
    count: Count
    is_ledger_true: bool


def _save(session: Session, seminar_id: int, seats: int) -> None:
    """Look and save in one breath; who comes between is seen, and then it is done once more."""
    for _ in range(50):
        with suppress(ChangedMeanwhileError):
            limits = Limits(seats, has_waitlist=True)
            who = {"moves_latest": True, "workspace_id": 1, "actor": "U0STAFF", "now": NOW}
            seen = look_at_limits(session, seminar_id, limits, **who).fingerprint()  # type: ignore[arg-type]
            save_limits(session, seminar_id, limits, seen=seen, **who)  # type: ignore[arg-type]
            return
    raise AssertionError("it changed each time")


def _race(transaction: Transaction, seminar_id: int) -> Ended:
    start = threading.Barrier(AT_ONCE + 1)
    saved: list[int] = []

    def press(lane: int) -> None:
        start.wait(timeout=10)
        for number in range(lane, PRESSING, AT_ONCE):
            wish = Press(1, seminar_id, f"U{number:02}", Wish.REGISTER)
            with suppress(DBAPIError), transaction() as session:
                register(session, [wish], clock=lambda: NOW)
                saved.append(number)

    def lower_and_raise(_lane: int) -> None:
        start.wait(timeout=10)
        for seats in ROUNDS:
            with suppress(DBAPIError), transaction() as session:
                _save(session, seminar_id, seats)

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        racing = [pool.submit(press, lane) for lane in range(AT_ONCE)]
        racing.append(pool.submit(lower_and_raise, 0))
    for one in racing:
        one.result()
    with transaction() as session:
        room = look_at_seminar(session, seminar_id, workspace_id=1)
        replayed = replay(list_changes(session, seminar_id))
    return Ended(len(room.known), room.count, replayed == room.known)


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    with transaction() as session:
        return add_seminar(session, add_workspace(session), capacity=5).id


def test_with_the_lock_every_press_is_saved_and_the_seats_are_the_last_that_staff_set(
    transaction: Transaction, seminar_id: int
) -> None:
    ended = _race(transaction, seminar_id)

    assert ended == Ended(PRESSING, Count(seated=LAST, waiting=PRESSING - LAST), is_ledger_true=True)


def test_without_the_lock_the_same_race_loses_presses(
    engine: Engine, seminar_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: all read before any of them writes, so the ledger's key lets only one of them through."""
    together = threading.Barrier(AT_ONCE + 1)

    def without_lock(session: Session, ids: Collection[int]) -> dict[int, Seminar]:
        found = seminars.find_seminars(session, ids)
        seminars.count_registrations(session, ids)
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.5)
        return found

    monkeypatch.setattr(seminars, "lock_seminars", without_lock)

    assert _race(transactions(engine, is_reading=True), seminar_id).saved < PRESSING
