"""What staff do with one person of a seminar: giving a seat, moving in line, removing, and adding."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.draft import is_user_id
from bot.domain.text import clean_passage
from bot.listeners import managing
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.listeners.roster import person_screen
from bot.services import people
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.people import Deed
from bot.slack.errors import Accepted, RefusedForTarget
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback
from bot.views.notices import CHANGED_MEANWHILE, build_notice
from bot.views.person_forms import (
    FIELD_OF,
    LINE,
    MOST_REASON,
    PERSON,
    PLACE,
    REASON,
    WHAT,
    added_lines,
    build_add_form,
    build_move_form,
    build_removal_form,
    build_seat_form,
    moved_line,
    removed_lines,
    seated_lines,
)
from bot.views.person_plans import REFUSALS, Refusal, refusal_line
from bot.views.roster import parse_shown

_CHECK_WITHIN = timedelta(seconds=1)  # who submits waits three seconds at most, and rights are asked for too
_MOST_DIGITS = 6


def show_seat_form(session: Session, managed: Managed, notice: str = "") -> Screen:
    """Say what giving a seat does, and ask why where that is needed."""
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_seat(room, managed.ref.user_id, managed.now, actor=managed.actor)
    if plan.refusal is not None:
        return person_screen(session, managed, refusal_line(plan.refusal), is_changed=True)
    return Screen(
        build_seat_form(room.seminar, plan, managed.ref, reason=managed.text(REASON), notice=notice)
    )


def show_move_form(session: Session, managed: Managed, notice: str = "") -> Screen:
    """Ask to which place in line."""
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_move(room, managed.ref.user_id, managed.now)
    if plan.refusal is not None:
        return person_screen(session, managed, refusal_line(plan.refusal), is_changed=True)
    place, reason = managed.text(PLACE), managed.text(REASON)
    return Screen(build_move_form(room.seminar, plan, managed.ref, place=place, reason=reason, notice=notice))


def show_removal_form(session: Session, managed: Managed, notice: str = "") -> Screen:
    """Say who moves up, and ask why."""
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_removal(room, managed.ref.user_id, managed.now, actor=managed.actor)
    if plan.refusal is not None:
        return person_screen(session, managed, refusal_line(plan.refusal), is_changed=True)
    return Screen(
        build_removal_form(room.seminar, plan, managed.ref, reason=managed.text(REASON), notice=notice)
    )


def show_add_form(session: Session, managed: Managed) -> Screen:
    """Ask whom to add, and with what."""
    return _add_form(session, managed, on_top=True)


def _add_form(session: Session, managed: Managed, notice: str = "", *, on_top: bool = False) -> Screen:
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_adding(room, managed.now)
    if plan.refusal is not None:
        return Screen(build_notice(REFUSALS[plan.refusal]), on_top=on_top)
    what, reason = managed.text(WHAT), managed.text(REASON)
    view = build_add_form(room.seminar, plan, managed.ref, what=what, reason=reason, notice=notice)
    return Screen(view, on_top=on_top)


def give_seat(session: Session, managed: Managed) -> Screen:
    """Give the seat that the form showed."""
    try:
        plan = people.give_seat(session, _deed(managed))
    except ChangedMeanwhileError:
        return show_seat_form(session, managed, CHANGED_MEANWHILE)
    if plan.refusal is not None:
        return _refused(session, managed, plan.refusal)
    said = seated_lines(managed.seminar, plan.above)
    return person_screen(session, managed, *said, is_changed=True)


def move_person(session: Session, managed: Managed) -> Screen:
    """Move somebody to the place in line that was typed."""
    try:
        plan = people.move(session, _deed(managed), _number(managed.text(PLACE)))
    except ChangedMeanwhileError:
        return show_move_form(session, managed, CHANGED_MEANWHILE)
    if plan.refusal is not None:
        return _refused(session, managed, plan.refusal)
    return person_screen(session, managed, moved_line(plan.place), is_changed=True)


def remove_person(session: Session, managed: Managed) -> Screen:
    """Take the seat or place that the form showed."""
    try:
        plan = people.remove(session, _deed(managed))
    except ChangedMeanwhileError:
        return show_removal_form(session, managed, CHANGED_MEANWHILE)
    if plan.refusal is not None:
        return _refused(session, managed, plan.refusal)
    return person_screen(session, managed, *removed_lines(plan), is_changed=True)


def add_person(
    session: Session, managed: Managed, *, checked: Refusal | None = None, below: str = ""
) -> Screen:
    """Add somebody, and show them.

    Args:
        session: An open transaction.
        managed: The submit.
        checked: What Slack says against the account.
        below: The roster's view, if the form lies on one.
    """
    user_id = managed.text(PERSON)
    if not is_user_id(user_id):
        return Screen(errors={PERSON: REFUSALS[Refusal.NO_PERSON]})
    wants_seat = managed.text(WHAT) != LINE
    try:
        plan = people.add(session, _deed(managed, user_id), wants_seat=wants_seat, checked=checked)
    except ChangedMeanwhileError:
        return _add_form(session, managed, CHANGED_MEANWHILE)
    if plan.refusal in (Refusal.CANCELLED, Refusal.OVER):
        return Screen(build_notice(REFUSALS[plan.refusal]))
    if plan.refusal is not None:
        return Screen(errors={FIELD_OF.get(plan.refusal, PERSON): REFUSALS[plan.refusal]})
    ref = replace(managed.ref, user_id=user_id, about=f"{parse_shown(managed.ref.about)} {below}".rstrip())
    said = added_lines(managed.seminar, plan)
    return person_screen(session, replace(managed, ref=ref), *said, is_changed=True)


def _refused(session: Session, managed: Managed, refusal: Refusal) -> Screen:
    """Say why nothing was done: under an input, or with the person as they are now."""
    if (name := FIELD_OF.get(refusal)) is not None:
        return Screen(errors={name: REFUSALS[refusal]})
    return person_screen(session, managed, refusal_line(refusal), is_changed=True)


def _deed(managed: Managed, user_id: str = "") -> Deed:
    return Deed(
        seminar_id=managed.seminar.id,
        workspace_id=managed.workspace_id,
        user_id=user_id or managed.ref.user_id,
        actor=managed.actor,
        reason=clean_passage(managed.text(REASON))[:MOST_REASON],
        seen=managed.ref.seen,
        now=managed.now,
    )


def _number(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS
    return int(typed) if is_number else None


COLUMN = Column(
    reads={
        Action.PERSON_SEAT: show_seat_form,
        Action.PERSON_MOVE: show_move_form,
        Action.PERSON_REMOVE: show_removal_form,
        Action.ADD_PERSON: show_add_form,
    },
    submits={
        Callback.PERSON_SEAT: give_seat,
        Callback.PERSON_MOVE: move_person,
        Callback.PERSON_REMOVE: remove_person,
    },
    words={"add": Action.ADD_PERSON},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what needs to know which modal it came from, and to ask Slack."""

    async def handle_add(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Add somebody whose account is one of a person, as far as Slack says in time."""
        checked = await check_account(side, body, read_values(view).get(PERSON))
        work = partial(add_person, checked=checked, below=str(view.get("previous_view_id") or ""))
        await ack(**await managing.submit(side, body, view, work))

    app.view(Callback.ADD_PERSON)(handle_add)


async def check_account(side: DeskSide, body: dict[str, Any], user_id: object) -> Refusal | None:
    """Return what Slack says against an account; None also where it does not answer in time."""
    if not isinstance(user_id, str) or not is_user_id(user_id):
        return None
    answer = await side.gateway.users_info(side.installation(body).token, user_id, within=_CHECK_WITHIN)
    if isinstance(answer, RefusedForTarget):
        return Refusal.UNSEEN
    user = (answer.response.get("user") or {}) if isinstance(answer, Accepted) else {}
    if user.get("is_bot"):
        return Refusal.IS_APP
    return Refusal.DEACTIVATED if user.get("deleted") else None
