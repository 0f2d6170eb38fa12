"""A whole bot: takes presses, and keeps promises."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import Engine

from bot.bootstrap.working import DRAIN, working
from bot.clock import Clock
from bot.listeners.app import build_app
from bot.listeners.desk_side import DeskSide
from bot.listeners.follow_ups import FollowUps
from bot.listeners.rights import Rights
from bot.services.desk import Desk
from bot.settings import Settings
from bot.slack.gateway import build_client
from bot.slack.socket import SocketConnection
from bot.web.health import Health
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
            rights=Rights(parts.gateway, settings.staff),
            executor=parts.executor,
            on_promised=parts.on_promised,
            default_zone=settings.default_zone,
            follow_ups=FollowUps(desk.is_crowded),
        )
        secret = settings.slack_signing_secret
        app = build_app(
            side,
            build_client(parts.session, api_url=settings.slack_api_url),
            signing_secret=secret.get_secret_value() if secret else None,
        )
        stack.push_async_callback(side.follow_ups.drain, DRAIN)
        port = await _listen(stack, settings, app, parts.health)
        stack.callback(parts.health.stop)
        yield Running(parts.dispatcher, parts.clock, port)
        _log.info("Stopping: finishing what is in hand.")


async def _listen(stack: AsyncExitStack, settings: Settings, app: AsyncApp, health: Health) -> int | None:
    if settings.slack_app_token is not None:
        connection = SocketConnection(app, settings.slack_app_token.get_secret_value())
        await connection.start()
        stack.push_async_callback(connection.close)
        try:
            async with asyncio.timeout(10):
                await connection.wait_connected()
        except TimeoutError:
            _log.warning("Slack has not greeted the connection yet; the bot goes on trying.")
        health.begin(connection.is_connected)
        return None

    runner, port = await serve(
        build_web(app, find_fault=health.find_fault), host=settings.host, port=settings.port
    )
    stack.push_async_callback(runner.cleanup)
    health.begin()
    return port
