"""The Web API: reads a call, checks its token, limits, faults and scopes, and answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from bot.playground import methods_chat, methods_files, methods_places, methods_views
from bot.playground.calling import METHODS, ApiCall
from bot.playground.refusals import Json, RefusedError

if TYPE_CHECKING:
    from bot.playground.faults import Fault
    from bot.playground.oauth import OAuth
    from bot.playground.sockets import Sockets
    from bot.playground.workspace import Workspace
    from bot.playground.world import World

MODULES = (methods_chat, methods_files, methods_places, methods_views)
HANG_SECONDS = 3600.0
HTML = "<!DOCTYPE html><html><body>Slack is having trouble</body></html>"


async def read_args(request: web.Request) -> Json:
    """Read the arguments of a call from its query and from its JSON or form body."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.text()
        args |= json.loads(raw) if raw else {}
    elif request.can_read_body:
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return args


def _token(request: web.Request, args: Json) -> str:
    given = str(args.pop("token", "") or "")
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or given


class WebApi:
    """Answers `/api/METHOD` for all workspaces."""

    def __init__(self, world: World, sockets: Sockets, oauth: OAuth) -> None:
        self._world = world
        self._sockets = sockets
        self._oauth = oauth

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, with the failure that was ordered for it, if any."""
        name = request.match_info["method"]
        try:
            args = await read_args(request)
        except ValueError:
            return self._answer(name, None, {}, {"ok": False, "error": "invalid_json"})
        token = _token(request, args)
        workspace = self._workspace_of(token)
        team_id = workspace.id if workspace else None
        fault = self._world.faults.take(name, team_id, args.get("channel"))
        if fault is not None:
            broken = await self._break(fault, request, name, team_id, args)
            if broken is not None:
                return broken
        headers: dict[str, str] = {}
        status = 200
        try:
            answer = {"ok": True, **await self._run(name, token, workspace, args, request)}
        except RefusedError as refused:
            answer = refused.answer()
            if refused.code == "ratelimited":
                status, headers = 429, {"Retry-After": str(answer.pop("retry_after"))}
        if fault is not None and fault.kind == "reset_after_accept":
            self._world.record(name, team_id, args, 0, answer)
            return _cut(request)
        if workspace is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(workspace.scopes))
        return self._answer(name, team_id, args, answer, status=status, headers=headers)

    def _answer(
        self,
        name: str,
        team_id: str | None,
        args: Json,
        answer: Json,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> web.Response:
        self._world.record(name, team_id, args, status, answer)
        return web.json_response(answer, status=status, headers=headers)

    def _workspace_of(self, token: str) -> Workspace | None:
        return next((w for w in self._world.workspaces.values() if token and w.bot_token == token), None)

    async def _run(
        self, name: str, token: str, workspace: Workspace | None, args: Json, request: web.Request
    ) -> Json:
        if name == "oauth.v2.access":
            return self._oauth.exchange(request, args)
        if name == "apps.connections.open":
            return self._open_connection(token)
        method = METHODS.get(name)
        if method is None:
            raise RefusedError("unknown_method", req_method=name)
        if not token:
            raise RefusedError("not_authed")
        if token == self._world.app_token:
            raise RefusedError("not_allowed_token_type")
        if workspace is None:
            raise RefusedError("invalid_auth")
        if workspace.token_error is not None:
            raise RefusedError(workspace.token_error)
        call = ApiCall(self._world, workspace, args)
        call.need_scope(*method.scopes)
        self._spend(workspace.id, name, args)
        return await method.handler(call)

    def _spend(self, team_id: str, name: str, args: Json) -> None:
        channel = str(args.get("channel") or "")
        if channel.startswith(("U", "W")):
            channel = f"D{channel[1:]}"
        wait = self._world.limits.take(team_id, name, channel)
        if wait is not None:
            raise RefusedError("ratelimited", retry_after=wait)

    def _open_connection(self, token: str) -> Json:
        if not token:
            raise RefusedError("not_authed")
        if token != self._world.app_token:
            is_bot = self._workspace_of(token) is not None
            raise RefusedError("not_allowed_token_type" if is_bot else "invalid_auth")
        if "connections:write" not in self._world.app_scopes:
            provided = ",".join(sorted(self._world.app_scopes))
            raise RefusedError("missing_scope", needed="connections:write", provided=provided)
        self._spend(self._world.app_id, "apps.connections.open", {})
        return {"url": self._sockets.new_ticket()}

    async def _break(
        self, fault: Fault, request: web.Request, name: str, team_id: str | None, args: Json
    ) -> web.StreamResponse | None:
        details, record = fault.details, self._world.record
        match fault.kind:
            case "rate_limited":
                headers = {"Retry-After": str(details.get("retry_after", 1))}
                refusal = {"ok": False, "error": "ratelimited"}
                return self._answer(name, team_id, args, refusal, status=429, headers=headers)
            case "error":
                more = {key: value for key, value in details.items() if key not in {"code", "channel"}}
                refusal = {"ok": False, "error": details.get("code", "fatal_error"), **more}
                return self._answer(name, team_id, args, refusal)
            case "http_500":
                status = int(details.get("status", 500))
                record(name, team_id, args, status, None)
                return web.Response(status=status, text="Internal Server Error")
            case "html":
                record(name, team_id, args, 200, None)
                return web.Response(text=HTML, content_type="text/html")
            case "reset_before":
                record(name, team_id, args, 0, None)
                return _cut(request)
            case "timeout":
                record(name, team_id, args, 0, None)
                await self._world.hang(float(details.get("seconds", HANG_SECONDS)))
                return _cut(request)
            case "slow":
                await self._world.hang(float(details.get("seconds", 1.0)))
        return None


def _cut(request: web.Request) -> web.Response:
    """Drop the connection, so that the caller never learns what happened."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
