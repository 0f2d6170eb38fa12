"""Text that people typed, made harmless for Slack and cut to its limits.

Slack reads three characters in ``mrkdwn``; escaping them stops mentions, links
and channel calls. What styles text (``*_~`` and the backtick) cannot be escaped,
so people's words stand in ``plain_text`` or ``rich_text`` wherever a block allows
it; source: Slack's page "Formatting message text".
"""

import unicodedata


def escape(text: str) -> str:
    """Return text that Slack shows as it was typed, in ``mrkdwn`` and in a message's ``text``."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """Return text without characters that break or disguise a message.

    Control characters and the marks that reverse the direction of what follows
    are dropped; line breaks stay, and lone surrogates, which no database stores.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co"))


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, ended at a word with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head.rsplit(None, 1)[0] if " " in head[-40:] else head
    return at_word.rstrip(" ,;:\n") + "…"


def cut_escaped(text: str, limit: int) -> str:
    """Escape and cut, so that the escaped text is at most ``limit`` characters and no entity is halved."""
    size = limit
    while len(result := escape(cut(text, size))) > limit:
        size -= max(1, (len(result) - limit) // 4)
    return result
