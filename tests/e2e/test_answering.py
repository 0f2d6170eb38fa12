"""The seat is there at the press; the questions follow, and closing them loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.services.desk import Desk
from tests.e2e.asking import (
    DAYS,
    FOOD,
    WISHES,
    answer,
    ask,
    first,
    initials,
    inputs,
    open_questions,
    press_and_open,
)
from tests.e2e.stories import STARTS, Scene, open_scene


@contextmanager
def asked_of_database(engine: Engine) -> Iterator[list[str]]:
    """Collect how often the database is asked whether a seminar has questions."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        flat = " ".join(statement.split())
        asked.extend([flat] if flat.startswith("SELECT EXISTS") and "FROM question" in flat else [])

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def opens_answers(args: Any) -> bool:
    return bool(args.get("view", {}).get("callback_id") == "answer")


async def test_the_seat_is_there_at_the_press_and_the_questions_follow(scene: Scene) -> None:
    card = await scene.announce()
    await ask(scene, card, FOOD, WISHES, DAYS)
    member = scene.member(0)

    form = await press_and_open(member, card)

    assert "You have a seat for" in form.shown
    assert "closing this loses nothing" in form.shown
    private = await member.wait_for_ephemeral(contains="Please answer 1 question of the organisers.")
    assert "You have a seat for" in private.shown
    confirmed = await member.wait_for_message(contains="Please answer 1 question of the organisers.")
    assert "Answer" in confirmed.labels
    await answer(member, form, "1", "Trains", ["0", "2"])
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("roster")
    roster = await scene.ana.wait_for_view("roster")
    assert "No meat" in roster.shown
    assert "Trains" in roster.shown
    assert "Lunch; Both days" in roster.shown


async def test_closing_the_form_loses_nothing_and_the_confirmation_asks_again(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await ask(scene, card, FOOD)
    member = scene.member(0)
    await press_and_open(member, card)
    await member.close()
    confirmed = await member.wait_for_message(contains="Please answer 1 question")
    await scene.card(contains="1 of 2 seats left")
    asked = await open_questions(scene.ana, card)
    assert "0 of 1 person" in asked.shown
    assert "1 person owes an answer that is required." in asked.shown

    await member.press(confirmed, "answer")

    await answer(member, await member.wait_for_view("answer"), "0")
    await member.close()
    await member.press(confirmed, "answer")
    again = await member.wait_for_view("answer")
    assert ["Everything"] == [one["text"]["text"] for one in initials(again)]


async def test_who_joins_the_line_is_asked_too_and_told_that_it_is_the_line(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await ask(scene, card, WISHES)
    await answer(scene.member(0), await press_and_open(scene.member(0), card), "Trains")

    form = await press_and_open(scene.member(1), card)

    assert "You are in line for" in form.shown
    await answer(scene.member(1), form, "Roads")


async def test_without_questions_a_press_opens_nothing(socket_scene: Scene) -> None:
    card = await socket_scene.announce()

    await socket_scene.seat(card, socket_scene.member(0))
    await socket_scene.member(0).wait_for_ephemeral(contains="You have a seat")

    assert [] == [call for call in socket_scene.pg.calls if opens_answers(call.args)]
    assert socket_scene.member(0).views == []


async def test_questions_that_come_after_a_press_are_asked_of_the_next(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))

    await ask(scene, card, FOOD)

    await press_and_open(scene.member(1), card)
    assert scene.member(0).views == []


async def test_registering_again_finds_the_answers_filled_in(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await ask(scene, card, WISHES)
    member = scene.member(0)
    await answer(member, await press_and_open(member, card), "Trains")
    await member.close()
    await member.press(await member.wait_for_message(contains="You have a seat"), "release")
    await scene.card(contains="2 of 2 seats left")

    form = await press_and_open(member, card)

    assert ["Trains"] == initials(form)


async def test_who_gave_the_seat_back_is_told_that_nothing_was_saved(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await ask(scene, card, WISHES)
    member = scene.member(0)
    form = await press_and_open(member, card)
    await member.press(await member.wait_for_message(contains="You have a seat"), "release")
    await member.fill(form, {inputs(form)[0]: "Trains"})

    await member.submit(form)

    await member.wait_for_view(contains="You have no seat and no place in line")
    asked = await open_questions(scene.ana, card)
    assert "Add a Question" in asked.shown


async def test_the_answer_button_is_answered_kindly_after_the_talk(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await ask(scene, card, FOOD)
    member = scene.member(0)
    await press_and_open(member, card)
    await member.close()
    confirmed = await member.wait_for_message(contains="Please answer 1 question")
    scene.move_to(STARTS.replace(hour=20))

    await member.press(confirmed, "answer")

    await member.wait_for_view(contains="is over, so no answers are needed any more")


async def test_questions_that_changed_while_one_answers_are_shown_anew(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await ask(scene, card, WISHES, FOOD)
    member = scene.member(0)
    form = await press_and_open(member, card)
    await member.fill(form, dict(zip(inputs(form), ("Trains", "1"), strict=True)))
    view = await open_questions(scene.ana, card)
    await scene.ana.press_in_view("question_edit", value=first(view, "question_edit"))
    edit = await scene.ana.wait_for_view("question_edit")
    await scene.ana.fill(edit, {"text": "What else?"})
    await scene.ana.submit(edit)
    await scene.ana.wait_for_view("questions", contains="What else?")

    await member.submit(form)

    anew = await member.wait_for_view("answer", contains="The organisers changed the questions meanwhile")
    assert "What else?" in anew.shown
    assert "Trains" == initials(anew)[0]
    await member.submit(anew)
    await member.wait_for_view(contains="Thank you.")


async def test_the_ordinary_press_asks_the_database_nothing_about_questions(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="20")

    with asked_of_database(scene.engine) as asked:
        await scene.seat(card, *scene.members(4))
        for_four = len(asked)
        await ask(scene, card, WISHES)
        await press_and_open(scene.member(4), card)
        await press_and_open(scene.member(5), card)

    assert 1 == for_four
    assert 2 == len([one for one in asked if "answer" not in one])


async def test_the_questions_open_though_answers_wait_behind_a_crowd(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "is_crowded", lambda _desk: True)
    async with open_scene(template, "socket") as scene:
        card = await scene.announce()
        await ask(scene, card, WISHES)
        member = scene.member(0)

        form = await press_and_open(member, card)

        assert "You have a seat for" in form.shown
        assert [] == member.ephemerals
