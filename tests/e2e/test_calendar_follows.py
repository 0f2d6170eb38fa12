"""The calendar file follows a seminar: confirmed, moved, cancelled; one event, counted up each time."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import vobject

from bot.playground.person import Person
from bot.storage.engine import transactions
from tests.e2e.stories import ANNOUNCED, STARTS, Scene, eventually
from tests.integration.rows import deliveries

LINK = "https://meet.example.org/khorgos"


def calendars(person: Person) -> list[Any]:
    """Read the files that somebody got, oldest first, with a reader that did not write them."""
    return [
        vobject.readOne((file.content or b"").decode())
        for message in person.direct_messages()
        for file in message.files
    ]


def facts(calendar: Any) -> tuple[str, str, str, datetime]:
    event = calendar.vevent
    return calendar.method.value, event.sequence.value, event.status.value, event.dtstart.value


def file_states(scene: Scene) -> list[str]:
    with transactions(scene.engine, is_reading=True)() as session:
        return [one.state for one in deliveries(session, "calendar")]


async def move(scene: Scene, time: str) -> None:
    await scene.ana.command("/seminar", "edit khorgos", channel="C0TALKS")
    await scene.ana.submit(await scene.ana.wait_for_view("form_what"))
    view = await scene.ana.wait_for_view("form_when")
    await scene.ana.fill(view, {"time": time})
    await scene.ana.submit(view)
    await scene.ana.submit(await scene.ana.wait_for_view("form_how"))
    await scene.ana.submit(await scene.ana.wait_for_view("form_edit"))
    await scene.ana.wait_for_view(contains="Saved.")
    await scene.ana.close(whole_stack=True)


async def cancel(scene: Scene) -> None:
    await scene.ana.command("/seminar", "cancel khorgos", channel="C0TALKS")
    await scene.ana.submit(await scene.ana.wait_for_view("cancel"))
    await scene.ana.submit(await scene.ana.wait_for_view("cancel_preview"))


async def test_a_move_and_a_cancellation_carry_a_file_to_registrants_and_none_to_waiters(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    ben, waiter = scene.members(2)
    await scene.seat(card, ben, waiter)
    await eventually(lambda: len(calendars(ben)) == 1)

    await move(scene, "15:00")
    scene.move_to(ANNOUNCED + timedelta(minutes=3))
    await waiter.wait_for_message(contains="has a new time")
    await eventually(lambda: len(calendars(ben)) == 2)
    await cancel(scene)
    await waiter.wait_for_message(contains="is cancelled")
    await eventually(lambda: len(calendars(ben)) == 3)

    three = confirmed, moved, _cancelled = calendars(ben)
    later = STARTS + timedelta(hours=4)
    assert [
        ("PUBLISH", "0", "CONFIRMED", STARTS),
        ("PUBLISH", "1", "CONFIRMED", later),
        ("CANCEL", "2", "CANCELLED", later),
    ] == [facts(one) for one in three]
    assert 1 == len({one.vevent.uid.value for one in three})
    assert [timedelta(hours=-1)] * 2 == [one.vevent.valarm.trigger.value for one in (confirmed, moved)]
    assert "Australia/Sydney" == moved.vtimezone.tzid.value
    assert LINK == moved.vevent.url.value
    assert [] == calendars(waiter)


async def test_whoever_only_looks_gets_one_file_for_each_time_and_no_seat(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    ben = scene.member(0)
    assert card.labels == ["Details", "Register", "Add to Calendar", "Manage"]

    await asyncio.gather(ben.press(card, "calendar"), ben.press(card, "calendar"))
    coming = await ben.wait_for_ephemeral(contains="comes as a direct message")
    await eventually(lambda: file_states(scene) == ["done"])
    await ben.press(card, "calendar")
    await ben.wait_for_ephemeral(contains="is in your direct messages")
    await move(scene, "15:00")
    await ben.press(await scene.card("15:00"), "calendar")
    await eventually(lambda: len(calendars(ben)) == 2)

    assert coming.text.endswith("This takes no seat for you. If the talk moves, the announcement says so.")
    assert "calendar.google.com" in str(coming.blocks)
    first, second = calendars(ben)
    assert ("PUBLISH", "0", "CONFIRMED", STARTS) == facts(first)
    assert ("PUBLISH", "1", "CONFIRMED", STARTS + timedelta(hours=4)) == facts(second)
    assert LINK not in first.serialize() + second.serialize()
    assert "2 of 2 seats left" in (await scene.card("15:00")).text


async def test_a_cancelled_talk_is_not_added_to_a_calendar(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    ben = scene.member(0)
    await cancel(scene)

    await ben.press(card, "calendar")

    said = await ben.wait_for_ephemeral(contains="nothing to add")
    assert said.text.endswith("” was cancelled, so there is nothing to add to a calendar.")
    assert calendars(ben) == []


async def test_a_press_for_the_file_that_cannot_be_saved_is_told(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    other = scene.engine.raw_connection()
    other.execute("BEGIN IMMEDIATE")

    answer = await scene.member(0).press(card, "calendar")

    other.rollback()
    other.close()
    assert not answer.acknowledged
    await scene.member(0).wait_for_ephemeral(contains="nothing was changed")
    assert calendars(scene.member(0)) == []
