"""The commands as a person types them, in processes of their own, against the stand-in for Slack."""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from bot.playground.server import Playground
from bot.storage.engine import open_engine

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """A folder to run commands in, with the settings that they find."""

    folder: Path
    settings: dict[str, str]

    async def start(self, *arguments: str, **settings: str | None) -> asyncio.subprocess.Process:
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder)} | self.settings
        given = {key: value for key, value in (kept | settings).items() if value is not None}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str, **settings: str | None) -> Ended:
        process = await self.start(*arguments, **settings)
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    opened = Playground(now=lambda: datetime.now(UTC))
    workspace = opened.add_workspace("T0CAIS", "CAIS")
    workspace.add_user("U0ANA", "Ana", is_admin=True)
    async with opened:
        yield opened


@pytest.fixture
def place(tmp_path: Path, playground: Playground) -> Place:
    return Place(
        tmp_path,
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
            "SLACK_API_URL": playground.api_url,
            "SLACK_BOT_TOKEN": playground.bot_token,
            "SLACK_APP_TOKEN": playground.app_token,
        },
    )


@pytest.fixture
def ready(place: Place, sqlite_template: Path) -> Place:
    """The same folder with a migrated database in it."""
    shutil.copy(sqlite_template, place.folder / "bot.db")
    return place


def is_one_sentence(said: str) -> bool:
    return len(said.strip().splitlines()) == 1 and "Traceback" not in said


async def test_a_start_without_tokens_says_which_are_missing(place: Place) -> None:
    ended = await place.run("run", SLACK_BOT_TOKEN=None, SLACK_APP_TOKEN=None)

    assert ended.code == 1
    assert "SLACK_BOT_TOKEN is not set" in ended.err
    assert "Traceback" not in ended.err


async def test_an_old_schema_ends_the_start_with_what_to_do(place: Place) -> None:
    ended = await place.run("run")

    assert (ended.code, is_one_sentence(ended.err)) == (1, True)
    assert "seminar-bot migrate" in ended.err


async def test_a_newer_schema_is_refused_by_both(ready: Place) -> None:
    engine = open_engine(ready.settings["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    migrated = await ready.run("migrate")
    started = await ready.run("run")

    assert (migrated.code, started.code) == (1, 1)
    assert "newer Seminar Bot" in migrated.err
    assert is_one_sentence(started.err)
    assert "newer Seminar Bot" in started.err


async def test_a_wrong_token_ends_the_start_and_is_not_shown(ready: Place) -> None:
    ended = await ready.run("run", SLACK_BOT_TOKEN="xoxb-wrong-and-secret")

    assert ended.code == 1
    assert "Slack does not know SLACK_BOT_TOKEN" in ended.err
    assert "wrong-and-secret" not in ended.err + ended.out
    assert "Traceback" not in ended.err


async def test_a_wrong_app_token_ends_the_start(ready: Place) -> None:
    ended = await ready.run("run", SLACK_APP_TOKEN="xapp-wrong-and-secret")

    assert ended.code == 1
    assert "SLACK_APP_TOKEN" in ended.err
    assert "wrong-and-secret" not in ended.err


async def test_a_database_address_of_another_kind_is_a_sentence(place: Place) -> None:
    ended = await place.run("migrate", DATABASE_URL="mysql://user:hidden-word@host/name")

    assert (ended.code, is_one_sentence(ended.err)) == (1, True)
    assert "hidden-word" not in ended.err


@pytest.mark.parametrize("command", ["migrate", "run", "doctor"])
async def test_an_address_that_cannot_be_read_is_a_sentence(place: Place, command: str) -> None:
    ended = await place.run(command, DATABASE_URL="postgresql://user:hidden@word:pass@host/name")

    assert (ended.code, is_one_sentence(ended.err)) == (1, True)
    assert "DATABASE_URL cannot be read" in ended.err
    assert "hidden" not in ended.err


@pytest.mark.parametrize("command", ["migrate", "run", "doctor"])
@pytest.mark.parametrize(
    "address", ["postgresql://user:hidden-word@127.0.0.1:9/name", "sqlite:////dev/null/folder/bot.db"]
)
async def test_a_database_out_of_reach_is_a_sentence(place: Place, command: str, address: str) -> None:
    ended = await place.run(command, DATABASE_URL=address)

    assert ended.code == 1
    assert command == "doctor" or is_one_sentence(ended.err)
    assert "database" in (ended.out if command == "doctor" else ended.err)
    assert "Traceback" not in ended.err
    assert "hidden-word" not in ended.out + ended.err


async def test_a_database_that_takes_no_writing_is_a_sentence(ready: Place) -> None:
    file = ready.folder / "bot.db"

    ended = await ready.run("run", DATABASE_URL=f"sqlite:///file:{file}?mode=ro&uri=true")

    assert ended.code == 1
    assert "The database cannot be" in ended.err
    assert "Traceback" not in ended.err


async def test_a_busy_port_is_a_sentence(ready: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = await ready.run(
            "run", SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=SECRET, HOST="127.0.0.1", PORT=port
        )

    assert ended.code == 1
    assert f"The port {port} is not free. Set PORT" in ended.err
    assert "Traceback" not in ended.err


async def test_a_host_that_is_not_this_machine_is_a_sentence(ready: Place) -> None:
    ended = await ready.run(
        "run", SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=SECRET, HOST="203.0.113.7", PORT="0"
    )

    assert ended.code == 1
    assert "check HOST and PORT" in ended.err
    assert "Traceback" not in ended.err


async def test_migrating_twice_is_migrating_once(place: Place) -> None:
    first, second = await place.run("migrate"), await place.run("migrate")

    assert [(ended.code, ended.out) for ended in (first, second)] == [(0, "The database is ready.\n")] * 2


async def test_doctor_finds_nothing_to_mend_when_all_is_well(place: Place) -> None:
    sick = await place.run("doctor")
    await place.run("migrate")
    well = await place.run("doctor")

    assert (sick.code, well.code) == (1, 0)
    assert "seminar-bot migrate" in " ".join(sick.out.split())
    assert "mend" not in well.out


async def test_the_manifest_is_json_and_a_link(place: Place) -> None:
    printed, linked = await place.run("manifest"), await place.run("manifest", "--url")

    assert json.loads(printed.out)["settings"]["socket_mode_enabled"] is True
    assert linked.out.startswith("https://api.slack.com/apps?new_app=1&manifest_json=")


async def test_socket_mode_runs_and_ends_within_ten_seconds_of_sigterm(
    ready: Place, playground: Playground
) -> None:
    process = await ready.start("run")
    async with asyncio.timeout(20):
        while not playground.is_connected:  # noqa: ASYNC110 - another process connects
            await asyncio.sleep(0.05)

    process.send_signal(signal.SIGTERM)

    async with asyncio.timeout(10):
        _out, err = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in err.decode()
    assert playground.bot_token not in err.decode()


async def test_signed_http_runs_and_ends_within_ten_seconds_of_sigterm(ready: Place) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await ready.start(
        "run", SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET=SECRET, HOST="127.0.0.1", PORT=str(port)
    )
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while not await _is_well(session, port):  # noqa: ASYNC110 - another process gets ready
            await asyncio.sleep(0.05)

    process.send_signal(signal.SIGTERM)

    async with asyncio.timeout(10):
        await process.communicate()
    assert process.returncode == 0


async def _is_well(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientConnectionError:
        return False


async def test_sigterm_ends_a_start_that_waits_for_slack(ready: Place, playground: Playground) -> None:
    playground.faults.add("auth.test", "timeout", seconds=30)
    process = await ready.start("run")
    async with asyncio.timeout(20):
        while not playground.calls_of("auth.test"):  # noqa: ASYNC110 - another process calls
            await asyncio.sleep(0.05)

    process.send_signal(signal.SIGTERM)

    async with asyncio.timeout(5):
        _out, err = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in err.decode()


async def test_the_page_of_the_demo_says_that_its_port_is_busy(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = await place.run("demo", "--no-browser", "--port", str(taken.getsockname()[1]))

    assert (ended.code, is_one_sentence(ended.err)) == (1, True)
    assert "--port" in ended.err
