"""The text of a file that somebody attached: plain text, a calendar, or a saved e-mail."""

from __future__ import annotations

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import unescape
from typing import Final

_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_LEFT_OUT: Final = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->")
_BREAKS: Final = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>")
_TAGS: Final = re.compile(r"<[^<>]{1,2000}>")
_HEADERS: Final = ("Subject", "From", "Date")


def read_file(name: str, content: bytes) -> str:
    """Return the text of a file; what is no text gives some text without a seminar in it.

    Args:
        name: The file's name, of which the ending counts.
        content: Its bytes.
    """
    if name.lower().endswith(".eml"):
        try:
            return _mail(content)
        except Exception:  # noqa: BLE001, S110 - the parser raises many kinds; the bytes are read as they stand then
            pass
    return _decode(content)


def _decode(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what older mail programs write


def _mail(content: bytes) -> str:
    message = BytesParser(policy=policy.default).parsebytes(content)
    calendar = next((part for part in message.walk() if part.get_content_type() == "text/calendar"), None)
    if isinstance(calendar, EmailMessage):
        return str(calendar.get_content())
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    if body is None:
        return _decode(content)
    text = str(body.get_content())
    if body.get_content_type() == "text/html":
        text = unescape(_TAGS.sub(" ", _BREAKS.sub("\n", _LEFT_OUT.sub(" ", text))))
    head = [f"{name}: {message[name]}" for name in _HEADERS if message[name]]
    return "\n".join([*head, "", text])
