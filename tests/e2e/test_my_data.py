"""A person asks for their data and for its deletion; names go after their time."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage import tables
from tests.e2e.stories import STARTS, Scene, eventually


def names(scene: Scene, seminar_id: int) -> list[str]:
    """Return who stands in a seminar's registrations and ledger."""
    with Session(scene.engine) as session:
        rows = session.scalars(
            select(tables.Registration.user_id).where(tables.Registration.seminar_id == seminar_id)
        )
        changes = session.scalars(
            select(tables.SeatChange.user_id).where(tables.SeatChange.seminar_id == seminar_id)
        )
        return sorted({*rows, *changes})


def states(scene: Scene, seminar_id: int) -> dict[str, str]:
    with Session(scene.engine) as session:
        rows = session.scalars(
            select(tables.Registration).where(tables.Registration.seminar_id == seminar_id)
        )
        return {row.user_id: row.state for row in rows}


def keep_names_for(scene: Scene, days: int) -> None:
    with Session(scene.engine) as session:
        session.scalars(select(tables.Workspace)).one().retention_days = days
        session.commit()


def not_sent(scene: Scene) -> list[str]:
    with Session(scene.engine) as session:
        unsettled = tables.Delivery.state.in_(("due", "sending"))
        return list(session.scalars(select(tables.Delivery.key).where(unsettled)))


async def test_a_person_reads_what_is_kept_about_them(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(0)
    card = await scene.announce()
    await scene.seat(card, bea)

    await bea.command("/seminar", "my data", channel="C0TALKS")

    told = await bea.wait_for_ephemeral(contains="This is what is kept about you")
    assert "You registered for 1 seminar." in told.shown
    assert "Khorgos" in told.shown
    assert "a seat" in told.shown


async def test_who_has_nothing_kept_reads_so(socket_scene: Scene) -> None:
    bea = socket_scene.member(0)

    await bea.command("/seminar", "my data", channel="C0TALKS")

    await bea.wait_for_ephemeral(contains="Nothing is kept about you here.")


async def test_other_words_are_answered_with_the_right_ones(socket_scene: Scene) -> None:
    bea = socket_scene.member(0)

    await bea.command("/seminar", "my cat", channel="C0TALKS")

    await bea.wait_for_ephemeral(contains="/seminar my data delete")


async def test_deleting_gives_the_seat_to_the_next_and_takes_the_name_out(socket_scene: Scene) -> None:
    scene = socket_scene
    bea, cai, dan = scene.members(3)
    card = await scene.announce()
    await scene.seat(card, bea, cai, dan)
    await bea.command("/seminar", "my data delete", channel="C0TALKS")
    question = await bea.wait_for_ephemeral(contains="1 seat or place in line ahead")
    assert "seated" == states(scene, 1)[bea.id]

    await bea.press(question, "my_data_delete")

    await bea.wait_for_ephemeral(contains="Your data is deleted. 1 seat or place given back")
    assert {"gone-1": "released", cai.id: "seated", dan.id: "seated"} == states(scene, 1)
    await bea.command("/seminar", "my data", channel="C0TALKS")
    await bea.wait_for_ephemeral(contains="Nothing is kept about you here.")


async def test_deleting_twice_is_said_kindly_and_others_stay(socket_scene: Scene) -> None:
    scene = socket_scene
    bea, cai = scene.members(2)
    card = await scene.announce()
    await scene.seat(card, bea, cai)
    scene.move_to(STARTS + timedelta(days=1))
    await bea.command("/seminar", "my data delete", channel="C0TALKS")
    question = await bea.wait_for_ephemeral(contains="If you go on")
    await bea.press(question, "my_data_delete")
    first = await bea.wait_for_ephemeral(contains="your name left 1 seminar")

    await bea.command("/seminar", "my data delete", channel="C0TALKS")
    again = await bea.wait_for_ephemeral(contains="If you go on", after=first)
    await bea.press(again, "my_data_delete")

    await bea.wait_for_ephemeral(contains="your name left no seminars")
    assert [cai.id, "gone-1"] == names(scene, 1)


async def test_who_runs_a_seminar_ahead_stays_in_it_until_it_is_over(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.ana)
    await scene.ana.command("/seminar", "my data delete", channel="C0TALKS")
    question = await scene.ana.wait_for_ephemeral(contains="If you go on")

    await scene.ana.press(question, "my_data_delete")

    await scene.ana.wait_for_ephemeral(contains="Your name stays for now in 1 seminar")
    assert {scene.ana.id: "released"} == states(scene, 1)


async def test_names_go_by_themselves_when_their_time_is_over(socket_scene: Scene) -> None:
    scene = socket_scene
    bea, cai = scene.members(2)
    card = await scene.announce()
    await scene.seat(card, bea, cai)
    keep_names_for(scene, days=30)
    await eventually(lambda: not_sent(scene) == [])

    scene.move_to(STARTS + timedelta(days=29))
    scene.move_to(STARTS + timedelta(days=32))

    # The first is who announced it.
    await eventually(lambda: names(scene, 1) == ["gone-2", "gone-3"], within=10)
    assert {"seated"} == set(states(scene, 1).values())
