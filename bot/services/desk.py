"""The desk: presses are decided in the batches that form while the last commit runs.

A commit costs the same for one press as for five hundred, so a writer thread
takes whatever is waiting when it comes back, decides all of it in one
transaction, and answers each caller. A batch of one is the ordinary case.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import exc

from bot.clock import Clock
from bot.metrics import observe_presses
from bot.services.registering import Decided, Press, register
from bot.storage.engine import Transaction

_log = logging.getLogger(__name__)

MAX_BATCH = 400
MAX_WAIT_S = 2.5
GRACE_S = 0.3  # for a commit that has begun in time
_TOGETHER_S = 0.02  # presses that come so close together share a timer
CROWD = 20
_DATABASE_UNWELL = (exc.OperationalError, exc.TimeoutError)  # the second: no connection is free


class _TooLateError(Exception):
    """The oldest press of a batch waited too long while the batch was being decided."""


class NotSavedError(Exception):
    """The press could not be saved in time; nothing was changed."""


@dataclass(slots=True)
class _Ticket:
    press: Press
    answer: "asyncio.Future[Decided]"
    loop: asyncio.AbstractEventLoop
    came_at: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class _Watch:
    """Presses that came so close together that they share a timer, while nothing has come back of them."""

    loop: asyncio.AbstractEventLoop
    since: float
    answers: "set[asyncio.Future[Decided]]" = field(default_factory=set)


class Desk:
    """Takes presses from the event loop and answers them after the commit.

    Args:
        transaction: Opens the transaction that a batch is decided in.
        clock: Read once a batch.
        on_commit: Called after each commit, from the desk's thread.
        max_wait_s: A press that waited longer is refused, not saved late.
    """

    def __init__(
        self,
        transaction: Transaction,
        clock: Clock,
        *,
        on_commit: Callable[[], None] = lambda: None,
        max_wait_s: float = MAX_WAIT_S,
        max_batch: int = MAX_BATCH,
    ) -> None:
        self._transaction = transaction
        self._clock = clock
        self._on_commit = on_commit
        self._max_wait_s = max_wait_s
        self._max_batch = max_batch
        self._waiting: queue.SimpleQueue[_Ticket | None] = queue.SimpleQueue()
        self._in_hand = 0
        self._watch: _Watch | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, name="desk", daemon=True)

    def open(self) -> None:
        """Start the writer."""
        self._thread.start()

    def close(self) -> None:
        """Decide what is waiting, then stop; blocks until that is done."""
        self._is_closed = True
        self._waiting.put(None)
        self._thread.join(timeout=5)

    async def press(self, press: Press) -> Decided:
        """Have a press decided and saved.

        Raises:
            NotSavedError: If it could not be saved; nothing was changed.
        """
        if self._is_closed:
            raise NotSavedError("the desk is closed")
        loop = asyncio.get_running_loop()
        ticket = _Ticket(press, loop.create_future(), loop)
        watched = self._watch_over(ticket)
        self._in_hand += 1
        self._waiting.put(ticket)
        try:
            return await ticket.answer
        finally:
            watched.discard(ticket.answer)
            self._in_hand -= 1

    def _watch_over(self, ticket: _Ticket) -> "set[asyncio.Future[Decided]]":
        """Give up, in time for an answer, a press of which nothing comes back.

        The writer commits nothing that waited longer than it may, so what is given up a moment
        later than that was not saved: also where the database hangs.
        """
        watch, loop = self._watch, ticket.loop
        if watch is None or watch.loop is not loop or ticket.came_at > watch.since + _TOGETHER_S:
            self._watch = watch = _Watch(loop, ticket.came_at)
            loop.call_later(self._max_wait_s + GRACE_S + _TOGETHER_S, _give_up, watch.answers)
        watch.answers.add(ticket.answer)
        return watch.answers

    def is_crowded(self) -> bool:
        """Tell whether many presses are waiting, so that what can wait should."""
        return self._in_hand > CROWD

    def _serve(self) -> None:
        is_open = True
        while is_open:
            batch: list[_Ticket] = []
            try:
                ticket = self._waiting.get()
                while ticket is not None:
                    batch.append(ticket)
                    if len(batch) >= self._max_batch:
                        break
                    ticket = self._waiting.get_nowait()
                else:
                    is_open = False
            except queue.Empty:
                pass
            if batch:
                self._decide(batch)

    def _decide(self, batch: Sequence[_Ticket]) -> None:
        deadline = time.monotonic() - self._max_wait_s
        late = [ticket for ticket in batch if ticket.came_at < deadline]
        in_time = [ticket for ticket in batch if ticket.came_at >= deadline]
        _answer([(ticket, NotSavedError("it waited too long")) for ticket in late])
        if not in_time:
            return
        try:
            decided = self._save(in_time)
        except _TooLateError:
            self._decide(in_time)  # without those that are late by now
        except Exception as error:  # noqa: BLE001 - whatever it was, everybody in the batch gets an answer
            if len(in_time) > 1 and not isinstance(error, _DATABASE_UNWELL):
                # One bad press must not fail its neighbours: decide them one by one. Where it is the
                # database that is not well, that would only make everybody wait.
                for ticket in in_time:
                    self._decide([ticket])
                return
            _log.exception("A batch of %d presses could not be saved.", len(in_time))
            _answer([(ticket, _not_saved(error)) for ticket in in_time])
        else:
            _answer(list(zip(in_time, decided, strict=True)))
            self._on_commit()

    def _save(self, batch: Sequence[_Ticket]) -> list[Decided]:
        with self._transaction() as session:
            decided = register(session, [ticket.press for ticket in batch], clock=self._clock.now)
            if min(ticket.came_at for ticket in batch) < time.monotonic() - self._max_wait_s:
                raise _TooLateError
            return decided


def _give_up(answers: "set[asyncio.Future[Decided]]") -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(NotSavedError("it took too long"))


def _not_saved(error: Exception) -> NotSavedError:
    return NotSavedError(type(error).__name__)


def _answer(answers: Sequence[tuple[_Ticket, Decided | NotSavedError]]) -> None:
    """Hand the answers to their loops, one wake-up for each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Ticket, Decided | NotSavedError]]] = {}
    for ticket, answer in answers:
        by_loop.setdefault(ticket.loop, []).append((ticket, answer))
    for loop, some in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, some)
        except RuntimeError:  # the loop was closed: nobody waits for the answer any more
            _log.info("%d presses were decided after the shutdown.", len(some))
    for is_saved in (True, False):
        came_at = [
            ticket.came_at for ticket, answer in answers if isinstance(answer, NotSavedError) != is_saved
        ]
        observe_presses(came_at, is_saved=is_saved)


def _resolve(answers: Sequence[tuple[_Ticket, Decided | NotSavedError]]) -> None:
    for ticket, answer in answers:
        if ticket.answer.done():
            continue
        if isinstance(answer, NotSavedError):
            ticket.answer.set_exception(answer)
        else:
            ticket.answer.set_result(answer)
