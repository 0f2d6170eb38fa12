"""A seminar of two seats, and what its staff and members do at the door."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.checking_in import Attendance, CheckIn, Claim, Giving, Opening, mark_word
from bot.domain.registering import Wish
from bot.domain.room import Cause
from bot.services.checking_in import check_in_person, check_in_self, let_in, set_word
from bot.services.delivering import Call, Dropped, prepare
from bot.services.registering import Press, register
from bot.services.unclaimed import ask_waiters, claim_seat, look_at_door
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.ledger import list_changes
from bot.storage.queue import claim
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace, deliveries, states

STARTS, ENDS = make_seminar().starts_at, make_seminar().ends_at
MINUTE = timedelta(minutes=1)
LATE = STARTS + 10 * MINUTE
ANA = "U0ANA"


@dataclass
class DoorScene:
    """A seminar of two seats, and what its staff and members do at the door."""

    transaction: Transaction
    workspace_id: int
    seminar_id: int

    def register(self, *people: str, wish: Wish = Wish.REGISTER, at: datetime = NOW) -> None:
        presses = [Press(self.workspace_id, self.seminar_id, one, wish) for one in people]
        with self.transaction() as session:
            register(session, presses, clock=lambda: at)

    def set_word(self, word: str, *, before: str = "") -> None:
        with self.transaction() as session:
            set_word(session, self.seminar_id, word, seen=mark_word(before), actor=ANA, now=NOW, **self.place)

    def check_in(self, user_id: str, *, at: datetime = STARTS) -> CheckIn:
        with self.transaction() as session:
            return check_in_person(session, self.seminar_id, user_id, actor=ANA, now=at, **self.place)

    def type_word(self, user_id: str, typed: str, *, at: datetime = STARTS) -> CheckIn:
        with self.transaction() as session:
            return check_in_self(session, self.seminar_id, user_id, typed, now=at, **self.place)[1]

    def let_in(self, user_id: str, *, seen: int | None = None, at: datetime = STARTS) -> CheckIn | Opening:
        with self.transaction() as session:
            return let_in(session, self.seminar_id, user_id, seen=seen, actor=ANA, now=at, **self.place)

    def look(self) -> tuple[Attendance, Giving]:
        with self.transaction() as session:
            door = look_at_door(session, self.seminar_id, **self.place)
            return door.attendance, door.giving

    def ask(self, seen: str = "", *, at: datetime = LATE) -> Giving | None:
        with self.transaction() as session:
            shown = seen or look_at_door(session, self.seminar_id, **self.place).giving.fingerprint()
            return ask_waiters(session, self.seminar_id, seen=shown, actor=ANA, now=at, **self.place)

    def claim(self, user_id: str, *, at: datetime = LATE) -> Claim:
        with self.transaction() as session:
            return claim_seat(session, self.seminar_id, user_id, now=at, **self.place)[1]

    def states(self) -> dict[str, str]:
        with self.transaction() as session:
            return states(session, self.seminar_id)

    def checked_in(self) -> dict[str, tuple[datetime, str]]:
        row = tables.Registration
        with self.transaction() as session:
            found = session.scalars(select(row).where(row.checked_in_at.is_not(None)))
            return {one.user_id: (one.checked_in_at, one.checked_in_by) for one in found}  # type: ignore[misc]

    def told(self, kind: Kind) -> list[str]:
        with self.transaction() as session:
            return [one.target for one in deliveries(session, kind)]

    def ledger(self) -> list[tuple[str, str, Cause, str | None]]:
        with self.transaction() as session:
            found = list_changes(session, self.seminar_id)
        return [(one.user_id, one.after, one.cause, one.actor) for one in found if one.cause != Cause.PRESSED]

    def sent(self, kind: Kind, *, at: datetime) -> list[Call | Dropped]:
        """Render what is promised of a kind, as it would be sent at that time."""
        rates = {POST: Rate(50, 200), UPDATE: Rate(50, 200)}
        with self.transaction() as session:
            ids = {one.id for one in deliveries(session, kind)}
            claimed = claim(
                session,
                worker="one",
                now=at,
                elapsed=at,
                rates=rates,
                room=200,
                is_ready=lambda _workspace, _lane, _target: True,
            )
        with self.transaction() as session:
            return prepare(session, [one for one in claimed if one.id in ids], now=at)

    @property
    def place(self) -> dict[str, Any]:
        return {"workspace_id": self.workspace_id}


def open_door(transaction: Transaction) -> DoorScene:
    """Return a seminar with two people who have a seat, and two who wait."""
    with transaction() as session:
        workspace_id = add_workspace(session)
        scene = DoorScene(transaction, workspace_id, add_seminar(session, workspace_id, capacity=2).id)
    scene.register("U1", "U2", "W1", "W2")
    return scene
