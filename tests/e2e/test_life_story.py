"""Registration closes and opens, a talk is cancelled and restored, and everybody knows."""

from copy import copy
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.person import Person
from bot.playground.state import View
from bot.storage import tables
from tests.e2e.stories import ANNOUNCED, STARTS, Scene

HOUR = timedelta(hours=1)


async def say(person: Person, words: str, callback: str | None = None, contains: str = "") -> View:
    """Type words of the command, and wait for the modal that they open."""
    await person.command("/seminar", words, channel="C0TALKS")
    return await person.wait_for_view(callback, contains=contains)


async def cancel(scene: Scene, reason: str = "The speaker is ill.") -> str:
    """Cancel the talk, and return what the preview showed."""
    view = await say(scene.ana, "cancel khorgos", "cancel")
    await scene.ana.fill(view, {"reason": reason})
    await scene.ana.submit(view)
    shown = (await scene.ana.wait_for_view("cancel_preview")).shown
    await scene.ana.submit()
    await scene.ana.wait_for_view(contains="If that was a mistake, press Restore")
    await scene.ana.close(whole_stack=True)
    return shown


async def restore(scene: Scene) -> str:
    """Restore the talk, and return what was shown before."""
    shown = (await say(scene.ana, "restore khorgos", "restore")).shown
    await scene.ana.submit()
    await scene.ana.wait_for_view(contains="takes place after all.")
    await scene.ana.close(whole_stack=True)
    return shown


def states(scene: Scene, kind: str) -> list[str]:
    with Session(scene.engine) as session:
        delivery = tables.Delivery
        return sorted(session.scalars(select(delivery.state).where(delivery.kind == kind)))


async def test_closed_means_no_newcomers_and_the_line_is_still_served(scene: Scene) -> None:
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))
    old = copy(card)

    view = await say(scene.ana, "close khorgos", "close")
    assert "The 1 person in line moves up when a seat becomes free" in view.shown
    await scene.ana.submit(view)
    await scene.ana.wait_for_view(contains="Registration is closed. Nobody is told.")

    closed = await scene.card("Registration closed")
    await scene.member(2).press(old, "register")
    await scene.member(2).wait_for_ephemeral(contains="has closed")
    held = await scene.member(0).wait_for_message(contains="You have a seat")
    await scene.member(0).press(held, "release")
    await scene.member(1).wait_for_message(contains="A seat became free")
    assert "Register" not in [element["text"]["text"] for _, element in closed.controls]


async def test_a_stopped_line_waits_until_staff_open_again(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(3))
    old = copy(card)
    view = await say(scene.ana, "close khorgos", "close")
    await scene.ana.fill(view, {"line": ["stop"]})
    await scene.ana.submit(view)
    await scene.ana.wait_for_view(contains="The line is not served any more.")
    await scene.ana.close(whole_stack=True)
    held = await scene.member(0).wait_for_message(contains="You have a seat")
    await scene.member(0).press(held, "release")
    await scene.member(1).press(old, "register")
    await scene.member(1).wait_for_ephemeral(contains="The line does not move at the moment")

    view = await say(scene.ana, "reopen khorgos", "reopen")
    assert "1 person gets a seat and is told" in view.shown
    assert scene.member(1).id in str(view.blocks)
    await scene.ana.submit(view)

    await scene.ana.wait_for_view(contains="Registration is open again. 1 person is told.")
    await scene.member(1).wait_for_message(contains="A seat became free")
    await scene.card("Full: 1 waiting")


async def test_reopened_after_its_closing_time_it_is_open_until_the_start(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(closes="1d")
    scene.move_to(STARTS - 12 * HOUR)
    await scene.card("Registration closed")

    view = await say(scene.ana, "open khorgos", "reopen")
    assert "Its closing time has passed, so it has none any more." in view.shown
    await scene.ana.submit(view)

    await scene.card("2 of 2 seats left")
    await scene.seat(card, scene.member(0))
    await say(scene.ana, "reopen khorgos", contains="Registration is open already.")


async def test_registration_opens_later_and_the_card_says_when(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    old = copy(card)
    view = await say(scene.ana, "open khorgos", "open_later")

    await scene.ana.fill(view, {"opens": int((ANNOUNCED - HOUR).timestamp())})
    assert set((await scene.ana.submit(view)).errors) == {"opens"}
    await scene.ana.fill(view, {"opens": int((STARTS + HOUR).timestamp())})
    assert set((await scene.ana.submit(view)).errors) == {"opens"}
    await scene.ana.fill(view, {"opens": int((ANNOUNCED + 24 * HOUR).timestamp())})
    await scene.ana.submit(view)

    await scene.card("Registration opens Thursday 30 July, 10:00 in Sydney")
    await scene.member(1).press(old, "register")
    await scene.member(1).wait_for_ephemeral(contains="is not open yet")
    await scene.member(0).press(old, "register")
    await scene.member(0).wait_for_ephemeral(contains="You already have a seat")
    scene.move_to(ANNOUNCED + 24 * HOUR)
    await scene.card("1 of 2 seats left")


async def test_a_cancelled_talk_tells_everybody_and_withdraws_its_reminders(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    old = copy(card)

    shown = await cancel(scene, "The speaker is ill | really \\ so.")

    assert "2 registrants and 1 waiter are told, 2 reminders are withdrawn." in shown
    assert "The speaker is ill | really \\ so." in shown
    seated = await scene.member(0).wait_for_message(contains="is cancelled")
    assert "for which you have a seat" in seated.text
    assert "Why: The speaker is ill | really \\ so." in seated.text
    waiting = await scene.member(2).wait_for_message(contains="is cancelled")
    assert "for which you wait" in waiting.text
    await scene.card("Cancelled: The speaker is ill")
    await scene.member(3).press(old, "register")
    await scene.member(3).wait_for_ephemeral(contains="was cancelled")
    scene.move_to(STARTS - HOUR)
    await say(scene.ana, "cancel khorgos", contains="cancelled already")
    await say(scene.ana, "restore khorgos", contains="more than an hour ago")
    assert states(scene, "reminder") == []


async def test_restored_within_the_hour_everybody_is_told_and_asked(scene: Scene) -> None:
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))
    await cancel(scene)
    await scene.member(0).wait_for_message(contains="is cancelled")
    await scene.member(1).wait_for_message(contains="is cancelled")

    shown = await restore(scene)

    assert "1 registrant and 1 waiter are told so" in shown
    assert "2 reminders are planned again." in shown
    waiting = await scene.member(1).wait_for_message(contains="takes place after all")
    assert "You are still first in line." in waiting.text
    told = await scene.member(0).wait_for_message(contains="takes place after all")
    assert "Still coming?" in told.shown
    await scene.member(0).press(told, "release")
    await scene.member(1).wait_for_message(contains="A seat became free")
    scene.move_to(STARTS - HOUR)
    await scene.member(1).wait_for_message(contains="starts in 1 hour")


async def test_somebody_registers_meanwhile_so_the_cancellation_is_shown_anew(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    view = await say(scene.ana, "cancel khorgos", "cancel")
    assert "Nobody has a seat or waits, so nobody is told; 2 reminders are withdrawn." in view.shown
    await scene.ana.submit(view)
    preview = await scene.ana.wait_for_view("cancel_preview")

    await scene.seat(card, scene.member(0))
    await scene.ana.submit(preview)

    again = await scene.ana.wait_for_view("cancel_preview", contains="Something changed meanwhile")
    assert "1 registrant is told" in again.shown
    assert states(scene, "cancelled") == []
