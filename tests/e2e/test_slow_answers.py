"""Answers of Slack that take their time while other work goes on."""

import asyncio

from sqlalchemy import select

from bot.storage import tables
from bot.storage.deliveries import FILE
from tests.e2e.stories import Scene, eventually


def states(scene: Scene) -> list[str]:
    with scene.engine.connect() as connection:
        messages = select(tables.Delivery.state).where(tables.Delivery.lane != FILE)
        return sorted(connection.scalars(messages))


async def test_an_answer_that_comes_after_another_turn_began_is_settled(socket_scene: Scene) -> None:
    card = await socket_scene.announce()
    socket_scene.pg.faults.add("chat.postMessage", "slow", seconds=1.0)
    await socket_scene.member(0).press(card, "register")
    await asyncio.sleep(0.3)

    await socket_scene.member(1).press(card, "register")
    await socket_scene.member(0).wait_for_message(contains="Khorgos")
    await socket_scene.member(1).wait_for_message(contains="Khorgos")

    await eventually(lambda: states(socket_scene) == ["done", "done", "done"])
