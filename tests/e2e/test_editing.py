"""Editing and moving a seminar, as staff and registrants live it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.playground.person import Person
from bot.playground.state import Message, View
from bot.storage import tables
from bot.storage.engine import transactions
from tests.e2e.stories import ANNOUNCED, STARTS, Scene, eventually

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


async def test_a_move_is_previewed_saved_and_told_once_with_the_old_and_the_new(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))

    preview = await preview_edit(card, scene.ana, time="15:00", place="Great Hall")

    assert "2 registrants and 1 waiter will be told, in two minutes." in preview.shown
    assert "2 reminders change." in preview.shown
    assert "“CAIS Lecture Theatre” → “Great Hall”" in preview.shown
    await save(scene.ana, "Saved. 2 registrants and 1 waiter will be told, in two minutes.")
    await scene.card("Great Hall")
    assert notices(scene.members(3)) == []
    scene.move_to(LATER)
    seated = await scene.member(1).wait_for_message(contains="has a new time and a new place")
    waiting = await scene.member(2).wait_for_message(contains="has a new time and a new place")
    assert (
        "Friday 7 August, 13:00–14:30 your time (UTC+8); Friday 7 August, 15:00–16:30 in Sydney"
        in seated.text
    )
    assert "Before: Friday 7 August, 09:00–10:30 your time" in seated.text
    assert "New place: Great Hall. Before: CAIS Lecture Theatre." in seated.text
    assert "Still coming?" in seated.text
    assert "https://meet.example.org/khorgos" in seated.text
    assert "https://meet.example.org/khorgos" not in waiting.text
    assert "You keep your place in line." in waiting.text


async def test_the_notice_asks_who_is_still_coming_and_a_seat_given_back_goes_on(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    await preview_edit(card, scene.ana, date="2020-08-08")
    await save(scene.ana, "Saved")
    scene.move_to(LATER)
    first = await scene.member(0).wait_for_message(contains="has a new time")
    second = await scene.member(1).wait_for_message(contains="has a new time")

    await scene.member(0).press(first, "confirm")
    await scene.member(1).press(second, "release")

    await scene.member(0).wait_for_message(contains="you will be there")
    await scene.member(2).wait_for_message(contains="it is yours")


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


async def test_edits_within_two_minutes_make_one_notice_and_moving_back_makes_none(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await preview_edit(card, scene.ana, place="Great Hall")
    await save(scene.ana, "Saved")
    await scene.ana.close(whole_stack=True)

    scene.move_to(ANNOUNCED + timedelta(minutes=1))
    await preview_edit(card, scene.ana, place="Small Hall")
    await save(scene.ana, "Saved. 1 registrant will be told")
    scene.move_to(LATER)

    told = await scene.member(0).wait_for_message(contains="has a new place")
    assert "New place: Small Hall. Before: CAIS Lecture Theatre." in told.text
    await scene.ana.close(whole_stack=True)
    await preview_edit(card, scene.ana, place="Garden")
    await save(scene.ana, "Saved. 1 registrant will be told")
    await scene.ana.close(whole_stack=True)
    back = await preview_edit(card, scene.ana, place="Small Hall")
    assert "Nobody is told: time and place are again what everybody knows." in back.shown
    await save(scene.ana, "Saved. Nobody is told.")
    scene.move_to(LATER + timedelta(minutes=4))
    await scene.card("Small Hall")
    assert len(notices([scene.member(0)])) == 1


async def test_a_moved_talk_is_reminded_of_at_its_new_time_only(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await preview_edit(card, scene.ana, date="2020-08-14")
    await save(scene.ana, "Saved")
    scene.move_to(LATER)
    await scene.member(0).wait_for_message(contains="has a new time")

    scene.move_to(STARTS - timedelta(minutes=30))
    scene.move_to(STARTS + timedelta(days=6))

    reminder = await scene.member(0).wait_for_message(contains="Still coming?", after=None, within=8)
    await eventually(lambda: len(reminders(scene.member(0))) == 1)
    assert reminder is not None
    assert "starts in 1 day" in reminders(scene.member(0))[0]


def reminders(person: Person) -> list[str]:
    return [
        message.text
        for message in person.direct_messages()
        if "for which you have a seat, starts" in message.text
    ]


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


async def open_more(scene: Scene, **fields: Any) -> View:
    await scene.fill(scene.ana)
    await scene.ana.press_in_view("form_back")
    await scene.ana.wait_for_view("form_how")
    await scene.ana.press_in_view("form_more")
    more = await scene.ana.wait_for_view("form_more")
    await scene.ana.fill(more, fields)
    return more


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


async def test_the_later_ones_of_a_series_move_too_where_that_is_chosen(socket_scene: Scene) -> None:
    scene = socket_scene
    first = await scene.announce()
    second = await scene.announce(title="Khorgos, second part", date="2020-08-14")
    await scene.seat(first, scene.member(0))
    await scene.member(1).press(second, "register")
    await scene.member(1).wait_for_message(contains="second part")
    join_series(scene)

    preview = await preview_edit(first, scene.ana, place="Great Hall")
    assert "This and the later one: 2 registrants told, 0 reminders" in preview.shown
    await scene.ana.fill(preview, {"scope": "later"})
    await save(scene.ana, "Saved in 2 seminars. 2 registrants will be told, in two minutes.")

    scene.move_to(LATER)
    await scene.member(0).wait_for_message(contains="has a new place")
    told = await scene.member(1).wait_for_message(contains="has a new place")
    assert "“Khorgos, second part” has a new place." in told.text


def join_series(scene: Scene) -> None:
    """Make one series of all seminars, as if they had been made so."""
    with transactions(scene.engine)() as session:
        workspace_id = session.scalars(select(tables.Workspace.id)).one()
        series = tables.Series(
            workspace_id=workspace_id,
            title="Khorgos",
            rule="FREQ=WEEKLY",
            created_by="U0ANA",
            created_at=ANNOUNCED,
        )
        session.add(series)
        session.flush()
        session.execute(update(tables.Seminar).values(series_id=series.id))
