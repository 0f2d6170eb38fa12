"""Moments that have come, planned once, with the reason for what is not sent; on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from bot.domain.registering import Wish
from bot.domain.reminding import Skip
from bot.services.registering import Press, register
from bot.services.reminding import plan_due
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.moments import lock_due
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace, deliveries

STARTS = make_seminar().starts_at
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Plan:
    """One seminar with two registrants, and its planner."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        with transaction() as session:
            self.workspace_id = add_workspace(session)
            self.seminar_id = add_seminar(session, self.workspace_id, closes_at=STARTS - 2 * HOUR).id
        self.seat("U1", NOW)
        self.seat("U2", NOW)

    def seat(self, user_id: str, at: datetime) -> None:
        with self.transaction() as session:
            register(
                session, [Press(self.workspace_id, self.seminar_id, user_id, Wish.REGISTER)], clock=lambda: at
            )

    def tick(self, at: datetime) -> int:
        with self.transaction() as session:
            return plan_due(session, now=at)

    def reminders(self) -> list[tuple[str, str, str | None]]:
        with self.transaction() as session:
            return [(row.target, row.state, row.reason) for row in deliveries(session, Kind.REMINDER)]

    def skipped(self) -> list[str | None]:
        with self.transaction() as session:
            moment = tables.Moment
            return list(
                session.scalars(
                    select(moment.skipped).where(moment.kind == "reminder").order_by(moment.due_at)
                )
            )

    def wanted(self) -> int:
        with self.transaction() as session:
            (card,) = deliveries(session, Kind.ANNOUNCEMENT)
            return card.wanted


@pytest.fixture
def plan(transaction: Transaction) -> Plan:
    return Plan(transaction)


def test_nothing_is_planned_before_its_moment(plan: Plan) -> None:
    assert plan.tick(STARTS - DAY - timedelta(seconds=1)) == 0
    assert plan.reminders() == []


def test_a_moment_that_came_is_planned_once(plan: Plan) -> None:
    assert plan.tick(STARTS - DAY) == 1
    assert plan.tick(STARTS - DAY) == 0

    assert plan.reminders() == [("U1", "due", None), ("U2", "due", None)]


def test_two_planners_plan_a_moment_once(plan: Plan, database_url: str) -> None:
    engine = open_engine(database_url)
    together = threading.Barrier(2)

    def tick(transaction: Transaction) -> int:
        together.wait(timeout=10)
        with transaction() as session:
            return plan_due(session, now=STARTS - DAY)

    with ThreadPoolExecutor(2) as pool:
        planned = list(pool.map(tick, [plan.transaction, transactions(engine)]))
    engine.dispose()

    assert sorted(planned) == [0, 1]
    assert plan.reminders() == [("U1", "due", None), ("U2", "due", None)]


def test_what_another_planner_holds_is_skipped_and_not_waited_for(plan: Plan, database_url: str) -> None:
    engine = open_engine(database_url)
    # SQLite has one writer, so there it is waited for, in vain.
    is_refused = pytest.raises(OperationalError) if database_url.startswith("sqlite") else nullcontext()
    with plan.transaction() as session:
        planned = plan_due(session, now=STARTS - DAY)
        with is_refused, transactions(engine)() as other:
            assert lock_due(other, now=STARTS - DAY, limit=10) == []
    engine.dispose()

    assert planned == 1


def test_a_planner_that_dies_leaves_the_moment_to_the_next(plan: Plan) -> None:
    with suppress(_DiedError), plan.transaction() as session:
        plan_due(session, now=STARTS - DAY)
        raise _DiedError

    assert plan.tick(STARTS - DAY) == 1
    assert plan.reminders() == [("U1", "due", None), ("U2", "due", None)]


class _DiedError(Exception):
    """The planner's process ended before the commit."""


def test_after_an_outage_only_the_nearest_goes_out_and_the_reason_is_kept(plan: Plan) -> None:
    plan.tick(STARTS - HOUR + timedelta(minutes=10))

    assert [target for target, _state, _reason in plan.reminders()] == ["U1", "U2"]
    assert plan.skipped() == [Skip.NEARER_ONE, None]


def test_who_joined_after_the_moment_is_not_reminded_of_it(plan: Plan) -> None:
    plan.seat("U3", STARTS - DAY + HOUR)

    plan.tick(STARTS - DAY + 2 * HOUR)

    assert plan.reminders() == [
        ("U1", "due", None),
        ("U2", "due", None),
        ("U3", "dropped", Skip.JOINED_LATER),
    ]


def test_what_comes_due_after_the_start_is_dropped_with_its_reason(plan: Plan) -> None:
    plan.tick(STARTS + HOUR)

    assert plan.reminders() == []
    assert plan.skipped() == [Skip.AFTER_START, Skip.AFTER_START]


def test_a_cancelled_talk_reminds_nobody(plan: Plan) -> None:
    with plan.transaction() as session:
        session.execute(update(tables.Seminar).values(cancelled_at=NOW))

    plan.tick(STARTS - HOUR)

    assert plan.reminders() == []
    assert plan.skipped() == [Skip.CANCELLED, Skip.CANCELLED]


def test_the_card_is_wanted_anew_when_it_closes_begins_and_ends(plan: Plan) -> None:
    plan.tick(STARTS - DAY)
    before = plan.wanted()

    for at in (STARTS - 2 * HOUR, STARTS, STARTS + 2 * HOUR):
        plan.tick(at)

    assert plan.wanted() == before + 3
