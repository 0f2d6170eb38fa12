"""The roster: who has a seat, who waits, and what staff do with them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.text import clean_passage
from bot.listeners import managing
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import After, Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services import people
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.people import Deed
from bot.services.roster import read_person, read_roster_page
from bot.slack.errors import Accepted, RefusedForTarget
from bot.slack.installations import Installation
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback, ManageRef
from bot.views.notices import CHANGED_MEANWHILE, build_notice
from bot.views.person import NOT_OPENED, build_person
from bot.views.person_forms import (
    FIELD_OF,
    LINE,
    MOST_REASON,
    PERSON,
    PLACE,
    REASON,
    REFUSALS,
    WHAT,
    Refusal,
    added_lines,
    build_add_form,
    build_move_form,
    build_removal_form,
    build_seat_form,
    is_person,
    moved_line,
    refusal_line,
    removed_lines,
    seated_lines,
)
from bot.views.rich import Line
from bot.views.roster import FIND, Shown, build_roster, parse_shown

_CHECK_WITHIN = timedelta(seconds=1)  # who submits waits three seconds at most, and rights are asked for too
_MOST_DIGITS = 6


def show_roster(session: Session, managed: Managed) -> Screen:
    """Show the first page of everybody with a seat or in line."""
    return Screen(_roster(session, managed, ManageRef(managed.seminar.id)), on_top=True)


def turn_page(session: Session, managed: Managed) -> Screen:
    """Show another page, or another part of the roster."""
    return Screen(_roster(session, managed, managed.ref))


def find_person(session: Session, managed: Managed) -> Screen:
    """Show one person alone."""
    chosen = next((managed.text(name) for name in managed.values if name.startswith(FIND)), "")
    if not is_person(chosen):
        return Screen(_roster(session, managed, ManageRef(managed.seminar.id)))
    return Screen(_roster(session, managed, ManageRef(managed.seminar.id, chosen, about=Shown.ONE)))


def _roster(session: Session, managed: Managed, ref: ManageRef) -> dict[str, Any]:
    page = read_roster_page(session, managed.seminar, ref)
    return build_roster(managed.seminar, page, managed.now, managed.zone)


def show_person(session: Session, managed: Managed, *, below: str = "") -> Screen:
    """Show a person: on top of the roster whose view ``below`` is, else in place of what is shown.

    The person's modal carries which roster that is, so that it can be drawn anew.
    """
    ref = managed.ref
    if below:
        ref = replace(ref, about=f"{parse_shown(ref.about)} {below}")
    screen = person_screen(session, replace(managed, ref=ref))
    return replace(screen, on_top=bool(below))


def person_screen(session: Session, managed: Managed, *said: Line, is_changed: bool = False) -> Screen:
    """Show a person, with what was done or why it was not; the roster below follows what changed.

    Args:
        session: An open transaction, in which the change was written.
        managed: The press or submit.
        *said: What stands at the top.
        is_changed: Whether the roster below shows something old now.
    """
    ref = replace(managed.ref, seen="")
    if not is_person(ref.user_id):
        return Screen(build_notice(NOT_OPENED))
    # Read anew: what is in hand was read before the change.
    seminar = get_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    page = read_person(session, seminar, ref.user_id, now=managed.now)
    view = build_person(seminar, page, ref, managed.now, managed.zone, said)
    return Screen(view, after=_redraw_roster(managed, ref) if is_changed else None)


def _redraw_roster(managed: Managed, ref: ManageRef) -> After | None:
    """Return what draws the roster below anew; None if the person was not opened from one."""
    # With the name of no filter the view's id follows a blank alone.
    shown, _, view_id = ref.about.partition(" ")
    if not view_id:
        return None
    searched = ref.user_id if shown == Shown.ONE else ""
    wanted = ManageRef(ref.seminar_id, searched, ref.page, shown)

    async def redraw(side: DeskSide, installation: Installation, _user_id: str) -> None:
        view = await side.read(lambda session: _roster_now(session, managed, wanted))
        if view is not None:  # if the roster was closed meanwhile, Slack says so, and nothing is lost
            await side.gateway.call(installation.token, "views.update", {"view_id": view_id, "view": view})

    return redraw


def _roster_now(session: Session, managed: Managed, wanted: ManageRef) -> dict[str, Any] | None:
    try:
        seminar = get_seminar(session, wanted.seminar_id, workspace_id=managed.workspace_id)
    except SeminarNotFoundError:
        return None
    page = read_roster_page(session, seminar, wanted)
    return build_roster(seminar, page, managed.now, managed.zone)


def _seat_form(session: Session, managed: Managed, notice: str = "") -> Screen:
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_seat(room, managed.ref.user_id, managed.now, actor=managed.actor)
    if plan.refusal is not None:
        return person_screen(session, managed, refusal_line(plan.refusal), is_changed=True)
    return Screen(
        build_seat_form(room.seminar, plan, managed.ref, reason=managed.text(REASON), notice=notice)
    )


def _move_form(session: Session, managed: Managed, notice: str = "") -> Screen:
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_move(room, managed.ref.user_id, managed.now)
    if plan.refusal is not None:
        return person_screen(session, managed, refusal_line(plan.refusal), is_changed=True)
    place, reason = managed.text(PLACE), managed.text(REASON)
    return Screen(build_move_form(room.seminar, plan, managed.ref, place=place, reason=reason, notice=notice))


def _removal_form(session: Session, managed: Managed, notice: str = "") -> Screen:
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_removal(room, managed.ref.user_id, managed.now, actor=managed.actor)
    if plan.refusal is not None:
        return person_screen(session, managed, refusal_line(plan.refusal), is_changed=True)
    return Screen(
        build_removal_form(room.seminar, plan, managed.ref, reason=managed.text(REASON), notice=notice)
    )


def _add_form(session: Session, managed: Managed, notice: str = "", *, on_top: bool = False) -> Screen:
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    plan = people.decide_adding(room, managed.now)
    if plan.refusal is not None:
        return Screen(build_notice(REFUSALS[plan.refusal]), on_top=on_top)
    what, reason = managed.text(WHAT), managed.text(REASON)
    view = build_add_form(room.seminar, plan, managed.ref, what=what, reason=reason, notice=notice)
    return Screen(view, on_top=on_top)


def show_seat_form(session: Session, managed: Managed) -> Screen:
    """Say what giving a seat does, and ask why where that is needed."""
    return _seat_form(session, managed)


def show_move_form(session: Session, managed: Managed) -> Screen:
    """Ask to which place in line."""
    return _move_form(session, managed)


def show_removal_form(session: Session, managed: Managed) -> Screen:
    """Say who moves up, and ask why."""
    return _removal_form(session, managed)


def show_add_form(session: Session, managed: Managed) -> Screen:
    """Ask whom to add, and with what."""
    return _add_form(session, managed, on_top=True)


def give_seat(session: Session, managed: Managed) -> Screen:
    """Give the seat that the form showed."""
    try:
        plan = people.give_seat(session, _deed(managed))
    except ChangedMeanwhileError:
        return _seat_form(session, managed, CHANGED_MEANWHILE)
    if plan.refusal is not None:
        return _refused(session, managed, plan.refusal)
    said = seated_lines(managed.seminar, plan.above)
    return person_screen(session, managed, *said, is_changed=True)


def move_person(session: Session, managed: Managed) -> Screen:
    """Move somebody to the place in line that was typed."""
    try:
        plan = people.move(session, _deed(managed), _number(managed.text(PLACE)))
    except ChangedMeanwhileError:
        return _move_form(session, managed, CHANGED_MEANWHILE)
    if plan.refusal is not None:
        return _refused(session, managed, plan.refusal)
    return person_screen(session, managed, moved_line(plan.place), is_changed=True)


def remove_person(session: Session, managed: Managed) -> Screen:
    """Take the seat or place that the form showed."""
    try:
        plan = people.remove(session, _deed(managed))
    except ChangedMeanwhileError:
        return _removal_form(session, managed, CHANGED_MEANWHILE)
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
    if not is_person(user_id):
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
        Action.ROSTER: show_roster,
        Action.ROSTER_PAGE: turn_page,
        Action.ROSTER_SEARCH: find_person,
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
    words={"roster": Action.ROSTER, "add": Action.ADD_PERSON},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what needs to know which modal it came from, or to ask Slack."""

    async def handle_person(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Show a person, on top of the roster if that is where the button is."""
        view = body.get("view") or {}
        below = str(view.get("id") or "") if view.get("callback_id") == Callback.ROSTER else ""
        work = partial(show_person, below=below)
        side.after_ack(body, managing.press(side, body, action.get("value"), work, writes=False))
        await ack()

    async def handle_add(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Add somebody whose account is one of a person, as far as Slack says in time."""
        checked = await check_account(side, body, read_values(view).get(PERSON))
        work = partial(add_person, checked=checked, below=str(view.get("previous_view_id") or ""))
        await ack(**await managing.submit(side, body, view, work))

    app.action(Action.PERSON)(handle_person)
    app.view(Callback.ADD_PERSON)(handle_add)


async def check_account(side: DeskSide, body: dict[str, Any], user_id: object) -> Refusal | None:
    """Return what Slack says against an account; None also where it does not answer in time."""
    if not isinstance(user_id, str) or not is_person(user_id):
        return None
    answer = await side.gateway.users_info(side.installation(body).token, user_id, within=_CHECK_WITHIN)
    if isinstance(answer, RefusedForTarget):
        return Refusal.UNSEEN
    user = (answer.response.get("user") or {}) if isinstance(answer, Accepted) else {}
    if user.get("is_bot"):
        return Refusal.IS_APP
    return Refusal.DEACTIVATED if user.get("deleted") else None
