"""Offers that are open: when the next of them ends, and which have ended."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from bot.storage import tables

S = TypeVar("S", bound=Select[Any])

# Written out, since a bound value would keep SQLite from the index of open offers.
_IS_OFFERED = text("registration.state = 'offered'")


def next_end(session: Session, *, now: datetime) -> datetime | None:
    """Return when the next offer ends, None if none is open; a talk that is off, or on, has none."""
    until = tables.Registration.offered_until
    return session.scalar(_of_coming(select(until), now).order_by(until).limit(1))


def list_ended(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Read the seminars where offers have ended, in the order in which they are locked."""
    registration = tables.Registration
    ended = (
        _of_coming(select(registration.seminar_id), now)
        .where(registration.offered_until <= now)
        .order_by(registration.offered_until)
        .limit(limit)
    )
    return sorted(set(session.scalars(ended)))


def _of_coming(statement: S, now: datetime) -> S:
    registration, seminar = tables.Registration, tables.Seminar
    return statement.join(seminar, seminar.id == registration.seminar_id).where(
        _IS_OFFERED,
        registration.offered_until.is_not(None),
        seminar.cancelled_at.is_(None),
        seminar.starts_at > now,
    )
