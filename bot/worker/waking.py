"""Waking the other processes at once when something was promised, by PostgreSQL's LISTEN and NOTIFY.

It makes them quick, not right: a word that is lost costs the wait for the next
poll. So it is said after the commit and outside of it, where it holds up no
press, and several that come together are one.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import aclosing

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

_log = logging.getLogger(__name__)

_CHANNEL = "seminar_bot_promised"
_LISTEN = "LISTEN seminar_bot_promised"
_GATHER_S = 0.05
_AFTER_FAILURE_S = 1.0
_KEEPALIVE = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}  # seconds, and how often


class Waker:
    """Tells other processes of promises, and hears of theirs.

    On SQLite there are no others, and it does nothing.

    Args:
        engine: The shared database.
        name: This process's name, so that it does not hear itself.
        executor: Where it tells the database.
        on_heard: Called when another process promised something.
    """

    def __init__(
        self, engine: Engine, *, name: str, executor: Executor, on_heard: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._name = name
        self._executor = executor
        self._on_heard = on_heard
        self._has_news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def tell(self) -> None:
        """Tell the others soon; may be called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._has_news.set)

    async def run(self) -> None:
        """Work until cancelled."""
        if self._engine.dialect.name != "postgresql":
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen_always())
            group.create_task(self._tell_always())

    async def _tell_always(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            try:
                await self._loop.run_in_executor(self._executor, self._notify)
            except SQLAlchemyError as error:
                _log.info("The other processes were not told: %s", type(error).__name__)
            await asyncio.sleep(_GATHER_S)

    def _notify(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(
                text("SELECT pg_notify(:channel, :name)"), {"channel": _CHANNEL, "name": self._name}
            )

    async def _listen_always(self) -> None:
        import psycopg  # late: 9 MiB that SQLite has no use for

        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                # The text of these may hold the address with its password.
                _log.info("Not listening for other processes: %s", type(error).__name__)
            await asyncio.sleep(_AFTER_FAILURE_S)

    async def _listen(self) -> None:
        import psycopg

        address = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(
            address,
            autocommit=True,
            connect_timeout=5,
            keepalives_idle=30,  # seconds; a database that went without a word is noticed within a minute
            keepalives_interval=10,
            keepalives_count=3,
        )
        async with connection:
            await connection.execute(_LISTEN)
            self._on_heard()  # what was said while nobody listened
            async with aclosing(connection.notifies()) as heard:
                async for notice in heard:
                    if notice.payload != self._name:
                        self._on_heard()
