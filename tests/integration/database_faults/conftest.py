"""A PostgreSQL that may be stopped, and scenes on it and on SQLite."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.database_faults.fault_scenes import FaultScene, open_fault_scene
from tests.integration.database_faults.own_postgresql import OwnPostgreSQL, open_own_postgresql


@pytest.fixture(scope="session")
def shared_server() -> Iterator[OwnPostgreSQL]:
    with open_own_postgresql() as server:
        yield server


@pytest.fixture
def server(shared_server: OwnPostgreSQL) -> Iterator[OwnPostgreSQL]:
    """A running PostgreSQL; a test that stopped it leaves it running for the next."""
    yield shared_server
    if not shared_server.is_running():
        shared_server.start()


@pytest.fixture
def postgresql_file(server: OwnPostgreSQL) -> str:
    """The address of a database of the test's own."""
    return server.add_database()


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    file = tmp_path / "bot.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
async def on_postgresql(postgresql_file: str) -> AsyncIterator[FaultScene]:
    async with open_fault_scene(postgresql_file) as scene:
        yield scene


@pytest.fixture
async def on_sqlite(sqlite_address: str) -> AsyncIterator[FaultScene]:
    async with open_fault_scene(sqlite_address) as scene:
        yield scene


@pytest.fixture(params=["sqlite", "postgresql"])
async def on_both(request: pytest.FixtureRequest) -> AsyncIterator[FaultScene]:
    names = {"sqlite": "sqlite_address", "postgresql": "postgresql_file"}
    async with open_fault_scene(request.getfixturevalue(names[request.param])) as scene:
        yield scene
