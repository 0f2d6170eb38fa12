"""Socket Mode: tickets, connections, envelopes and every way in which they fail."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from bot.playground.delivering import Ack, Kind, Retry

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.world import World

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0
LIFETIME_SECONDS = 3600
FAREWELL_SECONDS = {"warning": 10.0}
DEFAULT_FAREWELL_SECONDS = 0.5


@dataclass(eq=False)
class Connection:
    """One open socket of the app."""

    socket: web.WebSocketResponse
    request: web.Request
    is_leaving: bool = False
    is_silent: bool = False
    pending: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)

    def cut(self) -> None:
        """Drop the line without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """The app's connections; each envelope goes to one of them, in turn.

    Attributes:
        opened: How many connections there have ever been.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._turn = 0
        self._refusals = 0
        self._farewells: set[asyncio.Task[None]] = set()
        self.opened = 0

    @property
    def connected(self) -> int:
        """Count the connections that take envelopes."""
        return sum(1 for c in self._connections if not c.is_leaving)

    def new_ticket(self) -> str:
        """Make the address of a connection, good for one use within half a minute."""
        ticket = secrets.token_hex(8)
        self._tickets[ticket] = self._world.clock.elapsed()
        address = self._world.url.replace("http", "ws", 1)
        return f"{address}/link/?ticket={ticket}&app_id={self._world.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        given_at = self._tickets.pop(request.query.get("ticket", ""), None)
        if self._refusals:
            self._refusals -= 1
            return web.Response(status=403, text="ticket refused")
        if given_at is None or self._world.clock.elapsed() - given_at > TICKET_SECONDS:
            return web.Response(status=403, text="ticket invalid")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        connection = Connection(socket, request)
        self._connections.append(connection)
        self.opened += 1
        try:
            await self._greet(connection)
            self._world.changed()
            await self._listen(connection)
        finally:
            self._connections.remove(connection)
            for waiting in connection.pending.values():
                if not waiting.done():
                    waiting.set_result(Ack(is_acknowledged=False, problem="connection_failed"))
            self._world.changed()
        return socket

    async def deliver(self, kind: Kind, payload: Json, within: float, retry: Retry | None = None) -> Ack:
        """Send one envelope over the next connection and wait for its acknowledgement."""
        live = [c for c in self._connections if not c.is_leaving and not c.socket.closed]
        if not live:
            return Ack(is_acknowledged=False, problem="connection_failed")
        self._turn += 1
        connection = live[self._turn % len(live)]
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {
                "retry_attempt": retry.attempt if retry else 0,
                "retry_reason": retry.reason if retry else "",
            }
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = waiting
        try:
            async with asyncio.timeout(within):
                if not connection.is_silent:
                    await connection.socket.send_json(envelope)
                return await waiting
        except TimeoutError:
            return Ack(is_acknowledged=False, problem="timeout")
        except ConnectionError:
            return Ack(is_acknowledged=False, problem="connection_failed")
        finally:
            connection.pending.pop(envelope_id, None)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go, as Slack does each hour, and close it a moment later."""
        for connection in list(self._connections):
            connection.is_leaving = reason != "warning"
            host = {"host": "playground"}
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": host})
            seconds = FAREWELL_SECONDS.get(reason, DEFAULT_FAREWELL_SECONDS)
            task = asyncio.create_task(self._close_later(connection, seconds))
            self._farewells.add(task)
            task.add_done_callback(self._farewells.discard)

    def refuse_tickets(self, times: int = 1) -> None:
        """Refuse the next connections, though their tickets are good."""
        self._refusals += times

    def silence(self, *, on: bool = True) -> None:
        """Leave the connections of this moment open and dead: nothing heard, nothing said, no pong."""
        for connection in self._connections:
            connection.is_silent = on

    def kill(self) -> None:
        """Drop every connection without a word."""
        for connection in list(self._connections):
            connection.cut()

    def duplicate_next(self, times: int = 1) -> None:
        """Deliver the next payloads twice, each in an envelope of its own."""
        self._world.delivery.duplicate_next(times)

    async def stop(self) -> None:
        """Close every connection."""
        for task in list(self._farewells):
            task.cancel()
        await asyncio.gather(*self._farewells, return_exceptions=True)
        for connection in list(self._connections):
            connection.cut()

    async def _greet(self, connection: Connection) -> None:
        await connection.socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._connections),
                "debug_info": {"host": "playground", "approximate_connection_time": LIFETIME_SECONDS},
                "connection_info": {"app_id": self._world.app_id},
            }
        )

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if connection.is_silent:
                continue
            if message.type == WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._take_ack(connection, message.data)

    def _take_ack(self, connection: Connection, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            self._world.complaints.append("the app sent something over its socket that is not JSON")
            return
        waiting = connection.pending.get(str(answer.get("envelope_id")))
        if waiting is not None and not waiting.done():
            body = answer.get("payload")
            waiting.set_result(Ack(is_acknowledged=True, body=body if isinstance(body, dict) else None))

    async def _close_later(self, connection: Connection, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await connection.socket.close()
