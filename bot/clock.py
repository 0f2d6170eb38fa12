"""The only reader of the clock.

Two kinds of time. The calendar's (is registration open, is a reminder due) may
be moved, so that a playground can jump to an hour before the talk. Elapsed time
(leases, budgets) never jumps with it. Both run on the monotonic clock from one
anchor; on PostgreSQL the anchor is the database's time, so machines whose
clocks disagree agree here.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Tells both kinds of time, aware and in UTC.

    Args:
        monotonic: Seconds that only grow.
        anchor: What time it is now; the machine's clock if not given.
    """

    def __init__(
        self, *, monotonic: Callable[[], float] = time.monotonic, anchor: datetime | None = None
    ) -> None:
        """Start at the anchor."""
        self._monotonic = monotonic
        self._shift = timedelta()
        self.keep_step(anchor or datetime.now(UTC))

    def keep_step(self, at: datetime) -> None:
        """Take a better source's word for what time it is now."""
        self._anchor = at.astimezone(UTC)
        self._anchored = self._monotonic()

    def elapsed(self) -> datetime:
        """Return the time that never jumps."""
        return self._anchor + timedelta(seconds=self._monotonic() - self._anchored)

    def now(self) -> datetime:
        """Return the calendar's time."""
        return self.elapsed() + self._shift

    def move_to(self, at: datetime) -> None:
        """Move the calendar, as a playground does."""
        self._shift = at - self.elapsed()
