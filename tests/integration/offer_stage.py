"""A seminar whose waiters are asked first, with one seat and a line, in a real database."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome
from bot.domain.registering import Wish
from bot.domain.room import Registration
from bot.services.offering import expire_offers
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.members import save_facts
from bot.storage.registrations import find_registrations
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, states


class Asking:
    """One seminar of one workspace; its members are U1, U2 and so on, and U1 has the seat."""

    def __init__(self, transaction: Transaction, *, waiters: int = 3, **overrides: Any) -> None:
        self.transaction = transaction
        with transaction() as session:
            self.workspace_id = add_workspace(session)
        self.seminar_id = self.add(**overrides)
        for number in range(1, waiters + 2):
            self.press(f"U{number}", Wish.REGISTER)

    def add(self, *, promotion: str = "ask", capacity: int = 1, **overrides: Any) -> int:
        """Add a seminar that asks first, and return its id."""
        with self.transaction() as session:
            seminar_id = add_seminar(session, self.workspace_id, capacity=capacity, **overrides).id
            self.write(session, seminar_id, promotion=promotion)
        return seminar_id

    def write(self, session: Session, seminar_id: int, **values: Any) -> None:
        session.execute(update(tables.Seminar).where(tables.Seminar.id == seminar_id).values(**values))

    def press(
        self, user_id: str, wish: Wish, at: datetime = NOW, *, seminar_id: int | None = None
    ) -> Outcome | None:
        press = Press(self.workspace_id, seminar_id or self.seminar_id, user_id, wish)
        with self.transaction() as session:
            (decided,) = register(session, [press], clock=lambda: at)
        return decided.outcome

    def expire(self, at: datetime) -> int:
        with self.transaction() as session:
            return expire_offers(session, now=at)

    def know(
        self, user_id: str, *, zone: str = "UTC", at: datetime = NOW, is_deactivated: bool = False
    ) -> None:
        with self.transaction() as session:
            save_facts(
                session,
                self.workspace_id,
                user_id,
                zone=zone,
                is_admin=False,
                is_deactivated=is_deactivated,
                now=at,
            )

    def states(self, seminar_id: int | None = None) -> dict[str, str]:
        with self.transaction() as session:
            found = states(session, seminar_id or self.seminar_id)
        return {user_id: state for user_id, state in found.items() if state != "released"}

    def held(self, user_id: str) -> Registration:
        with self.transaction() as session:
            return find_registrations(session, [(self.seminar_id, user_id)])[self.seminar_id, user_id]

    def promised(self) -> Counter[tuple[str, str]]:
        """Count the messages to members: what kind, and to whom."""
        row = tables.Delivery
        with self.transaction() as session:
            rows = session.execute(select(row.kind, row.target).where(row.kind != "announcement"))
            return Counter((kind, target) for kind, target in rows)

    def changes(self) -> list[tuple[str, str, str | None]]:
        """Return who ended up where in the ledger, and by whom."""
        row = tables.SeatChange
        with self.transaction() as session:
            rows = session.scalars(select(row).where(row.seminar_id == self.seminar_id).order_by(row.number))
            return [(one.user_id, f"{one.after}: {one.cause}", one.actor) for one in rows]
