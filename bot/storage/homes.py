"""Home tabs: mirrors of what a member has and what is coming, drawn anew when something changes.

A tab is a delivery that is due while what it shows is behind what is wanted. It
is there from the first time that its member opens it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Update, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.deliveries import PUBLISH, Kind, Priority, build_want
from bot.storage.row_sets import ROWS, build_rows, dialect_of, dump_rows, is_one_of

_DELIVERY = tables.Base.metadata.tables[tables.Delivery.__tablename__]
_RECENT = timedelta(days=1)  # who opened the tab since is shown what is new; others when they open it again


def key_of_home(workspace_id: int, user_id: str) -> str:
    """Return the key under which a member's tab is kept."""
    return f"{Kind.HOME}:{workspace_id}:{user_id}"


def open_home(
    session: Session, workspace_id: int, user_id: str, *, shown: Mapping[str, Any], now: datetime
) -> None:
    """Want a member's tab drawn, now that they opened it or turned a page.

    Args:
        session: An open transaction.
        workspace_id: The workspace.
        user_id: The member.
        shown: What the tab remembers of its reader: page, filter, whether they are staff. What is not
            in it stays as it was.
        now: The time; who opened their tab a day ago or less sees at once what is new.
    """
    delivery = tables.Delivery
    key = key_of_home(workspace_id, user_id)
    old = session.scalar(select(delivery).where(delivery.key == key).with_for_update())
    if old is not None:
        old.details = {**old.details, **shown}
        old.wanted += 1
        old.rank_at = now
        old.attempts = old.doubts = 0
        if old.state != "sending":
            old.state, old.due_at, old.reason, old.settled_at = "due", now, None, None
        return
    make = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    statement = make(delivery).values(
        workspace_id=workspace_id,
        key=key,
        kind=Kind.HOME,
        lane=PUBLISH,
        target=user_id,
        details=dict(shown),
        priority=Priority.SCREEN,
        rank_at=now,
        due_at=now,
        state="due",
        wanted=1,
        done=0,
        attempts=0,
        doubts=0,
        created_at=now,
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"wanted": delivery.wanted + 1})
    )


def want_homes(session: Session, people: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Want the tabs of these members of workspaces to show what is true after this transaction."""
    keys = {key_of_home(workspace_id, user_id) for workspace_id, user_id in people}
    if not keys:
        return
    session.flush()
    rows = dump_rows([{"key": key} for key in sorted(keys)])
    session.connection().execute(_build_want_of_keys(dialect_of(session)), {ROWS: rows, "now": now})


def want_homes_of(session: Session, seminar_ids: Collection[int], *, now: datetime) -> None:
    """Want the tabs drawn anew of all who are in these seminars, and of all who looked lately.

    By keys and by the small index of tabs, since deliveries are many.
    """
    delivery, registration, seminar = tables.Delivery, tables.Registration, tables.Seminar
    people = session.execute(
        select(seminar.workspace_id, registration.user_id)
        .join(seminar, seminar.id == registration.seminar_id)
        .where(registration.seminar_id.in_(seminar_ids), registration.state != "released")
        .distinct()
    )
    want_homes(session, ((workspace_id, user_id) for workspace_id, user_id in people), now=now)
    workspaces = select(seminar.workspace_id).where(seminar.id.in_(seminar_ids))
    lately = (delivery.workspace_id.in_(workspaces)) & (delivery.rank_at > now - _RECENT)
    in_workspaces = build_want(dialect_of(session), _DELIVERY.c.kind == Kind.HOME, lately)
    session.execute(in_workspaces, {"now": now})


@lru_cache(maxsize=2)
def _build_want_of_keys(dialect: str) -> Update:
    given = build_rows(dialect, (_DELIVERY.c.key,))
    return build_want(dialect, is_one_of(dialect, _DELIVERY.c.key, select(given.c.key)))
