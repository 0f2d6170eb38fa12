"""The box that an announcement is pasted into, and what is said of what was read."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.draft import Step
from bot.domain.text import clean
from bot.views.form_elements import VALUE
from bot.views.form_sentences import LABELS
from bot.views.forms import back_to
from bot.views.ids import Callback, FormRef

TEXT, FILE = "paste_text", "paste_file"
MOST_TEXT = 3000  # what a field of Slack's holds
FILE_KINDS = ("ics", "txt", "eml")

NOTHING_PASTED = "Paste a text here, or attach a file below."
NO_SEMINAR = (
    "I found no seminar in this text. It should say what, when and by whom; or fill in the form yourself."
)
NO_SEMINAR_IN_FILE = NO_SEMINAR.replace("this text", "this file")
FILE_TOO_LONG = "This file is longer than 200 kB, so I did not read it. Please paste the text instead."
FILE_SHUT = (
    "I may not read this file. Please paste the text instead, or ask an admin to allow me to read files."
)
FILE_SILENT = "Slack did not hand over the file in time. Please try again, or paste the text instead."
FILE_OF_OTHER_KIND = "I read files that end in .ics, .txt or .eml."
NO_SEMINAR_IN_MESSAGE = (
    "I found no seminar in this message, so the form is empty. Fill it in, or paste another text."
)
NO_SEMINAR_IN_COMMAND = (
    "I found no seminar in the text after “new”, so the form is empty. Fill it in, or paste another text."
)
SHORTCUT_IS_SILENT = (
    "Slack did not answer in time, so nothing was changed. "
    "Please choose “Turn into a seminar” again in a moment."
)
_CHECK = "I filled in what the text says. Please look through each step; what is uncertain says so."


def build_paste(ref: FormRef, text: str = "") -> dict[str, Any]:
    """Return the box; what is read from it goes into the form that it came from."""
    typed = InputBlock(
        block_id=TEXT,
        label="Announcement",
        hint=(
            f"{MOST_TEXT:,} characters fit here. A longer text comes as a file, or with "
            "“Turn into a seminar” in the menu of a message."
        ),
        element=PlainTextInputElement(
            action_id=VALUE,
            multiline=True,
            max_length=MOST_TEXT,
            focus_on_load=True,
            initial_value=clean(text)[:MOST_TEXT] or None,
        ),
        optional=True,
    )
    view = View(
        type="modal",
        title="Paste an announcement",
        submit="Read It",
        close="Cancel",
        callback_id=Callback.PASTE,
        private_metadata=ref.to_metadata(),
        blocks=[typed, back_to(Step.WHAT)],
    ).to_dict()
    # Written out, since the SDK knows no field for files.
    view["blocks"].insert(
        1,
        {
            "type": "input",
            "block_id": FILE,
            "label": {"type": "plain_text", "text": "Or a file"},
            "hint": {
                "type": "plain_text",
                "text": "A calendar file (.ics), a text (.txt) or a saved e-mail (.eml), up to 200 kB.",
            },
            "optional": True,
            "element": {
                "type": "file_input",
                "action_id": VALUE,
                "filetypes": list(FILE_KINDS),
                "max_files": 1,
            },
        },
    )
    return view


def say_read(notes: Sequence[str], kept: Sequence[str]) -> str:
    """Say what stands at the top of a form that a text filled.

    Args:
        notes: What was found out about the whole.
        kept: The fields in which the person had typed something else, which stays.
    """
    names = ", ".join(LABELS[name] for name in kept)
    left = [f"What you had typed stays, though the text says something else: {names}."] if kept else []
    return "\n".join([_CHECK, *left, *notes])
