"""Telling members what staff did with their seat or their place in line."""

from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.services.rendering import Known, Render, find_skip
from bot.storage import ledger, registrations
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.views.message import Message
from bot.views.seat_notices import build_seat_notice


def render_seat_notice(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Write what was done, from the ledger's row, unless something newer was decided since."""
    if skip := find_skip(one, known):
        return skip
    seminar = known.seminar_of(one)
    change = ledger.get_change(session, seminar.id, int(one.details["change"]))
    place = registrations.find_place(session, seminar.id, one.target)
    return build_seat_notice(seminar, change, place, known.now, known.zone_of(one))


RENDERERS: dict[str, Render] = {Kind.SEAT: render_seat_notice}
