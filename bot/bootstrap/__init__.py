"""The composition root: engine, gateway, Bolt app, workers, web; the only place that wires."""

from bot.bootstrap.interpreter import set_for_crowds, share_memory
from bot.bootstrap.running import Running, running
from bot.bootstrap.starting import StartError
from bot.bootstrap.working import Working, working

__all__ = ["Running", "StartError", "Working", "running", "set_for_crowds", "share_memory", "working"]
