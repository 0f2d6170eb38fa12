"""PostgreSQL goes away in the middle and comes back: people are told, and nobody has to mend anything."""

import pytest

from tests.integration.database_faults.fault_scenes import (
    HOUR_BEFORE,
    FaultScene,
    calls_of,
    in_thread,
    open_fault_scene,
    refused,
    told,
)
from tests.integration.database_faults.own_postgresql import OwnPostgreSQL


@pytest.mark.parametrize("transport", ["socket", "http"])
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_press_while_postgresql_is_down_is_refused_and_the_next_one_saved(
    server: OwnPostgreSQL, postgresql_file: str, mode: str, transport: str
) -> None:
    async with open_fault_scene(postgresql_file, transport) as scene:
        card = await scene.posted()
        before, meanwhile, after = scene.members(3)
        await scene.register(card, before)

        await in_thread(server.stop, mode)
        took = await refused(card, meanwhile)
        await in_thread(server.start)

        assert took < 2.9
        await scene.register(card, after)
        await scene.all_sent("confirmation", 2)
        scene.check_whole(before, after)
        assert told(before, meanwhile, after) == {before.id: 1, after.id: 1, meanwhile.id: 0}
        await scene.ana.wait_for_message("C0TALKS0", contains="3 of 5 seats left", within=10)


async def test_a_crowd_that_presses_while_postgresql_is_down_is_told_so_each(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    await in_thread(server.stop, "immediate")

    took = await refused(card, *scene.members(4))

    await in_thread(server.start)
    assert took < 2.9
    await scene.register(card, scene.member(3))
    scene.check_whole(scene.member(3))


async def test_an_answer_of_slack_that_could_not_be_settled_is_settled_later_and_not_sent_again(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    member = scene.member(0)
    await scene.all_sent("announcement", 1)
    posts = len(scene.pg.calls_of("chat.postMessage"))
    scene.pg.faults.add("chat.postMessage", "slow", seconds=1.0)
    await member.press(card, "register")
    await calls_of(scene, "chat.postMessage", posts + 1)

    await in_thread(server.stop, "immediate")
    await member.wait_for_message(contains="You have a seat")
    await in_thread(server.start)

    await scene.all_sent("confirmation", 1)
    assert told(member) == {member.id: 1}


async def test_what_was_promised_and_not_yet_sent_goes_out_when_postgresql_is_back(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    member = scene.member(0)
    await scene.all_sent("announcement", 1)
    scene.pg.faults.add("chat.postMessage", "rate_limited", retry_after=1)
    await member.press(card, "register")

    await in_thread(server.stop, "fast")
    await in_thread(server.start)

    await member.wait_for_message(contains="You have a seat", within=10)
    await scene.all_sent("confirmation", 1)
    assert told(member) == {member.id: 1}


async def test_reminders_that_came_due_while_postgresql_was_down_go_out_once_when_it_is_back(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    member = scene.member(0)
    await scene.register(card, member)
    await scene.all_sent("confirmation", 1)
    await in_thread(server.stop, "immediate")

    scene.move_to(HOUR_BEFORE)
    await in_thread(server.start)

    await member.wait_for_message(contains="starts in 1 hour", within=10)
    await scene.all_sent("reminder", 1)
    assert told(member) == {member.id: 2}
