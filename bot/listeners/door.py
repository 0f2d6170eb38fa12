"""Staff at the door: who is in the room, the word, walk-ins, and giving on seats that nobody claims."""

import secrets
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.checking_in import (
    MOST_WORD,
    WORDS,
    CheckIn,
    Opening,
    count_with_walk_in,
    decide_opening,
    may_give_unclaimed,
    plain_word,
)
from bot.domain.draft import is_user_id
from bot.domain.text import clean_line
from bot.listeners import managing
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.people import check_account
from bot.listeners.registering import Ack
from bot.listeners.roster import person_screen
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.checking_in import (
    check_in_person,
    check_out_person,
    let_in,
    set_word,
)
from bot.services.people import find_against
from bot.services.unclaimed import ask_waiters, look_at_door
from bot.views.checking_in import (
    WORD,
)
from bot.views.door import (
    CHOOSE,
    NEEDS_LETTERS,
    NOT_NOW,
    PERSON,
    asked_line,
    build_check_in,
    build_giving,
    build_walk_in,
    explain_check_in_of,
    explain_opening,
    find_no_giving,
    let_in_line,
)
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback
from bot.views.notices import CHANGED_MEANWHILE, build_notice
from bot.views.person_plans import REFUSALS, Refusal
from bot.views.rich import Line, words


def show_check_in(session: Session, managed: Managed) -> Screen:
    """Show who is in the room, the word, and what can be done at the door."""
    return Screen(_build_check_in(session, managed), on_top=True)


def save_word(session: Session, managed: Managed) -> Screen:
    """Save the word that is shown in the room, unless somebody set another one meanwhile."""
    typed = clean_line(managed.text(WORD))[:MOST_WORD]
    if typed and not plain_word(typed):
        return Screen(errors={WORD: NEEDS_LETTERS})
    try:
        set_word(
            session,
            managed.seminar.id,
            typed,
            workspace_id=managed.workspace_id,
            seen=managed.ref.seen,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return Screen(_build_check_in(session, managed, [words(CHANGED_MEANWHILE)]))
    said = "The word is saved." if typed else "There is no word now, so members cannot check themselves in."
    return Screen(_build_check_in(session, managed, [words(said)]))


def _build_check_in(session: Session, managed: Managed, said: Line = ()) -> dict[str, Any]:
    door = look_at_door(session, managed.seminar.id, workspace_id=managed.workspace_id)
    return build_check_in(
        door.room.seminar,
        door.room.count,
        door.attendance,
        managed.now,
        managed.zone,
        suggestion=secrets.choice(WORDS),
        said=said,
    )


def show_walk_in(session: Session, managed: Managed) -> Screen:
    """Ask who is at the door."""
    return _show_walk_in(session, managed)


def _show_walk_in(session: Session, managed: Managed, notice: str = "") -> Screen:
    room = look_at_seminar(session, managed.seminar.id, workspace_id=managed.workspace_id)
    opening = decide_opening(room.seminar, managed.now)
    if opening is not Opening.OPEN:
        return Screen(build_notice(explain_opening(room.seminar, opening, managed.now, managed.zone)))
    makes = count_with_walk_in(room)
    return Screen(build_walk_in(room.seminar, makes, chosen=managed.text(PERSON), notice=notice))


def let_walk_in(session: Session, managed: Managed, *, checked: Refusal | None = None) -> Screen:
    """Give whoever is at the door a seat, and check them in; ``checked`` is what Slack says against them."""
    user_id = managed.text(PERSON)
    if not is_user_id(user_id):
        return Screen(errors={PERSON: CHOOSE})
    against = checked or find_against(session, managed.workspace_id, user_id)
    if against is not None:
        return Screen(errors={PERSON: REFUSALS[against]})
    shown = managed.ref.about
    try:
        outcome = let_in(
            session,
            managed.seminar.id,
            user_id,
            workspace_id=managed.workspace_id,
            seen=int(shown) if shown.isascii() and shown.isdigit() else None,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return _show_walk_in(session, managed, CHANGED_MEANWHILE)
    if isinstance(outcome, Opening):
        return Screen(build_notice(explain_opening(managed.seminar, outcome, managed.now, managed.zone)))
    said = let_in_line(user_id, was_in=outcome is CheckIn.ALREADY)
    return Screen(_build_check_in(session, managed, said))


def preview_giving(session: Session, managed: Managed) -> Screen:
    """Show how many seats are unclaimed, who is asked, and who may lose theirs."""
    return _preview_giving(session, managed)


def _preview_giving(session: Session, managed: Managed, notice: str = "") -> Screen:
    door = look_at_door(session, managed.seminar.id, workspace_id=managed.workspace_id)
    if not may_give_unclaimed(door.room.seminar, managed.now):
        return Screen(_build_check_in(session, managed, [words(NOT_NOW)]))
    if why_not := find_no_giving(door.giving):
        return Screen(_build_check_in(session, managed, [words(why_not)]))
    return Screen(build_giving(door.room.seminar, door.giving, notice=notice))


def give_previewed(session: Session, managed: Managed) -> Screen:
    """Ask those who wait whether they are there, as it was previewed."""
    try:
        giving = ask_waiters(
            session,
            managed.seminar.id,
            workspace_id=managed.workspace_id,
            seen=managed.ref.seen,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return _preview_giving(session, managed, CHANGED_MEANWHILE)
    if giving is None:
        return Screen(_build_check_in(session, managed, [words(NOT_NOW)]))
    return Screen(_build_check_in(session, managed, asked_line(giving)))


def check_in(session: Session, managed: Managed) -> Screen:
    """Check the person in whom the button names."""
    outcome = check_in_person(
        session,
        managed.seminar.id,
        managed.ref.user_id,
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )
    return person_screen(session, managed, [words(explain_check_in_of(outcome))], is_changed=True)


def check_out(session: Session, managed: Managed) -> Screen:
    """Take back that the person was checked in whom the button names."""
    check_out_person(session, managed.seminar.id, managed.ref.user_id, workspace_id=managed.workspace_id)
    return person_screen(session, managed, [words("They are not checked in.")], is_changed=True)


COLUMN = Column(
    reads={
        Action.CHECK_IN: show_check_in,
        Action.WALK_IN: show_walk_in,
        Action.GIVE_UNCLAIMED: preview_giving,
    },
    writes={Action.CHECK_IN_PERSON: check_in, Action.CHECK_OUT_PERSON: check_out},
    submits={
        Callback.CHECK_IN: save_word,
        Callback.GIVE_UNCLAIMED: give_previewed,
    },
    words={"check-in": Action.CHECK_IN, "checkin": Action.CHECK_IN},
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie walk-ins, which ask Slack first whose account it is."""

    async def handle_walk_in(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Let somebody in whose account is one of a person, as far as Slack says in time."""
        checked = await check_account(side, body, read_values(view).get(PERSON))
        await ack(**await managing.submit(side, body, view, partial(let_walk_in, checked=checked)))

    app.view(Callback.WALK_IN)(handle_walk_in)
