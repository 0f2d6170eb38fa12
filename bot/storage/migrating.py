"""Bring a database to this program's schema, from a checkout or an installed wheel."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_HERE = Path(__file__).parent


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


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; does nothing where the database has it.

    Raises:
        NewerSchemaError: If the database has a revision that this program does not know.
    """
    config = _config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = current_revision(engine)
    if current is not None and current not in known:
        raise NewerSchemaError(current)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
