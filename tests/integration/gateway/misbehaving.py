"""A server that misbehaves as Slack, proxies and networks do, and what is counted and logged of it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.metrics import REGISTRY
from bot.slack.manifest import NEEDED_SCOPES

TOKEN = "xoxb-1-very-secret"


@dataclass
class Misbehaving:
    """Answers as told, the last word for ever, and remembers what it was sent."""

    answers: list[Any] = field(default_factory=lambda: [{"ok": True}])
    calls: list[tuple[str, str, dict[str, Any], str]] = field(default_factory=list)
    url: str = ""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        is_json = request.content_type == "application/json"
        args = await request.json() if is_json else dict(await request.post())
        self.calls.append(
            (request.path, request.content_type, args, request.headers.get("Authorization", ""))
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hang":
            await self.stopping.wait()
        if answer in ("reset", "hang"):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(NEEDED_SCOPES)})


def context_of_lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    keys = ("method", "answer", "reason")
    lines = [vars(record) for record in caplog.records if record.name == "bot.slack.gateway"]
    return [(line["message"], {key: line[key] for key in keys if key in line}) for line in lines]


def calls(method: str, answer: str) -> float:
    labels = {"method": method, "answer": answer}
    return REGISTRY.get_sample_value("seminar_bot_slack_calls_total", labels) or 0.0


def rate_limited(method: str) -> float:
    labels = {"method": method}
    return REGISTRY.get_sample_value("seminar_bot_slack_rate_limited_calls_total", labels) or 0.0
