"""Registrations: what a batch of presses reads of them under the lock, and what else is asked of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, and_, func, literal_column, select, true
from sqlalchemy.orm import Session, aliased

from bot.domain.room import Registration, Room, State
from bot.domain.seminar import Count, Seminar
from bot.domain.zones import find_zone
from bot.storage import tables
from bot.storage.row_sets import ROWS, build_rows, dialect_of, dump_rows, select_rows
from bot.storage.seminars import dump_ids
from bot.storage.tables import Base

_SEAT_CHANGE = Base.metadata.tables[tables.SeatChange.__tablename__]
_REGISTRATION = Base.metadata.tables[tables.Registration.__tablename__]
_SEMINAR_ID = Base.metadata.tables[tables.Seminar.__tablename__].c.id
_PAIR = (_REGISTRATION.c.seminar_id, _REGISTRATION.c.user_id)


def open_rooms(
    session: Session,
    seminars: dict[int, Seminar],
    pressing: Iterable[tuple[int, str]],
    *,
    frees: dict[int, int],
) -> dict[int, Room]:
    """Read what a batch needs of each seminar; the caller holds their locks.

    Args:
        session: The transaction that holds the locks.
        seminars: The locked seminars by id.
        pressing: Seminar and member of each press.
        frees: For each seminar, how many seats the batch can free at most.
    """
    standings = _read_standings(session, seminars)
    held = find_registrations(session, pressing)
    rooms: dict[int, Room] = {}
    ahead = _count_ahead(session, [key for key, found in held.items() if found.state is State.WAITLISTED])
    for key, seminar in seminars.items():
        count, last = standings[key]
        rooms[key] = Room(seminar, count, last + 1)
    for (of, user), found in held.items():
        rooms[of].known[user] = found
    for (of, user), number in ahead.items():
        rooms[of].ahead[user] = number
    for key, room in rooms.items():
        _read_head(session, room, frees.get(key, 0))
    return rooms


def _read_head(session: Session, room: Room, frees: int) -> None:
    if room.count.waiting == 0:
        room.is_whole_line = True
        return
    free = 0 if room.seminar.capacity is None else max(0, room.seminar.capacity - room.count.taken)
    limit = frees + free if room.seminar.capacity is not None else room.count.waiting
    if limit == 0:
        return
    missing, after = limit, None
    while missing:
        rows = _read_waiters(session, room.seminar, after, missing)
        for row, zone, is_deactivated in rows:
            room.head.append(row.user_id)
            room.known.setdefault(row.user_id, _registration_of(row))
            note_member(room, row.user_id, zone, is_deactivated=bool(is_deactivated))
            after = row.line_key
        # Who cannot take a seat takes none, so for each of them one more may be served.
        missing = sum(bool(is_deactivated) for _, _, is_deactivated in rows)
    room.is_whole_line = len(room.head) == room.count.waiting


def _read_waiters(
    session: Session, seminar: Seminar, after: int | None, limit: int
) -> Sequence[Row[tables.Registration, str | None, bool | None]]:
    """Read the next in line with what is known of them, behind a key or from the front on."""
    registration, member = tables.Registration, tables.Member
    statement = (
        select(registration, member.zone, member.is_deactivated)
        .outerjoin(
            member,
            and_(member.workspace_id == seminar.workspace_id, member.user_id == registration.user_id),
        )
        .where(
            registration.seminar_id == seminar.id,
            registration.line_key.is_not(None) if after is None else registration.line_key > after,
        )
        .order_by(registration.line_key)
        .limit(limit)
    )
    return session.execute(statement).all()


def note_member(room: Room, user_id: str, zone: str | None, *, is_deactivated: bool) -> None:
    """Keep in a room what decides how a waiter gets a seat: their zone, and whether they can."""
    if zone is not None and find_zone(zone) is not None:
        room.zones[user_id] = zone
    if is_deactivated:
        room.unable.add(user_id)


def _read_standings(session: Session, seminar_ids: Collection[int]) -> dict[int, tuple[Count, int]]:
    """Read how many are in each state, and the number of the ledger's last row."""
    session.flush()
    statement = _build_standings(dialect_of(session))
    rows = session.connection().execute(statement, {ROWS: dump_ids(seminar_ids)})
    return {key: (Count(seated, offered, waiting), last or 0) for key, seated, offered, waiting, last in rows}


@lru_cache(maxsize=2)
def _build_standings(dialect: str) -> Select[Any]:
    """Build what asks of each seminar by itself: each answer is a short walk along an index."""
    given = build_rows(dialect, (_SEMINAR_ID,))
    counts = [
        select(func.count())
        .where(
            _REGISTRATION.c.seminar_id == given.c.id, _REGISTRATION.c.state == literal_column(f"'{state}'")
        )
        .correlate(given)
        .scalar_subquery()
        for state in (State.SEATED, State.OFFERED, State.WAITLISTED)
    ]
    last = (
        select(func.max(_SEAT_CHANGE.c.number))
        .where(_SEAT_CHANGE.c.seminar_id == given.c.id)
        .correlate(given)
        .scalar_subquery()
    )
    return select(given.c.id, *counts, last)


def find_registrations(
    session: Session, pairs: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], Registration]:
    """Read the registrations of those pairs of seminar and member that exist."""
    wanted = dict.fromkeys(pairs)
    if not wanted:
        return {}
    statement = _build_find(dialect_of(session))
    return _found(session.execute(statement, {ROWS: _dump_pairs(wanted)}))


@lru_cache(maxsize=2)
def _build_find(dialect: str) -> Select[int, str, str, int | None, int, datetime | None, datetime | None]:
    given = build_rows(dialect, _PAIR)
    is_pair = and_(
        _REGISTRATION.c.seminar_id == given.c.seminar_id, _REGISTRATION.c.user_id == given.c.user_id
    )
    if dialect != "postgresql":
        return select(*_COLUMNS).join(given, is_pair)
    # One by one in the index, as `is_one_of` does it: it has no way to give pairs as an array.
    found = select(*_COLUMNS).where(is_pair).limit(1).correlate(given).lateral("found")
    return select(*found.c).select_from(given.join(found, true()))


def _dump_pairs(pairs: Iterable[tuple[int, str]]) -> str:
    return dump_rows([{"seminar_id": seminar_id, "user_id": user_id} for seminar_id, user_id in pairs])


_COLUMNS = (
    _REGISTRATION.c.seminar_id,
    _REGISTRATION.c.user_id,
    _REGISTRATION.c.state,
    _REGISTRATION.c.line_key,
    _REGISTRATION.c.change,
    _REGISTRATION.c.confirmed_at,
    _REGISTRATION.c.offered_until,
)


def _found(
    rows: Iterable[Any],
) -> dict[tuple[int, str], Registration]:
    return {
        (seminar_id, user_id): Registration(
            user_id, State(state), line_key, change, confirmed_at, offered_until
        )
        for seminar_id, user_id, state, line_key, change, confirmed_at, offered_until in rows
    }


def _registration_of(row: tables.Registration) -> Registration:
    return Registration(
        row.user_id, State(row.state), row.line_key, row.change, row.confirmed_at, row.offered_until
    )


def _count_ahead(session: Session, pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    if not pairs:
        return {}
    mine, other = aliased(tables.Registration), aliased(tables.Registration)
    given = select_rows(session, _PAIR)
    statement = (
        select(mine.seminar_id, mine.user_id, func.count(other.user_id))
        .join(given, and_(mine.seminar_id == given.c.seminar_id, mine.user_id == given.c.user_id))
        .outerjoin(other, and_(other.seminar_id == mine.seminar_id, other.line_key < mine.line_key))
        .group_by(mine.seminar_id, mine.user_id)
    )
    rows = session.execute(statement, {ROWS: _dump_pairs(pairs)})
    return {(seminar_id, user_id): number for seminar_id, user_id, number in rows}


def find_place(session: Session, seminar_id: int, user_id: str) -> int | None:
    """Return a waiter's place in line, 1 for who is next, None for who does not wait."""
    held = find_registrations(session, [(seminar_id, user_id)]).get((seminar_id, user_id))
    if held is None or held.state is not State.WAITLISTED:
        return None
    return _count_ahead(session, [(seminar_id, user_id)])[seminar_id, user_id] + 1


def list_seated(session: Session, seminar_id: int) -> list[tuple[str, datetime]]:
    """Read who has a seat and since when, in the order of their ids."""
    registration = tables.Registration
    statement = (
        select(registration.user_id, registration.changed_at)
        .where(registration.seminar_id == seminar_id, registration.state == State.SEATED)
        .order_by(registration.user_id)
    )
    return [(user_id, changed_at) for user_id, changed_at in session.execute(statement)]


def list_clashes(session: Session, pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], list[int]]:
    """Read, for seminars and members, the other seminars of the workspace at that time with a seat of theirs.

    Pairs without one are left out; the ids are in the order of the starts.
    """
    if not pairs:
        return {}
    registration, mine, other = tables.Registration, aliased(tables.Seminar), aliased(tables.Seminar)
    statement = (
        select(mine.id, registration.user_id, other.id)
        .join(other, registration.seminar_id == other.id)
        .join(mine, and_(mine.workspace_id == other.workspace_id, mine.id != other.id))
        .where(
            mine.id.in_({seminar_id for seminar_id, _user_id in pairs}),
            registration.user_id.in_({user_id for _seminar_id, user_id in pairs}),
            registration.state.in_((State.SEATED, State.OFFERED)),
            other.cancelled_at.is_(None),
            other.starts_at < mine.ends_at,
            other.ends_at > mine.starts_at,
        )
        .order_by(other.starts_at, other.id)
    )
    found: dict[tuple[int, str], list[int]] = {}
    for seminar_id, user_id, other_id in session.execute(statement):
        if (seminar_id, user_id) in pairs:
            found.setdefault((seminar_id, user_id), []).append(other_id)
    return found
