"""Strict validation of blocks, messages and views, with the messages that Slack sends back."""

from __future__ import annotations

import json
from typing import Any

from bot.playground.elements import ID, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, MODAL_ONLY, URL
from bot.playground.schema import (
    Check,
    Rule,
    Shape,
    anything,
    boolean,
    items,
    one_of,
    string,
    text,
    typed,
)

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250_000
MARKDOWN_LIMIT = 12_000


def _text_or_fields(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and not value.get("text") and not value.get("fields"):
        check.error("missing required field: text or fields", at)


def _ids_differ(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict):
        ids = [
            str(e["action_id"])
            for e in elements_of_block(value)
            if isinstance(e, dict) and e.get("action_id")
        ]
        for action_id in sorted({name for name in ids if ids.count(name) > 1}):
            check.error(f'`action_id` "{action_id}" already exists for another element', at)


def _one_picture(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        check.error("exactly one of image_url and slack_file is required", at)


def _context_element(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and value.get("type") == "image":
        IMAGE(check, value, at)
    else:
        text(3000)(check, value, at)


def _modal_only(check: Check, value: object, at: str) -> None:
    if isinstance(value, dict) and check.surface != "modal":
        element = value.get("element")
        if isinstance(element, dict) and element.get("type") in MODAL_ONLY:
            check.error(f"unsupported type: {element['type']} outside a modal", f"{at}/element/type")


def _rich_leaf(check: Check, value: object, at: str) -> None:
    known = {"text", "link", "user", "usergroup", "channel", "emoji", "date", "broadcast", "color", "team"}
    if not isinstance(value, dict) or value.get("type") not in known:
        check.error("unsupported type in rich text", at)
    elif value["type"] == "text":
        string(1_000_000)(check, value.get("text"), f"{at}/text")


_SECTION_LIKE = Shape({"elements": items(_rich_leaf, 10_000, 0)}, {"border": anything, "language": anything})
_RICH = typed(
    {
        "rich_text_section": _SECTION_LIKE,
        "rich_text_preformatted": _SECTION_LIKE,
        "rich_text_quote": _SECTION_LIKE,
        "rich_text_list": Shape(
            {
                "elements": items(typed({"rich_text_section": _SECTION_LIKE}, "a list"), 10_000),
                "style": one_of("bullet", "ordered"),
            },
            {"indent": anything, "offset": anything, "border": anything},
        ),
    },
    "rich_text",
)
_BLOCK_ID: dict[str, Rule] = {"block_id": ID}
_ELEMENTS = (_ids_differ,)
BLOCKS: dict[str, Shape] = {
    "actions": Shape({"elements": items(typed(IN_ACTIONS, "actions"), 25)}, _BLOCK_ID, _ELEMENTS),
    "alert": Shape(
        {"text": text(200)},
        {**_BLOCK_ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "context": Shape({"elements": items(_context_element, 10)}, _BLOCK_ID),
    "divider": Shape({}, _BLOCK_ID),
    "header": Shape({"text": text(150, plain=True)}, _BLOCK_ID),
    "image": Shape(
        {"alt_text": string(2000)},
        {**_BLOCK_ID, "image_url": URL, "slack_file": anything, "title": text(2000, plain=True)},
        (_one_picture,),
    ),
    "input": Shape(
        {"label": text(2000, plain=True), "element": typed(IN_INPUT, "input")},
        {**_BLOCK_ID, "hint": text(2000, plain=True), "optional": boolean, "dispatch_action": boolean},
        (_modal_only,),
    ),
    "markdown": Shape({"text": string(MARKDOWN_LIMIT)}, _BLOCK_ID),
    "rich_text": Shape({"elements": items(_RICH, 10_000)}, _BLOCK_ID),
    "section": Shape(
        {},
        {
            **_BLOCK_ID,
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": typed(IN_SECTION, "a section's accessory"),
            "expand": boolean,
        },
        (_text_or_fields,),
    ),
    "table": Shape({"rows": items(items(anything, 20), 100)}, {**_BLOCK_ID, "column_settings": anything}),
}
NOT_IN = {
    "alert": {"message", "home"},
    "markdown": {"modal", "home"},
    "table": {"modal", "home"},
}
_BLOCK = typed(BLOCKS, "a block")


def elements_of_block(block: dict[str, Any]) -> list[dict[str, Any]]:
    """List the interactive elements of a block, in reading order."""
    if block.get("type") == "actions":
        return list(block.get("elements") or [])
    if block.get("type") == "section":
        return [block["accessory"]] if block.get("accessory") else []
    if block.get("type") == "input":
        return [block["element"]] if block.get("element") else []
    return []


def find_block_problems(blocks: object, surface: str, pointer: str = "/blocks") -> list[str]:
    """Look for everything that Slack would refuse in a list of blocks."""
    check = Check(surface)
    if not isinstance(blocks, list):
        check.error("must be an array", pointer)
        return check.problems
    items(_BLOCK, MOST_BLOCKS[surface], 0)(check, blocks, pointer)
    seen: set[str] = set()
    focused = 0
    for index, block in enumerate(b for b in blocks if isinstance(b, dict)):
        at = f"{pointer}/{index}"
        if surface in NOT_IN.get(str(block.get("type")), ()):
            check.error(f"unsupported type: {block['type']} on this surface", f"{at}/type")
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            check.error(f'`block_id` "{block_id}" already exists', f"{at}/block_id")
        seen.add(str(block_id))
        focused += sum(1 for e in elements_of_block(block) if isinstance(e, dict) and e.get("focus_on_load"))
    if focused > 1:
        check.error("only one element may have focus_on_load", pointer)
    _whole(check, [b for b in blocks if isinstance(b, dict)], pointer)
    return check.problems


def _whole(check: Check, blocks: list[dict[str, Any]], pointer: str) -> None:
    written = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if written > MARKDOWN_LIMIT:
        check.error(f"markdown blocks must hold less than {MARKDOWN_LIMIT + 1} characters together", pointer)
    if sum(1 for b in blocks if b.get("type") == "table") > 1:
        check.error("only one table is allowed in a message", pointer)


_MODAL = Shape(
    {"title": text(24, plain=True), "blocks": anything},
    {
        "submit": text(24, plain=True),
        "close": text(24, plain=True),
        "private_metadata": string(3000, 0),
        "callback_id": string(255, 0),
        "external_id": string(255, 0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = Shape(
    {"blocks": anything},
    {"private_metadata": string(3000, 0), "callback_id": string(255, 0), "external_id": string(255, 0)},
)


def find_view_problems(view: object, surface: str) -> list[str]:
    """Look for everything that Slack would refuse in a modal or a Home tab."""
    check = Check(surface)
    if not isinstance(view, dict):
        check.error("must be an object", "/view")
        return check.problems
    if view.get("type") != surface:
        check.error(f"must be a view of the type {surface}", "/view/type")
    (_MODAL if surface == "modal" else _HOME)(check, view, "/view")
    blocks = view.get("blocks")
    problems = [*check.problems, *find_block_problems(blocks, surface, "/view/blocks")]
    inputs = [b for b in blocks or [] if isinstance(b, dict) and b.get("type") == "input"]
    if surface == "modal" and inputs and not view.get("submit"):
        problems.append("[ERROR] missing required field: submit [json-pointer:/view]")
    return problems


def is_too_large(view: dict[str, Any]) -> bool:
    """Say whether a view is over Slack's 250 KB."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def with_ids(blocks: list[dict[str, Any]], *, seed: str) -> list[dict[str, Any]]:
    """Copy blocks as Slack keeps them: missing block and action ids are given."""
    kept: list[dict[str, Any]] = json.loads(json.dumps(blocks))
    for index, block in enumerate(kept):
        block.setdefault("block_id", f"{seed}{index}")
        for place, element in enumerate(elements_of_block(block)):
            if element.get("type") != "image":
                element.setdefault("action_id", f"{seed}{index}.{place}")
    return kept


def words_of(blocks: list[dict[str, Any]]) -> str:
    """Collect every text that a reader sees in some blocks, a line for each."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            found.extend(str(value[key]) for key in ("text", "alt_text") if isinstance(value.get(key), str))
            for key, inner in value.items():
                if key != "confirm":
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(blocks)
    return "\n".join(found)
