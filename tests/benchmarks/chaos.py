"""A minute of kills: several real processes on one PostgreSQL, while members press and reminders fall due."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from bot.domain.seminar import Speaker
from bot.domain.seminar_plan import SeminarPlan
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.playground.workspace import Workspace
from bot.services.announcing import store
from bot.storage import tables
from bot.storage.engine import transactions
from bot.storage.members import find_workspace
from tests.benchmarks.chaos_checks import Found, check
from tests.benchmarks.chaos_members import Crowd
from tests.benchmarks.chaos_processes import Herd
from tests.benchmarks.chaos_promises import count_open, record_doubts
from tests.benchmarks.stage import TEAM, open_database

_HOST = "U0HOST"
_SHARES = (100, 50, 25, 16, 12, 8)  # one seat for so many members, a seminar each
_OFFSETS = (timedelta(minutes=10), timedelta(minutes=9))
_MINUTE_S = 60  # between the two
_AFTERWARDS = timedelta(seconds=15)
_POSTS_PER_MINUTE = 3000  # so that what is promised in a minute can be sent in two
_LOOK_AGAIN_S = 0.25


@dataclass(frozen=True)
class Chaos:
    """What a run is like; times in seconds.

    Attributes:
        kill_every: The mean time between two kills.
        per_second: How many members act in a second.
        sockets: Whether presses come over Socket Mode, not as signed HTTP.
        lease: How long a dead worker's lease holds, if other than in the bot.
        patience: How long after the last kill everything must be done.
    """

    seconds: float = 60
    members: int = 2000
    processes: int = 3
    workers: int = 1
    kill_every: float = 3
    per_second: float = 80
    seed: int = 1
    sockets: bool = False
    lease: float | None = None
    patience: float = 240


def measure(chaos: Chaos) -> tuple[dict[str, Any], list[str]]:
    """Run it, and return the figures and what is wrong, in words."""
    with open_database("postgresql") as engine, tempfile.TemporaryDirectory() as folder:
        record_doubts(engine)
        return asyncio.run(_Run(chaos, engine, Path(folder)).play())


def is_sound(figures: dict[str, Any]) -> bool:
    """Say whether no rule was broken."""
    rules = ("lost", "unasked", "oversold", "empty_seats", "overtaken", "sent_twice", "stale_cards", "died")
    return figures["ledger_matches"] is True and not any(figures[rule] for rule in rules)


class _Run:
    def __init__(self, chaos: Chaos, engine: Engine, folder: Path) -> None:
        self._chaos = chaos
        self._engine = engine
        self._transaction = transactions(engine)
        self._folder = folder
        self._until = datetime.now(UTC)
        self._rng = random.Random(chaos.seed)  # noqa: S311 - a run must be repeatable

    async def play(self) -> tuple[dict[str, Any], list[str]]:
        chaos = self._chaos
        async with self._open_playground() as (playground, workspace):
            herd = self._build_herd(playground)
            if not chaos.sockets:
                playground.delivery.route = herd
            try:
                await herd.start(bots=chaos.processes, workers=chaos.workers)
                await asyncio.to_thread(self._announce, workspace)
                crowd = await self._gather(playground, workspace)
                async with asyncio.TaskGroup() as group:
                    group.create_task(herd.kill_some(seconds=chaos.seconds, every=chaos.kill_every))
                    group.create_task(crowd.press_for(chaos.seconds, per_second=chaos.per_second))
                settled = await self._settle()
            finally:
                await herd.stop()
            with self._transaction() as session:
                found = check(session, workspace, crowd.presses, until=self._until)
            figures = self._report(herd, crowd, found) | {"settled_s": settled}
            return figures, [
                *found.problems,
                *herd.died,
                *herd.failed_starts,
                *herd.alarms(),
                *playground.complaints[:20],
            ]

    @asynccontextmanager
    async def _open_playground(self) -> AsyncIterator[tuple[Playground, Workspace]]:
        playground = Playground()
        playground.limits.posts_per_minute = _POSTS_PER_MINUTE * 1.1
        playground.limits.files_per_minute = _POSTS_PER_MINUTE / 3 * 1.1
        workspace = playground.add_workspace(TEAM, "CAIS")
        workspace.add_user(_HOST, "Host", is_admin=True)
        for number in range(self._chaos.members):
            workspace.add_user(f"U{number:05}", f"Member {number}")
        for number in range(len(_SHARES)):
            workspace.add_channel(f"C0TALKS{number}", f"talks-{number}")
        async with playground:
            yield playground, workspace

    def _build_herd(self, playground: Playground) -> Herd:
        settings = {
            "DATABASE_URL": self._engine.url.render_as_string(hide_password=False),
            "SLACK_API_URL": playground.api_url,
            "SLACK_BOT_TOKEN": playground.bot_token,
            "HOST": "127.0.0.1",
            "POSTS_PER_MINUTE": str(_POSTS_PER_MINUTE),
            "LOG_LEVEL": "WARNING",
        }
        if self._chaos.sockets:
            settings["SLACK_APP_TOKEN"] = playground.app_token
        else:
            settings["SLACK_SIGNING_SECRET"] = playground.signing_secret
        return Herd(playground, self._folder, settings, random.Random(self._rng.random()), self._chaos.lease)  # noqa: S311 - as above

    def _announce(self, workspace: Workspace) -> None:
        """Store the seminars; a reminder of each falls due within the run, a second one soon after it."""
        now = datetime.now(UTC)
        self._until = now + timedelta(seconds=self._chaos.seconds) + _AFTERWARDS
        with self._transaction() as session:
            row = find_workspace(session, workspace.id)
            for number, share in enumerate(_SHARES):
                is_reminded_twice = number % 2 == 1 and self._chaos.seconds >= _MINUTE_S
                part = (0.05, 0.2) if is_reminded_twice else (0.25, 0.9)
                due = timedelta(seconds=self._chaos.seconds * self._rng.uniform(*part))
                starts_at = now + _OFFSETS[0] + due
                plan = SeminarPlan(
                    title=f"Talk {number} about chaos",
                    speakers=(Speaker("Dana Rice", "CAIS"),),
                    abstract="",
                    bio="",
                    starts_local=starts_at.replace(tzinfo=None),
                    zone="UTC",
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(hours=1),
                    place="Lecture Theatre",
                    online_link="",
                    capacity=max(2, self._chaos.members // share),
                    has_waitlist=True,
                    closes_at=None,
                    reminder_offsets=_OFFSETS if is_reminded_twice else _OFFSETS[:1],
                    channel_ids=(f"C0TALKS{number}",),
                )
                store(session, plan, workspace_id=row.id if row else 0, user_id=_HOST, now=now)

    async def _gather(self, playground: Playground, workspace: Workspace) -> Crowd:
        """Wait until every card stands in its channel, and bring the members before them."""
        async with asyncio.timeout(30):
            while not all(cards := await asyncio.to_thread(self._find_cards, workspace)):  # noqa: ASYNC110 - others post
                await asyncio.sleep(_LOOK_AGAIN_S)
        people = [playground.person(workspace, f"U{number:05}") for number in range(self._chaos.members)]
        rng = random.Random(self._rng.random())  # noqa: S311 - as above
        return Crowd(playground, workspace, rng, dict(card for card in cards if card), people)

    def _find_cards(self, workspace: Workspace) -> list[tuple[int, Message] | None]:
        with self._transaction() as session:
            return [
                (row.seminar_id, workspace.channels[row.channel_id].by_ts[row.message_ts])
                if row.message_ts
                else None
                for row in session.scalars(select(tables.Announcement))
            ]

    async def _settle(self) -> float:
        """Wait until nothing is left to be done, and return how long that took."""
        started = time.monotonic()
        while (passed := time.monotonic() - started) < self._chaos.patience:
            if not await asyncio.to_thread(self._count_open):
                break
            await asyncio.sleep(_LOOK_AGAIN_S)
        return round(passed, 1)

    def _count_open(self) -> int:
        with self._transaction() as session:
            return count_open(session, until=self._until)

    def _report(self, herd: Herd, crowd: Crowd, found: Found) -> dict[str, Any]:
        return {
            "engine": "postgresql",
            "seed": self._chaos.seed,
            "processes": len(herd.slots),
            "seconds": self._chaos.seconds,
            "members": self._chaos.members,
            "clicks": crowd.clicks,
            "refused": crowd.refused,
            "kills": herd.kills,
            "lost": found.lost + found.kept.lost,
            "unasked": found.unasked,
            "oversold": found.oversold,
            "empty_seats": found.empty_seats,
            "overtaken": found.overtaken,
            "sent_twice": found.kept.sent_twice + found.kept.told_twice,
            "doubtful": found.kept.doubtful,
            "unknown": found.kept.unknown,
            "stale_cards": found.stale_cards,
            "died": len(herd.died),
            "failed_starts": len(herd.failed_starts),
            "alarms": len(herd.alarms()),
            "ledger_matches": found.ledger_matches,
            "seated": found.seated,
            "waiting": found.waiting,
            "messages": len(crowd.playground.calls_of("chat.postMessage", ok_only=True)),
        }
