"""Registrations, the ledger of seats, and what registrants said."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.base import Base
from bot.storage.types import Id, Instant


class Registration(Base):
    """The tie between one member and one seminar, whatever its state.

    An offer is held until ``offered_until``. ``checked_in_by`` is who said that the
    member is in the room: a person of the staff, or the member by the word.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("state IN ('seated', 'offered', 'waitlisted', 'released')", name="state_is_known"),
        CheckConstraint("(state = 'waitlisted') = (line_key IS NOT NULL)", name="waiters_are_in_line"),
        UniqueConstraint("seminar_id", "line_key"),
        Index("ix_registration_seminar_id_state", "seminar_id", "state"),
        Index("ix_registration_user_id", "user_id"),
        Index(
            "ix_registration_offered_until",
            "offered_until",
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    line_key: Mapped[int | None] = mapped_column(Id)
    change: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    offered_until: Mapped[datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_in_by: Mapped[str | None] = mapped_column(String(32))


class SeatChange(Base):
    """The ledger: every change of a seat is a row, and is never changed; ``reason`` is what staff gave."""

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
    line_key: Mapped[int | None] = mapped_column(Id)
    cause: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str | None] = mapped_column(String(32))
    because_of: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)


class Answer(Base):
    """A registrant's answer to one question: a text, or the options that they chose."""

    __tablename__ = "answer"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class Feedback(Base):
    """What somebody who came thought of it: 1 to 5, and a line."""

    __tablename__ = "feedback"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score_is_1_to_5"),)

    seminar_id: Mapped[int] = mapped_column(ForeignKey("seminar.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    score: Mapped[int]
    line: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
