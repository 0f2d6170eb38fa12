"""The `response_url` of commands and interactions: five uses within thirty minutes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.playground.methods_chat import read_blocks
from bot.playground.refusals import Json, RefusedError

if TYPE_CHECKING:
    from bot.playground.faults import Fault
    from bot.playground.state import Channel
    from bot.playground.workspace import Workspace
    from bot.playground.world import World

MOST_USES = 5
LIFETIME_SECONDS = 1800.0
STATUSES = {"used_url": 404, "expired_url": 404, "no_text": 400, "invalid_blocks": 400, "ratelimited": 429}


@dataclass
class ResponseUrl:
    """An address at which the app may answer one member."""

    team_id: str
    channel_id: str
    user_id: str
    given_at: float
    message_ts: str | None = None
    uses: int = 0


class Responding:
    """Gives out response URLs and takes what the app posts to them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._urls: dict[str, ResponseUrl] = {}

    def new_url(self, kind: str, team_id: str, channel: str, user_id: str, ts: str | None = None) -> str:
        """Make an address; `kind` is `commands` or `actions`."""
        key = secrets.token_hex(12)
        self._urls[key] = ResponseUrl(team_id, channel, user_id, self._world.clock.elapsed(), ts)
        return f"{self._world.url}/{kind}/{team_id}/{key}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take one answer of the app."""
        world, url = self._world, self._urls.get(request.match_info["key"])
        team_id = request.match_info["team"]
        try:
            args: Json = json.loads(await request.text() or "{}")
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        fault = world.faults.take("response_url", team_id)
        broken = None if fault is None else await self._break(fault, request, team_id, args)
        if broken is not None:
            return broken
        try:
            self._use(url, args)
        except RefusedError as refused:
            status = STATUSES.get(refused.code, 404)
            world.record("response_url", team_id, args, status, refused.answer())
            headers = {"Retry-After": "1"} if refused.code == "ratelimited" else None
            return web.json_response(refused.answer(), status=status, headers=headers)
        is_lost = fault is not None and fault.kind == "reset_after_accept"
        world.record("response_url", team_id, args, 0 if is_lost else 200, {"ok": True})
        return _cut(request) if is_lost else web.Response(text="ok")

    def say(self, workspace: Workspace, channel: Channel, user_id: str, answer: Json) -> None:
        """Show what the app said at once: to one member, or to all with `in_channel`.

        Raises:
            RefusedError: As Slack would refuse it.
        """
        text = str(answer.get("text") or "")
        blocks = read_blocks(self._world, answer.get("blocks"), text)
        if not text.strip() and not blocks:
            raise RefusedError("no_text")
        reader = None if answer.get("response_type") == "in_channel" else user_id
        bot = workspace.bot_user_id
        workspace.write(channel, bot, text, blocks=blocks, by_app=True, ephemeral_to=reader)

    def _use(self, url: ResponseUrl | None, args: Json) -> None:
        if url is None or self._world.clock.elapsed() - url.given_at > LIFETIME_SECONDS:
            raise RefusedError("expired_url")
        if url.uses >= MOST_USES:
            raise RefusedError("used_url")
        workspace = self._world.workspaces[url.team_id]
        channel = workspace.channels.get(url.channel_id)
        if channel is None:
            raise RefusedError("channel_not_found")
        if self._world.limits.take(url.team_id, "response_url", f"{id(url)}") is not None:
            raise RefusedError("ratelimited")
        message = channel.by_ts.get(url.message_ts or "")
        if args.get("delete_original") in {True, "true"}:
            if message is None:
                raise RefusedError("message_not_found")
            workspace.remove(channel, message)
        elif args.get("replace_original") in {True, "true"} and message is not None:
            text = str(args.get("text") or "")
            blocks = read_blocks(self._world, args.get("blocks"), text)
            if not text.strip() and not blocks:
                raise RefusedError("no_text")
            message.text, message.blocks, message.edited = text, blocks, not blocks
            self._world.changed()
        else:
            self.say(workspace, channel, url.user_id, args)
        url.uses += 1

    async def _break(
        self, fault: Fault, request: web.Request, team_id: str, args: Json
    ) -> web.StreamResponse | None:
        details = fault.details
        if fault.kind in {"slow", "timeout"}:
            forever = float("inf") if fault.kind == "timeout" else 1.0
            await self._world.hang(float(details.get("seconds", forever)))
        if fault.kind in {"slow", "reset_after_accept"}:
            return None
        statuses = {"rate_limited": 429, "http_500": 500, "html": 200, "error": 404}
        status = int(details.get("status", statuses.get(fault.kind, 0)))
        self._world.record("response_url", team_id, args, status, None)
        if not status:
            return _cut(request)
        headers = (
            {"Retry-After": str(details.get("retry_after", 1))} if fault.kind == "rate_limited" else None
        )
        return web.Response(status=status, text=str(details.get("code", fault.kind)), headers=headers)


def _cut(request: web.Request) -> web.Response:
    """Drop the connection, so that the caller never learns what happened."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
