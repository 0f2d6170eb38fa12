"""The checks of payloads refuse what Slack would refuse."""

from typing import Any

import pytest

from tests.payloads import check_message, check_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(**fields: object) -> dict[str, Any]:
    return {"type": "section", "text": plain("Khorgos"), **fields}


def button(action_id: str) -> dict[str, Any]:
    return {"type": "button", "text": plain("Register"), "action_id": action_id}


NAME = {
    "type": "input",
    "label": plain("Title"),
    "element": {"type": "plain_text_input", "action_id": "value"},
}


def test_a_good_message_passes() -> None:
    check_message({"text": "Khorgos", "blocks": [section()] * 50})


@pytest.mark.parametrize(
    "blocks",
    [
        [section()] * 51,
        [section(block_id="a"), section(block_id="a")],
        [{"type": "actions", "elements": [button("register"), button("register")]}],
        [{"type": "section", "text": plain("x" * 3001)}],
        [{"type": "header", "text": plain("x" * 151)}],
        [section(unknown=True)],
        [{"type": "actions", "elements": []}],
    ],
    ids=["51 blocks", "same block_id", "same action_id", "long section", "long header", "unknown", "empty"],
)
def test_a_message_that_slack_refuses_fails(blocks: list[dict[str, Any]]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - each validator has exceptions of its own
        check_message({"text": "Khorgos", "blocks": blocks})


def test_a_message_without_text_fails() -> None:
    with pytest.raises(AssertionError, match="needs text"):
        check_message({"text": " ", "blocks": [section()]})


def test_a_view_with_inputs_passes_with_submit() -> None:
    check_view({"type": "modal", "title": plain("New"), "submit": plain("Next"), "blocks": [NAME]})


def test_a_view_with_inputs_fails_without_submit() -> None:
    with pytest.raises(AssertionError, match="inputs need submit"):
        check_view({"type": "modal", "title": plain("New"), "blocks": [NAME]})
