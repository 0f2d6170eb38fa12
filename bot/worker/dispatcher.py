"""The dispatcher: claims what is due, calls Slack, settles what it answered.

Claiming and settling are one transaction each turn; while Slack is called none
is open. A worker that dies leaves a lease that runs out.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.services.delivering import Call, Dropped, Postponed, prepare
from bot.services.settling import Result, Sent, settle, take_back
from bot.slack.errors import Answer, RetryAt
from bot.slack.files import send_file
from bot.slack.gateway import SlackGateway
from bot.storage.deliveries import FILE, POST, PUBLISH, UPDATE, Kind
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.members import note_members
from bot.storage.queue import claim

_log = logging.getLogger(__name__)

MAX_AT_ONCE = 200
_POLL_S = 0.4  # the safety net under the wake-ups
_GATHER_S = 0.02  # answers that come together are settled together
_AFTER_FAILURE_S = 1.0

# Slack allows one post a second in a channel; what is redrawn is redrawn at a pace that people can read.
_GAP_S = {POST: 1.05, UPDATE: 1.25, PUBLISH: 1.0, FILE: 1.05}
_FORGET_AFTER_S = 5.0
_FILES_FOR_POSTS = 0.3


def build_rates(*, posts_per_minute: int = 270) -> dict[str, Rate]:
    """Return the budget of each method, a little under what Slack allows (slack-platform.md, section 2).

    Of files Slack takes a hundred a minute where it takes three hundred posts, so they keep pace with those.
    """
    return {
        POST: Rate(posts_per_minute / 60, 20),
        UPDATE: Rate(40 / 60, 12),
        PUBLISH: Rate(80 / 60, 15),
        FILE: Rate(posts_per_minute * _FILES_FOR_POSTS / 60, 10),
    }


class Dispatcher:
    """Keeps the promises that are due.

    Args:
        transaction: For claiming and settling.
        reading: For rendering.
        gateway: Makes the calls.
        token_of: The bot token of a workspace by Slack's id; None if this process does not have it.
        clock: Both kinds of time.
        executor: Where the database work runs.
        rates: The budget of each method.
        worker: The name on this process's leases.
    """

    def __init__(  # noqa: PLR0913 - each is a part that a test replaces
        self,
        *,
        transaction: Transaction,
        reading: Transaction,
        gateway: SlackGateway,
        token_of: Callable[[str], str | None],
        clock: Clock,
        executor: Executor,
        rates: Mapping[str, Rate],
        worker: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transaction = transaction
        self._reading = reading
        self._gateway = gateway
        self._token_of = token_of
        self._clock = clock
        self._executor = executor
        self._rates = rates
        self._worker = worker
        self._monotonic = monotonic
        self._results: list[Result] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._called_at: dict[tuple[int, str, str], float] = {}
        self._awake = asyncio.Event()
        self._is_stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Look for work at once; may be called from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._awake.set)

    def stop(self) -> None:
        """Claim nothing more; `run` ends when what is being sent is settled."""
        self._is_stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Work until stopped."""
        self._loop = asyncio.get_running_loop()
        while not (self._is_stopping and not self._sending and not self._results):
            self._awake.clear()
            results, self._results = self._results, []
            try:
                calls = await self._loop.run_in_executor(self._executor, self._turn, results)
            except Exception as error:  # noqa: BLE001 - the promises of everybody else must still be kept
                is_bug = not isinstance(error, OperationalError)
                _log.warning("A turn of the dispatcher failed.", exc_info=error if is_bug else None)
                self._results = [*results, *self._results]
                await asyncio.sleep(_AFTER_FAILURE_S)
                continue
            for call in calls:
                task = asyncio.create_task(self._send(call))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
            await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_POLL_S):
                await self._awake.wait()
        except TimeoutError:
            return
        await asyncio.sleep(_GATHER_S)

    def _turn(self, results: list[Result]) -> list[Call]:
        """Settle ``results`` (emptied once that is committed), claim, and render what to call."""
        elapsed = self._clock.elapsed()
        now = self._clock.now()
        room = 0 if self._is_stopping else MAX_AT_ONCE - len(self._sending)
        with self._transaction() as session:
            if results:
                settle(session, results, worker=self._worker, now=now, elapsed=elapsed)
            take_back(session, now=now, elapsed=elapsed)
            claimed = claim(
                session,
                worker=self._worker,
                now=now,
                elapsed=elapsed,
                rates=self._rates,
                room=room,
                is_ready=self._is_ready,
            )
            # Here rather than where the message is promised: a press in a crowd waits for less then.
            note_members(
                session, [(one.workspace_id, one.target) for one in claimed if one.kind != Kind.ANNOUNCEMENT]
            )
        results.clear()
        if not claimed:
            return []
        try:
            with self._reading() as session:
                prepared = prepare(session, claimed, now=self._clock.now())
        except Exception:
            # Nothing was sent, so nothing is in doubt: give back what was claimed.
            self._results.extend(Postponed(one.id) for one in claimed)
            raise
        dropped = [one for one in prepared if isinstance(one, Dropped)]
        if dropped:
            self._results.extend(dropped)
            self.wake()
        calls = [one for one in prepared if isinstance(one, Call)]
        self._forget()
        called_at = self._monotonic()
        self._called_at |= {(call.workspace_id, call.lane, call.target): called_at for call in calls}
        return calls

    def _is_ready(self, workspace_id: int, lane: str, target: str) -> bool:
        called_at = self._called_at.get((workspace_id, lane, target))
        return called_at is None or self._monotonic() - called_at >= _GAP_S[lane]

    async def _send(self, call: Call) -> None:
        token = self._token_of(call.team_id)
        answer: Answer
        if token is None:
            _log.warning("No token for workspace %s in this process.", call.team_id)
            answer = RetryAt(timedelta(minutes=1), is_rate_limit=False, reason="no token")
        else:
            answer = await self._call(token, call)
        # Only now: the list that was there before the call may have been taken by a turn since.
        self._results.append(Sent(call, answer))
        self._awake.set()

    async def _call(self, token: str, call: Call) -> Answer:
        if call.lane == FILE:
            return await send_file(self._gateway, token, call.target, **call.args)
        return await self._gateway.call(token, call.lane, call.args)

    def _forget(self) -> None:
        """Drop what is too long ago to matter; from a turn only, which alone touches it."""
        if len(self._called_at) > 2 * MAX_AT_ONCE:
            before = self._monotonic() - _FORGET_AFTER_S
            self._called_at = {key: at for key, at in self._called_at.items() if at >= before}
