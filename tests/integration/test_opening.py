"""Opening a database for a bot: an SQLite file is held by one process."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.opening import CannotOpenError, open_database

HOLDER = """
import sys, time
from bot.storage.opening import open_database
with open_database(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(database_url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the database open."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter, with our own words
        [sys.executable, "-c", HOLDER, database_url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_process_on_a_file_is_refused_with_a_sentence(
    database_url: str, holder: subprocess.Popen[str]
) -> None:
    assert holder.poll() is None

    with (
        pytest.raises(CannotOpenError, match=r"Another Seminar Bot is running on bot\.db"),
        open_database(database_url),
    ):
        pass


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_is_free_again_when_its_process_was_killed(
    database_url: str, holder: subprocess.Popen[str]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with open_database(database_url) as engine:
        assert engine.dialect.name == "sqlite"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_named_by_a_uri_is_the_same_file(database_url: str, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None
    address = database_url.replace("sqlite:///", "sqlite:///file:") + "?uri=true"

    with pytest.raises(CannotOpenError, match="Another Seminar Bot"), open_database(address):
        pass


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_shared(database_url: str, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None

    with open_database(database_url) as engine:
        assert engine.dialect.name == "postgresql"


def test_a_database_without_tables_says_what_to_run(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotOpenError, match="seminar-bot migrate"),
        open_database(f"sqlite:///{tmp_path / 'empty.db'}"),
    ):
        pass


async def test_a_file_is_free_again_after_the_block(database_url: str) -> None:
    def open_and_close() -> str:
        with open_database(database_url) as engine:
            return engine.dialect.name

    first, second = await asyncio.to_thread(open_and_close), await asyncio.to_thread(open_and_close)

    assert first == second
