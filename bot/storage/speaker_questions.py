"""Questions for the speaker and who voted for them."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.speaker_questions import AskedQuestion
from bot.storage import tables
from bot.storage.row_sets import insert_rows

_VOTE = tables.Base.metadata.tables[tables.Vote.__tablename__]


def list_asked(session: Session, seminar_id: int, *, reader: str = "") -> list[AskedQuestion]:
    """Read the questions of a seminar, most votes first, then the older first.

    A question whose words were deleted with its author's data is left out.
    """
    question, vote = tables.SpeakerQuestion, tables.Vote
    votes = dict(
        session.execute(
            select(vote.question_id, func.count())
            .join(question, question.id == vote.question_id)
            .where(question.seminar_id == seminar_id)
            .group_by(vote.question_id)
        ).all()
    )
    mine = set(
        session.scalars(
            select(vote.question_id)
            .join(question, question.id == vote.question_id)
            .where(question.seminar_id == seminar_id, vote.user_id == reader)
        )
    )
    rows = session.scalars(
        select(question).where(question.seminar_id == seminar_id, question.text != "").order_by(question.id)
    )
    found = [
        AskedQuestion(row.id, row.user_id, row.text, votes.get(row.id, 0), row.id in mine) for row in rows
    ]
    return sorted(found, key=lambda one: (-one.votes, one.id))


def is_anything_asked(session: Session, seminar_id: int) -> bool:
    """Tell whether anybody asked something, whose words are still there."""
    question = tables.SpeakerQuestion
    statement = select(question.id).where(question.seminar_id == seminar_id, question.text != "").limit(1)
    return session.scalar(statement) is not None


def has_question(session: Session, seminar_id: int, question_id: int) -> bool:
    """Tell whether a seminar has that question; it stays so while the seminar is locked."""
    question = tables.SpeakerQuestion
    statement = select(question.id).where(question.id == question_id, question.seminar_id == seminar_id)
    return session.scalar(statement) is not None


def add_question(session: Session, seminar_id: int, user_id: str, text: str, *, now: datetime) -> int:
    """Store a question, for which its author votes, and return its number."""
    row = tables.SpeakerQuestion(seminar_id=seminar_id, user_id=user_id, text=text, at=now)
    session.add(row)
    session.flush()
    add_vote(session, row.id, user_id)
    return row.id


def add_vote(session: Session, question_id: int, user_id: str) -> None:
    """Store a vote; one that is there already stays one."""
    insert_rows(
        session,
        _VOTE,
        [{"question_id": question_id, "user_id": user_id}],
        {},
        key=("question_id", "user_id"),
    )


def remove_vote(session: Session, question_id: int, user_id: str) -> None:
    """Delete a vote, if it is there and not that of the question's author."""
    vote, question = tables.Vote, tables.SpeakerQuestion
    own = select(question.id).where(question.id == question_id, question.user_id == user_id)
    session.execute(
        delete(vote)
        .where(vote.question_id == question_id, vote.user_id == user_id, ~own.exists())
        .execution_options(synchronize_session=False)
    )


def remove_question(session: Session, question_id: int) -> None:
    """Delete a question with its votes; the caller holds the seminar's lock."""
    vote, question = tables.Vote, tables.SpeakerQuestion
    for statement in (
        delete(vote).where(vote.question_id == question_id),
        delete(question).where(question.id == question_id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
