"""How much a batch asks of the database: as often for thirty presses as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from bot.domain.registering import Wish
from bot.services.delivering import prepare
from bot.services.registering import Press, register
from bot.services.reminding import plan_due
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.queue import Claimed
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace, deliveries

SEATS = 40


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect what is asked of the database; many rows given to one statement are one."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


REMINDERS = (timedelta(days=2), timedelta(days=1))


class Room:
    """One seminar, and members who press in batches."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        with transaction() as session:
            self.workspace_id = add_workspace(session)
            made = add_seminar(session, self.workspace_id, capacity=SEATS, reminder_offsets=REMINDERS)
            self.seminar_id = made.id

    def press(self, numbers: range, wish: Wish = Wish.REGISTER) -> None:
        presses = [Press(self.workspace_id, self.seminar_id, f"U{number:03}", wish) for number in numbers]
        with self.transaction() as session:
            register(session, presses, clock=lambda: NOW)

    def claim_confirmations(self) -> list[Claimed]:
        return self.claim(Kind.CONFIRMATION)

    def claim(self, kind: Kind) -> list[Claimed]:
        with self.transaction() as session:
            rows = [row for row in deliveries(session, kind) if row.state == "due"]
            for row in rows:
                row.state, row.leased_until, row.leased_by = "sending", NOW, "a worker"
            return [
                Claimed(
                    row.id,
                    row.workspace_id,
                    row.kind,
                    row.lane,
                    row.target,
                    row.seminar_id,
                    row.details,
                    row.attempts,
                    row.doubts,
                )
                for row in rows
            ]


@pytest.fixture
def room(transaction: Transaction) -> Room:
    return Room(transaction)


def test_thirty_who_are_seated_cost_as_many_statements_as_one(room: Room, engine: Engine) -> None:
    with counted(engine) as for_one:
        room.press(range(1))
    with counted(engine) as for_thirty:
        room.press(range(1, 31))

    assert len(for_one) == len(for_thirty)
    assert len(for_thirty) <= 15


def test_thirty_who_join_the_line_cost_as_many_statements_as_one(room: Room, engine: Engine) -> None:
    room.press(range(SEATS + 1))

    with counted(engine) as for_one:
        room.press(range(100, 101))
    with counted(engine) as for_thirty:
        room.press(range(101, 131))

    assert len(for_one) == len(for_thirty)


def test_thirty_seats_given_back_cost_as_many_statements_as_one(room: Room, engine: Engine) -> None:
    room.press(range(SEATS + 35))

    with counted(engine) as for_one:
        room.press(range(1), Wish.RELEASE)
    with counted(engine) as for_thirty:
        room.press(range(1, 31), Wish.RELEASE)

    assert len(for_one) == len(for_thirty)


def test_thirty_waiters_who_ask_again_cost_as_many_statements_as_one(room: Room, engine: Engine) -> None:
    room.press(range(SEATS + 35))

    with counted(engine) as for_one:
        room.press(range(SEATS, SEATS + 1))
    with counted(engine) as for_thirty:
        room.press(range(SEATS + 1, SEATS + 31))

    assert len(for_one) == len(for_thirty)


def test_a_reminder_for_thirty_costs_as_many_statements_as_for_one(room: Room, engine: Engine) -> None:
    starts_at = make_seminar().starts_at
    first, second = REMINDERS  # nothing else becomes due with either
    room.press(range(1))

    with counted(engine) as for_one, room.transaction() as session:
        plan_due(session, now=starts_at - first)
    room.press(range(1, 31))
    with counted(engine) as for_thirty, room.transaction() as session:
        plan_due(session, now=starts_at - second)

    assert len(for_one) == len(for_thirty)


def test_thirty_confirmations_are_written_with_as_many_statements_as_one(room: Room, engine: Engine) -> None:
    room.press(range(1))
    one = room.claim_confirmations()
    room.press(range(1, 31))
    thirty = room.claim_confirmations()

    with counted(engine) as for_one, room.transaction() as session:
        prepare(session, one, now=NOW)
    with counted(engine) as for_thirty, room.transaction() as session:
        prepared = prepare(session, thirty, now=NOW)

    assert len(for_one) == len(for_thirty)
    assert len(prepared) == 30


def test_writing_thirty_promotions_asks_as_often_as_writing_one(room: Room, engine: Engine) -> None:
    room.press(range(SEATS + 31))
    with room.transaction() as session:
        also = add_seminar(session, room.workspace_id, capacity=None).id
        presses = [
            Press(room.workspace_id, also, f"U{n:03}", Wish.REGISTER) for n in range(SEATS, SEATS + 31)
        ]
        register(session, presses, clock=lambda: NOW)
    room.press(range(1), Wish.RELEASE)
    one = room.claim(Kind.PROMOTION)
    room.press(range(1, 31), Wish.RELEASE)
    thirty = room.claim(Kind.PROMOTION)

    with counted(engine) as for_one, room.transaction() as session:
        prepare(session, one, now=NOW)
    with counted(engine) as for_thirty, room.transaction() as session:
        written = prepare(session, thirty, now=NOW)

    assert (1, 30) == (len(one), len(thirty))
    assert len(for_one) == len(for_thirty)
    assert all("also have a seat at the same time" in str(call) for call in written)
