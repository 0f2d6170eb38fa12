"""Seats, closing and opening registration, cancelling and restoring."""

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork

COLUMN = Column()
COMMANDS: dict[str, CommandWork] = {}


def register(_app: AsyncApp, _side: DeskSide) -> None:
    """Tie what is not about staff's work on one seminar."""
