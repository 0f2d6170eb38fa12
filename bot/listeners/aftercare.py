"""After the talk: staff add slides and recording and see what people thought; members say how it was."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.aftercare import MOST_LINE, MOST_LINK, Asking, Links
from bot.domain.text import clean_line
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services.changing import ChangedMeanwhileError
from bot.services.feedback import Given, Sent, find_question_sent, give_line, give_score, read_results
from bot.services.materials import look_at_materials, save_materials
from bot.storage.seminars import SeminarNotFoundError
from bot.views.answers import build_gone, build_not_saved
from bot.views.feedback import (
    LINE,
    LINE_LONG,
    build_feedback_closed,
    build_feedback_given,
    build_feedback_line,
    build_results,
    explain_asking,
    read_score,
)
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback, parse_seminar_ref
from bot.views.materials import (
    AS_IT_IS,
    LINK_LONG,
    MATERIALS_CANCELLED,
    MATERIALS_OUT_OF_DATE,
    NOT_A_LINK,
    RECORDING,
    SLIDES,
    build_materials,
    build_materials_preview,
    materials_saved,
    read_links,
)
from bot.views.message import Message
from bot.views.notices import SEMINAR_IS_GONE, build_notice
from bot.views.text import find_web_link

_SCORE = re.compile(rf"^{Action.FEEDBACK}_\d+$")


def show_materials(_session: Session, managed: Managed) -> Screen:
    """Show the form for slides and recording."""
    if managed.seminar.cancelled_at is not None:
        return Screen(build_notice(MATERIALS_CANCELLED), on_top=True)
    return Screen(build_materials(managed.seminar, managed.now), on_top=True)


def take_materials(session: Session, managed: Managed) -> Screen:
    """Preview what was typed; or save what was previewed."""
    if managed.seminar.cancelled_at is not None:
        return Screen(build_notice(MATERIALS_CANCELLED))
    if not managed.ref.seen:
        return _preview_materials(session, managed)
    links = read_links(managed.ref.about)
    if links is None:
        return Screen(build_notice(MATERIALS_OUT_OF_DATE))
    try:
        plan = save_materials(
            session,
            managed.seminar.id,
            links,
            seen=managed.ref.seen,
            workspace_id=managed.workspace_id,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return _materials_screen(session, managed, links, is_changed=True)
    return Screen(build_notice(materials_saved(plan) if plan.is_change else AS_IT_IS))


def _preview_materials(session: Session, managed: Managed) -> Screen:
    typed = {name: clean_line(managed.text(name)) for name in (SLIDES, RECORDING)}
    found = {name: find_web_link(text) or "" for name, text in typed.items()}
    errors = {name: NOT_A_LINK for name, text in typed.items() if text and not found[name]}
    errors |= {name: LINK_LONG for name, link in found.items() if len(link) > MOST_LINK}
    if errors:
        return Screen(errors=errors)
    return _materials_screen(session, managed, Links(found[SLIDES], found[RECORDING]))


def _materials_screen(
    session: Session, managed: Managed, links: Links, *, is_changed: bool = False
) -> Screen:
    plan = look_at_materials(
        session, managed.seminar.id, links, workspace_id=managed.workspace_id, now=managed.now
    )
    if not plan.is_change:
        return Screen(build_notice(AS_IT_IS))
    return Screen(build_materials_preview(plan, is_changed=is_changed))


def show_results(session: Session, managed: Managed) -> Screen:
    """Show what those who came thought of it, or how many answered so far."""
    results = read_results(session, managed.seminar.id)
    turns = managed.ref.about == "page"
    return Screen(build_results(managed.seminar, results, managed.ref.page), on_top=not turns)


COLUMN = Column(
    reads={Action.MATERIALS: show_materials, Action.FEEDBACK_RESULTS: show_results},
    submits={Callback.MATERIALS: take_materials},
    words={"slides": Action.MATERIALS, "feedback": Action.FEEDBACK_RESULTS},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what members do: say how it was."""

    async def handle_score(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Keep a score, then acknowledge: a green tick means saved."""
        try:
            given = await _keep_score(side, body, action)
        except Exception:
            side.after_ack(body, _answer(side, body, build_not_saved()))
            raise
        side.on_promised()
        side.after_ack(body, _follow_score(side, body, given))
        await ack()

    async def handle_line(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Keep a line; acknowledged once it is saved."""
        await ack(**await _take_line(side, body, view))

    app.action(_SCORE)(handle_score)
    app.view(Callback.FEEDBACK)(handle_line)


async def _keep_score(side: DeskSide, body: dict[str, Any], action: dict[str, Any]) -> Given | None:
    ref, score, now = (
        parse_seminar_ref(action.get("value")),
        read_score(action.get("action_id")),
        side.clock.now(),
    )
    if ref is None or score is None:
        return None
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    try:
        return await side.write(
            lambda session: give_score(
                session, ref.seminar_id, user_id, score, workspace_id=workspace_id, now=now
            )
        )
    except SeminarNotFoundError:
        return None


async def _follow_score(side: DeskSide, body: dict[str, Any], given: Given | None) -> None:
    """Ask for one more line while the trigger lives, and redraw the message in place."""
    if given is None:
        await side.respond(body, build_gone())
        return
    seminar, now = given.seminar, side.clock.now()
    if given.asking is not Asking.OPEN:
        await side.respond(body, build_feedback_closed(seminar, given.asking, now), replace=True)
        return
    await side.open_view(body, build_feedback_line(seminar, given.score, given.line))
    await side.respond(body, build_feedback_given(seminar, given.score, given.line, now), replace=True)


async def _take_line(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    ref, now = parse_seminar_ref(view.get("private_metadata")), side.clock.now()
    typed = read_values(view).get(LINE, "")
    line = clean_line(typed) if isinstance(typed, str) else ""
    if ref is None:
        return _show(SEMINAR_IS_GONE)
    if len(line) > MOST_LINE:
        return {"response_action": "errors", "errors": {LINE: LINE_LONG}}
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)

    def work(session: Session) -> tuple[Given, Sent | None]:
        given = give_line(session, ref.seminar_id, user_id, line, workspace_id=workspace_id, now=now)
        return given, find_question_sent(session, given, user_id, now)

    try:
        given, sent = await side.write(work)
    except SeminarNotFoundError:
        return _show(SEMINAR_IS_GONE)
    if given.asking is not Asking.OPEN:
        return _show(explain_asking(given.seminar, given.asking, now))
    if sent is not None:
        side.after_ack(body, _redraw(side, body, sent))
    return {}


async def _redraw(side: DeskSide, body: dict[str, Any], sent: Sent) -> None:
    """Show what was written in the message that asked; a courtesy, since it is saved."""
    args = {
        "channel": sent.channel_id,
        "ts": sent.message_ts,
        "text": sent.message.text,
        "blocks": list(sent.message.blocks),
    }
    await side.gateway.call(side.installation(body).token, "chat.update", args)


async def _answer(side: DeskSide, body: dict[str, Any], message: Message) -> None:
    await side.respond(body, message)


def _show(sentence: str) -> dict[str, Any]:
    return {"response_action": "update", "view": build_notice(sentence)}
