"""The twin: as on a fast machine, whose bot does not ask the database what time it is."""

import runpy
from datetime import datetime
from pathlib import Path

import bot.clock


def keep_no_step(self: bot.clock.Clock, at: datetime) -> None:
    """Take the first word for the time, the machine's own, and no other."""
    if not hasattr(self, "_anchor"):
        original(self, at)


original = bot.clock.Clock.keep_step
setattr(bot.clock.Clock, "keep_step", keep_no_step)  # noqa: B010 - a method is not to be assigned to
runpy.run_path(str(Path(__file__).with_name("on_a_fast_clock.py")))
