"""The burst, half of it at each of two processes that share one PostgreSQL; and the same for the floor."""

import asyncio
import json
import sys
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.bootstrap import set_for_crowds
from bot.storage.engine import open_engine
from tests.benchmarks.clicks import Case, build_burst, count_oversold, count_seats, dispatch_all
from tests.benchmarks.stage import add_talks, build_floor, build_request, open_bot, open_database

_PROCESSES = 2


def measure(*, clicks: int, seats: int) -> dict[str, Any]:
    """Start the processes, let both press at one moment, and count what came of it."""
    with open_database("postgresql") as engine:
        talks = add_talks(engine, seats=seats)
        url = engine.url.render_as_string(hide_password=False)
        desk = asyncio.run(_run_all(url, talks[0], clicks))
        counts, oversold = count_seats(engine, talks), count_oversold(engine, talks, seats)
        floor = asyncio.run(_run_all("", talks[0], clicks))
    took, floor_took = (max(one["took"] for one in some) for some in (desk, floor))
    return {
        "engine": "postgresql",
        "case": "two processes",
        "clicks": clicks,
        "seats": seats,
        "seated": counts["seated"],
        "waitlisted": counts["waitlisted"],
        "oversold": oversold,
        "lost": sum(one["lost"] for one in desk),
        "p50_s": max(one["p50"] for one in desk),
        "p99_s": max(one["p99"] for one in desk),
        "per_s": round(clicks / took),
        "floor_per_s": round(clicks / floor_took),
        "of_floor": round(floor_took / took, 2),
    }


async def _run_all(url: str, seminar_id: int, clicks: int) -> list[dict[str, Any]]:
    """Run both processes; without an address they only acknowledge."""
    warm_up = "release" if url else "register"  # the floor knows one action
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.benchmarks.two_processes",
            json.dumps(
                {"url": url, "seminar": seminar_id, "clicks": clicks, "which": which, "warm_up": warm_up}
            ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for which in range(_PROCESSES)
    ]
    for process in started:
        assert process.stdout is not None
        await process.stdout.readline()  # it is ready
    printed = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
    return [json.loads(out) for out, _ in printed]


async def _press(app: AsyncApp, asked: dict[str, Any]) -> None:
    # For imports and caches; it has nothing to give back.
    warming = build_request(asked["seminar"], f"U0FIRST{asked['which']}", asked["warm_up"])
    await app.async_dispatch(warming)
    burst = build_burst([asked["seminar"]], Case(""), range(asked["which"], asked["clicks"], _PROCESSES))
    print("ready", flush=True)  # noqa: T201 - what the other process waits for
    await asyncio.to_thread(sys.stdin.readline)
    waits, lost, took = await dispatch_all(app, burst)
    p50, p99 = (round(waits[int(len(waits) * part)], 3) for part in (0.5, 0.99))
    print(json.dumps({"took": took, "lost": lost, "p50": p50, "p99": p99}))  # noqa: T201 - as above


async def _main(asked: dict[str, Any]) -> None:
    set_for_crowds()
    if not asked["url"]:
        await _press(build_floor(), asked)
        return
    engine = open_engine(asked["url"])
    async with open_bot(engine) as (app, _side):
        await _press(app, asked)
    engine.dispose()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.argv[1])))
