"""A disk without room under the real command: its process may write no byte to any file for a while."""

import asyncio
import resource
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.playground.server import Playground
from bot.storage import tables
from bot.storage.engine import open_engine, transactions
from tests.e2e.stories import eventually
from tests.integration.database_faults.fault_scenes import refused
from tests.integration.processes.children import open_children
from tests.integration.rows import add_seminar, add_workspace, states

FUTURE = datetime(2099, 8, 7, 1, 0, tzinfo=UTC)


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    """Let a process write nothing to files; root is bound by this limit as everybody is."""
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


@pytest.fixture
async def pg() -> AsyncIterator[Playground]:
    opened = Playground(now=lambda: datetime.now(UTC))
    workspace = opened.add_workspace("T0CAIS", "CAIS")
    for number in range(3):
        workspace.add_user(f"U0M{number:02}", f"Member {number}", tz="Australia/Sydney")
    workspace.add_channel("C0TALKS0", "talks")
    async with opened:
        yield opened


@pytest.fixture
def file_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    yield engine
    engine.dispose()


async def test_presses_on_a_full_disk_are_refused_and_saved_when_there_is_room_again(
    pg: Playground, file_engine: Engine, tmp_path: Path
) -> None:
    with transactions(file_engine)() as session:
        talk = add_seminar(session, add_workspace(session), starts_at=FUTURE, capacity=5)
    before, meanwhile, after = (pg.person(pg.workspaces["T0CAIS"], f"U0M{number:02}") for number in range(3))
    async with open_children(tmp_path, str(file_engine.url), pg) as children:
        process = await children.start("run", SLACK_APP_TOKEN=pg.app_token)
        card = await before.wait_for_message("C0TALKS0", contains="Khorgos", within=20)
        await eventually(lambda: pg.is_connected, 20)
        await before.press(card, "register")
        await before.wait_for_message(contains="You have a seat", within=10)

        with no_room(process.pid):
            took = await refused(card, meanwhile)
        answer = await after.press(card, "register")
        await after.wait_for_message(contains="You have a seat", within=10)

        assert took < 3
        assert answer.acknowledged
        with transactions(file_engine, is_reading=True)() as session:
            assert {before.id: "seated", after.id: "seated"} == states(session, talk.id)
            ledger = session.scalars(select(tables.SeatChange.user_id).order_by(tables.SeatChange.number))
            assert [before.id, after.id] == ledger.all()
    assert await asyncio.wait_for(process.wait(), 1) == 0
