"""What a roster is read from: registrations with their last change, and what people answered."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.registering import State
from bot.storage import tables


class Asked(NamedTuple):
    """A question to everybody who registers."""

    id: int
    text: str
    is_required: bool


def list_held(session: Session, seminar_id: int) -> list[tuple[tables.Registration, tables.SeatChange]]:
    """Read everybody of a seminar, each with the ledger's row that last touched them."""
    held, last = tables.Registration, tables.SeatChange
    statement = (
        select(held, last)
        .join(last, and_(last.seminar_id == held.seminar_id, last.number == held.change))
        .where(held.seminar_id == seminar_id)
        .execution_options(populate_existing=True)  # one transaction writes, then shows what it wrote
    )
    return [(registration, change) for registration, change in session.execute(statement)]


def read_joined(session: Session, seminar_id: int) -> dict[str, datetime]:
    """Read when people last joined the line: being moved in it does not begin it anew."""
    change = tables.SeatChange
    statement = (
        select(change.user_id, func.max(change.at))
        .where(
            change.seminar_id == seminar_id,
            change.after == State.WAITLISTED,
            or_(change.before.is_(None), change.before != State.WAITLISTED),
        )
        .group_by(change.user_id)
    )
    return dict(session.execute(statement).all())


def list_asked(session: Session, seminar_id: int) -> list[Asked]:
    """Read a seminar's questions in their order."""
    question = tables.Question
    statement = (
        select(question.id, question.text, question.is_required)
        .where(question.seminar_id == seminar_id)
        .order_by(question.position, question.id)
    )
    return [Asked(key, text, is_required) for key, text, is_required in session.execute(statement)]


def read_given(
    session: Session, question_ids: Collection[int], user_ids: Collection[str]
) -> dict[tuple[int, str], list[str]]:
    """Read what these people answered to these questions."""
    answer = tables.Answer
    statement = select(answer.question_id, answer.user_id, answer.value).where(
        answer.question_id.in_(question_ids), answer.user_id.in_(user_ids)
    )
    return {(key, user_id): value for key, user_id, value in session.execute(statement)}
