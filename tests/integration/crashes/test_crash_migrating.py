"""A migration that is killed leaves the database as it was, and is run again."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from bot.storage.engine import open_engine
from bot.storage.revisions import current_revision, newest_revision
from tests.integration.crashes.crash_stage import Stage, eventually


@pytest.fixture
def untouched(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database that no migration has seen."""
    if engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'untouched.db'}"
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE IF EXISTS untouched WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE untouched"))
        url = engine.url.set(database="untouched").render_as_string(hide_password=False)
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("point", ["some tables made", "all tables made"])
async def test_a_migration_that_died_is_run_again_and_the_bot_starts(
    stage: Stage, untouched: Engine, point: str
) -> None:
    stage.settings["DATABASE_URL"] = untouched.url.render_as_string(hide_password=False)

    await stage.run("migrate", dying=point)

    assert -signal.SIGKILL == await stage.end()
    assert [] == inspect(untouched).get_table_names()

    await stage.run("migrate")
    assert (0, True) == (await stage.end(), current_revision(untouched) == newest_revision())
    await stage.run("run")
    await eventually(lambda: stage.pg.is_connected)
    assert 0 == await stage.stop()
