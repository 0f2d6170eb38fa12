"""Telling registrants and waiters of a new time or place."""

from bot.services.rendering import Render

RENDERERS: dict[str, Render] = {}
