"""Lanes: the budget of a method in a workspace, as a row that all processes share.

Lanes are locked in one order, and one that another worker holds is skipped, so
that workers never wait for each other.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.row_sets import ROWS, dump_rows, insert_rows, select_rows

_LANE = tables.Base.metadata.tables[tables.Lane.__tablename__]
LANE_KEY = (_LANE.c.workspace_id, _LANE.c.name)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many calls of a method a workspace may make."""

    per_second: float
    burst: float


@dataclass(frozen=True, slots=True)
class Budget:
    """A lane as it was read; ``filled_at`` None means that its row is still to be made."""

    workspace_id: int
    name: str
    tokens: float
    filled_at: datetime | None
    paused_until: datetime | None

    def filled(self, elapsed: datetime, rate: Rate) -> float:
        """Return how many calls may be made by now, with the fraction of the next."""
        if self.filled_at is None:
            return rate.burst
        return min(rate.burst, self.tokens + rate.per_second * (elapsed - self.filled_at).total_seconds())

    def budget(self, elapsed: datetime, rates: Mapping[str, Rate]) -> int:
        """Return how many calls may be made by now; none in a pause that Slack asked for."""
        if self.paused_until is not None and self.paused_until > elapsed:
            return 0
        return int(self.filled(elapsed, rates[self.name]))


def list_waiting(
    session: Session, now: datetime, elapsed: datetime, rates: Mapping[str, Rate]
) -> list[Budget]:
    """Read the lanes that something is due in, without a lock; those that are new get a row."""
    delivery, lane = tables.Delivery, tables.Lane
    # An expression, not the column: SQLite would read the whole index that is in the order of the
    # lanes, with all that lies ahead, to spare itself the sorting of the few that are due.
    due = (
        select((delivery.workspace_id + 0).label("workspace_id"), delivery.lane)
        .where(delivery.state == "due", delivery.due_at <= now)
        .distinct()
        .subquery()
    )
    rows = session.execute(
        select(due.c.workspace_id, due.c.lane, lane.tokens, lane.filled_at, lane.paused_until)
        .join(tables.Workspace, tables.Workspace.id == due.c.workspace_id)
        .outerjoin(lane, and_(lane.workspace_id == due.c.workspace_id, lane.name == due.c.lane))
        .where(tables.Workspace.gone_reason.is_(None))
    )
    waiting = [Budget(*row) for row in rows]
    insert_rows(
        session,
        _LANE,
        [
            {"workspace_id": one.workspace_id, "name": one.name, "tokens": rates[one.name].burst}
            for one in sorted(waiting, key=key_of)
            if one.filled_at is None
        ],
        {"filled_at": elapsed},
        key=("workspace_id", "name"),
    )
    return waiting


def key_of(lane: Budget) -> tuple[int, str]:
    """Return what names a lane."""
    return lane.workspace_id, lane.name


def dump_keys(lanes: Iterable[Budget]) -> str:
    """Return the names of lanes as the rows that `LANE_KEY` reads."""
    return dump_rows([{"workspace_id": lane.workspace_id, "name": lane.name} for lane in lanes])


def lock_lanes(session: Session, lanes: Collection[Budget]) -> list[Budget]:
    """Lock lanes in one order, without those that another worker holds."""
    given = select_rows(session, LANE_KEY)
    statement = (
        select(*_LANE.c)
        .join(given, and_(_LANE.c.workspace_id == given.c.workspace_id, _LANE.c.name == given.c.name))
        .order_by(_LANE.c.workspace_id, _LANE.c.name)
        .with_for_update(of=_LANE, skip_locked=True)
    )
    return [Budget(*row) for row in session.connection().execute(statement, {ROWS: dump_keys(lanes)})]


def spend(
    session: Session,
    lanes: Iterable[Budget],
    spent: Mapping[tuple[int, str], int],
    elapsed: datetime,
    rates: Mapping[str, Rate],
) -> None:
    """Take what was claimed from the budgets of the lanes, whose rows are locked."""
    left = [
        {
            "workspace_id": lane.workspace_id,
            "name": lane.name,
            "tokens": lane.filled(elapsed, rates[lane.name]) - spent[key_of(lane)],
        }
        for lane in lanes
        if key_of(lane) in spent
    ]
    given = select_rows(session, (_LANE.c.workspace_id, _LANE.c.name, _LANE.c.tokens))
    session.connection().execute(
        update(_LANE)
        .where(_LANE.c.workspace_id == given.c.workspace_id, _LANE.c.name == given.c.name)
        .values(tokens=given.c.tokens, filled_at=elapsed),
        {ROWS: dump_rows(left)},
    )


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
