"""After the talk, as rules: who is told of slides and recording, who is asked, and what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.consequence import Consequence, list_people
from bot.domain.room import Room, State
from bot.domain.seminar import Seminar

FEEDBACK_FOR = timedelta(days=14)
SHOWN_FROM = 5  # answers, so that nobody can be told by theirs
SCORES = (1, 2, 3, 4, 5)
MOST_LINE = 500
MOST_LINK = 1000
IN_ROOM_OR_LINE = (State.SEATED, State.OFFERED, State.WAITLISTED)


@dataclass(frozen=True, slots=True)
class Links:
    """Where the slides and the recording are, each empty if there are none."""

    slides: str = ""
    recording: str = ""

    def without(self, told: Iterable[str]) -> "Links":
        """Return those that are not among the ones that were told."""
        known = set(told)
        return Links(
            "" if self.slides in known else self.slides, "" if self.recording in known else self.recording
        )

    def only(self, others: "Links") -> "Links":
        """Return those that stand in others as well, at the same place."""
        return Links(
            self.slides if self.slides == others.slides else "",
            self.recording if self.recording == others.recording else "",
        )

    def as_set(self) -> frozenset[str]:
        """Return the addresses."""
        return frozenset(filter(None, (self.slides, self.recording)))

    def digest(self) -> str:
        """Return a short text by which a message about exactly these is known."""
        return sha256(repr((self.slides, self.recording)).encode()).hexdigest()[:12]


def links_of(seminar: Seminar) -> Links:
    """Return the links that staff added to a seminar."""
    return Links(seminar.slides_link, seminar.recording_link)


@dataclass(frozen=True, slots=True)
class MaterialsPlan:
    """What saving slides and recording does.

    Attributes:
        before: The seminar as it is.
        after: The seminar as it becomes.
        new: The links that nobody was told of yet.
        told: Who is told of these now; nobody before the end of the talk.
        consequence: How many of each are told.
        is_over: Whether the talk is over.
    """

    before: Seminar
    after: Seminar
    new: Links
    told: tuple[str, ...]
    consequence: Consequence
    is_over: bool

    @property
    def is_change(self) -> bool:
        """Whether anything is saved."""
        return links_of(self.before) != links_of(self.after)

    def fingerprint(self) -> str:
        """Return a short text that differs where what is shown does."""
        return self.consequence.fingerprint(links_of(self.before), links_of(self.after), self.is_over)


def decide_materials(room: Room, links: Links, told: frozenset[str], now: datetime) -> MaterialsPlan:
    """Decide what saving these links does.

    Args:
        room: Everybody in the seminar.
        links: What staff want to stand there.
        told: The links that people were told of already.
        now: The moment of it.
    """
    seminar = room.seminar
    is_over = now >= seminar.ends_at
    after = replace(seminar, slides_link=links.slides, recording_link=links.recording)
    new = links.without(told)
    tells = is_over and links != links_of(seminar) and bool(new.as_set())
    people = tuple(list_people(room, *IN_ROOM_OR_LINE)) if tells else ()
    waiting = sum(room.known[user_id].state is State.WAITLISTED for user_id in people)
    consequence = Consequence(told_seats=len(people) - waiting, told_line=waiting)
    return MaterialsPlan(seminar, after, new, people, consequence, is_over)


class Asking(StrEnum):
    """Whether somebody may say how a talk was."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NOT_THERE = "not_there"


def decide_feedback(seminar: Seminar, state: State | None, now: datetime) -> Asking:
    """Return whether a member who holds that may say how it was: from the end on, for two weeks."""
    if seminar.cancelled_at is not None:
        return Asking.CANCELLED
    if state is not State.SEATED:
        return Asking.NOT_THERE
    if now < seminar.ends_at:
        return Asking.NOT_YET
    return Asking.OPEN if now < feedback_until(seminar) else Asking.CLOSED


def feedback_until(seminar: Seminar) -> datetime:
    """Return when answers are no longer taken."""
    return seminar.ends_at + FEEDBACK_FOR


@dataclass(frozen=True, slots=True)
class Results:
    """What those who came thought of it, without names.

    Attributes:
        counts: How many gave each score, the lowest first.
        lines: What they wrote, in an order that tells nothing of who wrote.
    """

    counts: tuple[int, ...]
    lines: tuple[str, ...]

    @property
    def answers(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def is_shown(self) -> bool:
        """Whether enough answered, so that nobody can be told by theirs."""
        return self.answers >= SHOWN_FROM

    @property
    def mean(self) -> float:
        """The mean score, 0 while nobody answered."""
        total = sum(score * count for score, count in zip(SCORES, self.counts, strict=True))
        return total / self.answers if self.answers else 0.0


def sum_up(seminar_id: int, given: Sequence[tuple[int, str]]) -> Results:
    """Sum up scores and lines.

    The lines are ordered by a hash of their own words: neither when nor by whom
    they were written can be told from it, and they stand still between two looks.
    """
    counts = tuple(sum(score == one for score, _line in given) for one in SCORES)
    lines = sorted(
        (line for _score, line in given if line),
        key=lambda line: sha256(f"{seminar_id}:{line}".encode()).digest(),
    )
    return Results(counts, tuple(lines))


def choose_next(seminar: Seminar, series: Iterable[Seminar]) -> Seminar | None:
    """Return the seminar of a series that comes after that one, None if there is none.

    A cancelled one is passed over.
    """
    later = [one for one in series if one.cancelled_at is None and _order(one) > _order(seminar)]
    return min(later, key=_order, default=None)


def _order(seminar: Seminar) -> tuple[datetime, int]:
    return seminar.starts_at, seminar.id
