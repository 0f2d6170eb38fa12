"""Telling registrants and waiters of a new time or place."""

from sqlalchemy.orm import Session

from bot.domain.moving import Facts, facts_of, is_news
from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.domain.seminar import Phase, decide_phase
from bot.services.rendering import Known, Render
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.views.message import Message
from bot.views.move_notices import build_move_notice


def render_move(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell who is still concerned where and when it is now, and where and when it was."""
    seminar, held, zone = known.seminar_of(one), known.held_by(one), known.zone_of(one)
    phase = decide_phase(seminar, known.now)
    if phase is Phase.CANCELLED:
        return Skip.CANCELLED
    if phase is Phase.OVER:
        return Skip.OVER
    if held is None or held.state is State.RELEASED:
        return Skip.NOT_SEATED
    old = Facts.from_details(one.details)
    if not is_news(old, facts_of(seminar), has_seat=held.state is State.SEATED):
        return Skip.MOVED_BACK
    return build_move_notice(seminar, old, held.state, known.now, zone)


RENDERERS: dict[str, Render] = {Kind.MOVED: render_move}
