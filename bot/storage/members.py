"""Workspaces and people: the facts that the bot keeps of them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.row_sets import insert_rows

_MEMBER = tables.Base.metadata.tables[tables.Member.__tablename__]


def find_workspace(session: Session, team_id: str) -> tables.Workspace | None:
    """Return the workspace with Slack's id, None if the bot is not installed there."""
    return session.scalar(select(tables.Workspace).where(tables.Workspace.team_id == team_id))


def save_workspace(
    session: Session, *, team_id: str, name: str, bot_user_id: str, now: datetime
) -> tables.Workspace:
    """Store a workspace, or that it is served again."""
    # One statement, since several processes may start at once on a database that is new to all of them.
    make = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    known = {"name": name, "bot_user_id": bot_user_id, "gone_reason": None}
    statement = (
        make(tables.Workspace)
        .values(team_id=team_id, created_at=now, **known)
        .on_conflict_do_update(index_elements=["team_id"], set_=known)
        .returning(tables.Workspace)
    )
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def list_workspaces(session: Session, workspace_ids: Collection[int]) -> dict[int, tables.Workspace]:
    """Read workspaces by their ids."""
    rows = session.scalars(select(tables.Workspace).where(tables.Workspace.id.in_(workspace_ids)))
    return {row.id: row for row in rows}


def note_members(session: Session, pairs: Iterable[tuple[int, str]]) -> None:
    """Note that these members exist, so that their facts are asked for; known ones stay as they are.

    In one order, so that two transactions that meet the same people never wait
    for each other crosswise.
    """
    insert_rows(
        session,
        _MEMBER,
        [{"workspace_id": workspace_id, "user_id": user_id} for workspace_id, user_id in sorted(set(pairs))],
        {"is_admin": False, "is_deactivated": False},
        key=("workspace_id", "user_id"),
    )


def save_facts(
    session: Session,
    workspace_id: int,
    user_id: str,
    *,
    zone: str | None,
    is_admin: bool,
    is_deactivated: bool,
    now: datetime,
) -> None:
    """Store what Slack says of a member."""
    note_members(session, [(workspace_id, user_id)])
    session.execute(
        update(tables.Member)
        .where(tables.Member.workspace_id == workspace_id, tables.Member.user_id == user_id)
        .values(zone=zone, is_admin=is_admin, is_deactivated=is_deactivated, fetched_at=now)
    )


def find_member(session: Session, workspace_id: int, user_id: str) -> tables.Member | None:
    """Return what is known of a member."""
    return session.get(tables.Member, (workspace_id, user_id))


def find_zones(session: Session, pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], str | None]:
    """Return the zones of members, as far as they are known."""
    if not pairs:
        return {}
    member = tables.Member
    statement = select(member.workspace_id, member.user_id, member.zone).where(
        tuple_(member.workspace_id, member.user_id).in_(pairs)
    )
    return {(workspace_id, user_id): zone for workspace_id, user_id, zone in session.execute(statement)}


def list_unknown(session: Session, workspace_id: int, *, limit: int) -> list[str]:
    """Read members whose facts were never asked for."""
    statement = (
        select(tables.Member.user_id)
        .where(tables.Member.workspace_id == workspace_id, tables.Member.fetched_at.is_(None))
        .limit(limit)
    )
    return list(session.scalars(statement))


def list_workspaces_with_unknown(session: Session) -> list[int]:
    """Read the served workspaces that have members whose facts were never asked for."""
    statement = (
        select(tables.Member.workspace_id)
        .join(tables.Workspace, tables.Workspace.id == tables.Member.workspace_id)
        .where(tables.Member.fetched_at.is_(None), tables.Workspace.gone_reason.is_(None))
        .distinct()
    )
    return list(session.scalars(statement))
