"""3,000 members press at the same moment: on one seminar or many, on an empty table or a full one."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import Engine, func, select, text

from bot.bootstrap import set_for_crowds
from bot.domain.registering import Wish
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.engine import transactions
from tests.benchmarks.stage import add_talks, build_floor, build_request, open_bot, open_database
from tests.factories import NOW

DEADLINE_S = 3.0  # Slack waits no longer
OK = 200
_AT_ONCE = 400  # registrations that are stored beforehand with one commit


@dataclass(frozen=True, slots=True)
class Case:
    """What is pressed.

    Attributes:
        name: How the line is called.
        talks: Over how many seminars the presses are spread.
        stored: How many members of each burst's seminars are registered beforehand.
        releases: Of three presses, how many give a place back that was stored.
    """

    name: str
    talks: int = 1
    stored: int = 0
    releases: int = 0


CASES = {
    case.name: case
    for case in (
        Case("one seminar"),
        Case("30 seminars", talks=30),
        Case("300 seminars", talks=300),
        Case("with releases", stored=3000, releases=1),
        Case("20,000 stored", stored=20_000),
    )
}


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


def measure(
    engine_name: str, case: Case, *, clicks: int, seats: int, naive_clicks: int = 300, rounds: int = 3
) -> dict[str, Any]:
    """Measure the desk and its floor in turn, then a transaction per click; medians of the rounds."""
    set_for_crowds()  # as every bot does; the floor and the naive way have it too
    with open_database(engine_name) as engine:
        bursts, floors = [], []
        seat_counts: Counter[str] = Counter()
        oversold = 0
        for _ in range(rounds):
            talks = add_talks(engine, seats=seats, count=case.talks)
            store(engine, talks, case.stored)
            bursts.append(asyncio.run(_measure_desk(engine, talks, case, clicks)))
            floors.append(asyncio.run(_measure_floor(clicks)))
            seat_counts = count_seats(engine, talks)
            oversold += count_oversold(engine, talks, seats)
        (other_id,) = add_talks(engine, seats=seats)
        naive_per_s = asyncio.run(_measure_naive(engine, other_id, naive_clicks))
    took, floor_took = (median(one) for one in ([took for _, _, took in bursts], floors))
    waits = sorted(bursts, key=lambda burst: burst[2])[rounds // 2][0]
    return {
        "engine": engine_name,
        "case": case.name,
        "clicks": clicks,
        "seats": seats,
        "seated": seat_counts["seated"],
        "waitlisted": seat_counts["waitlisted"],
        "oversold": oversold,
        "lost": sum(lost for _, lost, _ in bursts),
        "p50_s": round(waits[len(waits) // 2], 3),
        "p99_s": round(waits[int(len(waits) * 0.99)], 3),
        "per_s": round(clicks / took),
        "floor_per_s": round(clicks / floor_took),
        "of_floor": round(floor_took / took, 2),
        "naive_per_s": round(naive_per_s),
    }


def store(engine: Engine, talks: Sequence[int], count: int) -> None:
    """Register members beforehand, spread over the talks; as many as have room get a seat.

    What PostgreSQL does within a minute after so many rows by itself, on the other core, is done at once.
    """
    presses = [
        Press(1, talks[number % len(talks)], f"UOLD{number:05}", Wish.REGISTER) for number in range(count)
    ]
    for start in range(0, count, _AT_ONCE):
        with transactions(engine)() as session:
            register(session, presses[start : start + _AT_ONCE], clock=lambda: NOW)
    if engine.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def count_seats(engine: Engine, talks: Sequence[int]) -> Counter[str]:
    """Count the registrations of those talks by their state."""
    row = tables.Registration
    statement = select(row.state, func.count()).where(row.seminar_id.in_(talks)).group_by(row.state)
    with engine.connect() as connection:
        return Counter(dict(connection.execute(statement).all()))


def count_oversold(engine: Engine, talks: Sequence[int], seats: int) -> int:
    """Count the seats above the capacity."""
    row = tables.Registration
    statement = (
        select(func.count())
        .where(row.seminar_id.in_(talks), row.state == "seated")
        .group_by(row.seminar_id)
        .having(func.count() > seats)
    )
    with engine.connect() as connection:
        return sum(taken - seats for taken in connection.scalars(statement))


def build_burst(talks: Sequence[int], case: Case, numbers: Sequence[int]) -> list[AsyncBoltRequest]:
    """Build presses of new members, and of stored ones that give back, mixed as the case says."""
    return [
        build_request(talks[number % len(talks)], f"UOLD{number:05}", "release")
        if number % 3 < case.releases
        else build_request(talks[number % len(talks)], f"U{number:05}")
        for number in numbers
    ]


async def _measure_desk(
    engine: Engine, talks: Sequence[int], case: Case, clicks: int
) -> tuple[list[float], int, float]:
    async with open_bot(engine) as (app, _side):
        await app.async_dispatch(build_request(talks[0], "U0FIRST", "details"))  # imports and caches
        return await dispatch_all(app, build_burst(talks, case, range(clicks)))


async def _measure_naive(engine: Engine, seminar_id: int, clicks: int) -> float:
    # Nobody is refused, however long it takes: each counted press is a saved one.
    async with open_bot(engine, max_batch=1, max_wait_s=60) as (app, _side):
        _waits, _lost, took = await dispatch_all(app, build_burst([seminar_id], Case(""), range(clicks)))
        return clicks / took


async def _measure_floor(clicks: int) -> float:
    """Return how long an app takes that only acknowledges, in seconds."""
    app = build_floor()
    await app.async_dispatch(build_request(1, "U0FIRST"))
    _waits, _lost, took = await dispatch_all(app, build_burst([1], Case(""), range(clicks)))
    return took
