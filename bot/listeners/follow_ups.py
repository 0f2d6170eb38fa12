"""What goes on after an acknowledgement: opening a modal, a private answer."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

_log = logging.getLogger(__name__)

OnFailure = Callable[[], Coroutine[Any, Any, object]]

_AT_ONCE = 8
_LOOK_AGAIN_S = 0.02
_LONGEST_WAIT_S = 3.0


@dataclass(frozen=True, slots=True)
class _FollowUp:
    work: Coroutine[Any, Any, None]
    on_failure: OnFailure
    latest: float


class FollowUps:
    """Work that follows acknowledgements; kept, so that it is not lost or forgotten.

    A private answer costs more work than the press it answers. In a crowd the
    presses go first: answers wait until the desk is quiet, a few seconds at
    most, and a few are made at a time. What spends a trigger never waits.

    Args:
        is_crowded: Whether many presses are waiting to be saved.
    """

    def __init__(self, is_crowded: Callable[[], bool] = lambda: False) -> None:
        self._is_crowded = is_crowded
        self._waiting: deque[_FollowUp] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._at_the_queue = 0

    def start(self, work: Coroutine[Any, Any, None], *, on_failure: OnFailure, can_wait: bool) -> None:
        """Do it; if it fails, log it and tell the person by ``on_failure``."""
        if not can_wait:
            self._keep(self._run(work, on_failure))
            return
        self._waiting.append(_FollowUp(work, on_failure, time.monotonic() + _LONGEST_WAIT_S))
        if self._at_the_queue < _AT_ONCE:
            self._at_the_queue += 1
            self._keep(self._serve())

    def _keep(self, running: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(running)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self) -> None:
        try:
            while self._waiting:
                while self._is_crowded() and time.monotonic() < self._waiting[0].latest:
                    await asyncio.sleep(_LOOK_AGAIN_S)
                    if not self._waiting:  # another one took the last
                        return
                one = self._waiting.popleft()
                await self._run(one.work, one.on_failure)
        finally:
            self._at_the_queue -= 1

    async def _run(self, work: Coroutine[Any, Any, None], on_failure: OnFailure) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - whatever it was, the person is told
            _log.exception("What follows an acknowledgement failed.")
            await self._tell(on_failure)

    async def _tell(self, on_failure: OnFailure) -> None:
        try:
            await on_failure()
        except Exception:  # noqa: BLE001 - nobody is left to tell, and the queue must go on
            _log.exception("A person could not be told that something failed.")

    async def drain(self, within: timedelta) -> None:
        """Wait for what is running, then end what is left."""
        if self._running:
            _done, left = await asyncio.wait(set(self._running), timeout=within.total_seconds())
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        while self._waiting:
            self._waiting.popleft().work.close()
