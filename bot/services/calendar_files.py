"""The calendar file that follows a message about a seat, and the one that somebody asks for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.domain.seminar import Phase, decide_phase
from bot.services.rendering import File, Known, Render
from bot.storage import registrations, seminars, tables
from bot.storage.deliveries import FILE, Kind, Priority, Promise, promise
from bot.storage.queue import Claimed
from bot.views.calendar import build_calendar_file, file_name_of
from bot.views.calendar_answers import FileStand, build_add_to_calendar, build_not_for_calendars
from bot.views.message import Message

# After these a calendar knows something that is not so any more, or not yet.
FOLLOWED = frozenset(
    {Kind.CONFIRMATION, Kind.PROMOTION, Kind.SEAT, Kind.MOVED, Kind.CANCELLED, Kind.RESTORED}
)
_STANDS = {"done": FileStand.SENT, "refused": FileStand.REFUSED, "unknown": FileStand.REFUSED}


def promise_file(session: Session, row: tables.Delivery, *, now: datetime) -> None:
    """Promise the calendar file that follows a message which Slack has accepted.

    One for each message, in the transaction that settles it. Whether its reader has a seat is
    looked at when it is sent.
    """
    if row.kind in FOLLOWED and row.seminar_id is not None:
        key = f"{Kind.CALENDAR}:{row.id}"
        details = {"channel": row.sent_channel}
        _promise(session, row.workspace_id, row.seminar_id, row.target, key, details, now)


def ask_for_file(
    session: Session, seminar_id: int, *, workspace_id: int, user_id: str, now: datetime
) -> Message:
    """Promise the file to somebody who asks for it, and answer with the links.

    However often they press they get one, and another after the talk has moved.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    if decide_phase(seminar, now) in (Phase.CANCELLED, Phase.OVER):
        return build_not_for_calendars(seminar)
    key = f"{Kind.CALENDAR}:{seminar_id}:{seminar.sequence}:{user_id}"
    state = session.scalar(select(tables.Delivery.state).where(tables.Delivery.key == key))
    if state is None:
        _promise(session, workspace_id, seminar_id, user_id, key, {"asked": True}, now)
    held = registrations.find_registrations(session, [(seminar_id, user_id)]).get((seminar_id, user_id))
    has_seat = held is not None and held.state is State.SEATED
    return build_add_to_calendar(seminar, _STANDS.get(state or "", FileStand.COMING), has_seat=has_seat)


def _promise(
    session: Session,
    workspace_id: int,
    seminar_id: int,
    user_id: str,
    key: str,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    one = Promise(
        workspace_id=workspace_id,
        key=key,
        kind=Kind.CALENDAR,
        target=user_id,
        seminar_id=seminar_id,
        priority=Priority.CONFIRMATION,
        due_at=now,
        details=details,
    )
    promise(session, [one], now=now, lane=FILE)


def render_file(_session: Session, one: Claimed, known: Known) -> File | Skip:
    """Build the file as the seminar stands; who has no seat needs none, unless they asked for it."""
    seminar, held = known.seminar_of(one), known.held_by(one)
    has_seat = held is not None and held.state is State.SEATED
    is_asked = bool(one.details.get("asked"))
    if decide_phase(seminar, known.now) is Phase.OVER:
        return Skip.OVER
    if not has_seat and not is_asked:
        return Skip.NOT_SEATED
    if not has_seat and seminar.cancelled_at is not None:
        return Skip.CANCELLED
    comment = (
        "This takes the seminar out of your calendar."
        if seminar.cancelled_at is not None
        else "For your calendar. Opened again after a change, it moves the entry that is there."
    )
    content = build_calendar_file(seminar, known.now, has_seat=has_seat)
    return File(file_name_of(seminar), content, comment, one.details.get("channel"))


RENDERERS: dict[str, Render] = {Kind.CALENDAR: render_file}
