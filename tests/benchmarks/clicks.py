"""3,000 members press Register on one seminar at the same moment."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.storage.engine import transactions
from tests.benchmarks.stage import add_talks, build_floor, build_request, open_bot, open_database
from tests.integration.rows import states

DEADLINE_S = 3.0  # Slack waits no longer
OK = 200


async def dispatch_all(app: AsyncApp, requests: Sequence[AsyncBoltRequest]) -> tuple[list[float], int, float]:
    """Give all requests to the app at once.

    Returns:
        How long each waited for its answer in seconds, sorted; how many were
        lost (no 200 within Slack's three seconds); and how long all took.
    """

    async def one(request: AsyncBoltRequest) -> tuple[float, bool]:
        response = await app.async_dispatch(request)
        waited = time.perf_counter() - started
        return waited, response.status == OK and waited <= DEADLINE_S

    started = time.perf_counter()
    answers = await asyncio.gather(*(one(request) for request in requests))
    took = time.perf_counter() - started
    return sorted(waited for waited, _ in answers), sum(not is_ok for _, is_ok in answers), took


def measure(engine_name: str, *, clicks: int, seats: int, naive_clicks: int = 300) -> dict[str, Any]:
    """Measure the desk, the floor under it, and a transaction per click, in one run."""
    with open_database(engine_name) as engine:
        (seminar_id,) = add_talks(engine, seats=seats)
        waits, lost, took = asyncio.run(_measure_desk(engine, seminar_id, clicks))
        with transactions(engine)() as session:
            held = Counter(states(session, seminar_id).values())
        (other_id,) = add_talks(engine, seats=seats)
        naive_per_s = asyncio.run(_measure_naive(engine, other_id, naive_clicks))
    floor_per_s = asyncio.run(_measure_floor(clicks))
    return {
        "engine": engine_name,
        "clicks": clicks,
        "seats": seats,
        "seated": held["seated"],
        "waitlisted": held["waitlisted"],
        "lost": lost,
        "p50_s": round(waits[len(waits) // 2], 3),
        "p99_s": round(waits[int(len(waits) * 0.99)], 3),
        "per_s": round(clicks / took),
        "floor_per_s": round(floor_per_s),
        "naive_per_s": round(naive_per_s),
    }


async def _measure_desk(engine: Any, seminar_id: int, clicks: int) -> tuple[list[float], int, float]:
    async with open_bot(engine) as (app, _side):
        await app.async_dispatch(build_request(seminar_id, "U0FIRST", "details"))  # imports and caches
        requests = [build_request(seminar_id, f"U{number:05}") for number in range(clicks)]
        return await dispatch_all(app, requests)


async def _measure_naive(engine: Any, seminar_id: int, clicks: int) -> float:
    # Nobody is refused, however long it takes: each counted press is a saved one.
    async with open_bot(engine, max_batch=1, max_wait_s=60) as (app, _side):
        requests = [build_request(seminar_id, f"U{number:05}") for number in range(clicks)]
        _waits, _lost, took = await dispatch_all(app, requests)
        return clicks / took


async def _measure_floor(clicks: int) -> float:
    app = build_floor()
    await app.async_dispatch(build_request(1, "U0FIRST"))
    requests = [build_request(1, f"U{number:05}") for number in range(clicks)]
    _waits, _lost, took = await dispatch_all(app, requests)
    return clicks / took
