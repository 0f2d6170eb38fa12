"""What staff work with: whole rooms, hosts, and the record of what staff did."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.domain.room import Registration, Room, State
from bot.domain.seminar import Seminar
from bot.storage import tables
from bot.storage.registrations import note_member
from bot.storage.seminars import count_registrations


def open_whole_room(session: Session, seminar: Seminar) -> Room:
    """Read everybody of a seminar; exact where the caller holds its lock."""
    registration, change, member = tables.Registration, tables.SeatChange, tables.Member
    last = session.scalar(select(func.max(change.number)).where(change.seminar_id == seminar.id)) or 0
    count = count_registrations(session, [seminar.id])[seminar.id]
    room = Room(seminar, count, last + 1, is_whole_line=True)
    statement = (
        select(registration, member.zone, member.is_deactivated)
        .outerjoin(
            member,
            and_(member.workspace_id == seminar.workspace_id, member.user_id == registration.user_id),
        )
        .where(registration.seminar_id == seminar.id)
    )
    rows = session.execute(statement).all()
    for row, zone, is_deactivated in sorted(rows, key=lambda one: (one[0].line_key or 0, one[0].user_id)):
        held = Registration(
            row.user_id, State(row.state), row.line_key, row.change, row.confirmed_at, row.offered_until
        )
        room.known[row.user_id] = held
        if held.state in (State.WAITLISTED, State.OFFERED):
            note_member(room, row.user_id, zone, is_deactivated=bool(is_deactivated))
        if held.state is State.WAITLISTED:
            room.ahead[row.user_id] = len(room.head)
            room.head.append(row.user_id)
    return room


def add_change(
    session: Session,
    seminar_id: int,
    *,
    kind: str,
    actor: str,
    details: Mapping[str, Any],
    now: datetime,
) -> int:
    """Record what staff did, and return its number; the caller holds the seminar's lock."""
    change = tables.SeminarChange
    last = session.scalar(select(func.max(change.number)).where(change.seminar_id == seminar_id)) or 0
    session.add(
        change(seminar_id=seminar_id, number=last + 1, kind=kind, actor=actor, details=dict(details), at=now)
    )
    session.flush()
    return last + 1


def list_seminar_changes(session: Session, seminar_id: int) -> list[tables.SeminarChange]:
    """Read what staff did to a seminar, oldest first."""
    change = tables.SeminarChange
    return list(
        session.scalars(select(change).where(change.seminar_id == seminar_id).order_by(change.number))
    )


def write_seminar(session: Session, seminar_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a seminar, and count the change; the caller holds its lock."""
    seminar = tables.Seminar
    session.execute(
        update(seminar)
        .where(seminar.id == seminar_id)
        .values(version=seminar.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def forget_confirmations(session: Session, seminar_id: int) -> None:
    """Forget who said that they will be there: that was for another time or place."""
    registration = tables.Registration
    session.execute(
        update(registration)
        .where(registration.seminar_id == seminar_id, registration.confirmed_at.is_not(None))
        .values(confirmed_at=None)
        .execution_options(synchronize_session=False)
    )


def find_hosts(session: Session, seminar_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Read the hosts of seminars, in the order of their ids."""
    host = tables.Host
    found: dict[int, tuple[str, ...]] = dict.fromkeys(seminar_ids, ())
    statement = (
        select(host.seminar_id, host.user_id)
        .where(host.seminar_id.in_(seminar_ids))
        .order_by(host.seminar_id, host.user_id)
    )
    for seminar_id, user_id in session.execute(statement):
        found[seminar_id] += (user_id,)
    return found


def set_hosts(session: Session, seminar_id: int, user_ids: Iterable[str]) -> None:
    """Replace the hosts of a seminar; the caller holds its lock."""
    session.execute(delete(tables.Host).where(tables.Host.seminar_id == seminar_id))
    session.add_all(tables.Host(seminar_id=seminar_id, user_id=user_id) for user_id in sorted(set(user_ids)))
    session.flush()


def list_grants(session: Session, workspace_id: int) -> list[str]:
    """Read the people and user groups that admins made staff of a workspace."""
    grant = tables.StaffGrant
    statement = select(grant.reference).where(grant.workspace_id == workspace_id).order_by(grant.reference)
    return list(session.scalars(statement))


def set_grants(
    session: Session, workspace_id: int, references: Collection[str], *, actor: str, now: datetime
) -> None:
    """Make these, and nobody else, staff of a workspace by grant.

    Who was so before keeps when and by whom; the caller holds the workspace's lock.
    """
    grant, before = tables.StaffGrant, set(list_grants(session, workspace_id))
    gone, new = before - set(references), sorted(set(references) - before)
    session.execute(delete(grant).where(grant.workspace_id == workspace_id, grant.reference.in_(gone)))
    if new:
        row = {"workspace_id": workspace_id, "granted_by": actor, "granted_at": now}
        session.execute(insert(grant), [row | {"reference": reference} for reference in new])


def get_workspace(session: Session, workspace_id: int, *, locks: bool = False) -> tables.Workspace:
    """Read a workspace with what admins set for it.

    Args:
        session: An open transaction.
        workspace_id: The workspace.
        locks: Locks what is set until the transaction ends; rows that merely refer to it go on.
    """
    workspace = tables.Workspace
    statement = select(workspace).where(workspace.id == workspace_id)
    if locks:
        statement = statement.with_for_update(key_share=True)
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


def list_workspaces_that_forget(session: Session) -> list[int]:
    """Read the workspaces where names are kept for a time only."""
    workspace = tables.Workspace
    statement = select(workspace.id).where(workspace.retention_days.is_not(None)).order_by(workspace.id)
    return list(session.scalars(statement))
