"""Series: how a talk repeats, and which of the days ahead become seminars.

The days themselves come from a recurrence library, outside; here it is decided
what is done with each of them. A repeated talk keeps its wall-clock time, so
over a change of clocks its instant moves and its promise does not.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.seminar import Seminar
from bot.domain.text import clean_line
from bot.domain.zones import get_zone, instant_of, is_missing

MOST_AT_ONCE = 30
MOST_SKIPPED = 60
FURTHEST = timedelta(days=5 * 366)  # as for a single talk
ANNOUNCE_CHOICES: dict[str, timedelta | None] = {
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "1w": timedelta(weeks=1),
    "2w": timedelta(weeks=2),
    "now": None,
}
DEFAULT_ANNOUNCE = "1w"

_WEEK = 7
_LAST = -1
_NO_FIFTH = 4
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_QUOTED = 40


class Rhythm(StrEnum):
    """How often a talk repeats."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    MONTHLY_LAST = "monthly_last"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rhythm on a weekday; ``nth`` is which one of the month, -1 the last, 0 for any of them."""

    rhythm: Rhythm
    weekday: int
    nth: int = 0

    def to_text(self) -> str:
        """Write it as iCalendar's RRULE, without an end: a series may be made longer later."""
        day = _DAYS[self.weekday]
        if self.rhythm is Rhythm.WEEKLY:
            return f"FREQ=WEEKLY;BYDAY={day}"
        if self.rhythm is Rhythm.FORTNIGHTLY:
            return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"
        return f"FREQ=MONTHLY;BYDAY={self.nth}{day}"


def list_rules(day: date) -> tuple[Rule, ...]:
    """Return the rules that a talk on that day can follow.

    The fifth of a weekday is not there in every month, so it repeats as the last.
    """
    weekday, nth = day.weekday(), (day.day - 1) // _WEEK + 1
    rules = [Rule(Rhythm.WEEKLY, weekday), Rule(Rhythm.FORTNIGHTLY, weekday)]
    if nth <= _NO_FIFTH:
        rules.append(Rule(Rhythm.MONTHLY, weekday, nth))
    if (day + timedelta(days=_WEEK)).month != day.month:
        rules.append(Rule(Rhythm.MONTHLY_LAST, weekday, _LAST))
    return tuple(rules)


def find_rule(day: date, rhythm: str) -> Rule | None:
    """Return the rule of that rhythm for a talk on that day, None if it cannot follow it."""
    return next((rule for rule in list_rules(day) if rule.rhythm == rhythm), None)


@dataclass(frozen=True, slots=True)
class Repeat:
    """What staff ask for: a rule, how far, without which days, and how long before each is announced.

    Either ``more`` (how many seminars) or ``until`` (the last day) is set. ``ahead``
    None announces all of them now.
    """

    rule: Rule
    more: int | None
    until: date | None
    skip: frozenset[date]
    ahead: timedelta | None


class Problem(StrEnum):
    """What is wrong with what staff typed."""

    REPEAT_MISSING = "repeat_missing"
    HOW_FAR_MISSING = "how_far_missing"
    HOW_FAR_TWICE = "how_far_twice"
    MORE_WRONG = "more_wrong"
    UNTIL_WRONG = "until_wrong"
    SKIP_WRONG = "skip_wrong"
    SKIP_MANY = "skip_many"
    ANNOUNCE_MISSING = "announce_missing"
    NONE_LEFT = "none_left"
    TOO_MANY = "too_many"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Fault:
    """A field with something to mend; of the dates to skip, in which line, and what stands there."""

    field: str
    problem: Problem
    line: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What staff typed, as they typed it; ``skip`` has one date a line."""

    repeat: str = ""
    more: str = ""
    until: str = ""
    skip: str = ""
    announce: str = DEFAULT_ANNOUNCE
    title: str = ""


def read_typed(typed: Typed, day: date) -> Repeat | tuple[Fault, ...]:
    """Return what staff ask for, or all that is wrong with it.

    Args:
        typed: What they typed.
        day: The day of the talk that is repeated.
    """
    faults: list[Fault] = []
    rule = find_rule(day, typed.repeat)
    if rule is None:
        faults.append(Fault("repeat", Problem.REPEAT_MISSING))
    more = int(typed.more) if _NUMBER.fullmatch(typed.more) else 0
    until = _day_of(typed.until)
    if typed.more and typed.until:
        faults.append(Fault("until", Problem.HOW_FAR_TWICE))
    elif not typed.more and not typed.until:
        faults.append(Fault("more", Problem.HOW_FAR_MISSING))
    elif typed.more and not 1 <= more <= MOST_AT_ONCE:
        faults.append(Fault("more", Problem.MORE_WRONG))
    elif typed.until and (until is None or until <= day):
        faults.append(Fault("until", Problem.UNTIL_WRONG))
    skip = _read_skipped(typed.skip)
    if isinstance(skip, Fault):
        faults.append(skip)
    if typed.announce not in ANNOUNCE_CHOICES:
        faults.append(Fault("announce", Problem.ANNOUNCE_MISSING))
    if faults or rule is None or isinstance(skip, Fault):
        return tuple(faults)
    return Repeat(rule, more or None, until, skip, ANNOUNCE_CHOICES[typed.announce])


def _read_skipped(text: str) -> frozenset[date] | Fault:
    days: set[date] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        written = clean_line(line)
        if not written:
            continue
        day = _day_of(written)
        if day is None:
            return Fault("skip", Problem.SKIP_WRONG, number, written[:_QUOTED])
        days.add(day)
    return Fault("skip", Problem.SKIP_MANY) if len(days) > MOST_SKIPPED else frozenset(days)


def _day_of(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Planned:
    """The times of one seminar to come; ``publish_at`` None announces it at once."""

    starts_local: datetime
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    publish_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dates:
    """What becomes of the days of a rule.

    Attributes:
        planned: Those that become seminars, soonest first.
        skipped: Those that staff skip.
        missing: Those on which clocks skip the time of the talk, so that there is none.
        unused: Days to skip that the rule does not have.
        is_cut: Whether there would be more than may be made at once.
        is_far: Whether some lie too far ahead.
    """

    planned: tuple[Planned, ...] = ()
    skipped: tuple[date, ...] = ()
    missing: tuple[datetime, ...] = ()
    unused: tuple[date, ...] = ()
    is_cut: bool = False
    is_far: bool = False

    def fingerprint(self) -> str:
        """Return a short text that differs where the dates do; goes into the preview's metadata."""
        return sha256(repr(self).encode()).hexdigest()[:16]


def find_fault(dates: Dates, repeat: Repeat) -> Fault | None:
    """Return why those dates cannot be made, None if they can."""
    field = "more" if repeat.until is None else "until"
    if dates.is_far:
        return Fault(field, Problem.TOO_FAR)
    if dates.is_cut:
        return Fault(field, Problem.TOO_MANY)
    return None if dates.planned else Fault(field, Problem.NONE_LEFT)


def choose_dates(
    seminar: Seminar, days: Iterable[date], repeat: Repeat, *, there: Collection[date] = (), now: datetime
) -> Dates:
    """Decide which days become seminars.

    Days that have passed are left out without a word; so are those of ``there``,
    on which the series has a seminar already.

    Args:
        seminar: The one that is repeated.
        days: The days of the rule after it, in order; only as many as needed are taken.
        repeat: What staff ask for.
        there: The days of the series' other seminars.
        now: The time of asking.
    """
    planned: list[Planned] = []
    skipped: list[date] = []
    missing: list[datetime] = []
    is_cut = is_far = False
    most = MOST_AT_ONCE if repeat.more is None else repeat.more
    for day in days:
        if repeat.until is not None and day > repeat.until:
            break
        if len(planned) == most:
            is_cut = repeat.until is not None
            break
        local = datetime.combine(day, seminar.starts_local.time())
        if instant_of(local, seminar.zone) > now + FURTHEST:
            is_far = True
            break
        if instant_of(local, seminar.zone) <= now or day in there:
            continue
        if day in repeat.skip:
            skipped.append(day)
        elif is_missing(local, seminar.zone):
            missing.append(local)
        else:
            planned.append(plan_at(seminar, local, ahead=repeat.ahead, now=now))
    unused = repeat.skip.difference(skipped)
    return Dates(tuple(planned), tuple(skipped), tuple(missing), tuple(sorted(unused)), is_cut, is_far)


def plan_at(seminar: Seminar, local: datetime, *, ahead: timedelta | None, now: datetime) -> Planned:
    """Return the times of a seminar that is repeated at a wall-clock time in its zone.

    It is as long, and closes as long before the start. Opening is a time on the
    clock that staff set, so it keeps its place on the calendar before the talk.
    """
    starts_at = instant_of(local, seminar.zone)
    publish_at = None if ahead is None else starts_at - ahead
    closes_at = None if seminar.closes_at is None else starts_at - (seminar.starts_at - seminar.closes_at)
    opens_at = None
    if seminar.opens_at is not None:
        opens_local = seminar.opens_at.astimezone(get_zone(seminar.zone)).replace(tzinfo=None)
        opens_at = instant_of(local - (seminar.starts_local - opens_local), seminar.zone)
    return Planned(
        starts_local=local,
        starts_at=starts_at,
        ends_at=starts_at + (seminar.ends_at - seminar.starts_at),
        opens_at=opens_at,
        closes_at=closes_at,
        publish_at=publish_at if publish_at is not None and publish_at > now else None,
    )
