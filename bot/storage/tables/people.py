"""Workspaces, the people in them, and what staff and members chose for themselves."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.base import Base
from bot.storage.types import Id, Instant


class Workspace(Base):
    """A Slack workspace that installed the bot, and what staff set for all of its seminars.

    ``gone_reason`` says why it is no longer served. What staff did not set is None:
    then the bot's own defaults hold. ``retention_days`` None keeps names for ever.
    """

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    bot_user_id: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    gone_reason: Mapped[str | None] = mapped_column(Text)
    default_zone: Mapped[str | None] = mapped_column(String(64))
    default_reminders: Mapped[list[int] | None] = mapped_column(JSON)
    default_channels: Mapped[list[str] | None] = mapped_column(JSON)
    retention_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Member(Base):
    """What the bot needs to know of a person; ``fetched_at`` None means not asked yet."""

    __tablename__ = "member"
    __table_args__ = (
        Index(
            "ix_member_unknown",
            "workspace_id",
            sqlite_where=text("fetched_at IS NULL"),
            postgresql_where=text("fetched_at IS NULL"),
        ),
    )

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    zone: Mapped[str | None] = mapped_column(String(64))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_deactivated: Mapped[bool] = mapped_column(default=False)
    fetched_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffGrant(Base):
    """Somebody, or a user group, whom an admin made staff."""

    __tablename__ = "staff_grant"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(32), primary_key=True)
    granted_by: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime] = mapped_column(Instant)


class Preference(Base):
    """What a member chose for themselves; no row means that nobody asked or chose yet.

    ``reminder_minutes`` are added to those of each seminar. Quiet hours are clock
    times in the member's zone, such as ``22:00``. ``follows`` holds ids of series
    and names of speakers. ``feed_key`` is the secret part of the calendar's address.
    """

    __tablename__ = "preference"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    is_muted: Mapped[bool] = mapped_column(default=False)
    reminder_minutes: Mapped[list[int]] = mapped_column(JSON)
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    follows: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    feed_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
