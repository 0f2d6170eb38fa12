from __future__ import annotations

from typing import Any

import pytest

from bot.playground.blocks import find_block_problems
from tests.integration.playground.playground_factories import TITLE, build_button, build_input, plain

OPTION = {"text": plain("One"), "value": "1"}
SECTION = {"type": "section", "text": plain("x")}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    "block",
    [
        SECTION,
        {"type": "divider"},
        actions(build_button("a", "x" * 75, "y" * 2000)),
        {"type": "section", "text": plain("x"), "accessory": {"type": "overflow", "options": [OPTION]}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x", "verbatim": True}]},
        build_input("t", TITLE),
    ],
)
def test_good_blocks_pass(block: dict[str, Any]) -> None:
    assert find_block_problems([block], "message") == []


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        (actions(build_button("a", "x" * 76)), "must be less than 76 characters"),
        (actions(build_button("a", value="x" * 2001)), "must be less than 2001 characters"),
        (actions(build_button("a"), build_button("a")), '`action_id` "a" already exists'),
        (actions(*[build_button(f"{n}") for n in range(26)]), "no more than 25 items allowed"),
        (actions({"type": "overflow", "options": [OPTION] * 6}), "no more than 5 items allowed"),
        ({"type": "section", "text": plain("")}, "must be more than 0 characters"),
        ({"type": "section", "text": plain("x" * 3001)}, "must be less than 3001 characters"),
        ({"type": "section"}, "missing required field: text or fields"),
        ({"type": "section", "text": plain("x"), "colour": 1}, "invalid additional property: colour"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "must be a plain_text object"),
        ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items allowed"),
        (build_input("n", {"type": "number_input"}), "missing required field: is_decimal_allowed"),
        (build_input("u", {"type": "url_text_input"}), "unsupported type: url_text_input outside a modal"),
        ({"type": "alert", "text": plain("x")}, "unsupported type: alert on this surface"),
        ({"type": "wobble"}, "unsupported type: wobble"),
        (
            actions(
                {"type": "static_select", "options": [OPTION], "initial_option": {**OPTION, "value": "2"}}
            ),
            "initial option must exactly match one of the options",
        ),
    ],
)
def test_each_limit_is_kept(block: dict[str, Any], complaint: str) -> None:
    assert complaint in " ".join(find_block_problems([block], "message"))


def test_a_message_has_at_most_fifty_blocks() -> None:
    assert "no more than 50 items" in find_block_problems([SECTION] * 51, "message")[0]
    assert find_block_problems([SECTION] * 51, "modal") == []


def test_block_ids_are_unique() -> None:
    twice = [{**SECTION, "block_id": "b"}, {**SECTION, "block_id": "b"}]

    assert '`block_id` "b" already exists' in find_block_problems(twice, "message")[0]
