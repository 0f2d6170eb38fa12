"""Paths that meet in the database at the same moment, and must not wait for each other crosswise."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services.delivering import Call, prepare
from bot.services.settling import Sent, settle
from bot.slack.errors import RefusedForTarget
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind, want_redrawn
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.lanes import Rate
from bot.storage.members import note_members
from bot.storage.queue import claim
from bot.storage.seminars import lock_seminars
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries

MEANWHILE_S = 0.3  # long enough for the other thread to come to where it would wait


def run_beside(work: Any, pool: ThreadPoolExecutor) -> Future[Any]:
    """Start work in another thread, and give it the time to get as far as it can."""
    started = pool.submit(work)
    with suppress(TimeoutError):
        started.result(timeout=MEANWHILE_S)
    return started


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    with transaction() as session:
        return add_seminar(session, add_workspace(session), channels=2).id


def test_a_refusal_and_a_press_on_the_same_seminar_both_come_through(
    transaction: Transaction, seminar_id: int
) -> None:
    """The one holds the card and refers to the seminar, the other holds the seminar and wants the card."""
    rates = {POST: Rate(5, 20), UPDATE: Rate(5, 20)}
    with transaction() as session:
        claimed = claim(
            session,
            worker="one",
            now=NOW,
            elapsed=NOW,
            rates=rates,
            room=9,
            is_ready=lambda _workspace, _lane, _target: True,
        )
    with transaction() as session:
        calls = [one for one in prepare(session, claimed, now=NOW) if isinstance(one, Call)]

    def refuse() -> None:
        sent = [Sent(call, RefusedForTarget("is_archived")) for call in calls]
        with transaction() as session:
            settle(session, sent, worker="one", now=NOW, elapsed=NOW)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            lock_seminars(session, [seminar_id])
            refused = run_beside(refuse, pool)
            want_redrawn(session, [seminar_id], now=NOW)
        refused.result(timeout=5)

    with transaction() as session:
        assert len(deliveries(session, Kind.TROUBLE)) == 2


def test_cards_are_wanted_in_the_order_that_they_are_settled_in(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        first, second = (card.id for card in deliveries(session, Kind.ANNOUNCEMENT))
        # An update moves a row to the end, so that a scan meets the second card first.
        session.execute(update(tables.Delivery).where(tables.Delivery.id == first).values(priority=1))

    def lock_card(session: Session, card_id: int) -> None:
        session.scalars(
            select(tables.Delivery.id).where(tables.Delivery.id == card_id).with_for_update()
        ).all()

    def redraw() -> None:
        with transaction() as session:
            want_redrawn(session, [seminar_id], now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            lock_card(session, first)
            redrawn = run_beside(redraw, pool)
            lock_card(session, second)
        redrawn.result(timeout=5)

    with transaction() as session:
        assert [card.wanted for card in deliveries(session, Kind.ANNOUNCEMENT)] == [2, 2]


def test_two_desks_that_meet_the_same_people_in_other_orders_both_come_through(
    transaction: Transaction, seminar_id: int, database_url: str
) -> None:
    people = [(1, f"U{number:04}") for number in range(400)]
    engine = open_engine(database_url)
    together = threading.Barrier(2)

    def note(open_transaction: Transaction, pairs: list[tuple[int, str]]) -> None:
        with open_transaction() as session:
            find = select(tables.Seminar.id).where(tables.Seminar.id == seminar_id)
            assert session.scalar(find) == seminar_id
            if session.connection().dialect.name == "postgresql":
                together.wait(timeout=10)
            note_members(session, pairs)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(note, [transaction, transactions(engine)], [people, people[::-1]]))
    engine.dispose()

    with transaction() as session:
        assert len(session.scalars(select(tables.Member.user_id)).all()) == len(people)
