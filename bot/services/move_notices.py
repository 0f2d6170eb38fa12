"""Telling registrants and waiters of a new time or place, and who is yet to be told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.moving import Facts, facts_of, is_news
from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.services.rendering import Known, Render
from bot.storage import tables
from bot.storage.deliveries import POST, Kind
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


def find_untold(
    session: Session, seminar: Seminar, *, locks: bool
) -> dict[str, tuple[tables.Delivery, Facts]]:
    """Read who was promised a notice of an earlier move that was not sent yet, and what they believe.

    Locked, it is not sent before this transaction ends, and then it says what is so by then.
    """
    delivery = tables.Delivery
    statement = (
        select(delivery)
        .where(
            delivery.workspace_id == seminar.workspace_id,
            delivery.lane == POST,
            delivery.state == "due",
            delivery.kind == Kind.MOVED,
            delivery.seminar_id == seminar.id,
        )
        .order_by(delivery.id)
        .execution_options(populate_existing=True)
    )
    rows = session.scalars(statement.with_for_update() if locks else statement)
    found: dict[str, tuple[tables.Delivery, Facts]] = {}
    for row in rows:
        found.setdefault(row.target, (row, Facts.from_details(row.details)))
    return found


RENDERERS: dict[str, Render] = {Kind.MOVED: render_move}
