"""What the processes' tests put into the shared database, and read from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Engine, func, select

from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.playground.person import Person
from bot.playground.server import Playground
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.deliveries import Kind, Priority, Promise, promise
from bot.storage.engine import transactions
from tests.integration.rows import add_seminar, add_workspace

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def database_now(engine: Engine) -> datetime:
    """Give the time by the one clock that all processes follow."""
    with engine.connect() as connection:
        now: datetime = connection.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]
    return now


def add_talk(engine: Engine, *, starts_at: datetime, capacity: int = 20) -> Seminar:
    """Store a seminar that begins then, and promise its card; it reminds an hour before."""
    with transactions(engine)() as session:
        return add_seminar(
            session,
            add_workspace(session),
            starts_at=starts_at,
            ends_at=starts_at + HOUR,
            capacity=capacity,
            reminder_offsets=(HOUR,),
        )


def seat(engine: Engine, seminar: Seminar, user_ids: Sequence[str], *, at: datetime) -> None:
    """Register members, who are then owed a confirmation."""
    presses = [Press(seminar.workspace_id, seminar.id, user_id, Wish.REGISTER) for user_id in user_ids]
    with transactions(engine)() as session:
        register(session, presses, clock=lambda: at)


def promise_notices(engine: Engine, seminar: Seminar, due: dict[str, datetime]) -> None:
    """Promise each of those people a notice at a moment that lies ahead."""
    with transactions(engine)() as session:
        promise(
            session,
            [
                Promise(
                    workspace_id=seminar.workspace_id,
                    key=f"notice:{user_id}",
                    kind=Kind.TROUBLE,
                    target=user_id,
                    seminar_id=seminar.id,
                    priority=Priority.REMINDER,
                    due_at=at,
                    details={"channel": "C0TALKS0", "code": "is_archived"},
                )
                for user_id, at in due.items()
            ],
            now=min(due.values()),
        )


def deliveries_of(engine: Engine, kind: str) -> list[tables.Delivery]:
    rows = tables.Delivery
    with transactions(engine, is_reading=True)() as session:
        return list(session.scalars(select(rows).where(rows.kind == kind).order_by(rows.id)))


def states_of(engine: Engine, kind: str) -> list[str]:
    return [row.state for row in deliveries_of(engine, kind)]


def lateness(rows: Sequence[tables.Delivery]) -> tuple[float, float]:
    """Give the median and the longest time from due to settled, in seconds by the database's clock."""
    late = [(row.settled_at - row.due_at).total_seconds() for row in rows if row.settled_at is not None]
    return median(late), max(late)


def people(pg: Playground, count: int) -> list[Person]:
    workspace = pg.workspaces["T0CAIS"]
    return [pg.person(workspace, f"U{number:04}") for number in range(count)]


def counts(persons: Sequence[Person], contains: str) -> list[int]:
    """Count the direct messages that say something, of each person."""
    return [sum(contains in message.shown for message in person.told()) for person in persons]
