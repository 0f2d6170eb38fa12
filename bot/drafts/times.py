# ruff: noqa: E501  expressions are read by the line
"""Find hours and ranges of hours in a line of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from bot.drafts.words import ASIDE

_WORDS: Final = {
    "noon": 12,
    "midday": 12,
    "midnight": 0,
    "mittag": 12,
    "midi": 12,
    "mediodia": 12,
    "mediod\u00eda": 12,
}
_HOURS_A_DAY: Final = 24
_NOON: Final = 12
_EARLIEST_UNSAID: Final = 7  # "at 4" and "6:30" are afternoons; "at 8" may be either


def _atom(number: int) -> str:
    return (
        rf"(?:(?:12\s)?(?P<w{number}>noon|midday|midnight|mittag|midi|mediod[i\u00ed]a)\b"
        rf"|(?P<h{number}>\d{{1,2}})(?:(?:[:.]|\s?h\s?|\sheures\s)(?P<i{number}>[0-5]\d))?(?::00)?(?![\d%\u20ac$])"
        rf"\s?(?P<s{number}>a\.?\s?m\b\.?|p\.?\s?m\b\.?|uhr\b|hrs?\b|h(?:oras|eures|ours)?\b|o['\u2019]clock\b|noon\b)?)"
    )


_RANGE: Final = re.compile(
    r"(?<![\w.:/,\u20ac$\u00a3#+-])" + _atom(1) + r"(?P<z>\s?(?:[A-Z]{2,5})(?=\s?[-\u2013\u2014]))?"
    r"(?:\s{0,2}(?P<sep>-|\u2192|\u2013|\u2014|\u2212|\bto\b|\buntil\b|\btill\b|\bbis\b|\b\u00e0\b|\ba\b|\bhasta\b|\bund\b|\band\b|\bet\b|\by\b)"
    r"\s{0,2}(?:las?\s)?" + _atom(2) + r")?(?P<ct>\s?,?\(?\b(?:c\.\s?t\b\.?|s\.\s?t\b\.?|ct\b|st\b))?",
    re.IGNORECASE,
)
_FOUR: Final = re.compile(
    r"(?<![\d.:/-])(?P<a>[012]\d)(?P<b>[0-5]\d)\s?(?:-|\u2013|to)\s?(?P<c>[012]\d)(?P<d>[0-5]\d)(?![\d-])(?:\s?(?:hrs|hours|h)\b)?",
)
_FOUR_ONE: Final = re.compile(r"(?<![\d.:/-])(?P<a>[012]\d)(?P<b>[0-5]\d)\s?(?:hrs|hours|h)\b")
_ROOMS: Final = re.compile(
    r"https?://\S{1,500}|[\w.+-]{1,60}@[\w.-]{1,60}|\b(?:room|raum|rm|salle|sala|aula|hall|h\u00f6rsaal|building|bldg|level|floor"
    r"|theatre|auditorium|id|passcode|geb\u00e4ude|b\u00e2timent|b\u00e2t|amphi(?:th\u00e9\u00e2tre)?|haus|suite|lab|edificio|seminarraum|vol|chapter|page|pages|pp"
    r"|no|kenncode|tel|phone|ext)\b\.?:?\s(?!at\b|um\b|de\b|at\s)(?:(?-i:[A-Z]{1,4})[ -]?)?[\w.:-]{0,20}\d[\w.:-]{0,20}(?!\s?[ap]\.?m)"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\+\d[\d ()-]{6,20}|\b\d{3}[ -]\d{3,4}[ -]\d{3,4}\b",
    re.IGNORECASE,
)
_AT: Final = re.compile(
    r"(?:\bat|@|\bum|\bab|\bfrom|\bvon|\b\u00e0|\ba las|\bla|\bde|\bbetween|\bzwischen|\bentre|,|\||\bgegen)\s{0,2}$",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(?:between|zwischen|entre)(?:\slas)?\s{1,2}$", re.IGNORECASE)
_JOIN: Final = frozenset({"and", "und", "et", "y"})
_CLAUSE: Final = re.compile(
    r"[,;()\[\]|]|\.\s|\s[-\u2013\u2014]\s|\bfollowed by\b|\bthen\b|\bpreceded by\b|\band\b|\bund\b|\bsuivie? d|\bsuivi\b",
    re.IGNORECASE,
)


_AROUND: Final = 150


@dataclass(frozen=True, slots=True)
class Hours:
    """A time or a range that a line names."""

    start: time
    end: time | None
    span: tuple[int, int]
    start_doubt: str | None = None
    end_doubt: str | None = None
    note: str | None = None


def mask(line: str, spans: list[tuple[int, int]]) -> str:
    """Blank stretches of a line that are not hours, keeping every offset."""
    for start, end in (*spans, *(match.span() for match in _ROOMS.finditer(line))):
        line = line[:start] + "\x00" * (end - start) + line[end:]
    return line


def find_hours(line: str, spans: list[tuple[int, int]], *, twelve: bool, loose: bool) -> list[Hours]:
    """Return the hours in a line that are the talk's, not the coffee's.

    Args:
        line: The text.
        spans: Where its days stand.
        twelve: Whether unmarked hours are of the 12-hour clock, as in English.
        loose: Whether a bare number can be an hour, as after a label or a day.
    """
    masked = mask(line, spans)
    found = [
        hours
        for match in _RANGE.finditer(masked)
        if (hours := _read(match, masked, twelve=twelve, loose=loose))
    ]
    for pattern in (_FOUR, _FOUR_ONE):
        found += [
            hours
            for match in pattern.finditer(masked)
            if (hours := _military(match)) and not _within(hours, found)
        ]
    return sorted((one for one in found if not _is_aside(line, one.span)), key=lambda one: one.span[0])


def _within(hours: Hours, others: list[Hours]) -> bool:
    return any(one.span[0] < hours.span[1] and hours.span[0] < one.span[1] for one in others)


def _is_aside(line: str, span: tuple[int, int]) -> bool:
    """Return whether the clause around a time speaks of refreshments or doors."""
    # Only what stands near counts, and a long line stays linear.
    offset = max(0, span[0] - _AROUND)
    line, span = line[offset : span[1] + _AROUND], (span[0] - offset, span[1] - offset)
    cuts = [
        match.span() for match in _CLAUSE.finditer(line) if match.end() <= span[0] or match.start() >= span[1]
    ]
    left = max((end for _, end in cuts if end <= span[0]), default=0)
    right = min((start for start, _ in cuts if start >= span[1]), default=len(line))
    opened = line[max(0, left - 1) : left] == "("
    clause = line[left:right]
    before = line[:left].rstrip()
    # "Coffee from 3:30, talk at 4": the word may also close the clause before a bracket.
    return bool(ASIDE.search(clause)) or (
        opened
        and bool(
            re.search(r"(?:coffee|tea|refreshments|kaffee|tee|caf\u00e9)\s{0,2}\($", before, re.IGNORECASE),
        )
    )


def _military(match: re.Match[str]) -> Hours | None:
    groups = match.groupdict()
    start, end = _clock(int(groups["a"]), int(groups["b"])), None
    if groups.get("c"):
        end = _clock(int(groups["c"]), int(groups["d"]))
        if (
            end is None
            or start is None
            or end <= start
            or int(groups["a"] + groups["b"]) in range(1900, 2100)
        ):
            return None
    return Hours(start, end, match.span()) if start else None


def _half(suffix: str | None) -> str | None:
    """Return a or p for a.m. and p.m."""
    mark = (suffix or "").lower().replace(".", "").replace(" ", "")
    return mark[0] if mark in {"am", "pm"} else None


def _read(match: re.Match[str], line: str, *, twelve: bool, loose: bool) -> Hours | None:
    parts = match.groupdict()
    has_second = bool(parts["w2"] or parts["h2"])
    sep = (parts["sep"] or "").lower()
    lead = line[max(0, match.start() - 12) : match.start()]
    if has_second and sep in _JOIN and not _BETWEEN.search(lead):
        has_second = False
    marked = [
        bool(
            parts[f"w{n}"]
            or parts[f"s{n}"]
            or (parts[f"i{n}"] and ("." not in match[0] or loose or (parts["i1"] and parts["i2"]))),
        )
        for n in (1, 2)
    ]
    after = bool(_AT.search(lead)) or match.start() == 0
    if not (
        marked[0]
        or (has_second and marked[1])
        or (loose and after and (has_second or not lead.rstrip().endswith(",")))
    ):
        return None
    if not has_second and parts["i1"] and not (parts["s1"] or loose or after or ":" in match[0]):
        return None
    first, second = _hour(parts, 1), _hour(parts, 2) if has_second else None
    if first is None:
        return None
    start, end, doubt = _settle(
        (first, _half(parts["s1"])),
        (second, _half(parts["s2"]) if has_second else None),
        parts,
        twelve=twelve,
    )
    if start is None or (has_second and end is None):
        return None
    if not any(marked) and not has_second:
        doubt = doubt or "The hour is a bare number."
    return _academic(start, end, match, doubt)


def _hour(parts: dict[str, str | None], number: int) -> tuple[int, int] | None:
    word = parts[f"w{number}"]
    if word:
        return _WORDS[word.lower()], 0
    text = parts[f"h{number}"]
    return (int(text), int(parts[f"i{number}"] or 0)) if text else None


def _settle(
    first: tuple[tuple[int, int], str | None],
    second: tuple[tuple[int, int] | None, str | None],
    parts: dict[str, str | None],
    *,
    twelve: bool,
) -> tuple[time | None, time | None, str | None]:
    """Give both ends their half of the day."""
    (hour, minute), half = first
    later, later_half = second
    doubt = None
    european = (
        bool(
            {(parts["s1"] or "").lower(), (parts["s2"] or "").lower()}
            & {"uhr", "h", "hrs", "hr", "horas", "heures"},
        )
        or not twelve
    )
    padded = (parts["h1"] or "").startswith("0") or hour > _NOON
    if half is None and later_half and not parts["w1"]:
        half = later_half
        if later and later_half == "p" and hour != _NOON and (hour % 12, minute) > (later[0] % 12, later[1]):
            half = "a"
    elif half is None and not parts["w1"] and not european and not padded and 1 <= hour < _EARLIEST_UNSAID:
        half, doubt = "p", f"{hour}:{minute:02d} has no a.m. or p.m.; read as the afternoon."
    start = _clock(_with_half(hour, half), minute)
    if later is None or start is None:
        return start, None, doubt
    end = _clock(_with_half(later[0], later_half), later[1])
    if end and end <= start and later_half is None and not parts["w2"] and later[0] < _NOON:
        end = _clock(later[0] + _NOON, later[1])
    if end is not None and end <= start:
        end = None
    return start, end, doubt


def _with_half(hour: int, half: str | None) -> int:
    if half is None or hour > _NOON:
        return hour
    return hour % _NOON + (_NOON if half == "p" else 0)


def _clock(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < _HOURS_A_DAY and minute < 60 else None  # noqa: PLR2004  minutes


def _academic(start: time, end: time | None, match: re.Match[str], doubt: str | None) -> Hours:
    """Apply the academic quarter: c.t. begins at a quarter past and ends at a quarter to."""
    mark = (match["ct"] or "").lower().strip(" ,(.")
    if not mark.startswith("c") or start.minute:
        return Hours(start, end, match.span(), doubt)
    end_doubt = None
    if end is not None and not end.minute:
        end = time(end.hour - 1, 45) if end.hour else end
        end_doubt = "The end is read with the academic quarter (c.t.)."
    return Hours(
        start.replace(minute=15),
        end,
        match.span(),
        doubt,
        end_doubt,
        "c.t. is read as a quarter past the hour.",
    )
