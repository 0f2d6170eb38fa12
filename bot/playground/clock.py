"""The two clocks of a local workspace: the calendar's may be moved, elapsed time never jumps."""

from __future__ import annotations

import inspect
import itertools
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def wall_time() -> datetime:
    """Give this machine's time, aware."""
    return datetime.now(UTC)


@dataclass
class Clock:
    """Tells the time to the whole stand-in.

    Stamps on messages come from `now`; deadlines, triggers and rate limits
    count by `elapsed`, in seconds.
    """

    now: Callable[[], datetime] = wall_time
    elapsed: Callable[[], float] = time.monotonic
    on_move: Callable[[datetime], object] | None = None
    _order: Iterator[int] = field(default_factory=itertools.count)

    def stamp(self) -> str:
        """Make a message's `ts`: seconds, a dot, six digits; never the same one twice."""
        return f"{int(self.now().timestamp())}.{next(self._order) % 1_000_000:06d}"

    def view_hash(self) -> str:
        """Make a view's `hash`, new for each state of a view."""
        return f"{int(self.now().timestamp())}.{secrets.token_hex(4)}"

    async def move_to(self, moment: datetime) -> bool:
        """Ask the owner of the clock to move it; false when nobody can."""
        if self.on_move is None:
            return False
        moved = self.on_move(moment)
        if inspect.isawaitable(moved):
            await moved
        return True
