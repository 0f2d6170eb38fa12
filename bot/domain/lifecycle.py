"""A seminar's life by staff's hand: closing, opening, cancelling, restoring, and what each does to people."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.domain.consequence import Consequence, summarize_changes
from bot.domain.reminding import MomentKind, plan_moments
from bot.domain.room import Room
from bot.domain.seating import change_limits, count_over
from bot.domain.seminar import Count, Phase, Seminar, decide_phase

# How long a cancellation can be taken back; by then people have made other plans.
RESTORE_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Close:
    """Registration takes no newcomers; perhaps the line is not served any more either."""

    stops_line: bool = False


@dataclass(frozen=True, slots=True)
class Reopen:
    """Registration takes newcomers again, and the line is served."""


@dataclass(frozen=True, slots=True)
class OpenLater:
    """Registration opens at that time, or at once if there is none."""

    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cancel:
    """The talk does not take place; the reason may be empty."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """The talk takes place after all."""


LifeStep = Close | Reopen | OpenLater | Cancel | Restore


class Obstacle(StrEnum):
    """Why a step cannot be taken now."""

    CANCELLED = "cancelled"
    BEGUN = "begun"
    OVER = "over"
    CLOSED = "closed"
    TOO_LATE = "too_late"
    OPENS_IN_PAST = "opens_in_past"
    OPENS_AFTER_CLOSING = "opens_after_closing"
    OPENS_AFTER_START = "opens_after_start"


@dataclass(frozen=True, slots=True)
class LifeChange:
    """What a step does: exactly this is shown before it is saved.

    Attributes:
        before: The seminar until now.
        after: The seminar as it becomes; the same if nothing changes.
        phase: Where it stands until now.
        count: Its registrations until now.
        consequence: Whom the step touches.
        obstacle: Why the step cannot be taken.
    """

    before: Seminar
    after: Seminar
    phase: Phase
    count: Count
    consequence: Consequence = field(default_factory=Consequence)
    obstacle: Obstacle | None = None

    @property
    def is_change(self) -> bool:
        """Whether the step can be taken and changes anything."""
        return self.obstacle is None and self.before != self.after

    def fingerprint(self) -> str:
        """Return a short text that differs where what is shown does."""
        seminar = self.before
        about = (seminar.title, seminar.starts_at, seminar.zone, seminar.place, seminar.online_link)
        return self.consequence.fingerprint(self.phase, *about)


def decide_step(room: Room, step: LifeStep, now: datetime, *, actor: str, reminders: int = 0) -> LifeChange:
    """Take a step with a room, and return what it does to people.

    Registrations stay as they are, but for free seats that the line gets.

    Args:
        room: The seminar, with everybody known.
        step: What staff want.
        now: The time of the change.
        actor: Who of the staff does it.
        reminders: How many reminders lie ahead now.
    """
    before, count = room.seminar, room.count
    phase = decide_phase(before, now)
    obstacle = find_obstacle(before, step, now)
    after = before if obstacle else _after(before, step, now)
    if obstacle or after == before:
        return LifeChange(before, before, phase, count, obstacle=obstacle)
    if isinstance(step, Cancel):
        room.seminar = after
        touched = Consequence(told_seats=count.taken, told_line=count.waiting, reminders=reminders)
        return LifeChange(before, after, phase, count, touched)
    changes = change_limits(room, after, now, actor=actor)
    touched = summarize_changes(changes, over=count_over(room))
    if isinstance(step, Restore):
        ahead = sum(moment.kind is MomentKind.REMINDER for moment in plan_moments(after, now))
        touched = replace(touched, told_seats=room.count.taken, told_line=room.count.waiting, reminders=ahead)
    return LifeChange(before, after, phase, count, touched)


def find_obstacle(seminar: Seminar, step: LifeStep, now: datetime) -> Obstacle | None:
    """Return why a step cannot be taken now; None if it can, or if it was taken already."""
    phase = decide_phase(seminar, now)
    if isinstance(step, Restore):
        return _restore_obstacle(seminar, now)
    if isinstance(step, Cancel):
        return Obstacle.OVER if phase is Phase.OVER else None
    if phase in (Phase.CANCELLED, Phase.BEGUN, Phase.OVER):
        return Obstacle(phase)
    if isinstance(step, OpenLater):
        return Obstacle.CLOSED if phase is Phase.CLOSED else _opening_obstacle(seminar, step.opens_at, now)
    return None


def _restore_obstacle(seminar: Seminar, now: datetime) -> Obstacle | None:
    if seminar.cancelled_at is None:
        return None
    if now >= seminar.ends_at:
        return Obstacle.OVER
    return Obstacle.TOO_LATE if now - seminar.cancelled_at > RESTORE_WITHIN else None


def _opening_obstacle(seminar: Seminar, opens_at: datetime | None, now: datetime) -> Obstacle | None:
    if opens_at is None or opens_at == seminar.opens_at:
        return None
    if opens_at <= now:
        return Obstacle.OPENS_IN_PAST
    if opens_at >= seminar.starts_at:
        return Obstacle.OPENS_AFTER_START
    if seminar.closes_at is not None and opens_at >= seminar.closes_at:
        return Obstacle.OPENS_AFTER_CLOSING
    return None


def _after(seminar: Seminar, step: LifeStep, now: datetime) -> Seminar:
    match step:
        case Close(stops_line=stops_line):
            is_closed = decide_phase(seminar, now) is Phase.CLOSED
            stopped_at = (seminar.line_stopped_at or now) if stops_line else None
            closed_at = seminar.closed_at if is_closed else now
            return replace(seminar, closed_at=closed_at, line_stopped_at=stopped_at)
        case Reopen():
            is_past = seminar.closes_at is not None and seminar.closes_at <= now
            closes_at = None if is_past else seminar.closes_at
            return replace(seminar, closed_at=None, line_stopped_at=None, closes_at=closes_at)
        case OpenLater(opens_at=opens_at):
            is_open = opens_at is None and (seminar.opens_at is None or seminar.opens_at <= now)
            return seminar if is_open else replace(seminar, opens_at=opens_at)
        case Cancel(reason=reason):
            is_cancelled = seminar.cancelled_at is not None
            return seminar if is_cancelled else replace(seminar, cancelled_at=now, cancel_reason=reason)
        case Restore():
            return replace(seminar, cancelled_at=None, cancel_reason="")
        case _:
            assert_never(step)
