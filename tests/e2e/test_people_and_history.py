"""Staff take the roster with them, write to people, and look up what happened; members ask why."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from bot.playground.state import Message
from tests.e2e.stories import Scene, eventually, open_scene, texts

MINUTE = timedelta(minutes=1)


async def manage(scene: Scene, card: Message) -> None:
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")


async def write_to(scene: Scene, card: Message, to: str, text: str) -> None:
    """Fill in the message form up to its preview."""
    await manage(scene, card)
    await scene.ana.press_in_view("message")
    form = await scene.ana.wait_for_view("message")
    await scene.ana.fill(form, {"to": to, "text": text})
    await scene.ana.submit(form)
    await scene.ana.wait_for_view("message_preview")


async def give_back(scene: Scene, number: int) -> None:
    """Give back a member's seat, from the message that confirmed it."""
    member = scene.member(number)
    await member.press(member.direct_messages()[0], "release")


def told(scene: Scene, numbers: Sequence[int], text: str) -> list[int]:
    """Count the messages with that text that each member got."""
    return [sum(text in one.shown for one in scene.member(number).direct_messages()) for number in numbers]


async def test_the_roster_comes_as_a_file_to_direct_messages(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.users["U0M01"].real_name = "=Bobby Tables"
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    await manage(scene, card)

    await scene.ana.press_in_view("export")

    said = await scene.ana.wait_for_view(contains="on its way to your direct messages")
    assert len(scene.ana.views) == 2
    assert said.title == "Seminar Bot"
    message = await scene.ana.wait_for_message(contains="The roster of")
    assert "2 with a seat, 1 waiting" in message.text
    (kept,) = message.files
    assert kept.name == "2020-08-07-at-the-pole-of-inaccessibility-khorgos-sreb-and-visions-for.csv"
    assert kept.content is not None
    table = list(csv.reader(io.StringIO(kept.content.decode("utf-8-sig"), newline="")))
    assert [row[:4] for row in table] == [
        ["Name", "User ID", "State", "Place in line"],
        ["Member 0", "U0M00", "Seat", ""],
        ["'=Bobby Tables", "U0M01", "Seat", ""],
        ["Member 2", "U0M02", "Waiting", "1"],
    ]
    assert table[1][4].endswith("+10:00")


async def test_a_workspace_that_allows_no_files_says_so_in_words(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()
    scene.ws.uploads_disabled = True

    await scene.ana.command("/seminar", "csv", channel="C0TALKS")

    message = await scene.ana.wait_for_message(contains="I could not send you the roster")
    assert "The workspace does not allow files." in message.shown


async def test_names_are_left_out_where_slack_asks_to_wait(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await eventually(lambda: len(scene.pg.calls_of("users.info", ok_only=True)) >= 2)
    scene.pg.faults.add("users.info", "rate_limited", times=20, retry_after=60)

    await scene.ana.command("/seminar", "csv", channel="C0TALKS")

    message = await scene.ana.wait_for_message(contains="some names are missing")
    assert message.files[0].content is not None
    assert ",U0M00,Seat," in message.files[0].content.decode()


async def test_who_waits_for_a_roster_while_the_bot_is_stopped_is_told(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The package has a function of the module's name.
    monkeypatch.setattr(import_module("bot.bootstrap.running"), "DRAIN", timedelta(seconds=0.2))
    async with open_scene(template, "socket") as scene:
        card = await scene.announce()
        await scene.seat(card, scene.member(0))
        await eventually(lambda: len(scene.pg.calls_of("users.info", ok_only=True)) >= 2)
        scene.pg.faults.add("users.info", "slow", times=9, seconds=4)
        await scene.ana.command("/seminar", "csv", channel="C0TALKS")
        await scene.ana.wait_for_view(contains="on its way")

    (last,) = [one.text for one in scene.ana.direct_messages() if "roster" in one.text]
    assert last.startswith("I could not send you the roster of “At the Pole")
    assert last.endswith("I was stopped before it was whole. Please ask for it again in a minute.")


async def test_a_message_is_previewed_with_its_count_and_is_what_people_get(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(4))

    await write_to(scene, card, "seats", "Bring a laptop, <!channel>: https://example.org/a.")

    preview = scene.ana.view
    assert preview is not None
    assert "2 people get this as a direct message" in preview.shown
    assert "Bring a laptop, <!channel>: " in preview.shown
    shown = [block["elements"] for block in preview.blocks if block["type"] == "rich_text"]
    await scene.ana.submit()
    assert scene.ana.view is not None
    assert "on its way to 2 people" in scene.ana.view.shown
    first = await scene.member(0).wait_for_message(contains="Bring a laptop")
    await scene.member(1).wait_for_message(contains="Bring a laptop")
    assert shown[1:] == [block["elements"] for block in first.blocks]
    assert "&lt;!channel&gt;" in first.text
    assert told(scene, (2, 3), "Bring a laptop") == [0, 0]


async def test_the_waitlist_and_both_are_written_to_apart(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, *scene.members(4))

    await write_to(scene, card, "line", "A bigger room is looked for")
    await scene.ana.submit()
    await scene.ana.close(whole_stack=True)
    await write_to(scene, card, "both", "The door is on the north side")
    await scene.ana.submit()

    await scene.member(3).wait_for_message(contains="north side")
    await eventually(lambda: told(scene, range(4), "north side") == [1, 1, 1, 1])
    assert told(scene, range(4), "bigger room") == [0, 0, 1, 1]


async def test_another_number_of_people_is_previewed_again_and_nothing_is_sent(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await write_to(scene, card, "seats", "See you there")
    before = scene.ana.view
    await scene.seat(card, scene.member(1))

    await scene.ana.submit()

    again = await scene.ana.wait_for_view("message_preview", contains="Something changed meanwhile")
    assert before is not None
    assert "2 people get this" in again.shown
    assert told(scene, (0, 1), "See you there") == [0, 0]
    await scene.ana.submit()
    await scene.member(1).wait_for_message(contains="See you there")


async def test_a_text_changed_in_the_preview_is_shown_before_it_is_sent(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await write_to(scene, card, "seats", "Room 1")
    view = scene.ana.view
    assert view is not None
    await scene.ana.fill(view, {"text": "Room 2"})

    await scene.ana.submit()

    again = await scene.ana.wait_for_view("message_preview", contains="You changed the message")
    assert "Room 2" in again.shown
    assert told(scene, (0,), "Room") == [0]
    await scene.ana.submit()
    await scene.member(0).wait_for_message(contains="Room 2")


async def test_the_same_message_twice_within_a_minute_is_sent_once(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await write_to(scene, card, "seats", "Doors open at ten")
    await scene.ana.submit()
    await scene.member(0).wait_for_message(contains="Doors open at ten")
    await scene.ana.close(whole_stack=True)

    await write_to(scene, card, "seats", "Doors open at ten")
    await scene.ana.submit()

    assert scene.ana.view is not None
    assert "it was not sent again" in scene.ana.view.shown
    assert told(scene, (0,), "Doors open") == [1]


async def test_what_is_wrong_with_a_message_stands_under_its_field(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await manage(scene, card)
    await scene.ana.press_in_view("message")
    form = await scene.ana.wait_for_view("message")

    await scene.ana.fill(form, {"to": "line", "text": "Hello"})
    nobody = await scene.ana.submit(form)
    await scene.ana.fill(form, {"to": "seats", "text": "\u200b"})
    empty = await scene.ana.submit(form)

    assert nobody.errors == {"to": "Nobody is on the waitlist now. Choose another group."}
    assert empty.errors == {"text": "Please write what you want to say."}


async def test_history_says_who_did_what_newest_first_and_turns_its_pages(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(16))
    scene.move_to(scene.clock.now() + MINUTE)
    await give_back(scene, 0)
    await scene.member(1).wait_for_message(contains="A seat became free")

    await scene.ana.command("/seminar", "history", channel="C0TALKS")

    newest = await scene.ana.wait_for_view("history", contains="Page 1 of 2")
    lines = newest.shown
    assert lines.index(" moved up") < lines.index(" gave a seat back\n.") < lines.index(" joined the line")
    assert "Older" in lines
    await scene.ana.press_in_view("history_page")
    older = await scene.ana.wait_for_view("history", contains="Page 2 of 2")
    assert "took a seat" in older.shown
    await scene.ana.press_in_view("history_page")
    await scene.ana.wait_for_view("history", contains="Page 1 of 2")
    assert len(scene.ana.views) == 1


async def test_a_waiter_is_told_why_they_are_where_they_are_and_no_names(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(5))
    await give_back(scene, 0)
    await scene.member(1).wait_for_message(contains="A seat became free")
    waiter = scene.member(4)
    await waiter.press(card, "details")
    await waiter.wait_for_view("details")

    await waiter.press_in_view("why")

    why = await waiter.wait_for_view(contains="You are number 3 in line.")
    assert "when 3 people were before you." in why.shown
    assert "One person who came before you got a seat since." in why.shown
    assert "Staff moved nobody before you." in why.shown
    assert "U0M" not in why.shown
    assert len(waiter.views) == 2


@pytest.mark.parametrize("word", ["csv", "message", "history"])
async def test_members_reach_neither_roster_nor_message_nor_history(socket_scene: Scene, word: str) -> None:
    scene = socket_scene
    await scene.announce()
    member = scene.member(0)

    await member.command("/seminar", word, channel="C0TALKS")

    await member.wait_for_ephemeral(contains="Only staff")
    assert member.views == []
    assert texts(member.direct_messages()) == []


async def test_a_persons_history_is_reached_from_the_roster_and_leads_back(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(3))
    await give_back(scene, 0)
    await scene.member(1).wait_for_message(contains="A seat became free")
    await manage(scene, card)
    await scene.ana.press_in_view("roster")
    await scene.ana.wait_for_view("roster")
    await scene.ana.press_in_view("person")
    await scene.ana.wait_for_view("person")

    await scene.ana.press_in_view("person_history")

    told_of = await scene.ana.wait_for_view("history", contains="moved up")
    assert " gave a seat back" in told_of.shown
    assert "came next." in told_of.shown
    await scene.ana.press_in_view("person")
    await scene.ana.wait_for_view("person")
    assert len(scene.ana.views) == 3
