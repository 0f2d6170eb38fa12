"""Blocks, forms and a clock for the tests of the stand-in."""

from __future__ import annotations

from typing import Any


class HandClock:
    """Elapsed time that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def build_button(action_id: str, words: str = "Register", value: str = "1") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(words), "value": value}


def build_input(block_id: str, element: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"type": "input", "block_id": block_id, "label": plain("Label"), "element": element, **more}


def build_modal(*blocks: dict[str, Any], callback_id: str = "form", **more: object) -> dict[str, Any]:
    body = {"type": "modal", "callback_id": callback_id, "title": plain("A form"), "submit": plain("Save")}
    return {**body, "blocks": list(blocks), **more}


TITLE = {"type": "plain_text_input", "action_id": "title"}
