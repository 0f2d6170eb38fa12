"""The local workspace itself: starts on a loopback port and ties the parts together."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.playground.clock import Clock, wall_time
from bot.playground.delivering import Delivery
from bot.playground.methods_files import receive_upload, serve_file, serve_private_file
from bot.playground.oauth import OAuth
from bot.playground.page_api import PageApi, is_loopback
from bot.playground.person import Person
from bot.playground.responding import Responding
from bot.playground.signed_http import SignedHttp
from bot.playground.sockets import Sockets
from bot.playground.web_api import WebApi
from bot.playground.world import Call, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from aiohttp.typedefs import Handler

    from bot.playground.faults import Faults
    from bot.playground.limits import RateLimits
    from bot.playground.refusals import Json
    from bot.playground.workspace import Workspace

HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
COMMANDS = (
    {"command": "/seminar", "usage_hint": "[new|list|help]", "description": "Create and manage seminars"},
)
SHORTCUTS = ({"callback_id": "turn_into_seminar", "name": "Turn into a seminar", "type": "message"},)
MOST_BYTES = 64_000_000
CSP = (
    "default-src 'self'; img-src 'self' https: data:; frame-ancestors 'none'; style-src 'self' "
    "'unsafe-inline'"
)


class Playground:
    """A strict stand-in for Slack on this machine.

    Args:
        now: The calendar's clock, aware.
        port: The port; 0 takes a free one.
        monotonic: Elapsed seconds, for deadlines and rate limits.
        on_clock_move: Called with the moment to which the page wants the clock moved; may be async.
        scopes: The bot's scopes in workspaces added later; None gives all it may want.
        commands: The app's slash commands, for the page.
        shortcuts: The app's shortcuts, for the page, each with `callback_id`, `name` and `type`.

    Attributes:
        calls: Everything the bot sent, in order.
        complaints: What a person would suffer from though Slack did not refuse it.
        faults: Failures on order.
        limits: Rate limits.
        sockets: Socket Mode.
        delivery: How payloads go to the app.
        oauth: The install stand-in.
        page: The page's API.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = wall_time,
        *,
        port: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
        on_clock_move: Callable[[datetime], object] | None = None,
        scopes: Iterable[str] | None = None,
        commands: Iterable[Json] = COMMANDS,
        shortcuts: Iterable[Json] = SHORTCUTS,
    ) -> None:
        kept_scopes = None if scopes is None else frozenset(scopes)
        self.clock = Clock(now, monotonic, on_clock_move)
        self.world = World(
            self.clock, default_scopes=kept_scopes, commands=list(commands), shortcuts=list(shortcuts)
        )
        self.sockets = Sockets(self.world)
        self.delivery = self.world.delivery = Delivery(self.world, self.sockets)
        self.oauth = OAuth(self.world)
        self._responding = Responding(self.world)
        self.page = PageApi(self.world, self._responding, lambda: self.is_connected)
        self._port = port
        self._runner: web.AppRunner | None = None
        self._signed: SignedHttp | None = None

    async def start(self) -> None:
        """Listen on the loopback interface."""
        self.world.stopping.clear()
        self._runner = web.AppRunner(self._routes(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port, backlog=4096)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.world.url = f"http://{HOST}:{self._port}"

    async def stop(self) -> None:
        """Close everything; what hangs by order is let go."""
        self.world.stopping.set()
        self.world.changed()
        await self.delivery.stop()
        await self.sockets.stop()
        if self._signed is not None:
            await self._signed.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Give the page's address, without a slash at the end."""
        return self.world.url

    @property
    def api_url(self) -> str:
        """Give the Web API's address, ending in `/api/`."""
        return f"{self.world.url}/api/"

    @property
    def app_token(self) -> str:
        """Give the app-level token for Socket Mode."""
        return self.world.app_token

    @property
    def bot_token(self) -> str:
        """Give the bot token of the first workspace."""
        return next(iter(self.world.workspaces.values())).bot_token

    @property
    def signing_secret(self) -> str:
        """Give the secret with which HTTP deliveries are signed."""
        return self.world.signing_secret

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """Give all workspaces by team id."""
        return self.world.workspaces

    @property
    def calls(self) -> list[Call]:
        """Give every call of the bot, in order."""
        return self.world.calls

    @property
    def complaints(self) -> list[str]:
        """Give what a person would suffer from though Slack did not refuse it."""
        return self.world.complaints

    @property
    def faults(self) -> Faults:
        """Give the failures on order."""
        return self.world.faults

    @property
    def limits(self) -> RateLimits:
        """Give the rate limits."""
        return self.world.limits

    @property
    def clock_marks(self) -> Callable[[], list[Json]]:
        """Give what lists the moments worth jumping to, each `{"label", "at"}`."""
        return self.page.marks

    @clock_marks.setter
    def clock_marks(self, marks: Callable[[], list[Json]]) -> None:
        self.page.marks = marks

    @property
    def is_connected(self) -> bool:
        """Say whether there is a way to the app."""
        return self._signed is not None or self.sockets.connected > 0

    def calls_of(self, method: str, *, ok_only: bool = False) -> list[Call]:
        """List the calls of one method."""
        return [c for c in self.calls if c.method == method and (c.is_ok or not ok_only)]

    def add_workspace(self, team_id: str, name: str) -> Workspace:
        """Found a workspace with the app installed."""
        return self.world.add_workspace(team_id, name)

    def person(self, workspace: Workspace, user_id: str) -> Person:
        """Take the keyboard of a member."""
        return Person(workspace, workspace.users[user_id], self._responding)

    def use_http(self, request_url: str, signing_secret: str | None = None) -> SignedHttp:
        """Deliver by signed HTTP from now on, as an app with a request URL."""
        if signing_secret is not None:
            self.world.signing_secret = signing_secret
        self._signed = SignedHttp(self.world, request_url)
        self.delivery.route = self._signed
        self.world.changed()
        return self._signed

    def _routes(self) -> web.Application:
        app = web.Application(client_max_size=MOST_BYTES, middlewares=[_only_this_machine])
        world, page = self.world, self.page
        api = WebApi(world, self.sockets, self.oauth)
        app.router.add_route("*", "/api/{method}", api.handle)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_post("/upload/{file_id}", partial(receive_upload, world))
        app.router.add_post("/{kind:actions|commands}/{team}/{key}", self._responding.handle)
        app.router.add_get("/oauth/v2/authorize", self.oauth.authorize)
        app.router.add_get("/files/{file_id}/{name}", partial(serve_file, world))
        app.router.add_get("/files-pri/{file_id}/{name}", partial(serve_private_file, world))
        app.router.add_get("/play/state", page.state)
        app.router.add_get("/play/events", page.events)
        app.router.add_post("/play/act", page.act)
        app.router.add_post("/play/clock", page.move_clock)
        app.router.add_post("/play/reset", page.reset)
        app.router.add_get("/", _index)
        app.router.add_static("/static", STATIC)
        return app


async def _index(_request: web.Request) -> web.StreamResponse:
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": CSP}
    return web.FileResponse(STATIC / "index.html", headers=headers)


@web.middleware
async def _only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    is_page = request.path == "/" or request.path.startswith(("/play/", "/static/", "/files/"))
    if not is_loopback(request):
        return web.json_response(
            {"ok": False, "error": "Only this machine may use this workspace."}, status=403
        )
    is_post = is_page and request.method == "POST"
    if is_post and request.content_type != "application/json":
        return web.json_response({"ok": False, "error": "Only JSON is taken here."}, status=415)
    return await handler(request)
