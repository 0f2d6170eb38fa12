"""Moments that have come: the planner's queue."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage import tables


def lock_due(session: Session, *, now: datetime, limit: int) -> list[tables.Moment]:
    """Lock the moments that are due, of at most ``limit`` seminars, all of each seminar together."""
    moment = tables.Moment
    first = (
        select(moment.seminar_id)
        .where(moment.done_at.is_(None), moment.due_at <= now)
        .order_by(moment.due_at)
        .limit(limit)
    )
    seminar_ids = set(session.scalars(first))
    if not seminar_ids:
        return []
    statement = (
        select(moment)
        .where(moment.seminar_id.in_(seminar_ids), moment.done_at.is_(None), moment.due_at <= now)
        .order_by(moment.due_at, moment.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


def next_due(session: Session) -> datetime | None:
    """Return when the next moment comes, None if none lies ahead."""
    moment = tables.Moment
    return session.scalar(
        select(moment.due_at).where(moment.done_at.is_(None)).order_by(moment.due_at).limit(1)
    )
