# ruff: noqa: E501  expressions are read by the line
"""Gather what a text says about one seminar, part by part."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.drafts.dates import Day, Reader, find_days, next_weekday
from bot.drafts.layout import Part, is_prose, paragraphs
from bot.drafts.times import Hours, find_hours
from bot.drafts.words import BEFORE, CLOSING
from bot.drafts.zones import ZONE

if TYPE_CHECKING:
    from datetime import date, time

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z\u00c0-\u00dc\u00bf\u201c\u00ab\u201e])")
_TITLED: Final = re.compile(
    r"(?:Prof|Dr|Mr|Mrs|Ms|St|No|Nr|vs|Assoc|bzw|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Sr|Sra|Dra|Mon|Tue|Wed|Thu|Fri|[A-Z])\.$|\b\d{1,2}\.$",
)
_RECURRING: Final = re.compile(
    r"\b(?:mondays|tuesdays|wednesdays|thursdays|fridays|every|each week|weekly|jeden|montags|dienstags|mittwochs|donnerstags|freitags|tous les|chaque|todos los|cada)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, hours, or both, as one sentence or line states them."""

    day: Day | None
    hours: tuple[Hours, ...]
    text: str
    at: int
    labelled: bool
    prose: bool


@dataclass(slots=True)
class Evidence:
    """What one seminar's lines hold, before it is weighed."""

    moments: list[Moment] = field(default_factory=list)
    closings: list[tuple[Day, time | None]] = field(default_factory=list)
    closing_text: list[str] = field(default_factory=list)


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, not cut at "Prof." or "3."."""
    whole: list[str] = []
    for piece in _SENTENCE.split(text):
        if whole and _TITLED.search(whole[-1][-12:]):
            whole[-1] += f" {piece}"
        else:
            whole.append(piece)
    return whole


def gather(parts: list[Part], reader: Reader, *, twelve: bool) -> Evidence:
    """Return the moments and closing days that parts speak of."""
    found = Evidence()
    for part in parts:
        if part.label in {"abstract", "bio", "title", "skip", "speaker", "capacity"}:
            if part.label in {"abstract", "bio"}:
                for sentence in sentences(part.text):
                    if CLOSING.search(sentence):
                        _closing(sentence, reader, found, twelve=twelve, sure=False)
            continue
        for block in [part.text] if part.label in {"when", "both"} else paragraphs(part):
            for sentence in sentences(block) if is_prose(block) else [block]:
                _note(sentence, part, reader, found, twelve=twelve)
    return found


def _note(sentence: str, part: Part, reader: Reader, found: Evidence, *, twelve: bool) -> None:
    label = part.label
    if label == "deadline" or (label not in {"when", "both"} and CLOSING.search(sentence)):
        if _closing(sentence, reader, found, twelve=twelve, sure=label == "deadline"):
            return
        if label == "deadline":
            return
    labelled = label in {"when", "both"}
    if not labelled and _RECURRING.search(sentence) and not find_days(sentence, reader):
        days: list[Day] = []
    else:
        days = find_days(sentence, reader)
    hours = find_hours(sentence, [day.span for day in days], twelve=twelve, loose=labelled or bool(days))
    weekday = (
        None
        if days or _RECURRING.search(sentence) or not (hours or labelled)
        else next_weekday(sentence, reader.today)
    )
    day = days[0] if days else weekday
    if day or hours:
        prose = is_prose(part.text) and not labelled
        for one in days or (day,):
            found.moments.append(Moment(one, tuple(hours), sentence, part.at, labelled, prose))


def _closing(sentence: str, reader: Reader, found: Evidence, *, twelve: bool, sure: bool) -> bool:
    """Note a day by which to register; return whether the sentence holds one."""
    found.closing_text.append(sentence)
    before = BEFORE.search(sentence)
    days = find_days(sentence, reader)
    if not days or not (before or sure):
        return bool(sure)
    start = before.start() if before and not sure else 0
    later = [day for day in days if day.span[0] >= start]
    if not later:
        return False
    hours = find_hours(sentence, [day.span for day in days], twelve=twelve, loose=False)
    found.closings.append((later[0], hours[0].start if len(hours) == 1 else None))
    return len(days) == 1


def zones_after(moment: Moment) -> list[re.Match[str]]:
    """Return where a moment's own line speaks of a zone, in order."""
    return list(ZONE.finditer(moment.text))


def closest_before(day: Day, start: date) -> date:
    """Return a closing day in the year that puts it before the seminar."""
    if day.year:
        return day.on
    for year in (start.year, start.year - 1):
        try:
            on = day.on.replace(year=year)
        except ValueError:
            continue
        if on <= start:
            return on
    return day.on
