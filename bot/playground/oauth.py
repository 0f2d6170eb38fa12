"""A stand-in for installing the app: the consent page's redirect and the exchange of codes."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from bot.playground.refusals import Json, RefusedError

if TYPE_CHECKING:
    from bot.playground.world import World

CODE_SECONDS = 600.0


@dataclass(frozen=True)
class Code:
    """A promise of a token."""

    team_id: str
    user_id: str
    redirect_uri: str
    scopes: str
    given_at: float


class OAuth:
    """Installs the app without asking anybody.

    Attributes:
        denies: Makes the person press Cancel.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, Code] = {}
        self.denies = False

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Send the browser back with a code; `team` and `user` in the query choose who installs."""
        query, world = request.query, self._world
        if query.get("client_id") != world.client_id:
            return web.Response(status=400, text="Invalid client_id parameter")
        target = query.get("redirect_uri") or ""
        if not target.startswith(("http://", "https://")):
            return web.Response(status=400, text="redirect_uri did not match any configured URIs")
        state = query.get("state", "")
        joiner = "&" if "?" in target else "?"
        if self.denies:
            raise web.HTTPFound(target + joiner + urlencode({"error": "access_denied", "state": state}))
        team_id = query.get("team") or next(iter(world.workspaces))
        people = world.workspaces[team_id].users.values()
        installer = query.get("user") or next(u.id for u in people if not u.is_bot)
        code = secrets.token_hex(12)
        self._codes[code] = Code(team_id, installer, target, query.get("scope", ""), world.clock.elapsed())
        raise web.HTTPFound(target + joiner + urlencode({"code": code, "state": state}))

    def exchange(self, request: web.Request, args: Json) -> Json:
        """Give a bot token for a code, once.

        Raises:
            RefusedError: As `oauth.v2.access` refuses.
        """
        world = self._world
        client_id, client_secret = _client(request, args)
        if client_id != world.client_id:
            raise RefusedError("invalid_client_id")
        if client_secret != world.client_secret:
            raise RefusedError("bad_client_secret")
        code = self._codes.pop(str(args.get("code")), None)
        if code is None or world.clock.elapsed() - code.given_at > CODE_SECONDS:
            raise RefusedError("invalid_code")
        if args.get("redirect_uri") and args["redirect_uri"] != code.redirect_uri:
            raise RefusedError("bad_redirect_uri")
        workspace = world.workspaces[code.team_id]
        if code.scopes:
            workspace.scopes = set(code.scopes.split(","))
        token = workspace.install()
        return {
            "app_id": world.app_id,
            "authed_user": {"id": code.user_id},
            "scope": ",".join(sorted(workspace.scopes)),
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": workspace.bot_user_id,
            "team": {"id": workspace.id, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }


def _client(request: web.Request, args: Json) -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
        return name, secret
    return str(args.pop("client_id", "")), str(args.pop("client_secret", ""))
