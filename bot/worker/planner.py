"""The planner: makes reminders and changes of the card due when their moment comes, and ends offers."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.services.offering import expire_offers
from bot.services.reminding import plan_due
from bot.storage.engine import Transaction
from bot.storage.moments import next_due
from bot.storage.offers import next_end

_log = logging.getLogger(__name__)

_POLL_S = 0.5
_SHORTEST_S = 0.02


class Planner:
    """Plans what has become due, at once when its moment comes.

    A moment is looked for every half second, since another process may have
    stored one and a playground may move the clock.
    """

    def __init__(
        self,
        *,
        transaction: Transaction,
        reading: Transaction,
        clock: Clock,
        executor: Executor,
        on_planned: Callable[[], None],
    ) -> None:
        self._transaction = transaction
        self._reading = reading
        self._clock = clock
        self._executor = executor
        self._on_planned = on_planned

    async def run(self) -> None:
        """Work until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                pause = await loop.run_in_executor(self._executor, self._tick)
            except SQLAlchemyError as error:
                _log.warning("The database did not take a tick of the planner: %s", type(error).__name__)
                pause = 2 * _POLL_S
            await asyncio.sleep(pause)

    def _tick(self) -> float:
        """Plan what is due and return how long to sleep, in seconds."""
        now = self._clock.now()
        with self._reading() as session:
            coming = [at for at in (next_due(session), next_end(session, now=now)) if at is not None]
        due_at = min(coming, default=None)
        if due_at is None or due_at > now:
            ahead = _POLL_S if due_at is None else (due_at - now).total_seconds()
            return max(_SHORTEST_S, min(_POLL_S, ahead))
        with self._transaction() as session:
            planned = plan_due(session, now=now)
        # A transaction of its own: each locks its seminars in one order, and only one set of them.
        with self._transaction() as session:
            planned += expire_offers(session, now=now)
        if planned:
            self._on_planned()
            return 0
        return _POLL_S  # another process holds what is due
