"""Finding a card again whose answer was lost when it was posted: a press on it says where it is."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind, Priority

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PressedCard:
    """A message with a seminar's buttons, as a press names it."""

    workspace_id: int
    seminar_id: int
    channel_id: str
    message_ts: str


def is_card_lost(session: Session, card: PressedCard) -> bool:
    """Tell whether a message with a seminar's buttons is a card whose answer was lost."""
    return _find_lost(session, card) is not None


def adopt_card(session: Session, card: PressedCard, *, now: datetime) -> None:
    """Take the message that somebody pressed for the card whose answer was lost, and want it redrawn.

    Safe to repeat: a card that is known, or being posted now, stays as it is.
    """
    found = _find_lost(session, card)
    if found is None:
        return
    row = session.scalar(
        select(tables.Delivery)
        .where(tables.Delivery.id == found)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or not _is_lost(row):
        return
    row.lane, row.priority, row.state, row.reason = UPDATE, Priority.CARD, "due", None
    row.doubts = row.attempts = 0
    row.wanted = max(row.wanted, row.done + 1)
    row.due_at = row.rank_at = now
    row.settled_at = None
    row.sent_channel, row.sent_ts = card.channel_id, card.message_ts
    session.execute(
        update(tables.Announcement)
        .where(tables.Announcement.id == row.details["announcement"])
        .values(message_ts=card.message_ts)
    )
    _log.info("The card of seminar %d whose answer was lost was found by a press.", card.seminar_id)


def _is_lost(row: tables.Delivery) -> bool:
    return row.lane == POST and (row.state == "unknown" or (row.state == "due" and row.doubts > 0))


def _find_lost(session: Session, card: PressedCard) -> int | None:
    """Return the delivery of the card that this may be; by keys only, as every press asks."""
    announcement, delivery = tables.Announcement, tables.Delivery
    if not card.message_ts:
        return None
    announced = session.scalar(
        select(announcement.id)
        .join(tables.Seminar, tables.Seminar.id == announcement.seminar_id)
        .where(
            announcement.seminar_id == card.seminar_id,
            announcement.channel_id == card.channel_id,
            announcement.message_ts.is_(None),
            tables.Seminar.workspace_id == card.workspace_id,
        )
    )
    if announced is None:
        return None
    return session.scalar(
        select(delivery.id).where(
            delivery.key == f"{Kind.ANNOUNCEMENT}:{announced}",
            delivery.lane == POST,
            or_(delivery.state == "unknown", (delivery.state == "due") & (delivery.doubts > 0)),
        )
    )
