"""PostgreSQL answers nothing at all, as behind a dead network: its processes are stopped, not ended."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.storage.engine import open_engine
from tests.integration.database_faults.fault_scenes import FaultScene, in_thread, refused, told
from tests.integration.database_faults.own_postgresql import OwnPostgreSQL


@contextmanager
def hung(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def test_presses_on_a_database_that_hangs_are_refused_in_time_and_not_saved_later(
    server: OwnPostgreSQL, on_postgresql: FaultScene
) -> None:
    scene = on_postgresql
    card = await scene.posted()
    before, *meanwhile, after = scene.members(4)
    await scene.register(card, before)
    await scene.all_sent("confirmation", 1)

    with hung(await in_thread(server.pids)):
        took = await refused(card, *meanwhile)

    assert took < 3.0
    await scene.register(card, after)
    scene.check_whole(before, after)
    assert told(before, *meanwhile, after) == {before.id: 1, after.id: 1} | dict.fromkeys(
        (member.id for member in meanwhile), 0
    )


def test_each_connection_is_told_to_notice_a_network_that_went_without_a_word(postgresql_file: str) -> None:
    engine = open_engine(postgresql_file)
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    known = driver.info.get_parameters()
    connection.close()
    engine.dispose()

    names = ("tcp_user_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count")
    assert ["5000", "10", "5", "3"] == [known.get(name) for name in names]
