"""The real Bolt app on SQLite behind real HTTP, with a gateway that keeps what people would see."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from bot.clock import Clock
from bot.domain.draft import DraftFields
from bot.listeners.app import build_app
from bot.listeners.desk_side import DeskSide
from bot.listeners.follow_ups import FollowUps
from bot.listeners.rights import Rights
from bot.services.announcing import start_draft
from bot.services.desk import Desk
from bot.settings import Staff
from bot.slack.errors import Accepted, Answer
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.installations import Installation, Installations
from bot.storage.engine import open_engine, transactions
from bot.web.server import EVENTS_PATH, build_web, serve
from tests.benchmarks.stage import SECRET, TEAM
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace
from tests.payloads import check_message, check_view
from tests.property.payload_strategies import STAFF

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
_DEVELOPER_WORDS = (
    "Traceback",
    "Error",
    "Exception",
    "None",
    "null",
    "NoneType",
    "KeyError",
    "bot/",
    "{",
    "\\u",
)


class KeepingGateway(SlackGateway):
    """Slack at no distance; keeps what it is given, and takes only addresses that the real one takes."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        super().__init__(session)
        self.messages: list[Mapping[str, Any]] = []
        self.views: list[Mapping[str, Any]] = []

    async def call(
        self, team_token: str, method: str, args: Mapping[str, Any], *, within: timedelta | None = None
    ) -> Answer:
        del team_token, method, within
        if "view" in args:
            self.views.append(args["view"])
        return Accepted({"ok": True, "user": {"team_id": TEAM, "tz": "UTC"}, "channel": {"is_member": True}})

    async def respond(self, response_url: str, payload: Mapping[str, Any]) -> bool:
        if not self.is_response_url(response_url):
            return False
        self.messages.append(payload)
        return True


@dataclass(slots=True, repr=False)
class FuzzStage:
    """A bot that anything can be sent to; ``troubles`` are the errors that it logged or left behind."""

    loop: asyncio.AbstractEventLoop
    app: AsyncApp
    side: DeskSide
    gateway: KeepingGateway
    http: aiohttp.ClientSession
    url: str
    engine: Engine
    troubles: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return "FuzzStage()"

    def run(self, work: Any) -> Any:
        """Run a coroutine on the bot's loop."""
        return self.loop.run_until_complete(work)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """Send signed bytes by HTTP; what follows the answer is over when this returns."""
        async with self.http.post(self.url, data=body, headers={**headers, **sign(body)}) as answer:
            text = await answer.text()
        await self.side.follow_ups.drain(timedelta(seconds=10))
        return answer.status, text

    async def by_socket(self, payload: Mapping[str, Any]) -> BoltResponse:
        """Hand a payload to the app as a Socket Mode envelope brings it."""
        request = AsyncBoltRequest(mode="socket_mode", body=dict(payload))
        response = await self.app.async_dispatch(request)
        await self.side.follow_ups.drain(timedelta(seconds=10))
        return response

    def check_shown(self, answer: str) -> None:
        """Assert that all that people were shown since the last time is right and in their words."""
        acked = json.loads(answer) if answer.startswith("{") else {}
        views = [*self.gateway.views, *([acked["view"]] if "view" in acked else [])]
        messages = list(self.gateway.messages)
        self.gateway.views.clear()
        self.gateway.messages.clear()
        for message in messages:
            check_message(message)
            assert [word for word in _DEVELOPER_WORDS if word in message["text"]] == []
        for view in views:
            check_view(view)
        troubles, self.troubles = self.troubles, []
        assert [] == troubles


def sign(body: bytes, *, stamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of signed bytes."""
    stamp = stamp or str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def encode(payload: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Write a payload as Slack does: events as JSON, a command as a form, all else as JSON in a form."""
    if "command" in payload and all(isinstance(value, str) for value in payload.values()):
        return urlencode(
            {key: value.encode("utf-8", "surrogatepass") for key, value in payload.items()}
        ).encode(), FORM
    text = json.dumps(payload)
    if payload.get("type") in ("event_callback", "url_verification"):
        return text.encode(), JSON
    return b"payload=" + quote_plus(text).encode(), FORM


def is_carried(payload: Mapping[str, Any]) -> bool:
    """Tell whether Bolt can make a request of it at all; it cannot where ids it looks for have odd types."""
    try:
        AsyncBoltRequest(mode="socket_mode", body=dict(payload))
    except Exception:  # noqa: BLE001 - it fails in many ways
        return False
    return True


@contextmanager
def open_fuzz_stage(file: Path) -> Iterator[FuzzStage]:
    """Run the bot on a migrated SQLite file that it may write to, with a seminar and a draft."""
    engine = open_engine(f"sqlite:///{file}")
    with transactions(engine)() as session:
        workspace_id = add_workspace(session, TEAM)
        add_seminar(session, workspace_id, capacity=3)
        add_seminar(session, add_workspace(session, "T0OTHER"), capacity=3)
        start_draft(session, workspace_id=workspace_id, user_id=STAFF, fields=DraftFields(), now=NOW)
    with asyncio.Runner() as runner:
        opened = _open(engine)
        stage = runner.run(opened.__aenter__())
        try:
            yield stage
        finally:
            runner.run(opened.__aexit__(None, None, None))
            engine.dispose()


@asynccontextmanager
async def _open(engine: Engine) -> AsyncIterator[FuzzStage]:
    transaction, clock = transactions(engine), Clock(anchor=NOW)
    installations = Installations()
    installations.add(Installation(1, TEAM, "U0BOT", "B0BOT", "xoxb-bench"))
    desk = Desk(transaction, clock)
    loop = asyncio.get_running_loop()
    async with open_session() as session, aiohttp.ClientSession() as http:
        gateway = KeepingGateway(session)
        with ThreadPoolExecutor(2) as executor:
            side = DeskSide(
                desk=desk,
                transaction=transaction,
                reading=transactions(engine, is_reading=True),
                clock=clock,
                gateway=gateway,
                installations=installations,
                rights=Rights(gateway, Staff(user_ids=frozenset({STAFF}))),
                executor=executor,
                on_promised=lambda: None,
                default_zone="UTC",
                follow_ups=FollowUps(desk.is_crowded),
            )
            desk.open()
            app = build_app(side, AsyncWebClient(), signing_secret=SECRET)
            runner, port = await serve(build_web(app, find_fault=_find_nothing), host="127.0.0.1", port=0)
            stage = FuzzStage(loop, app, side, gateway, http, f"http://127.0.0.1:{port}{EVENTS_PATH}", engine)
            loop.set_exception_handler(lambda _loop, context: stage.troubles.append(str(context)))
            handler = logging.Handler(logging.ERROR)
            handler.emit = lambda record: stage.troubles.append(record.getMessage())  # type: ignore[method-assign]
            logging.getLogger().addHandler(handler)
            try:
                yield stage
            finally:
                logging.getLogger().removeHandler(handler)
                await runner.cleanup()
                await asyncio.to_thread(desk.close)


async def _find_nothing() -> str:
    return ""
