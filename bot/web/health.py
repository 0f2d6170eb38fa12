"""Whether the bot lives, and whether it can do its work: the two questions of who runs it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.engine import Transaction
from bot.storage.watching import touch

_log = logging.getLogger(__name__)

ANSWER_WITHIN = timedelta(seconds=2)

T = TypeVar("T")


class AskedOnce(Generic[T]):
    """A question to the database that is on its way once at most, however many wait for the answer.

    A database that hangs would otherwise take one thread for every time that it is asked.

    Args:
        ask: Asks it, in a thread.
        within: How long who asks waits.
    """

    def __init__(self, ask: Callable[[], T], *, within: timedelta = ANSWER_WITHIN) -> None:
        self._ask = ask
        self._within = within
        self._asking: asyncio.Task[T | None] | None = None

    async def answer(self) -> T | None:
        """Return the answer, or None if the database did not give one in time."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._run(), name="watch-database")
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                return await asyncio.shield(self._asking)
        except TimeoutError:
            return None

    async def _run(self) -> T | None:
        try:
            return await asyncio.to_thread(self._ask)
        except Exception as error:  # noqa: BLE001 - who watches is told that there is no answer
            is_bug = not isinstance(error, SQLAlchemyError)
            _log.warning(
                "The database did not answer who watches.",
                extra={"reason": type(error).__name__},
                exc_info=error if is_bug else None,
            )
            return None


class Health:
    """Knows what keeps the bot from its work. Say `begin` when it is started and `stop` when it ends.

    Args:
        reading: Opens a transaction that reads.
        within: How long the database may take to answer.
    """

    def __init__(self, reading: Transaction, *, within: timedelta = ANSWER_WITHIN) -> None:
        self._reading = reading
        self._database = AskedOnce(self._touch, within=within)
        self._connected: Callable[[], Awaitable[bool]] | None = None
        self._phase = "starting"

    def begin(self, is_connected: Callable[[], Awaitable[bool]] | None = None) -> None:
        """Say that everything is started.

        Args:
            is_connected: In Socket Mode, whether presses can arrive now.
        """
        self._connected = is_connected
        self._phase = ""

    def stop(self) -> None:
        """Say that the bot is ending, so that nobody sends it anything new."""
        self._phase = "stopping"

    async def is_connected(self) -> bool | None:
        """Tell whether Slack is connected; None where it need not be."""
        return None if self._connected is None else await self._connected()

    async def find_fault(self) -> str:
        """Return in a word or two what keeps the bot from its work; "" if nothing does."""
        if self._phase:
            return self._phase
        if await self.is_connected() is False:
            return "not connected to Slack"
        return "" if await self._database.answer() else "the database does not answer"

    def _touch(self) -> bool:
        with self._reading() as session:
            touch(session)
        return True


def add_health(application: web.Application, find_fault: Callable[[], Awaitable[str]]) -> None:
    """Answer ``/healthz`` and ``/readyz``.

    Args:
        application: Where they are added.
        find_fault: As `Health.find_fault`.
    """

    async def handle_health(_request: web.Request) -> web.Response:
        """Say that the process lives; that this was answered says that its event loop does."""
        return web.Response(text="ok")

    async def handle_ready(_request: web.Request) -> web.Response:
        """Say whether the bot can do its work now."""
        fault = await find_fault()
        return web.Response(status=503 if fault else 200, text=fault or "ready")

    application.router.add_get("/healthz", handle_health)
    application.router.add_get("/readyz", handle_ready)
