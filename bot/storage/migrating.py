"""Bring a database to this program's schema, from a checkout or an installed wheel."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from bot.storage.engine import LOCK_TIMEOUT_MS
from bot.storage.revisions import current_revision, find_migrations, is_known

_LOCK = 7_361_746_801  # any number that nobody else in the database uses


class NewerSchemaError(Exception):
    """The database was migrated by a newer program."""


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; does nothing where the database has it.

    Raises:
        NewerSchemaError: If the database has a revision that this program does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(find_migrations()))
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
