"""Runs a command as on a machine whose clock is seven minutes fast."""

from datetime import datetime, timedelta, tzinfo

import bot.clock
from bot.cli import main


class FastClock(datetime):
    """What that machine takes for the time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "FastClock":
        return super().now(tz) + timedelta(minutes=7)


# What a clock begins with, until the database gives it a better word.
setattr(bot.clock, "datetime", FastClock)  # noqa: B010 - a name that the module imports and does not export
main()
