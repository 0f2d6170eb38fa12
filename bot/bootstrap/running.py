"""A whole bot: takes presses, and keeps promises."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Executor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import Engine

from bot.bootstrap.working import DRAIN, Working, working
from bot.clock import Clock
from bot.listeners.app import build_app
from bot.listeners.desk_side import DeskSide
from bot.listeners.follow_ups import FollowUps
from bot.listeners.rights import ReadGrants, Rights
from bot.services.desk import Desk
from bot.services.feeds import read_feed
from bot.settings import Settings
from bot.slack.gateway import build_client
from bot.slack.socket import SocketConnection
from bot.storage.engine import Transaction
from bot.storage.staff import list_grants
from bot.web.feeds import ReadFeed
from bot.web.server import build_web, serve
from bot.worker.dispatcher import Dispatcher

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work.

    Attributes:
        dispatcher: The dispatcher, to be woken.
        clock: Its clock.
        port: Where signed requests are taken; None in Socket Mode.
    """

    dispatcher: Dispatcher
    clock: Clock
    port: int | None


@asynccontextmanager
async def running(
    settings: Settings, *, clock: Clock | None = None, engine: Engine | None = None
) -> AsyncIterator[Running]:
    """Take presses and keep promises for the length of the block.

    Leaving the block finishes what is in hand within ten seconds: no new work is
    taken, envelopes are acknowledged, what is being sent is settled.

    Args:
        settings: What to run with.
        clock: A clock that others may move; one of its own if not given.
        engine: A migrated database; the one of the settings, which is then held, if not given.

    Raises:
        StartError: If the bot cannot start.
    """
    async with (
        working(settings, clock=clock, engine=engine, takes_presses=True) as parts,
        AsyncExitStack() as stack,
    ):
        desk = Desk(parts.transaction, parts.clock, on_commit=parts.on_promised)
        desk.open()
        stack.push_async_callback(asyncio.to_thread, desk.close)
        side = DeskSide(
            desk=desk,
            transaction=parts.transaction,
            reading=parts.reading,
            clock=parts.clock,
            gateway=parts.gateway,
            installations=parts.installations,
            rights=Rights(
                parts.gateway, settings.staff, read_grants=_reader_of_grants(parts.reading, parts.executor)
            ),
            executor=parts.executor,
            on_promised=parts.on_promised,
            default_zone=settings.default_zone,
            follow_ups=FollowUps(desk.is_crowded),
            public_url="" if settings.is_socket_mode else settings.public_url,
        )
        secret = settings.slack_signing_secret
        app = build_app(
            side,
            build_client(parts.session, api_url=settings.slack_api_url),
            signing_secret=secret.get_secret_value() if secret else None,
        )
        stack.push_async_callback(side.follow_ups.drain, DRAIN)
        port = await _listen(stack, settings, app, parts)
        stack.callback(parts.health.stop)
        yield Running(parts.dispatcher, parts.clock, port)
        _log.info("Stopping: finishing what is in hand.")


def _reader_of_grants(reading: Transaction, executor: Executor) -> ReadGrants:
    """Return what reads, beside the event loop, whom admins of a workspace made staff."""

    def read(workspace_id: int) -> Sequence[str]:
        with reading() as session:
            return list_grants(session, workspace_id)

    async def read_grants(workspace_id: int) -> Sequence[str]:
        return await asyncio.get_running_loop().run_in_executor(executor, read, workspace_id)

    return read_grants


def _reader_of_feeds(parts: Working) -> ReadFeed:
    """Return what reads, beside the event loop, the calendar behind an address."""

    def read(key: str) -> bytes | None:
        with parts.reading() as session:
            return read_feed(session, key, now=parts.clock.now())

    async def read_one(key: str) -> bytes | None:
        return await asyncio.get_running_loop().run_in_executor(parts.executor, read, key)

    return read_one


async def _listen(stack: AsyncExitStack, settings: Settings, app: AsyncApp, parts: Working) -> int | None:
    if settings.slack_app_token is not None:
        # Of one process alone, a second connection is somebody else's with the same token.
        is_alone = settings.database_url.get_secret_value().startswith("sqlite")
        token = settings.slack_app_token.get_secret_value()
        connection = SocketConnection(app, token, expected_connections=1 if is_alone else None)
        await connection.start()
        stack.push_async_callback(connection.close)
        try:
            async with asyncio.timeout(10):
                await connection.wait_connected()
        except TimeoutError:
            _log.warning("Slack has not greeted the connection yet; the bot goes on trying.")
        parts.health.begin(connection.is_connected)
        return None

    feeds = _reader_of_feeds(parts) if settings.public_url else None
    web = build_web(app, find_fault=parts.health.find_fault, read_feed=feeds)
    runner, port = await serve(web, host=settings.host, port=settings.port)
    stack.push_async_callback(runner.cleanup)
    parts.health.begin()
    return port
