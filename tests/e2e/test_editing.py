"""Editing a seminar, as staff live it: alone and at once, early and late, and one like it made from it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.playground.state import View
from tests.e2e.edit_steps import LATER, go_on, notices, open_edit, preview_edit, save
from tests.e2e.stories import STARTS, Scene


async def open_more(scene: Scene, **fields: Any) -> View:
    await scene.fill(scene.ana)
    await scene.ana.press_in_view("form_back")
    await scene.ana.wait_for_view("form_how")
    await scene.ana.press_in_view("form_more")
    more = await scene.ana.wait_for_view("form_more")
    await scene.ana.fill(more, fields)
    return more


async def test_a_typo_in_the_abstract_tells_nobody_and_the_card_follows(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))

    preview = await preview_edit(card, scene.ana, abstract="Khorgos, seen from near.")

    assert "Nobody is told: the time and place stay" in preview.shown
    await save(scene.ana, "Saved. Nobody is told.")
    await scene.card("Khorgos, seen from near.")
    scene.move_to(LATER)
    assert notices([scene.member(0)]) == []


async def test_two_who_edit_at_once_lose_nothing(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.change_user("U0M00", is_admin=True)
    ben = scene.member(0)
    card = await scene.announce()
    await open_edit(card, scene.ana)
    await open_edit(card, ben)
    await go_on(ben, {"title": "Ben’s title", "place": "Great Hall"}, "form_when", "form_how", "form_edit")
    await save(ben, "Saved")

    fields = {"title": "Khorgos, Ana’s title", "abstract": "New words."}
    conflict = await go_on(scene.ana, fields, "form_when", "form_how", "form_conflict")

    assert "changed the same as you meanwhile" in conflict.shown
    assert "yours is “Khorgos, Ana’s title”; theirs is “Ben’s title”" in conflict.shown
    await scene.ana.submit(conflict)
    preview = await scene.ana.wait_for_view("form_edit", contains="Khorgos, Ana’s title")
    assert "“Ben’s title” → “Khorgos, Ana’s title”" in preview.shown
    await save(scene.ana, "Saved")
    shown = await scene.card("Khorgos, Ana’s title")
    assert "Great Hall" in shown.shown
    assert "New words." in shown.shown


async def test_a_change_of_another_field_is_shown_and_kept(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.ws.change_user("U0M00", is_admin=True)
    ben = scene.member(0)
    card = await scene.announce()
    await preview_edit(card, scene.ana, title="Khorgos anew")
    await preview_edit(card, ben, place="Great Hall")
    await save(ben, "Saved")

    await scene.ana.submit()

    preview = await scene.ana.wait_for_view("form_edit", contains="Changed meanwhile by")
    assert "Something changed meanwhile." in preview.shown
    assert "“CAIS Lecture Theatre” → “Great Hall”" in preview.shown
    await save(scene.ana, "Saved")
    shown = await scene.card("Khorgos anew")
    assert "Great Hall" in shown.shown


async def test_saving_twice_saves_once(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await preview_edit(card, scene.ana, place="Great Hall")

    scene.pg.delivery.duplicate_next(1)
    await scene.ana.submit()

    await scene.card("Great Hall")
    scene.move_to(LATER)
    await scene.member(0).wait_for_message(contains="has a new place")
    assert len(notices([scene.member(0)])) == 1


async def test_a_talk_that_is_over_keeps_its_time_and_gets_other_words(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.move_to(STARTS + timedelta(hours=2))
    await scene.card("Over")
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("edit")
    view = await scene.ana.wait_for_view("form_what", contains="its time and place stay")

    await scene.ana.fill(view, {"title": "Khorgos, looked back on"})
    await scene.ana.submit(view)
    await scene.ana.wait_for_view("form_edit")
    await save(scene.ana, "Saved")

    await scene.card("Khorgos, looked back on")


async def test_a_begun_talk_cannot_get_another_start(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.move_to(STARTS + timedelta(minutes=5))
    await scene.card("Under way")
    await open_edit(card, scene.ana)
    when = await go_on(scene.ana, {}, "form_when")

    await scene.ana.fill(when, {"date": "2020-08-09"})
    result = await scene.ana.submit(when)

    assert result.errors == {"date": "The talk has begun, so this stays as it is."}


async def test_a_member_may_not_edit_and_a_host_may(socket_scene: Scene) -> None:
    scene = socket_scene
    await open_more(scene, hosts=["U0M01"])
    await scene.ana.submit()
    await scene.ana.wait_for_view("form_preview")
    await scene.ana.submit()
    card = await scene.card("Seminar:")

    await scene.member(2).command("/seminar", "edit khorgos", channel="C0TALKS")
    await scene.member(2).wait_for_ephemeral(contains="Only staff may announce and manage seminars")
    await scene.member(1).command("/seminar", "edit khorgos", channel="C0TALKS")
    await scene.member(1).wait_for_view("form_what", contains="Edit seminar")
    await go_on(scene.member(1), {"place": "Great Hall"}, "form_when", "form_how", "form_edit")
    await save(scene.member(1), "Saved")

    assert "Great Hall" in (await scene.card("Great Hall")).shown
    assert card.channel_id == "C0TALKS"


async def test_an_announcement_is_posted_later_and_only_staff_see_it_till_then(socket_scene: Scene) -> None:
    scene = socket_scene
    publish_at = datetime(2020, 8, 1, 0, 0, tzinfo=UTC)
    await open_more(scene, publish=int(publish_at.timestamp()))
    await scene.ana.submit()
    await scene.ana.wait_for_view("form_preview", contains="It is posted on")
    await scene.ana.submit()

    await scene.ana.command("/seminar", "list", channel="C0TALKS")
    listed = await scene.ana.wait_for_ephemeral(contains="Will be announced Saturday 1 August, 10:00")
    await scene.member(0).command("/seminar", "list", channel="C0TALKS")
    await scene.member(0).wait_for_ephemeral(contains="There are no seminars yet")
    assert [one for one in scene.ana.messages("C0TALKS") if one.ephemeral_to is None] == []
    assert "Khorgos" in listed.text
    scene.move_to(publish_at)
    await scene.card("2 of 2 seats left")


async def test_the_time_of_posting_must_lie_before_the_talk(socket_scene: Scene) -> None:
    scene = socket_scene
    await open_more(scene, publish=int(STARTS.timestamp()), opens=int(STARTS.timestamp()) + 60)

    result = await scene.ana.submit()

    assert result.errors == {
        "opens": "The talk has started by then. Choose an earlier time.",
        "publish": "The talk has started by then. Choose an earlier time.",
    }


@pytest.mark.parametrize("word", ["duplicate", "DUPLICATE"])
async def test_a_duplicate_is_a_new_seminar_without_its_times(socket_scene: Scene, word: str) -> None:
    scene = socket_scene
    await scene.announce()

    await scene.ana.command("/seminar", f"{word} khorgos", channel="C0TALKS")
    await scene.ana.wait_for_view("form_what", contains="New seminar · 1 of 3")
    when = await go_on(scene.ana, {"title": "Second talk"}, "form_when")
    assert set((await scene.ana.submit(when)).errors) == {"date", "time"}
    await go_on(scene.ana, {"date": "2020-08-21", "time": "11:00"}, "form_how", "form_preview")
    await scene.ana.submit()

    await scene.card("Second talk")
    assert len(scene.ana.messages("C0TALKS")) == 2
