"""Questions to everybody who registers: what may be asked, what an answer is, and when both are fixed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.room import State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.domain.text import clean_line, clean_passage

MOST_QUESTIONS = 5
MOST_QUESTION = 150
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
MOST_OPTION = 75
MOST_ANSWER = 500

_BETWEEN = "; "


class Kind(StrEnum):
    """What an answer is: a text, one of the options, or any of them."""

    TEXT = "text"
    ONE = "one"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is asked; ``options`` is empty where a text is asked for."""

    id: int
    text: str
    kind: Kind
    options: tuple[str, ...]
    is_required: bool

    @property
    def mark(self) -> str:
        """A short text that differs where the question reads otherwise."""
        asked = repr((self.text, str(self.kind), self.options, self.is_required))
        return sha256(asked.encode()).hexdigest()[:8]

    @property
    def key(self) -> str:
        """Its name in a form: that of this question, in these words."""
        return f"q{self.id}_{self.mark}"

    def is_asked_as(self, plan: "QuestionPlan") -> bool:
        """Tell whether it is exactly what somebody wants to ask."""
        return QuestionPlan(self.text, self.kind, self.options, self.is_required) == plan


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A question as staff want it."""

    text: str
    kind: Kind
    options: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """The question form as it was filled in."""

    text: str = ""
    kind: str = Kind.TEXT
    options: str = ""
    is_required: bool = False


class QuestionFault(StrEnum):
    """What is wrong with a question that was typed."""

    TEXT_MISSING = "text_missing"
    TEXT_LONG = "text_long"
    TEXT_TAKEN = "text_taken"
    KIND_MISSING = "kind_missing"
    OPTIONS_FEW = "options_few"
    OPTIONS_MANY = "options_many"
    OPTION_LONG = "option_long"
    OPTION_TWICE = "option_twice"
    QUESTIONS_MANY = "questions_many"


class AnswerFault(StrEnum):
    """What is wrong with an answer."""

    MISSING = "missing"
    LONG = "long"
    NO_OPTION = "no_option"


class Fixed(StrEnum):
    """Why the questions of a seminar stay as they are."""

    ANSWERED = "answered"
    CANCELLED = "cancelled"
    OVER = "over"


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
class ToAnswer:
    """What somebody is asked: the questions, what stands in the form, and what they hold."""

    seminar: Seminar
    state: State
    questions: tuple[Question, ...]
    given: Mapping[int, Sequence[str]]


class NotAsked(StrEnum):
    """Why somebody is asked nothing, and nothing is saved of what they answered."""

    NOT_REGISTERED = "not_registered"
    NO_QUESTIONS = "no_questions"
    CANCELLED = "cancelled"
    OVER = "over"


def decide_not_asked(
    seminar: Seminar, state: State | None, questions: Sequence[Question], now: datetime
) -> NotAsked | None:
    """Return why somebody who holds that of a seminar is not asked its questions, None if they are."""
    phase = decide_phase(seminar, now)
    if phase is Phase.CANCELLED:
        return NotAsked.CANCELLED
    if phase is Phase.OVER:
        return NotAsked.OVER
    if state is None or state is State.RELEASED:
        return NotAsked.NOT_REGISTERED
    return None if questions else NotAsked.NO_QUESTIONS


def decide_fixed(seminar: Seminar, now: datetime, *, is_answered: bool) -> Fixed | None:
    """Return why questions cannot be changed any more, None if they can.

    Once somebody has answered, another question would stand above their answer.
    """
    phase = decide_phase(seminar, now)
    if phase is Phase.CANCELLED:
        return Fixed.CANCELLED
    if phase is Phase.OVER:
        return Fixed.OVER
    return Fixed.ANSWERED if is_answered else None


def plan_question(
    typed: TypedQuestion, others: Iterable[Question]
) -> QuestionPlan | dict[str, QuestionFault]:
    """Return what was typed as a question, or what is wrong with it by the name of the field.

    Args:
        typed: The form.
        others: The other questions of the seminar; none of them has the same words.
    """
    text = clean_line(typed.text)
    kind = next((one for one in Kind if one == typed.kind), None)
    options = tuple(filter(None, map(clean_line, typed.options.split("\n"))))
    faults: dict[str, QuestionFault] = {}
    if fault := _find_text_fault(text, others):
        faults["text"] = fault
    if kind is None:
        faults["kind"] = QuestionFault.KIND_MISSING
    elif kind is not Kind.TEXT and (wrong := _find_options_fault(options)):
        faults["options"] = wrong
    if faults or kind is None:
        return faults
    return QuestionPlan(text, kind, () if kind is Kind.TEXT else options, typed.is_required)


def _find_text_fault(text: str, others: Iterable[Question]) -> QuestionFault | None:
    if not text:
        return QuestionFault.TEXT_MISSING
    if len(text) > MOST_QUESTION:
        return QuestionFault.TEXT_LONG
    is_taken = any(text.casefold() == other.text.casefold() for other in others)
    return QuestionFault.TEXT_TAKEN if is_taken else None


def _find_options_fault(options: Sequence[str]) -> QuestionFault | None:
    if len(options) < FEWEST_OPTIONS:
        return QuestionFault.OPTIONS_FEW
    if len(options) > MOST_OPTIONS:
        return QuestionFault.OPTIONS_MANY
    if any(len(option) > MOST_OPTION for option in options):
        return QuestionFault.OPTION_LONG
    is_double = len({option.casefold() for option in options}) < len(options)
    return QuestionFault.OPTION_TWICE if is_double else None


def read_answer(question: Question, typed: str | Sequence[str]) -> tuple[str, ...] | AnswerFault:
    """Return what was typed or chosen as it is kept, or what is wrong with it; nothing is an empty tuple.

    Args:
        question: What was asked.
        typed: A text, or the numbers of the options.
    """
    if question.kind is Kind.TEXT:
        text = clean_passage(typed if isinstance(typed, str) else "")
        if len(text) > MOST_ANSWER:
            return AnswerFault.LONG
        given: tuple[str, ...] = (text,) if text else ()
    else:
        numbers = [typed] if isinstance(typed, str) else list(typed)
        chosen = [_find_option(question, number) for number in numbers if number]
        if None in chosen or (question.kind is Kind.ONE and len(chosen) > 1):
            return AnswerFault.NO_OPTION
        given = tuple(option for option in question.options if option in chosen)
    return AnswerFault.MISSING if question.is_required and not given else given


def _find_option(question: Question, number: str) -> str | None:
    numbered = {str(place): option for place, option in enumerate(question.options)}
    return numbered.get(number)


def list_owed(questions: Iterable[Question], given: Mapping[int, Sequence[str]]) -> list[Question]:
    """Return the required questions that nothing was answered to."""
    return [one for one in questions if one.is_required and not any(given.get(one.id, ()))]


def write_answer(given: Sequence[str]) -> str:
    """Write an answer as one text."""
    return _BETWEEN.join(filter(None, given))


def reorder(questions: Sequence[Question], question_id: int, place: int) -> list[Question]:
    """Return the questions in the order in which one of them stands at a place, 0 for the first."""
    others = [one for one in questions if one.id != question_id]
    moved = [one for one in questions if one.id == question_id]
    return [*others[:place], *moved, *others[place:]]
