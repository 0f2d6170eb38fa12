"""Questions for the speaker: the members' modal, staff's, and the list that the host gets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)

from bot.domain.seminar import Seminar
from bot.domain.speaker_questions import MOST_ASKED, MOST_TEXT, Asked, AskedQuestion, Stand
from bot.domain.zones import duration_in_words
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import page_buttons, staff_button, staff_modal
from bot.views.message import Message, message_of
from bot.views.rich import Line, header, mention, paragraph, plain, quoted, strong, title_of, words
from bot.views.text import TEXT_LIMIT, cut, cut_escaped

QUESTION = "question"
VALUE = "value"
QUESTIONS_SHOWN = 20
_IN_MESSAGE = 20
_LABEL_LIMIT = 75

NO_QUESTION = "Please type your question, in up to 300 characters."
QUESTION_LONG = f"Please keep your question to {MOST_TEXT} characters."
TOO_MANY = f"You have asked {MOST_ASKED} questions already, and that is the most. You can vote for others’."
CLOSED = "The talk has begun, so questions are no longer taken here. Please ask in the room."
CANCELLED = "The seminar is cancelled, so questions are not taken."
NOT_FOR_YOU = (
    "Questions here are for those who can read the announcement, or who have a seat or a place in line."
)
GONE = "That question is not there any more, so nothing was changed."


def explain_asked(asked: Asked) -> str:
    """Say what became of a question."""
    match asked:
        case Asked.NEW:
            return "Your question is on the list, with your vote."
        case Asked.SAME:
            return "That question is on the list already, with your vote."
        case Asked.VOTED:
            return "Somebody has asked that already, so your vote was added to it."
        case Asked.TOO_MANY:
            return TOO_MANY
        case Asked.CLOSED:
            return CLOSED
        case _:
            assert_never(asked)


def explain_stand(stand: Stand) -> str:
    """Say why questions are not taken."""
    return CANCELLED if stand is Stand.CANCELLED else CLOSED


def build_asking(
    seminar: Seminar, asked: Sequence[AskedQuestion], reader: str, page: int = 0, *, said: str = ""
) -> dict[str, Any]:
    """Build the members' modal: the questions so far, without names, and a field for one's own.

    Args:
        seminar: The seminar.
        asked: The questions, most votes first.
        reader: Who reads; to their own questions no vote is offered.
        page: Which page of them, 0 first.
        said: What was done just now.
    """
    page, last = _page_of(asked, page)
    ref = ManageRef(seminar.id, page=page)
    blocks: list[Block] = [paragraph([words(said)])] if said else []
    blocks.append(header(title_of(seminar)))
    if asked:
        blocks.append(paragraph([words("The host gets these an hour before the talk, most votes first.")]))
    else:
        blocks.append(
            paragraph([words("Nobody has asked anything yet. The host gets the list before the talk.")])
        )
    for one in _shown(asked, page):
        blocks.append(
            plain(f"{one.text}\n{_votes(one)}{' · your question' if one.user_id == reader else ''}")
        )
        if one.user_id != reader:
            blocks.append(ActionsBlock(elements=[_vote_button(one, ref)]))
    blocks += page_buttons(ref, Action.ASK_SPEAKER, page, last)
    own = sum(one.user_id == reader for one in asked)
    blocks += [DividerBlock(), _question_input(own)]
    return staff_modal("Ask the Speaker", blocks, ref, Callback.ASK_SPEAKER, submit="Ask", close="Close")


def _question_input(own: int) -> InputBlock:
    """Return the field; Slack keeps what stands in one, so its id changes once a question is on the list."""
    return InputBlock(
        block_id=f"{QUESTION}_{own}",
        label=PlainTextObject(text="Your question", emoji=False),
        hint=PlainTextObject(text="Other members see it without your name; the hosts see it.", emoji=False),
        element=PlainTextInputElement(action_id=VALUE, multiline=True, max_length=MOST_TEXT),
    )


def _vote_button(one: AskedQuestion, ref: ManageRef) -> ButtonElement:
    label, action = ("Take Back Vote", Action.UNVOTE) if one.has_voted else ("Vote", Action.VOTE)
    aimed = ManageRef(ref.seminar_id, page=ref.page, about=str(one.id))
    return staff_button(label, action, aimed, aim=cut(f"{label}: {one.text}", _LABEL_LIMIT))


def _votes(one: AskedQuestion) -> str:
    return "1 vote" if one.votes == 1 else f"{one.votes} votes"


def build_asked(
    seminar: Seminar, asked: Sequence[AskedQuestion], page: int = 0, *, said: str = ""
) -> dict[str, Any]:
    """Build staff's modal: the questions, who asked, and a way to remove one."""
    page, last = _page_of(asked, page)
    ref = ManageRef(seminar.id, page=page)
    blocks: list[Block] = [paragraph([words(said)])] if said else []
    blocks.append(header(title_of(seminar)))
    if not asked:
        blocks.append(paragraph([words("Nobody has asked anything yet.")]))
    for one in _shown(asked, page):
        aimed = ManageRef(seminar.id, page=page, about=str(one.id))
        remove = staff_button(
            "Remove", Action.SPEAKER_QUESTIONS, aimed, aim=cut(f"Remove: {one.text}", _LABEL_LIMIT)
        )
        blocks += [paragraph(*_with_author(one)), ActionsBlock(elements=[remove])]
    blocks += page_buttons(ref, Action.SPEAKER_QUESTIONS, page, last)
    return staff_modal("Questions", blocks, ref, Callback.SPEAKER_QUESTIONS)


def build_removal(seminar: Seminar, one: AskedQuestion, page: int) -> dict[str, Any]:
    """Build the modal that asks once more before a question is removed."""
    ref = ManageRef(seminar.id, page=page, about=str(one.id))
    said = "It is removed for everybody, with its votes. Nobody is told, and it cannot be taken back."
    blocks: list[Block] = [paragraph(*_with_author(one)), paragraph([words(said)])]
    return staff_modal("Remove the Question", blocks, ref, Callback.SPEAKER_QUESTIONS, submit="Remove")


def build_questions_message(seminar: Seminar, asked: Sequence[AskedQuestion], now: datetime) -> Message:
    """Build the list that the host gets before the talk."""
    number = "1 question" if len(asked) == 1 else f"{len(asked)} questions"
    starts = duration_in_words(seminar.starts_at - now)
    said = f"{number} for the speaker of {quoted(seminar)}, which starts in {starts}."
    shown = asked[:_IN_MESSAGE]
    blocks: list[Block] = [paragraph([words(said)])]
    blocks += [paragraph(*_with_author(one)) for one in shown]
    more = len(asked) - len(shown)
    if more:
        blocks.append(paragraph([words(f"and {more} more")]))
    see = staff_button(
        "Questions for the Speaker",
        Action.SPEAKER_QUESTIONS,
        ManageRef(seminar.id),
        aim="See all questions for the speaker",
    )
    blocks.append(ActionsBlock(elements=[see]))
    told = " ".join(f"{one.text} ({_votes(one)})" for one in shown)
    return message_of(cut_escaped(f"{said} {told}", TEXT_LIMIT), blocks)


def _with_author(one: AskedQuestion) -> list[Line]:
    who = mention(one.user_id)
    by: Line = [words(" from "), who] if who is not None else ()
    return [[strong(one.text)], [words(_votes(one)), *by]]


def _page_of(asked: Sequence[AskedQuestion], page: int) -> tuple[int, int]:
    last = max(0, (len(asked) - 1) // QUESTIONS_SHOWN)
    return min(max(page, 0), last), last


def _shown(asked: Sequence[AskedQuestion], page: int) -> Sequence[AskedQuestion]:
    first = page * QUESTIONS_SHOWN
    return asked[first : first + QUESTIONS_SHOWN]
