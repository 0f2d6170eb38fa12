"""After the talk, told by its people: how it was, slides and recording, and the next of the series."""

from datetime import timedelta

from bot.playground.person import Person
from bot.playground.state import Message, View
from tests.e2e.faults.fault_sights import at_rest
from tests.e2e.stories import STARTS, Scene, eventually

ENDS = STARTS + timedelta(minutes=90)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SLIDES, RECORDING = "https://a.example.org/slides", "https://a.example.org/film"


async def ask(scene: Scene, people: list[Person]) -> list[Message]:
    """Go to the end of the talk, and return the question that each of them gets."""
    scene.move_to(ENDS)
    return [await person.wait_for_message(contains="How was") for person in people]


async def manage(scene: Scene, card: Message, action: str, callback: str) -> View:
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view(action)
    return await scene.ana.wait_for_view(callback)


async def test_a_member_says_how_it_was_adds_a_line_and_changes_their_mind(scene: Scene) -> None:
    card, member = await scene.announce(), scene.member(0)
    await scene.seat(card, member)
    (question,) = await ask(scene, [member])
    assert ["1 Poor", "2 Fair", "3 Good", "4 Very Good", "5 Excellent"] == question.labels

    await member.press(question, "feedback_2")
    view = await member.wait_for_view("feedback", contains="Saved: 2 Fair.")
    await eventually(lambda: "2 Fair. Thank you." in question.text)
    await member.fill(view, {"line": "Please speak up"})
    await member.submit(view)
    await eventually(lambda: "You wrote: Please speak up" in question.text)

    await member.press(question, "feedback_5")
    again = await member.wait_for_view("feedback", contains="Saved: 5 Excellent.")
    await eventually(lambda: "5 Excellent. Thank you." in question.text)
    assert "Please speak up" in question.text
    assert "Please speak up" in str(again.controls)


async def test_an_answer_two_weeks_later_is_declined_kindly(socket_scene: Scene) -> None:
    scene = socket_scene
    card, member = await scene.announce(), scene.member(0)
    await scene.seat(card, member)
    (question,) = await ask(scene, [member])

    scene.move_to(ENDS + 14 * DAY)
    await member.press(question, "feedback_4")

    await eventually(lambda: "were taken until Friday 21 August" in question.text)
    assert [] == question.labels
    assert [] == member.views


async def test_results_are_shown_from_the_fifth_answer_on_and_the_host_is_told(socket_scene: Scene) -> None:
    scene = socket_scene
    card, people = await scene.announce(seats="9"), scene.members(5)
    await scene.seat(card, *people)
    questions = await ask(scene, people)
    for person, question, score in zip(people[:4], questions, (5, 4, 4, 2), strict=False):
        await person.press(question, f"feedback_{score}")
        view = await person.wait_for_view("feedback")
        await person.fill(view, {"line": f"Line of a {score}"})
        await person.submit(view)
    four = await manage(scene, card, "feedback_results", "feedback")
    assert "Results are shown from 5 answers on: 4 so far." in four.shown
    assert "Line of" not in four.shown

    await people[4].press(questions[4], "feedback_5")

    told = await scene.ana.wait_for_message(contains="5 people said how")
    await scene.ana.close(whole_stack=True)
    await scene.ana.press(told, "feedback_results")
    five = await scene.ana.wait_for_view("feedback", contains="4.0 of 5")
    assert "5 Excellent: 2" in five.shown
    assert "Line of a 2" in five.shown
    assert "Member" not in five.shown


async def test_slides_added_before_and_a_recording_added_after_reach_everybody_once(scene: Scene) -> None:
    card, people = await scene.announce(), scene.members(3)
    await scene.seat(card, *people)
    view = await manage(scene, card, "materials", "materials")
    await scene.ana.fill(view, {"slides": "my slides"})
    refused = await scene.ana.submit(view)
    assert {"slides"} == set(refused.errors)
    await scene.ana.fill(view, {"slides": SLIDES})
    await scene.ana.submit(view)
    preview = await scene.ana.wait_for_view("materials", contains="Nobody is told now.")
    await scene.ana.submit(preview)
    await scene.ana.wait_for_view(contains="It is saved.")

    scene.move_to(ENDS)
    for person in people:
        await person.wait_for_message(contains="The slides of")
    await eventually(lambda: SLIDES in str(card.blocks))

    await scene.ana.close(whole_stack=True)
    view = await manage(scene, card, "materials", "materials")
    await scene.ana.fill(view, {"recording": RECORDING})
    await scene.ana.submit(view)
    preview = await scene.ana.wait_for_view(
        "materials", contains="2 who had a seat and 1 who waited are told of the recording."
    )
    await scene.ana.submit(preview)
    for person in people:
        told = await person.wait_for_message(contains="The recording of")
        assert SLIDES not in told.text
    await eventually(lambda: RECORDING in str(card.blocks))
    await at_rest(scene)
    assert [1, 1, 1] == [sum(SLIDES in m.text for m in person.direct_messages()) for person in people]


async def test_a_waiter_hears_of_the_next_before_it_is_announced_and_registers(socket_scene: Scene) -> None:
    scene = socket_scene
    card, people = await scene.announce(title="Khorgos seminar"), scene.members(3)
    await scene.seat(card, *people)
    waiter = people[2]
    await at_rest(scene)
    view = await manage(scene, card, "series", "series")
    await scene.ana.fill(view, {"repeat": "weekly", "more": "1", "announce": "1d"})
    await scene.ana.submit(view)
    await scene.ana.submit(await scene.ana.wait_for_view("series_preview"))
    await scene.ana.wait_for_view(contains="was made")

    scene.move_to(STARTS + WEEK - DAY - timedelta(hours=1))

    told = await waiter.wait_for_message(contains="There was no seat for you")
    assert "14 August" in told.text
    await waiter.press(told, "register")
    await eventually(lambda: "You have a seat" in told.text)
    assert len(scene.ana.messages("C0TALKS")) == 1
    scene.move_to(STARTS + WEEK - DAY)
    await scene.card("1 of 2 seats left")
    assert [0, 0] == [
        sum("There was no seat" in m.text for m in person.direct_messages()) for person in people[:2]
    ]
