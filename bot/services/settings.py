"""Reading and saving what admins set for their workspace."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.draft import DraftFields, is_channel_id
from bot.domain.workspace_settings import WorkspaceSettings
from bot.domain.zones import known_zones
from bot.storage import tables
from bot.storage.staff import get_workspace, list_grants, set_grants


class SettingsChangedError(Exception):
    """Somebody else saved meanwhile; nothing was changed.

    Attributes:
        current: What is set now.
    """

    def __init__(self, current: WorkspaceSettings) -> None:
        super().__init__("the settings were saved meanwhile")
        self.current = current


def read_settings(session: Session, workspace_id: int) -> WorkspaceSettings:
    """Read what is set for a workspace."""
    return _settings_of(session, get_workspace(session, workspace_id))


def save_settings(
    session: Session, workspace_id: int, wanted: WorkspaceSettings, *, actor: str, now: datetime
) -> bool:
    """Save what an admin set, if nobody saved anything else since ``wanted.version``.

    Safe to repeat: what is set already is left as it is.

    Returns:
        Whether anything changed.

    Raises:
        SettingsChangedError: If the settings are of another version and say something else.
    """
    row = get_workspace(session, workspace_id, locks=True)
    current = _settings_of(session, row)
    if current == wanted:
        return False
    if current.version != wanted.version:
        raise SettingsChangedError(current)
    row.default_zone = wanted.zone
    row.default_reminders = list(wanted.reminders)
    row.default_channels = list(wanted.channels)
    row.retention_days = wanted.retention_days
    row.version += 1
    set_grants(session, workspace_id, [*wanted.people, *wanted.groups], actor=actor, now=now)
    session.flush()
    return True


def begin_draft(settings: WorkspaceSettings, *, zone: str, default_zone: str, channel_id: str) -> DraftFields:
    """Return the form that a new seminar begins with.

    Args:
        settings: What is set for the workspace.
        zone: The person's own zone, which counts where the workspace has none.
        default_zone: The zone of who has none either.
        channel_id: Where the command was typed; where that is no channel, the workspace's channels count.
    """
    known = known_zones()
    return DraftFields(
        zone=next((one for one in (settings.zone, zone) if one in known), default_zone),
        reminders=tuple(map(str, settings.reminders)),
        channels=(channel_id,) if is_channel_id(channel_id) else settings.channels,
    )


def _settings_of(session: Session, row: tables.Workspace) -> WorkspaceSettings:
    grants = list_grants(session, row.id)
    found = WorkspaceSettings(
        people=tuple(one for one in grants if not is_group(one)),
        groups=tuple(one for one in grants if is_group(one)),
        zone=row.default_zone,
        channels=tuple(row.default_channels or ()),
        retention_days=row.retention_days,
        version=row.version,
    )
    if row.default_reminders is None:
        return found
    return replace(found, reminders=tuple(row.default_reminders))


def is_group(reference: str) -> bool:
    """Tell whether a grant names a user group rather than a person."""
    return reference.startswith("S")
