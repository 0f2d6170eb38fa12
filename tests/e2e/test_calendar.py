"""Calendars: the file after each message about a seat, links, and the personal feed."""

from pathlib import Path

import aiohttp
import vobject

from bot.playground.person import Person
from bot.playground.state import UploadedFile
from tests.e2e.stories import STARTS, Scene, eventually, open_scene


def files_of(person: Person) -> list[UploadedFile]:
    return [file for message in person.direct_messages() for file in message.files]


async def test_a_confirmation_carries_a_calendar_file_and_links(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    ben = scene.member(0)

    await scene.seat(card, ben)
    await eventually(lambda: len(files_of(ben)) == 1)

    confirmation = await ben.wait_for_message(contains="You have a seat")
    assert "calendar.google.com" in str(confirmation.blocks)
    assert "outlook.office.com" in str(confirmation.blocks)
    event = vobject.readOne((files_of(ben)[0].content or b"").decode()).vevent
    assert event.dtstart.value.timestamp() == STARTS.timestamp()
    assert event.url.value == "https://meet.example.org/khorgos"
    assert scene.pg.calls_of("conversations.open") == []  # Slack allows it too seldom for a crowd


async def test_who_waits_gets_no_file_until_there_is_a_seat(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    first, second = scene.members(2)
    await scene.seat(card, first, second)
    await eventually(lambda: len(files_of(first)) == 1)
    assert files_of(second) == []

    seat = await first.wait_for_message(contains="You have a seat")
    await first.press(seat, "release")

    await eventually(lambda: len(files_of(second)) == 1)


async def test_where_files_are_refused_the_links_remain_and_staff_are_left_alone(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.pg.faults.add("files.getUploadURLExternal", "error", times=9, code="file_uploads_disabled")
    card = await scene.announce()

    await scene.seat(card, scene.member(0))
    await eventually(lambda: bool(scene.pg.calls_of("files.getUploadURLExternal")))

    confirmation = await scene.member(0).wait_for_message(contains="You have a seat")
    assert "calendar.google.com" in str(confirmation.blocks)
    assert scene.ana.direct_messages() == []


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_a_feed_shows_my_seats_until_its_address_is_taken_back(template: Path) -> None:
    public = "http://127.0.0.1:1"  # what people would use; here the port is asked directly
    async with open_scene(template, "http", public_url=public) as scene:
        card = await scene.announce()
        ben = scene.member(0)
        await scene.seat(card, ben)
        await ben.home(contains="My Calendar Feed")

        await ben.press_in_view("feed", view=ben.home_view)
        shown = await ben.wait_for_view(contains="Subscribe to this address")
        key = str(shown.content).partition("/calendar/")[2].partition(".ics")[0]
        local = f"http://127.0.0.1:{scene.bot.port}/calendar"
        status, feed = await get(f"{local}/{key}.ics")
        nobody, _ = await get(f"{local}/{'x' * 43}.ics")

        assert (status, nobody) == (200, 404)
        event = vobject.readOne(feed).vevent
        assert event.summary.value.startswith("At the Pole of Inaccessibility")

        await ben.press_in_view("feed_revoke")
        await ben.wait_for_view(contains="your new address")
        gone, _ = await get(f"{local}/{key}.ics")
        assert gone == 404
        ben_key = str(ben.view and ben.view.content).partition("/calendar/")[2].partition(".ics")[0]
        assert (await get(f"{local}/{ben_key}.ics"))[0] == 200


async def test_without_a_public_address_no_feed_is_offered(socket_scene: Scene) -> None:
    home = await socket_scene.member(0).home(contains="My reminders")

    assert "My Calendar Feed" not in str(home.content)
