"""Opening a database for a bot to run on: reachable, with this version's tables, and held alone on SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.engine import cause_of, open_engine
from bot.storage.revisions import NEWER_SCHEMA, current_revision, is_known, newest_revision

_OLD_SCHEMA = "The database does not have this version's tables. Stop all bots, then run: seminar-bot migrate"


class CannotOpenError(Exception):
    """The database cannot be used by a bot; the message is a sentence for who started it."""


@contextmanager
def open_database(url: str) -> Iterator[Engine]:
    """Open the database and see that it can be used.

    An SQLite file is held alone, until the block or the process ends. Two bots
    on one file would not oversell, but each would wait for the other's commits,
    and presses would be lost while they do.

    Raises:
        CannotOpenError: If it cannot be reached, has another schema, or another bot has its file.
    """
    engine = open_engine(url)
    try:
        _check_schema(engine)
        with _held_alone(engine):
            yield engine
    finally:
        engine.dispose()


def _check_schema(engine: Engine) -> None:
    try:
        current = current_revision(engine)
    except (SQLAlchemyError, OSError) as error:
        raise CannotOpenError(f"The database cannot be opened: {cause_of(error)}.") from None
    if not is_known(current):
        raise CannotOpenError(NEWER_SCHEMA)
    if current != newest_revision():
        raise CannotOpenError(_OLD_SCHEMA)


@contextmanager
def _held_alone(engine: Engine) -> Iterator[None]:
    file = _file_of(engine)
    if file is None:
        yield
        return
    lock = FileLock(f"{file}.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise CannotOpenError(
            f"Another Seminar Bot is running on {file.name}. Stop it first. Several processes can share a"
            " PostgreSQL database."
        ) from None
    except OSError as error:
        raise CannotOpenError(f"The database cannot be used: {error.strerror} ({file.name}.lock).") from None
    try:
        yield
    finally:
        lock.release()


def _file_of(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, however its address names it; None for what has no file."""
    if engine.dialect.name != "sqlite":
        return None
    with engine.connect() as connection:
        named = connection.exec_driver_sql("PRAGMA database_list").one()[2]
    return Path(named) if named else None
