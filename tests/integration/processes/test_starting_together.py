"""Processes that start at the same moment on a database that has not seen their workspace yet."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.engine import transactions
from bot.storage.members import save_workspace

NOW = datetime(2020, 7, 29, 0, 0, tzinfo=UTC)


def serve(session: Session) -> int:
    return save_workspace(session, team_id="T0NEW", name="New", bot_user_id="U0BOT", now=NOW).id


def test_two_processes_that_meet_a_new_workspace_at_once_both_serve_it(shared: Engine) -> None:
    is_beside = threading.Event()

    def serve_beside() -> int:
        with transactions(shared)() as session:
            session.execute(select(1))
            is_beside.set()
            return serve(session)

    with ThreadPoolExecutor(1) as pool:
        with transactions(shared)() as session:
            first = serve(session)
            second = pool.submit(serve_beside)
            is_beside.wait(timeout=5)
            session.execute(select(func.pg_sleep(0.3)))  # so that the other comes to where it must wait
        both = [first, second.result(timeout=5)]

    with transactions(shared)() as session:
        rows = session.scalars(select(tables.Workspace.id).where(tables.Workspace.team_id == "T0NEW")).all()
    assert [rows[0]] * 2 == both
