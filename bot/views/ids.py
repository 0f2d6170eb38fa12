"""The ids that tie what we send to the listener that answers it.

They are a promise too: a button posted today must be understood for ever, so
an id is never reused for another meaning.
"""

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


class Callback(StrEnum):
    """``callback_id`` of modals."""

    FORM_WHAT = "form_what"
    FORM_WHEN = "form_when"
    FORM_HOW = "form_how"
    FORM_PREVIEW = "form_preview"
    DETAILS = "details"


COMMAND = "/seminar"


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
