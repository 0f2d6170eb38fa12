"""Seats that nobody claims go to who is there; afterwards staff see who came."""

import asyncio
from datetime import timedelta

from bot.playground.state import Message
from tests.e2e.stories import STARTS, Scene, eventually
from tests.e2e.test_check_in import let_in, open_check_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE = STARTS + 10 * MINUTE


async def full_and_begun(scene: Scene) -> Message:
    """Ten minutes after the start: two seats are taken, one by somebody in the room, and two people wait."""
    card = await scene.announce()
    await scene.seat(card, *scene.members(4))
    scene.move_to(STARTS)
    await open_check_in(scene, card)
    await let_in(scene, scene.member(0))
    await scene.ana.close(whole_stack=True)
    scene.move_to(LATE)
    return card


async def ask_waiters(scene: Scene, card: Message) -> str:
    """Ask those who wait whether they are there, and return what the preview showed."""
    await open_check_in(scene, card)
    await scene.ana.press_in_view("give_unclaimed")
    preview = await scene.ana.wait_for_view("give_unclaimed")
    shown = preview.shown
    await scene.ana.submit(preview)
    await scene.ana.wait_for_view("check_in", contains="being asked")
    return shown


async def test_unclaimed_seats_go_to_waiters_who_say_that_they_are_there(scene: Scene) -> None:
    card = await full_and_begun(scene)

    preview = await ask_waiters(scene, card)

    assert "1 seat is unclaimed." in preview
    assert "2 waiters are asked by direct message" in preview
    assert "2 waiters are being asked" in (await scene.ana.wait_for_view("check_in")).shown
    asked = [
        await scene.member(number).wait_for_message(contains="not every seat is claimed") for number in (2, 3)
    ]
    await scene.member(3).press(asked[1], "here")
    await eventually(lambda: "you are checked in" in asked[1].text)
    await scene.member(2).press(asked[0], "here")
    await scene.member(2).wait_for_ephemeral(contains="you are still in line")
    await scene.member(1).wait_for_message(contains="your seat was given to somebody in the room")
    await scene.member(3).wait_for_message(contains="A seat became free, and it is yours")
    assert "I Am Here" in asked[0].labels


async def test_pressing_i_am_here_twice_is_pressing_once(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await full_and_begun(scene)
    await ask_waiters(scene, card)
    member = scene.member(2)
    asked = await member.wait_for_message(contains="not every seat is claimed")

    answers = await asyncio.gather(member.press(asked, "here"), member.press(asked, "here"))

    assert [True, True] == [answer.acknowledged for answer in answers]
    await member.wait_for_message(contains="A seat became free, and it is yours")
    await eventually(lambda: asked.controls == [])
    await scene.ana.close(whole_stack=True)
    await open_check_in(scene, card)
    await scene.ana.press_in_view("give_unclaimed")
    door = await scene.ana.wait_for_view("check_in", contains="No seat is unclaimed")
    assert "2 of 2 with a seat" in door.shown


async def test_asking_twice_asks_nobody_again(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await full_and_begun(scene)
    await ask_waiters(scene, card)
    await scene.member(2).wait_for_message(contains="not every seat is claimed")

    await scene.ana.press_in_view("give_unclaimed")

    await scene.ana.wait_for_view("check_in", contains="All who wait were asked already.")
    told = [one.shown for one in scene.member(2).direct_messages()]
    assert 1 == sum("not every seat is claimed" in one for one in told)


async def test_seats_cannot_be_given_before_ten_minutes_or_where_nobody_is_checked_in(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    scene.move_to(LATE - MINUTE)

    early = await open_check_in(scene, card)

    assert "Give Unclaimed Seats" not in early.shown
    await scene.ana.close(whole_stack=True)
    scene.move_to(LATE)
    await open_check_in(scene, card)
    await scene.ana.press_in_view("give_unclaimed")
    await scene.ana.wait_for_view("check_in", contains="nobody is checked in yet")


async def test_after_the_talk_staff_see_who_came_and_who_is_excused(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="3")
    await scene.seat(card, *scene.members(4))
    scene.move_to(STARTS - HOUR)
    await scene.member(0).press(scene.member(0).direct_messages()[0], "release")
    await scene.member(3).wait_for_message(contains="A seat became free")
    scene.move_to(STARTS)
    await open_check_in(scene, card)
    await let_in(scene, scene.member(1))
    await scene.ana.close(whole_stack=True)
    scene.move_to(STARTS + 2 * HOUR)

    over = await open_check_in(scene, card)

    assert "Came: 1 Did not come: 1 Excused: 1 (they got" in " ".join(over.shown.split())
