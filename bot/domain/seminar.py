"""A seminar as values: what it is, when it is, and which phase of its life it is in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Promotion(StrEnum):
    """How a waiter gets a seat that became free."""

    AUTOMATIC = "automatic"
    ASK = "ask"


class Phase(StrEnum):
    """Where a seminar stands at a moment; the card and every answer follow from it."""

    NOT_OPEN_YET = "not_open_yet"
    OPEN = "open"
    CLOSED = "closed"
    BEGUN = "begun"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who talks, and where they come from (empty if not said)."""

    name: str
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Seminar:
    """One talk at one time.

    ``starts_local`` and ``zone`` are the promise; ``starts_at`` and ``ends_at``
    are its instants in UTC. ``capacity`` None means unlimited.

    ``version`` counts what staff changed, ``sequence`` (iCalendar's) the changes of
    time or place. ``publish_at`` is when it is announced, if later than it was made.
    Leaving is late from ``late`` before the start on, None if never. Staff stopped
    serving the line at ``line_stopped_at``.
    """

    id: int
    workspace_id: int
    title: str
    speakers: tuple[Speaker, ...]
    abstract: str
    bio: str
    starts_local: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    place: str
    online_link: str
    capacity: int | None
    has_waitlist: bool
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    reminder_offsets: tuple[timedelta, ...]
    created_by: str
    version: int = 1
    sequence: int = 0
    series_id: int | None = None
    promotion: Promotion = Promotion.AUTOMATIC
    late: timedelta | None = None
    line_stopped_at: datetime | None = None
    publish_at: datetime | None = None
    check_in_word: str = ""
    slides_link: str = ""
    recording_link: str = ""


class Count(NamedTuple):
    """How many registrations of each kind a seminar has: rows counted, never stored."""

    seated: int = 0
    offered: int = 0
    waiting: int = 0

    @property
    def taken(self) -> int:
        """Seats that nobody else can have."""
        return self.seated + self.offered


def decide_phase(seminar: Seminar, now: datetime) -> Phase:
    """Return the phase of a seminar at a moment.

    The boundaries belong to the later phase: at ``closes_at`` it is closed, at
    ``starts_at`` it has begun, at ``ends_at`` it is over.
    """
    if seminar.cancelled_at is not None:
        return Phase.CANCELLED
    if now >= seminar.ends_at:
        return Phase.OVER
    if now >= seminar.starts_at:
        return Phase.BEGUN
    if seminar.closed_at is not None or (seminar.closes_at is not None and now >= seminar.closes_at):
        return Phase.CLOSED
    if seminar.opens_at is not None and now < seminar.opens_at:
        return Phase.NOT_OPEN_YET
    return Phase.OPEN


def seats_left(seminar: Seminar, count: Count) -> int | None:
    """Return how many seats are free, or None if their number is not limited.

    Staff may lower the capacity below what is taken; then no seat is free.
    """
    return None if seminar.capacity is None else max(0, seminar.capacity - count.taken)


def is_published(seminar: Seminar, now: datetime) -> bool:
    """Tell whether a seminar is announced at a moment, so that members may know of it.

    One that was cancelled before that never is, unless it is restored.
    """
    if seminar.publish_at is None:
        return True
    if seminar.cancelled_at is not None and seminar.cancelled_at < seminar.publish_at:
        return False
    return now >= seminar.publish_at
