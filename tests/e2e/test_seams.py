"""Where one thing that staff do meets another: edits and seats, hosts, the door, and posting later."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.playground.person import Person
from bot.playground.state import Message, View
from bot.storage import tables
from bot.storage.engine import transactions
from tests.e2e.stories import ANNOUNCED, STARTS, Scene, eventually
from tests.integration.rows import deliveries, states

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PUBLISHED = ANNOUNCED + HOUR / 2


async def say(person: Person, words: str, callback: str | None = None, contains: str = "") -> View:
    """Type words of the command, and wait for the modal that they open."""
    await person.command("/seminar", words, channel="C0TALKS")
    return await person.wait_for_view(callback, contains=contains)


async def preview_edit(scene: Scene, **fields: str) -> View:
    """Edit the first step of the form, and go on to the preview."""
    view = await say(scene.ana, "edit khorgos", "form_what")
    await scene.ana.fill(view, fields)
    await scene.ana.submit(view)
    await scene.ana.submit(await scene.ana.wait_for_view("form_when"))
    await scene.ana.submit(await scene.ana.wait_for_view("form_how"))
    return await scene.ana.wait_for_view("form_edit")


async def save_word(scene: Scene, word: str, person: Person | None = None) -> None:
    who = person or scene.ana
    view = await say(who, "check-in", "check_in")
    await who.fill(view, {"word": word})
    await who.submit(view)
    await who.wait_for_view("check_in", contains="The word is saved.")
    await who.close(whole_stack=True)


async def announce_later(scene: Scene) -> None:
    await scene.fill(scene.ana)
    await scene.ana.press_in_view("form_back")
    await scene.ana.wait_for_view("form_how")
    await scene.ana.press_in_view("form_more")
    more = await scene.ana.wait_for_view("form_more")
    await scene.ana.fill(more, {"publish": int(PUBLISHED.timestamp())})
    await scene.ana.submit(more)
    await scene.ana.submit(await scene.ana.wait_for_view("form_preview"))


async def cancel(scene: Scene) -> str:
    """Cancel the talk, and return what is said then."""
    await scene.ana.submit(await say(scene.ana, "cancel khorgos", "cancel"))
    await scene.ana.submit(await scene.ana.wait_for_view("cancel_preview"))
    said = (await scene.ana.wait_for_view(contains="is cancelled")).shown
    await scene.ana.close(whole_stack=True)
    return said


def announcements(scene: Scene) -> list[Message]:
    return [one for one in scene.ana.messages("C0TALKS") if one.ephemeral_to is None]


def card_states(scene: Scene) -> list[str]:
    with transactions(scene.engine, is_reading=True)() as session:
        return [one.state for one in deliveries(session, "announcement")]


def held(scene: Scene, person: Person) -> str | None:
    with transactions(scene.engine, is_reading=True)() as session:
        return states(session, 1).get(person.id)


def count_due(scene: Scene) -> int:
    """Count the moments that came due and were not seen to yet; a reminder among them changes a preview."""
    moment = tables.Moment
    with transactions(scene.engine, is_reading=True)() as session:
        due = select(func.count()).where(moment.done_at.is_(None), moment.due_at <= scene.clock.now())
        return session.scalar(due) or 0


def make_host(scene: Scene, person: Person) -> None:
    with transactions(scene.engine)() as session:
        session.add(tables.Host(seminar_id=1, user_id=person.id))


async def test_an_edit_is_saved_though_somebody_got_a_seat_and_a_word_was_set(socket_scene: Scene) -> None:
    scene, bea = socket_scene, socket_scene.member(5)
    scene.ws.users[bea.id].is_admin = True
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))
    preview = await preview_edit(scene, abstract="A typo less.")
    form = await say(bea, "add khorgos", "add_person")
    await bea.fill(form, {"person": "U0M07", "reason": "Guest of the speaker"})
    await bea.submit(form)
    await bea.wait_for_view("person", contains="They have a seat now")
    await bea.close(whole_stack=True)
    await save_word(scene, "walnut", bea)

    await scene.ana.submit(preview)

    await scene.ana.wait_for_view(contains="Saved. Nobody is told.")
    await scene.card("A typo less.")


async def test_a_move_is_shown_again_where_others_are_told_by_now(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await say(scene.ana, "edit khorgos", "form_what")
    await scene.ana.submit()
    when = await scene.ana.wait_for_view("form_when")
    await scene.ana.fill(when, {"place": "Great Hall"})
    await scene.ana.submit(when)
    await scene.ana.submit(await scene.ana.wait_for_view("form_how"))
    preview = await scene.ana.wait_for_view("form_edit", contains="1 registrant will be told")
    await scene.seat(card, scene.member(1))

    await scene.ana.submit(preview)

    again = await scene.ana.wait_for_view("form_edit", contains="Something changed meanwhile")
    assert "2 registrants will be told" in again.shown


async def test_whoever_is_asked_can_answer_from_the_notice_of_a_move(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    with transactions(scene.engine)() as session:
        session.execute(update(tables.Seminar).values(promotion="ask"))
    await scene.seat(card, *scene.members(2))
    await scene.member(0).press(scene.member(0).direct_messages()[0], "release")
    await scene.member(1).wait_for_message(contains="it is held for you")
    await say(scene.ana, "edit khorgos", "form_what")
    await scene.ana.submit()
    when = await scene.ana.wait_for_view("form_when")
    await scene.ana.fill(when, {"place": "Great Hall"})
    await scene.ana.submit(when)
    await scene.ana.submit(await scene.ana.wait_for_view("form_how"))
    await scene.ana.submit(await scene.ana.wait_for_view("form_edit"))
    await scene.ana.wait_for_view(contains="Saved. 1 waiter will be told")
    scene.move_to(ANNOUNCED + 3 * MINUTE)
    notice = await scene.member(1).wait_for_message(contains="has a new place")

    await scene.member(1).press(notice, "accept")

    await scene.card("Full: nobody waiting")
    await eventually(lambda: held(scene, scene.member(1)) == "seated")


async def test_a_host_who_is_no_staff_is_told_at_once_that_only_staff_duplicate(socket_scene: Scene) -> None:
    scene, host = socket_scene, socket_scene.member(0)
    card = await scene.announce()
    make_host(scene, host)

    await host.command("/seminar", "duplicate khorgos", channel="C0TALKS")
    await host.wait_for_ephemeral(contains="Only staff may announce")
    await host.press(card, "manage")
    await host.wait_for_view("manage")
    await host.press_in_view("duplicate")

    await host.wait_for_view(contains="Only staff may announce seminars, so nothing was posted.")
    await host.close()
    assert host.view is not None
    assert host.view.callback_id == "manage"


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ("deleted", "That account is deactivated. Please choose somebody else."),
        ("is_bot", "That is an app. Please choose a person."),
    ],
)
async def test_neither_an_app_nor_a_deactivated_account_walks_in(
    socket_scene: Scene, trait: str, said: str
) -> None:
    scene = socket_scene
    await scene.announce()
    setattr(scene.ws.users["U0M07"], trait, True)
    scene.move_to(STARTS - 20 * MINUTE)
    await say(scene.ana, "check-in", "check_in")
    await scene.ana.press_in_view("walk_in")
    view = await scene.ana.wait_for_view("walk_in")
    await scene.ana.fill(view, {"person": "U0M07"})

    result = await scene.ana.submit(view)

    assert result.errors == {"person": said}
    assert scene.member(7).direct_messages() == []


async def test_whoever_gets_a_seat_after_the_last_reminder_can_use_the_word(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(2))
    await save_word(scene, "walnut")
    scene.move_to(STARTS - 40 * MINUTE)
    held = await scene.member(0).wait_for_message(contains="Still coming?")

    await scene.member(0).press(held, "release")
    promoted = await scene.member(1).wait_for_message(contains="A seat became free")
    form = await say(scene.ana, "add khorgos", "add_person")
    await scene.ana.fill(form, {"person": "U0M03", "reason": "Speaks next week"})
    await scene.ana.submit(form)
    added = await scene.member(3).wait_for_message(contains="Staff gave you a seat")

    assert ["Check In", "Check In"] == [promoted.labels[-1], added.labels[-1]]
    scene.move_to(STARTS)
    await scene.member(1).press(promoted, "check_in_self")
    await scene.member(1).wait_for_view("check_in_self")


async def test_whoever_registers_after_the_last_reminder_can_use_the_word(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    await save_word(scene, "walnut")
    scene.move_to(STARTS - 40 * MINUTE)

    await scene.member(0).press(card, "register")

    confirmed = await scene.member(0).wait_for_message(contains="You have a seat")
    assert "Check In" in confirmed.labels


async def test_what_is_cancelled_before_it_is_posted_is_never_posted(socket_scene: Scene) -> None:
    scene = socket_scene
    await announce_later(scene)
    await cancel(scene)

    scene.move_to(PUBLISHED + MINUTE)

    await scene.ana.command("/seminar", "list", channel="C0TALKS")
    listed = await scene.ana.wait_for_ephemeral(contains="Cancelled before it was announced")
    await scene.member(0).command("/seminar", "list", channel="C0TALKS")
    await scene.member(0).wait_for_ephemeral(contains="There are no seminars yet")
    assert "Cancelled." in listed.text
    assert announcements(scene) == []


async def test_what_is_restored_after_its_time_of_posting_is_posted_at_once(socket_scene: Scene) -> None:
    scene = socket_scene
    await announce_later(scene)
    await cancel(scene)
    scene.move_to(PUBLISHED + MINUTE)
    await eventually(lambda: card_states(scene) == ["dropped"])

    await scene.ana.submit(await say(scene.ana, "restore khorgos", "restore"))

    await scene.ana.wait_for_view(contains="takes place after all")
    await scene.card("2 of 2 seats left")
    assert len(announcements(scene)) == 1


async def test_the_choice_among_talks_of_one_title_names_their_days(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()
    await scene.announce(date="2020-08-14")

    await scene.ana.command("/seminar", "manage khorgos", channel="C0TALKS")

    asked = await scene.ana.wait_for_ephemeral(contains="Which seminar do you want to manage?")
    assert [label[:30] for label in asked.labels] == [
        "7 August, 11:00: At the Pole o",
        "14 August, 11:00: At the Pole ",
    ]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (2 * HOUR, "press Restore under Manage within an hour."),
        (-MINUTE, "press Restore under Manage within an hour."),
        (-HOUR, "press Restore under Manage before the talk would be over."),
    ],
)
async def test_until_when_a_cancellation_can_be_taken_back_is_said_as_it_is(
    socket_scene: Scene, before: timedelta, said: str
) -> None:
    scene = socket_scene
    await scene.announce()
    scene.move_to(STARTS - before)
    await eventually(lambda: count_due(scene) == 0)

    assert (await cancel(scene)).endswith(said)
