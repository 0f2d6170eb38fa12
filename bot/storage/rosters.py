"""What a roster is read from: registrations with their last change."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.room import State
from bot.storage import tables


def list_held(session: Session, seminar_id: int) -> list[tuple[tables.Registration, tables.SeatChange]]:
    """Read everybody of a seminar, each with the ledger's row that last touched them."""
    held, last = tables.Registration, tables.SeatChange
    statement = (
        select(held, last)
        .join(last, and_(last.seminar_id == held.seminar_id, last.number == held.change))
        .where(held.seminar_id == seminar_id)
        .execution_options(populate_existing=True)  # one transaction writes, then shows what it wrote
    )
    return [(registration, change) for registration, change in session.execute(statement)]


def read_joined(session: Session, seminar_id: int) -> dict[str, datetime]:
    """Read when people last joined the line: being moved in it does not begin it anew."""
    change = tables.SeatChange
    statement = (
        select(change.user_id, func.max(change.at))
        .where(
            change.seminar_id == seminar_id,
            change.after == State.WAITLISTED,
            or_(change.before.is_(None), change.before != State.WAITLISTED),
        )
        .group_by(change.user_id)
    )
    return dict(session.execute(statement).all())
