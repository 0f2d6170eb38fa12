"""Two bots and a worker on one PostgreSQL: one pool of seats, each promise kept by one of them, in time."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, select

from bot.playground.server import Playground
from bot.storage import tables
from bot.storage.engine import transactions
from tests.e2e.stories import eventually
from tests.integration.processes.children import Children
from tests.integration.processes.shared_rows import (
    add_talk,
    counts,
    database_now,
    deliveries_of,
    lateness,
    people,
    promise_notices,
    states_of,
)

CAPACITY = 20
DAYS = timedelta(days=3)


async def open_three(children: Children, pg: Playground) -> None:
    """Start two bots, whose connections Slack hands presses to in turn, and a worker."""
    await children.start("run", SLACK_APP_TOKEN=pg.app_token)
    await children.start("run", SLACK_APP_TOKEN=pg.app_token)
    await children.start("worker")
    await children.say("is running", 3)
    await eventually(lambda: pg.sockets.connected == 2, 20)


def states(engine: Engine) -> Counter[str]:
    with transactions(engine, is_reading=True)() as session:
        return Counter(session.scalars(select(tables.Registration.state)))


def ledger(engine: Engine) -> list[int]:
    with transactions(engine, is_reading=True)() as session:
        return list(session.scalars(select(tables.SeatChange.number).order_by(tables.SeatChange.number)))


async def test_a_crowd_at_two_processes_gets_exactly_the_seats_and_each_one_message(
    children: Children, pg: Playground, shared: Engine
) -> None:
    add_talk(shared, starts_at=database_now(shared) + DAYS, capacity=CAPACITY)
    await open_three(children, pg)
    members = people(pg, 60)
    card = await members[0].wait_for_message("C0TALKS0", contains="Khorgos", within=10)

    answers = await asyncio.gather(*(member.press(card, "register") for member in members))
    await eventually(lambda: states_of(shared, "confirmation") == ["done"] * 60, 20)

    assert [True] * 60 == [answer.acknowledged for answer in answers]
    assert {"seated": CAPACITY, "waitlisted": 40} == states(shared)
    assert list(range(1, 61)) == ledger(shared)
    assert [1] * 60 == [len(member.told()) for member in members]
    assert CAPACITY == sum(counts(members, "You have a seat"))
    await members[0].wait_for_message("C0TALKS0", contains="Full: 40 waiting", within=10)
    assert pg.complaints == []


async def test_the_same_press_delivered_to_both_processes_is_one_press(
    children: Children, pg: Playground, shared: Engine
) -> None:
    add_talk(shared, starts_at=database_now(shared) + DAYS, capacity=CAPACITY)
    await open_three(children, pg)
    members = people(pg, 10)
    card = await members[0].wait_for_message("C0TALKS0", contains="Khorgos", within=10)
    pg.delivery.duplicate_next(10)

    answers = await asyncio.gather(*(member.press(card, "register") for member in members))
    await pg.delivery.settle()
    await eventually(lambda: states_of(shared, "confirmation") == ["done"] * 10, 20)

    assert [True] * 10 == [answer.acknowledged for answer in answers]
    assert {"seated": 10} == states(shared)
    assert list(range(1, 11)) == ledger(shared)
    assert [1] * 10 == [len(member.told()) for member in members]


async def test_promises_spread_over_some_seconds_are_kept_once_and_soon(
    children: Children, pg: Playground, shared: Engine, record_property: Callable[[str, object], None]
) -> None:
    """What is wanted is a median under 0.3 s and 1 s at most; a noisy machine gets more time than that."""
    talk = add_talk(shared, starts_at=database_now(shared) + DAYS)
    await open_three(children, pg)
    members = people(pg, 40)
    await eventually(lambda: states_of(shared, "announcement") == ["done"], 10)
    began = database_now(shared) + timedelta(seconds=1)
    due = {member.id: began + number * timedelta(seconds=0.1) for number, member in enumerate(members)}

    promise_notices(shared, talk, due)
    await eventually(lambda: states_of(shared, "trouble") == ["done"] * 40, 20)

    middle, longest = lateness(deliveries_of(shared, "trouble"))
    record_property("lateness, median and longest, in seconds", (middle, longest))
    assert [1] * 40 == [len(member.told()) for member in members]
    assert middle < 1, f"due to sent: median {middle:.3f} s, longest {longest:.3f} s"
    assert longest < 5
