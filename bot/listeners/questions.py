"""Questions to everybody who registers: staff ask them, registrants answer."""

from typing import Any, assert_never

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.questions import TypedQuestion
from bot.listeners.answering import open_questions, take_answers
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services.questions import (
    Changed,
    ChangedByOther,
    Faulty,
    Gone,
    Kept,
    Refused,
    drop_question,
    find_question,
    place_question,
    read_asked,
    save_question,
)
from bot.views.ids import Action, Callback, ManageRef, parse_seminar_ref
from bot.views.questions import (
    BACK,
    FIXED,
    GONE_WHILE_TYPED,
    KIND,
    MOVED,
    MOVED_ALREADY,
    NEW,
    OPTIONS,
    QUESTION_IS_GONE,
    REMOVED,
    REQUIRED,
    SAVED,
    SAVED_ALREADY,
    TEXT,
    build_question,
    build_questions,
    question_errors,
    say_changed,
    typed_of,
)


def show_questions(session: Session, managed: Managed) -> Screen:
    """Show what is asked, and how far the answers are."""
    return Screen(_list(session, managed), on_top=managed.ref.about != BACK)


def show_question(session: Session, managed: Managed) -> Screen:
    """Show the form for a question, or for a new one."""
    asked = read_asked(session, managed.seminar, now=managed.now)
    if asked.fixed is not None:
        return Screen(build_questions(managed.seminar, asked))
    ref = ManageRef(managed.seminar.id, about=managed.ref.about)
    if ref.about == NEW:
        return Screen(build_question(managed.seminar, TypedQuestion(), ref))
    question = find_question(session, managed.seminar.id, _question_id(managed))
    if question is None:
        return Screen(_list(session, managed, said=QUESTION_IS_GONE))
    ref = ManageRef(managed.seminar.id, about=str(question.id), seen=question.mark)
    return Screen(build_question(managed.seminar, typed_of(question), ref))


def keep_question(session: Session, managed: Managed) -> Screen:
    """Ask what was typed, or say what is wrong with it; nothing typed is lost."""
    ref, is_new = managed.ref, managed.ref.about == NEW
    typed = TypedQuestion(
        managed.text(TEXT), managed.text(KIND), managed.text(OPTIONS), REQUIRED in managed.several(REQUIRED)
    )
    outcome = save_question(
        session,
        managed.seminar.id,
        None if is_new else _question_id(managed),
        typed,
        seen=ref.seen,
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )
    match outcome:
        case Kept(already=already):
            return Screen(_list(session, managed, said=SAVED_ALREADY if already else SAVED))
        case Faulty(faults=faults):
            return Screen(errors=question_errors(faults))
        case Refused(why=why):
            return Screen(errors={TEXT: FIXED[why]})
        case Gone():
            new = ManageRef(managed.seminar.id, about=NEW)
            return Screen(build_question(managed.seminar, typed, new, notice=GONE_WHILE_TYPED))
        case ChangedByOther(question=question):
            again = ManageRef(managed.seminar.id, about=ref.about, seen=question.mark)
            return Screen(build_question(managed.seminar, typed, again, notice=say_changed(question)))
        case _:
            assert_never(outcome)


def remove(session: Session, managed: Managed) -> Screen:
    """Ask a question no longer."""
    outcome = drop_question(
        session,
        managed.seminar.id,
        _question_id(managed),
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )
    return _list_after(session, managed, outcome, done=REMOVED)


def move_up(session: Session, managed: Managed) -> Screen:
    """Let a question stand where the button says; pressed twice it moves once."""
    outcome = place_question(
        session,
        managed.seminar.id,
        _question_id(managed),
        managed.ref.page,
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )
    return _list_after(session, managed, outcome, done=MOVED)


def _list_after(session: Session, managed: Managed, outcome: Changed, *, done: str) -> Screen:
    match outcome:
        case Kept(already=already):
            said = MOVED_ALREADY if already else done
        case Gone():
            said = QUESTION_IS_GONE
        case Refused():
            said = ""  # the list says why they stay as they are
        case _:
            assert_never(outcome)
    return Screen(_list(session, managed, said=said))


def _list(session: Session, managed: Managed, *, said: str = "") -> dict[str, Any]:
    asked = read_asked(session, managed.seminar, now=managed.now)
    return build_questions(managed.seminar, asked, said=said)


def _question_id(managed: Managed) -> int:
    """Return which question is meant, 0 for what is none."""
    ref = parse_seminar_ref(managed.ref.about)
    return ref.seminar_id if ref else 0


COLUMN = Column(
    reads={Action.QUESTIONS: show_questions, Action.QUESTION_EDIT: show_question},
    writes={Action.QUESTION_REMOVE: remove, Action.QUESTION_UP: move_up},
    submits={Callback.QUESTION_EDIT: keep_question},
    words={"questions": Action.QUESTIONS},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what registrants do: open the questions, and answer them."""

    async def handle_answer(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Open the questions, with what was answered before."""
        side.after_ack(body, open_questions(side, body, action.get("value")))
        await ack()

    async def handle_answers(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Save what was answered; acknowledged once it is."""
        await ack(**await take_answers(side, body, view))

    app.action(Action.ANSWER)(handle_answer)
    app.view(Callback.ANSWER)(handle_answers)
