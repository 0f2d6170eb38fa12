"""A process that keeps promises: the dispatcher, the planner, and who helps them."""

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap.starting import StartError, identify, install, open_engine_of
from bot.clock import Clock
from bot.settings import Settings
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.installations import Installations
from bot.storage.engine import Transaction, cause_of, transactions
from bot.web.health import Health
from bot.web.watch import watching
from bot.worker.channel_facts import ChannelFacts
from bot.worker.dispatcher import Dispatcher, build_rates
from bot.worker.facts import FactsFinder
from bot.worker.housekeeping import Housekeeper
from bot.worker.in_step import keep_step, stay_in_step
from bot.worker.planner import Planner
from bot.worker.waking import Waker

_log = logging.getLogger(__name__)

DRAIN = timedelta(seconds=2)  # each of five steps; together they stay within ten seconds


@dataclass(frozen=True, slots=True)
class Working:
    """A process that keeps promises, and what a process that takes presses needs of it.

    Attributes:
        engine: The database.
        transaction: Opens what writes.
        reading: Opens what reads.
        session: All calls to Slack go through it.
        gateway: Makes them.
        installations: The workspaces that are served.
        clock: Both kinds of time.
        executor: Where database work runs that is not the desk's.
        dispatcher: Keeps what was promised.
        on_promised: Wakes this and other processes' dispatchers; to be called from any thread.
        health: To be told when all is started, and when it ends.
    """

    engine: Engine
    transaction: Transaction
    reading: Transaction
    session: aiohttp.ClientSession
    gateway: SlackGateway
    installations: Installations
    clock: Clock
    executor: ThreadPoolExecutor
    dispatcher: Dispatcher
    on_promised: Callable[[], None]
    health: Health


@asynccontextmanager
async def working(
    settings: Settings,
    *,
    clock: Clock | None = None,
    engine: Engine | None = None,
    takes_presses: bool = False,
) -> AsyncIterator[Working]:
    """Keep promises for the length of the block.

    Args:
        settings: What to run with.
        clock: A clock that others may move; one of its own if not given.
        engine: A migrated database; the one of the settings, which is then held, if not given.
        takes_presses: Whether the caller takes presses too: it then needs more of the settings,
            and says itself when all is started.

    Raises:
        StartError: If the process cannot start.
    """
    if missing := settings.missing_to_run(listens=takes_presses):
        raise StartError(" ".join(missing))
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with AsyncExitStack() as stack:
        if engine is None:
            engine = open_engine_of(stack, settings)
        session = await stack.enter_async_context(open_session())
        gateway = SlackGateway(session, api_url=settings.slack_api_url)
        identity = await identify(gateway, settings, token, checks_app_token=takes_presses)
        clock = clock or Clock()
        installations = Installations()
        try:
            keep_step(engine, clock)
            installations.add(install(engine, identity, token, clock))
        except SQLAlchemyError as error:
            raise StartError(f"The database cannot be used: {cause_of(error)}.") from None

        executor = ThreadPoolExecutor(max_workers=6, thread_name_prefix="database")
        stack.push_async_callback(_finish, executor)
        transaction, reading = transactions(engine), transactions(engine, is_reading=True)
        health = Health(reading)
        await stack.enter_async_context(
            watching(settings.metrics_port, health, reading=reading, now=clock.now)
        )
        name = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        dispatcher = Dispatcher(
            transaction=transaction,
            reading=reading,
            gateway=gateway,
            token_of=installations.token_of,
            clock=clock,
            executor=executor,
            rates=build_rates(posts_per_minute=settings.posts_per_minute),
            worker=name,
        )
        waker = Waker(engine, name=name, executor=executor, on_heard=dispatcher.wake)

        def on_promised() -> None:
            dispatcher.wake()
            waker.tell()

        planner = Planner(
            transaction=transaction, reading=reading, clock=clock, executor=executor, on_planned=on_promised
        )
        finder = FactsFinder(
            transaction=transaction,
            reading=reading,
            gateway=gateway,
            token_of=installations.token_of,
            clock=clock,
            executor=executor,
            default_zone=settings.default_zone,
            on_freed=on_promised,
        )
        channel_facts = ChannelFacts(
            transaction=transaction,
            reading=reading,
            gateway=gateway,
            token_of=installations.token_of,
            clock=clock,
            executor=executor,
            on_known=on_promised,
        )
        housekeeper = Housekeeper(transaction=transaction, reading=reading, clock=clock, executor=executor)
        await _start_workers(
            stack,
            dispatcher,
            planner.run(),
            housekeeper.run(),
            finder.run(),
            channel_facts.run(),
            waker.run(),
            stay_in_step(engine, clock),
        )
        if not takes_presses:  # who takes presses too begins later
            health.begin()
        stack.callback(health.stop)
        yield Working(
            health=health,
            engine=engine,
            transaction=transaction,
            reading=reading,
            session=session,
            gateway=gateway,
            installations=installations,
            clock=clock,
            executor=executor,
            dispatcher=dispatcher,
            on_promised=on_promised,
        )


async def _finish(executor: ThreadPoolExecutor) -> None:
    """Let what is under way in the database end, so that no connection is held when the engine is closed.

    A helper's thread goes on when its task is cancelled. A database that hangs is not waited for.
    """
    executor.shutdown(wait=False, cancel_futures=True)
    ending = asyncio.create_task(asyncio.to_thread(executor.shutdown))
    await asyncio.wait([ending], timeout=DRAIN.total_seconds())


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
        await asyncio.wait([dispatching], timeout=DRAIN.total_seconds())
        dispatching.cancel()
        await asyncio.gather(dispatching, return_exceptions=True)

    stack.push_async_callback(stop)


def _report_end(task: asyncio.Task[None]) -> None:
    """A worker ends only when it is stopped; anything else is a bug that must not pass in silence."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.critical("A worker of the bot died: %s", task.get_name(), exc_info=error)
