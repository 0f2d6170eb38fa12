"""The one way in which staff change a seminar: lock, decide, write, record, promise."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.domain.reminding import plan_moments
from bot.domain.room import Room
from bot.domain.seminar import Seminar
from bot.services.preferences import plan_own
from bot.services.registering import settle_rooms
from bot.storage import seminars, tables
from bot.storage.deliveries import Kind, Priority, Promise, promise, want_redrawn
from bot.storage.forgetting import is_gone
from bot.storage.homes import want_homes_of
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import add_change, open_whole_room, write_seminar

# What plans the moments of a seminar; where one of these changes, they are planned anew.
_PLANNED_BY = (
    "starts_at",
    "ends_at",
    "opens_at",
    "closes_at",
    "publish_at",
    "reminder_offsets",
    "cancelled_at",
)

# A value's column where its name or form differs from the seminar's.
_COLUMNS: dict[str, str] = {"reminder_offsets": "reminder_minutes", "late": "late_minutes"}
_CAN_WAIT = frozenset({Kind.MATERIALS, Kind.FEEDBACK})  # nobody misses a talk for want of them
_NOT_WRITTEN = frozenset({"id", "workspace_id", "speakers", "created_by", "version"})


class ChangedMeanwhileError(Exception):
    """What staff saw before they saved is not what would happen now; nothing was changed."""


def open_seminar(session: Session, seminar_id: int, *, workspace_id: int) -> Room:
    """Lock a seminar of a workspace until the transaction ends, and read everybody in it.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.lock_seminars(session, [seminar_id]).get(seminar_id)
    if seminar is None or seminar.workspace_id != workspace_id:
        raise SeminarNotFoundError(seminar_id)
    return open_whole_room(session, seminar)


def look_at_seminar(session: Session, seminar_id: int, *, workspace_id: int) -> Room:
    """Read a seminar and everybody in it without a lock, for a preview.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    return open_whole_room(session, seminar)


def save_change(
    session: Session,
    room: Room,
    before: Seminar,
    *,
    kind: str,
    actor: str,
    details: Mapping[str, Any],
    now: datetime,
) -> int:
    """Write what staff did: the seminar's values, the seats that changed, and the record of it.

    ``room.seminar`` is the seminar as it becomes. The cards are redrawn, and the
    moments ahead planned anew where their times changed. Speakers, hosts and
    channels are written by who changes them.

    Returns:
        The number of the record.
    """
    after = room.seminar
    if (before.cancelled_at is None) is not (after.cancelled_at is None):
        after = replace(after, sequence=before.sequence + 1)  # calendars take it out, or in again
    changed = [
        name
        for name in Seminar.__dataclass_fields__
        if name not in _NOT_WRITTEN and getattr(before, name) != getattr(after, name)
    ]
    write_seminar(
        session, after.id, {_COLUMNS.get(name, name): _stored(getattr(after, name)) for name in changed}
    )
    number = add_change(session, after.id, kind=kind, actor=actor, details=details, now=now)
    if any(name in _PLANNED_BY for name in changed):
        plan_anew(session, after, now=now)
    settle_rooms(session, {after.id: room}, now=now)
    want_redrawn(session, [after.id], now=now)
    want_homes_of(session, [after.id], now=now)
    room.seminar = replace(after, version=before.version + 1)
    return number


def plan_anew(session: Session, seminar: Seminar, *, now: datetime) -> None:
    """Forget the moments that lie ahead, and plan those of the seminar as it is now.

    One that has just come due is left to the planner, which sees whether it still counts.
    """
    moment = tables.Moment
    session.execute(
        delete(moment).where(moment.seminar_id == seminar.id, moment.done_at.is_(None), moment.due_at > now)
    )
    if seminar.cancelled_at is None:
        seminars.insert_moments(session, seminar, plan_moments(seminar, now))
        plan_own(session, seminar, now=now)


def tell(
    session: Session,
    seminar: Seminar,
    people: Collection[str],
    *,
    kind: Kind,
    key: str,
    details: Mapping[str, Any],
    now: datetime,
    after: timedelta = timedelta(),
) -> None:
    """Promise each of them a message of that kind; promised under the same key twice, it is sent once.

    Who was forgotten gets none.

    Args:
        session: An open transaction.
        seminar: What it is about.
        people: Who gets it.
        kind: Decides who writes it when it is sent.
        key: What it is about, the same for all: such as the number of the change.
        details: What the one who writes it needs.
        now: The time of the change.
        after: How long it waits before it is sent.
    """
    people = [user_id for user_id in people if not is_gone(user_id)]
    promise(
        session,
        [
            Promise(
                workspace_id=seminar.workspace_id,
                key=f"{kind}:{seminar.id}:{key}:{user_id}",
                kind=kind,
                target=user_id,
                seminar_id=seminar.id,
                priority=Priority.CONFIRMATION if kind in _CAN_WAIT else Priority.PROMOTION,
                due_at=now + after,
                details=details,
            )
            for user_id in people
        ],
        now=now,
    )


def key_of_start(seminar: Seminar) -> str:
    """Return the key of what is promised once for a start: after a move it is promised anew."""
    return str(int(seminar.starts_at.timestamp()))


def _stored(value: object) -> object:
    if isinstance(value, timedelta):
        return int(value.total_seconds()) // 60
    if isinstance(value, tuple):
        return [_stored(one) for one in value]
    return value
