"""A deactivated account frees its seats: at once where Slack tells it, and within a day where it does not."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, tuple_, update
from sqlalchemy.orm import Session

from bot.domain.room import Cause, State
from bot.domain.seating import remove_person
from bot.services.registering import settle_rooms
from bot.storage import registrations, tables
from bot.storage.seminars import lock_seminars

ASKED_ANEW_AFTER = timedelta(days=1)
_MOST = 1000  # seminars that are ahead of one person


def free_seats(session: Session, workspace_id: int, user_id: str, *, now: datetime) -> int:
    """Take a deactivated account out of every seminar that is ahead; the line gets its seats.

    Nobody reads messages there any more, so none is sent. Who is activated again
    registers anew. Safe to repeat. To be called before anything else of the
    person is written: the seminars' locks come first, as with a press.

    Returns:
        From how many seminars the account was taken.
    """
    registration, seminar = tables.Registration, tables.Seminar
    ahead = session.scalars(
        select(registration.seminar_id)
        .join(seminar, seminar.id == registration.seminar_id)
        .where(
            registration.user_id == user_id,
            registration.state != State.RELEASED,
            seminar.workspace_id == workspace_id,
            seminar.starts_at > now,
        )
        .order_by(registration.seminar_id)
        .limit(_MOST)
    )
    seminar_ids = list(ahead)
    if not seminar_ids:
        return 0
    found = lock_seminars(session, seminar_ids)
    pairs = [(key, user_id) for key in found]
    rooms = registrations.open_rooms(session, found, pairs, frees=dict.fromkeys(found, 1))
    for room in rooms.values():
        remove_person(room, user_id, now, actor=None, reason="", cause=Cause.DEACTIVATED)
    settle_rooms(session, rooms, now=now)
    return sum(bool(room.changes) for room in rooms.values())


def ask_anew(session: Session, *, now: datetime, limit: int) -> int:
    """Have those asked about again who are in a seminar ahead, and whose facts are older than a day.

    Slack tells of a deactivated account once, and not while the bot is away. Who
    is asked about is found by what is not known, so a restart loses nothing.

    Args:
        session: An open transaction.
        now: The moment.
        limit: How many at most; none is left when fewer are returned.

    Returns:
        How many will be asked about.
    """
    member, registration, seminar = tables.Member, tables.Registration, tables.Seminar
    is_in_one_ahead = exists().where(
        registration.user_id == member.user_id,
        registration.state != State.RELEASED,
        seminar.id == registration.seminar_id,
        seminar.workspace_id == member.workspace_id,
        seminar.starts_at > now,
    )
    # Whoever another process marks at this moment is left to it.
    old = session.execute(
        select(member.workspace_id, member.user_id)
        .where(member.fetched_at <= now - ASKED_ANEW_AFTER, is_in_one_ahead)
        .order_by(member.workspace_id, member.user_id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=member)
    ).all()
    if old:
        session.execute(
            update(member)
            .where(tuple_(member.workspace_id, member.user_id).in_([tuple(one) for one in old]))
            .values(fetched_at=None)
            .execution_options(synchronize_session=False)
        )
    return len(old)
