"""Tell how many seminars a text holds, and cut it into them."""

from __future__ import annotations

import re
from typing import Final

from bot.drafts.dates import Reader, find_days
from bot.drafts.layout import Part, is_prose
from bot.drafts.times import find_hours
from bot.drafts.words import BEFORE, CLOSING

_RULE: Final = re.compile(r"^\s*[-=*_~\u2500\u2014]{3,}\s*$")
_HEAD_DATE: Final = 40
_NEAR: Final = 12
_ROW: Final = re.compile(r"\W*\w{0,12}\W{0,3}\d")
_QUOTE: Final = re.compile(r"[\u201e\u201c\"\u00ab][^\u201c\u201d\"\u00bb]{4,240}[\u201c\u201d\"\u00bb]")


def cut_seminars(parts: list[Part], reader: Reader) -> tuple[list[Part], list[list[Part]]]:
    """Return the parts before the first of several seminars, and each one's parts.

    A text of one seminar is returned whole, with nothing before it.
    """
    single = _one_line_each(parts)
    anchors = [index for index, part in enumerate(single) if _starts(part, reader)]
    days = {_day_of(single[index], reader) for index in anchors}
    if len(days) < 2:  # noqa: PLR2004  one day is one seminar
        return [], [parts]
    kinds = _cycle(single, anchors)
    if kinds is not None:
        starts = kinds
    else:
        starts = [
            index
            for number, index in enumerate(anchors)
            if number == 0 or _day_of(single[index], reader) != _day_of(single[anchors[number - 1]], reader)
        ]
    ends = [*starts[1:], len(single)]
    seminars = [single[start:end] for start, end in zip(starts, ends, strict=True)]
    return single[: starts[0]], [_opened(own, reader) for own in seminars]


def _opened(own: list[Part], reader: Reader) -> list[Part]:
    """Cut "16 January, 18:30, Hall 1: "Title", Name" into parts, if the first line is such a row."""
    first = own[0]
    if first.label is not None or len(first.lines) != 1:
        return own
    line = first.lines[0].strip()
    spans = [day.span for day in find_days(line, reader)]
    if not spans:
        return own
    hours = find_hours(line, spans, twelve=True, loose=True)
    end = max([spans[0][1], *(one.span[1] for one in hours if one.span[0] < spans[0][1] + _NEAR)])
    return [
        Part(None, [line[:end]], first.at),
        *(Part(None, [cell], first.at) for cell in _cells(line[end:])),
        *own[1:],
    ]


def _cells(rest: str) -> list[str]:
    """Return the pieces of a row, each to be read as a line."""
    if "|" in rest or "\t" in rest:
        pieces = re.split(r"[|\t]", rest)
    elif quoted := _QUOTE.search(rest):
        pieces = [rest[: quoted.start()], quoted[0], rest[quoted.end() :]]
    elif person := re.match(r"^\W{0,4}([^()]{3,60}\([^()]{2,120}\))\s?[,:\u2013\u2014-]\s?(.{5,300})$", rest):
        pieces = [person[1], person[2]]
    else:
        pieces = [rest]
    return [cell for piece in pieces if (cell := piece.strip(" ,:;.|\u2013\u2014-\t"))]


def _one_line_each(parts: list[Part]) -> list[Part]:
    """Give each unlabelled line of a block of facts its own part, as a list of talks needs."""
    cut: list[Part] = []
    for part in parts:
        if (
            part.label is None
            and len(part.lines) > 1
            and (not is_prose(part.lines[0]) or all(map(_ROW.match, part.lines)))
        ):
            long_lines = sum(len(line) for line in part.lines[:-1]) / (len(part.lines) - 1) >= 60  # noqa: PLR2004  a wrapped paragraph
            if long_lines and not all(map(_ROW.match, part.lines)):
                cut.append(part)
            else:
                cut += [Part(None, [line], part.at + offset) for offset, line in enumerate(part.lines)]
        else:
            cut.append(part)
    return cut


def _starts(part: Part, reader: Reader) -> bool:
    if part.label not in {None, "when", "both"} or part.word == "end":
        return False
    text = part.text[:400]
    if (CLOSING.search(text) and BEFORE.search(text)) or (
        part.label is None and is_prose(text) and not _head(text, reader)
    ):
        return False
    return part.label is not None and bool(find_days(text, reader)) or _head(text, reader)  # noqa: RUF021  read left to right


def _head(text: str, reader: Reader) -> bool:
    days = find_days(text[: _HEAD_DATE + 20], reader)
    return bool(days) and days[0].span[0] <= 12  # noqa: PLR2004  a bullet, a weekday's name or nothing stands before


def _day_of(part: Part, reader: Reader) -> object:
    days = find_days(part.text[:400], reader)
    return days[0].on if days else None


def _cycle(parts: list[Part], anchors: list[int]) -> list[int] | None:
    """Return where seminars begin if the same label opens each of them."""
    labels = [part.label for part in parts]
    first_anchor = anchors[0]
    before = [
        index for index in range(first_anchor + 1) if labels[index] in {"title", "speaker", "when", "both"}
    ]
    for index in before:
        starts = [at for at, label in enumerate(labels) if label == labels[index] and at >= index]
        if len(starts) == len(anchors) and all(
            start <= anchor for start, anchor in zip(starts, anchors, strict=True)
        ):
            return _headings(parts, starts)
    return None


def _headings(parts: list[Part], starts: list[int]) -> list[int]:
    """Begin each seminar at the unlabelled line above its first label, if all but the first have one."""
    above = [
        start - 1
        if start and parts[start - 1].label is None and not is_prose(parts[start - 1].text)
        else start
        for start in starts
    ]
    return above if all(one != start for one, start in zip(above[1:], starts[1:], strict=True)) else starts
