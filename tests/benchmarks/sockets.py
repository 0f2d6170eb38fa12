"""The same burst over real loopback connections to the served app, from another process."""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

import aiohttp

from bot.storage.engine import transactions
from bot.web.server import EVENTS_PATH, build_web, serve
from tests.benchmarks.clicks import DEADLINE_S, OK
from tests.benchmarks.stage import add_talks, build_press, open_bot, open_database
from tests.integration.rows import states

_CONNECTIONS = 200  # as many as Slack would keep open at once


def measure(engine_name: str, *, clicks: int, seats: int) -> dict[str, Any]:
    """Serve the app here, press from another process, and count what was not answered in time."""
    with open_database(engine_name) as engine:
        (seminar_id,) = add_talks(engine, seats=seats)
        figures = asyncio.run(_serve_and_press(engine, seminar_id, clicks))
        with transactions(engine)() as session:
            held = Counter(states(session, seminar_id).values())
    return {
        "engine": engine_name,
        "clicks": clicks,
        "seats": seats,
        "seated": held["seated"],
        "waitlisted": held["waitlisted"],
        **figures,
    }


async def _serve_and_press(engine: Any, seminar_id: int, clicks: int) -> dict[str, Any]:
    async with open_bot(engine) as (app, _side):

        async def find_fault() -> str:
            return ""

        runner, port = await serve(build_web(app, find_fault=find_fault), host="127.0.0.1", port=0)
        presser = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.benchmarks.sockets",
            str(port),
            str(seminar_id),
            str(clicks),
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await presser.communicate()
        await runner.cleanup()
        figures: dict[str, Any] = json.loads(printed)
        return figures


async def _press_all(port: int, seminar_id: int, clicks: int) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
    presses = [build_press(seminar_id, f"U{number:05}") for number in range(clicks)]
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one(body: bytes, headers: dict[str, str]) -> tuple[float, bool]:
            async with slots:
                begun = time.perf_counter()
                async with session.post(url, data=body, headers=headers) as answer:
                    waited = time.perf_counter() - begun
                    return waited, answer.status == OK and waited <= DEADLINE_S

        slots = asyncio.Semaphore(_CONNECTIONS)
        started = time.perf_counter()
        answers = await asyncio.gather(*(one(body, headers) for body, headers in presses))
        took = time.perf_counter() - started
    waits = sorted(waited for waited, _ in answers)
    return {
        "lost": sum(not is_ok for _, is_ok in answers),
        "p50_s": round(waits[len(waits) // 2], 3),
        "p99_s": round(waits[int(len(waits) * 0.99)], 3),
        "per_s": round(clicks / took),
    }


if __name__ == "__main__":
    given_port, given_seminar, given_clicks = map(int, sys.argv[1:4])
    print(json.dumps(asyncio.run(_press_all(given_port, given_seminar, given_clicks))))  # noqa: T201 - its answer
