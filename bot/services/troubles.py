"""Telling staff what could not be told, or whose answer was lost.

They are told once of a card, and of people by name as long as they are few:
when a whole seminar cannot be reached, one last notice stands for all the
others. A fault of the app itself is told once for a seminar, whoever it hit.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.deliveries import Kind, Priority, Promise, promise
from bot.views.reasons import SEVERAL

MOST_NAMED = 3  # members of one seminar that staff are told of by name, for one reason
_UNTOLD = frozenset({Kind.TROUBLE, Kind.CALENDAR})  # where files are refused, the links remain
_CODE_IN_KEY = 60  # a key holds 128 characters, and Slack's words have no limit


def tell_of_lost(session: Session, delivery_ids: Collection[int], *, now: datetime) -> None:
    """Tell staff of deliveries that became ``unknown``."""
    if not delivery_ids:
        return
    delivery = tables.Delivery
    lost = select(delivery).where(delivery.id.in_(delivery_ids)).order_by(delivery.id)
    for row in session.scalars(lost):
        tell_staff(session, row, "unknown", now)


def tell_staff(
    session: Session, row: tables.Delivery, code: str, now: datetime, *, is_ours: bool = False
) -> None:
    """Promise who announced the seminar a word about it, once; not about such a word itself."""
    if row.kind in _UNTOLD or row.seminar_id is None:
        return
    host = session.scalar(select(tables.Seminar.created_by).where(tables.Seminar.id == row.seminar_id))
    if host is None:
        return
    key, details = _notice_of(session, row, code, is_ours=is_ours)
    promise(
        session,
        [
            Promise(
                workspace_id=row.workspace_id,
                key=f"trouble:{key}",
                kind=Kind.TROUBLE,
                target=host,
                seminar_id=row.seminar_id,
                priority=Priority.CARD,
                due_at=now,
                details=details,
            )
        ],
        now=now,
    )


def _notice_of(
    session: Session, row: tables.Delivery, code: str, *, is_ours: bool
) -> tuple[str, dict[str, str]]:
    """Return the key of a notice, which decides what is told only once, and what it says."""
    short = code[:_CODE_IN_KEY]
    if row.kind == Kind.ANNOUNCEMENT:
        return f"{row.id}:{short}", {"channel": row.target, "code": code}
    if is_ours:
        return f"{row.seminar_id}:{short}", {"code": code}
    session.flush()  # so that this one is among those that are counted
    delivery = tables.Delivery
    people = session.scalars(
        select(delivery.target)
        .where(
            delivery.seminar_id == row.seminar_id,
            delivery.state.in_(("refused", "unknown")),
            delivery.kind.not_in((Kind.ANNOUNCEMENT, Kind.TROUBLE)),
            delivery.reason == row.reason,
        )
        .distinct()
        .limit(MOST_NAMED + 1)
    ).all()
    if len(people) > MOST_NAMED:
        return f"{row.seminar_id}:{short}", {"code": code + SEVERAL}
    return f"{row.seminar_id}:{short}:{row.target}", {"user": row.target, "code": code}
