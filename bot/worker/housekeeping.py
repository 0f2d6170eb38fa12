"""Once an hour: names and drafts are deleted whose time is over, and old facts of people are asked anew."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.services.deactivating import ask_anew
from bot.services.retention import clean_drafts, forget_people
from bot.storage.engine import Transaction
from bot.storage.staff import list_workspaces_that_forget

T = TypeVar("T")

_log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
_LOOK_S = 1.0  # at the clock, which a playground may move
_PEOPLE_AT_ONCE = 200  # in one transaction, so that no press waits for long
_PAUSE_S = 0.05  # between two of them, for the same reason


class Housekeeper:
    """Forgets what was kept for a time only; what it does not get done it does an hour later."""

    def __init__(
        self, *, transaction: Transaction, reading: Transaction, clock: Clock, executor: Executor
    ) -> None:
        self._transaction = transaction
        self._reading = reading
        self._clock = clock
        self._executor = executor

    async def run(self) -> None:
        """Work until cancelled, at the start and then once an hour by the bot's clock."""
        done_at: datetime | None = None
        while True:
            now = self._clock.now()
            if done_at is None or abs(now - done_at) >= EVERY:
                done_at = now
                try:
                    await self.tidy()
                except SQLAlchemyError as error:
                    _log.warning("The database did not let the hourly work be done: %s", type(error).__name__)
            await asyncio.sleep(_LOOK_S)

    async def tidy(self) -> None:
        """Delete everything whose time is over, and have old facts asked for anew, a little at a time."""
        is_more = True
        while is_more:
            is_more = await self._in_thread(self._ask_anew) == _PEOPLE_AT_ONCE
            await asyncio.sleep(_PAUSE_S)
        for workspace_id in await self._in_thread(self._prepare):
            forgotten = 0
            while number := await self._in_thread(partial(self._forget, workspace_id)):
                forgotten += number
                await asyncio.sleep(_PAUSE_S)
            if forgotten:
                _log.info("The names of %d people in past seminars were deleted.", forgotten)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _ask_anew(self) -> int:
        with self._transaction() as session:
            return ask_anew(session, now=self._clock.now(), limit=_PEOPLE_AT_ONCE)

    def _prepare(self) -> list[int]:
        with self._transaction() as session:
            clean_drafts(session, now=self._clock.now())
        with self._reading() as session:
            return list_workspaces_that_forget(session)

    def _forget(self, workspace_id: int) -> int:
        with self._transaction() as session:
            return forget_people(session, workspace_id, now=self._clock.now(), limit=_PEOPLE_AT_ONCE)
