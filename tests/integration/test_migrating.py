"""Migrations: from nothing to the tables that the program declares, on both engines."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, inspect, text

from bot.storage.engine import open_engine
from bot.storage.migrating import NewerSchemaError, migrate
from bot.storage.revisions import current_revision, find_migrations, list_revisions, newest_revision
from bot.storage.tables import Base


@pytest.fixture
def bare(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without a table."""
    if engine.dialect.name == "sqlite":
        opened = open_engine(f"sqlite:///{tmp_path / 'folder' / 'bare.db'}")
        yield opened
        opened.dispose()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bare WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE bare"))
    opened = open_engine(engine.url.set(database="bare").render_as_string(hide_password=False))
    yield opened
    opened.dispose()


def test_an_empty_database_is_brought_to_the_newest_schema(bare: Engine) -> None:
    assert current_revision(bare) is None

    migrate(bare)

    assert current_revision(bare) == newest_revision()
    assert set(inspect(bare).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_two_processes_that_migrate_at_the_same_moment_both_come_through(bare: Engine) -> None:
    url = bare.url.render_as_string(hide_password=False)
    program = (
        "import sys; from bot.storage.engine import open_engine; from bot.storage.migrating import migrate; "
        "migrate(open_engine(sys.argv[1]))"
    )

    processes = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(2)]  # noqa: S603 - ours
    codes = [process.wait(timeout=30) for process in processes]

    assert codes == [0, 0]
    assert current_revision(bare) == newest_revision()


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)

    assert current_revision(engine) == newest_revision()


def test_the_migrations_give_exactly_the_declared_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_every_declared_constraint_is_in_the_database(engine: Engine) -> None:
    """What must never be false is a check there; Alembic does not compare those."""
    declared = {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    stored = {
        (name, str(found["name"]))
        for name in Base.metadata.tables
        for found in inspect(engine).get_check_constraints(name)
    }

    assert declared != set()
    assert stored == declared


def test_a_database_of_a_newer_program_is_refused_and_left_alone(bare: Engine) -> None:
    migrate(bare)
    with bare.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerSchemaError):
        migrate(bare)

    assert current_revision(bare) == "9999"


def test_the_files_are_named_by_their_revisions_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(find_migrations()))

    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]

    assert known[::-1] == list_revisions()
