"""The roster as a file, messages to the people of a seminar, and its history."""

import asyncio
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.addressing import Audience, decide_told, parse_audience
from bot.domain.seminar import Count
from bot.domain.text import clean_passage
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.exporting import Roster, name_file, read_roster, write_csv
from bot.services.history import read_history, read_why
from bot.services.staff_messages import send_message
from bot.slack.errors import Accepted, Answer, Doubtful, RetryAt
from bot.slack.files import send_file
from bot.slack.installations import Installation
from bot.slack.names import find_names
from bot.storage.forgetting import is_gone
from bot.storage.seminars import SeminarNotFoundError, count_registrations
from bot.views.exporting import LOST, ON_ITS_WAY, SILENT, STOPPED, build_not_sent, file_comment
from bot.views.ids import Action, Callback, ManageRef, parse_seminar_ref
from bot.views.messages_to_people import (
    CHOOSE,
    EMPTY,
    MOST_TEXT,
    NOBODY,
    NOBODY_THERE,
    REWRITTEN,
    TEXT,
    TO,
    TOO_LONG,
    build_message_form,
    build_message_preview,
    build_sent,
    fingerprint_of,
)
from bot.views.notices import CHANGED_MEANWHILE, SEMINAR_IS_GONE, build_notice
from bot.views.reasons import explain_refusal

_WORD_WITHIN_S = 2.0  # what stops the bot waits a few seconds


def send_roster(session: Session, managed: Managed) -> Screen:
    """Say that the roster is on its way, and send it once that stands on the screen."""
    roster = read_roster(session, managed.seminar)
    count = count_registrations(session, [managed.seminar.id])[managed.seminar.id]

    async def send(side: DeskSide, installation: Installation, user_id: str) -> None:
        await _send_roster(side, installation, user_id, roster, count)

    return Screen(build_notice(ON_ITS_WAY), on_top=True, after=send)


async def _send_roster(
    side: DeskSide, installation: Installation, user_id: str, roster: Roster, count: Count
) -> None:
    token, seminar = installation.token, roster.seminar

    async def say_why_not(reason: str) -> None:
        said = build_not_sent(seminar, reason)
        post = {"channel": user_id, "text": said.text, "blocks": list(said.blocks)}
        await side.gateway.call(token, "chat.postMessage", post)

    people = [row.user_id for row in roster.rows if not is_gone(row.user_id)]
    try:
        names = await find_names(side.gateway, token, people)
        answer = await send_file(
            side.gateway,
            token,
            user_id,
            name=name_file(seminar),
            content=write_csv(roster, names.found),
            comment=file_comment(seminar, count, has_all_names=names.is_whole),
        )
    except asyncio.CancelledError:  # the bot is stopped, and the names of a long list take minutes
        async with asyncio.timeout(_WORD_WITHIN_S):
            await say_why_not(STOPPED)
        raise
    if not isinstance(answer, Accepted):
        await say_why_not(_reason_for(answer))


def _reason_for(answer: Answer) -> str:
    match answer:
        case RetryAt() | Accepted():
            return SILENT
        case Doubtful():
            return LOST
        case _:
            return explain_refusal(answer.code)


def show_message_form(session: Session, managed: Managed) -> Screen:
    """Ask what staff want to say, and to whom."""
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    everybody = decide_told(room, Audience.BOTH)
    if everybody.told == 0:
        return Screen(build_notice(NOBODY_THERE), on_top=True)
    return Screen(build_message_form(room.seminar, everybody), on_top=True)


def preview_message(session: Session, managed: Managed) -> Screen:
    """Show what people would get, and how many they are."""
    return _preview(session, managed)


def send_previewed(session: Session, managed: Managed) -> Screen:
    """Send what was previewed, unless it is another text or goes to another number of people by now."""
    to, text = _typed(managed)
    if errors := _find_errors(to, text):
        return Screen(errors=errors)
    if to is None or fingerprint_of(to, text) != managed.ref.about:
        return _preview(session, managed, REWRITTEN)
    try:
        sent = send_message(
            session,
            managed.seminar.id,
            workspace_id=managed.workspace_id,
            to=to,
            text=text,
            seen=managed.ref.seen,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return _preview(session, managed, CHANGED_MEANWHILE)
    return Screen(build_notice(build_sent(sent.told, is_repeat=sent.is_repeat)))


def _preview(session: Session, managed: Managed, notice: str = "") -> Screen:
    to, text = _typed(managed)
    errors = _find_errors(to, text)
    if errors or to is None:
        return Screen(errors=errors)
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    told = decide_told(room, to)
    if told.told == 0:
        return Screen(errors={TO: NOBODY[to]})
    ref = ManageRef(managed.seminar.id, about=fingerprint_of(to, text), seen=told.fingerprint())
    everybody = decide_told(room, Audience.BOTH)
    view = build_message_preview(
        room.seminar, everybody, ref, told, to=to, text=text, by=managed.actor, notice=notice
    )
    return Screen(view)


def _typed(managed: Managed) -> tuple[Audience | None, str]:
    return parse_audience(managed.text(TO)), clean_passage(managed.text(TEXT))


def _find_errors(to: Audience | None, text: str) -> dict[str, str]:
    errors = {} if to is not None else {TO: CHOOSE}
    if not text:
        errors[TEXT] = EMPTY
    elif len(text) > MOST_TEXT:
        errors[TEXT] = TOO_LONG
    return errors


def show_history(session: Session, managed: Managed) -> Screen:
    """Show what happened to the seminar, from the newest on."""
    return Screen(_history(session, managed, ManageRef(managed.seminar.id)), on_top=True)


def turn_page(session: Session, managed: Managed) -> Screen:
    """Show another page of a history."""
    return Screen(_history(session, managed, managed.ref))


def show_person_history(session: Session, managed: Managed) -> Screen:
    """Show what happened to one person's seat, in the place of what is known of them.

    Slack stacks three modals: from Manage over the roster to a person they are all there.
    """
    ref = managed.ref
    return Screen(
        _history(
            session, managed, ManageRef(ref.seminar_id, ref.user_id, about=ref.about, seen=str(ref.page))
        )
    )


def _history(session: Session, managed: Managed, ref: ManageRef) -> dict[str, Any]:
    return read_history(session, managed.seminar, ref, reader_zone=managed.zone, now=managed.now)


COLUMN = Column(
    reads={
        Action.EXPORT: send_roster,
        Action.MESSAGE: show_message_form,
        Action.HISTORY: show_history,
        Action.HISTORY_PAGE: turn_page,
        Action.PERSON_HISTORY: show_person_history,
    },
    submits={Callback.MESSAGE: preview_message, Callback.MESSAGE_PREVIEW: send_previewed},
    words={"csv": Action.EXPORT, "message": Action.MESSAGE, "history": Action.HISTORY},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the member's question why they are where they are in line."""

    async def handle_why(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Explain a waiter's place, on top of Details."""
        side.after_ack(body, _explain(side, body, action))
        await ack()

    app.action(Action.WHY)(handle_why)


async def _explain(side: DeskSide, body: dict[str, Any], action: dict[str, Any]) -> None:
    ref = parse_seminar_ref(action.get("value"))
    view = build_notice(SEMINAR_IS_GONE)
    if ref is not None:
        try:
            view = await side.read(
                lambda session: read_why(
                    session,
                    ref.seminar_id,
                    workspace_id=side.installation(body).workspace_id,
                    user_id=user_of(body),
                    now=side.clock.now(),
                )
            )
        except SeminarNotFoundError:
            view = build_notice(SEMINAR_IS_GONE)
    await (side.push_view if body.get("view") else side.open_view)(body, view)
