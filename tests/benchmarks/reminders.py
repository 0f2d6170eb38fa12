"""Thousands of reminders due in the same minute, against a stand-in that enforces Slack's limits.

The stand-in runs in a process of its own. Both processes live by one paced
clock: slow while every workspace sends at once, so that the machine is not the
limit, and fast once only the big workspace is left.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.playground.server import Playground
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.installations import Installation, Installations
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import transactions
from bot.storage.row_sets import insert_rows
from bot.worker.dispatcher import Dispatcher, build_rates
from bot.worker.planner import Planner
from tests.benchmarks.stage import open_database
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace

SLACK_BURST, SLACK_PER_S = 30, 5.0  # what a workspace may post at most; as in bot/playground/limits.py
_DUE_AT = make_seminar().starts_at - timedelta(days=1)
_LOOK_EVERY_S = 0.1
_AHEAD_S = 0.2  # a change of pace is agreed on before it comes
_DEADLINE_S = 900.0


class Pace:
    """A clock at another speed than the machine's, the same in every process that is told the same."""

    def __init__(self, begun: float, speed: float) -> None:
        self._legs = [(begun, 0.0, speed)]

    def __call__(self) -> float:
        return self.at(time.monotonic())

    def at(self, machine: float) -> float:
        for begun, paced, speed in reversed(self._legs):
            if machine >= begun:
                return paced + (machine - begun) * speed
        return 0.0

    def change(self, begun: float, speed: float) -> None:
        self._legs.append((begun, self.at(begun), speed))


def measure(
    engine_name: str,
    *,
    due: int,
    workspaces: int,
    speed: float,
    opening_speed: float,
    posts_per_minute: int,
) -> dict[str, Any]:
    """Send all reminders, and once more those of the neighbours alone."""
    sizes = share_out(due, workspaces)
    big = max(sizes, key=lambda team: sizes[team])
    neighbours = {team: size for team, size in sizes.items() if team != big}
    paces = Paces(opening_speed, speed, posts_per_minute)
    whole = run(engine_name, sizes, big, paces)
    alone = run(engine_name, neighbours, None, paces)
    late = whole.lateness()
    elapsed, least = max(whole.finished.values()), max(map(ideal, sizes.values()))
    return {
        "engine": engine_name,
        "due": due,
        "workspaces": workspaces,
        "sent": whole.sent,
        "sent_twice": whole.twice,
        "elapsed_s": round(elapsed, 1),
        "ideal_s": round(least, 1),
        "elapsed_over_ideal": round(elapsed / least, 3) if least else None,
        "rate_limited_share": round(whole.limited / max(1, whole.calls), 4),
        "p50_late_s": round(late[len(late) // 2], 2),
        "p99_late_s": round(late[int(len(late) * 0.99)], 2),
        "planned_s": round(whole.planned_s, 2),
        "worst_neighbour_delay_s": round(whole.worst_delay(neighbours), 2),
        "worst_neighbour_delay_alone_s": round(alone.worst_delay(neighbours), 2),
    }


def share_out(due: int, workspaces: int) -> dict[str, int]:
    """Give half of the reminders to the first workspace, and share the rest among the others."""
    each, over = divmod(due - due // 2, workspaces - 1)
    others = {f"T{number:04}": each + (number <= over) for number in range(1, workspaces)}
    return {"T0000": due // 2} | others


def ideal(size: int) -> float:
    """Return the seconds in which Slack lets a workspace send so many: a burst, then a steady rate."""
    return max(0.0, (size - SLACK_BURST) / SLACK_PER_S)


@dataclass(frozen=True)
class Paces:
    """How fast the clock runs at the opening and after it, and how fast the bot posts."""

    opening: float
    after: float
    posts_per_minute: int


@dataclass(frozen=True)
class Outcome:
    """What the stand-in saw; seconds since the reminders became due."""

    sizes: Mapping[str, int]
    accepted: Mapping[str, Sequence[float]]
    calls: int
    limited: int
    twice: int
    planned_s: float

    @property
    def sent(self) -> int:
        return sum(len(times) for times in self.accepted.values())

    @property
    def finished(self) -> dict[str, float]:
        return {team: times[-1] for team, times in self.accepted.items()}

    def worst_delay(self, teams: Iterable[str]) -> float:
        return max(self.finished[team] - ideal(self.sizes[team]) for team in teams)

    def lateness(self) -> list[float]:
        """Return how much later than the limits allow each reminder came."""
        return sorted(
            at - ideal(number) for times in self.accepted.values() for number, at in enumerate(times, start=1)
        )


def run(engine_name: str, sizes: Mapping[str, int], big: str | None, paces: Paces) -> Outcome:
    """Let the reminders of these workspaces come due on a new database."""
    with open_database(engine_name) as engine:
        with transactions(engine)() as session:
            ids = {team: _seat(session, team, size) for team, size in sizes.items()}
        return asyncio.run(_run(engine, sizes, ids, big, paces))


def _seat(session: Session, team: str, size: int) -> int:
    """Store a workspace with a seminar that so many have a seat for, and return the workspace's id."""
    workspace_id = add_workspace(session, team)
    seminar_id = add_seminar(session, workspace_id, capacity=None).id
    users = people(team, size)
    table = tables.Base.metadata.tables
    insert_rows(
        session,
        table["member"],
        [{"user_id": user} for user in users],
        {
            "workspace_id": workspace_id,
            "zone": "Australia/Sydney",
            "is_admin": False,
            "is_deactivated": False,
            "fetched_at": NOW,
        },
    )
    insert_rows(
        session,
        table["registration"],
        [{"user_id": user, "change": number} for number, user in enumerate(users, start=1)],
        {"seminar_id": seminar_id, "state": "seated", "changed_at": NOW},
    )
    return workspace_id


def people(team: str, size: int) -> list[str]:
    return [f"U{team[1:]}N{number:05}" for number in range(size)]


async def _run(
    engine: Engine, sizes: Mapping[str, int], ids: Mapping[str, int], big: str | None, paces: Paces
) -> Outcome:
    async with Standin.open(sizes, paces.opening) as standin, open_session() as http:
        clock = Clock(monotonic=standin.pace, anchor=NOW)
        installations = Installations()
        for team, workspace_id in ids.items():
            installations.add(Installation(workspace_id, team, "U0BOT", "B0BOT", standin.tokens[team]))
        reading = transactions(engine, is_reading=True)
        executor = ThreadPoolExecutor(6)
        dispatcher = Dispatcher(
            transaction=transactions(engine),
            reading=reading,
            gateway=SlackGateway(http, api_url=standin.api_url),
            token_of=installations.token_of,
            clock=clock,
            executor=executor,
            rates=build_rates(posts_per_minute=paces.posts_per_minute),
            worker="bench",
            monotonic=standin.pace,
        )
        planned: list[float] = []

        def note_planned() -> None:
            planned.append(standin.pace())
            dispatcher.wake()

        planner = Planner(
            transaction=transactions(engine),
            reading=reading,
            clock=clock,
            executor=executor,
            on_planned=note_planned,
        )
        working = [asyncio.create_task(dispatcher.run()), asyncio.create_task(planner.run())]

        async def until(is_so: Callable[[Counter[int], int], bool]) -> None:
            async with asyncio.timeout(_DEADLINE_S):
                while not is_so(*await asyncio.to_thread(_look, reading)):
                    await asyncio.sleep(_LOOK_EVERY_S)
                    for task in working:
                        if task.done():
                            task.result()

        await until(lambda _open, left: left == 0)  # the announcements are posted
        await asyncio.sleep(2 / paces.opening)  # and the budgets are full again
        begun = standin.pace() + 1
        clock.move_to(_DUE_AT - timedelta(seconds=1))
        total = sum(sizes.values())
        if big is not None:
            await until(lambda done, _left: total - sizes[big] == sum(done.values()) - done[ids[big]])
            await standin.change_pace(paces.after)
        await until(lambda done, left: total == sum(done.values()) and left == 0)
        dispatcher.stop()
        await working[0]
        working[1].cancel()
        await asyncio.gather(working[1], return_exceptions=True)
        executor.shutdown()
        seen = await standin.report(begun)
    return Outcome(sizes, planned_s=planned[-1] - begun, **seen)


def _look(reading: Any) -> tuple[Counter[int], int]:
    """Count the settled reminders of each workspace, and all that is not settled."""
    delivery = tables.Delivery
    with reading() as session:
        left = session.scalar(
            select(func.count()).select_from(delivery).where(delivery.state.in_(("due", "sending")))
        )
        done = session.execute(
            select(delivery.workspace_id, func.count())
            .where(delivery.kind == Kind.REMINDER, delivery.state.not_in(("due", "sending")))
            .group_by(delivery.workspace_id)
        )
        return Counter(dict(done.all())), int(left or 0)


class Standin:
    """The stand-in for Slack in a process of its own, and what this process says to it."""

    def __init__(self, process: asyncio.subprocess.Process, pace: Pace, greeting: Mapping[str, Any]) -> None:
        self._process = process
        self.pace = pace
        self.api_url: str = greeting["api_url"]
        self.tokens: Mapping[str, str] = greeting["tokens"]

    @classmethod
    @asynccontextmanager
    async def open(cls, sizes: Mapping[str, int], speed: float) -> AsyncIterator["Standin"]:
        begun = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.benchmarks.reminders",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        try:
            told = {"sizes": dict(sizes), "begun": begun, "speed": speed}
            yield cls(process, Pace(begun, speed), await _ask(process, told))
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def change_pace(self, speed: float) -> None:
        at = time.monotonic() + _AHEAD_S
        self.pace.change(at, speed)
        await _ask(self._process, {"pace": [at, speed]})

    async def report(self, begun: float) -> dict[str, Any]:
        report: dict[str, Any] = await _ask(self._process, {"report": begun})
        return report


async def _ask(process: asyncio.subprocess.Process, told: Mapping[str, Any]) -> Any:
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process was not opened with pipes")
    process.stdin.write(json.dumps(told).encode() + b"\n")
    return json.loads(await process.stdout.readline())


async def _stand_in() -> None:
    """Be the stand-in: answer what is asked on standard input, until it ends."""
    first = json.loads(sys.stdin.readline())
    pace = Pace(first["begun"], first["speed"])
    playground = Playground(monotonic=pace)
    for team, size in first["sizes"].items():
        workspace = playground.add_workspace(team, team)
        for user in people(team, size):
            workspace.add_user(user, user)
        workspace.add_channel("C0TALKS0", "talks")
    async with playground:
        tokens = {team: workspace.bot_token for team, workspace in playground.workspaces.items()}
        _say({"api_url": playground.api_url, "tokens": tokens})
        while line := await asyncio.to_thread(sys.stdin.readline):
            told = json.loads(line)
            if "pace" in told:
                pace.change(*told["pace"])
                _say({})
            else:
                _say(_sum_up(playground, told["report"]))


def _sum_up(playground: Playground, begun: float) -> dict[str, Any]:
    calls = [call for call in playground.calls if call.at_monotonic >= begun]
    reminders = [
        call for call in calls if call.method == "chat.postMessage" and call.args["channel"].startswith("U")
    ]
    accepted: dict[str, list[float]] = {}
    for call in reminders:
        if call.is_ok:
            accepted.setdefault(str(call.team_id), []).append(call.at_monotonic - begun)
    told = Counter((call.team_id, call.args["channel"]) for call in reminders if call.is_ok)
    return {
        "accepted": accepted,
        "calls": len(calls),
        "limited": sum(call.status == 429 for call in calls),
        "twice": sum(number > 1 for number in told.values()),
    }


def _say(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - what the other process reads


if __name__ == "__main__":
    asyncio.run(_stand_in())
