"""What is known of the channels that seminars are announced in."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.storage import tables


def list_unknown_channels(session: Session, *, limit: int) -> list[tuple[int, str, str]]:
    """Read channels that Slack was not asked about: workspace, Slack's id of it, and the channel."""
    announcement, seminar, workspace = tables.Announcement, tables.Seminar, tables.Workspace
    statement = (
        select(workspace.id, workspace.team_id, announcement.channel_id)
        .select_from(announcement)
        .join(seminar, seminar.id == announcement.seminar_id)
        .join(workspace, workspace.id == seminar.workspace_id)
        .where(announcement.is_private.is_(None), workspace.gone_reason.is_(None))
        .distinct()
        .limit(limit)
    )
    return [
        (workspace_id, team_id, channel_id)
        for workspace_id, team_id, channel_id in session.execute(statement)
    ]


def save_privacy(session: Session, workspace_id: int, channel_id: str, *, is_private: bool) -> list[int]:
    """Keep whether a channel is private, and return the workspace's seminars that are announced there."""
    announcement = tables.Announcement
    own = select(tables.Seminar.id).where(tables.Seminar.workspace_id == workspace_id)
    found = session.scalars(
        update(announcement)
        .where(announcement.channel_id == channel_id, announcement.seminar_id.in_(own))
        .values(is_private=is_private)
        .returning(announcement.seminar_id)
        .execution_options(synchronize_session=False)
    )
    return sorted(set(found))
