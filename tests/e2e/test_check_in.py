"""The door: the word, the roster's button's work, walk-ins, and seats that nobody claims."""

from datetime import timedelta

import pytest

from bot.domain.checking_in import WORDS
from bot.playground.person import Person
from bot.playground.state import Message, View
from tests.e2e.stories import STARTS, Scene, eventually

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOORS_OPEN = STARTS - 30 * MINUTE
LATE = STARTS + 10 * MINUTE


async def open_check_in(scene: Scene, card: Message) -> View:
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("check_in")
    return await scene.ana.wait_for_view("check_in")


async def save_word(scene: Scene, card: Message, word: str) -> None:
    view = await open_check_in(scene, card)
    await scene.ana.fill(view, {"word": word})
    await scene.ana.submit(view)
    await scene.ana.wait_for_view("check_in", contains="The word is saved.")
    await scene.ana.close(whole_stack=True)


async def remind(scene: Scene, person: Person) -> Message:
    """Go to an hour before the talk, and return the reminder."""
    scene.move_to(STARTS - HOUR)
    return await person.wait_for_message(contains="Still coming?")


async def type_word(person: Person, reminder: Message, word: str) -> View:
    await person.press(reminder, "check_in_self")
    view = await person.wait_for_view("check_in_self")
    await person.fill(view, {"word": word})
    await person.submit(view)
    return await person.wait_for_view()


async def let_in(scene: Scene, person: Person) -> View:
    """Let somebody in at the door, from the open check-in modal."""
    await scene.ana.press_in_view("walk_in")
    view = await scene.ana.wait_for_view("walk_in")
    await scene.ana.fill(view, {"person": person.id})
    await scene.ana.submit(view)
    return await scene.ana.wait_for_view("check_in", contains="is checked in.")


async def test_a_word_is_suggested_and_members_check_in_with_it(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    view = await open_check_in(scene, card)
    (suggested,) = [e["initial_value"] for _, e in view.controls if "initial_value" in e] or [""]
    assert suggested in WORDS
    await scene.ana.submit(view)
    shown = await scene.ana.wait_for_view("check_in", contains="Show this word in the room:")
    assert suggested in shown.shown
    reminder = await remind(scene, scene.member(0))
    scene.move_to(DOORS_OPEN)

    said = await type_word(scene.member(0), reminder, f" {suggested.upper()}! ")

    assert "You are checked in for" in said.shown
    scene.move_to(STARTS)
    await scene.ana.close(whole_stack=True)
    door = await open_check_in(scene, card)
    assert "1 of 1 with a seat" in door.shown


async def test_the_button_waits_for_the_doors_and_outlives_i_will_be_there(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await save_word(scene, card, "apricot")
    reminder = await remind(scene, scene.member(0))
    await scene.member(0).press(reminder, "confirm")
    await eventually(lambda: "You said that you will be there" in reminder.text)

    await scene.member(0).press(reminder, "check_in_self")

    early = await scene.member(0).wait_for_view(contains="opens half an hour before the start")
    assert "10:30" in early.shown
    await scene.member(0).close()
    scene.move_to(STARTS + 2 * HOUR)
    await scene.member(0).press(reminder, "check_in_self")
    await scene.member(0).wait_for_view(contains="is over, so check-in is closed")


async def test_without_a_word_reminders_carry_no_button(socket_scene: Scene) -> None:
    card = await socket_scene.announce()
    await socket_scene.seat(card, socket_scene.member(0))

    reminder = await remind(socket_scene, socket_scene.member(0))

    assert "Check In" not in reminder.labels


async def test_a_wrong_word_is_said_under_the_field_and_guessing_ends_after_five(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await save_word(scene, card, "apricot")
    reminder = await remind(scene, scene.member(0))
    scene.move_to(STARTS)
    member = scene.member(0)
    await member.press(reminder, "check_in_self")
    view = await member.wait_for_view("check_in_self")
    await member.fill(view, {"word": "walnut"})

    wrong = [(await member.submit(view)).errors["word"] for _ in range(5)]
    await member.fill(view, {"word": "apricot"})
    paused = await member.submit(view)

    assert ["That is not the word shown in the room. Case, blanks and accents do not matter."] * 4 == wrong[
        :4
    ]
    assert "wait ten minutes" in wrong[4]
    assert {"word": wrong[4]} == paused.errors


async def test_a_walk_in_above_the_limit_is_said_before_and_gets_a_seat(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(2))
    scene.move_to(DOORS_OPEN)
    await open_check_in(scene, card)
    await scene.ana.press_in_view("walk_in")
    view = await scene.ana.wait_for_view("walk_in", contains="All seats are taken: this makes it 3.")
    await scene.ana.fill(view, {"person": "U0M07"})

    await scene.ana.submit(view)

    door = await scene.ana.wait_for_view("check_in", contains="has a seat and is checked in.")
    assert "1 of 3 with a seat (seats: 2)" in door.shown
    assert len(scene.ana.views) == 2
    await scene.member(7).wait_for_message(contains="Khorgos")


async def test_a_walk_in_that_turns_out_to_be_above_the_limit_is_shown_again(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    scene.move_to(DOORS_OPEN)
    await open_check_in(scene, card)
    await scene.ana.press_in_view("walk_in")
    view = await scene.ana.wait_for_view("walk_in")
    await scene.ana.fill(view, {"person": "U0M07"})
    await scene.seat(card, scene.member(1))

    await scene.ana.submit(view)

    again = await scene.ana.wait_for_view("walk_in", contains="Something changed meanwhile")
    assert "this makes it 3" in again.shown
    await scene.ana.submit(again)
    await scene.ana.wait_for_view("check_in", contains="has a seat and is checked in.")


async def test_staff_check_a_person_in_from_the_roster_and_undo_it(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    scene.move_to(DOORS_OPEN)
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("roster")
    await scene.ana.wait_for_view("roster")
    await scene.ana.press_in_view("person")
    await scene.ana.wait_for_view("person")

    await scene.ana.press_in_view("check_in_person")

    person = await scene.ana.wait_for_view("person", contains="They are checked in.")
    assert "Undo Check-in" in person.shown
    await scene.ana.press_in_view("check_out_person")
    undone = await scene.ana.wait_for_view("person", contains="They are not checked in.")
    assert "Undo Check-in" not in undone.shown


@pytest.mark.parametrize("word", ["check-in", "checkin"])
async def test_check_in_opens_by_its_word_for_staff_alone(socket_scene: Scene, word: str) -> None:
    scene = socket_scene
    await scene.announce()

    await scene.ana.command("/seminar", word, channel="C0TALKS")
    await scene.member(0).command("/seminar", word, channel="C0TALKS")

    await scene.ana.wait_for_view("check_in")
    await scene.member(0).wait_for_ephemeral(contains="Only staff")
    assert scene.member(0).views == []


async def test_a_word_that_somebody_else_set_meanwhile_is_shown_first(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.users["U0M05"].is_admin = True
    card = await scene.announce()
    view = await open_check_in(scene, card)
    await scene.ana.fill(view, {"word": "walnut"})
    other = scene.member(5)
    await other.command("/seminar", "check-in", channel="C0TALKS")
    theirs = await other.wait_for_view("check_in")
    await other.fill(theirs, {"word": "apricot"})
    await other.submit(theirs)

    await scene.ana.submit(view)

    again = await scene.ana.wait_for_view("check_in", contains="Something changed meanwhile")
    assert "apricot" in again.shown
    await scene.ana.submit(again)
    await scene.ana.wait_for_view("check_in", contains="The word is saved.")
