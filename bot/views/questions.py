"""Staff's modals for the questions to everybody who registers: the list of them, and the form for one."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
)

from bot.domain.questions import (
    FEWEST_OPTIONS,
    MOST_OPTION,
    MOST_OPTIONS,
    MOST_QUESTION,
    MOST_QUESTIONS,
    Asked,
    Fixed,
    Kind,
    Question,
    QuestionFault,
    TypedQuestion,
)
from bot.domain.seminar import Seminar
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import Line, header, labelled, paragraph, strong, title_of, words
from bot.views.text import cut, one_line

NEW = "new"
BACK = "back"
TEXT, KIND, OPTIONS, REQUIRED = "text", "kind", "options", "required"
VALUE = "value"
_OPTIONS_LIMIT = 1000  # more than ten options of 75 characters
_LABEL_LIMIT = 75

KINDS: dict[Kind, str] = {
    Kind.TEXT: "A short text",
    Kind.ONE: "One of these",
    Kind.SOME: "Any of these",
}
FIXED: dict[Fixed, str] = {
    Fixed.ANSWERED: (
        "Somebody has answered already, so the questions stay as they are. To ask something else, write a "
        "message to the registrants (Message), or duplicate the seminar."
    ),
    Fixed.CANCELLED: "The seminar is cancelled, so its questions stay as they are.",
    Fixed.OVER: "The talk is over, so its questions stay as they are.",
}
FAULTS: dict[QuestionFault, str] = {
    QuestionFault.TEXT_MISSING: "Please write the question.",
    QuestionFault.TEXT_LONG: f"Please use at most {MOST_QUESTION} characters.",
    QuestionFault.TEXT_TAKEN: "Another question has the same words. Please write it differently.",
    QuestionFault.KIND_MISSING: "Please choose what the answer is.",
    QuestionFault.OPTIONS_FEW: f"Please write at least {FEWEST_OPTIONS} options, one a line.",
    QuestionFault.OPTIONS_MANY: f"Please write at most {MOST_OPTIONS} options, one a line.",
    QuestionFault.OPTION_LONG: f"Please use at most {MOST_OPTION} characters for each option.",
    QuestionFault.OPTION_TWICE: "An option stands there twice. Please leave one of them out.",
    QuestionFault.QUESTIONS_MANY: (
        f"There are {MOST_QUESTIONS} questions already, and that is the most. Remove one before you add this."
    ),
}
SAVED = "Saved."
SAVED_ALREADY = "It is asked so already, so nothing was changed."
REMOVED = "Removed."
MOVED = "Moved."
MOVED_ALREADY = "It stands there already, so nothing was changed."
QUESTION_IS_GONE = "That question is not there any more, so nothing was changed."
GONE_WHILE_TYPED = "Somebody removed this question meanwhile. If you save it, it is added again."
_NOT_ASKED_AGAIN = "They are not asked by themselves. If you need their answers, write them a message."


def build_questions(seminar: Seminar, asked: Asked, *, said: str = "") -> dict[str, Any]:
    """Build the list of a seminar's questions, with what can be done about each.

    Args:
        seminar: The seminar.
        asked: Its questions, and how far the answers are.
        said: What was done just now.
    """
    ref = ManageRef(seminar.id)
    blocks: list[Block] = [paragraph([strong(said)])] if said else []
    blocks += [header(title_of(seminar)), paragraph(*_standing(asked))]
    for place, question in enumerate(asked.questions):
        blocks.append(paragraph(*_question_lines(question, place)))
        if asked.fixed is None:
            blocks.append(ActionsBlock(elements=_question_buttons(seminar, question, place)))
    elements: list[ButtonElement] = []
    if asked.fixed is None and len(asked.questions) < MOST_QUESTIONS:
        new = ManageRef(seminar.id, about=NEW)
        elements.append(staff_button("Add a Question", Action.QUESTION_EDIT, new))
    if asked.questions and asked.registered and asked.fixed in (None, Fixed.ANSWERED):
        elements.append(staff_button("Message", Action.MESSAGE, ref, aim="Write to registrants or waiters"))
    if asked.fixed is not None:
        blocks.append(paragraph([words(FIXED[asked.fixed])]))
    blocks += [ActionsBlock(elements=elements)] if elements else []
    return staff_modal("Questions", blocks, ref, Callback.QUESTIONS)


def build_question(
    seminar: Seminar, typed: TypedQuestion, ref: ManageRef, *, notice: str = ""
) -> dict[str, Any]:
    """Build the form for one question.

    Args:
        seminar: The seminar.
        typed: What stands in it.
        ref: Carries which question it is (``about``), and its mark (``seen``).
        notice: What is said at its top.
    """
    back = staff_button("Back", Action.QUESTIONS, ManageRef(seminar.id, about=BACK))
    text = PlainTextInputElement(
        action_id=VALUE, max_length=MOST_QUESTION, initial_value=typed.text[:MOST_QUESTION] or None
    )
    kinds = {str(kind): _option(label, kind) for kind, label in KINDS.items()}
    kind = RadioButtonsElement(
        action_id=VALUE, options=list(kinds.values()), initial_option=kinds.get(typed.kind)
    )
    options = PlainTextInputElement(
        action_id=VALUE,
        multiline=True,
        max_length=_OPTIONS_LIMIT,
        initial_value=typed.options[:_OPTIONS_LIMIT] or None,
    )
    hint = f"{FEWEST_OPTIONS} to {MOST_OPTIONS}, one a line. Not needed for a text."
    must = _option("Whoever registers must answer it", REQUIRED)
    required = CheckboxesElement(
        action_id=VALUE, options=[must], initial_options=[must] if typed.is_required else None
    )
    blocks: list[Block] = [header(title_of(seminar))]
    blocks += [paragraph([strong(notice)])] if notice else []
    blocks += [
        _input(TEXT, "Question", text),
        _input(KIND, "The answer is", kind),
        _input(OPTIONS, "Options", options, hint=hint, is_optional=True),
        _input(
            REQUIRED,
            "Required",
            required,
            hint="The seat is theirs all the same. The roster marks who owes the answer.",
            is_optional=True,
        ),
        ActionsBlock(elements=[back]),
    ]
    title = "New question" if ref.about == NEW else "Edit question"
    return staff_modal(title, blocks, ref, Callback.QUESTION_EDIT, submit="Save")


def typed_of(question: Question) -> TypedQuestion:
    """Return a question as it stands in its form."""
    return TypedQuestion(question.text, question.kind, "\n".join(question.options), question.is_required)


def say_changed(question: Question) -> str:
    """Say that somebody else changed the question meanwhile, and how it reads now."""
    kind, options = KINDS[question.kind], "; ".join(question.options)
    reads = f"{kind}: {options}" if options else kind
    required = "required" if question.is_required else "not required"
    return f"{CHANGED_MEANWHILE} It now reads “{question.text}” ({reads}; {required})."


def question_errors(faults: Mapping[str, QuestionFault]) -> dict[str, str]:
    """Return the sentence for each field that is wrong."""
    return {name: FAULTS[fault] for name, fault in faults.items()}


def _standing(asked: Asked) -> list[Line]:
    if not asked.questions:
        most = f"You can ask up to {MOST_QUESTIONS}."
        return [[words(f"Nothing is asked of those who register. {most}")]]
    lines: list[Line] = [
        [words("Whoever registers has the seat at once, and is asked these questions then.")]
    ]
    if asked.registered:
        people = "1 person" if asked.registered == 1 else f"{asked.registered} people"
        lines.append(labelled("Answered", [words(f"{asked.answered} of {people}")]))
    if asked.owing:
        owe = "1 person owes" if asked.owing == 1 else f"{asked.owing} people owe"
        lines.append([words(f"{owe} an answer that is required. {_NOT_ASKED_AGAIN}")])
    return lines


def _question_lines(question: Question, place: int) -> list[Line]:
    kind = KINDS[question.kind] + (", required" if question.is_required else "")
    options = "; ".join(question.options)
    return [
        [strong(f"{place + 1}. {one_line(question.text, MOST_QUESTION)}")],
        [words(f"{kind}: {options}" if options else kind)],
    ]


def _question_buttons(seminar: Seminar, question: Question, place: int) -> list[ButtonElement]:
    about, text = str(question.id), question.text
    ref = ManageRef(seminar.id, about=about, seen=question.mark)
    elements = [staff_button("Edit", Action.QUESTION_EDIT, ref, aim=f"Edit: {text}")]
    if place:
        up = ManageRef(seminar.id, page=place - 1, about=about)
        elements.append(staff_button("Move Up", Action.QUESTION_UP, up, aim=f"Move up: {text}"))
    elements.append(
        ButtonElement(
            text=PlainTextObject(text="Remove", emoji=False),
            action_id=Action.QUESTION_REMOVE,
            value=ManageRef(seminar.id, about=about).to_value(),
            style="danger",
            accessibility_label=cut(f"Remove: {text}", _LABEL_LIMIT),
            confirm=ConfirmObject(
                title="Remove this question?",
                text=PlainTextObject(text="Nobody has answered it yet.", emoji=False),
                confirm="Remove",
                deny="Keep It",
            ),
        )
    )
    return elements


def _option(label: str, value: str) -> Option:
    return Option(text=PlainTextObject(text=label, emoji=False), value=value)


def _input(
    name: str, label: str, element: InputInteractiveElement, *, hint: str = "", is_optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=label, emoji=False),
        hint=PlainTextObject(text=hint, emoji=False) if hint else None,
        element=element,
        optional=is_optional,
    )
