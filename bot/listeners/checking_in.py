"""Members at the talk: checking in by the word shown in the room, and saying that they are there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.checking_in import (
    CheckIn,
    Claim,
)
from bot.domain.seminar import Seminar
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.listeners.registering import Ack
from bot.services.checking_in import (
    check_in_self,
    look_at_self,
)
from bot.services.listing import read_zone_of
from bot.services.unclaimed import claim_seat
from bot.slack.errors import Accepted
from bot.storage.seminars import SeminarNotFoundError
from bot.views.answers import build_gone, build_not_saved
from bot.views.checking_in import (
    PAUSED,
    WORD,
    WRONG_WORD,
    build_claim,
    build_word,
    build_word_late,
    explain_check_in,
)
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback, SeminarRef, parse_seminar_ref
from bot.views.message import Message
from bot.views.notices import SEMINAR_IS_GONE, build_notice

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


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie checking in by the word, and saying that one is there, to their listeners."""
    tries = WrongTries()

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
