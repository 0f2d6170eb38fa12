"""The ledger: what a batch writes in it, with the registrations that come of it, and all of it read again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.domain.room import Cause, Change, Room, State
from bot.storage import tables
from bot.storage.row_sets import insert_rows
from bot.storage.tables import Base

_SEAT_CHANGE = Base.metadata.tables[tables.SeatChange.__tablename__]
_REGISTRATION = Base.metadata.tables[tables.Registration.__tablename__]


def write_changes(session: Session, rooms: Mapping[int, Room], now: datetime) -> None:
    """Write the ledger's rows of a batch and the registrations that they end in, for all its seminars."""
    insert_rows(
        session,
        _SEAT_CHANGE,
        [
            {
                "seminar_id": seminar_id,
                "number": change.number,
                "user_id": change.user_id,
                "before": change.before,
                "after": change.after,
                "line_key": change.line_key,
                "cause": change.cause,
                "actor": change.actor,
                "because_of": change.because_of,
                "reason": change.reason,
            }
            for seminar_id, room in rooms.items()
            for change in room.changes
        ],
        {"at": now},
    )
    _write_registrations(session, rooms, now)
    _write_instants(session, "confirmed_at", {key: room.confirmed for key, room in rooms.items()})
    _write_instants(session, "offered_until", {key: room.renewed for key, room in rooms.items()})


def _write_instants(session: Session, name: str, instants: Mapping[int, Mapping[str, datetime]]) -> None:
    """Set one column of registrations, given by seminar and member, that change in nothing else."""
    rows = [
        {"of_seminar": seminar_id, "of_user": user_id, "at": at}
        for seminar_id, by_user in instants.items()
        for user_id, at in by_user.items()
    ]
    if rows:
        statement = update(_REGISTRATION).where(
            _REGISTRATION.c.seminar_id == bindparam("of_seminar"),
            _REGISTRATION.c.user_id == bindparam("of_user"),
        )
        session.connection().execute(statement.values({name: bindparam("at")}), rows)


def _write_registrations(session: Session, rooms: Mapping[int, Room], now: datetime) -> None:
    new: list[dict[str, object]] = []
    old: list[dict[str, object]] = []
    for seminar_id, room in rooms.items():
        last = {change.user_id: change for change in room.changes}
        first = {change.user_id: change for change in reversed(room.changes)}
        for user_id, change in last.items():
            rows = new if first[user_id].before is None else old
            rows.append(
                {
                    "seminar_id": seminar_id,
                    "user_id": user_id,
                    "state": change.after,
                    "line_key": change.line_key,
                    "change": change.number,
                    "offered_until": room.known[user_id].offered_until,
                }
            )
    same = {"changed_at": now, "confirmed_at": None, "checked_in_at": None, "checked_in_by": None}
    insert_rows(session, _REGISTRATION, new, same)
    insert_rows(
        session,
        _REGISTRATION,
        old,
        same,
        key=("seminar_id", "user_id"),
        update=("state", "line_key", "change", "offered_until", *same),
    )


def list_changes(session: Session, seminar_id: int) -> list[Change]:
    """Read a seminar's ledger from the beginning."""
    row = tables.SeatChange
    found = session.scalars(select(row).where(row.seminar_id == seminar_id).order_by(row.number))
    return [_change_of(one) for one in found]


def get_change(session: Session, seminar_id: int, number: int) -> Change:
    """Read one row of a seminar's ledger, which is there."""
    row = tables.SeatChange
    return _change_of(
        session.scalars(select(row).where(row.seminar_id == seminar_id, row.number == number)).one()
    )


def _change_of(row: tables.SeatChange) -> Change:
    return Change(
        row.number,
        row.user_id,
        State(row.before) if row.before else None,
        State(row.after),
        Cause(row.cause),
        row.actor,
        row.because_of,
        row.line_key,
        row.reason,
    )
