"""Questions of staff to everybody who registers: asking, answering, and reading what was answered.

Both sides lock the seminar: an answer is to the question that its giver saw, and
no question changes once it is answered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.questions import (
    MOST_QUESTIONS,
    AnswerFault,
    Fixed,
    Kind,
    Question,
    QuestionFault,
    QuestionPlan,
    TypedQuestion,
    decide_fixed,
    list_owed,
    plan_question,
    read_answer,
    reorder,
    write_answer,
)
from bot.domain.registering import Room, State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.services.changing import open_seminar, save_change
from bot.storage import questions as stored
from bot.storage import registrations, seminars
from bot.storage.seminars import SeminarNotFoundError


@dataclass(frozen=True, slots=True)
class Asked:
    """What a seminar asks, and how far the answers are.

    Attributes:
        questions: The questions in their order.
        fixed: Why they cannot be changed any more, None if they can.
        registered: How many people have a seat, are offered one, or wait.
        answered: How many of those have answered something.
        owing: How many of those owe an answer to a required question.
    """

    questions: tuple[Question, ...]
    fixed: Fixed | None
    registered: int
    answered: int
    owing: int


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


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """What somebody is asked: the questions, what they answered before, and what they hold."""

    seminar: Seminar
    state: State
    questions: tuple[Question, ...]
    given: Mapping[int, Sequence[str]]


class NotAsked:
    """Why nobody is asked, or nothing is saved."""


@dataclass(frozen=True, slots=True)
class NotRegistered(NotAsked):
    """They have no seat and no place in line."""

    seminar: Seminar


@dataclass(frozen=True, slots=True)
class NoQuestions(NotAsked):
    """The seminar asks nothing any more."""

    seminar: Seminar


@dataclass(frozen=True, slots=True)
class TooLate(NotAsked):
    """The seminar is cancelled or over."""

    seminar: Seminar
