"""Text that people typed, freed of what breaks or disguises it."""

import unicodedata

# Marks that turn the direction of what follows, so that a link or a name reads as another; source: Unicode's
# report 9, section 2. The harmless marks LRM and RLM stay: right-to-left languages need them.
_TURNING = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_BREAKS = str.maketrans({"\r": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n"})


def clean(text: str) -> str:
    """Return text without characters that break or disguise a message.

    Control characters and the marks that reverse the direction of what follows
    are dropped; line breaks stay, and lone surrogates, which no database stores,
    go too.
    """
    text = text.replace("\r\n", "\n").translate(_BREAKS)
    return "".join(
        c
        for c in text
        if c in "\n\t" or (c not in _TURNING and unicodedata.category(c) not in ("Cc", "Cs", "Co"))
    )


def clean_line(text: str) -> str:
    """Return cleaned text as one line, with single spaces."""
    return " ".join(clean(text).split())


def clean_passage(text: str) -> str:
    """Return cleaned text with its paragraphs, and no blank at either end."""
    return "\n".join(line.rstrip() for line in clean(text).split("\n")).strip()
