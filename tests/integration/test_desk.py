"""The desk under a crowd, on both engines, in one process and in two; and what happens without its lock."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.domain.outcomes import AlreadyWaitlisted, Seated, Waitlisted
from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.services import registering
from bot.services.desk import Desk, NotSavedError
from bot.services.registering import Decided, Press
from bot.storage import seminars, tables
from bot.storage.engine import Transaction, open_engine, transactions
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries, states

SEATS = 5
RACERS = 12


@contextmanager
def open_desk(transaction: Transaction, **options: float) -> Iterator[Desk]:
    desk = Desk(transaction, Clock(anchor=NOW), **options)  # type: ignore[arg-type] # numbers by name
    desk.open()
    yield desk
    desk.close()


def press(seminar_id: int, number: int, wish: Wish = Wish.REGISTER) -> Press:
    return Press(1, seminar_id, f"U{number:04}", wish)


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    with transaction() as session:
        return add_seminar(session, add_workspace(session), capacity=SEATS).id


async def test_a_crowd_gets_every_seat_and_no_more(transaction: Transaction, seminar_id: int) -> None:
    with open_desk(transaction) as desk:
        decided = await asyncio.gather(*(desk.press(press(seminar_id, number)) for number in range(60)))

    outcomes = Counter(type(one.outcome) for one in decided)
    assert outcomes == {Seated: SEATS, Waitlisted: 60 - SEATS}
    places = sorted(one.outcome.place for one in decided if isinstance(one.outcome, Waitlisted))
    assert places == list(range(1, 56))
    with transaction() as session:
        assert Counter(states(session, seminar_id).values()) == {"seated": SEATS, "waitlisted": 55}
        assert len(deliveries(session, "confirmation")) == 60


async def test_two_desks_on_one_database_give_every_seat_once(
    database_url: str, transaction: Transaction, seminar_id: int
) -> None:
    engine = open_engine(database_url)
    with open_desk(transaction) as one, open_desk(transactions(engine)) as other:
        decided = await asyncio.gather(
            *((one if number % 2 else other).press(press(seminar_id, number)) for number in range(80))
        )
    engine.dispose()

    assert Counter(type(found.outcome) for found in decided)[Seated] == SEATS
    with transaction() as session:
        assert Counter(states(session, seminar_id).values())["seated"] == SEATS


async def test_the_same_press_at_two_desks_is_one_press(
    database_url: str, transaction: Transaction, seminar_id: int
) -> None:
    engine = open_engine(database_url)
    with open_desk(transaction) as one, open_desk(transactions(engine)) as other:
        await asyncio.gather(*(desk.press(press(seminar_id, 1)) for desk in (one, other) for _ in range(5)))
    engine.dispose()

    with transaction() as session:
        assert len(session.scalars(select(tables.SeatChange)).all()) == 1
        assert len(deliveries(session, "confirmation")) == 1


@pytest.mark.parametrize(
    "bad", [Press(1, 1, "U\0" * 40, Wish.REGISTER), Press(1, 2**63, "U9", Wish.REGISTER)], ids=["name", "id"]
)
async def test_one_bad_press_does_not_fail_its_neighbours(
    transaction: Transaction, seminar_id: int, bad: Press
) -> None:
    presses = [press(seminar_id, 1), bad, press(seminar_id, 2)]

    with open_desk(transaction) as desk:
        answers = await asyncio.gather(*map(desk.press, presses), return_exceptions=True)

    assert [isinstance(answers[place], Decided) for place in (0, 2)] == [True, True]
    with transaction() as session:
        found = states(session, seminar_id)
        assert (found["U0001"], found["U0002"]) == ("seated", "seated")


async def test_a_batch_for_several_seminars_keeps_their_lines_apart(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        other = add_seminar(session, 1, capacity=1).id
    with open_desk(transaction) as desk:
        await asyncio.gather(*(desk.press(press(of, n)) for n in range(9) for of in (seminar_id, other)))

        again = await asyncio.gather(*(desk.press(press(of, 8)) for of in (seminar_id, other)))
        await asyncio.gather(*(desk.press(press(of, 0, Wish.RELEASE)) for of in (seminar_id, other)))

    assert [one.outcome for one in again] == [AlreadyWaitlisted(9 - SEATS), AlreadyWaitlisted(8)]
    with transaction() as session:
        assert Counter(states(session, seminar_id).values()) == {
            "seated": SEATS,
            "waitlisted": 3,
            "released": 1,
        }
        assert Counter(states(session, other).values()) == {"seated": 1, "waitlisted": 7, "released": 1}
        assert states(session, other)["U0001"] == "seated"


async def test_a_press_that_waited_too_long_is_refused_and_not_saved(
    transaction: Transaction, seminar_id: int
) -> None:
    with open_desk(transaction, max_wait_s=-1.0) as desk, pytest.raises(NotSavedError):
        await desk.press(press(seminar_id, 1))

    with transaction() as session:
        assert states(session, seminar_id) == {}


def _race(transaction: Transaction, seminar_id: int) -> int:
    """Let members register at the same moment, a transaction each; return how many got a seat."""
    barrier = threading.Barrier(RACERS)

    def one(number: int) -> None:
        barrier.wait()
        with suppress(DBAPIError), transaction() as session:
            registering.register(session, [press(seminar_id, number)], clock=lambda: NOW)

    with ThreadPoolExecutor(RACERS) as pool:
        list(pool.map(one, range(RACERS)))
    with transaction() as session:
        return Counter(states(session, seminar_id).values())["seated"]


def test_with_the_lock_a_race_gives_exactly_the_seats(transaction: Transaction, seminar_id: int) -> None:
    assert _race(transaction, seminar_id) == SEATS


def test_without_the_lock_the_same_race_fails(
    engine: Engine, seminar_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: all see the same free seats and the same next number of the ledger.

    So only one of them can write: the ledger's key turns what would be seats
    too many into presses that are lost, which is why the lock must be there.
    """
    together = threading.Barrier(RACERS)

    def without_lock(session: Session, ids: list[int]) -> dict[int, Seminar]:
        found = seminars.find_seminars(session, ids)
        seminars.count_registrations(session, ids)
        together.wait(timeout=10)
        return found

    monkeypatch.setattr(seminars, "lock_seminars", without_lock)

    assert _race(transactions(engine, is_reading=True), seminar_id) < SEATS


async def test_a_press_after_closing_time_is_refused(transaction: Transaction, seminar_id: int) -> None:
    with open_desk(transaction) as desk:
        pass

    with pytest.raises(NotSavedError):
        await desk.press(press(seminar_id, 1))
