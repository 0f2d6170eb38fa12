"""The steps of an edit in a scene: the form opened, filled in, previewed and saved, and who was told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.playground.person import Person
from bot.playground.state import Message, View
from tests.e2e.stories import ANNOUNCED

LATER = ANNOUNCED + timedelta(minutes=2, seconds=1)


async def open_edit(card: Message, person: Person) -> View:
    await person.press(card, "manage")
    await person.wait_for_view("manage")
    await person.press_in_view("edit")
    return await person.wait_for_view("form_what", contains="Edit seminar · 1 of 3")


async def go_on(person: Person, fields: dict[str, Any], *callbacks: str) -> View:
    """Fill in what each step asks for, step by step, and return the view after the last one."""
    view = person.view
    assert view is not None
    for callback in callbacks:
        names = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        await person.fill(view, {name: value for name, value in fields.items() if name in names})
        result = await person.submit(view)
        assert (result.errors, result.error) == ({}, None)
        view = await person.wait_for_view(callback)
    return view


async def preview_edit(card: Message, person: Person, **fields: Any) -> View:
    await open_edit(card, person)
    return await go_on(person, fields, "form_when", "form_how", "form_edit")


async def save(person: Person, says: str) -> None:
    result = await person.submit()
    assert (result.errors, result.error) == ({}, None)
    await person.wait_for_view(contains=says)


def notices(people: Sequence[Person]) -> list[str]:
    return [
        message.text for one in people for message in one.direct_messages() if "has a new" in message.text
    ]
