"""Answers that never come, or cannot be read: what was asked may have been done all the same."""

from typing import Any

import pytest

from bot.playground.faults import FaultKind
from tests.e2e.faults.code_stage import CARD, DIRECT, KINDS, MEMBER, POST, UPDATE, CodeStage
from tests.e2e.faults.fault_sights import at_rest, deliveries, lines, listed, loudest, notices
from tests.e2e.stories import Scene, eventually

LOST = "answer lost (ServerDisconnectedError)"

# What the network does; a post may have arrived, so it is tried once more and no oftener.
BROKEN: list[tuple[FaultKind, dict[str, Any]]] = [
    ("http_500", {}),
    ("http_500", {"status": 503}),
    ("html", {}),
    ("timeout", {}),
    ("reset_before", {}),
]


@pytest.mark.parametrize(("kind", "details"), BROKEN)
@pytest.mark.parametrize("where", [POST, DIRECT])
async def test_a_post_without_an_answer_is_tried_once_more_and_arrives(
    stage: CodeStage, log: pytest.LogCaptureFixture, where: str, kind: FaultKind, details: dict[str, Any]
) -> None:
    await stage.meet(where, kind, times=1, **details)

    await eventually(lambda: stage.row(KINDS[where]).state == "done", 8)

    assert stage.row(KINDS[where]).doubts == 0
    assert (await stage.told(), loudest(log)) == ([], "")


@pytest.mark.parametrize(("kind", "details"), BROKEN)
async def test_a_post_without_an_answer_twice_is_given_up_and_told(
    stage: CodeStage, log: pytest.LogCaptureFixture, kind: FaultKind, details: dict[str, Any]
) -> None:
    await stage.meet(DIRECT, kind, **details)

    await eventually(lambda: stage.row("confirmation").state == "unknown", 8)

    (told,) = await stage.told()
    assert "Slack’s answer was lost twice, so the message may be there or not. Please look." in told
    assert loudest(log) == "WARNING"
    assert len([call for call in stage.pg.calls if call.args.get("channel") == MEMBER]) == 2


@pytest.mark.parametrize(("kind", "details"), BROKEN)
async def test_a_change_without_an_answer_is_asked_for_until_it_is_there(
    stage: CodeStage, log: pytest.LogCaptureFixture, kind: FaultKind, details: dict[str, Any]
) -> None:
    await stage.meet(UPDATE, kind, times=2, **details)

    await eventually(lambda: stage.row("announcement").state == "done", 15)

    (card,) = stage.ws.channels[CARD].messages
    assert "19 of 20 seats left" in card.text
    assert (await stage.told(), loudest(log)) == ([], "")


async def test_a_confirmation_whose_answer_was_lost_twice_is_shown_twice_and_marked(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("chat.postMessage", "reset_after_accept", times=2)

    await scene.member(0).press(card, "register")
    notice = await scene.ana.wait_for_message(contains="the message may be there or not", within=10)

    await at_rest(scene)
    assert len(scene.member(0).told()) == 2
    assert [notice] == notices(scene)
    assert "Slack’s answer was lost twice, so the message may be there or not. Please look." in await listed(
        scene
    )
    assert [line for line in lines(log) if "was lost twice" in line] == lines(log)


async def test_a_card_whose_answer_was_lost_is_posted_twice_at_most_and_staff_are_asked_to_look(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    scene.pg.faults.add("chat.postMessage", "reset_after_accept", times=2, channel="C0TALKS")

    await scene.announce()

    await scene.ana.wait_for_message(contains="the message may be there or not", within=10)
    await at_rest(scene)
    assert len(scene.ana.messages("C0TALKS")) == 2
    assert len(notices(scene)) == 1
    assert "Needs attention" in await listed(scene)
    assert loudest(log) == "WARNING"


async def test_a_press_on_a_card_whose_answer_was_lost_brings_it_back(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    scene.pg.faults.add("chat.postMessage", "reset_after_accept", times=2, channel="C0TALKS")
    card = await scene.announce()
    await eventually(lambda: deliveries(scene.engine, "announcement")[0][0] == "unknown", 10)

    await scene.member(0).press(card, "register")

    await eventually(lambda: "1 of 2 seats left" in card.text, 8)
    await scene.member(1).press(card, "register")
    await eventually(lambda: "Full" in card.text, 8)
    assert "Needs attention" not in await listed(scene)
    assert "was found by a press" in log.text


async def test_a_press_before_the_second_try_saves_the_channel_a_second_card(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.pg.faults.add("chat.postMessage", "reset_after_accept", channel="C0TALKS")
    card = await scene.announce()
    await eventually(lambda: deliveries(scene.engine, "announcement") == [("due", LOST)])

    await scene.member(0).press(card, "register")

    await eventually(lambda: "1 of 2 seats left" in card.text, 8)
    assert scene.ana.messages("C0TALKS") == [card]


async def test_a_press_in_a_direct_message_is_never_taken_for_the_card(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.pg.faults.add("chat.postMessage", "reset_after_accept", times=2, channel="C0TALKS")
    await scene.announce()
    await eventually(lambda: deliveries(scene.engine, "announcement")[0][0] == "unknown", 10)
    (card, _) = scene.ana.messages("C0TALKS")
    await scene.member(0).press(card, "register")
    confirmed = await scene.member(0).wait_for_message(contains="You have a seat")

    await scene.member(0).press(confirmed, "release")

    await eventually(lambda: "You gave back your seat" in confirmed.text)
    await eventually(lambda: "2 of 2 seats left" in card.text, 8)


async def test_a_private_answer_that_is_lost_is_not_repeated_and_the_promise_is_kept(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("response_url", "reset_after_accept")

    await scene.member(0).press(card, "register")

    await scene.member(0).wait_for_message(contains="You have a seat")
    await scene.member(0).wait_for_ephemeral(contains="You have a seat")
    await at_rest(scene)
    assert len(scene.member(0).ephemerals) == 1
    assert loudest(log) == ""
