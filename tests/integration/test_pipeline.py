"""Statements sent on without waiting: what they did is seen behind the block, and so is what went wrong."""

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage import tables
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.pipeline import pipeline
from bot.storage.row_sets import insert_rows
from tests.integration.rows import add_workspace

_MEMBER = tables.Base.metadata.tables[tables.Member.__tablename__]
_SAME = {"is_admin": False, "is_deactivated": False}


def count_members(transaction: Transaction) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(tables.Member)) or 0


def test_what_a_pipeline_wrote_is_there_behind_its_end(transaction: Transaction) -> None:
    with transaction() as session:
        row = {"workspace_id": add_workspace(session)}
        with pipeline(session):
            insert_rows(session, _MEMBER, [row | {"user_id": "U1"}], _SAME)
            insert_rows(session, _MEMBER, [row | {"user_id": "U2"}], _SAME)
        names = session.scalars(select(tables.Member.user_id).order_by(tables.Member.user_id)).all()

    assert list(names) == ["U1", "U2"]


def test_what_goes_wrong_in_a_pipeline_undoes_all_of_it_and_is_of_its_own_kind(
    transaction: Transaction,
) -> None:
    with transaction() as session:
        row = {"workspace_id": add_workspace(session), "user_id": "U1"}

    def insert(times: int) -> None:
        with transaction() as session, pipeline(session):
            for _ in range(times):
                insert_rows(session, _MEMBER, [row], _SAME)

    with pytest.raises(IntegrityError):
        insert(2)

    assert count_members(transaction) == 0
    insert(1)
    assert count_members(transaction) == 1


def test_a_connection_that_is_lost_in_a_pipeline_is_not_used_again(postgresql_url: str) -> None:
    engine = open_engine(postgresql_url)

    def lose() -> None:
        with transactions(engine)() as session:
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            with pipeline(session):
                end_session(engine, pid)
                session.connection().execute(text("SET LOCAL lock_timeout = 1"))

    with pytest.raises(OperationalError) as caught:
        lose()

    assert caught.value.connection_invalidated
    with transactions(engine)() as session:
        assert session.scalar(text("SELECT 1")) == 1
    engine.dispose()


def end_session(engine: Engine, pid: object) -> None:
    """Terminate a session, and wait until it is gone."""
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
