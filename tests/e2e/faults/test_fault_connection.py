"""A connection that Slack closes, refuses or leaves dead: presses go on, and the log says what happened."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot.slack.socket
from bot.slack.socket import SocketTimes
from tests.e2e.faults.fault_sights import at_rest, lines, loudest
from tests.e2e.stories import Scene, eventually, open_scene


@pytest.fixture
async def quick_scene(template: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """A bot that gives up a dead connection within a second, not within a minute."""
    quick = SocketTimes(
        look_every=timedelta(milliseconds=50),
        renew_after=timedelta(milliseconds=400),
        replace_after=timedelta(minutes=5),
        ping_every=timedelta(milliseconds=200),
        close_within=timedelta(milliseconds=200),
    )
    monkeypatch.setattr(bot.slack.socket, "SocketTimes", lambda: quick)
    async with open_scene(template, "socket") as opened:
        yield opened


async def _press_until_saved(scene: Scene) -> None:
    """Press as people do who see an error: again."""
    card = (scene.ana.messages("C0TALKS"))[-1]
    async with asyncio.timeout(10):
        while not (await scene.member(0).press(card, "register")).acknowledged:  # noqa: ASYNC110 - as a person would
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_a_goodbye_of_slack_costs_no_press(
    quick_scene: Scene, log: pytest.LogCaptureFixture, reason: str
) -> None:
    scene = quick_scene
    await scene.announce()
    before = scene.pg.sockets.opened

    await scene.pg.sockets.disconnect(reason)

    await eventually(lambda: scene.pg.sockets.opened > before and scene.pg.is_connected, 10)
    await _press_until_saved(scene)
    await scene.member(0).wait_for_message(contains="You have a seat")
    await at_rest(scene)
    assert len(scene.member(0).told()) == 1
    assert "ERROR" != loudest(log)


async def test_a_line_that_is_cut_is_opened_again(quick_scene: Scene) -> None:
    scene = quick_scene
    await scene.announce()
    before = scene.pg.sockets.opened

    scene.pg.sockets.kill()

    await eventually(lambda: scene.pg.sockets.opened > before and scene.pg.is_connected, 10)
    await _press_until_saved(scene)
    await scene.member(0).wait_for_message(contains="You have a seat")


async def test_a_refused_ticket_is_not_tried_for_ever(
    quick_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = quick_scene
    await scene.announce()
    before = len(scene.pg.calls_of("apps.connections.open", ok_only=True))
    scene.pg.sockets.refuse_tickets(2)

    await scene.pg.sockets.disconnect("refresh_requested")

    await eventually(lambda: scene.pg.sockets.opened > 1 and scene.pg.sockets.connected > 0, 15)
    assert len(scene.pg.calls_of("apps.connections.open", ok_only=True)) > before
    await _press_until_saved(scene)
    assert any("No connection to Slack" in line for line in lines(log))


async def test_a_connection_that_went_silent_is_given_up(quick_scene: Scene) -> None:
    scene = quick_scene
    await scene.announce()
    before = scene.pg.sockets.opened

    scene.pg.sockets.silence()

    await eventually(lambda: scene.pg.sockets.opened > before, 20)
    await _press_until_saved(scene)
    await scene.member(0).wait_for_message(contains="You have a seat")


async def test_an_address_that_slack_limits_is_asked_for_again(
    quick_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = quick_scene
    await scene.announce()
    scene.pg.faults.add("apps.connections.open", "rate_limited", times=2, retry_after=1)
    before = scene.pg.sockets.opened

    await scene.pg.sockets.disconnect("refresh_requested")

    await eventually(lambda: scene.pg.sockets.opened > before and scene.pg.is_connected, 20)
    await _press_until_saved(scene)
    assert "xapp-" not in log.text


async def test_an_envelope_whose_acknowledgement_was_lost_is_harmless(quick_scene: Scene) -> None:
    scene = quick_scene
    card = await scene.announce()
    pressing = asyncio.create_task(scene.member(0).press(card, "register"))
    await scene.member(0).wait_for_message(contains="You have a seat")
    scene.pg.sockets.kill()
    await pressing

    await _press_until_saved(scene)

    await at_rest(scene)
    assert len(scene.member(0).told()) == 1
    await scene.card("1 of 2 seats left")
