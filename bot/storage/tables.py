"""The tables. What must never be false is a named constraint here.

A registration's key is the pair it ties together, and a row of the ledger is
numbered within its seminar under the seminar's lock. So a batch of clicks is
written without asking the database for new ids.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.types import Id, Instant


class Base(DeclarativeBase):
    """The root of all tables; names every constraint."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Workspace(Base):
    """A Slack workspace that installed the bot; ``gone_reason`` says why it is no longer served."""

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    bot_user_id: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    gone_reason: Mapped[str | None] = mapped_column(Text)


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


class Draft(Base):
    """A form being filled in: the fields as they were typed."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    seminar_id: Mapped[int | None] = mapped_column(ForeignKey("seminar.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Seminar(Base):
    """One talk at one time; its row is the lock of its seats."""

    __tablename__ = "seminar"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_is_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_seminar_workspace_id_ends_at", "workspace_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    title: Mapped[str] = mapped_column(Text)
    abstract: Mapped[str] = mapped_column(Text, default="")
    bio: Mapped[str] = mapped_column(Text, default="")
    starts_local: Mapped[datetime] = mapped_column(DateTime)
    zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(Text, default="")
    online_link: Mapped[str] = mapped_column(Text, default="")
    capacity: Mapped[int | None]
    has_waitlist: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    reminder_minutes: Mapped[list[int]] = mapped_column(JSON)
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Speaker(Base):
    """Who talks at a seminar, in order."""

    __tablename__ = "speaker"

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    affiliation: Mapped[str] = mapped_column(Text, default="")


class Announcement(Base):
    """A seminar's message in one channel; ``message_ts`` None means not posted (yet, or any more)."""

    __tablename__ = "announcement"
    __table_args__ = (UniqueConstraint("seminar_id", "channel_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"))
    channel_id: Mapped[str] = mapped_column(String(32))
    message_ts: Mapped[str | None] = mapped_column(String(32))


class Registration(Base):
    """The tie between one member and one seminar, whatever its state."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("state IN ('seated', 'offered', 'waitlisted', 'released')", name="state_is_known"),
        CheckConstraint("(state = 'waitlisted') = (line_key IS NOT NULL)", name="waiters_are_in_line"),
        UniqueConstraint("seminar_id", "line_key"),
        Index("ix_registration_seminar_id_state", "seminar_id", "state"),
        Index("ix_registration_user_id", "user_id"),
    )

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    line_key: Mapped[int | None]
    change: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class SeatChange(Base):
    """The ledger: every change of a seat is a row, and is never changed."""

    __tablename__ = "seat_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["seminar_id", "because_of"],
            ["seat_change.seminar_id", "seat_change.number"],
        ),
    )

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[str] = mapped_column(String(32))
    before: Mapped[str | None] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(16))
    line_key: Mapped[int | None]
    cause: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str | None] = mapped_column(String(32))
    because_of: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)


class Moment(Base):
    """A time at which something of a seminar becomes due; ``done_at`` None means it lies ahead."""

    __tablename__ = "moment"
    __table_args__ = (
        UniqueConstraint("seminar_id", "kind", "due_at"),
        Index(
            "ix_moment_ahead",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"))
    kind: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(Instant)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    offset_minutes: Mapped[int | None]
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    skipped: Mapped[str | None] = mapped_column(Text)


class Delivery(Base):
    """One promised call to Slack, kept until it is done.

    A one-off is promised once under its ``key``. A mirror shows a state and is
    due while ``done`` is behind ``wanted``. ``lane`` is the method whose
    budget it spends. ``doubts`` counts the calls whose answer was lost.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(
            "state IN ('due', 'sending', 'done', 'dropped', 'refused', 'unknown')", name="state_is_known"
        ),
        CheckConstraint("done <= wanted", name="done_is_not_ahead"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="sending_has_a_lease"),
        Index(
            "ix_delivery_open",
            "workspace_id",
            "lane",
            "priority",
            "rank_at",
            "id",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_delivery_due",
            "due_at",
            sqlite_where=text("state = 'due'"),
            postgresql_where=text("state = 'due'"),
        ),
        Index(
            "ix_delivery_leased",
            "leased_until",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_delivery_trouble",
            "seminar_id",
            sqlite_where=text("state IN ('refused', 'unknown')"),
            postgresql_where=text("state IN ('refused', 'unknown')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    key: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    lane: Mapped[str] = mapped_column(String(32))
    target: Mapped[str] = mapped_column(String(32))
    seminar_id: Mapped[int | None] = mapped_column(ForeignKey("seminar.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    priority: Mapped[int]
    rank_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(16), default="due")
    wanted: Mapped[int] = mapped_column(default=1)
    done: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    sent_channel: Mapped[str | None] = mapped_column(String(32))
    sent_ts: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class Lane(Base):
    """The budget of one method in one workspace, shared by every process.

    ``tokens`` calls may be made at ``filled_at``; nothing is sent before
    ``paused_until``, which Slack's ``Retry-After`` sets. Both are elapsed time.
    """

    __tablename__ = "lane"

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    filled_at: Mapped[datetime] = mapped_column(Instant)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)
