"""Two seminars at the same time: it is said at once, and the other seat goes back by a button."""

import asyncio
from copy import copy, deepcopy
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.state import Message
from bot.storage import tables
from tests.e2e.stories import STARTS, Scene, eventually

BACK = "give_back_other_0"


def states(scene: Scene, user_id: str) -> list[str]:
    """Return how somebody stands in each seminar, in the order in which these were announced."""
    with Session(scene.engine) as session:
        row = tables.Registration
        return list(session.scalars(select(row.state).where(row.user_id == user_id).order_by(row.seminar_id)))


async def clash(scene: Scene, first: str = "First", second: str = "Second", seats: str = "2") -> Message:
    """Have member 0 take a seat in two talks at the same time, and return the answer about the second."""
    ben = scene.member(0)
    for title, time in ((first, "11:00"), (second, "12:00")):
        card = await scene.announce(title=title, time=time, seats=seats)
        await ben.press(card, "register")
        await ben.wait_for_message(contains=title)
    return await ben.wait_for_ephemeral(contains=f"You have a seat for “{second}”")


def labels(message: Message) -> list[str]:
    return [element["text"]["text"] for _, element in message.controls if element["type"] == "button"]


async def test_the_other_seat_goes_back_in_one_press_and_the_first_in_line_gets_it(scene: Scene) -> None:
    ben, cara = scene.members(2)
    answer = await clash(scene, seats="1")
    assert ["Give My Seat Back", "Give Back First"] == [one for one in labels(answer) if "Give" in one]
    first = next(one for one in scene.ana.messages("C0TALKS") if "First" in one.text)
    await cara.press(first, "register")
    await cara.wait_for_message(contains="first in line for “First”")

    await ben.press(answer, BACK)

    said = await ben.wait_for_ephemeral(contains="You gave back your seat for “First”")
    assert "At that time you still have a seat for “Second”." in said.text
    assert answer.ts == said.ts  # it stands where the question stood
    await cara.wait_for_message(contains="you have a seat for “First”")
    assert ["released", "seated"] == states(scene, ben.id)


async def test_pressed_twice_at_the_same_moment_and_late_it_is_given_back_once(socket_scene: Scene) -> None:
    scene, ben = socket_scene, socket_scene.member(0)
    answer = await clash(scene)
    old = copy(answer)

    await asyncio.gather(ben.press(answer, BACK), ben.press(answer, BACK))
    await ben.wait_for_ephemeral(contains="no place in line for “First”, so nothing was changed")
    assert ["released", "seated"] == states(scene, ben.id)
    scene.move_to(STARTS + timedelta(days=1))
    late = await ben.press(old, BACK)

    assert late.acknowledged
    await ben.wait_for_ephemeral(contains="“First” is over")
    assert ["released", "seated"] == states(scene, ben.id)


async def test_who_changes_their_mind_takes_it_again_and_may_give_back_the_other(socket_scene: Scene) -> None:
    scene, ben = socket_scene, socket_scene.member(0)
    answer = await clash(scene)
    await ben.press(answer, BACK)
    said = await ben.wait_for_ephemeral(contains="You gave back your seat for “First”")

    await ben.press(said, "register")
    again = await ben.wait_for_ephemeral(contains="You also have a seat at the same time for “Second”")
    await ben.press(again, BACK)

    await ben.wait_for_ephemeral(contains="You gave back your seat for “Second”")
    assert ["seated", "released"] == states(scene, ben.id)


async def test_a_waiter_whose_seat_comes_late_is_told_of_the_clash_and_gives_back_the_other(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    ben, cara = scene.members(2)
    first = await scene.announce(title="First", time="11:00", seats="1")
    await cara.press(first, "register")
    seat = await cara.wait_for_message(contains="You have a seat for “First”")
    await ben.press(first, "register")
    await ben.wait_for_message(contains="first in line for “First”")
    second = await scene.announce(title="Second", time="12:00")
    await ben.press(second, "register")
    await ben.wait_for_message(contains="You have a seat for “Second”")

    await cara.press(seat, "release")
    told = await ben.wait_for_message(contains="A seat became free")
    assert "You also have a seat at the same time for “Second”" in told.text
    assert ["Give My Seat Back", "Give Back Second"] == [one for one in labels(told) if "Give" in one]
    await ben.press(told, BACK)

    await ben.wait_for_ephemeral(contains="You gave back your seat for “Second”")
    assert ["seated", "released"] == states(scene, ben.id)


async def test_register_pressed_again_says_the_clash_again(socket_scene: Scene) -> None:
    scene, ben = socket_scene, socket_scene.member(0)
    await clash(scene)
    second = next(one for one in scene.ana.messages("C0TALKS") if "Second" in one.text)

    await ben.press(second, "register")

    again = await ben.wait_for_ephemeral(contains="You already have a seat for “Second”")
    assert "Give Back First" in labels(again)


async def test_home_shows_the_clash_at_both_seats_and_gives_back_either(socket_scene: Scene) -> None:
    scene, ben = socket_scene, socket_scene.member(0)
    await clash(scene)
    home = await ben.home(contains="Also at that time: “First”")
    assert "Also at that time: “Second”" in home.shown

    await ben.press_in_view(BACK, view=home, value="1")
    said = await ben.wait_for_view("said", contains="You gave back your seat for “First”")

    assert "you still have a seat for “Second”" in said.shown
    await eventually(lambda: BACK not in str(ben.home_view) and "“First”" not in str(ben.home_view))
    assert ["released", "seated"] == states(scene, ben.id)


@pytest.mark.parametrize("value", ["", "nonsense", "999999", "2|1", "\u0661"])
async def test_nonsense_is_answered_and_changes_nothing(socket_scene: Scene, value: str) -> None:
    scene, ben = socket_scene, socket_scene.member(0)
    answer = await clash(scene)
    forged = deepcopy(answer)
    button = next(element for _, element in forged.controls if element["action_id"] == BACK)
    button["value"] = value

    await ben.press(forged, BACK)

    await ben.wait_for_ephemeral(contains="not here any more, so nothing was changed")
    assert ["seated", "seated"] == states(scene, ben.id)
