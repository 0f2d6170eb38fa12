"""What a watch asks of the database: whether it answers, and how many promises are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import Session

from bot.storage import tables

# Written out, not as parameters: a plan that is made before the value is known cannot use a partial index.
_IS_DUE = text("delivery.state = 'due'")
_IS_SENDING = text("delivery.state = 'sending'")
_IS_TROUBLE = text("delivery.state IN ('refused', 'unknown')")


@dataclass(frozen=True, slots=True)
class Backlog:
    """The promises that are open, or went wrong.

    Attributes:
        counts: How many there are in each state. ``due`` is split in three: what is due now, ``later``
            (a retry, or something whose time comes), and ``stranded`` (its workspace is no longer served).
        oldest: For how long the oldest of what is due now has been due; none gives zero.
    """

    counts: Mapping[str, int]
    oldest: timedelta


def count_backlog(session: Session, *, now: datetime) -> Backlog:
    """Count what is open; reads only rows that are open or in trouble, through their partial indexes."""
    delivery = tables.Delivery
    counts = dict.fromkeys(("due", "later", "stranded", "sending", "refused", "unknown"), 0)
    part = case(
        (tables.Workspace.gone_reason.is_not(None), "stranded"),
        (delivery.due_at > now, "later"),
        else_="due",
    ).label("part")
    oldest = timedelta()
    waiting = (
        select(part, func.count(), func.min(delivery.due_at))
        .join(tables.Workspace, tables.Workspace.id == delivery.workspace_id)
        .where(_IS_DUE)
        .group_by("part")
    )
    for name, count, due_at in session.execute(waiting):
        counts[name] = count
        if name == "due":
            oldest = now - due_at
    counts["sending"] = session.scalar(select(func.count()).select_from(delivery).where(_IS_SENDING)) or 0
    trouble = select(delivery.state, func.count()).where(_IS_TROUBLE).group_by(delivery.state)
    for state, count in session.execute(trouble):
        counts[state] = count
    return Backlog(counts, oldest)


def touch(session: Session) -> None:
    """Read one row at most, so that a database that is away or has no tables says so."""
    session.scalar(select(tables.Workspace.id).limit(1))
