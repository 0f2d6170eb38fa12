"""Asking waiters whether they want the seat that is held for them, and telling who did not answer."""

from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.services.rendering import Known, Render, find_skip
from bot.storage import registrations
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.views.message import Message
from bot.views.offers import build_offer, build_offer_gone


def render_offer(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Ask whether they want the seat, with the time until which it is held by now."""
    if skip := find_skip(one, known):
        return skip
    seminar, held = known.seminar_of(one), known.held_by(one)
    if held is None or held.state is not State.OFFERED or held.offered_until is None:
        return Skip.SUPERSEDED
    return build_offer(seminar, held.offered_until, known.now, known.zone_of(one), is_news=True)


def render_offer_gone(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell who did not answer that the seat went on, and where in line they are."""
    if skip := find_skip(one, known):
        return skip
    seminar = known.seminar_of(one)
    place = registrations.find_place(session, seminar.id, one.target)
    return Skip.SUPERSEDED if place is None else build_offer_gone(seminar, place)


RENDERERS: dict[str, Render] = {Kind.OFFER: render_offer, Kind.OFFER_GONE: render_offer_gone}
