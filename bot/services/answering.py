"""Answering the questions of a seminar that one registers for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.questions import (
    AnswerFault,
    Kind,
    NotAsked,
    ToAnswer,
    decide_not_asked,
    list_owed,
    read_answer,
)
from bot.domain.seminar import Seminar
from bot.storage import questions as stored
from bot.storage import registrations, seminars
from bot.storage.seminars import SeminarNotFoundError


@dataclass(frozen=True, slots=True)
class Unasked:
    """They are asked nothing, and nothing was saved."""

    seminar: Seminar
    why: NotAsked


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered is saved."""

    seminar: Seminar


@dataclass(frozen=True, slots=True)
class WronglyAnswered:
    """What is wrong with the answers, by the key of the question; nothing was saved."""

    faults: Mapping[str, AnswerFault]


@dataclass(frozen=True, slots=True)
class AskedAnew:
    """The questions are not those that were answered; nothing was saved, and these are they."""

    to_answer: ToAnswer


def read_to_answer(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, now: datetime
) -> ToAnswer | Unasked:
    """Read what somebody is asked, with what they answered before.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    return _look(session, seminar, user_id, now)


def save_answers(
    session: Session,
    seminar_id: int,
    user_id: str,
    values: Mapping[str, str | list[str]],
    *,
    workspace_id: int,
    now: datetime,
) -> Answered | WronglyAnswered | AskedAnew | Unasked:
    """Keep what a registrant answers; the newest answers stand, so twice is once.

    The seminar is locked until the caller's transaction ends: from the first
    answer on its questions stay as they are.

    Args:
        session: An open transaction; the caller commits.
        seminar_id: The seminar.
        user_id: Who answers.
        values: What stands in the form, by the key of each question that it showed.
        workspace_id: The workspace of who answers.
        now: The time of it.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.lock_seminars(session, [seminar_id]).get(seminar_id)
    if seminar is None or seminar.workspace_id != workspace_id:
        raise SeminarNotFoundError(seminar_id)
    asked = _look(session, seminar, user_id, now)
    if isinstance(asked, Unasked):
        return asked
    if {one.key for one in asked.questions} != values.keys():
        return AskedAnew(_keep_typed(asked, values))
    read = {one: read_answer(one, values[one.key]) for one in asked.questions}
    faults = {one.key: answer for one, answer in read.items() if isinstance(answer, AnswerFault)}
    if faults:
        return WronglyAnswered(faults)
    given = {one.id: answer for one, answer in read.items() if not isinstance(answer, AnswerFault)}
    stored.write_answers(session, user_id, given, now=now)
    return Answered(seminar)


def count_owed(session: Session, seminar_id: int, user_id: str) -> int:
    """Count the required questions that somebody has not answered."""
    questions = stored.list_questions(session, seminar_id)
    required = [one.id for one in questions if one.is_required]
    if not required:
        return 0
    return len(list_owed(questions, stored.read_given_by(session, required, user_id)))


def _look(session: Session, seminar: Seminar, user_id: str, now: datetime) -> ToAnswer | Unasked:
    held = registrations.find_registrations(session, [(seminar.id, user_id)]).get((seminar.id, user_id))
    questions = stored.list_questions(session, seminar.id)
    why = decide_not_asked(seminar, held.state if held else None, questions, now)
    if why is not None or held is None:
        return Unasked(seminar, why or NotAsked.NOT_REGISTERED)
    given = stored.read_given_by(session, [one.id for one in questions], user_id)
    return ToAnswer(seminar, held.state, tuple(questions), given)


def _keep_typed(asked: ToAnswer, values: Mapping[str, str | list[str]]) -> ToAnswer:
    """Put texts that were typed into the form that is shown again; a choice was of other options."""
    by_id = {key.partition("_")[0]: value for key, value in values.items()}
    typed = {
        one.id: [value]
        for one in asked.questions
        if one.kind is Kind.TEXT and isinstance(value := by_id.get(f"q{one.id}"), str) and value
    }
    return ToAnswer(asked.seminar, asked.state, asked.questions, {**asked.given, **typed})
