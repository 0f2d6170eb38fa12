"""What the bot costs while nothing happens, what it keeps after a burst, and how soon it is ready."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, text
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.slack.gateway import SlackGateway, open_session
from bot.storage import tables
from bot.storage.engine import transactions
from bot.storage.row_sets import insert_rows
from bot.worker.dispatcher import Dispatcher, build_rates
from bot.worker.planner import Planner
from tests.benchmarks.stage import TEAM, open_database
from tests.integration.rows import add_seminar, add_workspace

CHANNEL = "C0TALKS0"
_AT_ONCE = 200  # as many presses as Slack would hand over at once
_CHUNK = 10_000
_FEW = 100
_SETTLE = 0.1  # of the time that it is watched
_START_WITHIN_S = 60.0
_IMPORT = "import time; begun = time.perf_counter(); import bot.bootstrap; print(time.perf_counter() - begun)"


def measure(
    engine_name: str, *, stored: int, clicks: int, seconds: float, starts: int, ticks: int
) -> dict[str, Any]:
    """Measure ticks with few and with many things stored, then a bot in a process of its own on the many."""
    with open_database(engine_name) as few, open_database(engine_name) as many:
        fill(few, _FEW)
        fill(many, stored)
        ratios = asyncio.run(_compare_ticks(few, many, ticks))
        process = asyncio.run(_measure_process(many, clicks, seconds, starts))
    return {"engine": engine_name, "stored": stored, **ratios, "import_s": _time_import(starts), **process}


def fill(engine: Engine, count: int) -> None:
    """Store so many seminars with a reminder ahead, settled deliveries, and deliveries due ahead."""
    now = datetime.now(UTC)
    with transactions(engine)() as session:
        workspace_id = add_workspace(session, TEAM)
        for start in range(0, count, _CHUNK):
            _fill_chunk(session, workspace_id, range(start + 1, min(count, start + _CHUNK) + 1), now)
    with engine.begin() as connection:
        # Else the numbers that we gave would be given again.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('seminar_id_seq', :last)"), {"last": count})
            connection.execute(text("ANALYZE"))  # as autovacuum does after a while


def _fill_chunk(session: Session, workspace_id: int, numbers: Sequence[int], now: datetime) -> None:
    ahead = now + timedelta(days=30)
    table = tables.Base.metadata.tables
    starts_at = ahead + timedelta(days=1)
    _insert(
        session,
        table["seminar"],
        [{"id": number, "title": f"Talk {number}"} for number in numbers],
        workspace_id=workspace_id,
        abstract="",
        bio="",
        starts_local=starts_at.replace(tzinfo=None),
        zone="UTC",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        place="Lecture Theatre",
        online_link="",
        has_waitlist=True,
        cancel_reason="",
        reminder_minutes=[1440],
        created_by="U0HOST",
        created_at=now,
    )
    _insert(
        session,
        table["moment"],
        [{"seminar_id": number, "due_at": ahead + timedelta(seconds=number)} for number in numbers],
        kind="reminder",
        starts_at=starts_at,
        offset_minutes=1440,
    )
    for state, due_at, settled_at in (("done", now, now), ("due", ahead, None)):
        _insert(
            session,
            table["delivery"],
            [
                {"key": f"{state}:{number}", "target": f"U{number}", "seminar_id": number, "details": {}}
                for number in numbers
            ],
            workspace_id=workspace_id,
            kind="trouble",
            lane="chat.postMessage",
            priority=2,
            rank_at=due_at,
            due_at=due_at,
            state=state,
            wanted=1,
            done=int(state == "done"),
            attempts=0,
            doubts=0,
            created_at=now,
            settled_at=settled_at,
        )


def _insert(session: Session, table: Table, rows: Sequence[dict[str, Any]], **same: Any) -> None:
    insert_rows(session, table, rows, same)


async def _compare_ticks(few: Engine, many: Engine, ticks: int) -> dict[str, Any]:
    """Time ticks on both databases in turn, so that other work on the machine blurs both alike."""
    with ThreadPoolExecutor(1) as executor:
        async with open_session() as http:
            pairs = [_build_ticks(engine, executor, SlackGateway(http)) for engine in (few, many)]
            taken: dict[tuple[int, str], list[float]] = {}
            for _ in range(ticks):
                for place, pair in enumerate(pairs):
                    for name, tick in pair.items():
                        begun = time.perf_counter()
                        tick()
                        taken.setdefault((place, name), []).append(time.perf_counter() - begun)
    middle = {key: statistics.median(times) for key, times in taken.items()}
    ratios = {name: middle[1, name] / middle[0, name] for name in ("planner", "dispatcher")}
    return {
        "tick_ratio": round(max(ratios.values()), 2),
        **{f"{name}_tick_ratio": round(ratio, 2) for name, ratio in ratios.items()},
        **{f"{name}_tick_ms": round(1000 * middle[1, name], 2) for name in ratios},
    }


def _build_ticks(
    engine: Engine, executor: ThreadPoolExecutor, gateway: SlackGateway
) -> dict[str, Callable[[], object]]:
    clock = Clock()
    transaction, reading = transactions(engine), transactions(engine, is_reading=True)
    planner = Planner(
        transaction=transaction, reading=reading, clock=clock, executor=executor, on_planned=lambda: None
    )
    dispatcher = Dispatcher(
        transaction=transaction,
        reading=reading,
        gateway=gateway,
        token_of=lambda _team: None,
        clock=clock,
        executor=executor,
        rates=build_rates(),
        worker="bench",
    )
    # A tick of each without the loop around it, which only sleeps.
    return {"planner": planner._tick, "dispatcher": lambda: dispatcher._turn([])}  # noqa: SLF001


def _time_import(times: int) -> float:
    runs = [
        float(subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True).stdout)  # noqa: S603 - our own words
        for _ in range(times)
    ]
    return round(min(runs), 2)


async def _measure_process(engine: Engine, clicks: int, seconds: float, starts: int) -> dict[str, Any]:
    with transactions(engine)() as session:
        add_talk(session, seats=None)
    async with open_playground(members=clicks) as playground:
        ready = []
        for _ in range(starts - 1):
            async with run_bot(playground, engine) as bot:
                ready.append(bot.ready_s)
        async with run_bot(playground, engine) as bot:
            ready.append(bot.ready_s)
            card = await find_card(playground)
            await asyncio.sleep(_SETTLE * seconds)
            before, begun = bot.cpu_s(), time.monotonic()
            await asyncio.sleep(seconds)
            an_hour = 3600 * (bot.cpu_s() - before) / (time.monotonic() - begun)
            rss_before = bot.rss_mib()
            acknowledged = await _press_all(playground, card, clicks)
            await asyncio.sleep(_SETTLE * seconds)
            return {
                "idle_cpu_s_per_hour": round(an_hour, 1),
                "ready_s": round(min(ready), 2),
                "ready_worst_s": round(max(ready), 2),
                "clicks": clicks,
                "acknowledged": acknowledged,
                "rss_before_mib": rss_before,
                "rss_mib": bot.rss_mib(),
                "rss_peak_mib": bot.rss_mib("VmHWM"),
            }


async def _press_all(playground: Playground, card: Message, clicks: int) -> int:
    slots = asyncio.Semaphore(_AT_ONCE)
    workspace = playground.workspaces[TEAM]

    async def press(number: int) -> bool:
        async with slots:
            return (await playground.person(workspace, member(number)).press(card, "register")).acknowledged

    return sum(await asyncio.gather(*(press(number) for number in range(clicks))))


def member(number: int) -> str:
    return f"U0M{number:05}"


def add_talk(session: Session, *, seats: int | None) -> int:
    """Store a seminar that is some days ahead of the real clock, and return its id."""
    starts_local = (datetime.now(UTC) + timedelta(days=40)).replace(tzinfo=None, microsecond=0)
    workspace_id = add_workspace(session, TEAM)
    return add_seminar(session, workspace_id, capacity=seats, starts_local=starts_local, zone="UTC").id


@asynccontextmanager
async def open_playground(*, members: int) -> AsyncIterator[Playground]:
    """Open the stand-in with a channel and so many members, on the machine's own clock."""
    playground = Playground()
    workspace = playground.add_workspace(TEAM, "CAIS")
    for number in range(members):
        workspace.add_user(member(number), f"Member {number}", tz="Australia/Sydney")
    workspace.add_channel(CHANNEL, "talks")
    async with playground:
        yield playground


async def find_card(playground: Playground) -> Message:
    """Wait until the announcement stands in the channel."""
    host = playground.person(playground.workspaces[TEAM], member(0))
    return await host.wait_for_message(CHANNEL, contains="Khorgos", within=_START_WITHIN_S)


@dataclass(frozen=True)
class BotProcess:
    """``seminar-bot run``, as its operating system sees it."""

    pid: int
    ready_s: float

    def rss_mib(self, which: str = "VmRSS") -> int:
        """Return the resident memory, now (``VmRSS``) or at most so far (``VmHWM``)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith(which))
        return int(line.split()[1]) // 1024

    def cpu_s(self) -> float:
        """Return the seconds of processor time used so far, by all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _empty_folder() -> Iterator[str]:
    """Make a folder in which no `.env` is found."""
    with tempfile.TemporaryDirectory(prefix="seminar-bot-bench-") as folder:
        yield folder


@asynccontextmanager
async def run_bot(playground: Playground, engine: Engine) -> AsyncIterator[BotProcess]:
    """Run the real command over Socket Mode until the block ends; ready when it says that it runs."""
    settings = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SLACK_API_URL": playground.api_url,
        "SLACK_BOT_TOKEN": playground.bot_token,
        "SLACK_APP_TOKEN": playground.app_token,
    }
    with _empty_folder() as folder:
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=folder,
            env=settings | {"HOME": folder},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            log = process.stderr
            if log is None:
                raise TypeError("the process was not opened with a pipe")
            async with asyncio.timeout(_START_WITHIN_S):
                await _read_until(log, b"is running")
            ready_s = time.perf_counter() - begun
            reading = asyncio.create_task(log.read())  # a full pipe would hold up the bot
            yield BotProcess(process.pid, ready_s)
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
        await reading


async def _read_until(log: asyncio.StreamReader, words: bytes) -> None:
    said = []
    while line := await log.readline():
        said.append(line)
        if words in line:
            return
    raise RuntimeError(b"".join(said).decode())
