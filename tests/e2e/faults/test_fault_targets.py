"""Channels and people that messages do not reach: staff learn of it once, and nothing is tried for ever."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from bot.services.troubles import MOST_NAMED
from tests.e2e.faults.fault_sights import at_rest, deliveries, lines, listed, loudest, notices
from tests.e2e.stories import Scene, eventually, texts

ARCHIVED = "That channel is archived. Unarchive it, or announce the seminar in another channel."
MORE = "The same happened to more members of this seminar."


async def test_an_archived_channel_is_told_once_and_its_old_card_still_answers(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.ws.channels["C0TALKS"].is_archived = True  # the card is quicker than the event

    await scene.seat(card, scene.member(0), scene.member(1))
    answer = scene.member(0).ephemerals[-1]
    await scene.member(0).press(answer, "release")

    await eventually(lambda: "You gave back your seat" in answer.text)
    await at_rest(scene)
    assert [ARCHIVED in text for text in texts(notices(scene))] == [True]
    assert ARCHIVED in await listed(scene)
    assert lines(log) == ["Slack refuses delivery 1 (announcement) for good: is_inactive."]


async def test_a_deleted_channel_is_told_once_and_reminders_go_on(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await at_rest(scene)
    del scene.ws.channels["C0TALKS"]  # the card is quicker than the event

    await scene.member(0).press(scene.member(0).told()[0], "release")

    await at_rest(scene)
    (told,) = texts(notices(scene))
    assert "if it was deleted, announce the seminar in another channel" in told
    assert "if it was deleted" in await listed(scene)
    assert "You gave back your seat" in scene.member(0).told()[0].text
    assert loudest(log) == "WARNING"


async def test_a_card_that_somebody_deleted_is_posted_again_and_nobody_is_bothered(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.ws.delete_message("C0TALKS", card.ts)

    await scene.member(0).press(card, "register")

    again = await scene.card("1 of 2 seats left")
    await at_rest(scene)
    assert scene.ana.messages("C0TALKS") == [again]
    assert (notices(scene), loudest(log)) == ([], "")


async def test_a_channel_in_which_posting_became_limited_is_told(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)
    scene.ws.restrict_channel("C0TALKS")

    await scene.ana.submit()

    told = await scene.ana.wait_for_message(contains="Slack did not accept")
    assert "Posting in that channel is limited." in told.text
    assert "Posting in that channel is limited." in await listed(scene)
    assert lines(log) == ["Slack refuses delivery 1 (announcement) for good: restricted_action."]


def _refuse(code: str) -> Callable[[Scene], None]:
    return lambda scene: scene.ws.refuse_messages("U0M00", code)


def _make_app(scene: Scene) -> None:
    scene.ws.users["U0M00"].is_bot = True


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (_refuse("channel_not_found"), "they have left the workspace or take no direct messages"),
        (_refuse("user_not_found"), "That account is not in this workspace any more."),
        (_refuse("user_disabled"), "That account is deactivated"),
        (_refuse("user_not_visible"), "I am not allowed to see that account. Please tell them yourself."),
        (_make_app, "apps get no direct messages"),
    ],
)
async def test_a_member_who_cannot_be_reached_is_named_once_and_keeps_the_seat(
    socket_scene: Scene, log: pytest.LogCaptureFixture, happens: Callable[[Scene], None], sentence: str
) -> None:
    scene = socket_scene
    card = await scene.announce()
    happens(scene)

    await scene.member(0).press(card, "register")
    answer = await scene.member(0).wait_for_ephemeral(contains="You have a seat")
    await at_rest(scene)
    await scene.member(0).press(answer, "release")
    await scene.member(0).press(card, "register")
    await at_rest(scene)

    (told,) = notices(scene)
    assert sentence in told.text
    assert "U0M00" in str(told.blocks)
    assert sentence in await listed(scene)
    assert [state for state, _ in deliveries(scene.engine, "confirmation")] == ["refused", "refused"]
    assert "1 of 2 seats left" in (await scene.card("1 of 2")).text
    assert {record.levelname for record in log.records if "for good" in record.getMessage()} == {"WARNING"}


async def test_a_whole_seminar_that_cannot_be_reached_does_not_flood_staff(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="20")
    crowd = scene.members(12)
    for member in crowd:
        scene.ws.refuse_messages(member.id, "user_disabled")

    await asyncio.gather(*(member.press(card, "register") for member in crowd))

    await at_rest(scene, within=20)
    told = texts(notices(scene))
    assert len(told) == MOST_NAMED + 1
    assert [MORE in text for text in told].count(True) == 1
    assert "user_disabled, for several members." in next(text for text in told if MORE in text)


async def test_direct_messages_that_are_switched_off_are_a_fault_to_mend(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.ws.messages_tab = False

    await scene.member(0).press(card, "register")

    await scene.member(0).wait_for_ephemeral(contains="You have a seat")
    await at_rest(scene)
    assert "switch on the Messages tab" in await listed(scene)
    assert loudest(log) == "ERROR"


async def test_a_scope_that_was_taken_away_is_told_once_for_all_whom_it_hit(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    details: dict[str, Any] = {"code": "missing_scope", "needed": "im:write", "provided": "commands"}
    scene.pg.faults.add("chat.postMessage", "error", channel="U0M00", **details)
    scene.pg.faults.add("chat.postMessage", "error", channel="U0M01", **details)

    await asyncio.gather(*(member.press(card, "register") for member in scene.members(2)))

    await at_rest(scene)
    (told,) = texts(notices(scene))
    assert told.endswith("The app lacks a permission for this. Ask a workspace admin to install it again.")
    errors = lines(log, logging.ERROR)
    assert [line.split(" for good: ")[1] for line in errors] == [
        "missing_scope: needs im:write, has commands."
    ] * 2


async def test_a_card_that_is_too_long_for_slack_is_told_to_staff_and_to_the_log(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    sentence = "The message is too long for Slack. Shorten the abstract or the title."
    card = await scene.announce()
    said = {"messages": ["too long"]}
    scene.pg.faults.add("chat.update", "error", code="msg_too_long", response_metadata=said)

    await scene.member(0).press(card, "register")

    told = await scene.ana.wait_for_message(contains="Slack did not accept")
    assert sentence in told.text
    assert sentence in await listed(scene)
    assert lines(log) == ["Slack found a mistake in delivery 1 (announcement): msg_too_long too long"]


async def test_a_card_whose_blocks_slack_refuses_is_shown_all_the_same_and_staff_are_told_once(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("chat.update", "error", code="invalid_blocks")

    await scene.member(0).press(card, "register")

    await scene.card("1 of 2 seats left")
    await at_rest(scene)
    (told,) = notices(scene)
    assert "That is a mistake of the app. Please tell whoever runs it." in told.text
    assert [line.rstrip() for line in lines(log)] == [
        "Slack found a mistake in delivery 1 (announcement): invalid_blocks"
    ]


async def test_a_notice_that_staff_cannot_get_ends_there_and_the_log_keeps_it(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.ws.refuse_messages("U0ANA", "user_disabled")
    scene.ws.channels["C0TALKS"].is_archived = True  # the card is quicker than the event

    await scene.member(0).press(card, "register")

    await at_rest(scene)
    assert deliveries(scene.engine, "trouble") == [("refused", "user_disabled")]
    assert ARCHIVED in await listed(scene)
    assert [line.partition("(")[2].partition(")")[0] for line in lines(log)] == ["announcement", "trouble"]
