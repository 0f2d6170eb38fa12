"""Check-in: who is in the room, walk-ins, and seats that nobody claims."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.checking_in import (
    MOST_WORD,
    WORDS,
    CheckIn,
    Claim,
    Opening,
    count_with_walk_in,
    decide_opening,
    may_give_unclaimed,
    plain_word,
)
from bot.domain.draft import is_user_id
from bot.domain.seminar import Seminar
from bot.domain.text import clean_line
from bot.listeners import managing
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.people import check_account
from bot.listeners.registering import Ack
from bot.listeners.roster import person_screen
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.checking_in import (
    ask_waiters,
    check_in_person,
    check_in_self,
    check_out_person,
    claim_seat,
    let_in,
    look_at_door,
    look_at_self,
    set_word,
)
from bot.services.listing import read_zone_of
from bot.services.people import find_against
from bot.slack.errors import Accepted
from bot.storage.seminars import SeminarNotFoundError
from bot.views.answers import build_gone, build_not_saved
from bot.views.checking_in import (
    CHOOSE,
    NEEDS_LETTERS,
    NOT_NOW,
    PAUSED,
    PERSON,
    WORD,
    WRONG_WORD,
    asked_line,
    build_check_in,
    build_claim,
    build_giving,
    build_walk_in,
    build_word,
    build_word_late,
    explain_check_in,
    explain_check_in_of,
    explain_opening,
    find_no_giving,
    let_in_line,
)
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback, SeminarRef, parse_seminar_ref
from bot.views.message import Message
from bot.views.notices import CHANGED_MEANWHILE, SEMINAR_IS_GONE, build_notice
from bot.views.person_plans import REFUSALS, Refusal
from bot.views.rich import Line, words

MOST_WRONG = 5
WRONG_WITHIN = timedelta(minutes=10)


class WrongTries:
    """Counts wrong words, so that nobody guesses the one shown in the room.

    Kept in this process's memory: where several processes serve one workspace, each
    counts for itself, so there so many more tries are free. A guess gains a
    check-in and no more, so that is enough.
    """

    def __init__(self) -> None:
        self._tries: dict[tuple[int, str], list[datetime]] = {}

    def may_try(self, workspace_id: int, user_id: str, elapsed: datetime) -> bool:
        """Tell whether somebody may try a word: not after five wrong ones within ten minutes."""
        since = elapsed - WRONG_WITHIN
        self._tries = {
            who: kept for who, tries in self._tries.items() if (kept := [at for at in tries if at > since])
        }
        return len(self._tries.get((workspace_id, user_id), ())) < MOST_WRONG

    def note(self, workspace_id: int, user_id: str, elapsed: datetime) -> None:
        """Note a wrong word."""
        self._tries.setdefault((workspace_id, user_id), []).append(elapsed)


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
    """Tie what members do, checking in by the word and saying that they are there; and walk-ins."""
    tries = WrongTries()

    async def handle_walk_in(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Let somebody in whose account is one of a person, as far as Slack says in time."""
        checked = await check_account(side, body, read_values(view).get(PERSON))
        await ack(**await managing.submit(side, body, view, partial(let_walk_in, checked=checked)))

    async def handle_check_in(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Open the modal for the word."""
        side.after_ack(body, _open_word(side, body, action.get("value")))
        await ack()

    async def handle_word(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Check in who typed the right word; acknowledged once it is saved."""
        await ack(**await _take_word(side, body, view, tries))

    async def handle_here(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Give who is there a seat, then acknowledge: a green tick means saved."""
        ref = parse_seminar_ref(action.get("value"))
        try:
            found = await side.write(_claim(side, body, ref)) if ref is not None else None
        except SeminarNotFoundError:
            found = None
        except Exception:
            side.after_ack(body, _answer(side, body, build_not_saved()))
            raise
        if found is not None and found[1] is Claim.SEATED:
            side.on_promised()
        side.after_ack(body, _answer_claim(side, body, found))
        await ack()

    app.view(Callback.WALK_IN)(handle_walk_in)
    app.action(Action.CHECK_IN_SELF)(handle_check_in)
    app.view(Callback.CHECK_IN_SELF)(handle_word)
    app.action(Action.HERE)(handle_here)


async def _open_word(side: DeskSide, body: dict[str, Any], value: object) -> None:
    ref, now = parse_seminar_ref(value), side.clock.now()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)

    def look(session: Session) -> dict[str, Any]:
        if ref is None:
            return build_notice(SEMINAR_IS_GONE)
        try:
            seminar, refused = look_at_self(
                session, ref.seminar_id, user_id, workspace_id=workspace_id, now=now
            )
        except SeminarNotFoundError:
            return build_notice(SEMINAR_IS_GONE)
        if refused is None:
            return build_word(seminar)
        zone = read_zone_of(session, workspace_id, user_id)
        return build_notice(explain_check_in(seminar, refused, now, zone))

    answer = await side.open_view(body, await side.read(look))
    if not isinstance(answer, Accepted) and ref is not None:
        await side.respond(body, build_word_late(ref, may_be_open=may_be_shown(answer)))


async def _take_word(
    side: DeskSide, body: dict[str, Any], view: dict[str, Any], tries: WrongTries
) -> dict[str, Any]:
    ref = parse_seminar_ref(view.get("private_metadata"))
    now, elapsed = side.clock.now(), side.clock.elapsed()
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    typed = read_values(view).get(WORD, "")
    if ref is None:
        return _show(build_notice(SEMINAR_IS_GONE))
    if not tries.may_try(workspace_id, user_id, elapsed):
        return _err(PAUSED)

    def work(session: Session) -> tuple[CheckIn, str]:
        seminar, outcome = check_in_self(
            session, ref.seminar_id, user_id, str(typed), workspace_id=workspace_id, now=now
        )
        zone = read_zone_of(session, workspace_id, user_id)
        return outcome, explain_check_in(seminar, outcome, now, zone)

    try:
        outcome, said = await side.write(work)
    except SeminarNotFoundError:
        return _show(build_notice(SEMINAR_IS_GONE))
    if outcome is CheckIn.WRONG_WORD:
        tries.note(workspace_id, user_id, elapsed)
        may_go_on = tries.may_try(workspace_id, user_id, elapsed)
        return _err(WRONG_WORD if may_go_on else PAUSED)
    return _show(build_notice(said))


def _claim(
    side: DeskSide, body: dict[str, Any], ref: SeminarRef
) -> Callable[[Session], tuple[Seminar, Claim]]:
    workspace_id, user_id, now = side.installation(body).workspace_id, user_of(body), side.clock.now()
    return lambda session: claim_seat(session, ref.seminar_id, user_id, workspace_id=workspace_id, now=now)


async def _answer_claim(side: DeskSide, body: dict[str, Any], found: tuple[Seminar, Claim] | None) -> None:
    """Redraw the message that was pressed; where its button can still help, answer beside it."""
    if found is None:
        await side.respond(body, build_gone())
        return
    (seminar, claim), now = found, side.clock.now()
    workspace_id, user_id = seminar.workspace_id, user_of(body)
    zone = await side.read(lambda session: read_zone_of(session, workspace_id, user_id))
    may_press_again = claim in (Claim.NONE_LEFT, Claim.NOT_GIVEN)
    await side.respond(body, build_claim(seminar, claim, now, zone), replace=not may_press_again)


async def _answer(side: DeskSide, body: dict[str, Any], message: Message) -> None:
    await side.respond(body, message)


def _show(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}


def _err(sentence: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {WORD: sentence}}
