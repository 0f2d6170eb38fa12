"""Telling everybody that a seminar was cancelled, or takes place after all.

Who was never told of a cancellation is not told that it was taken back either,
and who was, and did not hear of its restoring, is not told of the next one.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.services.rendering import Known, Render
from bot.storage import registrations, tables
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.views.life_notices import build_cancelled, build_restored
from bot.views.message import Message

_KINDS = (Kind.CANCELLED, Kind.RESTORED)
# What was sent, or may have been: its answer was lost, or it is on its way.
_TOLD = frozenset({"done", "unknown", "sending"})


def render_cancelled(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Write that the talk does not take place, to who does not know it yet."""
    seminar, held = known.seminar_of(one), known.held_by(one)
    if skip := _find_skip(session, one, known):
        return skip
    if seminar.cancelled_at is None or _last_told(session, one) == Kind.CANCELLED:
        return Skip.SUPERSEDED
    state = held.state if held is not None else State.WAITLISTED
    return build_cancelled(seminar, known.now, known.zone_of(one), state)


def render_restored(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Write that the talk takes place after all, to who was told that it does not."""
    seminar = known.seminar_of(one)
    if skip := _find_skip(session, one, known):
        return skip
    if seminar.cancelled_at is not None or _last_told(session, one) != Kind.CANCELLED:
        return Skip.SUPERSEDED
    held, place = known.held_by(one), registrations.find_place(session, seminar.id, one.target)
    until = held.offered_until if held is not None and held.state is State.OFFERED else None
    return build_restored(seminar, known.now, known.zone_of(one), place=place, held_until=until)


def _find_skip(session: Session, one: Claimed, known: Known) -> Skip | None:
    seminar, held = known.seminar_of(one), known.held_by(one)
    if known.now >= seminar.ends_at:
        return Skip.OVER
    if held is None or held.state is State.RELEASED:
        return Skip.SUPERSEDED
    newest = _list_steps(session, seminar.id)[-1]
    return None if newest == (one.details["change"], one.kind) else Skip.SUPERSEDED


def _last_told(session: Session, one: Claimed) -> str | None:
    """Return which of the two a member was told last before this; None if neither, or not by these."""
    steps = [step for step in _list_steps(session, one.seminar_id or 0) if step[0] < one.details["change"]]
    keys = [f"{kind}:{one.seminar_id}:{number}:{one.target}" for number, kind in steps]
    row = tables.Delivery
    found = {
        key: state in _TOLD or doubts > 0
        for key, state, doubts in session.execute(
            select(row.key, row.state, row.doubts).where(row.key.in_(keys))
        )
    }
    for key, (_number, kind) in zip(reversed(keys), reversed(steps), strict=True):
        if key not in found:
            return None  # nobody promised them this one: their seat's own notice told them
        if found[key]:
            return kind
    return None


def _list_steps(session: Session, seminar_id: int) -> list[tuple[int, str]]:
    change = tables.SeminarChange
    statement = (
        select(change.number, change.kind)
        .where(change.seminar_id == seminar_id, change.kind.in_(_KINDS))
        .order_by(change.number)
    )
    return [(number, kind) for number, kind in session.execute(statement)]


RENDERERS: dict[str, Render] = {Kind.CANCELLED: render_cancelled, Kind.RESTORED: render_restored}
