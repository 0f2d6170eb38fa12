"""A modal that only says something."""

from typing import Any

from slack_sdk.models.blocks import PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from bot.views.ids import Callback
from bot.views.message import Message


def build_notice(sentence: str) -> dict[str, Any]:
    """Build a modal with one message, for when a form cannot go on."""
    section = SectionBlock(text=PlainTextObject(text=sentence, emoji=False))
    return View(type="modal", title="Seminar Bot", close="Close", blocks=[section]).to_dict()


def build_said(message: Message) -> dict[str, Any]:
    """Build the modal that says what a message says, with its buttons, where no message can be written."""
    blocks = list(message.blocks) or [SectionBlock(text=PlainTextObject(text=message.text)).to_dict()]
    return View(
        type="modal", callback_id=Callback.SAID, title="Seminar Bot", close="Close", blocks=blocks
    ).to_dict()


FORM_IS_GONE = "This form is out of date, so nothing was posted. Please start again with /seminar new."
NOT_STAFF = "Only staff may announce seminars, so nothing was posted. Please ask a workspace admin."
SEMINAR_IS_GONE = "That seminar is not here any more, so nothing was changed."
MAY_NOT_MANAGE = (
    "Only staff and the hosts of a seminar may manage it, so nothing was changed. Ask a workspace admin."
)
CHANGED_MEANWHILE = "Something changed meanwhile. Please look at this once more before you save."
SLACK_IS_SILENT = (
    "Slack did not answer in time, so nothing was posted and nothing you typed is lost. "
    "Close this, wait a moment and press the button again."
)
