"""A talk with seats and a line, and what staff, members and the planner do when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.domain.aftercare import Links, MaterialsPlan
from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.services.changing import plan_anew
from bot.services.delivering import Call, Dropped, prepare
from bot.services.feedback import Given, give_line, give_score
from bot.services.materials import look_at_materials, save_materials
from bot.services.registering import Press, register
from bot.services.reminding import plan_due
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.queue import Claimed
from bot.storage.seminars import find_seminars
from bot.storage.staff import set_hosts
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace, deliveries

STARTS, ENDS = make_seminar().starts_at, make_seminar().ends_at
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
ANA, HOST = "U0ANA", "U0HOST"
SLIDES, RECORDING, OTHER = "https://a.example/slides", "https://a.example/film", "https://b.example/slides"


@dataclass
class AfterScene:
    """A talk with seats and a line, and what is done when it is over."""

    transaction: Transaction
    workspace_id: int
    seminar_id: int

    def add(self, **values: Any) -> int:
        """Add another seminar and return its id; what the form does not know is set in its row."""
        row = tables.Seminar
        planned = {name: values.pop(name) for name in ("starts_at", "ends_at") if name in values}
        with self.transaction() as session:
            seminar_id = add_seminar(session, self.workspace_id, **planned).id
            session.execute(update(row).where(row.id == seminar_id).values(id=seminar_id, **values))
        self.plan_anew(seminar_id)
        return seminar_id

    def set(self, seminar_id: int | None = None, **values: Any) -> None:
        row = tables.Seminar
        with self.transaction() as session:
            key = seminar_id or self.seminar_id
            session.execute(update(row).where(row.id == key).values(id=key, **values))

    def make_series(self) -> int:
        """Make the talk the first of a series and return the series' id."""
        with self.transaction() as session:
            series = tables.Series(
                workspace_id=self.workspace_id, title="Spring", rule="", created_by=ANA, created_at=NOW
            )
            session.add(series)
            session.flush()
            series_id = series.id
        self.set(series_id=series_id)
        return series_id

    def plan_anew(self, seminar_id: int | None = None, *, at: datetime = NOW) -> None:
        with self.transaction() as session:
            key = seminar_id or self.seminar_id
            plan_anew(session, find_seminars(session, [key])[key], now=at)

    def seminar(self) -> Seminar:
        with self.transaction() as session:
            return find_seminars(session, [self.seminar_id])[self.seminar_id]

    def register(
        self, *people: str, seminar_id: int | None = None, wish: Wish = Wish.REGISTER, at: datetime = NOW
    ) -> None:
        presses = [Press(self.workspace_id, seminar_id or self.seminar_id, one, wish) for one in people]
        with self.transaction() as session:
            register(session, presses, clock=lambda: at)

    def check_in(self, *people: str) -> None:
        row = tables.Registration
        with self.transaction() as session:
            session.execute(
                update(row).where(row.user_id.in_(people)).values(checked_in_at=STARTS, checked_in_by=ANA)
            )

    def host(self, *people: str) -> None:
        with self.transaction() as session:
            set_hosts(session, self.seminar_id, people)

    def tick(self, at: datetime) -> int:
        with self.transaction() as session:
            return plan_due(session, now=at)

    def score(self, user_id: str, score: int, *, at: datetime = ENDS) -> Given:
        with self.transaction() as session:
            return give_score(session, self.seminar_id, user_id, score, now=at, **self.place)

    def write(self, user_id: str, line: str, *, at: datetime = ENDS) -> Given:
        with self.transaction() as session:
            return give_line(session, self.seminar_id, user_id, line, now=at, **self.place)

    def look(self, links: Links, *, at: datetime) -> MaterialsPlan:
        with self.transaction() as session:
            return look_at_materials(session, self.seminar_id, links, now=at, **self.place)

    def save(self, links: Links, *, at: datetime, seen: str | None = None) -> MaterialsPlan:
        shown = self.look(links, at=at).fingerprint() if seen is None else seen
        with self.transaction() as session:
            return save_materials(
                session, self.seminar_id, links, seen=shown, actor=ANA, now=at, **self.place
            )

    def told(self, kind: Kind) -> list[str]:
        with self.transaction() as session:
            return sorted(one.target for one in deliveries(session, kind))

    def details(self, kind: Kind) -> list[dict[str, Any]]:
        with self.transaction() as session:
            return [one.details for one in deliveries(session, kind)]

    def sent(self, kind: Kind, *, at: datetime) -> list[Call | Dropped]:
        """Render what is promised of a kind, as it would be sent at that time."""
        with self.transaction() as session:
            claimed = [
                Claimed(
                    row.id,
                    row.workspace_id,
                    row.kind,
                    row.lane,
                    row.target,
                    row.seminar_id,
                    row.details,
                    row.attempts,
                    row.doubts,
                )
                for row in deliveries(session, kind)
            ]
        with self.transaction() as session:
            return prepare(session, claimed, now=at)

    def texts(self, kind: Kind, *, at: datetime) -> list[str]:
        """Return what is sent of a kind: the text, or why it is not sent."""
        return [
            one.reason if isinstance(one, Dropped) else str(one.args["text"])
            for one in self.sent(kind, at=at)
        ]

    def changes(self) -> list[tuple[str, dict[str, Any]]]:
        row = tables.SeminarChange
        with self.transaction() as session:
            found = session.scalars(select(row).order_by(row.number))
            return [(one.kind, dict(one.details)) for one in found]

    @property
    def place(self) -> dict[str, Any]:
        return {"workspace_id": self.workspace_id}


def open_talk(transaction: Transaction, *, capacity: int | None = 2) -> AfterScene:
    """Return a talk with two people who have a seat, and one who waits."""
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar_id = add_seminar(session, workspace_id, title="Khorgos", capacity=capacity).id
    scene = AfterScene(transaction, workspace_id, seminar_id)
    scene.register("U1", "U2", "U3")
    return scene
