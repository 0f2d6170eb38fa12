"""Questions in a scene: how staff ask them, and how members see and answer them."""

from typing import Any

from bot.playground.person import Person
from bot.playground.state import Message, View
from tests.e2e.stories import Scene

FOOD = {"text": "What do you eat?", "kind": "one", "options": "Everything\nNo meat", "required": ["required"]}
WISHES = {"text": "What should the talk cover?", "kind": "text"}
DAYS = {"text": "When can you stay?", "kind": "some", "options": "Lunch\nDinner\nBoth days"}


async def open_questions(person: Person, card: Message) -> View:
    await person.press(card, "manage")
    await person.wait_for_view("manage")
    await person.press_in_view("questions")
    return await person.wait_for_view("questions")


async def add(person: Person, question: dict[str, Any]) -> View:
    """Add a question from the open list, and return the list that comes back."""
    await person.press_in_view("question_edit", value=value_of_new(person))
    form = await person.wait_for_view("question_edit")
    await person.fill(form, question)
    result = await person.submit(form)
    assert (result.errors, result.error) == ({}, None)
    return await person.wait_for_view("questions", contains="Saved.")


def value_of_new(person: Person) -> str:
    """Return the value of the button that adds one."""
    assert person.view is not None
    values = [str(element.get("value")) for _, element in person.view.controls]
    return next(value for value in values if value.endswith("|new"))


async def ask(scene: Scene, card: Message, *questions: dict[str, Any]) -> None:
    await open_questions(scene.ana, card)
    for question in questions:
        await add(scene.ana, question)
    await scene.ana.close(whole_stack=True)


async def press_and_open(person: Person, card: Message) -> View:
    await person.press(card, "register")
    return await person.wait_for_view("answer")


def inputs(view: View) -> list[str]:
    """Return the names of the questions in a form, in their order."""
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


def initials(view: View) -> list[Any]:
    """Return what the inputs of a form begin with."""
    found = [block["element"] for block in view.blocks if block["type"] == "input"]
    return [
        one.get("initial_value") or one.get("initial_option") or one.get("initial_options") for one in found
    ]


async def answer(person: Person, view: View, *values: Any) -> View:
    await person.fill(view, dict(zip(inputs(view), values, strict=True)))
    result = await person.submit(view)
    assert (result.errors, result.error) == ({}, None)
    return await person.wait_for_view(contains="Thank you. Your answers are saved.")


def first(view: View, action: str) -> str:
    """Return the value of the first button of that action."""
    return str(next(e["value"] for _, e in view.controls if e["action_id"] == action))


async def open_form(person: Person, card: Message) -> View:
    view = await open_questions(person, card)
    await person.press_in_view("question_edit", value=first(view, "question_edit"))
    return await person.wait_for_view("question_edit")
