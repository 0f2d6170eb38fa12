"""My reminders: the modal in which a member says how they want to be reminded."""

from datetime import time, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    SectionBlock,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.domain.draft import minutes_of
from bot.domain.preferences import Preferences
from bot.domain.reminding import REMINDER_CHOICES
from bot.views.form_sentences import REMINDERS
from bot.views.ids import Callback

VALUE = "value"
_REMINDED = {"yes": "As the organisers chose", "no": "No reminders"}
BOTH_OR_NONE = "Set both ends of your quiet hours, or neither."


def build_preferences(chosen: Preferences) -> dict[str, Any]:
    """Build the modal with what the member chose so far."""
    added = [minutes_of(span) for span in REMINDER_CHOICES if span in chosen.reminders]
    reminded = "no" if chosen.is_muted else "yes"
    more = [Option(text=text, value=value) for value, text in REMINDERS.items()]
    said = "For every seminar that you have a seat for. You are always told of moves and cancellations."
    blocks = [
        SectionBlock(text=PlainTextObject(text=said, emoji=False)),
        InputBlock(
            block_id="reminded",
            label="Reminders",
            element=RadioButtonsElement(
                action_id=VALUE,
                options=[Option(text=text, value=value) for value, text in _REMINDED.items()],
                initial_option=Option(text=_REMINDED[reminded], value=reminded),
            ),
        ),
        InputBlock(
            block_id="added",
            label="Remind me too",
            optional=True,
            element=CheckboxesElement(
                action_id=VALUE,
                options=more,
                initial_options=[one for one in more if one.value in added] or None,
            ),
        ),
        InputBlock(
            block_id="quiet_from",
            label="Quiet hours from",
            optional=True,
            element=TimePickerElement(action_id=VALUE, initial_time=_clock(chosen.quiet_from)),
        ),
        InputBlock(
            block_id="quiet_until",
            label="Quiet hours until",
            hint="On the clock of your zone. A reminder that falls into them comes when they end.",
            optional=True,
            element=TimePickerElement(action_id=VALUE, initial_time=_clock(chosen.quiet_until)),
        ),
    ]
    return View(
        type="modal",
        callback_id=Callback.PREFERENCES,
        title=PlainTextObject(text="My reminders", emoji=False),
        submit=PlainTextObject(text="Save", emoji=False),
        close=PlainTextObject(text="Cancel", emoji=False),
        blocks=blocks,
    ).to_dict()


def read_preferences_form(values: dict[str, str | list[str]]) -> Preferences | dict[str, str]:
    """Read what stands in the modal; what is wrong instead, by the input's block id."""
    begin, end = (_time(values.get(name)) for name in ("quiet_from", "quiet_until"))
    if (begin is None) is not (end is None):
        return {"quiet_until" if end is None else "quiet_from": BOTH_OR_NONE}
    added = values.get("added", [])
    known = {minutes_of(span): span for span in REMINDER_CHOICES}
    spans: list[timedelta] = [known[one] for one in added if one in known]
    return Preferences(values.get("reminded") == "no", frozenset(spans), begin, end)


def _clock(value: time | None) -> str | None:
    return None if value is None else f"{value:%H:%M}"


def _time(text: object) -> time | None:
    try:
        return time.fromisoformat(text) if isinstance(text, str) and text else None
    except ValueError:
        return None
