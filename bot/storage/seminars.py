"""Seminars, their speakers and announcements: reading, storing, locking."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.domain.reminding import Moment
from bot.domain.seminar import Count, Promotion, Seminar, Speaker
from bot.storage import tables
from bot.storage.row_sets import ROWS, build_rows, dialect_of, dump_rows, insert_rows, is_one_of

_MOMENT = tables.Base.metadata.tables[tables.Moment.__tablename__]
_SEMINAR = tables.Base.metadata.tables[tables.Seminar.__tablename__]
_SPEAKER = tables.Base.metadata.tables[tables.Speaker.__tablename__]


class SeminarNotFoundError(LookupError):
    """There is no such seminar in that workspace."""


def lock_seminars(session: Session, seminar_ids: Collection[int]) -> dict[int, Seminar]:
    """Lock those seminars until the transaction ends and read them.

    Every path that changes a seat takes this lock first, in the order of the
    ids, so that two of them never wait for each other. On SQLite the whole
    transaction is the lock. On PostgreSQL it is FOR NO KEY UPDATE: it excludes
    itself as FOR UPDATE does, and does not hold up rows that merely refer to
    the seminar, such as a notice whose writer holds the card that we want next.

    Nothing else may be read by the statement that locks: when it has waited,
    PostgreSQL shows it the new row of the seminar, and the old ones of all else.
    """
    session.flush()
    rows = session.connection().execute(_build_lock(dialect_of(session)), {ROWS: dump_ids(seminar_ids)}).all()
    for entity in session.identity_map.values():  # what the session read before the lock may be old
        if isinstance(entity, tables.Seminar):
            session.expire(entity)
    return _with_speakers(session, rows)


@lru_cache(maxsize=2)
def _build_lock(dialect: str) -> Select[Any]:
    given = build_rows(dialect, (_SEMINAR.c.id,))
    return (
        select(_SEMINAR)
        .where(is_one_of(dialect, _SEMINAR.c.id, select(given.c.id)))
        .order_by(_SEMINAR.c.id)
        .with_for_update(key_share=True)
    )


def dump_ids(ids: Iterable[int]) -> str:
    """Return ids as the rows that a statement takes them from."""
    return dump_rows([{"id": one} for one in ids])


def find_seminars(session: Session, seminar_ids: Collection[int]) -> dict[int, Seminar]:
    """Read those seminars without a lock."""
    rows = session.scalars(select(tables.Seminar).where(tables.Seminar.id.in_(seminar_ids))).all()
    return _with_speakers(session, rows)


def get_seminar(session: Session, seminar_id: int, *, workspace_id: int) -> Seminar:
    """Read one seminar of a workspace.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = find_seminars(session, [seminar_id]).get(seminar_id)
    if seminar is None or seminar.workspace_id != workspace_id:
        raise SeminarNotFoundError(seminar_id)
    return seminar


def list_seminars(
    session: Session, workspace_id: int, *, ending_after: datetime, limit: int
) -> list[Seminar]:
    """Read a workspace's seminars that end after a moment, soonest first."""
    statement = (
        select(tables.Seminar)
        .where(tables.Seminar.workspace_id == workspace_id, tables.Seminar.ends_at > ending_after)
        .order_by(tables.Seminar.ends_at, tables.Seminar.id)
        .limit(limit)
    )
    found = _with_speakers(session, session.scalars(statement).all())
    return sorted(found.values(), key=lambda seminar: (seminar.starts_at, seminar.id))


def _with_speakers(session: Session, rows: Iterable[Any]) -> dict[int, Seminar]:
    """Return seminars by their ids; the rows are those of the table, or entities of it."""
    by_id = {row.id: row for row in rows}
    if not by_id:
        return {}
    session.flush()
    statement = _build_speakers(dialect_of(session))
    speakers: dict[int, list[Speaker]] = {}
    for key, name, affiliation in session.connection().execute(statement, {ROWS: dump_ids(by_id)}):
        speakers.setdefault(key, []).append(Speaker(name, affiliation))
    return {key: _seminar_of(row, tuple(speakers.get(key, ()))) for key, row in by_id.items()}


@lru_cache(maxsize=2)
def _build_speakers(dialect: str) -> Select[Any]:
    given, speaker = build_rows(dialect, (_SEMINAR.c.id,)), _SPEAKER.c
    return (
        select(speaker.seminar_id, speaker.name, speaker.affiliation)
        .where(is_one_of(dialect, speaker.seminar_id, select(given.c.id)))
        .order_by(speaker.seminar_id, speaker.position)
    )


def _seminar_of(row: tables.Seminar, speakers: tuple[Speaker, ...]) -> Seminar:
    return Seminar(
        id=row.id,
        workspace_id=row.workspace_id,
        title=row.title,
        speakers=speakers,
        abstract=row.abstract,
        bio=row.bio,
        starts_local=row.starts_local,
        zone=row.zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        online_link=row.online_link,
        capacity=row.capacity,
        has_waitlist=row.has_waitlist,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
        reminder_offsets=tuple(timedelta(minutes=minutes) for minutes in row.reminder_minutes),
        created_by=row.created_by,
        version=row.version,
        sequence=row.sequence,
        series_id=row.series_id,
        promotion=Promotion(row.promotion),
        late=None if row.late_minutes is None else timedelta(minutes=row.late_minutes),
        line_stopped_at=row.line_stopped_at,
        publish_at=row.publish_at,
        check_in_word=row.check_in_word,
        slides_link=row.slides_link,
        recording_link=row.recording_link,
    )


def insert_seminar(session: Session, row: tables.Seminar, speakers: Iterable[Speaker]) -> Seminar:
    """Store a seminar with its speakers and return it with its new id."""
    session.add(row)
    session.flush()
    named = tuple(speakers)
    session.add_all(
        tables.Speaker(seminar_id=row.id, position=place, name=speaker.name, affiliation=speaker.affiliation)
        for place, speaker in enumerate(named, start=1)
    )
    session.flush()
    return _seminar_of(row, named)


def insert_moments(session: Session, seminar: Seminar, moments: Iterable[Moment]) -> None:
    """Store what becomes due for a seminar; a moment that was there before stays as it is."""
    insert_rows(
        session,
        _MOMENT,
        [
            {
                "kind": moment.kind,
                "due_at": moment.due_at,
                "offset_minutes": None if moment.offset is None else int(moment.offset.total_seconds() // 60),
            }
            for moment in moments
        ],
        {"seminar_id": seminar.id, "starts_at": seminar.starts_at},
        key=("seminar_id", "kind", "due_at"),
    )


def list_announcements(session: Session, seminar_ids: Collection[int]) -> list[tables.Announcement]:
    """Read the announcements of those seminars, oldest first."""
    statement = (
        select(tables.Announcement)
        .where(tables.Announcement.seminar_id.in_(seminar_ids))
        .order_by(tables.Announcement.id)
    )
    return list(session.scalars(statement))


def count_registrations(session: Session, seminar_ids: Collection[int]) -> dict[int, Count]:
    """Count the rows of each state; exact only under the seminars' lock."""
    registration = tables.Registration
    statement = (
        select(registration.seminar_id, registration.state, func.count())
        .where(registration.seminar_id.in_(seminar_ids), registration.state != "released")
        .group_by(registration.seminar_id, registration.state)
    )
    found: dict[int, dict[str, int]] = {key: {} for key in seminar_ids}
    for seminar_id, state, number in session.execute(statement):
        found[seminar_id][state] = number
    return {
        key: Count(states.get("seated", 0), states.get("offered", 0), states.get("waitlisted", 0))
        for key, states in found.items()
    }
