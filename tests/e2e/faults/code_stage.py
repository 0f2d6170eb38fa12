"""One seminar, the real dispatcher and the stand-in, for a fault in a single call."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Engine, select

from bot.clock import Clock
from bot.domain.registering import Wish
from bot.playground.faults import FaultKind
from bot.playground.server import Playground
from bot.playground.workspace import Workspace
from bot.services.registering import Press, register
from bot.slack.gateway import SlackGateway
from bot.storage import tables
from bot.storage.engine import open_engine, transactions
from bot.worker.dispatcher import Dispatcher, build_rates
from tests.e2e.stories import eventually
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

POST, UPDATE, DIRECT = "chat.postMessage", "chat.update", "direct"
KINDS = {POST: "announcement", UPDATE: "announcement", DIRECT: "confirmation"}
MANY = 50
CARD, MEMBER, HOST = "C0TALKS0", "U0M00", "U0HOST"
PATIENCE_S = 0.3


@dataclass
class CodeStage:
    """A workspace with one channel for the card and one member who may register."""

    pg: Playground
    ws: Workspace
    engine: Engine
    gateway: SlackGateway
    dispatcher: Dispatcher
    clock: Clock
    workspace_id: int
    seminar_id: int = 0

    def announce(self) -> None:
        """Store the seminar, whose card is then owed."""
        with transactions(self.engine)() as session:
            self.seminar_id = add_seminar(session, self.workspace_id).id
        self.dispatcher.wake()

    def row(self, kind: str) -> tables.Delivery:
        with transactions(self.engine, is_reading=True)() as session:
            return session.scalars(select(tables.Delivery).where(tables.Delivery.kind == kind)).one()

    def press(self) -> None:
        """Register the member, who is then owed a confirmation, as the card is owed a change."""
        press = Press(self.workspace_id, self.seminar_id, MEMBER, Wish.REGISTER)
        with transactions(self.engine)() as session:
            register(session, [press], clock=self.clock.now)
        self.dispatcher.wake()

    async def meet(self, where: str, kind: FaultKind, times: int = MANY, **details: Any) -> None:
        """Let the card's post, its change, or the member's direct message meet a fault."""
        if where == POST:
            self.pg.faults.add(POST, kind, times, channel=CARD, **details)
            self.announce()
            return
        self.announce()
        await self.settled("announcement")
        method, channel = (UPDATE, CARD) if where == UPDATE else (POST, MEMBER)
        self.pg.faults.add(method, kind, times, channel=channel, **details)
        self.press()

    async def settled(self, kind: str, *, within: float = 8) -> tables.Delivery:
        """Wait until a call was answered: the promise is over, or it says why it waits."""
        await eventually(lambda: _is_answered(self.row(kind)), within)
        return self.row(kind)

    async def told(self) -> list[str]:
        """Return what the host is told, once all of it is sent."""
        await eventually(lambda: self._trouble_on_the_way() == [])
        channel = self.ws.direct_channel(HOST)
        return [message.text for message in channel.messages]

    def _trouble_on_the_way(self) -> list[int]:
        row = tables.Delivery
        with self.engine.connect() as connection:
            gone = connection.scalar(select(tables.Workspace.gone_reason))
            open_ = select(row.id).where(row.kind == "trouble", row.state.in_(("due", "sending")))
            return [] if gone else list(connection.scalars(open_))


def _is_answered(row: tables.Delivery) -> bool:
    is_over = row.state in {"done", "dropped", "refused", "unknown"}
    return is_over or (row.state == "due" and row.reason is not None)


@asynccontextmanager
async def open_code_stage(file: Path) -> AsyncIterator[CodeStage]:
    clock = Clock()
    clock.move_to(NOW)
    pg = Playground(now=clock.now)
    ws = pg.add_workspace("T0CAIS", "CAIS")
    ws.add_user(HOST, "Ana", is_admin=True)
    ws.add_user(MEMBER, "Member")
    ws.add_channel(CARD, "talks")
    engine = open_engine(f"sqlite:///{file}")
    transaction = transactions(engine)
    with transaction() as session:
        workspace_id = add_workspace(session)
    patience = aiohttp.ClientTimeout(total=PATIENCE_S)
    with ThreadPoolExecutor(2) as executor:
        async with (
            pg,
            aiohttp.ClientSession(timeout=patience, cookie_jar=aiohttp.DummyCookieJar()) as session_,
        ):
            gateway = SlackGateway(session_, api_url=pg.api_url)
            dispatcher = Dispatcher(
                transaction=transaction,
                reading=transactions(engine, is_reading=True),
                gateway=gateway,
                token_of=lambda _team: ws.bot_token,
                clock=clock,
                executor=executor,
                rates=build_rates(),
                worker="the only one",
            )
            running = asyncio.create_task(dispatcher.run())
            try:
                yield CodeStage(pg, ws, engine, gateway, dispatcher, clock, workspace_id)
            finally:
                dispatcher.stop()
                with suppress(TimeoutError):
                    async with asyncio.timeout(timedelta(seconds=5).total_seconds()):
                        await running
                engine.dispose()
