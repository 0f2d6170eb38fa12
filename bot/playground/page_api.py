"""The JSON the local page lives on: what a person sees, what they do, and the clock."""

from __future__ import annotations

import asyncio
import inspect
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.playground.acting import Acting
from bot.playground.page_acts import GONE, KINDS, Doing
from bot.playground.page_state import show_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.refusals import Json
    from bot.playground.responding import Responding
    from bot.playground.world import World

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
COALESCE_SECONDS = 0.05
KEEPALIVE_SECONDS = 15.0


def is_loopback(request: web.Request) -> bool:
    """Say whether a request was made to and from this machine's own pages.

    A page elsewhere that posts here has an Origin of its own; one whose name
    was pointed at this machine has a Host of its own.
    """
    if urlsplit(f"//{request.headers.get('Host', '')}").hostname not in LOOPBACK:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host")


async def _read_act(request: web.Request) -> Json:
    body = await request.json()
    if not isinstance(body, dict) or body.get("kind") not in KINDS:
        raise ValueError("this is no act")
    return body


class PageApi:
    """Serves the page's requests.

    Attributes:
        marks: Gives the moments worth jumping to, each `{"label", "at"}`.
        on_reset: Starts the workspace anew, where its owner can.
    """

    def __init__(self, world: World, responding: Responding, connected: Callable[[], bool]) -> None:
        self._world = world
        self._responding = responding
        self._connected = connected
        self.marks: Callable[[], list[Json]] = list
        self.on_reset: Callable[[], object] | None = None

    def acting(self, user_id: str | None, team_id: str | None = None) -> Acting:
        """Find the person on the screen; without an id, the first one.

        Raises:
            LookupError: If there is nobody of that id.
        """
        for workspace in self._world.workspaces.values():
            for user in workspace.users.values():
                if team_id in {None, workspace.id} and not user.is_bot and user_id in {None, user.id}:
                    return Acting(workspace, user, self._responding)
        raise LookupError(f"There is no person {user_id} here.")

    async def state(self, request: web.Request) -> web.StreamResponse:
        """Show everything a person sees."""
        try:
            acting = self.acting(request.query.get("as") or None, request.query.get("team"))
        except LookupError as missing:
            return web.json_response({"ok": False, "error": str(missing.args[0])}, status=404)
        shown = show_state(acting, connected=self._connected(), marks=self.marks())
        return web.json_response(shown, headers={"Cache-Control": "no-store"})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream a line for each change, at most twenty a second."""
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
            }
        )
        await response.prepare(request)
        told = -1
        try:
            while not self._world.stopping.is_set():
                if self._world.version != told:
                    told = self._world.version
                    await response.write(f'data: {{"version": {told}}}\n\n'.encode())
                    await asyncio.sleep(COALESCE_SECONDS)
                elif not await self._changed_soon():
                    await response.write(b": still here\n\n")
        except ConnectionError:
            return response
        return response

    async def _changed_soon(self) -> bool:
        try:
            async with asyncio.timeout(KEEPALIVE_SECONDS):
                await self._world.next_change()
        except TimeoutError:
            return False
        return True

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what the person on the screen did."""
        try:
            body = await _read_act(request)
            acting = self.acting(body.get("as"), body.get("team"))
            answer = await KINDS[body["kind"]](Doing(acting, body))
        except LookupError:
            answer = {"ok": False, "error": GONE}
        except ValueError:
            answer = {"ok": False, "error": "That could not be understood."}
        return web.json_response(answer)

    async def move_clock(self, request: web.Request) -> web.StreamResponse:
        """Move the workspace's clock to a moment or by some seconds."""
        try:
            body = await request.json()
            if "to" in body:
                moment = datetime.fromisoformat(str(body["to"]))
            else:
                moment = self._world.clock.now() + timedelta(seconds=float(body["by_seconds"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            return web.json_response({"ok": False, "error": "That is not a moment."})
        if moment.tzinfo is None:
            return web.json_response({"ok": False, "error": "That moment has no time zone."})
        if not await self._world.clock.move_to(moment):
            return web.json_response({"ok": False, "error": "The clock of this workspace cannot be moved."})
        self._world.changed()
        return web.json_response({"ok": True})

    async def reset(self, _request: web.Request) -> web.StreamResponse:
        """Start the workspace anew."""
        if self.on_reset is None:
            return web.json_response({"ok": False, "error": "This workspace cannot be reset."})
        done = self.on_reset()
        if inspect.isawaitable(done):
            await done
        self._world.changed()
        return web.json_response({"ok": True})
