"""A term of a weekly series, told by dates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.playground.state import Message, View
from bot.storage import tables
from tests.e2e.faults.fault_sights import at_rest
from tests.e2e.stories import Scene, eventually

WEEK = timedelta(weeks=1)
# Seminars on Fridays at 11:00 in Sydney; summer time begins on Sunday 4 October 2020.
SEPTEMBER_25 = datetime(2020, 9, 25, 1, 0, tzinfo=UTC)
OCTOBER_9 = datetime(2020, 10, 9, 0, 0, tzinfo=UTC)


@pytest.fixture
def scene(socket_scene: Scene) -> Scene:
    return socket_scene


async def open_repeat(scene: Scene, card: Message) -> View:
    await at_rest(scene)
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("series")
    return await scene.ana.wait_for_view("series")


async def preview(scene: Scene, view: View, **typed: Any) -> View:
    await scene.ana.fill(view, {"repeat": "weekly", **typed})
    result = await scene.ana.submit(view)
    assert (result.errors, result.error) == ({}, None)
    return await scene.ana.wait_for_view("series_preview")


def starts(scene: Scene) -> list[str]:
    with scene.engine.connect() as connection:
        rows = connection.execute(
            select(tables.Seminar.starts_local).order_by(tables.Seminar.starts_local)
        ).all()
    return [row.starts_local.isoformat(" ", "minutes") for row in rows]


async def test_a_term_is_announced_week_by_week_registered_for_and_reminded_of(scene: Scene) -> None:
    card = await scene.announce(date="2020-09-18", title="Khorgos seminar")
    await at_rest(scene)
    shown = await preview(
        scene, await open_repeat(scene, card), more="2", skip="2020-10-02", title="Khorgos in spring"
    )
    assert "2 seminars will be made" in shown.shown
    assert "Friday 25 September, 11:00–12:30 in Sydney (AEST); announced Friday 18 Sept" in shown.shown
    assert "Friday 9 October, 11:00–12:30 in Sydney (AEDT); announced Friday 2 October" in shown.shown
    assert "Skipped: \nFriday 2 October 2020" in shown.shown
    await scene.ana.submit(shown)
    said = await scene.ana.wait_for_view(contains="2 seminars were made")
    assert "The first is announced on Friday 18 September, 11:00 in Sydney (AEST)." in said.shown
    assert len(scene.ana.messages("C0TALKS")) == 1

    scene.move_to(SEPTEMBER_25 - WEEK)
    first = await scene.ana.wait_for_message("C0TALKS", contains="25 September", after=card)
    await scene.member(0).press(first, "register")
    await scene.member(0).wait_for_message(contains="You have a seat")
    assert len(scene.ana.messages("C0TALKS")) == 2

    scene.move_to(SEPTEMBER_25 - timedelta(days=1))
    await scene.member(0).wait_for_message(contains="Still coming?")

    scene.move_to(OCTOBER_9 - WEEK)
    second = await scene.ana.wait_for_message("C0TALKS", contains="9 October", after=first)
    assert "11:00–12:30 in Sydney (AEDT)" in second.text
    assert "2 of 2 seats left" in second.text
    order = scene.member(0).now_order()
    await scene.member(0).press(second, "register")
    await scene.member(0).wait_for_message(contains="You have a seat", after=order)

    order = scene.member(0).now_order()
    scene.move_to(OCTOBER_9 - timedelta(hours=1))
    reminder = await scene.member(0).wait_for_message(contains="Still coming?", after=order)
    assert "starts in 1 hour" in reminder.text


async def test_making_a_series_twice_makes_it_once(scene: Scene) -> None:
    shown = await preview(scene, await open_repeat(scene, await scene.announce()), more="2")

    scene.pg.delivery.duplicate_next(1)
    await scene.ana.submit(shown)

    await eventually(lambda: len(starts(scene)) == 3)
    await scene.pg.delivery.settle()
    assert starts(scene) == ["2020-08-07 11:00", "2020-08-14 11:00", "2020-08-21 11:00"]


async def test_more_dates_are_added_after_the_last_one(scene: Scene) -> None:
    card = await scene.announce()
    await scene.ana.submit(await preview(scene, await open_repeat(scene, card), more="1", announce="now"))
    await scene.ana.wait_for_view(contains="1 seminar was made")
    await scene.ana.close(whole_stack=True)

    told = await open_repeat(scene, card)
    assert "is part of the series" in told.shown
    await scene.ana.press_in_view("series", view=told)
    more = await scene.ana.wait_for_view("series", contains="The last talk: \nFriday 14 August")
    await scene.ana.submit(await preview(scene, more, until="2020-08-28"))

    await scene.ana.wait_for_view(contains="2 seminars were made")
    assert starts(scene)[1:] == ["2020-08-14 11:00", "2020-08-21 11:00", "2020-08-28 11:00"]


async def test_going_back_from_the_preview_loses_nothing(scene: Scene) -> None:
    typed = {"more": "3", "skip": "2020-08-14", "announce": "2w", "title": "A | B"}
    shown = await preview(scene, await open_repeat(scene, await scene.announce()), **typed)
    before = shown.shown
    assert "A | B" in before

    await scene.ana.press_in_view("series", view=shown)
    await scene.ana.submit(await scene.ana.wait_for_view("series"))

    again = await scene.ana.wait_for_view("series_preview")
    assert before == again.shown
    assert len(scene.ana.views) == 2


@pytest.mark.parametrize(
    ("typed", "field", "expected"),
    [
        ({}, "more", "Say how many more, or give a last date below."),
        ({"more": "3", "until": "2020-09-01"}, "until", "Give either a number or a last date"),
        ({"until": "2020-08-07"}, "until", "Choose a day after this talk."),
        ({"until": "2020-08-10"}, "until", "No date is left"),
        ({"until": "2022-08-10"}, "until", "These are more than 30 seminars."),
        ({"more": "3", "skip": "2020-08-14\n14.8.2020"}, "skip", "Line 2: “14.8.2020” is no date"),
    ],
)
async def test_what_is_wrong_stands_under_its_input(
    scene: Scene, typed: dict[str, str], field: str, expected: str
) -> None:
    view = await open_repeat(scene, await scene.announce())
    await scene.ana.fill(view, {"repeat": "weekly", **typed})

    result = await scene.ana.submit(view)

    assert list(result.errors) == [field]
    assert expected in result.errors[field]


async def test_what_changed_after_the_preview_is_shown_before_anything_is_made(scene: Scene) -> None:
    shown = await preview(scene, await open_repeat(scene, await scene.announce()), more="1")

    scene.move_to(datetime(2020, 8, 7, 2, 0, tzinfo=UTC))  # less than a week before the next one
    await scene.ana.submit(shown)

    again = await scene.ana.wait_for_view("series_preview", contains="Something changed meanwhile")
    assert "announced at once" in again.shown
    assert starts(scene) == ["2020-08-07 11:00"]
