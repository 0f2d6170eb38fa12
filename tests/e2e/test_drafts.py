"""A form filled from free text: after the command, in the paste box, from a message, and from files."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.khorgos import ANNOUNCEMENT, WHAT
from bot.playground.state import View
from bot.views import pasting as say
from bot.views.ids import Action, Callback, Shortcut
from tests.e2e.stories import STARTS, Scene
from tests.payloads import check_view

TALK = """Title: Reefs After the Heat
Speaker: Tomasina Vale, James Cook University
When: Wednesday 11 November 2020, 13:00-14:30 AEDT
Where: Room 2
"""
TWO = """Autumn seminars

- 2 October 2020, 14:00: Anne Rivoire (Lyon), Surfaces without an edge
- 9 October 2020, 14:00: Hugo Tessier (Nantes), Counting curves
"""
CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//EN\r
BEGIN:VEVENT\r
UID:1@example\r
DTSTAMP:20200701T000000Z\r
DTSTART;TZID=Australia/Sydney:20201111T130000\r
DTEND;TZID=Australia/Sydney:20201111T143000\r
SUMMARY:Reefs\\, after the heat\r
LOCATION:Room 2\r
END:VEVENT\r
END:VCALENDAR\r
"""
NO_TALK = "Lunch is at noon on Friday 2 October."


def value(view: View, block_id: str) -> Any:
    """What stands in a field of a view."""
    (typed,) = view.typed[block_id].values()
    return typed


def hint(view: View, block_id: str) -> str:
    block = next(one for one in view.blocks if one.get("block_id") == block_id)
    return str(block.get("hint", {}).get("text", ""))


async def open_box(scene: Scene, **typed: str) -> View:
    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    view = await scene.ana.wait_for_view(Callback.FORM_WHAT)
    await scene.ana.fill(view, typed)
    await scene.ana.press_in_view(Action.PASTE)
    box = await scene.ana.wait_for_view(Callback.PASTE)
    check_view(box.content)
    return box


async def paste(scene: Scene, text: str, **typed: str) -> View:
    box = await open_box(scene, **typed)
    await scene.ana.fill(box, {say.TEXT: text})
    result = await scene.ana.submit(box)
    assert (result.errors, result.error) == ({}, None)
    return await scene.ana.wait_for_view(Callback.FORM_WHAT)


async def go_on(scene: Scene, callback: str) -> View:
    result = await scene.ana.submit()
    assert (result.errors, result.error) == ({}, None)
    return await scene.ana.wait_for_view(callback)


async def test_khorgos_in_the_paste_box_leaves_only_seats_and_channel_to_choose(scene: Scene) -> None:
    what = await paste(scene, ANNOUNCEMENT)
    assert [WHAT["title"], WHAT["speakers"].split(",")[0]] == [
        value(what, "title"),
        value(what, "speakers").split(",")[0],
    ]
    assert value(what, "abstract").startswith("Kazakhstan has been closely")
    assert value(what, "bio").startswith("Dana Rice is a research scholar")
    when = await go_on(scene, Callback.FORM_WHEN)
    assert ["2020-08-07", "11:00", "90", "CAIS Lecture Theatre"] == [
        value(when, name) for name in ("date", "time", "minutes", "place")
    ]
    how = await go_on(scene, Callback.FORM_HOW)
    await scene.ana.fill(how, {"seats": "20", "channels": ["C0TALKS"]})
    await go_on(scene, Callback.FORM_PREVIEW)

    await scene.ana.submit()

    card = await scene.ana.wait_for_message("C0TALKS", contains="Khorgos")
    assert "20 of 20 seats left" in card.text


async def test_text_after_the_command_fills_the_form(socket_scene: Scene) -> None:
    scene = socket_scene

    await scene.ana.command("/seminar", f"new {TALK}", channel="C0TALKS")

    what = await scene.ana.wait_for_view(Callback.FORM_WHAT, contains="I filled in what the text says")
    assert value(what, "title") == "Reefs After the Heat"
    when = await go_on(scene, Callback.FORM_WHEN)
    assert ("2020-11-11", "13:00", "90", "Room 2") == tuple(
        value(when, name) for name in ("date", "time", "minutes", "place")
    )
    assert "Please check" not in hint(when, "zone")


async def test_text_after_the_command_without_a_seminar_opens_an_empty_form_that_says_so(
    socket_scene: Scene,
) -> None:
    await socket_scene.ana.command("/seminar", f"new {NO_TALK}", channel="C0TALKS")

    what = await socket_scene.ana.wait_for_view(Callback.FORM_WHAT, contains="so the form is empty")
    assert value(what, "title") in (None, "")


async def test_what_was_typed_stays_and_the_text_fills_the_rest(socket_scene: Scene) -> None:
    what = await paste(socket_scene, TALK, title="My own title")

    assert ("My own title", "Tomasina Vale, James Cook University") == (
        value(what, "title"),
        value(what, "speakers"),
    )
    assert "What you had typed stays, though the text says something else: Title." in what.shown


async def test_a_second_text_takes_the_place_of_the_first(socket_scene: Scene) -> None:
    await paste(socket_scene, TALK)
    await socket_scene.ana.press_in_view(Action.PASTE)
    box = await socket_scene.ana.wait_for_view(Callback.PASTE)
    await socket_scene.ana.fill(box, {say.TEXT: TWO})

    await socket_scene.ana.submit(box)

    what = await socket_scene.ana.wait_for_view(Callback.FORM_WHAT)
    assert value(what, "title") == "Surfaces without an edge"
    assert "The text holds 2 seminars; this is the first." in what.shown
    assert "paste it by itself into a new form" in what.shown


async def test_back_from_the_box_loses_nothing(socket_scene: Scene) -> None:
    box = await open_box(socket_scene, title="My own title")

    await socket_scene.ana.press_in_view(Action.FORM_BACK, view=box)

    what = await socket_scene.ana.wait_for_view(Callback.FORM_WHAT)
    assert value(what, "title") == "My own title"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [({}, say.TEXT, say.NOTHING_PASTED), ({say.TEXT: NO_TALK}, say.TEXT, say.NO_SEMINAR)],
    ids=["nothing", "no seminar"],
)
async def test_a_box_without_a_seminar_says_so_under_the_field(
    socket_scene: Scene, typed: dict[str, str], field: str, sentence: str
) -> None:
    box = await open_box(socket_scene)
    await socket_scene.ana.fill(box, typed)

    result = await socket_scene.ana.submit(box)

    assert result.errors == {field: sentence}


async def test_a_doubt_stands_under_its_field_until_that_field_is_changed(socket_scene: Scene) -> None:
    scene = socket_scene
    await paste(scene, TALK.replace("AEDT", "").replace("-14:30", ""))
    when = await go_on(scene, Callback.FORM_WHEN)
    assert hint(when, "zone").startswith("Please check: The text names no time zone.")
    assert hint(when, "minutes").startswith("Please check: The text does not say when it ends.")
    await scene.ana.fill(when, {"zone": "Asia/Singapore"})
    await go_on(scene, Callback.FORM_HOW)

    await scene.ana.press_in_view(Action.FORM_BACK)

    again = await scene.ana.wait_for_view(Callback.FORM_WHEN)
    assert "Please check" not in hint(again, "zone")
    assert hint(again, "minutes").startswith("Please check: The text does not say when it ends.")


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("talk.ics", CALENDAR, "Reefs, after the heat"),
        ("talk.txt", TALK.encode("utf-16"), "Reefs After the Heat"),
        (
            "talk.eml",
            b"Subject: A talk\nContent-Type: text/plain\n\n" + TALK.encode(),
            "Reefs After the Heat",
        ),
    ],
)
async def test_a_file_fills_the_form(scene: Scene, name: str, content: bytes, title: str) -> None:
    box = await open_box(scene)
    await scene.ana.fill(box, {say.FILE: [scene.ana.upload(name, content).id]})

    result = await scene.ana.submit(box)

    assert (result.errors, result.error) == ({}, None)
    what = await scene.ana.wait_for_view(Callback.FORM_WHAT)
    assert value(what, "title") == title


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("talk.txt", TALK.encode() + b" " * 200_000, say.FILE_TOO_LONG),
        ("talk.txt", NO_TALK.encode(), say.NO_SEMINAR_IN_FILE),
        ("talk.pdf", b"%PDF", say.FILE_OF_OTHER_KIND),
    ],
)
async def test_a_file_that_cannot_be_read_says_so_under_its_field(
    socket_scene: Scene, name: str, content: bytes, sentence: str
) -> None:
    box = await open_box(socket_scene)
    await socket_scene.ana.fill(box, {say.FILE: [socket_scene.ana.upload(name, content).id]})

    result = await socket_scene.ana.submit(box)

    assert result.errors == {say.FILE: sentence}


async def test_without_the_right_to_read_files_the_box_says_so(socket_scene: Scene) -> None:
    socket_scene.ws.scopes.discard("files:read")
    box = await open_box(socket_scene)
    await socket_scene.ana.fill(box, {say.FILE: [socket_scene.ana.upload("talk.ics", CALENDAR).id]})

    result = await socket_scene.ana.submit(box)

    assert result.errors == {say.FILE: say.FILE_SHUT}


async def test_a_message_is_turned_into_a_seminar(scene: Scene) -> None:
    message = scene.member(1).say(TALK.replace("Room 2", "Room 2 &amp; 3"), channel="C0TALKS")

    await scene.ana.shortcut(Shortcut.TURN_INTO_SEMINAR, message)

    what = await scene.ana.wait_for_view(Callback.FORM_WHAT)
    assert value(what, "title") == "Reefs After the Heat"
    when = await go_on(scene, Callback.FORM_WHEN)
    assert value(when, "place") == "Room 2 & 3"


async def test_a_file_in_a_message_is_turned_into_a_seminar(socket_scene: Scene) -> None:
    message = socket_scene.member(1).say("See here", channel="C0TALKS", files={"talk.ics": CALENDAR})

    await socket_scene.ana.shortcut(Shortcut.TURN_INTO_SEMINAR, message)

    what = await socket_scene.ana.wait_for_view(Callback.FORM_WHAT)
    assert value(what, "title") == "Reefs, after the heat"


async def test_a_message_without_a_seminar_opens_an_empty_form_that_says_so(socket_scene: Scene) -> None:
    message = socket_scene.member(1).say(NO_TALK, channel="C0TALKS")

    await socket_scene.ana.shortcut(Shortcut.TURN_INTO_SEMINAR, message)

    await socket_scene.ana.wait_for_view(Callback.FORM_WHAT, contains=say.NO_SEMINAR_IN_MESSAGE)


async def test_a_member_who_is_no_staff_is_told_who_may_announce(socket_scene: Scene) -> None:
    message = socket_scene.member(1).say(TALK, channel="C0TALKS")

    await socket_scene.member(2).shortcut(Shortcut.TURN_INTO_SEMINAR, message)

    answer = await socket_scene.member(2).wait_for_ephemeral(contains="Only staff may announce")
    assert "ask a workspace admin" in answer.text
    assert socket_scene.member(2).views == []


async def test_a_talk_that_was_is_marked_as_past(socket_scene: Scene) -> None:
    socket_scene.move_to(STARTS + timedelta(days=120))
    await paste(socket_scene, TALK)

    when = await go_on(socket_scene, Callback.FORM_WHEN)

    assert hint(when, "date").startswith("Please check: This day is past.")


async def test_who_is_no_staff_any_more_fills_no_form(socket_scene: Scene) -> None:
    box = await open_box(socket_scene)
    await socket_scene.ana.fill(box, {say.TEXT: TALK})
    socket_scene.ws.change_user("U0ANA", is_admin=False)
    await socket_scene.pg.delivery.settle()

    await socket_scene.ana.submit(box)

    await socket_scene.ana.wait_for_view(contains="Only staff may announce")


async def test_a_form_that_edits_offers_no_box(socket_scene: Scene) -> None:
    await socket_scene.announce()
    await socket_scene.ana.command("/seminar", "edit", channel="C0TALKS")

    view = await socket_scene.ana.wait_for_view(Callback.FORM_WHAT)

    assert Action.PASTE not in {element["action_id"] for _, element in view.controls}


async def test_what_was_typed_after_the_command_is_in_the_form_that_opens_by_the_button(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    scene.pg.faults.add("views.open", "error", code="expired_trigger_id")
    await scene.ana.command("/seminar", f"new {TALK}", channel="C0TALKS")
    answer = await scene.ana.wait_for_ephemeral(contains="form did not open")

    await scene.ana.press(answer, Action.NEW_SEMINAR)

    view = await scene.ana.wait_for_view(Callback.FORM_WHAT)
    assert value(view, "title") == "Reefs After the Heat"
