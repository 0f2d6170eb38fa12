"""The elements and small objects of Block Kit with every limit that Slack documents."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from bot.playground.schema import (
    Check,
    Rule,
    Shape,
    anything,
    boolean,
    integer,
    items,
    one_of,
    string,
    text,
)

ID = string(255)
URL = string(3000)
MOST_OPTIONS = 100
MOST_CHECKS = 10


def _date(check: Check, value: object, at: str) -> None:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        check.error("must be a date in the format YYYY-MM-DD", at)


def _time(check: Check, value: object, at: str) -> None:
    try:
        datetime.strptime(str(value), "%H:%M")  # noqa: DTZ007  a wall-clock time has no zone
    except ValueError:
        check.error("must be a time in the format HH:mm", at)


def _number(check: Check, value: object, at: str) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        check.error("must be a number, written as a string", at)


CONFIRM = Shape(
    {
        "title": text(100, plain=True),
        "text": text(300),
        "confirm": text(30, plain=True),
        "deny": text(30, plain=True),
    },
    {"style": one_of("primary", "danger")},
)
OPTION = Shape(
    {"text": text(75, plain=True), "value": string(150)},
    {"description": text(75, plain=True)},
)
OPTION_WITH_MRKDWN = Shape({"text": text(75), "value": string(150)}, {"description": text(75)})
OVERFLOW_OPTION = Shape(
    {"text": text(75, plain=True), "value": string(150)},
    {"description": text(75, plain=True), "url": URL},
)
OPTION_GROUP = Shape({"label": text(75, plain=True), "options": items(OPTION, MOST_OPTIONS)})
FILTER = Shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = Shape({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})
PLACED: dict[str, Rule] = {
    "action_id": ID,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
    "placeholder": text(150, plain=True),
}
TYPED: dict[str, Rule] = {
    "action_id": ID,
    "placeholder": text(150, plain=True),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """List the options of an element, those of its groups included."""
    grouped = [option for group in element.get("option_groups") or [] for option in group.get("options", [])]
    return [*(element.get("options") or []), *grouped]


def _options_or_groups(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and bool(value.get("options")) == bool(value.get("option_groups")):
        check.error("exactly one of options and option_groups is required", at)


def _initials_are_options(check: Check, value: object, at: str) -> None:
    if not isinstance(value, dict):
        return
    one = value.get("initial_option")
    chosen = value.get("initial_options") if one is None else [one]
    if chosen is not None and not chosen:
        check.error("no fewer than 1 items allowed", f"{at}/initial_options")
    for option in chosen or []:
        if option not in options_of(value):
            check.error("initial option must exactly match one of the options", at)


def _offered_one_way(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and (value.get("options") is None) == (value.get("option_groups") is None):
        check.error("exactly one of options and option_groups is required", at)


def _values_differ(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict):
        values = [option.get("value") for option in options_of(value) if isinstance(option, dict)]
        if len(values) != len(set(values)):
            check.error("option values must be unique", at)


def _lengths_in_order(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict):
        least, most = value.get("min_length"), value.get("max_length")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            check.error("min_length must not be greater than max_length", at)
        initial = value.get("initial_value")
        if isinstance(initial, str) and isinstance(most, int) and len(initial) > most:
            check.error("initial_value must not be longer than max_length", at)


def _pickers(word: str, extra: dict[str, Rule]) -> dict[str, Shape]:
    single = Shape({}, {**PLACED, **extra, f"initial_{word}": string(255), "response_url_enabled": boolean})
    several = Shape(
        {},
        {
            **PLACED,
            **extra,
            f"initial_{word}s": items(string(255), 1000),
            "max_selected_items": integer(1, 1000),
        },
    )
    return {f"{word}s_select": single, f"multi_{word}s_select": several}


CHOICE = (_options_or_groups, _initials_are_options, _values_differ)
SOURCES: dict[str, Rule] = {
    "options": items(OPTION, MOST_OPTIONS),
    "option_groups": items(OPTION_GROUP, MOST_OPTIONS),
}
CHECKS = items(OPTION_WITH_MRKDWN, MOST_CHECKS)
# What an app answers to a menu that asks it; offering nothing is an answer.
SUGGESTION = Shape(
    {},
    {"options": items(OPTION, MOST_OPTIONS, 0), "option_groups": items(OPTION_GROUP, MOST_OPTIONS, 0)},
    (_offered_one_way, _values_differ),
)

BUTTON = Shape(
    {"text": text(75, plain=True)},
    {
        "action_id": ID,
        "url": URL,
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "visible_to_user_ids": items(string(255), 10),
    },
)
IMAGE = Shape({"alt_text": string(2000)}, {"image_url": URL, "slack_file": anything})
OVERFLOW = Shape(
    {"options": items(OVERFLOW_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}, (_values_differ,)
)
SELECTS: dict[str, Shape] = {
    "static_select": Shape({}, {**PLACED, **SOURCES, "initial_option": OPTION}, CHOICE),
    "multi_static_select": Shape(
        {},
        {
            **PLACED,
            **SOURCES,
            "initial_options": items(OPTION, MOST_OPTIONS, 0),
            "max_selected_items": integer(1, MOST_OPTIONS),
        },
        CHOICE,
    ),
    "external_select": Shape({}, {**PLACED, "initial_option": OPTION, "min_query_length": integer(0, 100)}),
    "multi_external_select": Shape(
        {},
        {
            **PLACED,
            "initial_options": items(OPTION, MOST_OPTIONS),
            "min_query_length": integer(0, 100),
            "max_selected_items": integer(1, MOST_OPTIONS),
        },
    ),
    **_pickers("user", {}),
    **_pickers("channel", {}),
    **_pickers("conversation", {"default_to_current_conversation": boolean, "filter": FILTER}),
    "datepicker": Shape({}, {**PLACED, "initial_date": _date}),
    "timepicker": Shape({}, {**PLACED, "initial_time": _time, "timezone": string(100)}),
    "checkboxes": Shape(
        {"options": CHECKS},
        {
            "action_id": ID,
            "initial_options": items(OPTION_WITH_MRKDWN, MOST_CHECKS, 0),
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        },
        (_initials_are_options, _values_differ),
    ),
    "radio_buttons": Shape(
        {"options": CHECKS},
        {"action_id": ID, "initial_option": OPTION_WITH_MRKDWN, "confirm": CONFIRM, "focus_on_load": boolean},
        (_initials_are_options, _values_differ),
    ),
}
DATETIMEPICKER = Shape(
    {},
    {
        "action_id": ID,
        "initial_date_time": integer(1_000_000_000, 9_999_999_999),
        "confirm": CONFIRM,
        "focus_on_load": boolean,
    },
)
TEXT_INPUTS: dict[str, Shape] = {
    "plain_text_input": Shape(
        {},
        {
            **TYPED,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        (_lengths_in_order,),
    ),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {**TYPED, "initial_value": _number, "min_value": _number, "max_value": _number},
    ),
    "url_text_input": Shape({}, {**TYPED, "initial_value": URL}),
    "email_text_input": Shape({}, {**TYPED, "initial_value": string(3000)}),
    "rich_text_input": Shape(
        {},
        {**TYPED, "initial_value": anything, "min_lines": integer(1, 100), "max_lines": integer(1, 100)},
    ),
    "file_input": Shape(
        {}, {"action_id": ID, "filetypes": items(string(20), 100), "max_files": integer(1, 10)}
    ),
}

IN_ACTIONS = {"button": BUTTON, "overflow": OVERFLOW, "datetimepicker": DATETIMEPICKER, **SELECTS}
IN_SECTION = {"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **SELECTS}
IN_INPUT = {**SELECTS, **TEXT_INPUTS, "datetimepicker": DATETIMEPICKER}
MODAL_ONLY = frozenset({"url_text_input", "email_text_input", "file_input"})
