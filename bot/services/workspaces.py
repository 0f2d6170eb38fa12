"""Workspaces come and go, and people change."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.storage.members import find_member, find_workspace, save_facts


def leave_workspace(session: Session, team_id: str, *, reason: str) -> None:
    """Serve a workspace no longer; may be told twice, in any order."""
    workspace = find_workspace(session, team_id)
    if workspace is not None and workspace.gone_reason is None:
        workspace.gone_reason = reason


def note_person(
    session: Session, workspace_id: int, user: dict[str, Any], *, default_zone: str, now: datetime
) -> None:
    """Keep what Slack says of somebody the bot knows; of others it keeps nothing."""
    user_id = str(user.get("id", ""))
    if find_member(session, workspace_id, user_id) is None:
        return
    save_facts(
        session,
        workspace_id,
        user_id,
        zone=str(user.get("tz") or default_zone),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_deactivated=bool(user.get("deleted")),
        now=now,
    )
