"""The ids that tie what we send to the listener that answers it.

They are a promise too: a button posted today must be understood for ever, so
an id is never reused for another meaning.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """``action_id`` of buttons and fields that answer at once."""

    REGISTER = "register"
    RELEASE = "release"
    CONFIRM = "confirm"
    DETAILS = "details"
    CALENDAR = "calendar"
    ONLINE_LINK = "online_link"
    NEW_SEMINAR = "new_seminar"
    FORM_BACK = "form_back"
    PREVIEW = "preview"
    ZONE_OPTIONS = "zone_options"


class Callback(StrEnum):
    """``callback_id`` of modals."""

    FORM_WHAT = "form_what"
    FORM_WHEN = "form_when"
    FORM_HOW = "form_how"
    FORM_PREVIEW = "form_preview"
    DETAILS = "details"


COMMAND = "/seminar"

_CHANNEL = re.compile(r"[A-Z0-9]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SeminarRef:
    """What a button about a seminar carries in its ``value``."""

    seminar_id: int

    def to_value(self) -> str:
        """Write it as a button's value."""
        return str(self.seminar_id)


def parse_seminar_ref(value: object) -> SeminarRef | None:
    """Read a button's value; None if it is not one of ours."""
    text = value if isinstance(value, str) else ""
    is_id = text.isascii() and text.isdigit() and len(text) < 16  # noqa: PLR2004 - below 2**53
    return SeminarRef(int(text)) if is_id else None


@dataclass(frozen=True, slots=True)
class FormRef:
    """What a form carries in its ``private_metadata``: its draft, and where the command was typed."""

    draft_id: int
    channel_id: str = ""

    def to_metadata(self) -> str:
        """Write it as a view's ``private_metadata``."""
        return f"{self.draft_id} {self.channel_id}".rstrip()


def parse_form_ref(metadata: object) -> FormRef | None:
    """Read a view's ``private_metadata``; None if it is not one of ours."""
    number, _, channel_id = (metadata if isinstance(metadata, str) else "").partition(" ")
    ref = parse_seminar_ref(number)
    is_id = _CHANNEL.fullmatch(channel_id) is not None
    return FormRef(ref.seminar_id, channel_id if is_id else "") if ref else None


def preview_action(index: int) -> str:
    """Return the ``action_id`` of a preview's button, which only looks like the real one."""
    return f"{Action.PREVIEW}_{index}"


PREVIEW_ACTIONS = re.compile(rf"^{Action.PREVIEW}_\d+$")
