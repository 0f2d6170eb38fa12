"""Seats that nobody in the room has, once the talk has begun: waiters are asked whether they are there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.checking_in import (
    UNCLAIMED_AFTER,
    Attendance,
    Claim,
    Giving,
    Opening,
    decide_giving,
    decide_opening,
    give_unclaimed,
    is_present,
    may_give_unclaimed,
)
from bot.domain.reminding import Skip
from bot.domain.room import Room, State
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError, key_of_start, look_at_seminar, open_seminar, tell
from bot.services.checking_in import read_attendance, write_check_in
from bot.services.registering import settle_rooms
from bot.services.rendering import Known, Render
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.homes import want_homes_of
from bot.storage.queue import Claimed
from bot.storage.staff import add_change
from bot.views.checking_in import build_unclaimed
from bot.views.message import Message

_GIVEN = "give_unclaimed"


@dataclass(frozen=True, slots=True)
class Door:
    """How it stands at the door: who came, and what can be given to those who wait."""

    room: Room
    attendance: Attendance
    giving: Giving


def look_at_door(session: Session, seminar_id: int, *, workspace_id: int) -> Door:
    """Read who came and who waits, without a lock.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = look_at_seminar(session, seminar_id, workspace_id=workspace_id)
    return Door(room, read_attendance(session, room.seminar), _decide_giving(session, room))


def ask_waiters(
    session: Session, seminar_id: int, *, workspace_id: int, seen: str, actor: str, now: datetime
) -> Giving | None:
    """Ask those who wait whether they are there, each once for a start; None where that cannot be now.

    It is no change of the seminar, so nobody who edits it meanwhile is told of one.

    Raises:
        ChangedMeanwhileError: If it touches other people than the preview showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    if not may_give_unclaimed(room.seminar, now):
        return None
    giving = _decide_giving(session, room)
    if giving.fingerprint() != seen:
        raise ChangedMeanwhileError
    if not giving.asked:
        return giving
    details = {"count": len(giving.asked)}
    add_change(session, seminar_id, kind=_GIVEN, actor=actor, details=details, now=now)
    tell(
        session,
        room.seminar,
        giving.asked,
        kind=Kind.UNCLAIMED,
        key=key_of_start(room.seminar),
        details={"starts_at": room.seminar.starts_at.isoformat()},
        now=now,
    )
    return giving


def claim_seat(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, now: datetime
) -> tuple[Seminar, Claim]:
    """Give a waiter who says that they are there a seat that nobody in the room has, first come first.

    Safe to repeat: who got one keeps it.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    seminar, held = room.seminar, room.known.get(user_id)
    opening = decide_opening(seminar, now)
    if opening in (Opening.CANCELLED, Opening.OVER):
        return seminar, Claim.CANCELLED if opening is Opening.CANCELLED else Claim.OVER
    if held is not None and held.state is State.SEATED:
        if opening is Opening.OPEN and user_id not in _find_present(session, seminar):
            write_check_in(session, seminar_id, user_id, at=now, by=user_id)
        return seminar, Claim.HAS_SEAT
    if held is None or held.state is not State.WAITLISTED:
        return seminar, Claim.NOT_WAITING
    giver = _find_giver(session, seminar)
    if giver is None or not may_give_unclaimed(seminar, now):
        return seminar, Claim.NOT_GIVEN
    if not give_unclaimed(room, user_id, _find_present(session, seminar), giver=giver):
        return seminar, Claim.NONE_LEFT
    settle_rooms(session, {seminar_id: room}, now=now)
    want_homes_of(session, [seminar_id], now=now)
    write_check_in(session, seminar_id, user_id, at=now, by=user_id)
    return seminar, Claim.SEATED


def render_unclaimed(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Ask a waiter whether they are there, unless nothing is left to be given."""
    seminar, held = known.seminar_of(one), known.held_by(one)
    if seminar.cancelled_at is not None:
        return Skip.CANCELLED
    if one.details.get("starts_at") != seminar.starts_at.isoformat():
        return Skip.MOVED
    if known.now >= seminar.ends_at:
        return Skip.OVER
    if held is None or held.state is not State.WAITLISTED:
        return Skip.SUPERSEDED
    room = look_at_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
    if not _decide_giving(session, room).unclaimed:
        return Skip.SUPERSEDED
    return build_unclaimed(seminar, known.now, known.zone_of(one))


def _find_present(session: Session, seminar: Seminar) -> set[str]:
    registration = tables.Registration
    rows: Any = session.execute(
        select(registration.user_id, registration.checked_in_at).where(
            registration.seminar_id == seminar.id, registration.state == State.SEATED
        )
    )
    return {user_id for user_id, checked_in_at in rows if is_present(seminar, checked_in_at)}


def _decide_giving(session: Session, room: Room) -> Giving:
    return decide_giving(room, _find_present(session, room.seminar), _find_asked(session, room))


def _find_asked(session: Session, room: Room) -> Collection[str]:
    """Return those in line who were asked already whether they are there, for the start as it is."""
    delivery, seminar = tables.Delivery, room.seminar
    keys = {f"{Kind.UNCLAIMED}:{seminar.id}:{key_of_start(seminar)}:{one}": one for one in room.head}
    found = session.scalars(select(delivery.key).where(delivery.key.in_(keys)))
    return {keys[key] for key in found}


def _find_giver(session: Session, seminar: Seminar) -> str | None:
    """Return who of the staff gave unclaimed seats, for the start as it is; None if nobody did."""
    change = tables.SeminarChange
    return session.scalar(
        select(change.actor)
        .where(
            change.seminar_id == seminar.id,
            change.kind == _GIVEN,
            change.at >= seminar.starts_at + UNCLAIMED_AFTER,
        )
        .order_by(change.number.desc())
        .limit(1)
    )


RENDERERS: dict[str, Render] = {Kind.UNCLAIMED: render_unclaimed}
