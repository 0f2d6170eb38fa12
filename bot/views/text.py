"""Text that people typed, made harmless for Slack and cut to its limits.

Slack reads three characters in ``mrkdwn``; escaping them stops mentions, links
and channel calls. What styles text (``*_~`` and the backtick) cannot be escaped,
so people's words stand in ``plain_text`` or ``rich_text`` wherever a block allows
it; source: Slack's page "Formatting message text".
"""

from urllib.parse import quote, urlsplit

from bot.domain.text import clean, clean_line

TEXT_LIMIT = 3000
URL_LIMIT = 3000
# What a web address may hold as it is; quote() writes everything else as %XX.
_URL_SAFE = "!#$%&'()*+,-./:;=?@[]_~"


def escape(text: str) -> str:
    """Return text that Slack shows as it was typed, in ``mrkdwn`` and in a message's ``text``."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str, limit: int) -> str:
    """Return clean text on one line, of at most ``limit`` characters."""
    return cut(clean_line(text), limit)


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, ended at a word with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head.rsplit(None, 1)[0] if " " in head[-40:].rstrip() else head
    return at_word.rstrip(" ,;:\n") + "…"


def cut_escaped(text: str, limit: int) -> str:
    """Escape and cut, so that the escaped text is at most ``limit`` characters and no entity is halved."""
    size = limit
    while len(result := escape(cut(text, size))) > limit:
        size -= max(1, (len(result) - limit) // 5)
    return result


def end_sentence(text: str) -> str:
    """Return text ended with a full stop, unless it has an end of its own."""
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."


def shorten(text: str, limit: int) -> str:
    """Cut text where a reader would: after a paragraph, else after a sentence, else after a word.

    A paragraph or a sentence must fill at least a third of the space.
    """
    text = clean(text).strip()
    if len(text) <= limit:
        return text
    head = text[: limit - 2]
    for end in ("\n\n", "\n", ". ", "? ", "! ", "。"):
        at = head.rfind(end)
        if at >= limit // 3:
            return head[: at + len(end)].rstrip() + " …"
    return cut(text, limit)


def split_text(text: str, most: int, limit: int = TEXT_LIMIT) -> list[str]:
    """Split text into at most ``most`` parts of ``limit`` characters; only what is longer still is cut.

    Parts end at a line where one ends in their second half, else at a word.
    """
    rest = clean(text).strip()
    parts: list[str] = []
    while rest and len(parts) < most - 1:
        if len(rest) <= limit:
            return [*parts, rest]
        head = rest[:limit]
        at = max(head.rfind("\n", limit // 2), 0) or max(head.rfind(" ", limit // 2), 0) or limit
        parts.append(head[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, cut(rest, limit)] if rest else parts


def find_web_link(text: str) -> str | None:
    """Return the web address that may become a link, or None if the text is not one.

    Only ``http`` and ``https`` become links, and none with a name before the host,
    which would make one address look like another. What would end a link in Slack's
    text (the bar, angle brackets, spaces) is percent-encoded.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    if not is_web or len(clean(text)) != len(text) or any(c.isspace() for c in text):
        return None
    link = quote(text, safe=_URL_SAFE)
    return link if len(link) <= URL_LIMIT else None
