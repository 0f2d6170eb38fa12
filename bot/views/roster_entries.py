"""People of a roster, and what each of them holds, in words."""

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import RichTextElement

from bot.domain.room import Cause, State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.domain.zones import day_and_clock
from bot.views.rich import mention, words
from bot.views.times import is_known, venue_time

_FORGOTTEN = "Somebody whose name was deleted"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and what somebody answered; empty if nothing."""

    question: str
    answer: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person of a roster.

    Attributes:
        user_id: Who it is.
        state: What they hold.
        since: Since when they have the seat, wait in line, or hold nothing any more.
        before: What they held before the last change, None if nothing.
        cause: Why that changed.
        actor: Who changed it, None for the bot.
        reason: What staff gave as their reason.
        place: Their place in line, 1 for who is next; None outside it.
        offered_until: Until when a seat is held for them.
        confirmed_at: When they said that they will come.
        checked_in_at: When they were seen in the room.
        checked_in_by: Who said that they are there.
        answers: The questions in their order, with their answers.
    """

    user_id: str
    state: State
    since: datetime
    before: State | None = None
    cause: Cause = Cause.PRESSED
    actor: str | None = None
    reason: str = ""
    place: int | None = None
    offered_until: datetime | None = None
    confirmed_at: datetime | None = None
    checked_in_at: datetime | None = None
    checked_in_by: str | None = None
    answers: tuple[Answered, ...] = ()

    @property
    def is_missing_answers(self) -> bool:
        """Whether they owe an answer that is required."""
        return any(one.is_required and not one.answer for one in self.answers)


def can_change(seminar: Seminar, now: datetime) -> bool:
    """Tell whether seats and places can still be given and taken."""
    return decide_phase(seminar, now) not in (Phase.CANCELLED, Phase.OVER)


def standing_text(
    entry: RosterEntry, seminar: Seminar, now: datetime, reader_zone: str | None, *, of: int | None = None
) -> str:
    """Say what somebody holds, and since when; ``of`` is how many are in line, where that is said."""
    since = time_text(entry.since, seminar, now, reader_zone)
    match entry.state:
        case State.SEATED:
            return f"Seat, since {since}"
        case State.OFFERED:
            until = entry.offered_until
            return "Asked" if until is None else f"Asked until {time_text(until, seminar, now, reader_zone)}"
        case State.WAITLISTED:
            number = f"{entry.place}" if of is None else f"{entry.place} of {of}"
            return f"Number {number} in line, waiting since {since}"
        case State.RELEASED:
            return f"{_gone_text(entry)}, {since}"


def _gone_text(entry: RosterEntry) -> str:
    what = "place in line" if entry.before is State.WAITLISTED else "seat"
    match entry.cause:
        case Cause.REMOVED:
            return f"Removed by staff, had a {what}"
        case Cause.DEACTIVATED:
            return f"Account deactivated, had a {what}"
        case Cause.UNCLAIMED:
            return "Had not come, so the seat was given on"
        case Cause.REFUSED | Cause.EXPIRED:
            return "Did not take the seat that was held"
        case _:
            return "Left the line" if entry.before is State.WAITLISTED else "Gave the seat back"


def time_text(at: datetime, seminar: Seminar, now: datetime, reader_zone: str | None) -> str:
    """Write a time by the reader's clock; by the venue's, with its name, while their zone is unknown."""
    if is_known(reader_zone):
        return day_and_clock(at, reader_zone, now=now)
    return venue_time(at, None, seminar.zone, now)


def who(user_id: str) -> RichTextElement:
    """Mention a person; names are deleted in time."""
    return mention(user_id) or words(_FORGOTTEN)
