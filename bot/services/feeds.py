"""A member's personal calendar feed, under an address that nobody can guess and that they can take back."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.room import State
from bot.storage import seminars, tables
from bot.storage.preferences import lock_preference
from bot.views.calendar import build_feed

FEED_PATH = "/calendar/{key}.ics"
_BYTES = 32  # of randomness in an address
_KEPT = timedelta(days=31)  # how long what is over stays in the feed
_MOST = 500


def give_feed_key(session: Session, workspace_id: int, user_id: str, *, anew: bool = False) -> str:
    """Return the secret part of a member's address, made at the first time.

    Args:
        session: An open transaction.
        workspace_id: The workspace.
        user_id: The member.
        anew: Make another one; the old address then leads nowhere.
    """
    row = lock_preference(session, workspace_id, user_id)
    if row.feed_key is None or anew:
        row.feed_key = secrets.token_urlsafe(_BYTES)
    return row.feed_key


def read_feed(session: Session, key: str, *, now: datetime) -> bytes | None:
    """Return the calendar behind an address, None if it leads nowhere.

    A workspace that is no longer served, and a deactivated account, have none.
    """
    row, workspace, member = tables.Preference, tables.Workspace, tables.Member
    found = session.execute(
        select(row.workspace_id, row.user_id)
        .join(workspace, workspace.id == row.workspace_id)
        .where(row.feed_key == key, workspace.gone_reason.is_(None))
    ).first()
    if found is None:
        return None
    person = session.get(member, (found.workspace_id, found.user_id))
    if person is not None and person.is_deactivated:
        return None
    registration, seminar = tables.Registration, tables.Seminar
    ids = session.scalars(
        select(seminar.id)
        .join(registration, registration.seminar_id == seminar.id)
        .where(
            registration.user_id == found.user_id,
            registration.state == State.SEATED,
            seminar.workspace_id == found.workspace_id,
            seminar.ends_at > now - _KEPT,
        )
        .order_by(seminar.starts_at, seminar.id)
        .limit(_MOST)
    ).all()
    seats = seminars.find_seminars(session, ids)
    return build_feed([seats[one] for one in ids], now)
