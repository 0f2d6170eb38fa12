"""Claiming promised calls with a lease, against budgets that all processes share.

Three bugs of a first version, each with a test by its name: two crashed runs of
one key stalled every worker (here a lease that ran out makes a row due again,
and the key is never taken anew); workers that locked lanes in different orders
waited for each other for ever (here lanes are taken in one order, and one that
is held is skipped); a retry met a newer wish for the same key (here a mirror is
one row, and ``wanted`` only grows).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import FromClause, and_, case, select, true, update
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.deliveries import UPDATE
from bot.storage.lanes import LANE_KEY, Budget, Rate, dump_keys, key_of, list_waiting, lock_lanes, spend
from bot.storage.row_sets import ROWS, select_rows

LEASE = timedelta(seconds=30)
MAX_DOUBTS = 2
_DELIVERY = tables.Base.metadata.tables[tables.Delivery.__tablename__]
_LOOK_AHEAD = 40  # rows read past the budget, so that a target that must wait holds up nobody


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


def end_leases(session: Session, *, now: datetime, elapsed: datetime) -> list[int]:
    """Take back what a dead worker held: due again, or ``unknown`` the second time.

    Whether its call reached Slack nobody knows, so a post is tried once more
    at most. Redrawing a message twice is harmless and is tried again for ever.

    Returns:
        The ids of those that became ``unknown``, of which staff are to be told.
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
    ended = session.execute(
        update(delivery)
        .where(delivery.id.in_(held))
        .values(
            state=case((is_last, "unknown"), else_="due"),
            doubts=delivery.doubts + case((is_harmless, 0), else_=1),
            leased_by=None,
            leased_until=None,
            reason=case((is_last, "the answer was lost twice"), else_=delivery.reason),
            settled_at=case((is_last, now), else_=None),
        )
        .returning(delivery.id, delivery.state)
        .execution_options(synchronize_session=False)
    )
    return [delivery_id for delivery_id, state in ended if state == "unknown"]


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
    if room <= 0:
        return []
    waiting = [lane for lane in list_waiting(session, now, elapsed, rates) if lane.budget(elapsed, rates) > 0]
    if not waiting:
        return []
    lanes = [lane for lane in lock_lanes(session, waiting) if lane.budget(elapsed, rates) > 0]
    if not lanes:
        return []
    chosen = _choose(session, lanes, now, elapsed, rates, room, is_ready)
    if not chosen:
        return []
    spend(session, lanes, Counter((one.workspace_id, one.lane) for one in chosen), elapsed, rates)
    return _lease(session, [one.id for one in chosen], worker, elapsed + LEASE)


def _choose(
    session: Session,
    lanes: Sequence[Budget],
    now: datetime,
    elapsed: datetime,
    rates: Mapping[str, Rate],
    room: int,
    is_ready: Callable[[int, str, str], bool],
) -> list[Any]:
    """Choose what is claimed: the first of each lane, then the second of each, while there is room.

    So a lane with thousands waiting takes no room from one with a few.
    """
    budgets = {key_of(lane): lane.budget(elapsed, rates) for lane in lanes}
    limit = min(room, max(budgets.values())) + _LOOK_AHEAD
    taken: Counter[tuple[int, str]] = Counter()
    seen: set[tuple[int, str, str]] = set()
    fitting: list[tuple[int, Any]] = []
    for row in _list_first(session, lanes, now, limit):
        key, target = (row.workspace_id, row.lane), (row.workspace_id, row.lane, row.target)
        if taken[key] < budgets[key] and target not in seen and is_ready(*target):
            seen.add(target)
            taken[key] += 1
            fitting.append((taken[key], row))
    fitting.sort(key=itemgetter(0))  # a stable sort: within a turn what matters more stays first
    return [row for _turn, row in fitting[:room]]


def _list_first(session: Session, lanes: Iterable[Budget], now: datetime, limit: int) -> list[Any]:
    """Read the first of what is due in each of those lanes, and lock it; all in one order.

    On PostgreSQL by a lateral join. SQLite has none, and needs no row's lock
    either: there the first are found by their ids.
    """
    given = select_rows(session, LANE_KEY)
    row = _DELIVERY.alias("first")
    is_first = (
        row.c.workspace_id == given.c.workspace_id,
        row.c.lane == given.c.name,
        row.c.state == "due",
        row.c.due_at <= now,
    )
    order = (row.c.priority, row.c.rank_at, row.c.id)
    found: FromClause
    if session.connection().dialect.name == "postgresql":
        found = (
            select(*row.c)
            .where(*is_first)
            .order_by(*order)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .correlate(given)
            .lateral("waiting")
        )
        source = given.join(found, true())
    else:
        found = _DELIVERY
        ids = select(row.c.id).where(*is_first).order_by(*order).limit(limit).correlate(given)
        source = given.join(found, found.c.id.in_(ids))
    statement = (
        select(found.c.id, found.c.workspace_id, found.c.lane, found.c.target)
        .select_from(source)
        .order_by(found.c.priority, found.c.rank_at, found.c.id)
    )
    return list(session.connection().execute(statement, {ROWS: dump_keys(lanes)}))


def _lease(session: Session, ids: Sequence[int], worker: str, until: datetime) -> list[Claimed]:
    """Lease those deliveries to a worker, and return them in the same order."""
    row = _DELIVERY.c
    statement = (
        update(_DELIVERY)
        .where(row.id.in_(ids), row.state == "due")
        .values(state="sending", leased_by=worker, leased_until=until)
        .returning(
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
    )
    claimed = {found.id: Claimed(*found) for found in session.connection().execute(statement)}
    return [claimed[one] for one in ids if one in claimed]


def next_due(session: Session, *, after: datetime) -> datetime | None:
    """Return when the next delivery that lies ahead becomes due."""
    delivery = tables.Delivery
    return session.scalar(
        select(delivery.due_at)
        .where(delivery.state == "due", delivery.due_at > after)
        .order_by(delivery.due_at)
        .limit(1)
    )
