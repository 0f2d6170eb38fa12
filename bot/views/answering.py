"""What members see of a seminar's questions: the modal, the line that asks again, and the thanks."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.questions import MOST_ANSWER, AnswerFault, Kind, NotAsked, Question, ToAnswer
from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.views.facts import compose
from bot.views.ids import Action, Callback, SeminarRef
from bot.views.message import Message
from bot.views.rich import button, paragraph, quoted, strong, words

VALUE = "value"
_RADIOS = 5  # with more options it is a menu

FAULTS: dict[AnswerFault, str] = {
    AnswerFault.MISSING: "Please answer this question.",
    AnswerFault.LONG: f"Please use at most {MOST_ANSWER} characters.",
    AnswerFault.NO_OPTION: "That cannot be chosen any more. Please choose again.",
}
ASKED_ANEW = (
    "The organisers changed the questions meanwhile, so nothing was saved yet. Please look once more."
)
SAVED_THANKS = "Thank you. Your answers are saved."


def build_answering(asked: ToAnswer, *, notice: str = "") -> dict[str, Any]:
    """Build the modal with the questions, filled in with what was answered before.

    Args:
        asked: The questions, what stands in the form, and what its reader holds.
        notice: What is said at its top.
    """
    blocks: list[Block] = [paragraph([strong(notice)])] if notice else []
    blocks.append(paragraph([words(f"{_holding(asked)} Please answer; closing this loses nothing.")]))
    blocks += [_input(one, asked.given.get(one.id, ())) for one in asked.questions]
    return View(
        type="modal",
        callback_id=Callback.ANSWER,
        title=PlainTextObject(text="Questions", emoji=False),
        submit=PlainTextObject(text="Send", emoji=False),
        close=PlainTextObject(text="Not Now", emoji=False),
        private_metadata=SeminarRef(asked.seminar.id).to_value(),
        blocks=blocks,
    ).to_dict()


def answer_errors(faults: Mapping[str, AnswerFault]) -> dict[str, str]:
    """Return the sentence for each question whose answer cannot be kept."""
    return {key: FAULTS[fault] for key, fault in faults.items()}


def explain_not_asked(seminar: Seminar, why: NotAsked) -> str:
    """Say why somebody is asked nothing, and that nothing was saved."""
    about = quoted(seminar)
    match why:
        case NotAsked.NOT_REGISTERED:
            return (
                f"You have no seat and no place in line for {about} now, so nothing was saved. "
                "If you register again, you are asked then."
            )
        case NotAsked.NO_QUESTIONS:
            return f"The organisers of {about} ask nothing any more, so there is nothing to answer."
        case NotAsked.CANCELLED:
            return f"{about} is cancelled, so no answers are needed and nothing was saved."
        case NotAsked.OVER:
            return f"{about} is over, so no answers are needed any more and nothing was saved."
        case _:
            assert_never(why)


def ask_to_answer(message: Message, seminar: Seminar, owed: int) -> Message:
    """Add to a message about a seat that required questions are unanswered, and the button for it.

    Args:
        message: What is said of the seat or the place in line.
        seminar: The seminar.
        owed: How many required questions its reader has not answered; with none nothing is added.
    """
    if not owed:
        return message
    asks = f"Please answer {'1 question' if owed == 1 else f'{owed} questions'} of the organisers."
    answer = button("Answer", Action.ANSWER, seminar, "Answer the questions for", is_primary=True)
    added: list[Block] = [paragraph([words(asks)]), ActionsBlock(elements=[answer])]
    return Message(f"{message.text} {asks}", (*message.blocks, *(block.to_dict() for block in added)))


def build_questions_late(seminar: Seminar, *, may_be_open: bool) -> Message:
    """Build the word to somebody whose questions did not open, with a button for another try."""
    said = (
        "I do not know whether the questions opened."
        if may_be_open
        else "That took too long, so the questions did not open. Nothing was changed."
    )
    after = "If nothing opened, press Answer again." if may_be_open else "Press Answer to try again."
    again = button("Answer", Action.ANSWER, seminar, "Answer the questions for")
    return compose(said, (), after, [again])


def _holding(asked: ToAnswer) -> str:
    about = quoted(asked.seminar)
    if asked.state is State.SEATED:
        return f"You have a seat for {about}."
    if asked.state is State.OFFERED:
        return f"A seat for {about} is held for you."
    return f"You are in line for {about}."


def _input(question: Question, given: Sequence[str]) -> InputBlock:
    return InputBlock(
        block_id=question.key,
        label=PlainTextObject(text=question.text, emoji=False),
        element=_element(question, given),
        optional=not question.is_required,
    )


def _element(question: Question, given: Sequence[str]) -> InputInteractiveElement:
    options = {
        option: Option(text=PlainTextObject(text=option, emoji=False), value=str(place))
        for place, option in enumerate(question.options)
    }
    chosen = [options[option] for option in given if option in options]
    match question.kind:
        case Kind.TEXT:
            text = "".join(given[:1])[:MOST_ANSWER]
            return PlainTextInputElement(
                action_id=VALUE, multiline=True, max_length=MOST_ANSWER, initial_value=text or None
            )
        case Kind.SOME:
            return CheckboxesElement(
                action_id=VALUE, options=list(options.values()), initial_options=chosen or None
            )
        case Kind.ONE:
            menu = RadioButtonsElement if len(options) <= _RADIOS else StaticSelectElement
            first = chosen[0] if chosen else None
            return menu(action_id=VALUE, options=list(options.values()), initial_option=first)
        case _:
            assert_never(question.kind)
