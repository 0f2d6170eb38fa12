"""How many promises are open, counted on both engines."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from bot.storage.engine import Transaction
from bot.storage.watching import Backlog, count_backlog
from tests.integration.backlog_rows import COUNTS, MINUTE, add_one_of_each
from tests.integration.rows import NOW


def test_the_backlog_is_counted_by_what_can_be_done_about_it(
    transaction: Transaction, reading: Transaction
) -> None:
    add_one_of_each(transaction)

    with reading() as session:
        backlog = count_backlog(session, now=NOW)

    assert backlog == Backlog(COUNTS, 3 * MINUTE)


def test_nothing_promised_is_no_backlog(reading: Transaction) -> None:
    with reading() as session:
        backlog = count_backlog(session, now=NOW)

    assert backlog == Backlog(dict.fromkeys(COUNTS, 0), timedelta())


def plans_of_backlog(engine: Engine, reading: Transaction) -> list[str]:
    """How the engine would carry out each statement that counts the backlog, were the table large."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cur: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with reading() as session:
        count_backlog(session, now=NOW)
    event.remove(engine, "before_cursor_execute", note)
    counting = [one for one in asked if "FROM delivery" in one[0]]
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1" if is_sqlite else "SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        return [
            "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))
            for statement, parameters in counting
        ]


def test_counting_the_backlog_reads_open_rows_only(engine: Engine, reading: Transaction) -> None:
    plans = plans_of_backlog(engine, reading)

    partial = ("ix_delivery_open", "ix_delivery_due", "ix_delivery_leased", "ix_delivery_trouble")
    assert [any(name in plan for name in partial) for plan in plans] == [True] * 3
