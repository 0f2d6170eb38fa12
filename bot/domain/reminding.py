"""When a seminar is due for something, and whether a reminder still goes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.room import State
from bot.domain.seminar import Seminar

REMINDER_CHOICES: tuple[timedelta, ...] = (
    timedelta(weeks=1),
    timedelta(days=1),
    timedelta(hours=3),
    timedelta(hours=1),
    timedelta(minutes=10),
)
DEFAULT_REMINDERS: tuple[timedelta, ...] = (timedelta(days=1), timedelta(hours=1))
QUESTIONS_BEFORE = timedelta(hours=1)  # the start, when the host gets the questions for the speaker
NEXT_BEFORE = timedelta(hours=1)  # the announcement, when waiters of the one before are told of the next


class MomentKind(StrEnum):
    """What becomes due at a moment."""

    OPENS = "opens"
    CLOSES = "closes"
    STARTS = "starts"
    ENDS = "ends"
    REMINDER = "reminder"
    OWN = "own"  # a reminder that some members asked for themselves
    QUESTIONS = "questions"  # the host gets the questions for the speaker
    AFTER = "after"  # how it was, slides and recording, the next of the series
    NEXT = "next"  # waiters of the one before it in its series are told of it


class Skip(StrEnum):
    """Why something that was due was not sent; stored with it."""

    AFTER_START = "came due after the start"
    NEARER_ONE = "a nearer reminder was due as well"
    JOINED_LATER = "the seat was taken after the reminder's moment"
    NOT_SEATED = "no seat any more"
    MOVED = "the talk was moved"
    MOVED_BACK = "all is again as it was before"
    CANCELLED = "the talk was cancelled"
    OVER = "the talk is over"
    SUPERSEDED = "something newer was decided"
    GONE = "the account is deactivated"
    WITHDRAWN = "it is not announced there any more"
    MUTED = "the member wants no reminders"
    CLOSED = "registration is closed"
    UNSEEN = "it is announced only where the member may not read"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at which something of a seminar becomes due.

    ``offset`` is how long before the start a reminder's moment lies, else None.
    """

    kind: MomentKind
    due_at: datetime
    offset: timedelta | None = None


def plan_moments(seminar: Seminar, now: datetime) -> tuple[Moment, ...]:
    """Return the moments of a seminar that lie ahead, soonest first.

    A reminder whose moment has passed is not made up for: who registers then
    has just been told all of it. Only the word to the waiters of a series is due
    at once where its moment has passed.
    """
    moments = [
        Moment(MomentKind.QUESTIONS, seminar.starts_at - QUESTIONS_BEFORE),
        Moment(MomentKind.STARTS, seminar.starts_at),
        Moment(MomentKind.ENDS, seminar.ends_at),
        Moment(MomentKind.AFTER, seminar.ends_at),
    ]
    if seminar.opens_at is not None:
        moments.append(Moment(MomentKind.OPENS, seminar.opens_at))
    if seminar.closes_at is not None:
        moments.append(Moment(MomentKind.CLOSES, seminar.closes_at))
    moments += [
        Moment(MomentKind.REMINDER, seminar.starts_at - offset, offset) for offset in seminar.reminder_offsets
    ]
    ahead = [moment for moment in moments if moment.due_at > now]
    if seminar.series_id is not None and now < seminar.starts_at:
        ahead.append(Moment(MomentKind.NEXT, max(now, tell_next_at(seminar) or now)))
    return tuple(sorted(ahead, key=lambda m: m.due_at))


def tell_next_at(seminar: Seminar) -> datetime | None:
    """Return when those who waited in vain for the one before it are told of a seminar; None means at once.

    They hear of it before everybody else does.
    """
    return None if seminar.publish_at is None else seminar.publish_at - NEXT_BEFORE


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder's moment that has come: for which start, and how long before it."""

    id: int
    starts_at: datetime
    due_at: datetime
    offset: timedelta


def choose_reminders(
    due: Iterable[DueReminder], seminar: Seminar, now: datetime
) -> tuple[DueReminder | None, dict[int, Skip]]:
    """Choose which of one seminar's due reminders goes out, and why the others do not.

    After an outage several are due at once; only the one nearest to the start
    is sent. None is sent from the start on, for another start than today's, or
    for a cancelled talk.
    """
    skipped: dict[int, Skip] = {}
    chosen: DueReminder | None = None
    for reminder in sorted(due, key=lambda r: r.due_at):
        if seminar.cancelled_at is not None:
            skipped[reminder.id] = Skip.CANCELLED
        elif reminder.starts_at != seminar.starts_at:
            skipped[reminder.id] = Skip.MOVED
        elif now >= seminar.starts_at:
            skipped[reminder.id] = Skip.AFTER_START
        else:
            if chosen is not None:
                skipped[chosen.id] = Skip.NEARER_ONE
            chosen = reminder
    return chosen, skipped


def decide_reminder(
    seminar: Seminar, state: State | None, *, starts_at: datetime, now: datetime
) -> Skip | None:
    """Return why one member's reminder is not sent after all, or None if it is.

    Asked again when it is sent, since what was true when it was planned may
    have changed.
    """
    if seminar.cancelled_at is not None:
        return Skip.CANCELLED
    if starts_at != seminar.starts_at:
        return Skip.MOVED
    if now >= seminar.starts_at:
        return Skip.AFTER_START
    if state is not State.SEATED:
        return Skip.NOT_SEATED
    return None
