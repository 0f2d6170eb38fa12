"""What Slack does when it is not well, and what people then see."""

from pathlib import Path

from sqlalchemy import select

from bot.storage import tables
from bot.storage.engine import transactions
from tests.e2e.stories import STARTS, Scene, eventually, open_scene
from tests.integration.rows import add_seminar, add_workspace, states


def _states(scene: Scene, kind: str) -> list[tuple[str, str | None]]:
    with transactions(scene.engine, is_reading=True)() as session:
        rows = session.scalars(select(tables.Delivery).where(tables.Delivery.kind == kind))
        return [(row.state, row.reason) for row in rows]


async def test_a_button_of_another_workspace_finds_nothing(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    with transactions(scene.engine)() as session:
        theirs = add_seminar(session, add_workspace(session, "T0OTHER"), channels=0).id
    for _block, element in card.controls:
        element["value"] = str(theirs)

    await scene.member(0).press(card, "register")
    answer = await scene.member(0).wait_for_ephemeral(contains="not here any more")
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_ephemeral(contains="not here any more")
    await scene.member(0).press(card, "details")
    await scene.member(0).wait_for_ephemeral(contains="not here any more", after=answer)

    assert "nothing was changed" in answer.text
    assert [scene.ana.view, scene.member(0).view] == [None, None]
    with transactions(scene.engine, is_reading=True)() as session:
        assert states(session, theirs) == {}


async def test_every_press_after_the_talk_is_answered_politely(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    scene.move_to(STARTS.replace(hour=6))

    await scene.member(1).press(card, "register")
    await scene.member(0).press(scene.member(0).direct_messages()[0], "release")

    await scene.member(1).wait_for_ephemeral(contains="is over")
    await scene.member(0).wait_for_ephemeral(contains="is over")


async def test_what_was_promised_before_a_restart_is_kept_after_it(template: Path) -> None:
    async with open_scene(template, "socket") as scene:
        card = await scene.announce()
        await scene.seat(card, scene.member(0))
    async with open_scene(template, "socket") as again:
        again.move_to(STARTS.replace(hour=0, minute=30))

        reminder = await again.member(0).wait_for_message(contains="Still coming?")

        assert "starts in 30 minutes" in reminder.text
        await eventually(lambda: _states(again, "reminder") == [("done", None)])


async def test_a_press_that_cannot_be_saved_shows_an_error_and_changes_nothing(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    other = scene.engine.raw_connection()
    other.execute("BEGIN IMMEDIATE")

    answer = await scene.member(0).press(card, "register")

    other.rollback()
    other.close()
    assert not answer.acknowledged
    await scene.member(0).wait_for_ephemeral(contains="nothing was changed")
    await scene.member(0).press(card, "register")
    await scene.member(0).wait_for_message(contains="You have a seat")


async def test_details_show_the_link_to_registrants_only(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))

    await scene.member(0).press(card, "details")
    await scene.member(1).press(card, "details")

    seated = await scene.member(0).wait_for_view("details")
    other = await scene.member(1).wait_for_view("details")
    assert "meet.example.org" in str(seated.blocks)
    assert "meet.example.org" not in str(other.blocks)


async def test_a_clash_is_said_and_not_forbidden(socket_scene: Scene) -> None:
    scene = socket_scene
    first = await scene.announce(title="First talk")
    second = await scene.announce(title="Second talk", time="12:00")
    await scene.member(0).press(first, "register")
    await scene.member(0).wait_for_message(contains="First talk")

    await scene.member(0).press(second, "register")

    answer = await scene.member(0).wait_for_ephemeral(contains="You have a seat for “Second talk”")
    assert "First talk" in answer.text


async def test_a_person_who_changes_their_zone_is_reminded_in_it(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    scene.ws.change_user("U0M00", tz="Europe/Berlin")
    await scene.pg.delivery.settle()

    scene.move_to(STARTS.replace(hour=0))

    reminder = await scene.member(0).wait_for_message(contains="Still coming?")
    assert "03:00–04:30" in reminder.text
