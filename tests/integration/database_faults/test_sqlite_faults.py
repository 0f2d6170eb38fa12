"""SQLite's own troubles: another process at the file, no room on the disk, a file that takes no writing."""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from bot.clock import Clock
from bot.domain.outcomes import Seated, Waitlisted
from bot.domain.registering import Wish
from bot.services.desk import Desk, NotSavedError
from bot.services.registering import Press
from bot.storage.engine import open_engine, transactions
from tests.e2e.stories import ANNOUNCED, eventually
from tests.integration.database_faults.fault_scenes import HOUR_BEFORE, FaultScene, refused, told
from tests.integration.rows import add_seminar, add_workspace, deliveries, states

_HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
connection.close()
"""


async def hold_in_another_process(file: str, seconds: float) -> asyncio.subprocess.Process:
    """Start a process that locks the file for some time, and return when it has the lock."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLD, file, str(seconds), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    return process


@contextmanager
def on_each_connection(scene: FaultScene, begin: str, end: str) -> Iterator[None]:
    """Run a pragma whenever the bot takes a connection, and undo it when the fault is over."""
    said = [begin]

    def prepare(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(said[0])

    event.listen(scene.engine, "checkout", prepare)
    yield
    said[0] = end


async def tick_fails(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the planner has met the fault, too."""
    await eventually(lambda: "did not take a tick of the planner" in caplog.text)


@pytest.fixture
def file(sqlite_address: str) -> str:
    return sqlite_address.removeprefix("sqlite:///")


async def test_a_press_is_saved_when_another_process_holds_the_file_for_a_second(
    on_sqlite: FaultScene, file: str
) -> None:
    scene = on_sqlite
    card = await scene.posted()
    await scene.all_sent("announcement", 1)

    holding = await hold_in_another_process(file, 1)
    await scene.register(card, scene.member(0))

    assert await holding.wait() == 0
    scene.check_whole(scene.member(0))


async def test_a_press_is_refused_when_another_process_holds_the_file_for_long(
    on_sqlite: FaultScene, file: str
) -> None:
    scene = on_sqlite
    card = await scene.posted()
    await scene.all_sent("announcement", 1)

    holding = await hold_in_another_process(file, 5)
    took = await refused(card, scene.member(0))
    await holding.wait()

    assert took < 2.9
    await scene.register(card, scene.member(1))
    scene.check_whole(scene.member(1))


async def test_a_file_that_takes_no_writing_refuses_presses_and_recovers_by_itself(
    on_sqlite: FaultScene, caplog: pytest.LogCaptureFixture
) -> None:
    scene = on_sqlite
    card = await scene.posted()
    before, meanwhile, after = scene.members(3)
    await scene.register(card, before)
    await scene.all_sent("confirmation", 1)

    with on_each_connection(scene, "PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
        took = await refused(card, meanwhile)
        scene.move_to(HOUR_BEFORE)  # what comes due meets the fault too
        await tick_fails(caplog)

    assert took < 2.9
    await before.wait_for_message(contains="starts in 1 hour", within=10)
    await scene.register(card, after)
    scene.check_whole(before, after)
    await scene.all_sent("reminder", 1)
    assert told(before, meanwhile, after) == {before.id: 2, after.id: 1, meanwhile.id: 0}


async def test_a_crowd_for_whom_there_are_no_pages_left_is_refused_as_one_and_saved_later(
    sqlite_address: str,
) -> None:
    """SQLite makes no file smaller than it is, so a limit of one page means: no page more."""
    engine = open_engine(sqlite_address)
    limit = ["PRAGMA max_page_count = 1"]
    with transactions(engine)() as session:
        seminar_id = add_seminar(session, add_workspace(session), capacity=5).id
    event.listen(engine, "checkout", lambda connection, *_: connection.execute(limit[0]))
    desk = Desk(transactions(engine), Clock(anchor=ANNOUNCED))
    presses = [Press(1, seminar_id, f"U{number:031}", Wish.REGISTER) for number in range(300)]

    waiting = [asyncio.ensure_future(desk.press(press)) for press in presses]
    await asyncio.sleep(0)  # so that all of them wait, and are one batch
    desk.open()
    refusals = await asyncio.gather(*waiting, return_exceptions=True)
    with transactions(engine, is_reading=True)() as session:
        kept = states(session, seminar_id), deliveries(session, "confirmation")
    limit[0] = "PRAGMA max_page_count = 1073741823"
    saved = await asyncio.gather(*map(desk.press, presses))
    await asyncio.to_thread(desk.close)
    engine.dispose()

    assert {NotSavedError} == {type(one) for one in refusals}
    assert kept == ({}, [])
    assert Counter(type(one.outcome) for one in saved) == {Seated: 5, Waitlisted: 295}
