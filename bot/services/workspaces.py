"""Workspaces come and go, and people change."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services.deactivating import free_seats
from bot.storage.members import find_member, find_workspace, save_facts


def leave_workspace(session: Session, team_id: str, *, reason: str) -> None:
    """Serve a workspace no longer; may be told twice, in any order."""
    workspace = find_workspace(session, team_id)
    if workspace is not None and workspace.gone_reason is None:
        workspace.gone_reason = reason


def note_person(
    session: Session,
    workspace_id: int,
    user: dict[str, Any],
    *,
    default_zone: str,
    said_at: datetime,
    now: datetime,
) -> bool:
    """Keep what Slack says of somebody the bot knows; of others it keeps nothing.

    Slack repeats events and keeps no order, and clocks differ a little. So what
    was said before the last word that is kept counts for nothing, and the person
    is asked about anew. A deactivated account frees its seats.

    Args:
        session: An open transaction; the caller commits.
        workspace_id: The workspace.
        user: The person, as Slack describes them.
        default_zone: The zone of who has set none.
        said_at: When Slack said it.
        now: The time, which may be hours later.

    Returns:
        Whether seats changed by it.
    """
    user_id = str(user.get("id", ""))
    known = find_member(session, workspace_id, user_id)
    if known is not None and known.fetched_at is not None and said_at < known.fetched_at:
        known.fetched_at = None
        return False
    is_deactivated = bool(user.get("deleted"))
    freed = free_seats(session, workspace_id, user_id, now=now) if is_deactivated else 0
    if known is None and not freed:
        return False  # nobody whom the bot ever wrote to, or is about to
    save_facts(
        session,
        workspace_id,
        user_id,
        zone=str(user.get("tz") or default_zone),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_deactivated=is_deactivated,
        now=said_at,
    )
    return freed > 0
