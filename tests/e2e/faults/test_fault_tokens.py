"""A token that opens nothing any more: nothing is sent, nothing is forgotten, and all of it is kept later."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.playground.workspace import Workspace
from bot.storage import tables
from bot.storage.engine import transactions
from tests.e2e.faults.fault_sights import at_rest, deliveries, lines, loudest, notices
from tests.e2e.stories import Scene, eventually, open_scene

GONE = ["account_inactive", "token_revoked", "invalid_auth", "token_expired"]


def _gone_reason(scene: Scene) -> str | None:
    with transactions(scene.engine, is_reading=True)() as session:
        return session.scalar(select(tables.Workspace.gone_reason))


@pytest.mark.parametrize("code", GONE)
async def test_a_dead_token_stops_everything_and_is_said_once(
    socket_scene: Scene, log: pytest.LogCaptureFixture, code: str
) -> None:
    scene = socket_scene
    card = await scene.announce(seats="10")
    await at_rest(scene)
    scene.ws.token_error = code

    await scene.member(0).press(card, "register")
    await eventually(lambda: _gone_reason(scene) == code)
    sent = len(scene.pg.calls_of("chat.postMessage")) + len(scene.pg.calls_of("chat.update"))
    answer = await scene.member(1).press(card, "register")

    assert answer.acknowledged
    await scene.member(1).wait_for_ephemeral(contains="You have a seat")
    await asyncio.sleep(
        1
    )  # that nothing is sent gives no signal; the dispatcher looks at least twice meanwhile
    tried = len(scene.pg.calls_of("chat.postMessage")) + len(scene.pg.calls_of("chat.update"))
    assert sent == tried
    assert [state for state, _ in deliveries(scene.engine, "confirmation")] == ["due", "due"]
    assert (notices(scene), scene.member(0).told()) == ([], [])
    assert len([line for line in lines(log) if "no longer serves" in line]) == 1
    assert loudest(log) == "ERROR"


@pytest.mark.parametrize("goes", [Workspace.revoke_token, Workspace.uninstall])
async def test_a_workspace_that_removed_the_app_is_left_and_its_people_are_told(
    socket_scene: Scene, log: pytest.LogCaptureFixture, goes: object
) -> None:
    scene = socket_scene
    card = await scene.announce()
    await at_rest(scene)
    assert callable(goes)

    goes(scene.ws)
    await scene.pg.delivery.settle()
    await scene.member(0).press(card, "register")

    await scene.member(0).wait_for_ephemeral(contains="not installed in your workspace any more")
    assert _gone_reason(scene) is not None
    assert deliveries(scene.engine, "confirmation") == []
    assert len([line for line in lines(log) if "The app was removed from workspace T0CAIS" in line]) == 1


async def test_what_waited_while_the_app_was_away_is_kept_after_a_start_with_a_new_token(
    template: Path,
) -> None:
    async with open_scene(template, "socket") as scene:
        card = await scene.announce()
        await at_rest(scene)
        scene.ws.token_error = "token_revoked"
        await scene.member(0).press(card, "register")
        await eventually(lambda: _gone_reason(scene) == "token_revoked")
    async with open_scene(template, "socket") as again:
        told = await again.member(0).wait_for_message(contains="You have a seat")

        await at_rest(again)
        assert again.member(0).told() == [told]
        assert deliveries(again.engine, "confirmation") == [("done", None)]
        assert _gone_reason(again) is None


@pytest.mark.parametrize("late", ["app_uninstalled", "tokens_revoked"])
async def test_a_goodbye_that_comes_when_the_app_is_back_changes_nothing(
    socket_scene: Scene, log: pytest.LogCaptureFixture, late: str
) -> None:
    scene = socket_scene
    card = await scene.announce()

    scene.ws.send_event({"type": late, "tokens": {"oauth": [], "bot": [scene.ws.bot_user_id]}})
    await scene.pg.delivery.settle()
    await scene.member(0).press(card, "register")

    await scene.member(0).wait_for_message(contains="You have a seat")
    assert _gone_reason(scene) is None
    assert loudest(log) == ""


async def test_a_members_own_token_that_was_revoked_is_nothing_to_the_bot(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()

    scene.ws.send_event({"type": "tokens_revoked", "tokens": {"oauth": ["U0M05"], "bot": []}})
    await scene.pg.delivery.settle()
    await scene.member(0).press(card, "register")

    await scene.member(0).wait_for_message(contains="You have a seat")
    assert _gone_reason(scene) is None
