"""Messages of staff to the people of a seminar: the form, its preview, and what arrives."""

import re
from hashlib import sha256
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    RichTextElement,
)

from bot.domain.addressing import Audience
from bot.domain.consequence import Consequence
from bot.domain.seminar import Seminar
from bot.domain.text import clean_passage
from bot.views.ids import Callback, ManageRef
from bot.views.manage import staff_modal
from bot.views.message import Message, message_of
from bot.views.rich import link, mention, paragraph, plain, quoted, strong, words
from bot.views.text import TEXT_LIMIT, cut_escaped, find_web_link

TO, TEXT = "to", "text"
MOST_TEXT = 2000
MOST_LINKS = 20
VALUE = "value"

EMPTY = "Please write what you want to say."
TOO_LONG = f"This is longer than {MOST_TEXT:,} characters. Please shorten it."
CHOOSE = "Please choose who gets it."
NOBODY = {
    Audience.SEATS: "Nobody has a seat now. Choose another group.",
    Audience.LINE: "Nobody is on the waitlist now. Choose another group.",
    Audience.BOTH: "Nobody has a seat or waits now.",
}
REWRITTEN = "You changed the message, so here is how it looks now. Nothing was sent yet."
NOBODY_THERE = "Nobody has a seat or waits yet, so there is nobody to write to."

_GREETINGS = {
    Audience.SEATS: "wrote to everybody with a seat for",
    Audience.LINE: "wrote to everybody who waits for a seat for",
    Audience.BOTH: "wrote to everybody with a seat or a place in line for",
}
_ADDRESS = re.compile(r"(https?://[^\s<>]+?)(?=[.,;:!?)\]}”’\"']*(?:\s|$))")


def build_message_form(seminar: Seminar, everybody: Consequence) -> dict[str, Any]:
    """Build the modal in which staff write: to whom, each group with its number, and what."""
    to = Audience.SEATS if everybody.told_seats else Audience.LINE
    return staff_modal(
        "Message", _inputs(everybody, to, ""), ManageRef(seminar.id), Callback.MESSAGE, submit="Preview"
    )


def build_message_preview(
    seminar: Seminar,
    everybody: Consequence,
    ref: ManageRef,
    told: Consequence,
    *,
    to: Audience,
    text: str,
    by: str,
    notice: str = "",
) -> dict[str, Any]:
    """Build the preview: exactly what people get, how many they are, and the text for a last change.

    Args:
        seminar: The seminar.
        everybody: How many there are to write to.
        ref: What the preview carries: the fingerprint of what it shows.
        told: How many get the message.
        to: Whom it is for.
        text: What was written.
        by: Who of the staff writes.
        notice: Why it is shown once more, empty if it is not.
    """
    people = f"{told.told} {'person gets' if told.told == 1 else 'people get'}"
    sender: list[RichTextElement] = [
        strong(f"{people} this as a direct message"),
        words(" in my name, on behalf of "),
        _who(by),
        words(":"),
    ]
    blocks: list[Block] = [plain(notice)] if notice else []
    blocks += [paragraph(sender), *_message_blocks(seminar, to, text, by)]
    blocks += [DividerBlock(), *_inputs(everybody, to, text)]
    return staff_modal("Preview", blocks, ref, Callback.MESSAGE_PREVIEW, submit="Send")


def build_staff_message(seminar: Seminar, *, to: Audience, text: str, by: str) -> Message:
    """Build what people get: who writes about what, and the text as it was typed."""
    said = f"Staff{_greeting(seminar, to)} {clean_passage(text)}"
    return message_of(cut_escaped(said, TEXT_LIMIT), _message_blocks(seminar, to, text, by))


def fingerprint_of(to: Audience, text: str) -> str:
    """Return a short text that differs where the message does; goes into the preview's metadata."""
    return sha256(f"{to} {text}".encode()).hexdigest()[:16]


def build_sent(told: int, *, is_repeat: bool) -> str:
    """Say that a message goes out, or that it does already."""
    people = "1 person" if told == 1 else f"{told} people"
    if is_repeat:
        return "The same message went out within the last minute, so it was not sent again."
    return f"Your message is on its way to {people}."


def _message_blocks(seminar: Seminar, to: Audience, text: str, by: str) -> list[Block]:
    return [paragraph([_who(by), words(_greeting(seminar, to))]), paragraph(_linked(clean_passage(text)))]


def _greeting(seminar: Seminar, to: Audience) -> str:
    return f" {_GREETINGS[to]} {quoted(seminar)}:"


def _inputs(everybody: Consequence, to: Audience, text: str) -> list[Block]:
    options = {
        Audience.SEATS: f"Those with a seat ({everybody.told_seats})",
        Audience.LINE: f"The waitlist ({everybody.told_line})",
        Audience.BOTH: f"Both ({everybody.told})",
    }
    choices = [Option(text=label, value=value) for value, label in options.items()]
    radio = RadioButtonsElement(
        action_id=VALUE, options=choices, initial_option=Option(text=options[to], value=to)
    )
    box = PlainTextInputElement(
        action_id=VALUE, multiline=True, max_length=MOST_TEXT, initial_value=text[:MOST_TEXT] or None
    )
    return [
        InputBlock(block_id=TO, label="To", element=radio),
        InputBlock(block_id=TEXT, label="Text", element=box),
    ]


def _who(user_id: str) -> RichTextElement:
    return mention(user_id) or words("Staff")


def _linked(text: str) -> list[RichTextElement]:
    """Return the text with its web addresses as links that show where they lead; nothing else is mark-up."""
    pieces: list[RichTextElement] = []
    links = 0
    for part in _ADDRESS.split(text):
        if links < MOST_LINKS and _ADDRESS.fullmatch(part) and find_web_link(part) is not None:
            pieces.append(link(part))
            links += 1
        elif part:
            pieces.append(words(part))
    return pieces or [words("…")]
