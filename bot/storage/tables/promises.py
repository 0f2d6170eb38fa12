"""What is due, and the promised calls to Slack."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.base import Base
from bot.storage.types import Id, Instant


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
            "ix_delivery_home",
            "workspace_id",
            "rank_at",
            sqlite_where=text("kind = 'home'"),
            postgresql_where=text("kind = 'home'"),
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
