"""After the talk: what its end sets off, and the next of the series for those who waited in vain."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.aftercare import IN_ROOM_OR_LINE, choose_next, links_of
from bot.domain.reminding import Moment, MomentKind, Skip, tell_next_at
from bot.domain.room import State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.services.changing import tell
from bot.services.feedback import ask_how_it_was
from bot.services.home import is_public
from bot.services.materials import list_changed, tell_of_materials
from bot.services.rendering import Known, Render
from bot.storage import seminars, tables
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.views.aftercare import build_next
from bot.views.message import Message


def follow_up(session: Session, seminar: Seminar, now: datetime) -> None:
    """Promise what is owed at the end of a talk; its row is locked, and asking again changes nothing.

    A talk that was moved or cancelled after this became due owes nothing now.
    """
    if seminar.cancelled_at is not None or now < seminar.ends_at:
        return
    ask_how_it_was(session, seminar, now)
    told = frozenset().union(*(new.as_set() for _old, new in list_changed(session, seminar)))
    links = links_of(seminar).without(told)
    if links.as_set():
        row = tables.Registration
        statement = select(row.user_id).where(row.seminar_id == seminar.id, row.state.in_(IN_ROOM_OR_LINE))
        tell_of_materials(session, seminar, list(session.scalars(statement)), links, now)
    following = choose_next(seminar, _read_series(session, seminar))
    if following is not None:
        _tell_of_next(session, seminar, following, now)


def tell_of_this(session: Session, seminar: Seminar, now: datetime) -> None:
    """Tell who waited in vain for the one before it in its series of a seminar that is announced.

    Where it is announced later by now, so is this.
    """
    at = tell_next_at(seminar)
    if at is not None and at > now:
        if seminar.cancelled_at is None:
            seminars.insert_moments(session, seminar, [Moment(MomentKind.NEXT, at)])
        return
    series = _read_series(session, seminar)
    for one in series:
        is_over = one.cancelled_at is None and one.ends_at <= now
        following = choose_next(one, series) if is_over else None
        if following is not None and following.id == seminar.id:
            _tell_of_next(session, one, seminar, now)


def _tell_of_next(session: Session, before: Seminar, following: Seminar, now: datetime) -> None:
    at = tell_next_at(following)
    if following.starts_at <= now or (at is not None and at > now):
        return
    row = tables.Registration
    statement = select(row.user_id).where(
        row.seminar_id == before.id, row.state.in_((State.WAITLISTED, State.OFFERED))
    )
    people = sorted(session.scalars(statement))
    tell(session, following, people, kind=Kind.NEXT, key="waited", details={"after": before.id}, now=now)


def _read_series(session: Session, seminar: Seminar) -> list[Seminar]:
    if seminar.series_id is None:
        return []
    row = tables.Seminar
    ids = session.scalars(select(row.id).where(row.series_id == seminar.series_id)).all()
    return list(seminars.find_seminars(session, ids).values())


def render_next(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell who waited in vain of the next of the series, unless they know of it."""
    seminar, now = known.seminar_of(one), known.now
    phase = decide_phase(seminar, now)
    skip = _NOT_NEXT.get(phase)
    if skip is not None:
        return skip
    if known.held_by(one) is not None:
        return Skip.SUPERSEDED
    before = seminars.find_seminars(session, [int(one.details["after"])])[int(one.details["after"])]
    if not _may_know(session, before.id, seminar.id):
        return Skip.UNSEEN
    count = seminars.count_registrations(session, [seminar.id])[seminar.id]
    return build_next(before, seminar, count, now, known.zone_of(one))


_NOT_NEXT = {
    Phase.CANCELLED: Skip.CANCELLED,
    Phase.OVER: Skip.OVER,
    Phase.BEGUN: Skip.AFTER_START,
    Phase.CLOSED: Skip.CLOSED,
}


def _may_know(session: Session, before_id: int, seminar_id: int) -> bool:
    """Tell whether whoever waited for the one before may know of a seminar.

    It is in a channel that all may read, or in every channel of the one before,
    so in the one where they saw that.
    """
    if session.execute(select(is_public(seminar_id))).scalar():
        return True
    seen: set[str] = set()
    there: set[str] = set()
    for row in seminars.list_announcements(session, [before_id, seminar_id]):
        if row.seminar_id == before_id:
            seen.add(row.channel_id)
        elif row.removed_at is None:
            there.add(row.channel_id)
    return bool(seen) and seen <= there


RENDERERS: dict[str, Render] = {
    Kind.NEXT: render_next,
}
