"""What one member's Home tab shows, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.seminar import Count, Seminar

EVERYTHING, FOLLOWED = "all", "followed"


@dataclass(frozen=True, slots=True)
class Held:
    """A seminar that the member has something in.

    ``place`` is their place in line; ``offered_until`` is until when a seat is held
    for them; ``clashes`` are their other seats at the same time.
    """

    seminar: Seminar
    place: int | None = None
    offered_until: datetime | None = None
    clashes: tuple[Seminar, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """A seminar that is coming, with its seats, and what of it the member follows."""

    seminar: Seminar
    count: Count
    series: str = ""
    follows_series: bool = False
    followed_speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """What a member chose about being reminded; nothing chosen gives the defaults."""

    is_muted: bool = False
    reminders: tuple[timedelta, ...] = ()
    quiet_from: str = ""
    quiet_until: str = ""


@dataclass(frozen=True, slots=True)
class HomeTab:
    """Everything that one member's Home tab shows.

    Attributes:
        seats: Their seats, soonest first.
        line: Their places in line, and the seats that are held for them.
        coming: One page of what else is coming.
        page: Which page that is, 0 first.
        has_more: Whether there is another one.
        shows: `EVERYTHING` or `FOLLOWED`.
        follows_any: Whether the member follows anything.
        running: For staff and hosts: what they run.
        own: Their reminders.
        zone: Their zone, None while it is not known.
        is_staff: Whether they may announce.
        has_feed: Whether there is a calendar feed to offer.
    """

    seats: Sequence[Held] = ()
    line: Sequence[Held] = ()
    coming: Sequence[Coming] = ()
    page: int = 0
    has_more: bool = False
    shows: str = EVERYTHING
    follows_any: bool = False
    running: Sequence[tuple[Seminar, Count]] = ()
    own: Own = Own()
    zone: str | None = None
    is_staff: bool = False
    has_feed: bool = False
