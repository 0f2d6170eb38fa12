"""Find days in a line of text, and say which year and which order they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.drafts.words import MONTHS, WEEKDAYS, alternatives

_DAY: Final = alternatives(WEEKDAYS)
_MONTH: Final = alternatives(MONTHS)
_LEAD: Final = rf"(?:\b(?P<w>{_DAY})\b\.?[,(]?\s{{0,3}}(?:(?:the|den|dem|le|el|der|am|on)\s)?)?"
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)\b"
_PATTERNS: Final = (
    re.compile(
        rf"{_LEAD}(?<![\d.:/])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\u00ba|\u00b0|\.)?[\s-]{{0,2}}(?:of\s|de\s|d')?(?:the\s)?"
        rf"(?P<m>{_MONTH})\b\.?,?(?:[\s-]{{0,2}}(?:de\s|del\s|of\s)?{_YEAR})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_LEAD}\b(?P<m>{_MONTH})\b\.?\s{{1,2}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d|\s?[ap]\.?m\b)"
        rf"(?:,?\s{{0,2}}{_YEAR})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_LEAD}(?<![\d-])(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d\d)[-/.](?P<d>\d\d)(?!\d)",
        re.IGNORECASE,
    ),
)
_NUMBERS: Final = re.compile(
    rf"{_LEAD}(?<![\d./:-])(?P<a>\d{{1,2}})(?P<s>[./-])(?P<b>\d{{1,2}})(?:(?P=s)(?P<y>(?:20)?\d\d)?)?(?![\d:/-]|\.\d)",
    re.IGNORECASE,
)
_SHORT: Final = 4  # abbreviations of weekdays are also words
_WEEKDAY: Final = re.compile(
    rf"\b(?:{alternatives(tuple(name for name in WEEKDAYS if len(name) > _SHORT))})\b",
    re.IGNORECASE,
)
_LOWER_WORDS: Final = frozenset(
    {"may", "mar", "march", "dec", "jan", "sep", "sept", "do", "so", "sat", "sun", "mi", "di"},
)
_TERM: Final = re.compile(
    r"\b(?:spring|summer|fall|autumn|winter|term|semester|trimester|hilary|michaelmas|trinity|lent|easter|wintersemester|ws|wise"
    r"|sommersemester|ss|sose|printemps|automne|hiver|oto\u00f1o|primavera|curso|quarter)\s{1,2}(?P<y>20\d\d)(?:\s?/\s?(?P<z>(?:20)?\d\d))?\b"
    r"|\b(?P<v>20\d\d)\s?/\s?(?P<u>(?:20)?\d\d)\b",
    re.IGNORECASE,
)
_MONTHS_A_YEAR: Final = 12
_AUTUMN: Final = 8


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names, with what stands against it."""

    on: date
    span: tuple[int, int]
    weekday: bool
    year: bool
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known around a day: today, which number comes first, the term's years."""

    today: date
    month_first: bool = False
    order_known: bool = False
    years: tuple[int, int] | None = None


def term_years(text: str) -> tuple[int, int] | None:
    """Return the years of the autumn and the spring that a text's term names."""
    found: set[tuple[int, int]] = set()
    for match in _TERM.finditer(text):
        first = int(match["y"] or match["v"])
        second = match["z"] or match["u"]
        if second and int(second) % 100 != (first + 1) % 100:
            continue
        found.add((first, first + 1 if second else first))
    return found.pop() if len(found) == 1 else None


def number_order(text: str) -> bool | None:
    """Return whether numeric dates put the month first, where one of them proves it."""
    proofs = set()
    for match in _NUMBERS.finditer(text):
        first, second = int(match["a"]), int(match["b"])
        if (
            match["s"] == "/"
            and match["y"]
            and max(first, second) <= 31  # noqa: PLR2004  days of a month
            and (first > _MONTHS_A_YEAR) != (second > _MONTHS_A_YEAR)
        ):
            proofs.add(second > _MONTHS_A_YEAR)
    return proofs.pop() if len(proofs) == 1 else None


def find_days(line: str, reader: Reader) -> list[Day]:
    """Return the days that a line names, in its order."""
    if not any(char.isdigit() for char in line):
        return []
    named = [
        day
        for pattern in _PATTERNS
        for match in pattern.finditer(line)
        if (day := _named(match, reader, line))
    ]
    numbers = [day for match in _NUMBERS.finditer(line) if (day := _numbered(match, reader, line))]
    taken: list[Day] = []
    for day in sorted(named + numbers, key=lambda one: (one.span[0] - one.span[1], one.span[0])):
        if all(day.span[1] <= other.span[0] or day.span[0] >= other.span[1] for other in taken):
            taken.append(day)
    return sorted(taken, key=lambda one: one.span[0])


def next_weekday(line: str, today: date) -> Day | None:
    """Return the next day of the one weekday that a line names without a date."""
    names = {match[0].lower(): match.span() for match in _WEEKDAY.finditer(line)}
    if len(names) != 1:
        return None
    name, span = names.popitem()
    on = today + timedelta(days=(WEEKDAYS[name] - today.weekday()) % 7)
    return Day(
        on,
        span,
        weekday=True,
        year=False,
        doubts=(f"Only \u201c{line[span[0] : span[1]]}\u201d is stated, without a date.",),
    )


def _named(match: re.Match[str], reader: Reader, line: str) -> Day | None:
    word = match["m"]
    if word.isdigit():
        month = int(word)
    elif word in _LOWER_WORDS:
        return None
    else:
        month = MONTHS[word.lower()]
    return _day(match, (match["y"], month, int(match["d"])), reader, line)


def _numbered(match: re.Match[str], reader: Reader, line: str) -> Day | None:
    first, second, mark, year = int(match["a"]), int(match["b"]), match["s"], match["y"]
    if not year and not ((mark == "." and match[0].endswith(".")) or (match["w"] and mark == "/")):
        return None
    if year is None and mark == "." and not match["w"] and line[: match.start()].strip(" \t-*\u2022"):
        return None
    year = f"20{year}" if year and len(year) == 2 else year  # noqa: PLR2004  two digits of a year
    day_first = _day(match, (year, second, first), reader, line)
    month_first = _day(match, (year, first, second), reader, line) if mark != "." else None
    if day_first is None or month_first is None or first == second:
        return day_first or month_first
    fits = [day for day in (day_first, month_first) if day.weekday and not day.doubts]
    if len(fits) == 1:
        return fits[0]
    chosen, other = (month_first, day_first) if reader.month_first else (day_first, month_first)
    if reader.order_known:
        return chosen
    stated = line[match.start("a") : match.end()]
    told = f"{stated} can be {_words(chosen.on)} or {_words(other.on)}; read as the first."
    return Day(chosen.on, chosen.span, chosen.weekday, chosen.year, (*chosen.doubts, told))


def _day(match: re.Match[str], parts: tuple[str | None, int, int], reader: Reader, line: str) -> Day | None:
    year, month, number = parts
    weekday = _weekday(match, line)
    span = match.span()
    if not year:
        return _without_year(month, number, weekday, span, reader)
    on = _date(int(year), month, number)
    if on is None:
        return None
    doubts = () if weekday in (None, on.weekday()) else (_contradiction(on, weekday),)
    return Day(on, span, weekday is not None, year=True, doubts=doubts)


def _weekday(match: re.Match[str], line: str) -> int | None:
    if match["w"]:
        return WEEKDAYS[match["w"].lower()]
    around = line[max(0, match.start() - 60) : match.end() + 30]
    names = {WEEKDAYS[name[0].lower()] for name in _WEEKDAY.finditer(around)}
    return names.pop() if len(names) == 1 else None


def _without_year(
    month: int,
    number: int,
    weekday: int | None,
    span: tuple[int, int],
    reader: Reader,
) -> Day | None:
    today = reader.today
    if reader.years:
        on = _date(reader.years[0 if month >= _AUTUMN else 1], month, number)
        if on and weekday in (None, on.weekday()):
            return Day(on, span, weekday is not None, year=True)
    coming = next(
        (
            on
            for year in range(today.year, today.year + 9)
            if (on := _date(year, month, number)) and on >= today
        ),
        None,
    )
    if coming is None:
        return None
    past = _date(today.year if coming.year > today.year else today.year - 1, month, number)
    if weekday is None:
        late = (coming - today).days > 300  # noqa: PLR2004  it has just passed, rather than being ten months away
        doubts = (f"No year is stated; {_words(coming)} {coming.year} is far off.",) if late else ()
        return Day(coming, span, weekday=False, year=False, doubts=doubts)
    if coming.weekday() == weekday:
        return Day(coming, span, weekday=True, year=False)
    if past and past.weekday() == weekday:
        told = f"No year is stated; the weekday fits {past.isoformat()}, which is past."
        return Day(past, span, weekday=True, year=False, doubts=(told,))
    return Day(coming, span, weekday=True, year=False, doubts=(_contradiction(coming, weekday),))


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _contradiction(on: date, weekday: int | None) -> str:
    stated = next(name for name, index in WEEKDAYS.items() if index == weekday).capitalize()
    return f"The text says {stated}, but {on.isoformat()} is a {on:%A}."


def _words(on: date) -> str:
    return f"{on.day} {on:%B}"
