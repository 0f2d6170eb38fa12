"""The watched connection against a small server that speaks Socket Mode."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.metrics import REGISTRY
from bot.slack.gateway import build_client, open_session
from bot.slack.socket import SocketConnection, SocketTimes

APP_TOKEN = "xapp-1-very-secret"
QUICK = SocketTimes(
    look_every=timedelta(milliseconds=20),
    renew_after=timedelta(milliseconds=100),
    replace_after=timedelta(milliseconds=400),
    ping_every=timedelta(milliseconds=50),
    close_within=timedelta(milliseconds=200),
)


@dataclass
class SocketServer:
    """Gives out tickets in order and refuses those it is told to."""

    refused: set[int] = field(default_factory=set)
    tickets: int = 0
    tries: list[int] = field(default_factory=list)
    num_connections: int = 1
    url: str = ""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    received: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def open(self, _request: web.Request) -> web.Response:
        self.tickets += 1
        address = self.url.replace("http://", "ws://").replace("/api/", f"/link?ticket={self.tickets}")
        return web.json_response({"ok": True, "url": address})

    async def link(self, request: web.Request) -> web.StreamResponse:
        ticket = int(request.query["ticket"])
        self.tries.append(ticket)
        if ticket in self.refused:
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": self.num_connections})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.received.put_nowait(json.loads(message.data))
        return socket


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT"
    )


@pytest.fixture
async def server() -> AsyncIterator[SocketServer]:
    ours = SocketServer()
    application = web.Application()
    application.router.add_post("/api/apps.connections.open", ours.open)
    application.router.add_get("/link", ours.link)
    async with TestServer(application, host="127.0.0.1") as running:
        ours.url = str(running.make_url("/api/"))
        yield ours


@pytest.fixture
async def app(server: SocketServer) -> AsyncIterator[AsyncApp]:
    async with open_session() as session:
        client = build_client(session, api_url=server.url)
        yield AsyncApp(client=client, authorize=authorize, process_before_response=True)


@pytest.fixture
async def connection(app: AsyncApp) -> AsyncIterator[SocketConnection]:
    opened = SocketConnection(app, APP_TOKEN, times=QUICK)
    yield opened
    await opened.close(drain=timedelta(0))


async def connected(connection: SocketConnection) -> None:
    async with asyncio.timeout(5):
        await connection.start()
        await connection.wait_connected()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - what is waited for is counted elsewhere
            await asyncio.sleep(0.01)


def hellos() -> float:
    return REGISTRY.get_sample_value("seminar_bot_socket_hellos_total") or 0.0


def renewals(cause: str) -> float:
    return REGISTRY.get_sample_value("seminar_bot_socket_renewals_total", {"cause": cause}) or 0.0


async def test_it_connects_and_closes(connection: SocketConnection) -> None:
    before = await connection.is_connected()
    await connected(connection)
    during = await connection.is_connected()

    await connection.close()
    await connection.close()

    assert (before, during, await connection.is_connected()) == (False, True, False)


async def test_nothing_is_left_running_after_it_closed(connection: SocketConnection) -> None:
    before = asyncio.all_tasks()
    await connected(connection)

    await connection.close()
    await asyncio.sleep(0.1)

    ours = [task for task in asyncio.all_tasks() - before if "web_protocol" not in repr(task)]
    assert ours == []


async def test_a_dead_address_is_given_up(server: SocketServer, connection: SocketConnection) -> None:
    server.refused = {1}

    await connected(connection)

    assert server.tries[0] == 1
    assert server.tries[-1] > 1


async def test_without_the_watch_a_dead_address_is_tried_for_ever(
    server: SocketServer, app: AsyncApp
) -> None:
    server.refused = {1}
    unwatched = SocketConnection(app, APP_TOKEN, times=replace(QUICK, look_every=timedelta(hours=1)))

    await unwatched.start()
    await asyncio.sleep(0.4)
    await unwatched.close()

    assert set(server.tries) == {1}
    assert len(server.tries) > 2


async def test_a_client_that_does_not_recover_is_replaced(
    server: SocketServer, connection: SocketConnection, caplog: pytest.LogCaptureFixture
) -> None:
    server.refused = set(range(1, 5))
    before = (renewals("new_address"), renewals("new_client"))

    await connected(connection)

    assert "starting a new client" in caplog.text
    assert (renewals("new_address") > before[0], renewals("new_client") > before[1]) == (True, True)


async def test_no_token_and_no_ticket_is_logged(
    server: SocketServer, connection: SocketConnection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    server.refused = {1}

    await connected(connection)

    assert "Failed to connect" in caplog.text
    assert "very-secret" not in caplog.text
    assert "ticket=1" not in caplog.text


async def test_more_connections_than_expected_are_worth_a_warning(
    server: SocketServer, app: AsyncApp, caplog: pytest.LogCaptureFixture
) -> None:
    server.num_connections = 3
    alone = SocketConnection(app, APP_TOKEN, times=QUICK, expected_connections=1)

    await connected(alone)
    await alone.close(drain=timedelta(0))

    (warning,) = [vars(record) for record in caplog.records if record.levelname == "WARNING"]
    assert "more connections of this app than expected" in warning["message"]
    assert (warning["connections"], warning["expected"]) == (3, 1)
    assert REGISTRY.get_sample_value("seminar_bot_socket_connections") == 3


async def test_processes_that_share_an_app_are_no_reason_to_warn(
    server: SocketServer, connection: SocketConnection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot.slack.socket")
    server.num_connections = 9

    await connected(connection)

    said = [vars(record) for record in caplog.records if "connected to Slack for this app" in record.message]
    assert [(one["levelname"], one["connections"]) for one in said] == [("INFO", 9)]
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_as_many_connections_as_slack_allows_are_worth_a_warning(
    server: SocketServer, connection: SocketConnection, caplog: pytest.LogCaptureFixture
) -> None:
    server.num_connections = 10

    await connected(connection)

    (warning,) = [vars(record) for record in caplog.records if record.levelname == "WARNING"]
    assert "as many connections as Slack allows" in warning["message"]
    assert warning["connections"] == 10


async def test_socket_mode_that_was_turned_off_is_said(
    server: SocketServer, connection: SocketConnection, caplog: pytest.LogCaptureFixture
) -> None:
    await connected(connection)

    await server.sockets[0].send_json({"type": "disconnect", "reason": "link_disabled"})
    await until(lambda: "Socket Mode was turned off" in caplog.text)


@pytest.mark.parametrize(
    ("goodbye", "cause"),
    [
        ({"reason": "refresh_requested"}, "refresh_requested"),
        ({"reason": "U0123456789"}, "other"),
        ({}, "other"),
        ({"reason": ["refresh_requested"]}, "other"),
    ],
)
async def test_a_goodbye_is_counted_and_a_new_connection_made(
    server: SocketServer,
    connection: SocketConnection,
    caplog: pytest.LogCaptureFixture,
    goodbye: dict[str, Any],
    cause: str,
) -> None:
    caplog.set_level(logging.INFO, logger="bot.slack.socket")
    await connected(connection)
    before = (renewals(cause), hellos())

    await server.sockets[0].send_json({"type": "disconnect", **goodbye})
    await until(lambda: len(server.sockets) == 2 and hellos() == before[1] + 1)

    assert renewals(cause) == before[0] + 1
    (said,) = [vars(record) for record in caplog.records if "ends the connection" in record.message]
    assert said["reason"] == cause


async def test_a_message_with_the_word_in_it_is_no_goodbye(
    server: SocketServer, connection: SocketConnection, caplog: pytest.LogCaptureFixture
) -> None:
    await connected(connection)
    before = (renewals("other"), hellos())

    await server.sockets[0].send_json({"type": "interactive", "actions": [{"value": "disconnect"}]})
    await server.sockets[0].send_str('Not JSON: "disconnect"')
    await server.sockets[0].send_str('["disconnect"]')
    await server.sockets[0].send_json({"type": "hello"})
    await until(lambda: hellos() == before[1] + 1)

    assert (renewals("other"), await connection.is_connected()) == (before[0], True)
    assert "Failed to receive" not in caplog.text


async def test_an_envelope_in_hand_is_acknowledged_before_closing(
    server: SocketServer, app: AsyncApp, connection: SocketConnection
) -> None:
    started = asyncio.Event()

    async def slow(ack: Any) -> None:
        started.set()
        await asyncio.sleep(0.2)
        await ack()

    app.command("/seminar")(slow)
    await connected(connection)
    payload = {"command": "/seminar", "team_id": "T1", "user_id": "U1", "text": ""}
    envelope = {"type": "slash_commands", "envelope_id": "E1", "payload": payload}
    await server.sockets[0].send_json(envelope)
    async with asyncio.timeout(5):
        await started.wait()

    await connection.close()

    assert server.received.get_nowait()["envelope_id"] == "E1"
