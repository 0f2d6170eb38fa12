"""Text that people typed, freed of what breaks or disguises it."""

import unicodedata
from collections.abc import Iterator

# Marks that turn the direction of what follows, so that a link or a name reads as another; source: Unicode's
# report 9, section 2. The harmless marks LRM and RLM stay: right-to-left languages need them.
# Those after U+2069 are their deprecated kin.
_TURNING = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x2070)))
# More marks than this on one letter, and they stand on the lines above and below; no script needs as many.
_MOST_MARKS = 8
# Letters that show nothing: the fillers of Hangul, and Braille's blank.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Me", "Mn", "Zl", "Zp", "Zs"})
_BREAKS = str.maketrans({"\r": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n"})


def clean(text: str) -> str:
    """Return text without characters that break or disguise a message.

    Control characters, the marks that reverse the direction of what follows and
    heaps of accents are dropped; line breaks stay, and lone surrogates, which no
    database stores, go too.
    """
    return "".join(_kept(text.replace("\r\n", "\n").translate(_BREAKS)))


def clean_line(text: str) -> str:
    """Return cleaned text as one line, with single spaces; empty if there is nothing to see in it."""
    return _seen(" ".join(clean(text).split()))


def clean_passage(text: str) -> str:
    """Return cleaned text with its paragraphs and no blank at either end; empty if it shows nothing."""
    return _seen("\n".join(line.rstrip() for line in clean(text).split("\n")).strip())


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for c in text:
        kind = unicodedata.category(c)
        if kind in ("Mn", "Me"):
            marks += 1
        elif kind != "Cf":  # what joins letters does not begin a new one
            marks = 0
        is_bad = c in _TURNING or kind in ("Cc", "Cs", "Co") or marks > _MOST_MARKS
        if c in "\n\t" or not is_bad:
            yield c


def _seen(text: str) -> str:
    has_ink = any(unicodedata.category(c) not in _UNSEEN and c not in _BLANKS for c in text)
    return text if has_ink else ""
