"""A workspace of the stand-in whose bot is a process of its own, and dies."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.domain.registering import Wish
from bot.domain.room import Cause, Change, Registration, State, replay
from bot.playground.person import Person
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries

DRIVER = Path(__file__).with_name("crash_driver.py")
LOG = "bot.log"
CHANNEL = "C0TALKS0"
MINUTE = timedelta(minutes=1)  # longer than a lease
PATIENCE_S = 15


@dataclass
class Stage:
    """One seminar, its people, and the processes that serve them one after the other."""

    pg: Playground
    transaction: Transaction
    reading: Transaction
    folder: Path
    settings: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    began_at: datetime = NOW

    def member(self, number: int) -> Person:
        return self.pg.person(self.pg.workspaces["T0CAIS"], f"U0M{number:02}")

    def store_seminar(self, *registered: int, capacity: int) -> None:
        """Store a seminar for which some members have pressed Register, and nothing is sent yet."""
        with self.transaction() as session:
            workspace_id = add_workspace(session)
            seminar_id = add_seminar(session, workspace_id, capacity=capacity).id
            presses = [
                Press(workspace_id, seminar_id, self.member(number).id, Wish.REGISTER)
                for number in registered
            ]
            register(session, presses, clock=lambda: NOW)

    async def run(self, *arguments: str, dying: str = "nowhere", at: datetime | None = None) -> None:
        """Start the command; a minute after the last one began, when its leases are over, if not told."""
        self.began_at = at or self.began_at + MINUTE
        with (self.folder / LOG).open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(DRIVER),
                dying,
                self.began_at.isoformat(),
                *arguments,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder)} | self.settings,
                stdout=log,
                stderr=log,
            )

    async def serve(self, *, dying: str = "nowhere", at: datetime | None = None) -> None:
        """Start a bot, and wait until it takes presses and has sent what it owes."""
        await self.run("run", dying=dying, at=at)
        await eventually(lambda: self.pg.is_connected)
        await self.settle()

    async def end(self) -> int:
        """Wait until the process ended by itself, and return how."""
        assert self.process is not None
        async with asyncio.timeout(PATIENCE_S):
            code = await self.process.wait()
        await eventually(lambda: not self.pg.is_connected)  # or the next press would go to the dead one
        return code

    async def stop(self) -> int:
        """Have the process end as at every restart that is not a crash."""
        if self.process is None or self.process.returncode is not None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return await self.end()

    async def settle(self) -> None:
        """Wait until nothing is left that would still be sent."""
        await eventually(self._is_settled)

    async def card(self, contains: str) -> Message:
        """Wait until the card says something; there is one card only."""
        await self.member(0).wait_for_message(CHANNEL, contains=contains, within=PATIENCE_S)
        (card,) = (one for one in self.member(0).messages(CHANNEL) if one.ephemeral_to is None)
        return card

    def promises(self, kind: Kind) -> list[tuple[str, int]]:
        """Return the state of each promise of a kind, and how many of its answers were lost."""
        with self.reading() as session:
            return [(row.state, row.doubts) for row in deliveries(session, kind)]

    def moments_done(self) -> list[str]:
        moment = tables.Moment
        with self.reading() as session:
            return list(session.scalars(select(moment.kind).where(moment.done_at.is_not(None))))

    def seats(self) -> dict[str, str]:
        """Return each member's state, once the ledger was found to tell the same."""
        ledger = select(tables.SeatChange).order_by(tables.SeatChange.number)
        with self.reading() as session:
            held = {
                row.user_id: Registration(row.user_id, State(row.state), row.line_key, row.change)
                for row in session.scalars(select(tables.Registration))
            }
            assert replay(_change_of(row) for row in session.scalars(ledger)) == held
        return {user_id: one.state.value for user_id, one in held.items()}

    def _is_settled(self) -> bool:
        open_ones = select(tables.Delivery.id).where(tables.Delivery.state.in_(("due", "sending")))
        with self.reading() as session:
            return session.scalar(open_ones.limit(1)) is None


def _change_of(row: tables.SeatChange) -> Change:
    return Change(
        row.number,
        row.user_id,
        State(row.before) if row.before else None,
        State(row.after),
        Cause(row.cause),
        row.actor,
        row.because_of,
        row.line_key,
    )


async def eventually(look: Callable[[], bool]) -> None:
    """Wait until something is so that another process does."""
    async with asyncio.timeout(PATIENCE_S):
        while not look():  # noqa: ASYNC110 - another process signals nothing
            await asyncio.sleep(0.03)
