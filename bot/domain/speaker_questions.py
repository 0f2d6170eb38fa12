"""Questions for the speaker, as rules: until when they are taken, and how many."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.seminar import Seminar
from bot.domain.text import clean_line

MOST_TEXT = 300
MOST_ASKED = 3  # by one person


class Stand(StrEnum):
    """Whether questions for the speaker are taken."""

    OPEN = "open"
    BEGUN = "begun"
    CANCELLED = "cancelled"


class Asked(StrEnum):
    """What became of a question that somebody put."""

    NEW = "new"
    SAME = "same"
    VOTED = "voted"
    TOO_MANY = "too_many"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it stands.

    Attributes:
        id: Its number.
        user_id: Who asked.
        text: What they ask.
        votes: How many would like to hear the answer, who asked among them.
        has_voted: Whether the reader is one of these.
    """

    id: int
    user_id: str
    text: str
    votes: int
    has_voted: bool = False


def decide_stand(seminar: Seminar, now: datetime) -> Stand:
    """Return whether questions are taken: until the start."""
    if seminar.cancelled_at is not None:
        return Stand.CANCELLED
    return Stand.OPEN if now < seminar.starts_at else Stand.BEGUN


def is_same(text: str, other: str) -> bool:
    """Tell whether two texts ask the same, but for case, blanks and the mark at the end."""
    return _plain(text) == _plain(other)


def _plain(text: str) -> str:
    return clean_line(text).casefold().rstrip("?.! ")
