"""Staff look at who is there, and seat, move, remove and add people one by one."""

import pytest
from sqlalchemy import select

from bot.domain.room import replay
from bot.playground.state import Message, View
from bot.storage import tables
from bot.storage.engine import transactions
from bot.storage.ledger import list_changes
from tests.e2e.stories import Scene, eventually
from tests.integration.rows import states


async def open_roster(scene: Scene, card: Message) -> View:
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("roster")
    return await scene.ana.wait_for_view("roster")


async def open_person(scene: Scene, number: int) -> View:
    """Open somebody from the roster on the screen."""
    assert scene.ana.view is not None
    found = [
        element["value"]
        for _, element in scene.ana.view.controls
        if element["action_id"] == "person" and f"U0M{number:02}" in element["value"]
    ]
    await scene.ana.press_in_view("person", value=found[0])
    return await scene.ana.wait_for_view("person")


async def open_form(scene: Scene, action: str) -> View:
    await scene.ana.press_in_view(action)
    return await scene.ana.wait_for_view(action)


async def begin_removal(scene: Scene, number: int, *, members: int, reason: str) -> View:
    """Seat some members one after the other, and open the form that removes one, with the reason in it."""
    card = await scene.announce()
    await scene.seat(card, *scene.members(members))
    await open_roster(scene, card)
    await open_person(scene, number)
    form = await open_form(scene, "person_remove")
    await scene.ana.fill(form, {"reason": reason})
    return form


async def give_back(scene: Scene, number: int) -> None:
    """Have a member give their seat or place back meanwhile, and wait until it is so."""
    member = scene.member(number)
    await member.press(member.direct_messages()[0], "release")
    await eventually(lambda: ledger(scene)[f"U0M{number:02}"][0] == "released")


def ledger(scene: Scene) -> dict[str, tuple[str, str | None]]:
    """Who holds what by the ledger, and why it last changed; held against the registrations."""
    with transactions(scene.engine, is_reading=True)() as session:
        changes = list_changes(session, 1)
        held = {user_id: one.state.value for user_id, one in replay(changes).items()}
        assert held == states(session, 1)
        return {change.user_id: (change.after.value, change.reason) for change in changes}


async def test_the_roster_says_who_is_there_and_shows_a_part_or_one_of_them(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(4))

    roster = await open_roster(scene, card)

    assert "2 seats taken of 2 · 2 in line" in roster.shown
    assert "Number 2 in line, waiting since" in roster.shown
    line = next(o for o in _options(roster) if o["text"]["text"] == "In line (2)")
    await scene.ana.press_in_view("roster_page", value=line["value"])
    part = await scene.ana.wait_for_view("roster", newer_than=None, contains="Number 1 in line")
    await eventually(lambda: "Seat, since" not in part.shown)
    await scene.ana.press_in_view("roster_search", value="U0M00")
    await eventually(lambda: "Seat, since" in part.shown and "Number" not in part.shown)
    await scene.ana.press_in_view("roster_search", value="U0M09")
    await scene.ana.wait_for_view(contains="has no seat here and is not in line")
    await scene.ana.press_in_view("roster_page")
    await scene.ana.wait_for_view(contains="Number 2 in line")
    assert len(scene.ana.views) == 2


def _options(view: View) -> list[dict[str, dict[str, str]]]:
    (select_menu,) = [element for _, element in view.controls if element["type"] == "static_select"]
    options: list[dict[str, dict[str, str]]] = select_menu["options"]
    return options


async def test_a_waiter_is_seated_out_of_turn_and_above_the_limit_for_a_reason(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(4))
    roster = await open_roster(scene, card)
    person = await open_person(scene, 3)
    assert "Number 2 of 2 in line" in person.shown
    form = await open_form(scene, "person_seat")
    assert "All 2 seats are taken: a seat for them makes it 3." in form.shown
    assert "1 other waits before them." in form.shown

    refused = await scene.ana.submit(form)
    await scene.ana.fill(form, {"reason": "Introduces the speaker"})
    await scene.ana.submit(form)

    assert refused.errors.keys() == {"reason"}
    done = await scene.ana.wait_for_view("person", contains="They have a seat now and are told.")
    assert "3 seats are taken of 2." in done.shown
    told = await scene.member(3).wait_for_message(contains="Staff gave you a seat")
    assert "Introduces the speaker" in told.shown
    assert ledger(scene)["U0M03"] == ("seated", "Introduces the speaker")
    await eventually(lambda: "3 seats taken of 2 · 1 in line" in roster.shown)
    await scene.ana.close()
    assert scene.ana.view is roster


async def test_somebody_is_removed_and_the_next_moves_up_as_the_form_said(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    await open_roster(scene, card)
    await open_person(scene, 0)
    form = await open_form(scene, "person_remove")
    assert "moves up and is told." in form.shown
    assert "U0M02" in str(form.blocks)

    await scene.ana.fill(form, {"reason": "Asked us by telephone"})
    await scene.ana.submit(form)

    done = await scene.ana.wait_for_view("person", contains="They lost their seat and are told.")
    assert "Removed by staff, had a seat" in done.shown
    told = await scene.member(0).wait_for_message(contains="Staff took back your seat")
    assert "Asked us by telephone" in told.shown
    await scene.member(2).wait_for_message(contains="A seat became free")
    assert {who: after for who, (after, _) in ledger(scene).items()} == {
        "U0M00": "released",
        "U0M01": "seated",
        "U0M02": "seated",
    }


async def test_a_waiter_is_moved_to_the_front_of_the_line_and_told(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(4))
    await open_roster(scene, card)
    await open_person(scene, 3)
    form = await open_form(scene, "person_move")
    assert "is number 3 of 3 in line" in form.shown

    await scene.ana.fill(form, {"place": "3"})
    same = await scene.ana.submit(form)
    await scene.ana.fill(form, {"place": "1"})
    await scene.ana.submit(form)

    assert same.errors == {"place": "That is their place already, so nothing was changed."}
    await scene.ana.wait_for_view("person", contains="They are number 1 in line now and are told.")
    await scene.member(3).wait_for_message(contains="you are now first in line")
    assert len(ledger(scene)) == 4


async def test_what_changed_meanwhile_is_shown_before_it_is_done(socket_scene: Scene) -> None:
    scene = socket_scene
    form = await begin_removal(scene, 0, members=3, reason="Moved away")
    await give_back(scene, 2)

    await scene.ana.submit(form)

    again = await scene.ana.wait_for_view("person_remove", contains="Something changed meanwhile")
    assert "Nobody moves up." in again.shown
    assert ledger(scene)["U0M00"][0] == "seated"
    await scene.ana.submit(again)
    await scene.ana.wait_for_view("person", contains="They lost their seat")
    assert ledger(scene)["U0M00"] == ("released", "Moved away")


async def test_an_old_form_says_kindly_that_it_is_so_already(socket_scene: Scene) -> None:
    scene = socket_scene
    form = await begin_removal(scene, 1, members=2, reason="Ill")
    await give_back(scene, 1)

    await scene.ana.submit(form)

    said = await scene.ana.wait_for_view("person", contains="They have no seat and no place in line")
    assert "Gave the seat back" in said.shown
    assert ledger(scene)["U0M01"] == ("released", None)


async def test_somebody_who_asked_by_telephone_is_added(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, *scene.members(2))
    roster = await open_roster(scene, card)
    form = await open_form(scene, "add_person")
    assert "All 2 seats are taken" in form.shown

    await scene.ana.fill(form, {"person": "U0M00"})
    has_seat = await scene.ana.submit(form)
    await scene.ana.fill(form, {"person": "U0M07"})
    no_reason = await scene.ana.submit(form)
    await scene.ana.fill(form, {"what": "line"})
    await scene.ana.submit(form)

    assert has_seat.errors == {"person": "They have a seat already, so nothing was changed."}
    assert no_reason.errors.keys() == {"reason"}
    added = await scene.ana.wait_for_view("person", contains="at the end of the line now")
    assert "Number 1 of 1 in line" in added.shown
    assert len(scene.ana.views) == 3
    await scene.member(7).wait_for_message(contains="Staff put you on the waitlist")
    await eventually(lambda: "2 seats taken of 2 · 1 in line" in roster.shown)


async def test_neither_an_app_nor_a_deactivated_account_is_added(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()
    scene.ws.users["U0M05"].deleted = True
    scene.ws.users["U0M06"].is_bot = True
    await scene.ana.command("/seminar", "add", channel="C0TALKS")
    form = await scene.ana.wait_for_view("add_person")

    await scene.ana.fill(form, {"person": "U0M05"})
    deactivated = await scene.ana.submit(form)
    await scene.ana.fill(form, {"person": "U0M06"})
    app = await scene.ana.submit(form)

    assert deactivated.errors == {"person": "That account is deactivated. Please choose somebody else."}
    assert app.errors == {"person": "That is an app. Please choose a person."}
    assert ledger(scene) == {}


async def test_the_history_of_a_person_is_one_press_away_from_manage_too(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    roster = await open_roster(scene, card)
    await open_person(scene, 0)

    await scene.ana.press_in_view("person_history")

    await scene.ana.wait_for_view("history", contains="All that happened to")
    await scene.ana.close()
    assert scene.ana.view is roster


async def test_back_from_a_form_shows_the_person_in_its_place(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await scene.ana.command("/seminar", "roster", channel="C0TALKS")
    await scene.ana.wait_for_view("roster")
    await open_person(scene, 0)
    await open_form(scene, "person_remove")

    await scene.ana.press_in_view("person")

    await scene.ana.wait_for_view("person", contains="Seat, since")
    assert len(scene.ana.views) == 2


async def test_after_a_cancellation_the_roster_is_read_and_nothing_changes(socket_scene: Scene) -> None:
    scene = socket_scene
    form = await begin_removal(scene, 0, members=1, reason="Ill")
    with transactions(scene.engine)() as session:
        row = session.scalars(select(tables.Seminar)).one()
        row.cancelled_at = scene.clock.now()

    await scene.ana.submit(form)

    said = await scene.ana.wait_for_view(
        "person", contains="The seminar is cancelled, so nothing was changed."
    )
    assert [e["action_id"] for _, e in said.controls] == ["person_history"]
    assert ledger(scene)["U0M00"] == ("seated", None)


@pytest.mark.parametrize("word", ["roster", "add"])
async def test_members_reach_neither_the_roster_nor_its_form(socket_scene: Scene, word: str) -> None:
    scene = socket_scene
    await scene.announce()
    member = scene.member(0)

    await member.command("/seminar", word, channel="C0TALKS")

    await member.wait_for_ephemeral(contains="Only staff")
    assert member.views == []
