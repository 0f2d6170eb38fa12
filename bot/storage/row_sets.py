"""Whole sets of rows in one statement: they travel as one JSON text that the database takes apart.

A statement a row costs Python's time for each of them, and on SQLite the
interpreter lock changes hands at each: under load the writer then waits its
turn hundreds of times a batch, while the event loop computes. This way it
waits once, and the database works beside the loop.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

_MANY = 20  # rows
ROWS = "rows"  # the name of the bound value that `dump_rows` makes


def insert_rows(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    same: Mapping[str, Any],
    *,
    key: tuple[str, ...] = (),
    update: tuple[str, ...] = (),
) -> None:
    """Insert rows, all with the same columns.

    Args:
        session: An open transaction.
        table: Where to.
        rows: What differs from row to row: text, numbers, aware instants, JSON for columns of JSON.
        same: What is the same in all of them.
        key: If given, a row whose key exists is no error: it is left as it is, but for ``update``.
        update: The columns that an existing row takes over.
    """
    if not rows:
        return
    connection = session.connection()
    rows, same = _part(rows, same)
    statement = _build_insert(connection.dialect.name, table, tuple(rows[0]), tuple(same), key, update)
    connection.execute(statement, {ROWS: dump_rows(rows), **same})


def _part(
    rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any]
) -> tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]]:
    """Take out of many rows what is the same in all: it is written and read once, not in each.

    In a crowd most of a row is: the state, the cause, the instants. A few rows
    stay as they are, so that the ordinary press is always the same statement.
    """
    if len(rows) < _MANY:
        return rows, same
    first = rows[0]
    # Counted rather than compared in a loop of our own, which cost as much as all that the database does.
    differing = [
        name for name, value in first.items() if [row[name] for row in rows].count(value) < len(rows)
    ]
    kept = differing or list(first)[:1]
    taken = {name: _plain(value) for name, value in first.items() if name not in kept}
    return [{name: row[name] for name in kept} for row in rows], {**same, **taken}


def _plain(value: object) -> object:
    """Return what a driver takes for a value, which need not know our enumerations."""
    return value.value if isinstance(value, Enum) else value


def select_rows(session: Session, columns: Sequence[Column[Any]]) -> FromClause:
    """Return the bound rows as a table to join, with those columns; bind `ROWS` to execute it."""
    return build_rows(dialect_of(session), tuple(columns))


@lru_cache(maxsize=64)
def build_rows(dialect: str, columns: tuple[Column[Any], ...]) -> FromClause:
    """Return the same table for a dialect, for statements that are kept and run again."""
    return _build_source(dialect, columns).subquery("given")


def is_one_of(dialect: str, column: ColumnElement[Any], found: Select[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of the few values that a query gives.

    PostgreSQL looks each of an array's values up in the index. Of a join it would read the
    whole table instead, where it has not counted the rows of a new table yet, or believes
    that a page in memory is as dear as one on a disk.
    """
    if dialect == "postgresql":
        return column == any_(func.array(found.scalar_subquery()))
    return column.in_(found)


def dump_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as the text that is bound.

    Raises:
        DataError: If a text has a NUL character, which no engine keeps.
    """
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=_dump_instant)
    if "\\u0000" in text:
        raise DataError(None, None, ValueError("a text with a NUL character"))
    return text


def _dump_instant(value: object) -> str:
    """Write an instant as SQLite keeps it; PostgreSQL reads it so too, since our sessions are in UTC."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"neither JSON nor an aware instant: {type(value).__name__}")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def dialect_of(session: Session) -> str:
    """Return the name of the engine behind a session, by which statements are kept."""
    return session.connection().dialect.name


@lru_cache(maxsize=64)
def _build_insert(
    dialect: str,
    table: Table,
    names: tuple[str, ...],
    same: tuple[str, ...],
    key: tuple[str, ...],
    update: tuple[str, ...],
) -> Any:  # noqa: ANN401 - the two dialects' inserts share no type
    given = _build_source(dialect, tuple(table.c[name] for name in names)).add_columns(
        *(bindparam(name, type_=table.c[name].type) for name in same)
    )
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table).from_select([*names, *same], given, include_defaults=False)
    if update:
        return statement.on_conflict_do_update(
            index_elements=key, set_={name: statement.excluded[name] for name in update}
        )
    return statement.on_conflict_do_nothing(index_elements=key) if key else statement


@lru_cache(maxsize=64)
def _build_source(dialect: str, columns: tuple[Column[Any], ...]) -> Select[Any]:
    text = bindparam(ROWS, type_=Text)
    if dialect == "postgresql":
        rows = (
            func.json_to_recordset(cast(text, postgresql.JSON))
            .table_valued(*(column(one.name, one.type) for one in columns), name="row")
            .render_derived(with_types=True)
        )
        given: list[Any] = list(rows.c)
        return select(*given)
    row = func.json_each(text).table_valued("value", name="row")
    # SQLite cannot tell ON CONFLICT from a join's ON without a WHERE between them.
    parts: list[Any] = [
        func.json_extract(row.c.value, f"$.{one.name}", type_=String).label(one.name) for one in columns
    ]
    return select(*parts).where(true())
