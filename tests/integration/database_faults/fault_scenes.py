"""The real bot in the stand-in on a database of the test's choice, with one seminar announced."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.bootstrap import running
from bot.clock import Clock
from bot.playground.person import Person
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.settings import Settings
from bot.storage import tables
from bot.storage.engine import open_engine, transactions
from tests.e2e.stories import ANNOUNCED, SIGNING_SECRET, STARTS, Scene, check_payloads, eventually
from tests.integration.rows import add_seminar, add_workspace

NOT_SAVED = "nothing was changed"
HOUR_BEFORE = STARTS - timedelta(hours=1)


class FaultScene(Scene):
    """A scene whose seminar, with five seats, stands in the channel already."""

    seminar_id: int

    async def posted(self) -> Message:
        return await self.ana.wait_for_message("C0TALKS0", contains="Khorgos")

    async def register(self, card: Message, person: Person) -> None:
        """Press, which is saved at the first try, and wait for the confirmation."""
        answer = await person.press(card, "register")
        assert answer.acknowledged
        await person.wait_for_message(contains="You have a seat", within=10)

    def states(self) -> dict[str, str]:
        """Give everybody's state."""
        rows = tables.Registration
        with transactions(self.engine, is_reading=True)() as session:
            find = select(rows.user_id, rows.state).where(rows.seminar_id == self.seminar_id)
            return dict(session.execute(find).all())

    def ledger(self) -> list[str]:
        """Give whose seat changed, in the order of the ledger, which has no gap."""
        rows = tables.SeatChange
        with transactions(self.engine, is_reading=True)() as session:
            found = session.execute(
                select(rows.number, rows.user_id)
                .where(rows.seminar_id == self.seminar_id)
                .order_by(rows.number)
            ).all()
        assert list(range(1, len(found) + 1)) == [number for number, _ in found]
        return [user_id for _, user_id in found]

    def sent(self, kind: str) -> dict[str, str]:
        """Give the state of each delivery of a kind, by whom it is for."""
        rows = tables.Delivery
        with transactions(self.engine, is_reading=True)() as session:
            found = session.execute(select(rows.target, rows.state).where(rows.kind == kind)).all()
        assert len(found) == len(dict(found))
        return dict(found)

    def check_whole(self, *people: Person) -> None:
        """Exactly those people have a seat, one row of the ledger and one confirmation each."""
        ids = sorted(person.id for person in people)
        assert self.states() == dict.fromkeys(ids, "seated")
        assert sorted(self.ledger()) == ids
        assert sorted(self.sent("confirmation")) == ids

    async def all_sent(self, kind: str, count: int, within: float = 10) -> None:
        """Wait until that many deliveries of a kind are there and done."""
        await eventually(lambda: list(self.sent(kind).values()) == ["done"] * count, within)


async def refused(card: Message, *people: Person) -> float:
    """Let people press at once and be refused; return the seconds until the last of them was told."""
    began = time.monotonic()
    presses = [asyncio.create_task(person.press(card, "register")) for person in people]
    for person in people:
        await person.wait_for_ephemeral(contains=NOT_SAVED)
    took = time.monotonic() - began
    answers = await asyncio.gather(*presses)
    assert [answer.acknowledged for answer in answers] == [False] * len(people)
    return took


@asynccontextmanager
async def open_fault_scene(url: str, mode: str = "socket", **settings: Any) -> AsyncIterator[FaultScene]:
    """Open the workspace and the bot on a migrated database, which gets one seminar."""
    clock = Clock()
    clock.move_to(ANNOUNCED)
    pg = Playground(now=clock.now, on_clock_move=clock.move_to)
    ws = pg.add_workspace("T0CAIS", "CAIS")
    ws.add_user("U0ANA", "Ana", tz="Australia/Sydney", is_admin=True)
    for number in range(8):
        ws.add_user(f"U0M{number:02}", f"Member {number}", tz="Australia/Sydney")
    ws.add_channel("C0TALKS0", "talks")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pg)
        chosen: dict[str, Any] = {
            "database_url": url,
            "slack_bot_token": pg.bot_token,
            "slack_api_url": pg.api_url,
            "host": "127.0.0.1",
            "port": 0,
        }
        chosen |= (
            {"slack_app_token": pg.app_token}
            if mode == "socket"
            else {"slack_signing_secret": SIGNING_SECRET}
        )
        made = Settings(_env_file=None, **(chosen | settings))
        engine = open_engine(url)
        stack.callback(engine.dispose)
        with transactions(engine)() as session:
            seminar_id = add_seminar(session, add_workspace(session), capacity=5).id
        bot = await stack.enter_async_context(running(made, clock=clock, engine=engine))
        if bot.port is not None:
            pg.use_http(f"http://127.0.0.1:{bot.port}/slack/events", signing_secret=SIGNING_SECRET)
        scene = FaultScene(pg, ws, bot, clock, engine, made)
        scene.seminar_id = seminar_id
        yield scene
        check_payloads(pg)


@contextmanager
def seminar_held(scene: FaultScene) -> Iterator[Connection]:
    """Hold what a press has to lock, as another session: the seminar's row, or all of an SQLite file."""
    other = open_engine(scene.settings.database_url.get_secret_value())
    try:
        with other.connect() as connection, connection.begin():
            connection.execute(select(tables.Seminar.id).with_for_update())
            yield connection
    finally:
        other.dispose()


async def calls_of(scene: FaultScene, method: str, count: int) -> None:
    """Wait until that many calls of a method have reached the stand-in."""
    await eventually(lambda: len(scene.pg.calls_of(method)) >= count)


def told(*people: Person) -> Counter[str]:
    """Count the direct messages of each."""
    return Counter({person.id: len(person.told()) for person in people})


def wait_until(look: Callable[[], bool], within: float = 5) -> None:
    """Wait in a thread until something is so."""
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end
        time.sleep(0.02)


async def in_thread(work: Any, *arguments: Any) -> Any:
    """Do what blocks, such as stopping a server, while the bot goes on."""
    return await asyncio.to_thread(work, *arguments)
