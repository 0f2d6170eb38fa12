"""The port for who runs the bot, asked over a real socket."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot.storage.engine import Transaction, open_engine, transactions
from bot.web.health import AskedOnce, Health
from bot.web.server import ListenError
from bot.web.watch import watching
from tests.integration.backlog_rows import COUNTS, add_one_of_each
from tests.integration.rows import NOW


def clock() -> datetime:
    return NOW


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def away() -> Transaction:
    """Reads a database that is not there."""
    engine = open_engine(f"postgresql+psycopg://bot@127.0.0.1:{unused_port()}/none")
    return transactions(engine, is_reading=True)


async def ask(http: aiohttp.ClientSession, port: int | None, path: str) -> tuple[int, str]:
    async with http.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def scrape(http: aiohttp.ClientSession, port: int | None) -> dict[str, Metric]:
    async with http.get(f"http://127.0.0.1:{port}/metrics") as response:
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return {family.name: family for family in text_string_to_metric_families(await response.text())}


def values(family: Metric) -> dict[str, float]:
    """The samples of a family by the value of their only label."""
    return {next(iter(sample.labels.values()), ""): sample.value for sample in family.samples}


async def test_metrics_are_given_in_prometheus_own_form(
    http: aiohttp.ClientSession, transaction: Transaction, reading: Transaction
) -> None:
    add_one_of_each(transaction)

    async with watching(0, Health(reading), reading=reading, now=clock) as port:
        families = await scrape(http, port)

    ours = {name: family.type for name, family in families.items() if name.startswith("seminar_bot_")}
    assert ours == {
        "seminar_bot_build_info": "gauge",
        "seminar_bot_database_up": "gauge",
        "seminar_bot_deliveries": "gauge",
        "seminar_bot_delivery_lateness_seconds": "histogram",
        "seminar_bot_desk_batch_presses": "histogram",
        "seminar_bot_desk_wait_seconds": "histogram",
        "seminar_bot_event_loop_lag_seconds": "histogram",
        "seminar_bot_oldest_due_delivery_seconds": "gauge",
        "seminar_bot_presses": "counter",
        "seminar_bot_slack_calls": "counter",
        "seminar_bot_slack_rate_limited_calls": "counter",
        "seminar_bot_socket_connections": "gauge",
        "seminar_bot_socket_hellos": "counter",
        "seminar_bot_socket_renewals": "counter",
    }
    assert [name for name, family in families.items() if not family.documentation] == []
    assert {"process_resident_memory_bytes", "process_cpu_seconds"} <= set(families)


async def test_metrics_tell_the_backlog(
    http: aiohttp.ClientSession, transaction: Transaction, reading: Transaction
) -> None:
    add_one_of_each(transaction)

    async with watching(0, Health(reading), reading=reading, now=clock) as port:
        families = await scrape(http, port)

    assert COUNTS == values(families["seminar_bot_deliveries"])
    assert values(families["seminar_bot_oldest_due_delivery_seconds"]) == {"": 180}
    assert values(families["seminar_bot_database_up"]) == {"": 1}


async def test_without_the_database_the_other_metrics_are_given(
    http: aiohttp.ClientSession, away: Transaction
) -> None:
    health = Health(away)
    health.begin()

    async with watching(0, health, reading=away, now=clock) as port:
        families = await scrape(http, port)
        ready = await ask(http, port, "/readyz")
        alive = await ask(http, port, "/healthz")

    assert values(families["seminar_bot_database_up"]) == {"": 0}
    assert "seminar_bot_deliveries" not in families
    assert "process_cpu_seconds" in families
    assert ready == (503, "the database does not answer")
    assert alive == (200, "ok")


async def test_ready_says_where_the_bot_stands(http: aiohttp.ClientSession, reading: Transaction) -> None:
    health = Health(reading)
    is_connected = False

    async def connected() -> bool:
        return is_connected

    async with watching(0, health, reading=reading, now=clock) as port:
        answers = [await ask(http, port, "/readyz")]
        health.begin(connected)
        answers.append(await ask(http, port, "/readyz"))
        is_connected = True
        answers.append(await ask(http, port, "/readyz"))
        families = await scrape(http, port)
        health.stop()
        answers.append(await ask(http, port, "/readyz"))

    assert answers == [
        (503, "starting"),
        (503, "not connected to Slack"),
        (200, "ready"),
        (503, "stopping"),
    ]
    assert values(families["seminar_bot_socket_connected"]) == {"": 1}


async def test_a_worker_is_ready_without_a_connection(
    http: aiohttp.ClientSession, reading: Transaction
) -> None:
    health = Health(reading)
    health.begin()

    async with watching(0, health, reading=reading, now=clock) as port:
        ready = await ask(http, port, "/readyz")
        families = await scrape(http, port)

    assert ready == (200, "ready")
    assert "seminar_bot_socket_connected" not in families


async def test_a_database_that_hangs_is_asked_once_and_delays_nobody_for_long() -> None:
    released = threading.Event()
    asked: list[float] = []

    def hang() -> bool:
        asked.append(time.monotonic())
        return released.wait(30)

    question = AskedOnce(hang, within=timedelta(milliseconds=50))

    while_hanging = [await question.answer(), *await asyncio.gather(*(question.answer() for _ in range(20)))]
    times_asked = len(asked)
    released.set()
    patient = AskedOnce(hang, within=timedelta(seconds=30))

    assert (while_hanging, times_asked) == ([None] * 21, 1)
    assert await patient.answer() is True


@pytest.mark.parametrize(
    ("error", "traceback"), [(OperationalError("SELECT 1", {}, Exception()), False), (KeyError("x"), True)]
)
async def test_why_there_is_no_answer_is_logged(
    caplog: pytest.LogCaptureFixture, error: Exception, *, traceback: bool
) -> None:
    def fail() -> bool:
        raise error

    answer = await AskedOnce(fail).answer()

    (record,) = caplog.records
    assert (answer, record.message) == (None, "The database did not answer who watches.")
    assert vars(record)["reason"] == type(error).__name__
    assert bool(record.exc_info) is traceback


async def test_a_port_in_use_is_said(reading: Transaction) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ListenError) as caught:
            async with watching(port, Health(reading), reading=reading, now=clock):
                pass

    expected = f"The port {port} is not free. Set METRICS_PORT to another one, or stop what uses it."
    assert str(caught.value) == expected


async def test_only_this_machine_can_ask(reading: Transaction) -> None:
    async with watching(0, Health(reading), reading=reading, now=clock) as port:
        assert port is not None
        # Fails where the watch listens at every address.
        with socket.create_server(("127.0.0.2", port)) as beside:
            assert beside.getsockname() == ("127.0.0.2", port)


async def test_without_a_port_nothing_is_served_or_measured(reading: Transaction) -> None:
    before = asyncio.all_tasks()

    async with watching(None, Health(reading), reading=reading, now=clock) as port:
        during = asyncio.all_tasks()

    assert (port, during - before) == (None, set())


async def test_nothing_is_left_running_after_it(http: aiohttp.ClientSession, reading: Transaction) -> None:
    before = asyncio.all_tasks()

    async with watching(0, Health(reading), reading=reading, now=clock) as port:
        await scrape(http, port)

    assert {task.get_name() for task in asyncio.all_tasks() - before} & {
        "watch-loop",
        "watch-database",
    } == set()
