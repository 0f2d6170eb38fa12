"""A message as a value: what ``chat.postMessage`` and a ``response_url`` take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks, and the sentence that notifications and screen readers use instead."""

    text: str
    blocks: tuple[dict[str, Any], ...]


def message_of(text: str, blocks: Sequence[Block]) -> Message:
    """Return the message; the SDK's models check each block as they are written out."""
    return Message(text, tuple(block.to_dict() for block in blocks))
