"""Promises of a seminar that wait: for long, for nobody any more, or for a worker that has ended."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.checking import LATE_AFTER, MOOT_AFTER, Finding, Found, is_moot
from bot.domain.room import Room
from bot.storage import tables

# Why promises are late, where it is not Slack's answer to one of them.
WORKSPACE_GONE, PAUSED = "the app was removed from the workspace", "Slack asked for a pause"

_LEFT_AFTER = timedelta(minutes=1)


def find_waiting(session: Session, room: Room, *, now: datetime, elapsed: datetime) -> list[Finding]:
    """Find what is due for long in a seminar, and what a worker holds that is not there any more.

    Args:
        session: An open transaction.
        room: Everybody in the seminar.
        now: The time of the check.
        elapsed: The time that never jumps, by which leases end.
    """
    row, seminar = tables.Delivery, room.seminar
    due = session.execute(
        select(row.kind, row.target, row.lane, row.reason, row.due_at).where(
            row.state == "due", row.due_at < now - MOOT_AFTER, row.seminar_id == seminar.id
        )
    ).all()
    held = {user_id: one.state for user_id, one in room.known.items()}
    moot = [one for one in due if is_moot(one.kind, held.get(one.target))]
    late = [one for one in due if one not in moot and one.due_at < now - LATE_AFTER]
    left = session.scalars(
        select(row.id).where(
            row.state == "sending", row.leased_until < elapsed - _LEFT_AFTER, row.seminar_id == seminar.id
        )
    ).all()
    findings: list[Finding] = []
    if moot:
        findings.append(Finding(Found.PROMISES_MOOT, count=len(moot)))
    if late:
        reason = _why_late(session, seminar.workspace_id, {one.lane for one in late}, elapsed)
        reasons = sorted({one.reason for one in late if one.reason})
        findings.append(
            Finding(Found.PROMISES_LATE, count=len(late), reason=reason or "; ".join(reasons[:1]))
        )
    if left:
        findings.append(Finding(Found.LEASES_LEFT, count=len(left)))
    return findings


def _why_late(session: Session, workspace_id: int, lanes: Collection[str], elapsed: datetime) -> str:
    workspace, lane = tables.Workspace, tables.Lane
    if session.scalar(select(workspace.gone_reason).where(workspace.id == workspace_id)):
        return WORKSPACE_GONE
    paused = session.scalar(
        select(lane.name).where(
            lane.workspace_id == workspace_id, lane.name.in_(lanes), lane.paused_until > elapsed
        )
    )
    return PAUSED if paused else ""
