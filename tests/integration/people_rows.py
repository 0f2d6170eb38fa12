"""A seminar with people in every state, and what staff do to them, for tests on both engines."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.room import Cause, State, replay
from bot.services.changing import look_at_seminar, open_seminar
from bot.services.people import Deed, decide_adding, decide_move, decide_removal, decide_seat
from bot.services.registering import Press, register
from bot.storage.deliveries import Kind
from bot.storage.ledger import list_changes, write_changes
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries, states

LATER = NOW + timedelta(hours=1)
STAFF = "U0STAFF"


def fill_seminar(session: Session, people: int, **overrides: Any) -> int:
    """Let so many people press Register one after the other: U000, U001 and so on."""
    workspace_id = add_workspace(session)
    seminar_id = add_seminar(session, workspace_id, **({"capacity": 2} | overrides)).id
    press(session, seminar_id, *range(people))
    return seminar_id


def press(session: Session, seminar_id: int, *numbers: int, wish: Wish = Wish.REGISTER) -> None:
    for number in numbers:
        register(session, [Press(1, seminar_id, f"U{number:03}", wish)], clock=lambda: NOW)


def hold_seat(session: Session, seminar_id: int, user_id: str) -> None:
    """Hold a seat for somebody who was asked."""
    room = open_seminar(session, seminar_id, workspace_id=1)
    room.set_state(user_id, State.OFFERED, Cause.OFFERED, actor=None)
    write_changes(session, {seminar_id: room}, NOW)


def seen(session: Session, seminar_id: int, action: str, user_id: str) -> str:
    """Return the fingerprint that the form of an action carries now."""
    room = look_at_seminar(session, seminar_id, workspace_id=1)
    plans: dict[str, Any] = {
        "seat": lambda: decide_seat(room, user_id, LATER, actor=STAFF),
        "remove": lambda: decide_removal(room, user_id, LATER, actor=STAFF),
        "move": lambda: decide_move(room, user_id, LATER),
        "add": lambda: decide_adding(room, LATER),
    }
    fingerprint: str = plans[action]().fingerprint()
    return fingerprint


def deed(session: Session, seminar_id: int, action: str, user_id: str, **overrides: Any) -> Deed:
    """Return what staff submit, from the form as it looks now."""
    fields: dict[str, Any] = {
        "seminar_id": seminar_id,
        "workspace_id": 1,
        "user_id": user_id,
        "actor": STAFF,
        "reason": "Because",
        "seen": seen(session, seminar_id, action, user_id) if "seen" not in overrides else "",
        "now": LATER,
    }
    return Deed(**(fields | overrides))


def held(session: Session, seminar_id: int) -> dict[str, str]:
    """Return who holds what, by the registrations and, which must say the same, by the ledger."""
    by_ledger = {
        user_id: one.state.value for user_id, one in replay(list_changes(session, seminar_id)).items()
    }
    assert by_ledger == states(session, seminar_id)
    return by_ledger


def line(session: Session, seminar_id: int) -> list[str]:
    """Return who is in line, first who is next."""
    return look_at_seminar(session, seminar_id, workspace_id=1).head


def told(session: Session) -> list[tuple[str, str]]:
    """Return whom the last transactions of staff promised a word, and of which kind."""
    kinds = (Kind.SEAT, Kind.PROMOTION)
    return [(kind.value, row.target) for kind in kinds for row in deliveries(session, kind)]
