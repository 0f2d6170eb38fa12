"""A worker that dies, machines whose clocks disagree, and a database that a newer program has changed."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from bot.playground.person import Person
from bot.playground.server import Playground
from tests.e2e.stories import eventually
from tests.integration.processes.children import Children
from tests.integration.processes.shared_rows import (
    HOUR,
    SECOND,
    add_talk,
    counts,
    database_now,
    deliveries_of,
    people,
    promise_notices,
    seat,
    states_of,
)

DAYS = timedelta(days=3)
SHORT_LEASE = "with_short_lease.py"
FAST = "on_a_fast_clock.py"
FAST_ALONE = "on_a_fast_clock_alone.py"


async def test_a_worker_killed_while_sending_is_replaced_by_another_after_its_lease(
    children: Children, pg: Playground, shared: Engine
) -> None:
    talk = add_talk(shared, starts_at=database_now(shared) + DAYS)
    members = people(pg, 6)
    victim = await children.start("worker", driver=SHORT_LEASE)
    await eventually(lambda: states_of(shared, "announcement") == ["done"], 20)
    pg.faults.add("chat.postMessage", "timeout", times=6, seconds=30)
    now = database_now(shared)
    promise_notices(shared, talk, {member.id: now for member in members})
    await eventually(lambda: len(pg.calls_of("chat.postMessage")) == 1 + 6, 10)
    held = [row.leased_until for row in deliveries_of(shared, "trouble") if row.leased_until is not None]
    victim.kill()
    await children.start("worker", driver=SHORT_LEASE)

    await eventually(lambda: states_of(shared, "trouble") == ["done"] * 6, 20)

    sent_at = [row.settled_at for row in deliveries_of(shared, "trouble") if row.settled_at is not None]
    assert 6 == len(held)
    assert min(sent_at) > max(held)
    assert [1] * 6 == [len(member.told()) for member in members]
    assert 1 + 6 + 6 == len(pg.calls_of("chat.postMessage"))


async def test_reminders_go_out_once_and_at_the_right_moment_though_a_clock_is_minutes_fast(
    children: Children, pg: Playground, shared: Engine
) -> None:
    await children.start("worker")
    await children.start("worker", driver=FAST)
    await children.say("is running", 2)
    now = database_now(shared)
    due_at = now + 5 * SECOND
    talk = add_talk(shared, starts_at=due_at + HOUR)
    members = people(pg, 8)
    seat(shared, talk, [member.id for member in members], at=now)

    await eventually(lambda: bool(states_of(shared, "reminder")), 20)
    planned_at = database_now(shared)
    await eventually(lambda: states_of(shared, "reminder") == ["done"] * 8, 20)

    assert due_at < planned_at < due_at + 5 * SECOND
    assert [0] * 8 == [row.doubts for row in deliveries_of(shared, "reminder")]
    assert [1] * 8 == counts(members, "Still coming?")


async def test_without_the_databases_time_the_fast_machine_would_be_early(
    children: Children, shared: Engine
) -> None:
    """The twin: it takes the moment for past, though it has not come."""
    await children.start("worker", driver=FAST_ALONE)
    await children.say("is running")
    now = database_now(shared)
    talk = add_talk(shared, starts_at=now + HOUR + timedelta(minutes=3))
    seat(shared, talk, ["U0000"], at=now)

    await eventually(lambda: bool(states_of(shared, "reminder")), 20)

    assert database_now(shared) < talk.starts_at - HOUR


async def held_by_a_right_machine(children: Children, pg: Playground, shared: Engine) -> list[Person]:
    """Have six notices in the hands of a worker whose clock is right, until another has started."""
    talk = add_talk(shared, starts_at=database_now(shared) + DAYS)
    members = people(pg, 6)
    await children.start("worker")
    await eventually(lambda: states_of(shared, "announcement") == ["done"], 20)
    pg.faults.add("chat.postMessage", "slow", times=6, seconds=8)
    now = database_now(shared)
    promise_notices(shared, talk, {member.id: now for member in members})
    await eventually(lambda: states_of(shared, "trouble") == ["sending"] * 6, 10)
    return members


async def test_leases_of_a_right_machine_are_not_stolen_by_one_that_is_minutes_fast(
    children: Children, pg: Playground, shared: Engine
) -> None:
    members = await held_by_a_right_machine(children, pg, shared)

    await children.start("worker", driver=FAST)
    await children.say("is running", 2)
    await eventually(lambda: states_of(shared, "trouble") == ["done"] * 6, 20)

    assert [0] * 6 == [row.doubts for row in deliveries_of(shared, "trouble")]
    assert [1] * 6 == [len(member.told()) for member in members]


async def test_without_the_databases_time_the_fast_machine_would_steal_leases(
    children: Children, pg: Playground, shared: Engine
) -> None:
    """The twin: it takes them for run out, so the same words are said twice."""
    members = await held_by_a_right_machine(children, pg, shared)

    await children.start("worker", driver=FAST_ALONE)

    await eventually(lambda: max(len(member.told()) for member in members) > 1, 20)


@pytest.fixture
def newer_schema(shared: Engine) -> Iterator[None]:
    """Mark the database as a newer program's for the length of a test."""
    with shared.begin() as connection:
        known = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    yield
    with shared.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :known"), {"known": known})


@pytest.mark.usefixtures("newer_schema")
@pytest.mark.parametrize("command", ["run", "worker", "migrate"])
async def test_a_schema_of_a_newer_program_is_refused_with_one_sentence(
    children: Children, pg: Playground, command: str
) -> None:
    process = await children.start(command, SLACK_APP_TOKEN=pg.app_token)
    async with asyncio.timeout(20):
        code = await process.wait()

    (sentence,) = children.logs().strip().splitlines()
    assert code == 1
    assert "newer Seminar Bot" in sentence
