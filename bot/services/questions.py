"""Questions of staff to everybody who registers: asking them, and reading what was answered.

Who changes a question locks the seminar, and so does who answers: an answer is to
the question that its giver saw, and no question changes once it is answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.questions import (
    MOST_QUESTIONS,
    Asked,
    Fixed,
    Question,
    QuestionFault,
    QuestionPlan,
    TypedQuestion,
    decide_fixed,
    list_owed,
    plan_question,
    reorder,
    write_answer,
)
from bot.domain.room import Room
from bot.domain.seminar import Seminar
from bot.services.changing import open_seminar, save_change
from bot.storage import questions as stored


@dataclass(frozen=True, slots=True)
class Kept:
    """The questions stand as they were wanted; ``already`` if they did before."""

    already: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The question is not there any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The questions stay as they are."""

    why: Fixed


@dataclass(frozen=True, slots=True)
class Faulty:
    """What is wrong with the form, by the name of the field."""

    faults: Mapping[str, QuestionFault]


@dataclass(frozen=True, slots=True)
class ChangedByOther:
    """Somebody else changed the question meanwhile, and this is how it reads now."""

    question: Question


Changed = Kept | Gone | Refused
Edited = Changed | Faulty | ChangedByOther


def read_asked(session: Session, seminar: Seminar, *, now: datetime) -> Asked:
    """Read what a seminar asks and how far the answers are."""
    questions = stored.list_questions(session, seminar.id)
    given = stored.read_given(session, seminar.id)
    registered = stored.list_registered(session, seminar.id)
    return Asked(
        tuple(questions),
        decide_fixed(seminar, now, is_answered=bool(given)),
        len(registered),
        len(registered & given.keys()),
        sum(bool(list_owed(questions, given.get(user_id, {}))) for user_id in registered),
    )


def find_question(session: Session, seminar_id: int, question_id: int) -> Question | None:
    """Read one question of a seminar."""
    return _pick(stored.list_questions(session, seminar_id), question_id)


def save_question(
    session: Session,
    seminar_id: int,
    question_id: int | None,
    typed: TypedQuestion,
    *,
    seen: str,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> Edited:
    """Ask a new question, or let one read otherwise.

    Safe to repeat: what is asked so already stays as it is. The seminar is locked
    until the caller's transaction ends.

    Args:
        session: An open transaction; the caller commits.
        seminar_id: The seminar.
        question_id: Which of its questions; None for a new one.
        typed: The form.
        seen: The mark of the question as it stood when the form was opened.
        workspace_id: Whose seminar it is.
        actor: Who of the staff it is.
        now: The time of it.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, questions, fixed = _open_questions(session, seminar_id, workspace_id, now)
    if fixed is not None:
        return Refused(fixed)
    before = None if question_id is None else _pick(questions, question_id)
    if question_id is not None and before is None:
        return Gone()
    if before is None and _is_asked(typed, questions):
        return Kept(already=True)
    plan = plan_question(typed, [one for one in questions if one is not before])
    if not isinstance(plan, QuestionPlan):
        return Faulty(plan)
    if before is None:
        if len(questions) >= MOST_QUESTIONS:
            return Faulty({"text": QuestionFault.QUESTIONS_MANY})
        stored.add_question(session, seminar_id, plan)
        _record(session, room, {"added": plan.text}, actor=actor, now=now)
        return Kept()
    if before.is_asked_as(plan):
        return Kept(already=True)
    if before.mark != seen:
        return ChangedByOther(before)
    stored.set_question(session, before.id, plan)
    _record(session, room, {"edited": plan.text, "before": before.text}, actor=actor, now=now)
    return Kept()


def _is_asked(typed: TypedQuestion, questions: Sequence[Question]) -> bool:
    """Tell whether exactly this is asked already: the form came twice."""
    plan = plan_question(typed, ())
    return isinstance(plan, QuestionPlan) and any(one.is_asked_as(plan) for one in questions)


def drop_question(
    session: Session, seminar_id: int, question_id: int, *, workspace_id: int, actor: str, now: datetime
) -> Changed:
    """Ask a question no longer; the second time it is gone already. Locks the seminar.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, questions, fixed = _open_questions(session, seminar_id, workspace_id, now)
    before = _pick(questions, question_id)
    if before is None:
        return Gone()
    if fixed is not None:
        return Refused(fixed)
    stored.remove_question(session, question_id)
    _record(session, room, {"removed": before.text}, actor=actor, now=now)
    return Kept()


def place_question(
    session: Session,
    seminar_id: int,
    question_id: int,
    place: int,
    *,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> Changed:
    """Let a question stand at a place, 0 for the first; said twice it is done once. Locks the seminar.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, questions, fixed = _open_questions(session, seminar_id, workspace_id, now)
    moved = _pick(questions, question_id)
    if moved is None:
        return Gone()
    if fixed is not None:
        return Refused(fixed)
    ordered = reorder(questions, question_id, place)
    if ordered == questions:
        return Kept(already=True)
    stored.set_order(session, [one.id for one in ordered])
    _record(session, room, {"moved": moved.text}, actor=actor, now=now)
    return Kept()


def copy_questions(session: Session, from_id: int, to_id: int) -> None:
    """Let a new seminar ask what another one asks; to be called where it is made, in that transaction."""
    for one in stored.list_questions(session, from_id):
        plan = QuestionPlan(one.text, one.kind, one.options, one.is_required)
        stored.add_question(session, to_id, plan)


def read_answers(session: Session, seminar_id: int) -> dict[str, list[tuple[str, str]]]:
    """Read what each person answered: every question in its order, with the answer as a text.

    Who answered nothing at all is not in it; a question that somebody left out has an empty text.
    """
    questions = stored.list_questions(session, seminar_id)
    return {
        user_id: [(one.text, write_answer(given.get(one.id, ()))) for one in questions]
        for user_id, given in stored.read_given(session, seminar_id).items()
    }


def list_unanswered(session: Session, seminar_id: int) -> set[str]:
    """Read who has a seat or waits and owes an answer to a required question."""
    questions = stored.list_questions(session, seminar_id)
    given = stored.read_given(session, seminar_id)
    registered = stored.list_registered(session, seminar_id)
    return {user_id for user_id in registered if list_owed(questions, given.get(user_id, {}))}


def _open_questions(
    session: Session, seminar_id: int, workspace_id: int, now: datetime
) -> tuple[Room, list[Question], Fixed | None]:
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    fixed = decide_fixed(room.seminar, now, is_answered=stored.is_answered(session, seminar_id))
    return room, stored.list_questions(session, seminar_id), fixed


def _record(session: Session, room: Room, details: Mapping[str, str], *, actor: str, now: datetime) -> None:
    save_change(session, room, room.seminar, kind="questions", actor=actor, details=details, now=now)


def _pick(questions: Sequence[Question], question_id: int) -> Question | None:
    return next((one for one in questions if one.id == question_id), None)
