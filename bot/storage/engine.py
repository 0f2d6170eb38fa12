"""Engines and transactions: the one place that commits.

SQLite: write-ahead log, ``synchronous=FULL`` so that a commit survives a power
cut, and ``BEGIN IMMEDIATE``, which is the lock that ``FOR UPDATE`` is not there.
PostgreSQL: READ COMMITTED with a lock timeout of 2 seconds, under the 3 that
Slack waits for an answer.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

LOCK_TIMEOUT_MS = 2000
_JOURNAL_TRIES = 40

Transaction = Callable[[], AbstractContextManager[Session]]


def open_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///…`` or ``postgresql+psycopg://…``.

    The folder of an SQLite file is made when it is missing. ``sqlite://`` alone
    is a database in memory, shared by all threads.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed.database, url)
    return create_engine(
        parsed,
        hide_parameters=True,  # an error's text goes to the log, and what people wrote does not
        pool_size=8,
        max_overflow=4,
        pool_timeout=2,
        pool_pre_ping=True,
        pool_use_lifo=True,  # the newest connection knows the statements that are run again and again
        connect_args={
            "connect_timeout": 5,
            # Without these a network that went without a word is noticed after a quarter of an hour, and
            # all that time the one who writes presses waits for an answer. They mean nothing to a socket
            # on this machine.
            "tcp_user_timeout": 5000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC"
            " -c idle_in_transaction_session_timeout=15000",
        },
    )


def _open_sqlite(database: str | None, url: str) -> Engine:
    options: dict[str, Any] = {
        "hide_parameters": True,
        "connect_args": {"timeout": LOCK_TIMEOUT_MS / 1000, "check_same_thread": False},
    }
    if database and database != ":memory:":
        if not database.startswith("file:"):  # an address with settings names a file that is there
            with suppress(OSError):  # where it cannot be made, the first connection says so
                Path(database).parent.mkdir(parents=True, exist_ok=True)
    else:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        connection.isolation_level = None  # the driver must not begin by itself; see below
        cursor = connection.cursor()
        _set_journal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # noqa: ANN401 - as above
        is_reading = connection.get_execution_options().get("is_reading", False)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def _set_journal(cursor: Any) -> None:  # noqa: ANN401 - the driver's own type
    """Turn on the write-ahead log; where two processes do so to a new file, SQLite does not wait."""
    for _ in range(_JOURNAL_TRIES - 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(LOCK_TIMEOUT_MS / 1000 / _JOURNAL_TRIES)
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def cause_of(error: Exception) -> str:
    """Return the first line of what a driver said, without the full stop, to be put in a sentence."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0].rstrip(".") if said else type(error).__name__


def transactions(engine: Engine, *, is_reading: bool = False) -> Transaction:
    """Return what opens a transaction: committed at the end of the block, undone by an exception.

    A reading one takes no write lock on SQLite, so it waits for no click.
    """
    bound = engine.execution_options(is_reading=is_reading)
    return sessionmaker(bound, expire_on_commit=False).begin
