"""What those who came said of a seminar, and who is asked."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain.room import State
from bot.storage import tables
from bot.storage.row_sets import insert_rows

_FEEDBACK = tables.Base.metadata.tables[tables.Feedback.__tablename__]


def list_attending(session: Session, seminar_id: int) -> list[str]:
    """Read who is asked how it was: those checked in, or all with a seat where nobody was checked in."""
    row = tables.Registration
    statement = (
        select(row.user_id, row.checked_in_at)
        .where(row.seminar_id == seminar_id, row.state == State.SEATED)
        .order_by(row.user_id)
    )
    seated = session.execute(statement).all()
    checked_in = [user_id for user_id, at in seated if at is not None]
    return checked_in or [user_id for user_id, _at in seated]


def write_score(session: Session, seminar_id: int, user_id: str, score: int, *, now: datetime) -> None:
    """Write a score; a former one gives way, and a line that was written stays."""
    insert_rows(
        session,
        _FEEDBACK,
        [{"seminar_id": seminar_id, "user_id": user_id, "score": score, "at": now}],
        {"line": ""},
        key=("seminar_id", "user_id"),
        update=("score", "at"),
    )


def write_line(session: Session, seminar_id: int, user_id: str, line: str, *, now: datetime) -> None:
    """Write the line of somebody who gave a score."""
    row = tables.Feedback
    session.execute(
        update(row)
        .where(row.seminar_id == seminar_id, row.user_id == user_id)
        .values(line=line, at=now)
        .execution_options(synchronize_session=False)
    )


def find_given(session: Session, seminar_id: int, user_id: str) -> tuple[int, str] | None:
    """Read the score and the line of one person, None if they gave none."""
    row = tables.Feedback
    statement = select(row.score, row.line).where(row.seminar_id == seminar_id, row.user_id == user_id)
    found = session.execute(statement).one_or_none()
    return None if found is None else (found[0], found[1])


def list_given(session: Session, seminar_id: int) -> list[tuple[int, str]]:
    """Read all scores with their lines."""
    row = tables.Feedback
    statement = select(row.score, row.line).where(row.seminar_id == seminar_id)
    return [(score, line) for score, line in session.execute(statement)]


def count_given(session: Session, seminar_id: int) -> int:
    """Count those who answered; exact under the seminar's lock."""
    row = tables.Feedback
    statement = select(func.count()).select_from(row).where(row.seminar_id == seminar_id)
    return session.scalar(statement) or 0
