"""The Socket Mode connection, and the watch that Bolt's own client lacks.

That client never reports a refused token and asks for a new address only when
it has none, so an address that died is tried for ever. The watch takes the dead
address away; if that does not help, the client is replaced.
"""

import asyncio
import json
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot import metrics
from bot.slack.redacting import wire_logger

_log = logging.getLogger(__name__)

_MOST_CONNECTIONS = 10  # of one app at a time; source: as below

# Why Slack ends a connection; source: its page on Socket Mode.
_GOODBYES = frozenset({"warning", "refresh_requested", "link_disabled", "too_many_websockets"})


@dataclass(frozen=True, slots=True)
class SocketTimes:
    """How long the watch waits; tests make it short.

    Attributes:
        look_every: Between two looks at the connection.
        renew_after: Without a connection, the address is taken as dead.
        replace_after: Without a connection, the client is taken as stuck.
        ping_every: Between two pings, and between two tries to connect.
        close_within: Bounds the closing handshake, as the other end may be gone.
    """

    look_every: timedelta = timedelta(seconds=15)
    renew_after: timedelta = timedelta(seconds=60)
    replace_after: timedelta = timedelta(minutes=5)
    ping_every: timedelta = timedelta(seconds=10)
    close_within: timedelta = timedelta(seconds=2)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which also knows what is still in hand."""

    def __init__(self, app: AsyncApp, app_token: str, ping_interval: float) -> None:
        super().__init__(app, app_token, logger=wire_logger("bot.slack.wire"), ping_interval=ping_interval)
        self.in_hand = 0

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt's own
        self.in_hand += 1
        try:
            await super().handle(client, req)
        except Exception as error:  # noqa: BLE001 - Bolt takes a payload apart before it runs, and fails in many ways
            # What is not readable now will not be when Slack sends it again.
            _log.warning("An envelope was not readable.", extra={"reason": type(error).__name__})
            with suppress(Exception):  # the connection may be what failed
                await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        finally:
            self.in_hand -= 1


class SocketConnection:
    """Keeps one Socket Mode connection open.

    Check the token first (`bot.slack.checks.check_app_token`): a wrong one shows
    here only as a connection that never comes.

    Args:
        app: The Bolt app that gets the envelopes.
        app_token: The app-level token, ``xapp-…``.
        times: How long the watch waits.
        expected_connections: More than these (of all processes) are worth a warning, as another bot
            then takes some of the presses. None where several processes may share the app: only
            Slack's own limit is worth one then.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        times: SocketTimes | None = None,
        expected_connections: int | None = None,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._times = times or SocketTimes()
        self._expected_connections = expected_connections
        self._handler: _Handler | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._greeted = asyncio.Event()

    async def start(self) -> None:
        """Begin to connect and to watch; returns at once."""
        self._open()
        self._watching = asyncio.create_task(self._watch(), name="socket-watch")

    async def wait_connected(self) -> None:
        """Wait for Slack's first hello; for ever, if it does not come."""
        await self._greeted.wait()

    async def is_connected(self) -> bool:
        """Tell whether envelopes can arrive now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def close(self, *, drain: timedelta = timedelta(seconds=3)) -> None:
        """Let envelopes in hand be acknowledged, then disconnect; may be called twice.

        Args:
            drain: How long to wait for those.
        """
        if self._watching is not None:
            await _cancel(self._watching)
            self._watching = None
        if self._handler is not None:
            handler = self._handler
            with suppress(TimeoutError):
                async with asyncio.timeout(drain.total_seconds()):
                    await _until_idle(handler)
            await self._dispose()

    def _open(self) -> None:
        handler = _Handler(self._app, self._app_token, self._times.ping_every.total_seconds())
        # The SDK reads a proxy from the environment again; the app's client has the right one.
        handler.client.proxy = self._app.client.proxy
        handler.client.message_listeners.append(self._hear_hello)
        handler.client.on_message_listeners.append(self._hear_goodbye)
        self._handler = handler
        connecting = handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        self._connecting = asyncio.create_task(connecting, name="socket-connect")

    async def _watch(self) -> None:
        seen_at = renewed_at = replaced_at = time.monotonic()
        while True:
            await asyncio.sleep(self._times.look_every.total_seconds())
            now = time.monotonic()
            if await self.is_connected():
                seen_at = renewed_at = replaced_at = now
                continue
            silent = round(now - seen_at)
            if now - replaced_at > self._times.replace_after.total_seconds():
                metrics.SOCKET_RENEWALS.labels("new_client").inc()
                context = {"silent_s": silent, "renewal": "new_client"}
                _log.error("No connection to Slack; starting a new client.", extra=context)
                await self._dispose()
                self._open()
                renewed_at = replaced_at = now
            elif now - renewed_at > self._times.renew_after.total_seconds():
                metrics.SOCKET_RENEWALS.labels("new_address").inc()
                context = {"silent_s": silent, "renewal": "new_address"}
                _log.warning("No connection to Slack; asking for a new address.", extra=context)
                if self._handler is not None:
                    self._handler.client.wss_uri = None
                renewed_at = now

    async def _dispose(self) -> None:
        handler, connecting = self._handler, self._connecting
        self._handler = self._connecting = None
        if handler is None:
            return
        client = handler.client
        client.closed = True
        if connecting is not None:
            await _cancel(connecting)
        try:
            async with asyncio.timeout(self._times.close_within.total_seconds()):
                await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        except Exception as error:  # noqa: BLE001 - the other end may be gone; what is left is ended below
            context = {"reason": type(error).__name__}
            _log.info("The connection to Slack did not close by itself.", extra=context)
        for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
            if task is not None:
                await _cancel(task)
        await client.aiohttp_client_session.close()

    async def _hear_hello(self, _client: object, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") != "hello":
            return
        self._greeted.set()
        metrics.SOCKET_HELLOS.inc()
        count = message.get("num_connections")
        if not isinstance(count, int):
            return
        metrics.SOCKET_COUNT.set(count)
        self._judge_count(count)

    def _judge_count(self, count: int) -> None:
        expected = self._expected_connections
        if expected is not None and count > expected:
            _log.warning(
                "Slack counts more connections of this app than expected: presses may go to another process.",
                extra={"connections": count, "expected": expected},
            )
        elif count >= _MOST_CONNECTIONS:
            _log.warning(
                "This app has as many connections as Slack allows: one more process gets none.",
                extra={"connections": count},
            )
        elif count > 1:
            _log.info("Several processes are connected to Slack for this app.", extra={"connections": count})

    async def _hear_goodbye(self, message: WSMessage) -> None:
        # The client reconnects on every goodbye; only one reason needs a person.
        text = message.data if isinstance(message.data, str) else ""
        if '"disconnect"' not in text:
            return
        try:
            goodbye = json.loads(text)
        except ValueError:
            return
        if not isinstance(goodbye, dict) or goodbye.get("type") != "disconnect":
            return
        reason = str(goodbye.get("reason"))
        cause = reason if reason in _GOODBYES else "other"
        metrics.SOCKET_RENEWALS.labels(cause).inc()
        context = {"reason": cause}
        if cause == "link_disabled":
            sentence = "Socket Mode was turned off for this app; turn it on again on the app's page."
            _log.error(sentence, extra=context)
        else:
            _log.info("Slack ends the connection; a new one is made.", extra=context)


async def _until_idle(handler: _Handler) -> None:
    while handler.in_hand or not handler.client.message_queue.empty():  # noqa: ASYNC110 - the SDK signals neither
        await asyncio.sleep(0.02)


async def _cancel(task: asyncio.Future[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
