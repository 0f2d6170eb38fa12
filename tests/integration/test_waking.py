"""Processes on one PostgreSQL wake each other; on SQLite there is nobody to wake."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine, text

from bot.worker.waking import Waker

postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Ears:
    """Counts what a process hears."""

    def __init__(self) -> None:
        self.heard = 0
        self._changed = asyncio.Event()

    def hear(self) -> None:
        self.heard += 1
        self._changed.set()

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.heard < count:
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def awake(engine: Engine, name: str, on_heard: Callable[[], None]) -> AsyncIterator[Waker]:
    with ThreadPoolExecutor(2) as executor:
        waker = Waker(engine, name=name, executor=executor, on_heard=on_heard)
        task = asyncio.create_task(waker.run())
        yield waker
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@postgresql
async def test_a_process_hears_another_ones_promise(engine: Engine) -> None:
    ears = Ears()
    async with awake(engine, "hearing", ears.hear), awake(engine, "telling", lambda: None) as telling:
        await ears.wait_for(1)  # it looks once when it begins to listen

        telling.tell()

        await ears.wait_for(2)
    assert 2 == ears.heard


@postgresql
async def test_a_process_does_not_hear_itself(engine: Engine) -> None:
    mine, other = Ears(), Ears()
    async with awake(engine, "mine", mine.hear) as waker, awake(engine, "other", other.hear) as second:
        await mine.wait_for(1)
        await other.wait_for(1)
        waker.tell()
        await other.wait_for(2)

        second.tell()

        await mine.wait_for(2)
    assert (2, 2) == (mine.heard, other.heard)


@postgresql
async def test_several_promises_at_once_are_one_word(engine: Engine) -> None:
    ears = Ears()
    async with awake(engine, "hearing", ears.hear), awake(engine, "telling", lambda: None) as telling:
        await ears.wait_for(1)

        for _ in range(100):
            telling.tell()
        await ears.wait_for(2)
        telling.tell()
        await ears.wait_for(3)

    assert 3 == ears.heard


@postgresql
async def test_a_process_listens_again_when_its_connection_was_cut(engine: Engine) -> None:
    ears = Ears()
    async with awake(engine, "hearing", ears.hear), awake(engine, "telling", lambda: None) as telling:
        await ears.wait_for(1)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
                )
            )
        await ears.wait_for(2)  # it looks again, since it may have missed a word

        telling.tell()

        await ears.wait_for(3)
    assert 3 == ears.heard


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_on_sqlite_there_is_nobody_to_wake(engine: Engine) -> None:
    waker = Waker(engine, name="alone", executor=ThreadPoolExecutor(1), on_heard=lambda: None)
    waker.tell()

    async with asyncio.timeout(5):
        await waker.run()
