"""Telling members what staff did with their seat or their place in line."""

from bot.services.rendering import Render

RENDERERS: dict[str, Render] = {}
