"""What is measured, in Prometheus' words; `bot.web.watch` serves it.

The series are of the process, as the process's own memory is, so they live in
one registry here rather than being handed to everything that counts. A label
has few values: a method of Slack, a class of answer, a kind of delivery. Never
an id: a series lives as long as the process.
"""

import asyncio
import platform
import time
from collections.abc import Collection

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

from bot import __version__

LOOP_LOOK_S = 0.25
RESPONSE_URL = "response_url"  # stands among Slack's methods for a private answer to a press

# Nobody asks when a series began, and saying it would double their number.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library leaves it untyped

REGISTRY = CollectorRegistry()

LOOP_LAG = Histogram(
    "seminar_bot_event_loop_lag_seconds",
    "How much later than asked for the event loop came back to a task.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
DESK_BATCH = Histogram(
    "seminar_bot_desk_batch_presses",
    "Presses that were saved with one commit.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 400),
    registry=REGISTRY,
)
DESK_WAIT = Histogram(
    "seminar_bot_desk_wait_seconds",
    "From a press reaching the desk to its answer; Slack waits three seconds.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5),
    registry=REGISTRY,
)
PRESSES = Counter(
    "seminar_bot_presses",
    "Presses by result: saved, or refused with an error that the member sees.",
    ["result"],
    registry=REGISTRY,
)
LATENESS = Histogram(
    "seminar_bot_delivery_lateness_seconds",
    "From a delivery being due to Slack's acceptance being written down.",
    ["kind"],
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 15, 60, 300, 1800),
    registry=REGISTRY,
)
CALLS = Counter(
    "seminar_bot_slack_calls",
    "Calls to Slack by method and by what the answer meant.",
    ["method", "answer"],
    registry=REGISTRY,
)
RATE_LIMITED = Counter(
    "seminar_bot_slack_rate_limited_calls",
    "Calls that Slack answered by asking to wait.",
    ["method"],
    registry=REGISTRY,
)
SOCKET_HELLOS = Counter(
    "seminar_bot_socket_hellos",
    "Socket Mode connections that Slack greeted: the first one and every reconnection.",
    registry=REGISTRY,
)
SOCKET_RENEWALS = Counter(
    "seminar_bot_socket_renewals",
    "Times that a Socket Mode connection had to be made anew, by cause: Slack's word, or the watch's.",
    ["cause"],
    registry=REGISTRY,
)
SOCKET_COUNT = Gauge(
    "seminar_bot_socket_connections",
    "Connections of this app, of all processes, as Slack counted them in its last hello.",
    registry=REGISTRY,
)
_BUILD = Info("seminar_bot_build", "What is running.", registry=REGISTRY)
_BUILD.info({"version": __version__, "python": platform.python_version()})
ProcessCollector(registry=REGISTRY)

_SAVED, _REFUSED = (PRESSES.labels(result) for result in ("saved", "refused"))


def observe_presses(came_at: Collection[float], *, is_saved: bool) -> None:
    """Count presses that were answered together; may be called from any thread.

    Args:
        came_at: When each came, in seconds of the monotonic clock.
        is_saved: Whether they were committed, or refused.
    """
    if not came_at:
        return
    (_SAVED if is_saved else _REFUSED).inc(len(came_at))
    if is_saved:
        DESK_BATCH.observe(len(came_at))
    now = time.monotonic()
    for at in came_at:
        DESK_WAIT.observe(now - at)


def count_call(method: str, answer: str, *, is_rate_limit: bool = False) -> None:
    """Count one call to Slack by what its answer meant, such as ``Accepted``."""
    CALLS.labels(method, answer).inc()
    if is_rate_limit:
        RATE_LIMITED.labels(method).inc()


async def watch_loop(*, every_s: float = LOOP_LOOK_S) -> None:
    """Measure how late the event loop is, until cancelled."""
    while True:
        asked_at = time.monotonic()
        await asyncio.sleep(every_s)
        LOOP_LAG.observe(max(0.0, time.monotonic() - asked_at - every_s))
