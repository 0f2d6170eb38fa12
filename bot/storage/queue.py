"""Claiming promised calls with a lease, against budgets that all processes share.

Three bugs of a first version, each with a test by its name: two crashed runs of
one key stalled every worker (here a lease that ran out makes a row due again,
and the key is never taken anew); workers that locked lanes in different orders
waited for each other for ever (here lanes are taken in one order, and one that
is held is skipped); a retry met a newer wish for the same key (here a mirror is
one row, and ``wanted`` only grows).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.deliveries import UPDATE

LEASE = timedelta(seconds=30)
MAX_DOUBTS = 2
_LOOK_AHEAD = 40  # rows read past the budget, so that a target that must wait holds up nobody


@dataclass(frozen=True, slots=True)
class Rate:
    """How many calls of a method a workspace may make."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker holds until its lease ends."""

    id: int
    workspace_id: int
    kind: str
    lane: str
    target: str
    seminar_id: int | None
    details: Mapping[str, Any]
    attempts: int
    doubts: int


def end_leases(session: Session, *, elapsed: datetime) -> int:
    """Take back what a dead worker held: due again, or ``unknown`` the second time.

    Whether its call reached Slack nobody knows, so a post is tried once more
    at most. Redrawing a message twice is harmless and is tried again for ever.
    """
    delivery = tables.Delivery
    is_harmless = delivery.lane == UPDATE
    is_last = and_(delivery.doubts + 1 >= MAX_DOUBTS, ~is_harmless)
    held = (
        select(delivery.id)
        .where(delivery.state == "sending", delivery.leased_until < elapsed)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    result = session.execute(
        update(delivery)
        .where(delivery.id.in_(held))
        .values(
            state=case((is_last, "unknown"), else_="due"),
            doubts=delivery.doubts + case((is_harmless, 0), else_=1),
            leased_by=None,
            leased_until=None,
            reason=case((is_last, "the answer was lost twice"), else_=delivery.reason),
            settled_at=case((is_last, elapsed), else_=None),
        )
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined] # an update's result has it


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    elapsed: datetime,
    rates: Mapping[str, Rate],
    room: int,
    is_ready: Callable[[int, str, str], bool],
) -> list[Claimed]:
    """Claim what is due, within the budgets; the caller commits before it calls Slack.

    Args:
        session: An open transaction.
        worker: The name the leases carry.
        now: The calendar's time, by which something is due.
        elapsed: The time that never jumps, by which budgets refill and leases end.
        rates: The budget of each method.
        room: How many calls the worker can make.
        is_ready: Whether a target (workspace, lane, target) may be called now.
    """
    end_leases(session, elapsed=elapsed)
    delivery = tables.Delivery
    waiting = session.execute(
        select(delivery.workspace_id, delivery.lane)
        .join(tables.Workspace, tables.Workspace.id == delivery.workspace_id)
        .where(delivery.state == "due", delivery.due_at <= now, tables.Workspace.gone_reason.is_(None))
        .distinct()
    ).all()
    if not waiting or room <= 0:
        return []
    claimed: list[Claimed] = []
    seen: set[tuple[int, str, str]] = set()
    for lane in _lock_lanes(session, [(int(ws), str(name)) for ws, name in waiting], rates, elapsed):
        rate = rates[lane.name]
        tokens = min(rate.burst, lane.tokens + rate.per_second * (elapsed - lane.filled_at).total_seconds())
        budget = min(int(tokens), room - len(claimed))
        taken: list[tables.Delivery] = []
        if budget > 0:
            rows = session.scalars(
                select(delivery)
                .where(
                    delivery.workspace_id == lane.workspace_id,
                    delivery.lane == lane.name,
                    delivery.state == "due",
                    delivery.due_at <= now,
                )
                .order_by(delivery.priority, delivery.rank_at, delivery.id)
                .limit(budget + _LOOK_AHEAD)
                .with_for_update(skip_locked=True)
            )
            for row in rows:
                key = (row.workspace_id, row.lane, row.target)
                if len(taken) < budget and key not in seen and is_ready(*key):
                    seen.add(key)
                    taken.append(row)
        if taken:
            lane.tokens = tokens - len(taken)
            lane.filled_at = elapsed
        claimed += [_claimed_of(row) for row in taken]
    session.flush()
    ids = [one.id for one in claimed]
    if ids:
        session.execute(
            update(delivery)
            .where(delivery.id.in_(ids))
            .values(state="sending", leased_by=worker, leased_until=elapsed + LEASE)
            .execution_options(synchronize_session=False)
        )
    return claimed


def _claimed_of(row: tables.Delivery) -> Claimed:
    return Claimed(
        row.id,
        row.workspace_id,
        row.kind,
        row.lane,
        row.target,
        row.seminar_id,
        row.details,
        row.attempts,
        row.doubts,
    )


def _lock_lanes(
    session: Session, keys: Collection[tuple[int, str]], rates: Mapping[str, Rate], elapsed: datetime
) -> list[tables.Lane]:
    make = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    lane = tables.Lane
    known = set(
        session.execute(
            select(lane.workspace_id, lane.name).where(tuple_(lane.workspace_id, lane.name).in_(keys))
        ).all()
    )
    new = sorted(key for key in keys if key not in known)
    if new:
        session.execute(
            make(lane).on_conflict_do_nothing(),
            [
                {"workspace_id": ws, "name": name, "tokens": rates[name].burst, "filled_at": elapsed}
                for ws, name in new
            ],
        )
    statement = (
        select(lane)
        .where(tuple_(lane.workspace_id, lane.name).in_(keys))
        .order_by(lane.workspace_id, lane.name)
        .with_for_update(skip_locked=True)
    )
    return [
        row for row in session.scalars(statement) if row.paused_until is None or row.paused_until <= elapsed
    ]


def pause_lane(session: Session, workspace_id: int, name: str, *, until: datetime) -> None:
    """Send nothing in that lane before an instant of elapsed time, as Slack asked.

    Of several answers the longest pause counts.
    """
    lane = tables.Lane
    session.execute(
        update(lane)
        .where(
            lane.workspace_id == workspace_id,
            lane.name == name,
            or_(lane.paused_until.is_(None), lane.paused_until < until),
        )
        .values(paused_until=until, tokens=1.0, filled_at=until)
        .execution_options(synchronize_session=False)
    )


def next_due(session: Session, *, after: datetime) -> datetime | None:
    """Return when the next delivery that lies ahead becomes due."""
    delivery = tables.Delivery
    return session.scalar(
        select(delivery.due_at)
        .where(delivery.state == "due", delivery.due_at > after)
        .order_by(delivery.due_at)
        .limit(1)
    )
