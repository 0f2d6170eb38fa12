"""The composition root: engine, gateway, Bolt app, workers, web; the only place that wires."""

from bot.bootstrap.collecting import collect_seldom
from bot.bootstrap.running import Running, running
from bot.bootstrap.starting import StartError
from bot.bootstrap.working import Working, working

__all__ = ["Running", "StartError", "Working", "collect_seldom", "running", "working"]
