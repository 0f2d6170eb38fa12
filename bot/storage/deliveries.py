"""Promised calls: writing them, claiming them with a lease, settling them.

The budget of a method in a workspace is a row too (``lane``), locked while
calls are claimed against it. Workers skip a lane that another one holds and
take several in one order, so none waits for another.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, Update, bindparam, case, cast, insert, literal, select, update
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.row_sets import ROWS, build_rows, dialect_of, dump_rows, insert_rows, is_one_of

_DELIVERY = tables.Base.metadata.tables[tables.Delivery.__tablename__]
_ANNOUNCEMENT = tables.Base.metadata.tables[tables.Announcement.__tablename__]
_SEMINAR = tables.Base.metadata.tables[tables.Seminar.__tablename__]


class Kind(StrEnum):
    """What a delivery tells."""

    ANNOUNCEMENT = "announcement"
    CONFIRMATION = "confirmation"
    PROMOTION = "promotion"
    REMINDER = "reminder"
    TROUBLE = "trouble"
    SEAT = "seat"  # what staff did with somebody's seat or place
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    MESSAGE = "message"  # what staff wrote to registrants or waiters
    OFFER = "offer"
    OFFER_GONE = "offer_gone"
    MATERIALS = "materials"
    FEEDBACK = "feedback"
    QUESTIONS = "questions"  # what the host gets before the talk
    UNCLAIMED = "unclaimed"  # asks waiters whether they are in the room
    NEXT = "next"  # the next of a series, to who never got a seat
    CALENDAR = "calendar"
    HOME = "home"


class Priority:
    """The order within a workspace, smallest first; source: architecture.md, "Sending"."""

    SCREEN = 0
    PROMOTION = 1
    REMINDER = 2
    CARD = 3
    CONFIRMATION = 4


POST, UPDATE, PUBLISH = "chat.postMessage", "chat.update", "views.publish"
FILE = "files.completeUploadExternal"  # the last of the calls that a file takes


class Promise(NamedTuple):
    """A one-off to be kept: planning it twice changes nothing.

    ``dropped`` says why it is stored and not sent, where that is already known.
    """

    workspace_id: int
    key: str
    kind: Kind
    target: str
    seminar_id: int | None
    priority: int
    due_at: datetime
    rank_at: datetime | None = None
    details: Mapping[str, Any] = MappingProxyType({})
    dropped: str | None = None


def promise(session: Session, promises: Iterable[Promise], *, now: datetime, lane: str = POST) -> None:
    """Write promises in the caller's transaction; one whose key exists is left as it is."""
    insert_rows(
        session,
        _DELIVERY,
        [
            {
                "workspace_id": one.workspace_id,
                "key": one.key,
                "kind": one.kind,
                "target": one.target,
                "seminar_id": one.seminar_id,
                "details": dict(one.details),
                "priority": one.priority,
                "rank_at": one.rank_at or one.due_at,
                "due_at": one.due_at,
                "state": "dropped" if one.dropped else "due",
                "reason": one.dropped,
                "settled_at": now if one.dropped else None,
            }
            for one in promises
        ],
        {"lane": lane, "created_at": now, "wanted": 1, "done": 0, "attempts": 0, "doubts": 0},
        key=("key",),
    )


def promise_announcements(
    session: Session,
    announcements: Iterable[tables.Announcement],
    *,
    now: datetime,
    workspace_id: int,
    due_at: datetime | None = None,
) -> None:
    """Promise that each of those new announcements is posted: now, or at ``due_at`` if that is later."""
    new = list(announcements)
    due_at = now if due_at is None else max(now, due_at)
    if not new:
        return
    session.execute(
        insert(tables.Delivery),
        [
            {
                "workspace_id": workspace_id,
                "key": f"announcement:{one.id}",
                "kind": Kind.ANNOUNCEMENT,
                "lane": POST,
                "target": one.channel_id,
                "seminar_id": one.seminar_id,
                "details": {"announcement": one.id},
                "priority": Priority.SCREEN,
                "rank_at": due_at,
                "due_at": due_at,
                "state": "due",
                "created_at": now,
                "wanted": 1,
                "done": 0,
                "attempts": 0,
                "doubts": 0,
            }
            for one in new
        ],
    )


def want_redrawn(session: Session, seminar_ids: Collection[int], *, now: datetime) -> None:
    """Want the announcements of those seminars to show what is true after this transaction.

    A mirror that is being sent keeps its lease and is due again when it is
    settled, since ``wanted`` has moved on. One that Slack refused for good
    stays refused, and one that may stand in its channel twice stays unknown.
    """
    session.flush()
    rows = dump_rows([{"id": one} for one in sorted(seminar_ids)])
    session.connection().execute(_build_redraw(dialect_of(session)), {ROWS: rows, "now": now})


@lru_cache(maxsize=2)
def _build_redraw(dialect: str) -> Update:
    """Build what finds them by their keys, since deliveries of a seminar are many."""
    row, announcement, given = _DELIVERY.c, _ANNOUNCEMENT.c, build_rows(dialect, (_SEMINAR.c.id,))
    of_seminars = is_one_of(dialect, announcement.seminar_id, select(given.c.id))
    keys = select(literal(f"{Kind.ANNOUNCEMENT}:").concat(cast(announcement.id, Text))).where(of_seminars)
    return build_want(dialect, is_one_of(dialect, row.key, keys)).values(
        rank_at=case((row.state == "due", row.rank_at), else_=bindparam("now", type_=row.rank_at.type))
    )


def build_want(dialect: str, *which: ColumnElement[bool]) -> Update:
    """Build what wants those mirrors drawn anew; bind ``now`` to execute it.

    They are locked in the order in which they are settled, so that neither waits crosswise.
    """
    row = _DELIVERY.c
    in_order = (
        select(row.id)
        .where(*which, row.state.in_(("due", "sending", "done")))
        .order_by(row.id)
        .with_for_update(of=_DELIVERY)
    )
    return (
        update(_DELIVERY)
        .where(is_one_of(dialect, row.id, in_order))
        .values(
            wanted=row.wanted + 1,
            state=case((row.state == "sending", "sending"), else_="due"),
            due_at=case((row.state == "due", row.due_at), else_=bindparam("now", type_=row.due_at.type)),
        )
    )
