"""Bring a database to this program's schema, from a checkout or an installed wheel."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from bot.storage.engine import LOCK_TIMEOUT_MS

_HERE = Path(__file__).parent
_LOCK = 7_361_746_801  # any number that nobody else in the database uses

NEWER_SCHEMA = "The database was migrated by a newer Seminar Bot. Install that version, or restore a copy."


class NewerSchemaError(Exception):
    """The database was migrated by a newer program."""


def _config() -> Config:
    in_wheel = _HERE / "_migrations"
    folder = in_wheel if in_wheel.is_dir() else _HERE.parent.parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


def newest_revision() -> str | None:
    """Return the revision that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(engine: Engine) -> str | None:
    """Return the revision that the database has, None if it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Tell whether the database has exactly the schema of this program."""
    return current_revision(engine) == newest_revision()


def is_known(revision: str | None) -> bool:
    """Tell whether this program can upgrade from a revision; one it does not know is a newer program's."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return revision is None or revision in known


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; does nothing where the database has it.

    Raises:
        NewerSchemaError: If the database has a revision that this program does not know.
    """
    config = _config()
    current = current_revision(engine)
    if not is_known(current):
        raise NewerSchemaError(current)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Of several processes that start at once one migrates, and the others find it done. They
            # wait for it longer than a click may; on SQLite the transaction is that lock.
            connection.execute(text("SET LOCAL lock_timeout = '60s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
