"""A stand-in for Slack by this machine's clock, and one PostgreSQL for all processes."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.playground.server import Playground
from bot.storage.engine import open_engine, transactions
from bot.storage.tables import Base
from tests.integration.processes.children import Children, open_children
from tests.integration.rows import add_workspace

MEMBERS = 60


@pytest.fixture
async def pg() -> AsyncIterator[Playground]:
    """A workspace of sixty, without Slack's limits, which are not what is tested here."""
    opened = Playground(now=lambda: datetime.now(UTC))
    opened.limits.enabled = False
    workspace = opened.add_workspace("T0CAIS", "CAIS")
    for number in range(MEMBERS):
        workspace.add_user(f"U{number:04}", f"Member {number}", tz="Australia/Sydney")
    workspace.add_user("U0HOST", "Host", tz="Australia/Sydney", is_admin=True)
    workspace.add_channel("C0TALKS0", "talks")
    async with opened:
        yield opened


@pytest.fixture
def shared(postgresql_url: str) -> Iterator[Engine]:
    """The database that all processes share, with nothing but the workspace in it."""
    engine = open_engine(postgresql_url)
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    with transactions(engine)() as session:
        add_workspace(session)
    yield engine
    engine.dispose()


@pytest.fixture
async def children(tmp_path: Path, shared: Engine, pg: Playground) -> AsyncIterator[Children]:
    async with open_children(tmp_path, shared.url.render_as_string(hide_password=False), pg) as opened:
        yield opened
