"""Changing how many seats there are: looking at what it does, and saving exactly that."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.seating import Limits, LimitsChange, decide_limits
from bot.services.changing import ChangedMeanwhileError, look_at_seminar, open_seminar, save_change


def look_at_limits(
    session: Session,
    seminar_id: int,
    wanted: Limits,
    *,
    moves_latest: bool,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> LimitsChange:
    """Return what new limits would do now; nothing is locked and nothing changes.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = look_at_seminar(session, seminar_id, workspace_id=workspace_id)
    return decide_limits(room, wanted, now, actor=actor, moves_latest=moves_latest)


def save_limits(
    session: Session,
    seminar_id: int,
    wanted: Limits,
    *,
    moves_latest: bool,
    seen: str,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> LimitsChange:
    """Give a seminar new limits: the line moves up, or the latest go to its front, and each is told.

    Safe to repeat: limits that stand already change nothing. The seminar stays
    locked until the caller's transaction ends; presses take the same lock.

    Args:
        session: An open transaction; the caller commits.
        seminar_id: The seminar.
        wanted: The new limits.
        moves_latest: Whether those above the limit go to the front of the line.
        seen: The fingerprint of what the preview showed.
        workspace_id: The workspace of who saves.
        actor: Who of the staff saves.
        now: The time of it.

    Raises:
        ChangedMeanwhileError: If it would do something else than the preview showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    before = room.seminar
    change = decide_limits(room, wanted, now, actor=actor, moves_latest=moves_latest)
    if not change.is_change:
        return change
    if change.fingerprint() != seen:
        raise ChangedMeanwhileError
    details: dict[str, object] = {
        name: [getattr(change.before, name), getattr(change.after, name)]
        for name in ("capacity", "has_waitlist")
        if getattr(change.before, name) != getattr(change.after, name)
    }
    details |= {"seated": len(change.consequence.seated), "lined": len(change.consequence.lined)}
    save_change(session, room, before, kind="seats", actor=actor, details=details, now=now)
    return change
