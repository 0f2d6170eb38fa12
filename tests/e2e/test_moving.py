"""Moving a seminar, as staff and registrants live it: who is told, once, and what they are told."""

from datetime import timedelta

from sqlalchemy import select, update

from bot.playground.person import Person
from bot.storage import tables
from bot.storage.engine import transactions
from tests.e2e.edit_steps import LATER, notices, preview_edit, save
from tests.e2e.stories import ANNOUNCED, STARTS, Scene, eventually


def reminders(person: Person) -> list[str]:
    return [
        message.text
        for message in person.direct_messages()
        if "for which you have a seat, starts" in message.text
    ]


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
