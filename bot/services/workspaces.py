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
    """Keep what Slack says of somebody the bot knows; of others it keeps nothing.

    Slack repeats events and keeps no order, and clocks differ a little. So what
    was said before the last word that is kept counts for nothing, and the person
    is asked about anew.

    Args:
        session: An open transaction; the caller commits.
        workspace_id: The workspace.
        user: The person, as Slack describes them.
        default_zone: The zone of who has set none.
        now: When Slack said it.
    """
    user_id = str(user.get("id", ""))
    known = find_member(session, workspace_id, user_id)
    if known is None:
        return
    if known.fetched_at is not None and now < known.fetched_at:
        known.fetched_at = None
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
