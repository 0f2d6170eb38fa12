"""What staff write to registrants and waiters."""

from bot.services.rendering import Render

RENDERERS: dict[str, Render] = {}
