from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    from bot.playground.person import Person
    from bot.playground.server import Playground


async def test_without_a_connection_a_command_fails_at_once(ana: Person) -> None:
    answer = await ana.command("/seminar")

    assert answer.error == '/seminar failed with the error "dispatch_failed"'


async def test_a_refresh_makes_the_app_come_back(
    pg: Playground, socket: AsyncSocketModeHandler, ana: Person
) -> None:
    await pg.sockets.disconnect("refresh_requested")
    await pg.world.until(lambda: pg.sockets.opened > 1 and pg.sockets.connected == 1, 5, "a new connection")

    assert (await ana.command("/seminar", channel="C0TALKS")).acknowledged
    assert await socket.client.is_connected()


@pytest.mark.usefixtures("socket")
async def test_a_dead_line_is_noticed_by_its_missing_pongs(pg: Playground) -> None:
    pg.sockets.silence()

    assert await pg.world.until(lambda: pg.sockets.opened > 1, 10, "a new connection")


@pytest.mark.usefixtures("socket")
async def test_a_duplicated_press_arrives_twice_with_one_action_ts(pg: Playground, ana: Person) -> None:
    pg.sockets.duplicate_next()
    await ana.command("/seminar", channel="C0TALKS")
    await pg.world.until(lambda: len(pg.calls_of("views.open")) > 1 or None, 5, "two calls")

    errors = [call.response and call.response.get("error") for call in pg.calls_of("views.open")]
    assert errors == [None, "exchanged_trigger_id"]


async def test_a_ticket_opens_one_connection(pg: Playground) -> None:
    client = AsyncWebClient(base_url=pg.api_url, retry_handlers=[])
    url = (await client.apps_connections_open(app_token=pg.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as first:
            hello = await first.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)

    assert hello["num_connections"] == 1


async def test_the_eleventh_connection_is_sent_away(pg: Playground) -> None:
    async with aiohttp.ClientSession() as session:
        first = [await session.ws_connect(pg.sockets.new_ticket()) for _ in range(10)]
        hello = [await one.receive_json() for one in first]
        eleventh = await session.ws_connect(pg.sockets.new_ticket())
        answer = await eleventh.receive_json()

    assert hello[-1]["num_connections"] == 10
    assert answer["reason"] == "too_many_websockets"


@pytest.mark.parametrize(
    ("token", "error"), [("xapp-wrong", "invalid_auth"), ("xoxb-T0CAIS-0", "not_allowed_token_type")]
)
async def test_socket_mode_wants_the_app_token(pg: Playground, token: str, error: str) -> None:
    client = AsyncWebClient(base_url=pg.api_url, retry_handlers=[])

    with pytest.raises(SlackApiError) as refused:
        await client.apps_connections_open(app_token=token)

    assert refused.value.response["error"] == error
