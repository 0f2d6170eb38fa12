# ruff: noqa: E501  expressions are read by the line
"""Cut an announcement into labelled sections and unlabelled blocks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from bot.drafts.facts import is_place
from bot.drafts.words import EMOJI, FURNITURE, LABELS, MAIL_HEADER, SIGN_OFF, plain

LONGEST: Final = 200_000
SAMPLE: Final = 20_000  # enough to tell a language and what a text is about
_LONG_LINE: Final = 4_000
_LABELLED: Final = re.compile(
    r"^(?P<label>[^\W\d_][^:\uff1a|\t\n]{0,44}?)\s{0,3}(?P<sep>\s?[:\uff1a]|\s?\||\t|\s[-\u2013\u2014]\s)\s{0,4}(?P<value>.{0,4000})$",
)
_MARKUP: Final = re.compile(r"^(?:#{1,6}\s+|>\s?|\d{1,2}\)\s+|[-*\u2022\u25cf\u25aa\u00b7\u2013\u2014]\s+)+")
_LINK: Final = re.compile(
    r"\[([^\]\n]{1,300})\]\((https?://[^)\s]{1,900})\)|<(https?://[^|>\s]{1,900})\|([^>\n]{1,300})>|<((?:https?://|mailto:)[^>\s|]{1,900})>",
)
_MID: Final = re.compile(
    r"(?:\s{2,}|\s?[|;\u2022\u00b7]\s?|\.\s|,\s|\s)(?=([A-Z\u00c0-\u00dc][^\W\d_]{1,14}(?:\s(?:&|and|et|und|y)\s[A-Za-z]{2,9})?)\s?:\s)",
)
_DATED: Final = re.compile(
    r"(?<=[a-z)\u00df-\u00ff][.!?])\s{1,3}(?=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z.,]{0,7}\s{1,2}(?:the )?\w{1,9}[ .])",
)
_ENTRY: Final = (r"(?i)(?:subject|betreff|objet|asunto)\s?:", r"(?i)(?:start|beginn|d\u00e9but|comienzo)\s?:")
_SMALL: Final = frozenset(["a", "an", "the", "of", "on", "in", "to"])
LONG_FIELDS: Final = frozenset({"abstract", "bio"})
_WRAPPED: Final = 55


@dataclass(slots=True)
class Part:
    """A labelled section, or a block between blank lines.

    A block's lines stay apart unless they are one paragraph that was wrapped.
    """

    label: str | None
    lines: list[str] = field(default_factory=list)
    at: int = 0
    word: str = ""

    @property
    def text(self) -> str:
        """Return the lines as one paragraph."""
        return " ".join(line.strip() for line in self.lines if line.strip()).strip()


def clean(text: str) -> list[str]:
    """Return the lines of a text without markup, invisible characters and page furniture."""
    text = unicodedata.normalize("NFC", text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(
        {
            0x00A0: " ",
            0x202F: " ",
            0x2009: " ",
            0x200B: None,
            0xFEFF: None,
            0xFE0F: None,
            0x200D: None,
            0x000B: "\n",
            0x2028: "\n",
            0x000C: "\n",
            0: None,
        },
    )
    lines = [_bare(piece) for line in text.split("\n") for piece in _short_enough(line)]
    return _without_furniture(lines)


def _short_enough(line: str) -> list[str]:
    return [line[start : start + _LONG_LINE] for start in range(0, max(len(line), 1), _LONG_LINE)]


def _bare(line: str) -> str:
    """Strip markdown and list marks, keeping the indent that shows a continued line."""
    line = _LINK.sub(
        lambda m: f"{m[1]} {m[2]}" if m[1] else f"{m[4]} {m[3]}" if m[3] else m[5].removeprefix("mailto:"),
        line,
    )
    indent = "  " if line[:2] in {"  ", "\t"} or line[:1] == "\t" else ""
    inner = _MARKUP.sub("", re.sub(r"\*{1,2}([^*\n]{1,300})\*{1,2}", r"\1", line.strip()))
    inner = (
        inner.replace("**", "").replace("__", "").replace("*:", ":").strip("*").strip()
        if "*" in inner or "__" in inner
        else inner
    )
    return indent + inner if inner else ""


def _without_furniture(lines: list[str]) -> list[str]:
    kept: list[str] = []
    headers = sum(bool(MAIL_HEADER.match(line)) for line in lines[:12]) > 1 and any(
        re.match(
            r"(?:from|von|de)\s?:.{0,200}@|(?:subject|betreff|objet|asunto)\s?:",
            line,
            re.IGNORECASE,
        )
        for line in lines[:12]
    )
    # What a calendar program prints of an entry has a subject, and no sender.
    headers = headers or all(any(re.match(label, line) for line in lines[:12]) for label in _ENTRY)
    is_in_head = False
    for index, line in enumerate(lines):
        inner = line.strip()
        if inner in {"--", "-- "} and index > len(lines) // 2:
            break
        # The head ends at a blank line; what is called a date below it is the talk's.
        headers = headers and (bool(inner) or not is_in_head)
        is_in_head = headers and (is_in_head or bool(MAIL_HEADER.match(inner)))
        if headers and index < 12 and MAIL_HEADER.match(inner):  # noqa: PLR2004  the head of a forwarded e-mail
            subject = re.match(r"(?:subject|betreff|objet|asunto)\s?:\s{0,3}(.{0,300})", inner, re.IGNORECASE)
            if subject:
                kept += [f"\x01{subject[1]}", ""]
            continue
        kept.append("" if FURNITURE.match(inner) else line)
    return _without_signature(kept)


def _without_signature(lines: list[str]) -> list[str]:
    """Blank the greeting at the end of a letter and the names under it."""
    kept = list(lines)
    for index, line in enumerate(lines):
        if SIGN_OFF.match(line.strip()):
            kept[index] = ""
            below = [at for at in range(index + 1, min(index + 5, len(lines))) if lines[at].strip()][:2]
            for at in below:
                if len(lines[at]) < _WRAPPED and not re.search(r"[@:\d]", lines[at]):
                    kept[at] = ""
    return kept


def read_label(line: str) -> tuple[str, str, str] | None:
    """Return the field, the value and the label's own words, if a line begins with a label."""
    inner = line.strip()
    if inner[:1] in EMOJI:
        return EMOJI[inner[0]], inner[1:].strip(" :"), ""
    cells = [cell for cell in re.split(r"[|\t]", inner) if cell.strip()]
    if len(cells) > 1 and all(plain(cell) in LABELS for cell in cells):
        return "skip", inner, "header"
    inner = (
        inner.lstrip("".join(chr(code) for code in range(0x1F300, 0x1F320)))
        if inner[:1] > "\U0001f000"
        else inner
    )
    match = _LABELLED.match(inner)
    if match:
        words = plain(match["label"])
        name = LABELS.get(words)
        colon = match["sep"].strip() in {":", "\uff1a", "|"} or match["sep"] == "\t"
        if name and (
            colon
            or (match["label"][0].isupper() and len(words) > 3 and words not in {"talk", "from", "about"})  # noqa: PLR2004  shorter words before a dash are prose
        ):
            return name, match["value"].strip(), words
    if len(inner) <= 44 and inner[:1].isalpha():  # noqa: PLR2004  a heading is short
        words = plain(inner)
        if words in LABELS and words not in {
            "about",
            "by",
            "from",
            "paper",
            "ou",
            "wo",
            "talk",
            "online",
            "seminar",
            "colloquium",
            "event",
        }:
            return LABELS[words], "", words
    return None


def split_labels(line: str) -> list[str]:
    """Cut a line that holds several labels, as in "When: … Where: …"."""
    if ":" not in line or read_label(line) is None or len(line) > 600:  # noqa: PLR2004  a longer line is prose
        return [line]
    pieces, last = [], 0
    for match in _MID.finditer(line):
        if LABELS.get(plain(match[1])) and match.start() > last:
            pieces.append(line[last : match.start()])
            last = match.end()
    return [*pieces, line[last:]]


def cut(lines: list[str]) -> list[Part]:
    """Return the parts of a text, in its order."""
    parts: list[Part] = []
    open_block = False
    for index, line in enumerate(lines):
        if not line.strip():
            open_block = False
            continue
        for piece in split_labels(line):
            label = read_label(piece)
            if label:
                parts.append(Part(label[0], [label[1]] if label[1] else [], index, label[2]))
                open_block = True
            elif (cut_at := _DATED.search(piece)) and len(piece) < 300:  # noqa: PLR2004  a line of facts, not prose
                parts += [
                    Part(None, [piece[: cut_at.start()]], index),
                    Part(None, [piece[cut_at.end() :]], index),
                ]
                open_block = True
            elif open_block and parts and _continues(parts[-1], piece):
                parts[-1].lines.append(piece)
            elif parts and parts[-1].label and not parts[-1].lines and not open_block:
                parts[-1].lines.append(piece)
                open_block = True
            else:
                parts.append(Part(None, [piece], index))
                open_block = True
    return parts


def _continues(part: Part, line: str) -> bool:
    if part.label is None or part.label in LONG_FIELDS or not part.lines:
        return True
    if part.label in {"deadline", "contact", "skip", "online"}:
        return line.startswith("  ") or (len(part.lines[-1]) > _WRAPPED and part.label != "online")
    if part.label == "place" and len(part.lines) == 1 and is_place(line):
        return True
    if part.label == "speaker":
        return not re.search(r"\d|://", line) and not is_place(line) and len(line) < 140  # noqa: PLR2004  a longer line is prose
    return (
        line.startswith("  ")
        or (line.strip()[:1].islower() and len(part.lines[-1]) > 30)  # noqa: PLR2004  lengths that tell real lines apart
        or (part.label == "title" and _unfinished(part.lines[-1]))
    )


def _unfinished(line: str) -> bool:
    last = line.rsplit(maxsplit=1)[-1:] if line else []
    return line.rstrip().endswith((":", ",", "-", "\u2013")) or bool(
        last and last[0].lower() in _SMALL | {"and", "for", "with", "und", "et", "de", "y"},
    )


def is_prose(text: str) -> bool:
    """Return whether a block is running text rather than lines of facts."""
    return len(text) >= 140 or (  # noqa: PLR2004  lengths that tell real lines apart
        len(text) >= 90 and bool(re.search(r"[a-z\u00df-\u00ff)]{4}[.!?]\s+[A-Z\u00c0-\u00dc].{20,}", text))  # noqa: PLR2004  lengths that tell real lines apart
    )


def paragraphs(part: Part) -> list[str]:
    """Return a block as one paragraph, or as its separate lines."""
    lines = [line.strip() for line in part.lines]
    if len(lines) < 2:  # noqa: PLR2004  a single line is itself
        return lines
    body = lines[:-1]
    if sum(map(len, body)) / len(body) >= _WRAPPED and all(len(line) >= 45 for line in body):  # noqa: PLR2004  a wrapped paragraph's lines are long
        return [" ".join(lines)]
    return lines
