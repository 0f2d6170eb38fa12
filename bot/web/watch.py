"""The port for who runs the bot: metrics and health, at this machine's own address only."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from bot.metrics import REGISTRY, watch_loop
from bot.storage.engine import Transaction
from bot.storage.watching import Backlog, count_backlog
from bot.web.health import ANSWER_WITHIN, AskedOnce, Health, add_health
from bot.web.server import ListenError

_log = logging.getLogger(__name__)

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class _Scrape:
    """One look: what the process counted, and what was read for this look."""

    backlog: Backlog | None
    is_connected: bool | None

    def collect(self) -> Iterator[Metric]:
        """Give every series; without the database all but its own."""
        yield from REGISTRY.collect()
        yield GaugeMetricFamily(
            "seminar_bot_database_up",
            "Whether the database answered this look.",
            value=0 if self.backlog is None else 1,
        )
        if self.is_connected is not None:
            yield GaugeMetricFamily(
                "seminar_bot_socket_connected",
                "Whether presses can arrive over Socket Mode now.",
                value=self.is_connected,
            )
        if self.backlog is None:
            return
        deliveries = GaugeMetricFamily(
            "seminar_bot_deliveries",
            "Promised calls that are open or went wrong, by state; the same in every process.",
            labels=["state"],
        )
        for state, count in self.backlog.counts.items():
            deliveries.add_metric([state], count)
        yield deliveries
        yield GaugeMetricFamily(
            "seminar_bot_oldest_due_delivery_seconds",
            "For how long the oldest of the due deliveries has been due.",
            value=max(0.0, self.backlog.oldest.total_seconds()),
        )


def build_watch(
    health: Health,
    *,
    reading: Transaction,
    now: Callable[[], datetime],
    within: timedelta = ANSWER_WITHIN,
) -> web.Application:
    """Build the application with ``/metrics``, ``/healthz`` and ``/readyz``.

    Args:
        health: Says whether the bot is ready.
        reading: Opens a transaction that reads.
        now: The calendar's time, by which something is due.
        within: How long the database may take; the other metrics are given all the same.
    """

    def read_backlog() -> Backlog:
        with reading() as session:
            return count_backlog(session, now=now())

    backlog = AskedOnce(read_backlog, within=within)

    async def handle_metrics(_request: web.Request) -> web.Response:
        """Give all series in Prometheus' text form."""
        scrape = _Scrape(await backlog.answer(), await health.is_connected())
        body = await asyncio.to_thread(generate_latest, scrape)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    application = web.Application()
    application.router.add_get("/metrics", handle_metrics)
    add_health(application, health.find_fault)
    return application


@asynccontextmanager
async def watching(
    port: int | None, health: Health, *, reading: Transaction, now: Callable[[], datetime]
) -> AsyncIterator[int | None]:
    """Serve metrics and health for the length of the block, and measure the event loop.

    Args:
        port: Where; 0 takes any free one, None leaves all of it out.
        health: As for `build_watch`, as are the others.
        reading: Opens a transaction that reads.
        now: The calendar's time.

    Yields:
        The port that was taken.

    Raises:
        ListenError: If the port is taken.
    """
    if port is None:
        yield None
        return
    application = build_watch(health, reading=reading, now=now)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        taken = await _listen(runner, port)
        _log.info("Metrics and health are at http://%s:%d.", HOST, taken, extra={"port": taken})
        measuring = asyncio.create_task(watch_loop(), name="watch-loop")
        try:
            yield taken
        finally:
            measuring.cancel()
            with suppress(asyncio.CancelledError):
                await measuring
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> int:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = f"The port {port} is not free. Set METRICS_PORT to another one, or stop what uses it."
        else:
            sentence = f"Metrics cannot be served there; check METRICS_PORT: {error.strerror}."
        raise ListenError(sentence) from error
    taken: int = runner.addresses[0][1]
    return taken
