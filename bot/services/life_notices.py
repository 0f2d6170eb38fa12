"""Telling everybody that a seminar was cancelled, or takes place after all."""

from bot.services.rendering import Render

RENDERERS: dict[str, Render] = {}
