"""The roster: who has a seat and who waits, a page at a time, and one person of it."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.draft import is_user_id
from bot.listeners import managing
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import After, Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services.roster import read_person, read_roster_page
from bot.slack.installations import Installation
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.views.ids import Action, Callback, ManageRef
from bot.views.notices import build_notice
from bot.views.person import NOT_OPENED, build_person
from bot.views.rich import Line
from bot.views.roster import FIND, Shown, build_roster, parse_shown


def show_roster(session: Session, managed: Managed) -> Screen:
    """Show the first page of everybody with a seat or in line."""
    return Screen(_roster(session, managed, ManageRef(managed.seminar.id)), on_top=True)


def turn_page(session: Session, managed: Managed) -> Screen:
    """Show another page, or another part of the roster."""
    return Screen(_roster(session, managed, managed.ref))


def find_person(session: Session, managed: Managed) -> Screen:
    """Show one person alone."""
    chosen = next((managed.text(name) for name in managed.values if name.startswith(FIND)), "")
    if not is_user_id(chosen):
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
    if not is_user_id(ref.user_id):
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


COLUMN = Column(
    reads={
        Action.ROSTER: show_roster,
        Action.ROSTER_PAGE: turn_page,
        Action.ROSTER_SEARCH: find_person,
    },
    words={"roster": Action.ROSTER},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what needs to know which modal it came from."""

    async def handle_person(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Show a person, on top of the roster if that is where the button is."""
        view = body.get("view") or {}
        below = str(view.get("id") or "") if view.get("callback_id") == Callback.ROSTER else ""
        work = partial(show_person, below=below)
        side.after_ack(body, managing.press(side, body, action.get("value"), work, writes=False))
        await ack()

    app.action(Action.PERSON)(handle_person)
