"""From a message as Slack stores it to the text that its author wrote."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

_MOST = 100_000
_DEPTH = 12
# <url|label>, <@U…>, <#C…|name>, <!date^…|fallback>, as Slack's page on formatting text has them.
_MARKED = re.compile(r"<([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>")
_STYLED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^*_~\n]{1,300}?)(?<=\S)\1(?![\w*_~])")


def read_message(message: Mapping[str, Any]) -> str:
    """Return what a message says, in plain words.

    Its rich text is the whole of what was typed and is taken where there is any;
    ``text`` may be cut. A forwarded message stands in its attachments.
    """
    rich = _rich_of(message.get("blocks"))
    said = rich or _without_styles(decode(_text(message, "text")))
    shared = [
        _rich_of_shared(one) or decode(_text(one, "text") or _text(one, "fallback"))
        for one in _list(message.get("attachments"))
    ]
    return "\n\n".join(part for part in (said, *shared) if part.strip())[:_MOST]


def decode(text: str) -> str:
    """Return Slack's mark-up as people read it: links as their addresses, entities as characters.

    A person or channel that stands there as a bare id is left out, since nobody
    wrote the id.
    """
    return unescape_once(_MARKED.sub(_plain, text[:_MOST]))


def unescape_once(text: str) -> str:
    """Return text without the three entities that Slack writes; others were typed."""
    return re.sub(r"&(?:amp|lt|gt);", lambda found: unescape(found[0]), text)


def _plain(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith("mailto:"):
        return target.removeprefix("mailto:")
    if target.startswith("tel:"):
        return label or target.removeprefix("tel:")
    if target.startswith("#"):
        return f"#{label}" if label else ""
    if target.startswith(("@", "!")):
        return label
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}:", target):
        return found[0]  # no mark-up of Slack's
    return _link(target, label)


def _link(target: str, label: str) -> str:
    bare = re.sub(r"^https?://", "", target).rstrip("/")
    if not label or label.rstrip("/") in (target.rstrip("/"), bare):
        return target
    return f"{label} {target}"


def _without_styles(text: str) -> str:
    return _STYLED.sub(r"\2", text)


def _rich_of(blocks: object) -> str:
    return "\n".join(
        text for one in _list(blocks) if one.get("type") == "rich_text" and (text := _rich(one, 0))
    )


def _rich_of_shared(attachment: Mapping[str, Any]) -> str:
    inner = (one.get("message") for one in _list(attachment.get("message_blocks")))
    return "\n".join(_rich_of(one.get("blocks")) for one in inner if isinstance(one, Mapping))


def _rich(element: Mapping[str, Any], depth: int) -> str:
    """Return the text of one element of rich text, and of those in it."""
    kind, inner = element.get("type"), _list(element.get("elements"))
    if depth > _DEPTH:
        return ""
    parts = [_rich(one, depth + 1) for one in inner]
    if kind == "rich_text":
        return "\n".join(part.rstrip("\n") for part in parts)
    if kind == "rich_text_list":
        mark = "{}. " if element.get("style") == "ordered" else "- "
        return "\n".join(mark.format(number) + part for number, part in enumerate(parts, 1))
    if kind == "link":
        return _plain_link(_text(element, "url"), _text(element, "text"))
    if kind == "date":
        return _text(element, "fallback")
    return _text(element, "text") if kind == "text" else "".join(parts)


def _plain_link(url: str, label: str) -> str:
    return url.removeprefix("mailto:") if url.startswith("mailto:") else _link(url, label)


def _text(element: Mapping[str, Any], name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
