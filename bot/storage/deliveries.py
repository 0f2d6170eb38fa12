"""Promised calls: writing them, claiming them with a lease, settling them.

The budget of a method in a workspace is a row too (``lane``), locked while
calls are claimed against it. Workers skip a lane that another one holds and
take several in one order, so none waits for another.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage import tables


class Kind(StrEnum):
    """What a delivery tells."""

    ANNOUNCEMENT = "announcement"
    CONFIRMATION = "confirmation"
    PROMOTION = "promotion"
    REMINDER = "reminder"
    TROUBLE = "trouble"


class Priority:
    """The order within a workspace, smallest first; source: architecture.md, "Sending"."""

    SCREEN = 0
    PROMOTION = 1
    REMINDER = 2
    CARD = 3
    CONFIRMATION = 4


POST, UPDATE = "chat.postMessage", "chat.update"


@dataclass(frozen=True, slots=True)
class Promise:
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
    details: Mapping[str, Any] = field(default_factory=dict)
    dropped: str | None = None


def promise(session: Session, promises: Iterable[Promise], *, now: datetime) -> None:
    """Write promises in the caller's transaction; one whose key exists is left as it is."""
    rows = [
        {
            "workspace_id": one.workspace_id,
            "key": one.key,
            "kind": one.kind,
            "lane": POST,
            "target": one.target,
            "seminar_id": one.seminar_id,
            "details": dict(one.details),
            "priority": one.priority,
            "rank_at": one.rank_at or one.due_at,
            "due_at": one.due_at,
            "state": "dropped" if one.dropped else "due",
            "reason": one.dropped,
            "settled_at": now if one.dropped else None,
            "created_at": now,
            "wanted": 1,
            "done": 0,
            "attempts": 0,
            "doubts": 0,
        }
        for one in promises
    ]
    if not rows:
        return
    # Through the table, not the mapped class: it takes half the time.
    insertion = _insert(session, tables.Delivery.__table__).on_conflict_do_nothing(index_elements=["key"])
    session.connection().execute(insertion, rows)


def _insert(session: Session, table: Any) -> Any:  # noqa: ANN401 - the two dialects' inserts share no type
    return (postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert)(table)


def promise_announcements(
    session: Session, announcements: Iterable[tables.Announcement], *, now: datetime, workspace_id: int
) -> None:
    """Promise that each of those new announcements is posted."""
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
                "rank_at": now,
                "due_at": now,
                "state": "due",
                "created_at": now,
                "wanted": 1,
                "done": 0,
                "attempts": 0,
                "doubts": 0,
            }
            for one in announcements
        ],
    )


def want_redrawn(session: Session, seminar_ids: Collection[int], *, now: datetime) -> None:
    """Want the announcements of those seminars to show what is true after this transaction.

    A mirror that is being sent keeps its lease and is due again when it is
    settled, since ``wanted`` has moved on. One that Slack refused for good
    stays refused.
    """
    delivery = tables.Delivery
    session.execute(
        update(delivery)
        .where(
            delivery.seminar_id.in_(seminar_ids),
            delivery.kind == Kind.ANNOUNCEMENT,
            delivery.state.in_(("due", "sending", "done", "unknown")),
        )
        .values(
            wanted=delivery.wanted + 1,
            state=case((delivery.state == "sending", "sending"), else_="due"),
            due_at=case((delivery.state == "due", delivery.due_at), else_=now),
            rank_at=case((delivery.state == "due", delivery.rank_at), else_=now),
        )
        .execution_options(synchronize_session=False)
    )
