"""Closing, opening, cancelling and restoring a seminar: looking at what it does, and saving exactly that."""

from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.consequence import list_people
from bot.domain.lifecycle import Cancel, Close, LifeChange, LifeStep, OpenLater, Reopen, Restore, decide_step
from bot.domain.reminding import MomentKind, Skip
from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError, look_at_seminar, open_seminar, save_change, tell
from bot.services.channel_events import read_promises, try_again
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.seminars import list_announcements


def look_at_step(
    session: Session, seminar_id: int, step: LifeStep, *, workspace_id: int, actor: str, now: datetime
) -> LifeChange:
    """Return what a step would do now; nothing is locked and nothing changes.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = look_at_seminar(session, seminar_id, workspace_id=workspace_id)
    return decide_step(room, step, now, actor=actor, reminders=_count_reminders(session, seminar_id))


def save_step(
    session: Session,
    seminar_id: int,
    step: LifeStep,
    *,
    seen: str,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> LifeChange:
    """Take a step in a seminar's life, and promise what everybody is owed by it.

    Safe to repeat: a step that was taken already changes nothing and tells nobody.
    The seminar stays locked until the caller's transaction ends.

    Args:
        session: An open transaction; the caller commits.
        seminar_id: The seminar.
        step: What staff want.
        seen: The fingerprint of what they were shown.
        workspace_id: The workspace of who saves.
        actor: Who of the staff saves.
        now: The time of it.

    Raises:
        ChangedMeanwhileError: If it would do something else than they were shown.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    before = room.seminar
    change = decide_step(room, step, now, actor=actor, reminders=_count_reminders(session, seminar_id))
    if not change.is_change:
        return change
    if not _touches_nobody(step) and change.fingerprint() != seen:
        raise ChangedMeanwhileError
    if isinstance(step, Restore):
        _announce_after_all(session, change.after, now)
    kind, details = _record_of(step, change)
    number = save_change(session, room, before, kind=kind, actor=actor, details=details, now=now)
    notice = {Cancel: Kind.CANCELLED, Restore: Kind.RESTORED}.get(type(step))
    if notice is not None:
        # Who gets a seat by it, or is asked whether they want one, is told so anyway.
        people = set(list_people(room, State.SEATED, State.OFFERED, State.WAITLISTED))
        told = sorted(people - set(change.consequence.served))
        details = {"change": number}
        tell(session, room.seminar, told, kind=notice, key=str(number), details=details, now=now)
    return change


def _announce_after_all(session: Session, seminar: Seminar, now: datetime) -> None:
    """Post the cards that were to be posted while the seminar was cancelled."""
    cards = [one for one in list_announcements(session, [seminar.id]) if one.removed_at is None]
    for row in read_promises(session, [one.id for one in cards], is_locking=True).values():
        if row.state == "dropped" and row.reason == Skip.CANCELLED:
            try_again(row, is_posted=False, publish_at=seminar.publish_at, now=now)
    session.flush()


def _touches_nobody(step: LifeStep) -> bool:
    """Tell whether whatever happened meanwhile, nobody is told anything and no seat changes."""
    return isinstance(step, OpenLater) or (isinstance(step, Close) and step.stops_line)


def _record_of(step: LifeStep, change: LifeChange) -> tuple[str, dict[str, Any]]:
    before, after = change.before, change.after
    served = [before.line_stopped_at is None, after.line_stopped_at is None]
    line = {"serving_the_line": served} if served[0] != served[1] else {}
    match step:
        case Close() if before.closed_at == after.closed_at:
            return "seats", line
        case Close():
            return "closed", line
        case Reopen():
            return "reopened", line
        case OpenLater():
            moments = [at.isoformat() if at else None for at in (before.opens_at, after.opens_at)]
            return "open_later", {"opens_at": moments}
        case Cancel(reason=reason):
            return Kind.CANCELLED.value, {"reason": reason}
        case Restore():
            return Kind.RESTORED.value, {}
        case _:
            assert_never(step)


def _count_reminders(session: Session, seminar_id: int) -> int:
    """Count the reminders that lie ahead, and those that have come due and were not promised yet."""
    moment = tables.Moment
    statement = select(func.count()).where(
        moment.seminar_id == seminar_id, moment.kind == MomentKind.REMINDER, moment.done_at.is_(None)
    )
    return session.scalar(statement) or 0
