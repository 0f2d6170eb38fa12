"""Somebody else holds what a press needs: for a moment, too long, or all the connections there are."""

import asyncio
from contextlib import ExitStack, suppress

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from bot.playground.state import Message
from tests.integration.database_faults.fault_scenes import (
    HOUR_BEFORE,
    FaultScene,
    in_thread,
    refused,
    seminar_held,
    told,
    wait_until,
)
from tests.integration.database_faults.own_postgresql import GREEDY, OwnPostgreSQL, end_sessions

SLACK_WAITS_S = 3.0
LIMIT = 14  # more than the bot keeps, so that it has all it wants when they are free again


async def settled_card(scene: FaultScene) -> Message:
    """Wait until the bot has nothing in hand, so that the next press meets nothing but the fault."""
    card = await scene.posted()
    await scene.all_sent("announcement", 1)
    return card


async def test_a_press_that_waits_one_second_for_its_lock_is_saved(on_both: FaultScene) -> None:
    scene = on_both
    card = await settled_card(scene)
    member = scene.member(0)

    with seminar_held(scene):
        pressing = asyncio.create_task(member.press(card, "register"))
        await asyncio.sleep(1)  # the length of the hold is what is tested
        was_waiting = not pressing.done()

    assert was_waiting
    assert (await pressing).acknowledged
    await member.wait_for_message(contains="You have a seat")
    scene.check_whole(member)


async def test_a_press_that_waits_too_long_for_its_lock_is_refused_before_slack_gives_up(
    on_both: FaultScene,
) -> None:
    scene = on_both
    card = await settled_card(scene)
    waiter, after = scene.members(2)

    with seminar_held(scene):
        took = await refused(card, waiter)

    assert took < SLACK_WAITS_S
    assert (scene.states(), scene.ledger()) == ({}, [])
    await scene.register(card, after)
    scene.check_whole(after)


async def test_presses_that_come_one_after_the_other_while_the_lock_is_held_are_all_refused_in_time(
    on_both: FaultScene,
) -> None:
    """Each waits behind the one before it, so what is left of its time is less than a whole lock time-out."""
    scene = on_both
    card = await settled_card(scene)
    first, second, third, after = scene.members(4)

    with seminar_held(scene):
        refusals = []
        for member in (first, second, third):
            refusals.append(asyncio.create_task(refused(card, member)))
            await asyncio.sleep(0.7)  # so that they are no batch
        took = await asyncio.gather(*refusals)

    assert max(took) < SLACK_WAITS_S
    assert (scene.states(), scene.ledger()) == ({}, [])
    await scene.register(card, after)
    scene.check_whole(after)


async def test_a_press_that_was_refused_is_not_saved_when_the_lock_is_free_again(on_both: FaultScene) -> None:
    """What the member was told stays true: the second press waits behind the first, and then too long."""
    scene = on_both
    card = await settled_card(scene)
    first, second, after = scene.members(3)

    with seminar_held(scene):
        pressing = asyncio.create_task(first.press(card, "register"))
        await asyncio.sleep(0.1)  # so that they are no batch
        answer = await second.press(card, "register")
    await pressing
    await scene.register(card, after)

    assert not answer.acknowledged
    scene.check_whole(after)


async def test_a_press_finds_no_connection_left_and_is_refused_until_there_is_one(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await settled_card(scene)
    first, second = scene.members(2)
    await scene.register(card, first)
    url = make_url(scene.settings.database_url.get_secret_value())
    greedy = create_engine(url, poolclass=NullPool, connect_args={"application_name": GREEDY})
    await in_thread(server.execute, f"ALTER ROLE {url.username} CONNECTION LIMIT {LIMIT}")
    with ExitStack() as taken:

        def take_all() -> bool:
            """End the bot's sessions and take what becomes free, until nothing does."""
            end_sessions(server, scene.engine)
            with suppress(OperationalError):
                while True:
                    taken.enter_context(greedy.connect())
            return count_greedy(server, scene) == LIMIT

        await in_thread(wait_until, take_all)
        took = await refused(card, second)
    greedy.dispose()

    assert took < SLACK_WAITS_S
    await scene.register(card, second)
    scene.check_whole(first, second)


def count_greedy(server: OwnPostgreSQL, scene: FaultScene) -> int:
    (row,) = server.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND application_name = :greedy",
        name=scene.engine.url.database,
        greedy=GREEDY,
    )
    return int(row[0])


async def test_reminders_that_came_due_while_everything_was_locked_go_out_once(on_both: FaultScene) -> None:
    scene = on_both
    card = await settled_card(scene)
    member = scene.member(0)
    await scene.register(card, member)
    await scene.all_sent("confirmation", 1)

    with seminar_held(scene):
        scene.move_to(HOUR_BEFORE)
        await asyncio.sleep(2.5)  # longer than a planner or a dispatcher waits for a lock

    await member.wait_for_message(contains="starts in 1 hour", within=10)
    await scene.all_sent("reminder", 1)
    assert told(member) == {member.id: 2}
