"""Checking people in, letting them in at the door, and giving on the seats that nobody claims.

All that changes who is in the room holds the seminar's lock, as all that changes
a seat does: a seat is not given on while its owner is being checked in.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.checking_in import (
    UNCLAIMED_AFTER,
    Attendance,
    CheckIn,
    Claim,
    Giving,
    Opening,
    Step,
    count_attendance,
    count_with_walk_in,
    decide_check_in,
    decide_giving,
    decide_opening,
    give_unclaimed,
    is_present,
    is_right_word,
    mark_word,
    may_give_unclaimed,
)
from bot.domain.reminding import Skip
from bot.domain.room import Cause, Room, State
from bot.domain.seating import seat_person
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError, look_at_seminar, open_seminar, save_change, tell
from bot.services.registering import settle_rooms
from bot.services.rendering import Known, Render
from bot.storage import seminars, tables
from bot.storage.deliveries import Kind
from bot.storage.homes import want_homes_of
from bot.storage.queue import Claimed
from bot.storage.seminars import SeminarNotFoundError, get_seminar
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


def read_attendance(session: Session, seminar: Seminar) -> Attendance:
    """Count who came and who did not."""
    change, registration = tables.SeatChange, tables.Registration
    ledger = session.execute(
        select(change.user_id, change.after, change.cause, change.at)
        .where(change.seminar_id == seminar.id)
        .order_by(change.number)
    )
    checked_in = session.execute(
        select(registration.user_id, registration.checked_in_at).where(
            registration.seminar_id == seminar.id, registration.checked_in_at.is_not(None)
        )
    )
    steps = [Step(user_id, State(after), Cause(cause), at) for user_id, after, cause, at in ledger]
    return count_attendance(seminar, steps, {user_id: at for user_id, at in checked_in if at is not None})


def set_word(
    session: Session,
    seminar_id: int,
    word: str,
    *,
    workspace_id: int,
    seen: str,
    actor: str,
    now: datetime,
) -> None:
    """Set the word that is shown in the room, empty for none; the same word again changes nothing.

    Raises:
        ChangedMeanwhileError: If another word stands there by now than the one that was replaced.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    before = room.seminar
    if before.check_in_word == word:
        return
    if mark_word(before.check_in_word) != seen:
        raise ChangedMeanwhileError
    room.seminar = replace(before, check_in_word=word)
    details = {"check_in_word": [before.check_in_word, word]}
    save_change(session, room, before, kind="check_in", actor=actor, details=details, now=now)


def check_in_person(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, actor: str, now: datetime
) -> CheckIn:
    """Note that staff saw somebody in the room; only who has a seat, and twice is once.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = _lock(session, seminar_id, workspace_id)
    if (refused := _find_refusal(session, seminar, user_id, now, is_staff=True)) is not None:
        return refused
    _write_check_in(session, seminar_id, user_id, at=now, by=actor)
    return CheckIn.DONE


def check_out_person(session: Session, seminar_id: int, user_id: str, *, workspace_id: int) -> None:
    """Note that somebody is not in the room after all; twice is once.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    _lock(session, seminar_id, workspace_id)
    _write_check_in(session, seminar_id, user_id, at=None, by=None)


def look_at_self(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, now: datetime
) -> tuple[Seminar, CheckIn | None]:
    """Return the seminar, and why a member cannot check in by the word now; None if they can.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = get_seminar(session, seminar_id, workspace_id=workspace_id)
    refused = _find_refusal(session, seminar, user_id, now, is_staff=False)
    return seminar, refused or (None if seminar.check_in_word else CheckIn.NO_WORD)


def check_in_self(
    session: Session, seminar_id: int, user_id: str, typed: str, *, workspace_id: int, now: datetime
) -> tuple[Seminar, CheckIn]:
    """Check a member in who typed the word that is shown in the room.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = _lock(session, seminar_id, workspace_id)
    if (refused := _find_refusal(session, seminar, user_id, now, is_staff=False)) is not None:
        return seminar, refused
    if not seminar.check_in_word:
        return seminar, CheckIn.NO_WORD
    if not is_right_word(seminar, typed):
        return seminar, CheckIn.WRONG_WORD
    _write_check_in(session, seminar_id, user_id, at=now, by=user_id)
    return seminar, CheckIn.DONE


def let_in(
    session: Session,
    seminar_id: int,
    user_id: str,
    *,
    workspace_id: int,
    seen: int | None,
    actor: str,
    now: datetime,
) -> CheckIn | Opening:
    """Check somebody in who stands at the door, with a seat if they have none, above the limit if need be.

    Returns:
        What became of it; where check-in is not open, that.

    Raises:
        ChangedMeanwhileError: If it makes another number of seats above the limit than was shown.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    if (opening := decide_opening(room.seminar, now)) is not Opening.OPEN:
        return opening
    held = room.known.get(user_id)
    if held is not None and held.state is State.SEATED:
        return check_in_person(session, seminar_id, user_id, workspace_id=workspace_id, actor=actor, now=now)
    is_offered = held is not None and held.state is State.OFFERED
    if not is_offered and count_with_walk_in(room) != seen:
        raise ChangedMeanwhileError
    seat_person(room, user_id, actor=actor, reason="", cause=Cause.WALK_IN)
    details = {"user": user_id}
    save_change(session, room, room.seminar, kind="walk_in", actor=actor, details=details, now=now)
    _write_check_in(session, seminar_id, user_id, at=now, by=actor)
    return CheckIn.DONE


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
        key=_round_of(room.seminar),
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
            _write_check_in(session, seminar_id, user_id, at=now, by=user_id)
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
    _write_check_in(session, seminar_id, user_id, at=now, by=user_id)
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


RENDERERS: dict[str, Render] = {Kind.UNCLAIMED: render_unclaimed}


def _lock(session: Session, seminar_id: int, workspace_id: int) -> Seminar:
    """Lock a seminar of a workspace; who checks in by hundreds does not read the whole room each time."""
    seminar = seminars.lock_seminars(session, [seminar_id]).get(seminar_id)
    if seminar is None or seminar.workspace_id != workspace_id:
        raise SeminarNotFoundError(seminar_id)
    return seminar


def _find_refusal(
    session: Session, seminar: Seminar, user_id: str, now: datetime, *, is_staff: bool
) -> CheckIn | None:
    registration = tables.Registration
    row = session.execute(
        select(registration.state, registration.checked_in_at).where(
            registration.seminar_id == seminar.id, registration.user_id == user_id
        )
    ).first()
    state, checked_in_at = (State(row[0]), row[1]) if row else (None, None)
    return decide_check_in(seminar, state, checked_in_at, now, is_staff=is_staff)


def _write_check_in(
    session: Session, seminar_id: int, user_id: str, *, at: datetime | None, by: str | None
) -> None:
    registration = tables.Registration
    session.execute(
        update(registration)
        .where(registration.seminar_id == seminar_id, registration.user_id == user_id)
        .values(checked_in_at=at, checked_in_by=by)
        .execution_options(synchronize_session=False)
    )


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
    keys = {f"{Kind.UNCLAIMED}:{seminar.id}:{_round_of(seminar)}:{one}": one for one in room.head}
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


def _round_of(seminar: Seminar) -> str:
    return str(int(seminar.starts_at.timestamp()))
