"""Ending the offers that were not answered in time: what the planner does at its tick."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.expiring import end_offers
from bot.services.registering import settle_rooms
from bot.storage.offers import list_ended
from bot.storage.seminars import lock_seminars
from bot.storage.staff import open_whole_room

_SEMINARS_A_TICK = 50


def expire_offers(session: Session, *, now: datetime) -> int:
    """End the offers whose time is over, and offer their seats to the next in the same transaction.

    Safe to repeat and to run in several processes: what is read is read again
    under the seminars' lock, which every press takes too. So an answer that is
    saved first counts, and one that comes after hears where its member stands.

    Returns:
        In how many seminars anything changed.
    """
    seminar_ids = list_ended(session, now=now, limit=_SEMINARS_A_TICK)
    if not seminar_ids:
        return 0
    found = lock_seminars(session, seminar_ids)
    rooms = {key: open_whole_room(session, seminar) for key, seminar in found.items()}
    for room in rooms.values():
        end_offers(room, now)
    settle_rooms(session, rooms, now=now)
    return sum(bool(room.changes or room.renewed) for room in rooms.values())
