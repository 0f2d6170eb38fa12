"""A channel that vanished, or came back: the cards in it are marked, or become due again."""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.checking import Fact, Found
from bot.services.troubles import tell_staff
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind, Priority
from bot.storage.seminars import lock_seminars

_log = logging.getLogger(__name__)

ARCHIVED, NOT_FOUND = "is_archived", "channel_not_found"
# Slack's word for why a card cannot be shown, by what was found of its channel.
CODES = {Found.CHANNEL_ARCHIVED: ARCHIVED, Found.CHANNEL_GONE: NOT_FOUND}
_OF_FACT = {Fact.ARCHIVED: ARCHIVED, Fact.GONE: NOT_FOUND}
# Refusals that end when the channel is back.
_PASSING = frozenset({ARCHIVED, NOT_FOUND, "is_inactive", "not_in_channel"})


def note_channel(session: Session, workspace_id: int, channel_id: str, fact: Fact, *, now: datetime) -> int:
    """Take in what Slack says of a channel: mark the cards of seminars ahead in it, or try them again.

    Safe to repeat: who announced them is told once, and a card that waits or was
    drawn stays as it is. A card that is just being sent is left to its answer.

    Returns:
        How many cards were marked or became due.
    """
    ids = _list_seminars(session, workspace_id, channel_id, now)
    if not ids:
        return 0
    found = lock_seminars(session, ids)
    announcement = tables.Announcement
    cards = session.scalars(
        select(announcement)
        .where(
            announcement.seminar_id.in_(found),
            announcement.channel_id == channel_id,
            announcement.removed_at.is_(None),
        )
        .order_by(announcement.id)
    ).all()
    rows = read_promises(session, [one.id for one in cards], is_locking=True)
    number = 0
    for one in cards:
        row = rows.get(one.id)
        if row is None:
            continue
        if fact in _OF_FACT:
            number += mark_lost(session, row, _OF_FACT[fact], now)
        elif fact is Fact.THERE and row.state == "refused" and row.reason in _PASSING:
            publish_at = found[one.seminar_id].publish_at
            try_again(row, is_posted=one.message_ts is not None, publish_at=publish_at, now=now)
            number += 1
    session.flush()
    return number


def mark_lost(session: Session, row: tables.Delivery, code: str, now: datetime) -> bool:
    """Mark a card that cannot be shown where it was to be, and tell who announced it, once.

    Returns:
        Whether it was not marked before.
    """
    if row.state in ("sending", "refused", "unknown"):
        return False  # the answer of the one says so by itself; of the others staff know
    row.state, row.reason, row.settled_at = "refused", code, now
    _log.warning("Delivery %d (%s) has no channel any more: %s.", row.id, row.kind, code)
    tell_staff(session, row, code, now)
    return True


def try_again(row: tables.Delivery, *, is_posted: bool, publish_at: datetime | None, now: datetime) -> None:
    """Make a card due that was refused or is lost; if its message is gone, it is posted anew."""
    if row.state == "sending":
        return
    row.state, row.reason, row.settled_at = "due", None, None
    row.attempts = row.doubts = 0
    row.lane = UPDATE if is_posted else POST
    row.priority = Priority.CARD if is_posted else Priority.SCREEN
    row.due_at = row.rank_at = now if is_posted else max(now, publish_at or now)


def read_promises(
    session: Session, announcement_ids: Collection[int], *, is_locking: bool
) -> dict[int, tables.Delivery]:
    """Read the promises of cards by the cards' ids, locked in the order of their own ids if asked.

    That is the order in which they are settled, so that neither waits crosswise.
    """
    delivery = tables.Delivery
    keys = {f"{Kind.ANNOUNCEMENT}:{one}": one for one in announcement_ids}
    statement = select(delivery).where(delivery.key.in_(keys)).order_by(delivery.id)
    if is_locking:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return {keys[row.key]: row for row in session.scalars(statement)}


def _list_seminars(session: Session, workspace_id: int, channel_id: str, now: datetime) -> list[int]:
    seminar, announcement = tables.Seminar, tables.Announcement
    return list(
        session.scalars(
            select(seminar.id)
            .join(announcement, announcement.seminar_id == seminar.id)
            .where(
                seminar.workspace_id == workspace_id,
                seminar.ends_at > now,
                seminar.cancelled_at.is_(None),
                announcement.channel_id == channel_id,
                announcement.removed_at.is_(None),
            )
            .order_by(seminar.id)
            .distinct()
        )
    )
