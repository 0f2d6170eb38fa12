"""The server ends a session in the middle of its transaction, as an administrator or a fail-over does."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, event, select, text

from bot.storage import tables
from bot.storage.engine import open_engine, transactions
from tests.e2e.stories import eventually
from tests.integration.database_faults.fault_scenes import (
    FaultScene,
    calls_of,
    in_thread,
    refused,
    seminar_held,
    told,
    wait_until,
)
from tests.integration.database_faults.own_postgresql import OwnPostgreSQL, end_sessions


def end_once(scene: FaultScene, server: OwnPostgreSQL, is_the_one: Callable[[Connection], bool]) -> list[int]:
    """End the session of the next transaction of a kind at its commit, when all of it is written."""
    ended: list[int] = []

    @event.listens_for(scene.engine, "commit")
    def end(connection: Connection) -> None:
        if not ended and is_the_one(connection):
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            server.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
            ended.append(int(pid or 0))

    return ended


def is_press(connection: Connection) -> bool:
    return connection.scalar(select(tables.SeatChange.number)) is not None


def is_claim(connection: Connection) -> bool:
    found = select(tables.Delivery.id).where(
        tables.Delivery.state == "sending", tables.Delivery.kind == "confirmation"
    )
    return connection.scalar(found) is not None


def is_settling(connection: Connection) -> bool:
    found = select(tables.Delivery.id).where(
        tables.Delivery.state == "done", tables.Delivery.kind == "confirmation"
    )
    return connection.scalar(found) is not None


async def test_a_session_ended_while_a_press_waits_for_its_lock_changes_nothing(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    await scene.all_sent("announcement", 1)

    def end_what_waits() -> bool:
        return end_sessions(server, scene.engine, only_waiting=True) > 0

    with seminar_held(scene):
        took, _ = await asyncio.gather(refused(card, scene.member(0)), in_thread(wait_until, end_what_waits))

    assert took < 2.9
    assert (scene.states(), scene.ledger()) == ({}, [])
    await scene.register(card, scene.member(0))
    scene.check_whole(scene.member(0))


async def test_a_session_ended_at_the_commit_of_a_press_leaves_nothing_half_done(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    ended = end_once(scene, server, is_press)

    took = await refused(card, scene.member(0))

    assert len(ended) == 1
    assert took < 2.9
    assert (scene.states(), scene.ledger(), scene.sent("confirmation")) == ({}, [], {})
    await scene.register(card, scene.member(0))
    scene.check_whole(scene.member(0))


@pytest.mark.parametrize("is_the_one", [is_claim, is_settling], ids=["claiming", "settling"])
async def test_a_session_ended_at_the_end_of_a_turn_of_the_dispatcher_sends_nothing_twice(
    server: OwnPostgreSQL, on_postgresql: FaultScene, is_the_one: Callable[[Connection], bool]
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    ended = end_once(scene, server, is_the_one)

    await scene.register(card, scene.member(0))

    await scene.all_sent("confirmation", 1)
    assert len(ended) == 1
    assert told(scene.member(0)) == {scene.member(0).id: 1}


async def test_a_session_ended_while_an_answer_waits_to_be_settled_sends_nothing_twice(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    member = scene.member(0)
    await scene.all_sent("announcement", 1)
    posts = len(scene.pg.calls_of("chat.postMessage"))
    scene.pg.faults.add("chat.postMessage", "slow", seconds=0.5)
    await member.press(card, "register")
    await eventually(lambda: scene.sent("confirmation") == {member.id: "sending"})

    with scene.engine.connect() as other, other.begin():
        other.execute(
            select(tables.Delivery.id).where(tables.Delivery.kind == "confirmation").with_for_update()
        )
        await in_thread(wait_until, lambda: end_sessions(server, scene.engine, only_waiting=True) > 0)

    await calls_of(scene, "chat.postMessage", posts + 1)
    await scene.all_sent("confirmation", 1)
    assert told(member) == {member.id: 1}


def test_sessions_ended_while_nobody_used_them_are_noticed_by_nobody(
    server: OwnPostgreSQL, postgresql_file: str
) -> None:
    engine = open_engine(postgresql_file)
    with ExitStack() as used:
        for _ in range(3):
            used.enter_context(engine.connect())

    ended = end_sessions(server, engine)

    with transactions(engine)() as session:
        answer = session.scalar(select(1))
    engine.dispose()
    assert (3, 1) == (ended, answer)
