"""Staff change the seats: nobody is surprised, and what was previewed is what happens."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.person import Person
from bot.playground.state import Message, View
from bot.storage import tables
from tests.e2e.stories import STARTS, Scene


async def open_column(person: Person, card: Message, action: str, callback: str) -> View:
    """Press Manage on the card and one of its buttons, and wait for the modal."""
    await person.press(card, "manage")
    await person.wait_for_view("manage")
    await person.press_in_view(action)
    return await person.wait_for_view(callback)


async def preview_seats(person: Person, card: Message, **typed: Any) -> View:
    view = await open_column(person, card, "seats", "seats")
    await person.fill(view, typed)
    result = await person.submit(view)
    assert (result.errors, result.error) == ({}, None)
    return await person.wait_for_view("seats_preview")


def count_sent(scene: Scene, kind: str) -> int:
    with Session(scene.engine) as session:
        delivery = tables.Delivery
        return len(session.scalars(select(delivery).where(delivery.kind == kind)).all())


async def test_more_seats_move_the_line_up_and_each_is_told(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(5))

    preview = await preview_seats(scene.ana, card, seats="4")
    assert "from 2 to 4" in preview.shown
    assert "2 people get a seat and are told" in preview.shown
    assert [scene.member(2).id in str(preview.blocks), scene.member(4).id in str(preview.blocks)] == [
        True,
        False,
    ]
    await scene.ana.submit()

    await scene.ana.wait_for_view(contains="There are 4 seats now. 2 people are told.")
    await scene.member(2).wait_for_message(contains="A seat became free, and it is yours")
    await scene.member(3).wait_for_message(contains="A seat became free, and it is yours")
    assert count_sent(scene, "promotion") == 2
    await scene.card("Full: 1 waiting")


async def test_fewer_seats_leave_everybody_theirs_unless_staff_choose_otherwise(scene: Scene) -> None:
    card = await scene.announce(seats="3")
    await scene.seat(card, *scene.members(4))

    preview = await preview_seats(scene.ana, card, seats="1")
    assert "2 more people have a seat than there are seats" in preview.shown
    assert "If the latest went to the front of the line instead" in preview.shown
    assert "Nobody is told." in preview.shown
    await scene.ana.press_in_view("seats")
    again = await scene.ana.wait_for_view("seats")
    await scene.ana.fill(again, {"latest": "move"})
    await scene.ana.submit(again)
    preview = await scene.ana.wait_for_view("seats_preview")
    assert "2 people give up a seat, go to the front of the line and are told" in preview.shown
    await scene.ana.submit()

    first = await scene.member(1).wait_for_message(contains="There are fewer seats")
    assert "you are first in line" in first.text
    second = await scene.member(2).wait_for_message(contains="There are fewer seats")
    assert "you are number 2 in line" in second.text
    await scene.card("Full: 3 waiting")
    assert count_sent(scene, "seat") == 2


async def test_without_a_limit_everybody_in_line_has_a_seat(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(3))

    preview = await preview_seats(scene.ana, card, seats="")
    assert "from 1 to no limit" in preview.shown
    await scene.ana.submit()

    await scene.ana.wait_for_view(contains="not limited now. 2 people are told.")
    await scene.card("3 registered")


async def test_a_line_that_is_not_kept_any_more_keeps_those_in_it(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))

    preview = await preview_seats(scene.ana, card, waitlist="no")
    assert "no more names are taken; the 1 person in line keeps the place" in preview.shown
    await scene.ana.submit()
    await scene.ana.wait_for_view(contains="Nobody is told.")

    await scene.member(2).press(card, "register")
    await scene.member(2).wait_for_ephemeral(contains="has no waitlist")
    await scene.member(0).press(card, "register")
    had = await scene.member(0).wait_for_ephemeral(contains="You already have a seat")
    await scene.member(0).press(had, "release")
    await scene.member(1).wait_for_message(contains="A seat became free")


async def test_what_changed_meanwhile_is_shown_before_it_is_saved(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))
    preview = await preview_seats(scene.ana, card, seats="3")
    assert "1 person gets a seat and is told" in preview.shown

    await scene.seat(card, scene.member(2))
    await scene.ana.submit()

    again = await scene.ana.wait_for_view("seats_preview", contains="Something changed meanwhile")
    assert "2 people get a seat and are told" in again.shown
    assert count_sent(scene, "promotion") == 0
    await scene.ana.submit()
    await scene.ana.wait_for_view(contains="There are 3 seats now. 2 people are told.")


async def test_what_two_staff_change_at_once_is_both_kept(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.change_user("U0M09", is_admin=True)
    bea = scene.member(9)
    card = await scene.announce(seats="5")
    mine = await open_column(scene.ana, card, "seats", "seats")
    await preview_seats(bea, card, seats="8")
    await bea.submit()
    await bea.wait_for_view(contains="There are 8 seats now")

    await scene.ana.fill(mine, {"waitlist": "no"})
    await scene.ana.submit(mine)

    preview = await scene.ana.wait_for_view("seats_preview")
    assert "8, as before" in preview.shown


async def test_wrong_seats_are_said_under_their_field_and_saving_twice_changes_nothing(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card = await scene.announce()
    view = await open_column(scene.ana, card, "seats", "seats")

    assert (await scene.ana.submit(view)).errors == {"seats": "That is how it is already."}
    await scene.ana.fill(view, {"seats": "3"})
    await scene.ana.submit(view)
    preview = await scene.ana.wait_for_view("seats_preview")
    scene.pg.delivery.duplicate_next(1)
    await scene.ana.submit(preview)

    await scene.card("3 of 3 seats left")
    with Session(scene.engine) as session:
        assert [row.details["capacity"] for row in session.scalars(select(tables.SeminarChange))] == [[2, 3]]


async def test_at_the_door_seats_still_change_and_nobody_moves_up_by_it(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))
    scene.move_to(STARTS)

    preview = await preview_seats(scene.ana, card, seats="5")
    assert "The 1 person in line stays there, since the talk has begun." in preview.shown
    await scene.ana.submit()

    await scene.ana.wait_for_view(contains="There are 5 seats now. Nobody is told.")


async def test_who_may_not_is_told_so_kindly(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()

    await scene.member(3).command("/seminar", "seats Khorgos", channel="C0TALKS")

    await scene.member(3).wait_for_ephemeral(contains="Only staff")
    assert scene.member(3).view is None
