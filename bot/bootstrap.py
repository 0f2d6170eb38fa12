"""The composition root: engine, gateway, Bolt app, workers, web; the only place that wires."""

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.listeners.app import build_app
from bot.listeners.desk_side import DeskSide, FollowUps
from bot.listeners.rights import Rights
from bot.services.desk import Desk
from bot.settings import Settings
from bot.slack.checks import Check, Identity, check_app_token, check_bot_token
from bot.slack.gateway import SlackGateway, build_client, open_session
from bot.slack.installations import Installation, Installations
from bot.slack.socket import SocketConnection
from bot.storage.engine import cause_of, open_engine, transactions
from bot.storage.members import save_workspace
from bot.storage.migrating import NEWER_SCHEMA, current_revision, is_known, newest_revision
from bot.web.server import build_web, serve
from bot.worker.dispatcher import Dispatcher, build_rates
from bot.worker.facts import FactsFinder
from bot.worker.planner import Planner

_log = logging.getLogger(__name__)

_DRAIN = timedelta(seconds=2.5)  # each of four steps; together they stay within ten seconds
_IN_STEP_EVERY = timedelta(minutes=1)


class StartError(Exception):
    """The bot cannot start; the message is a sentence for who started it."""


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work.

    Attributes:
        app: The Bolt app, for what dispatches to it directly.
        dispatcher: The dispatcher, to be woken.
        clock: Its clock.
        port: Where signed requests are taken; None in Socket Mode.
    """

    app: AsyncApp
    dispatcher: Dispatcher
    clock: Clock
    port: int | None


def open_database(settings: Settings) -> Engine:
    """Open the database and see that it can be used.

    Raises:
        StartError: If it cannot be reached or has another schema.
    """
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        current = current_revision(engine)
    except (SQLAlchemyError, OSError) as error:
        engine.dispose()
        raise StartError(f"The database cannot be opened: {cause_of(error)}.") from None
    if current == newest_revision():
        return engine
    engine.dispose()
    if not is_known(current):
        raise StartError(NEWER_SCHEMA)
    raise StartError(
        "The database does not have this version's tables. Stop all bots, then run: seminar-bot migrate"
    )


@asynccontextmanager
async def running(
    settings: Settings, *, clock: Clock | None = None, engine: Engine | None = None, listens: bool = True
) -> AsyncIterator[Running]:
    """Run the bot for the length of the block.

    Leaving the block finishes what is in hand within ten seconds: no new work is
    taken, envelopes are acknowledged, what is being sent is settled.

    Args:
        settings: What to run with.
        clock: A clock that others may move; one of its own if not given.
        engine: A migrated database; the one of the settings if not given.
        listens: Whether presses are taken too, or promises kept only.

    Raises:
        StartError: If the bot cannot start.
    """
    if missing := settings.missing_to_run():
        raise StartError(" ".join(missing))
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with AsyncExitStack() as stack:
        if engine is None:
            engine = await asyncio.to_thread(open_database, settings)
            stack.callback(engine.dispose)
        session = await stack.enter_async_context(open_session())
        gateway = SlackGateway(session, api_url=settings.slack_api_url)
        identity = await _identify(gateway, settings, token)
        clock = clock or Clock()
        installations = Installations()
        try:
            _keep_step(engine, clock)
            installations.add(_install(engine, identity, token, clock))
        except SQLAlchemyError as error:
            raise StartError(f"The database cannot be used: {cause_of(error)}.") from None

        executor = ThreadPoolExecutor(max_workers=6, thread_name_prefix="database")
        stack.callback(executor.shutdown, wait=False)
        transaction, reading = transactions(engine), transactions(engine, is_reading=True)
        dispatcher = Dispatcher(
            transaction=transaction,
            reading=reading,
            gateway=gateway,
            token_of=installations.token_of,
            clock=clock,
            executor=executor,
            rates=build_rates(posts_per_minute=settings.posts_per_minute),
            worker=f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}",
        )
        desk = Desk(transaction, clock, on_commit=dispatcher.wake)
        desk.open()
        stack.push_async_callback(asyncio.to_thread, desk.close)
        side = DeskSide(
            desk=desk,
            transaction=transaction,
            reading=reading,
            clock=clock,
            gateway=gateway,
            installations=installations,
            rights=Rights(gateway, settings.staff),
            executor=executor,
            on_promised=dispatcher.wake,
            default_zone=settings.default_zone,
            follow_ups=FollowUps(desk.is_crowded),
        )
        secret = settings.slack_signing_secret
        app = build_app(
            side,
            build_client(session, api_url=settings.slack_api_url),
            signing_secret=secret.get_secret_value() if secret else None,
        )
        await _start_workers(
            stack,
            dispatcher,
            Planner(
                transaction=transaction,
                reading=reading,
                clock=clock,
                executor=executor,
                on_planned=dispatcher.wake,
            ).run(),
            FactsFinder(
                transaction=transaction,
                reading=reading,
                gateway=gateway,
                token_of=installations.token_of,
                clock=clock,
                executor=executor,
                default_zone=settings.default_zone,
            ).run(),
            _stay_in_step(engine, clock),
        )
        stack.push_async_callback(side.follow_ups.drain, _DRAIN)
        port = await _listen(stack, settings, app, engine) if listens else None
        yield Running(app, dispatcher, clock, port)
        _log.info("Stopping: finishing what is in hand.")


async def _identify(gateway: SlackGateway, settings: Settings, token: str) -> Identity:
    report = await check_bot_token(gateway, token, needs_user_groups=bool(settings.staff.group_ids))
    _raise_first(report.checks)
    if settings.slack_app_token is not None:
        _raise_first([await check_app_token(gateway, settings.slack_app_token.get_secret_value())])
    if report.identity is None:
        raise StartError("Slack did not say whose token SLACK_BOT_TOKEN is.")
    return report.identity


def _raise_first(checks: "tuple[Check, ...] | list[Check]") -> None:
    for check in checks:
        if not check.ok:
            raise StartError(check.sentence)


def _install(engine: Engine, identity: Identity, token: str, clock: Clock) -> Installation:
    with transactions(engine)() as session:
        row = save_workspace(
            session,
            team_id=identity.team_id,
            name=identity.team_name,
            bot_user_id=identity.bot_user_id,
            now=clock.now(),
        )
        return Installation(row.id, identity.team_id, identity.bot_user_id, identity.bot_id, token)


async def _start_workers(
    stack: AsyncExitStack, dispatcher: Dispatcher, *helpers: Coroutine[Any, Any, None]
) -> None:
    dispatching = asyncio.create_task(dispatcher.run(), name="dispatcher")
    others = [asyncio.create_task(helper) for helper in helpers]
    for task in (dispatching, *others):
        task.add_done_callback(_report_end)

    async def stop() -> None:
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        dispatcher.stop()
        await asyncio.wait([dispatching], timeout=_DRAIN.total_seconds())
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)

    stack.push_async_callback(stop)


def _report_end(task: asyncio.Task[None]) -> None:
    """A worker ends only when it is stopped; anything else is a bug that must not pass in silence."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.critical("A worker of the bot died: %s", task.get_name(), exc_info=error)


async def _listen(stack: AsyncExitStack, settings: Settings, app: AsyncApp, engine: Engine) -> int | None:
    if settings.slack_app_token is not None:
        connection = SocketConnection(app, settings.slack_app_token.get_secret_value())
        await connection.start()
        stack.push_async_callback(connection.close)
        try:
            async with asyncio.timeout(10):
                await connection.wait_connected()
        except TimeoutError:
            _log.warning("Slack has not greeted the connection yet; the bot goes on trying.")
        return None

    async def is_ready() -> bool:
        return await asyncio.to_thread(_answers, engine)

    runner, port = await serve(build_web(app, is_ready=is_ready), host=settings.host, port=settings.port)
    stack.push_async_callback(runner.cleanup)
    return port


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT 1")))
    except SQLAlchemyError:
        return False


def _keep_step(engine: Engine, clock: Clock) -> None:
    """Take the database's word for the time on PostgreSQL, so that machines agree."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        clock.keep_step(connection.scalar(text("SELECT clock_timestamp()")))


async def _stay_in_step(engine: Engine, clock: Clock) -> None:
    while True:
        await asyncio.sleep(_IN_STEP_EVERY.total_seconds())
        try:
            await asyncio.to_thread(_keep_step, engine, clock)
        except SQLAlchemyError as error:
            _log.warning("The database did not tell the time: %s", type(error).__name__)
