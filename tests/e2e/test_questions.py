"""Staff ask up to five questions of everybody who registers, as long as nobody has answered."""

from tests.e2e.asking import (
    FOOD,
    WISHES,
    add,
    answer,
    ask,
    first,
    open_form,
    open_questions,
    press_and_open,
    value_of_new,
)
from tests.e2e.stories import Scene


async def test_once_somebody_answered_the_questions_stay_and_the_way_out_is_said(scene: Scene) -> None:
    card = await scene.announce()
    await ask(scene, card, FOOD)
    await open_questions(scene.ana, card)
    await scene.ana.press_in_view("question_edit", value=value_of_new(scene.ana))
    form = await scene.ana.wait_for_view("question_edit")
    await scene.ana.fill(form, WISHES)
    await answer(scene.member(0), await press_and_open(scene.member(0), card), "0")

    refused = await scene.ana.submit(form)

    assert "Somebody has answered already" in refused.errors["text"]
    await scene.ana.close(whole_stack=True)
    asked = await open_questions(scene.ana, card)
    assert "or duplicate the seminar." in asked.shown
    assert [] == [element for _, element in asked.controls if "question" in element["action_id"]]
    await scene.ana.press_in_view("message")
    await scene.ana.wait_for_view("message")


async def test_staff_edit_move_and_remove_questions_up_to_five(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await open_questions(scene.ana, card)
    for number in range(1, 5):
        await add(scene.ana, WISHES | {"text": f"Question {number}"})
    full = await add(scene.ana, FOOD)
    assert "Add a Question" not in full.shown

    up = next(
        e["value"] for _, e in full.controls if e["action_id"] == "question_up" and e["value"][-1] == "2"
    )
    await scene.ana.press_in_view("question_up", value=up)

    moved = await scene.ana.wait_for_view("questions", contains="Moved.")
    assert moved.shown.index("Question 2") < moved.shown.index("Question 1")
    await scene.ana.press_in_view("question_remove", value=first(moved, "question_remove"))
    removed = await scene.ana.wait_for_view("questions", contains="Removed.")
    assert "Question 2" not in removed.shown
    await scene.ana.press_in_view("question_edit", value=first(removed, "question_edit"))
    form = await scene.ana.wait_for_view("question_edit")
    await scene.ana.fill(form, {"text": "Question one"})
    await scene.ana.submit(form)
    edited = await scene.ana.wait_for_view("questions", contains="Question one")
    assert "1. Question one" in edited.shown
    assert len(scene.ana.views) == 2


async def test_what_is_wrong_with_a_question_stands_under_its_field(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await ask(scene, card, WISHES)
    await open_questions(scene.ana, card)
    await scene.ana.press_in_view("question_edit", value=value_of_new(scene.ana))
    form = await scene.ana.wait_for_view("question_edit")
    await scene.ana.fill(
        form, {"text": WISHES["text"].upper(), "kind": "some", "options": "Lunch\n\nlunch\nDinner"}
    )

    refused = await scene.ana.submit(form)

    assert {
        "text": "Another question has the same words. Please write it differently.",
        "options": "An option stands there twice. Please leave one of them out.",
    } == refused.errors


async def test_members_may_not_see_or_change_the_questions(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()
    member = scene.member(5)

    await member.command("/seminar", "questions", channel="C0TALKS")
    await scene.ana.command("/seminar", "questions", channel="C0TALKS")

    await scene.ana.wait_for_view("questions", contains="Nothing is asked of those who register.")
    await member.wait_for_ephemeral(contains="Only staff")
    assert member.views == []


async def test_two_staff_who_edit_one_question_see_each_others_change(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.users["U0M05"].is_admin = True
    other = scene.member(5)
    card = await scene.announce()
    await ask(scene, card, WISHES)
    mine = await open_form(scene.ana, card)
    await scene.ana.fill(mine, {"text": "Mine"})
    theirs = await open_form(other, card)
    await other.fill(theirs, {"text": "Theirs"})
    await other.submit(theirs)

    await scene.ana.submit(mine)

    again = await scene.ana.wait_for_view("question_edit", contains="It now reads “Theirs”")
    assert "Something changed meanwhile" in again.shown
    await scene.ana.submit(again)
    await scene.ana.wait_for_view("questions", contains="1. Mine")
