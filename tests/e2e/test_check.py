"""/seminar check: a card deleted, a channel gone or back, and what staff read about it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.listeners import checking
from bot.playground.state import Message
from bot.storage import tables
from tests.e2e.faults.fault_sights import at_rest
from tests.e2e.stories import STARTS, Scene, eventually


@pytest.fixture
def scene(socket_scene: Scene) -> Scene:
    socket_scene.ws.add_channel("C0MORE", "more-talks")
    return socket_scene


async def announce(scene: Scene, **fields: Any) -> Message:
    card = await scene.announce(**fields)
    await at_rest(scene)
    return card


async def check(scene: Scene, about: str = "", *, contains: str = "looked at") -> Message:
    """Ask for the check, and return its answer."""
    before = scene.ana.now_order()
    await scene.ana.command("/seminar", f"check {about}", channel="C0MORE")
    await scene.ana.wait_for_ephemeral(contains="Checking", after=before)
    return await scene.ana.wait_for_ephemeral(contains=contains, after=before)


async def test_a_check_of_a_healthy_seminar_says_so_with_numbers(scene: Scene) -> None:
    card = await announce(scene)
    await scene.seat(card, scene.member(0), scene.member(1), scene.member(2))
    await at_rest(scene)

    answer = await check(scene)

    expected = "Everything is as it should be: 1 seminar, 1 announcement, 9 promises looked at."
    assert expected == answer.text
    assert scene.pg.calls_of("chat.getPermalink")[-1].args["message_ts"] == card.ts


async def test_a_deleted_announcement_is_posted_again_and_takes_presses(scene: Scene) -> None:
    card = await announce(scene)
    scene.ws.delete_message("C0TALKS", card.ts)

    answer = await check(scene)

    assert "was deleted. I am posting it again." in answer.shown
    again = await scene.card("2 of 2 seats left")
    assert card.ts != again.ts
    await scene.member(0).press(again, "register")
    await scene.card("1 of 2 seats left")
    await at_rest(scene)
    assert "Everything is as it should be" in (await check(scene)).text
    assert 1 == len(scene.ana.messages("C0TALKS"))


async def test_a_deleted_announcement_of_a_past_talk_is_told_and_left(scene: Scene) -> None:
    card = await announce(scene)
    scene.move_to(STARTS.replace(hour=5))
    await scene.card("Over")
    await at_rest(scene)
    scene.ws.delete_message("C0TALKS", card.ts)

    answer = await check(scene)

    assert "The talk is over or cancelled, so I leave it." in answer.shown
    await at_rest(scene)
    assert [] == scene.ana.messages("C0TALKS")


async def test_an_archived_channel_is_marked_and_another_is_chosen_by_the_button(scene: Scene) -> None:
    await announce(scene)
    scene.ws.channels["C0TALKS"].is_archived = True  # and the event was lost

    answer = await check(scene)

    assert "is archived, so the announcement there stands still." in answer.shown
    await scene.ana.wait_for_message(contains="That channel is archived")
    await scene.ana.press(answer, "channels")
    view = await scene.ana.wait_for_view("channels", contains="That channel is archived")
    await scene.ana.fill(view, {"channels": ["C0MORE"]})
    await scene.ana.submit(view)
    await scene.ana.submit(await scene.ana.wait_for_view("channels_preview"))
    await scene.ana.wait_for_message("C0MORE", contains="2 of 2 seats left")
    await at_rest(scene)
    assert "Everything is as it should be" in (await check(scene)).text


async def test_the_event_of_an_archived_channel_tells_who_announced_it_once(scene: Scene) -> None:
    card = await announce(scene)
    scene.pg.delivery.duplicate_next(1)

    scene.ws.archive_channel("C0TALKS")

    await scene.ana.wait_for_message(contains="That channel is archived")
    await scene.pg.delivery.settle()
    await scene.member(0).command("/seminar", "list")
    await at_rest(scene)
    told = [one for one in scene.ana.direct_messages() if "archived" in one.text]
    assert 1 == len(told)
    assert "2 of 2 seats left" in card.text


async def test_a_channel_that_comes_back_shows_what_happened_meanwhile(scene: Scene) -> None:
    card = await announce(scene)
    scene.ws.archive_channel("C0TALKS")
    await scene.ana.wait_for_message(contains="That channel is archived")
    await scene.member(0).press(card, "register")
    await scene.member(0).wait_for_message(contains="You have a seat")

    scene.ws.unarchive_channel("C0TALKS")

    back = await scene.card("1 of 2 seats left")
    assert card.ts == back.ts


async def test_a_deleted_channel_is_told_with_what_to_do(scene: Scene) -> None:
    await announce(scene)

    scene.ws.delete_channel("C0TALKS")

    told = await scene.ana.wait_for_message(
        contains="if it was deleted, announce the seminar in another channel"
    )
    assert "Khorgos" in told.text


async def test_a_private_channel_is_heard_of_too_and_an_invitation_is_enough(scene: Scene) -> None:
    scene.ws.channels["C0STAFF"].members.add(scene.ws.bot_user_id)
    await scene.fill(scene.ana, channels=["C0STAFF"])
    await scene.ana.submit()
    await scene.ana.wait_for_message("C0STAFF", contains="2 of 2 seats left")
    await at_rest(scene)
    scene.ws.leave("C0STAFF", scene.ws.bot_user_id)
    answer = await check(scene)
    assert "I cannot see the channel" in answer.shown

    scene.ws.invite_bot("C0STAFF")
    answer = await check(scene)

    assert "Slack had refused the announcement in" in answer.shown
    await at_rest(scene)
    assert "Everything is as it should be" in (await check(scene)).text


async def test_an_old_event_of_a_channel_that_is_back_changes_nothing(scene: Scene) -> None:
    await announce(scene)
    event = {"type": "channel_archive", "channel": "C0TALKS", "user": "U0ANA"}

    scene.ws.send_event(event)

    await scene.pg.delivery.settle()
    assert "Everything is as it should be" in (await check(scene)).text


async def test_what_was_lost_in_the_database_is_mended_and_told(scene: Scene) -> None:
    card = await announce(scene)
    await scene.seat(card, scene.member(0))
    await at_rest(scene)
    row = tables.Delivery
    with scene.engine.begin() as connection:
        connection.execute(delete(tables.Moment).where(tables.Moment.kind == "reminder"))
        connection.execute(delete(row).where(row.kind == "confirmation"))

    answer = await check(scene)

    assert "2 reminders or other moments were missing. I planned them anew." in answer.shown
    assert "1 member had not been told of their seat or place. I am telling them now." in answer.shown
    await eventually(lambda: len(scene.member(0).direct_messages()) == 2)
    scene.move_to(STARTS.replace(hour=0, minute=1))
    await scene.member(0).wait_for_message(contains="Still coming")


async def test_a_seat_altered_by_hand_is_named_and_left(scene: Scene) -> None:
    card = await announce(scene)
    await scene.seat(card, scene.member(0))
    await at_rest(scene)
    with scene.engine.begin() as connection:
        connection.execute(update(tables.Registration).values(state="released"))

    answer = await check(scene)

    assert "1 seat or place is not as the history has it. I changed nothing." in answer.shown
    assert "U0M00" in str(answer.blocks)


async def test_words_choose_what_is_checked(scene: Scene) -> None:
    await announce(scene)
    await announce(scene, title="Another talk")

    one = await check(scene, "another")
    none = await scene_answer(scene, "check nonsense")

    assert one.text.endswith("1 seminar, 1 announcement, 6 promises looked at.")
    assert "I found no seminar of that name to check." in none.text


async def test_a_slack_that_does_not_answer_mends_nothing_and_is_said(scene: Scene) -> None:
    card = await announce(scene)
    scene.pg.faults.add("chat.getPermalink", "http_500")

    answer = await check(scene)

    assert "Slack did not say whether the announcement in" in answer.shown
    await at_rest(scene)
    assert [card.ts] == [one.ts for one in scene.ana.messages("C0TALKS")]


async def test_a_long_check_says_how_far_it_is(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_SAY_AFTER_S", 0.0)
    monkeypatch.setattr(checking, "_PAUSE_S", 0.05)
    await announce(scene)
    await announce(scene, title="Another talk")

    answer = await check(scene)

    assert "Everything is as it should be: 2 seminars, 2 announcements" in answer.text
    said = [one.text for one in scene.ana.ephemerals if "I have asked Slack about" in one.text]
    assert ["I have asked Slack about 1 of 2 announcements, and go on."] == said


async def test_a_member_is_refused_kindly_and_slack_is_not_asked(scene: Scene) -> None:
    await announce(scene)

    await scene.member(0).command("/seminar", "check", channel="C0TALKS")

    await scene.member(0).wait_for_ephemeral(contains="Only staff")
    assert [] == scene.pg.calls_of("chat.getPermalink")


async def test_two_checks_at_once_post_a_deleted_card_once(scene: Scene) -> None:
    card = await announce(scene)
    scene.ws.delete_message("C0TALKS", card.ts)

    await asyncio.gather(check(scene), check(scene))

    await scene.card("2 of 2 seats left")
    await at_rest(scene)
    assert 1 == len(scene.ana.messages("C0TALKS"))


async def scene_answer(scene: Scene, text: str) -> Message:
    before = scene.ana.now_order()
    await scene.ana.command("/seminar", text, channel="C0MORE")
    return await scene.ana.wait_for_ephemeral(contains="", after=before)
