"""What people type and choose: between simple Python values and Slack's `view.state.values`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.playground.blocks import elements_of_block
from bot.playground.elements import options_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.refusals import Json

Typed = dict[str, dict[str, Any]]

# What Slack calls an element's content in view state, and what it calls the content to begin with.
FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", ""),
}
# The app gives their options while one types, so the option itself is kept, not only its value.
EXTERNAL = frozenset({"external_select", "multi_external_select"})
REQUIRED = "Please complete this required field."


def is_several(element: Json) -> bool:
    """Say whether an element holds a list."""
    kind = str(element["type"])
    return kind.startswith("multi_") or kind in {"checkboxes", "file_input"}


def initial_value(element: Json, channel: str | None = None) -> object:
    """Give an element's content before anybody touched it, as a simple value."""
    initial = element.get(FIELDS[element["type"]][1])
    if element["type"] in EXTERNAL:
        return list(initial or []) if is_several(element) else initial
    if FIELDS[element["type"]][0] == "selected_option":
        return initial["value"] if initial else None
    if FIELDS[element["type"]][0] == "selected_options":
        return [option["value"] for option in initial or []]
    if initial is None and element.get("default_to_current_conversation") and channel:
        return [channel] if is_several(element) else channel
    if is_several(element):
        return list(initial or [])
    return initial


def inputs_of(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """List the elements that hold something, each with its block."""
    return [(b, e) for b in blocks for e in elements_of_block(b) if e.get("type") in FIELDS]


def carry_over(blocks: list[Json], old_blocks: list[Json], typed: Typed, channel: str | None) -> Typed:
    """Give the content of a view after its blocks changed, as Slack does.

    An element that keeps its block's id, its own id and its type keeps what is
    in it, whatever its new initial value says; every other one starts anew.
    """
    kinds = {(b["block_id"], e["action_id"]): e["type"] for b, e in inputs_of(old_blocks)}
    kept: Typed = {}
    for block, element in inputs_of(blocks):
        key = (block["block_id"], element["action_id"])
        value = typed.get(key[0], {}).get(key[1])
        if kinds.get(key) != element["type"] or not _still_offered(element, value):
            value = initial_value(element, channel)
        kept.setdefault(key[0], {})[key[1]] = value
    return kept


def _still_offered(element: Json, value: object) -> bool:
    offered = {option["value"] for option in options_of(element)}
    if not offered or value is None:
        return True
    return set(value if isinstance(value, list) else [value]) <= offered


def tidy(element: Json, value: object) -> object:
    """Turn what a driver or the page gives into the simple value that is kept."""
    if is_several(element):
        return (
            list(value) if isinstance(value, list | tuple | set) else [] if value in {None, ""} else [value]
        )
    if value is None or value == "":
        return None
    if element["type"] == "datetimepicker" and isinstance(value, datetime):
        return int(value.timestamp())
    if element["type"] == "datetimepicker" and isinstance(value, str):
        return int(value) if value.isdigit() else int(datetime.fromisoformat(value).timestamp())
    if element["type"] == "rich_text_input" and isinstance(value, str):
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
        return {"type": "rich_text", "elements": [section]}
    if element["type"] in {"rich_text_input", "datetimepicker", "external_select"}:
        return value
    return str(value)


def state_entry(element: Json, value: Any, file_of: Callable[[str], Json]) -> Json:  # noqa: ANN401  simple values of any kind
    """Build the entry of one element in `state.values`."""
    kind = element["type"]
    key = FIELDS[kind][0]
    entry: Json = {"type": kind}
    by_value = {option["value"]: option for option in options_of(element)}
    if kind in EXTERNAL:
        entry[key] = value
    elif key == "selected_option":
        entry[key] = by_value.get(value, _unoffered(value))
    elif key == "selected_options":
        entry[key] = [by_value.get(v, _unoffered(v)) for v in value or []]
    elif kind == "file_input":
        entry[key] = [file_of(file_id) for file_id in value or []]
    elif kind != "rich_text_input" or value is not None:
        entry[key] = value
    if kind == "timepicker" and element.get("timezone"):
        entry["timezone"] = element["timezone"]
    return entry


def _unoffered(value: object) -> Json | None:
    return None if value is None else {"text": {"type": "plain_text", "text": str(value)}, "value": value}


def state_values(blocks: list[Json], typed: Typed, file_of: Callable[[str], Json]) -> Json:
    """Build `state.values` of a view or a message."""
    values: Json = {}
    for block, element in inputs_of(blocks):
        value = typed.get(block["block_id"], {}).get(element["action_id"])
        values.setdefault(block["block_id"], {})[element["action_id"]] = state_entry(element, value, file_of)
    return values


def find_refusals(blocks: list[Json], typed: Typed) -> dict[str, str]:
    """Say what Slack's own client refuses before it sends a form, by block id."""
    refusals = {}
    for block, element in inputs_of(blocks):
        if block["type"] == "input":
            value = typed.get(block["block_id"], {}).get(element["action_id"])
            refusal = _refusal(element, value, is_required=not block.get("optional"))
            if refusal:
                refusals[block["block_id"]] = refusal
    return refusals


def _refusal(element: Json, value: object, *, is_required: bool) -> str | None:
    if value in (None, "", []):
        return REQUIRED if is_required else None
    if is_several(element) and isinstance(value, list):
        most = element.get("max_selected_items") or element.get("max_files")
        return f"Please choose no more than {most}." if most and len(value) > most else None
    check = _CHECKS.get(element["type"])
    return check(element, str(value)) if check else None


def _refuse_text(element: Json, value: str) -> str | None:
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > most:
        return f"Please shorten this text to {most} characters or less."
    return f"Please write at least {least} characters." if len(value) < least else None


def _refuse_number(element: Json, value: str) -> str | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "Please enter a number."
    if "." in value and not element.get("is_decimal_allowed"):
        return "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None


def _refuse_url(_element: Json, value: str) -> str | None:
    return None if urlsplit(value).scheme and urlsplit(value).netloc else "Please enter a valid URL."


def _refuse_email(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Please enter a valid email address."


def _refuse_date(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else "Please choose a date."


def _refuse_time(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) else "Please choose a time."


_CHECKS: dict[str, Callable[[Json, str], str | None]] = {
    "plain_text_input": _refuse_text,
    "number_input": _refuse_number,
    "url_text_input": _refuse_url,
    "email_text_input": _refuse_email,
    "datepicker": _refuse_date,
    "timepicker": _refuse_time,
}
