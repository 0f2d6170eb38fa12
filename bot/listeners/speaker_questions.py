"""Questions for the speaker: members put them and vote; staff see who asked, and remove one."""

from collections.abc import Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.speaker_questions import MOST_TEXT, Asked, Stand
from bot.domain.text import clean_line
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services.speaker_questions import Page, ask, may_ask, read_questions, remove, vote
from bot.storage.seminars import SeminarNotFoundError
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback, ManageRef, parse_manage_ref
from bot.views.notices import SEMINAR_IS_GONE, build_notice
from bot.views.speaker_questions import (
    GONE,
    NO_QUESTION,
    NOT_FOR_YOU,
    QUESTION,
    QUESTION_LONG,
    TOO_MANY,
    build_asked,
    build_asking,
    build_removal,
    explain_asked,
    explain_stand,
)

_MOST_DIGITS = 15

Work = Callable[[Session, ManageRef], dict[str, Any]]


def show_questions(session: Session, managed: Managed) -> Screen:
    """Show staff the questions; a page of them, or one that is to be removed, takes the place of the list."""
    page, number = _read(session, managed), _number(managed.ref.about)
    if number is None:
        view = build_asked(managed.seminar, page.questions, managed.ref.page)
        return Screen(view, on_top=managed.ref.about != "page")
    found = next((one for one in page.questions if one.id == number), None)
    if found is None:
        return Screen(build_asked(managed.seminar, page.questions, managed.ref.page, said=GONE))
    return Screen(build_removal(managed.seminar, found, managed.ref.page))


def remove_question(session: Session, managed: Managed) -> Screen:
    """Remove the question that was shown, and show those that are left."""
    number = _number(managed.ref.about)
    is_removed = number is not None and remove(
        session,
        managed.seminar.id,
        number,
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )
    page = _read(session, managed)
    said = "The question is removed." if is_removed else GONE
    return Screen(build_asked(managed.seminar, page.questions, managed.ref.page, said=said))


def _read(session: Session, managed: Managed) -> Page:
    return read_questions(
        session, managed.seminar.id, managed.actor, workspace_id=managed.workspace_id, now=managed.now
    )


COLUMN = Column(
    reads={Action.SPEAKER_QUESTIONS: show_questions},
    submits={Callback.SPEAKER_QUESTIONS: remove_question},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what members do: look, ask and vote."""

    async def handle_open(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Show the questions, or another page of them."""
        side.after_ack(body, _open(side, body, action.get("value")))
        await ack()

    async def handle_vote(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Vote, or no longer; acknowledged once it is saved."""
        view = await _vote(side, body, action)
        side.after_ack(body, _update(side, body, view))
        await ack()

    async def handle_ask(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Put a question; acknowledged once it is saved."""
        await ack(**await _ask(side, body, view))

    app.action(Action.ASK_SPEAKER)(handle_open)
    app.action(Action.VOTE)(handle_vote)
    app.action(Action.UNVOTE)(handle_vote)
    app.view(Callback.ASK_SPEAKER)(handle_ask)


async def _open(side: DeskSide, body: dict[str, Any], value: object) -> None:
    ref, now = parse_manage_ref(value), side.clock.now()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)

    def look(session: Session, ref: ManageRef) -> dict[str, Any]:
        page = read_questions(session, ref.seminar_id, user_id, workspace_id=workspace_id, now=now)
        return _page_view(page, ref, user_id)

    view = await _for_reader(side, body, ref, look, writes=False)
    if (body.get("view") or {}).get("callback_id") == Callback.ASK_SPEAKER:
        await side.update_view(body, view)
    elif (body.get("view") or {}).get("type") == "modal":
        await side.push_view(body, view)
    else:
        await side.open_view(body, view)


async def _vote(side: DeskSide, body: dict[str, Any], action: dict[str, Any]) -> dict[str, Any]:
    ref, now = parse_manage_ref(action.get("value")), side.clock.now()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    is_wanted = action.get("action_id") == Action.VOTE

    def work(session: Session, ref: ManageRef) -> dict[str, Any]:
        page = vote(
            session,
            ref.seminar_id,
            user_id,
            _number(ref.about) or 0,
            is_wanted=is_wanted,
            workspace_id=workspace_id,
            now=now,
        )
        return _page_view(page, ref, user_id)

    return await _for_reader(side, body, ref, work, writes=True)


async def _ask(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    ref, now = parse_manage_ref(view.get("private_metadata")), side.clock.now()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    block_id, typed = next(
        ((key, value) for key, value in read_values(view).items() if key.startswith(QUESTION)), (QUESTION, "")
    )
    text = clean_line(typed) if isinstance(typed, str) else ""
    if not text or len(text) > MOST_TEXT:
        return _error(block_id, QUESTION_LONG if text else NO_QUESTION)
    refused = False

    def work(session: Session, ref: ManageRef) -> dict[str, Any]:
        nonlocal refused
        asked, page = ask(session, ref.seminar_id, user_id, text, workspace_id=workspace_id, now=now)
        refused = asked is Asked.TOO_MANY
        return _page_view(page, ref, user_id, explain_asked(asked))

    shown = await _for_reader(side, body, ref, work, writes=True)
    if refused:
        return _error(block_id, TOO_MANY)
    return {"response_action": "update", "view": shown}


async def _for_reader(
    side: DeskSide, body: dict[str, Any], ref: ManageRef | None, work: Work, *, writes: bool
) -> dict[str, Any]:
    """Return what the work shows, to whoever may see the seminar; a kind word to others.

    Slack is asked whether somebody is staff only where it matters.
    """
    if ref is None:
        return build_notice(SEMINAR_IS_GONE)
    installation, user_id, now = side.installation(body), user_of(body), side.clock.now()
    workspace_id = installation.workspace_id

    def may(session: Session, *, is_staff: bool) -> bool:
        return may_ask(
            session, ref.seminar_id, user_id, workspace_id=workspace_id, is_staff=is_staff, now=now
        )

    run = side.write if writes else side.read
    try:
        if not await side.read(lambda session: may(session, is_staff=False)) and not (
            await side.rights.is_staff(installation, user_id)
        ):
            return build_notice(NOT_FOR_YOU)
        return await run(lambda session: work(session, ref))
    except SeminarNotFoundError:
        return build_notice(SEMINAR_IS_GONE)


def _page_view(page: Page, ref: ManageRef, user_id: str, said: str = "") -> dict[str, Any]:
    if page.stand is not Stand.OPEN:
        return build_notice(explain_stand(page.stand))
    return build_asking(page.seminar, page.questions, user_id, ref.page, said=said)


async def _update(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> None:
    await side.update_view(body, view)


def _number(about: str) -> int | None:
    is_number = about.isascii() and about.isdigit() and len(about) <= _MOST_DIGITS
    return int(about) if is_number else None


def _error(block_id: str, sentence: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {block_id: sentence}}
