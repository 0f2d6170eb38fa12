"""Seminars and all that describes them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
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


class Draft(Base):
    """A form being filled in: the fields as they were typed.

    ``seminar_id`` is the seminar that it became, or that it edits; then ``base`` is
    what stood there when editing began, at ``base_version``. ``hints`` hold what was
    read from a text, and of which fields it is doubtful, and why.
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    seminar_id: Mapped[int | None] = mapped_column(ForeignKey("seminar.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    base_version: Mapped[int | None]
    hints: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Series(Base):
    """Seminars that belong together; ``rule`` is iCalendar's RRULE that made them."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    title: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Seminar(Base):
    """One talk at one time; its row is the lock of its seats.

    ``version`` counts what staff changed, so that two who edit at once notice.
    ``sequence`` is iCalendar's: it counts changes of time or place. Moves until
    ``notice_until`` share one notice, number ``notice_batch``. ``publish_at`` is when
    the announcement is posted where it is posted later. ``late_minutes`` before the
    start, leaving begins to be late. ``line_stopped_at`` is when staff stopped
    serving the line.
    """

    __tablename__ = "seminar"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_is_positive"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("promotion IN ('automatic', 'ask')", name="promotion_is_known"),
        Index("ix_seminar_workspace_id_ends_at", "workspace_id", "ends_at"),
        Index("ix_seminar_series_id", "series_id"),
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
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    promotion: Mapped[str] = mapped_column(String(16), default="automatic", server_default="automatic")
    late_minutes: Mapped[int | None]
    line_stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    publish_at: Mapped[datetime | None] = mapped_column(Instant)
    notice_batch: Mapped[int] = mapped_column(default=0, server_default="0")
    notice_until: Mapped[datetime | None] = mapped_column(Instant)
    check_in_word: Mapped[str] = mapped_column(Text, default="", server_default="")
    slides_link: Mapped[str] = mapped_column(Text, default="", server_default="")
    recording_link: Mapped[str] = mapped_column(Text, default="", server_default="")


class Speaker(Base):
    """Who talks at a seminar, in order."""

    __tablename__ = "speaker"

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    affiliation: Mapped[str] = mapped_column(Text, default="")


class Host(Base):
    """Who runs a seminar besides the staff of the workspace."""

    __tablename__ = "host"

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)


class Announcement(Base):
    """A seminar's message in one channel; ``message_ts`` None means not posted (yet, or any more).

    From ``removed_at`` on staff no longer announce it there. Whether the channel is
    private is None until Slack was asked; until then it counts as private.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("seminar_id", "channel_id"),
        Index(
            "ix_announcement_unknown",
            "channel_id",
            sqlite_where=text("is_private IS NULL"),
            postgresql_where=text("is_private IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"))
    channel_id: Mapped[str] = mapped_column(String(32))
    message_ts: Mapped[str | None] = mapped_column(String(32))
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    is_private: Mapped[bool | None]


class Question(Base):
    """What staff ask everybody who registers; ``kind`` is ``text``, ``one`` or ``some`` of ``options``."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("kind IN ('text', 'one', 'some')", name="kind_is_known"),
        Index("ix_question_seminar_id", "seminar_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(8))
    options: Mapped[list[str]] = mapped_column(JSON)
    is_required: Mapped[bool]


class SeminarChange(Base):
    """What staff did to a seminar, numbered under its lock; never changed."""

    __tablename__ = "seminar_change"

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(32))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class SpeakerQuestion(Base):
    """What a member would like to ask the speaker."""

    __tablename__ = "speaker_question"
    __table_args__ = (Index("ix_speaker_question_seminar_id", "seminar_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"))
    user_id: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class Vote(Base):
    """A member who would like to hear the answer to a question as well."""

    __tablename__ = "vote"

    question_id: Mapped[int] = mapped_column(ForeignKey("speaker_question.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
