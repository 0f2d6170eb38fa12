"""What every listener has at hand, and the tasks that follow an acknowledgement.

Slack gets its answer when a listener returns, so nothing in one waits for
Slack: opening a modal or a private answer is handed to a tracked task.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.listeners.rights import Rights
from bot.services.desk import Desk
from bot.slack.gateway import SlackGateway
from bot.slack.installations import Installation, Installations
from bot.storage.engine import Transaction
from bot.views.answers import build_not_saved
from bot.views.message import Message

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


OnFailure = Callable[[], Coroutine[Any, Any, object]]

_AT_ONCE = 8
_LOOK_AGAIN_S = 0.02
_LONGEST_WAIT_S = 3.0


class FollowUps:
    """Tasks that go on after an acknowledgement; kept, so that they are not lost or forgotten.

    A private answer costs more work than the press it answers. In a crowd the
    presses go first: answers wait until the desk is quiet, a few seconds at
    most, and a few are made at a time. What spends a trigger never waits.

    Args:
        is_crowded: Whether many presses are waiting to be saved.
    """

    def __init__(self, is_crowded: Callable[[], bool] = lambda: False) -> None:
        self._is_crowded = is_crowded
        self._running: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def start(self, work: Coroutine[Any, Any, None], *, on_failure: OnFailure, can_wait: bool) -> None:
        """Run a task; if it fails, log it and tell the person by ``on_failure``."""
        task = asyncio.create_task(self._queue(work, on_failure) if can_wait else self._run(work, on_failure))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _queue(self, work: Coroutine[Any, Any, None], on_failure: OnFailure) -> None:
        latest = time.monotonic() + _LONGEST_WAIT_S
        async with self._slots:
            while self._is_crowded() and time.monotonic() < latest:  # noqa: ASYNC110 - a crowd gives no signal
                await asyncio.sleep(_LOOK_AGAIN_S)
            await self._run(work, on_failure)

    async def _run(self, work: Coroutine[Any, Any, None], on_failure: OnFailure) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - whatever it was, the person is told
            _log.exception("What follows an acknowledgement failed.")
            await on_failure()

    async def drain(self, within: timedelta) -> None:
        """Wait for what is running, then cancel what is left."""
        if not self._running:
            return
        _done, left = await asyncio.wait(set(self._running), timeout=within.total_seconds())
        for task in left:
            task.cancel()


@dataclass(frozen=True, slots=True)
class DeskSide:
    """The services that listeners call."""

    desk: Desk
    transaction: Transaction
    reading: Transaction
    clock: Clock
    gateway: SlackGateway
    installations: Installations
    rights: Rights
    executor: Executor
    on_promised: Callable[[], None]
    default_zone: str
    follow_ups: FollowUps

    def installation(self, body: dict[str, Any]) -> Installation:
        """Return the installation that a payload belongs to.

        Bolt has authorised the request by then, so there is one.
        """
        found = self.installations.find(team_of(body))
        if found is None:
            raise LookupError("the workspace is not served here")
        return found

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run a reading use case in its own transaction."""
        return await self._in_thread(self.reading, work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run a use case in its own transaction, committed when this returns."""
        return await self._in_thread(self.transaction, work)

    async def _in_thread(self, transaction: Transaction, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with transaction() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self.executor, run)

    async def respond(self, body: dict[str, Any], message: Message, *, replace: bool = False) -> bool:
        """Send a private answer to where a payload came from; False if it did not arrive."""
        url = body.get("response_url")
        if not isinstance(url, str):
            return False
        payload: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks)}
        if replace:
            payload["replace_original"] = True
        else:
            payload |= {"response_type": "ephemeral", "replace_original": False}
        return await self.gateway.respond(url, payload)

    def after_ack(
        self, body: dict[str, Any], work: Coroutine[Any, Any, None], *, can_wait: bool = False
    ) -> None:
        """Go on after the acknowledgement; a failure is said to who pressed.

        ``can_wait`` lets presses that are waiting to be saved go first.
        """
        self.follow_ups.start(
            work, on_failure=lambda: self.respond(body, build_not_saved()), can_wait=can_wait
        )


def team_of(body: dict[str, Any]) -> str:
    """Return Slack's id of the workspace that a payload came from."""
    team = body.get("team")
    if isinstance(team, dict) and team.get("id"):
        return str(team["id"])
    return str(body.get("team_id") or (body.get("user") or {}).get("team_id") or "")


def user_of(body: dict[str, Any]) -> str:
    """Return Slack's id of the person behind a payload."""
    user = body.get("user")
    return str(user["id"]) if isinstance(user, dict) else str(body.get("user_id") or "")
