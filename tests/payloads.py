"""Checks that every payload for Slack passes: two validators, and the rules that neither knows.

``slack_sdk.models`` parses the payload and writes it out again; ``blockkit``
builds it anew from its own components. Both must give back what was put in, so
a field that one of them does not know is a failure too.
"""

import json
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Self

from blockkit import core as kit
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.views.message import Message
from bot.views.rich import Line

Payload = Mapping[str, Any]

MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_TEXT = 4000
MOST_VALUE = 3000
MOST_FILES = 10
MOST_VIEW_BYTES = 250_000


class _UrlInput(kit.UrlInput):
    """A field for a web address; blockkit's own allows 74 characters of it, which Slack's page does not."""

    def initial_value(self, initial_value: str | None) -> Self:
        return self._add_field("initial_value", initial_value, [kit.Typed(str), kit.Length(1, MOST_VALUE)])


_BLOCKS: dict[str, Callable[..., Any]] = {
    "actions": kit.Actions,
    "context": kit.Context,
    "divider": kit.Divider,
    "header": kit.Header,
    "image": kit.Image,
    "input": kit.Input,
    "rich_text": kit.RichText,
    "section": kit.Section,
}
_ELEMENTS: dict[str, Callable[..., Any]] = {
    "button": kit.Button,
    "channels_select": kit.ChannelsSelect,
    "checkboxes": kit.Checkboxes,
    "conversations_select": kit.ConversationsSelect,
    "datepicker": kit.DatePicker,
    "datetimepicker": kit.DatetimePicker,
    "external_select": kit.ExternalSelect,
    "multi_channels_select": kit.MultiChannelsSelect,
    "multi_conversations_select": kit.MultiConversationsSelect,
    "multi_static_select": kit.MultiStaticSelect,
    "multi_users_select": kit.MultiUsersSelect,
    "number_input": kit.NumberInput,
    "overflow": kit.Overflow,
    "plain_text_input": kit.PlainTextInput,
    "radio_buttons": kit.RadioButtons,
    "static_select": kit.StaticSelect,
    "timepicker": kit.TimePicker,
    "url_text_input": _UrlInput,
    "users_select": kit.UsersSelect,
}
_RICH: dict[str, Callable[..., Any]] = {
    "broadcast": kit.RichBroadcastEl,
    "channel": kit.RichChannelEl,
    "date": kit.RichDateEl,
    "emoji": kit.RichEmojiEl,
    "link": kit.RichLinkEl,
    "rich_text_list": kit.RichTextList,
    "rich_text_preformatted": kit.RichTextPreformatted,
    "rich_text_quote": kit.RichTextQuote,
    "rich_text_section": kit.RichTextSection,
    "text": kit.RichTextEl,
    "user": kit.RichUserEl,
    "usergroup": kit.RichUserGroupEl,
}
_TYPED = _BLOCKS | _ELEMENTS | _RICH
# Objects without a type of their own are known by the key they stand under.
_UNTYPED: dict[str, Callable[..., Any]] = {
    "confirm": kit.Confirm,
    "dispatch_action_config": kit.DispatchActionConfig,
    "filter": kit.ConversationFilter,
    "initial_option": kit.Option,
    "initial_options": kit.Option,
    "option_groups": kit.OptionGroup,
    "options": kit.Option,
    "style": kit.RichStyle,
}
_NUMBERS = ("initial_value", "min_value", "max_value")


def check_message(payload: Message | Payload) -> None:
    """Assert that Slack takes a message; ``payload`` is a ``Message`` or the arguments of a post."""
    text, blocks = _parts(payload)
    assert text.strip(), "a message needs text for notifications and screen readers"
    assert len(text) <= MOST_TEXT
    assert len(blocks) <= MOST_BLOCKS
    _check_blocks(blocks)
    with _strictly():
        rebuilt = _build(kit.Message, text=text, blocks=[rebuild(block) for block in blocks])
    assert rebuilt.get("blocks", []) == blocks


def checked(message: Message) -> Message:
    """Return a message that Slack takes; assert that it does."""
    check_message(message)
    return message


def labels(message: Message) -> list[str]:
    """Return what stands on the buttons of a message, in their order."""
    return [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def check_view(view: Payload) -> None:
    """Assert that Slack takes a modal or a Home tab."""
    blocks = [_without_files(block) for block in json.loads(json.dumps(view["blocks"]))]
    view = json.loads(json.dumps(view)) | {"blocks": blocks}
    assert len(blocks) <= MOST_VIEW_BLOCKS
    assert len(json.dumps(view)) <= MOST_VIEW_BYTES
    has_input = any(block["type"] == "input" for block in blocks)
    assert not has_input or view["type"] != "modal" or view.get("submit"), "inputs need submit"
    _check_blocks(blocks)
    with _strictly():
        parsed = View(**view)
        parsed.validate_json()
    assert parsed.to_dict() == view
    surface: Callable[..., Any] = kit.Modal if view["type"] == "modal" else kit.Home
    rest = {key: value for key, value in view.items() if key not in ("type", "blocks")}
    with _strictly():
        rebuilt = _build(
            surface,
            blocks=[rebuild(block) for block in blocks],
            **{key: rebuild(value) if isinstance(value, dict) else value for key, value in rest.items()},
        )
    # blockkit writes an absent private_metadata as JSON's null.
    assert rebuilt == {"private_metadata": "null", **view}


def rebuild(value: Payload, key: str = "") -> Any:
    """Return blockkit's component for a dict; ``key`` is where it stands, for objects without a type."""
    kind = value.get("type")
    if kind in ("plain_text", "mrkdwn"):
        return kit.Text(**value)
    build = _TYPED[kind] if kind else _UNTYPED[key]
    fields = {name: _rebuild_field(name, part) for name, part in value.items() if name != "type"}
    if kind == "number_input":
        fields |= {name: int(str(fields[name])) for name in _NUMBERS if name in fields}
    return build(**fields)


def find_texts(value: object) -> Iterator[str]:
    """Yield each text in a payload that Slack reads for mark-up: ``mrkdwn`` and a message's ``text``."""
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for part in value.values():
            yield from find_texts(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from find_texts(part)


def read_line(line: Line) -> str:
    """Return a line of rich text as it reads, with people and channels by their ids."""
    return "".join(
        f"@{piece['user_id']}"
        if piece["type"] == "user"
        else f"#{piece['channel_id']}"
        if piece["type"] == "channel"
        else piece["text"]
        for piece in (one.to_dict() for one in line)
    )


def _without_files(block: dict[str, Any]) -> dict[str, Any]:
    """Put a field for text in the place of one for files, once that is right; both validators know none."""
    element = block.get("element", {})
    if element.get("type") != "file_input":
        return block
    assert set(element) <= {"type", "action_id", "filetypes", "max_files"}
    assert 1 <= element["max_files"] <= MOST_FILES
    assert all(isinstance(kind, str) and kind.isalnum() for kind in element["filetypes"])
    return block | {"element": {"type": "plain_text_input", "action_id": element["action_id"]}}


def _parts(payload: Message | Payload) -> tuple[str, list[dict[str, Any]]]:
    if isinstance(payload, Mapping):
        text, blocks = payload["text"], payload.get("blocks", [])
    else:
        text, blocks = payload.text, payload.blocks
    return text, json.loads(json.dumps(blocks))


def _build(component: Callable[..., Any], **fields: object) -> dict[str, Any]:
    built: dict[str, Any] = component(**fields).build()
    return built


def _rebuild_field(name: str, value: object) -> object:
    if isinstance(value, dict):
        return rebuild(value, name)
    if isinstance(value, list):
        return [rebuild(part, name) if isinstance(part, dict) else part for part in value]
    return value


def _check_blocks(blocks: list[dict[str, Any]]) -> None:
    block_ids = sorted(block["block_id"] for block in blocks if "block_id" in block)
    assert all(one != other for one, other in pairwise(block_ids)), f"block_id twice in {block_ids}"
    for block in blocks:
        action_ids = sorted(_find_action_ids(block))
        assert all(one != other for one, other in pairwise(action_ids)), f"action_id twice in {action_ids}"
    with _strictly():
        parsed = Block.parse_all(blocks)
        for block_model in parsed:
            block_model.validate_json()
    assert [block_model.to_dict() for block_model in parsed] == blocks


def _find_action_ids(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("action_id"), str):
            yield value["action_id"]
        for part in value.values():
            yield from _find_action_ids(part)
    elif isinstance(value, list):
        for part in value:
            yield from _find_action_ids(part)


@contextmanager
def _strictly() -> Iterator[None]:
    """Make a warning an error, and a line that the SDK logs about a payload as well."""
    complaints: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: complaints.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("slack_sdk")
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        logger.removeHandler(handler)
    assert complaints == []
