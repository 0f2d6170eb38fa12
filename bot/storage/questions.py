"""Questions to everybody who registers, and what they answered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import Session

from bot.domain.questions import Kind, Question, QuestionPlan
from bot.domain.room import State
from bot.storage import tables
from bot.storage.row_sets import insert_rows

_ANSWER = tables.Base.metadata.tables[tables.Answer.__tablename__]


def list_questions(session: Session, seminar_id: int) -> list[Question]:
    """Read a seminar's questions in their order."""
    row = tables.Question
    columns = (row.id, row.text, row.kind, row.options, row.is_required)
    statement = select(*columns).where(row.seminar_id == seminar_id).order_by(row.position, row.id)
    return [
        Question(number, text, Kind(kind), tuple(options), is_required)
        for number, text, kind, options, is_required in session.execute(statement)
    ]


def has_questions(session: Session, seminar_id: int) -> bool:
    """Tell whether a seminar asks anything."""
    return bool(session.scalar(select(exists().where(tables.Question.seminar_id == seminar_id))))


def find_asking(session: Session, seminar_ids: Collection[int]) -> set[int]:
    """Return those of these seminars that ask something."""
    question = tables.Question
    statement = select(question.seminar_id).where(question.seminar_id.in_(seminar_ids)).distinct()
    return set(session.scalars(statement)) if seminar_ids else set()


def add_question(session: Session, seminar_id: int, plan: QuestionPlan) -> int:
    """Store a question as the last one, and return its id; the caller holds the seminar's lock."""
    row = tables.Question
    last = session.scalar(select(func.max(row.position)).where(row.seminar_id == seminar_id)) or 0
    added = row(
        seminar_id=seminar_id,
        position=last + 1,
        text=plan.text,
        kind=plan.kind,
        options=list(plan.options),
        is_required=plan.is_required,
    )
    session.add(added)
    session.flush()
    return added.id


def set_question(session: Session, question_id: int, plan: QuestionPlan) -> None:
    """Let a question read otherwise; the caller holds the seminar's lock."""
    row = tables.Question
    session.execute(
        update(row)
        .where(row.id == question_id)
        .values(text=plan.text, kind=str(plan.kind), options=list(plan.options), is_required=plan.is_required)
        .execution_options(synchronize_session=False)
    )


def remove_question(session: Session, question_id: int) -> None:
    """Delete a question that nobody has answered; the caller holds the seminar's lock."""
    session.execute(delete(tables.Question).where(tables.Question.id == question_id))


def set_order(session: Session, question_ids: Iterable[int]) -> None:
    """Put questions in an order; the caller holds the seminar's lock."""
    row = tables.Question
    for position, question_id in enumerate(question_ids, start=1):
        session.execute(
            update(row)
            .where(row.id == question_id)
            .values(position=position)
            .execution_options(synchronize_session=False)
        )


def is_answered(session: Session, seminar_id: int) -> bool:
    """Tell whether anybody has answered any question; final where the caller holds the seminar's lock."""
    answer, question = tables.Answer, tables.Question
    joined = exists().where(and_(answer.question_id == question.id, question.seminar_id == seminar_id))
    return bool(session.scalar(select(joined)))


def read_given(
    session: Session, seminar_id: int, user_ids: Collection[str] | None = None
) -> dict[str, dict[int, list[str]]]:
    """Read what each person, or each of these people, answered to each question, by its id."""
    answer, question = tables.Answer, tables.Question
    statement = (
        select(answer.user_id, answer.question_id, answer.value)
        .join(question, question.id == answer.question_id)
        .where(question.seminar_id == seminar_id)
    )
    if user_ids is not None:
        statement = statement.where(answer.user_id.in_(user_ids))
    found: dict[str, dict[int, list[str]]] = {}
    for user_id, question_id, value in session.execute(statement):
        found.setdefault(user_id, {})[question_id] = value
    return found


def read_given_by(session: Session, question_ids: Sequence[int], user_id: str) -> dict[int, list[str]]:
    """Read what one person answered to each of these questions."""
    answer = tables.Answer
    statement = select(answer.question_id, answer.value).where(
        answer.question_id.in_(question_ids), answer.user_id == user_id
    )
    return dict(session.execute(statement).all())


def write_answers(
    session: Session, user_id: str, given: Mapping[int, Sequence[str]], *, now: datetime
) -> None:
    """Keep what somebody answers, in place of what they answered before; an empty answer is none.

    The caller holds the seminar's lock.
    """
    emptied = [question_id for question_id, value in given.items() if not value]
    answer = tables.Answer
    session.execute(delete(answer).where(answer.user_id == user_id, answer.question_id.in_(emptied)))
    insert_rows(
        session,
        _ANSWER,
        [{"question_id": question_id, "value": list(value)} for question_id, value in given.items() if value],
        {"user_id": user_id, "at": now},
        key=("question_id", "user_id"),
        update=("value", "at"),
    )


def list_registered(session: Session, seminar_id: int) -> set[str]:
    """Read who has a seat, is offered one, or waits."""
    held = tables.Registration
    statement = select(held.user_id).where(held.seminar_id == seminar_id, held.state != State.RELEASED)
    return set(session.scalars(statement))
