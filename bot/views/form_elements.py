"""The fields of the announcing form: inputs that hold what was typed before."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationMultiSelectElement,
    DateTimePickerElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject

from bot.domain.draft import (
    DraftFields,
    find_own_span,
    is_channel_id,
    is_user_id,
    minutes_of,
)
from bot.domain.drafting import (
    MOST_CHANNELS,
    MOST_HOSTS,
    MOST_SEATS,
    find_length,
    find_moment,
    read_reminders,
)
from bot.domain.reminding import REMINDER_CHOICES
from bot.domain.text import clean, clean_line
from bot.domain.zones import duration_in_words
from bot.views import form_sentences as say

LENGTHS = (15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 360, 480)
VALUE = "value"
_MOST_DOUBT = 500
_OWN_REMINDERS = 5  # as many more as a group of boxes has room for


def build_input(name: str, element: InputInteractiveElement, *, optional: bool = False) -> InputBlock:
    """Return a field with its label, and its hint if it has one."""
    return InputBlock(
        block_id=name, label=say.LABELS[name], hint=say.HINTS.get(name), element=element, optional=optional
    )


def add_hint(field: InputBlock, hints: Mapping[str, str]) -> InputBlock:
    """Say under a field why what stands in it is doubtful, before what is always said there."""
    name = str(field.block_id)
    if name in hints:
        why = clean_line(hints[name])
        doubt = f"Please check: {why if len(why) <= _MOST_DOUBT else why[:_MOST_DOUBT] + '…'}"
        field.hint = PlainTextObject(text=" ".join(filter(None, (doubt, say.HINTS.get(name)))), emoji=False)
    return field


def build_text(
    value: str, limit: int, *, lines: bool = False, focus: bool = False, hint: str = ""
) -> PlainTextInputElement:
    """Return a field for text; what is longer than Slack takes is cut."""
    return PlainTextInputElement(
        action_id=VALUE,
        initial_value=clean(value)[:limit] or None,
        max_length=limit,
        multiline=lines,
        placeholder=hint or None,
        focus_on_load=focus or None,
    )


def build_seats(value: str) -> NumberInputElement:
    """Return a field for a number of seats."""
    is_number = value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MOST_SEATS
    return NumberInputElement(
        action_id=VALUE,
        is_decimal_allowed=False,
        initial_value=str(int(value[:9])) if is_number else None,
        min_value="1",
        max_value=str(MOST_SEATS),
        placeholder="No limit",
    )


def list_lengths(fields: DraftFields) -> dict[str, str]:
    """Return the lengths to choose from, and the draft's own if it is another."""
    own = find_length(fields)
    minutes = {*LENGTHS, int(fields.minutes)} if own else {*LENGTHS}
    spans = {str(count): timedelta(minutes=count) for count in sorted(minutes)}
    return {count: duration_in_words(span) for count, span in spans.items()}


def list_reminders(fields: DraftFields) -> dict[str, str]:
    """Return the reminders to choose from, and the draft's own if there are others."""
    spans = {minutes_of(span): span for span in (*REMINDER_CHOICES, *read_reminders(fields)[:_OWN_REMINDERS])}
    return {
        key: say.REMINDERS.get(key) or f"{duration_in_words(span)} before"
        for key, span in sorted(spans.items(), key=lambda one: one[1], reverse=True)
    }


def list_own_span(text: str) -> dict[str, str]:
    """Return a time before the start that is none of the choices, as one more choice."""
    span = find_own_span(text)
    return {} if span is None else {text: f"{duration_in_words(span)} before"}


def _options(choices: Mapping[str, str]) -> list[Option]:
    return [Option(text=text, value=value) for value, text in choices.items()]


def _chosen(choices: Mapping[str, str], value: str) -> Option | None:
    return Option(text=choices[value], value=value) if value in choices else None


def build_select(choices: Mapping[str, str], value: str) -> StaticSelectElement:
    """Return a menu."""
    return StaticSelectElement(
        action_id=VALUE, options=_options(choices), initial_option=_chosen(choices, value)
    )


def build_radio(choices: Mapping[str, str], value: str) -> RadioButtonsElement:
    """Return choices of which one is made."""
    return RadioButtonsElement(
        action_id=VALUE, options=_options(choices), initial_option=_chosen(choices, value)
    )


def build_checkboxes(choices: Mapping[str, str], values: Sequence[str]) -> CheckboxesElement:
    """Return choices of which some are made."""
    chosen = {value: text for value, text in choices.items() if value in values}
    return CheckboxesElement(
        action_id=VALUE, options=_options(choices), initial_options=_options(chosen) or None
    )


def build_moment(seconds: str) -> DateTimePickerElement:
    """Return a field for a day and time; Slack asks for it in the own zone of who fills it in."""
    at = find_moment(seconds)
    return DateTimePickerElement(action_id=VALUE, initial_date_time=None if at is None else int(seconds))


def build_people(user_ids: Sequence[str]) -> UserMultiSelectElement:
    """Return a field for people."""
    return UserMultiSelectElement(
        action_id=VALUE,
        initial_users=list(filter(is_user_id, user_ids))[:MOST_HOSTS] or None,
        max_selected_items=MOST_HOSTS,
    )


def build_channels(channel_ids: Sequence[str]) -> ConversationMultiSelectElement:
    """Return a field for channels."""
    return ConversationMultiSelectElement(
        action_id=VALUE,
        initial_conversations=list(filter(is_channel_id, channel_ids))[:MOST_CHANNELS] or None,
        max_selected_items=MOST_CHANNELS,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
