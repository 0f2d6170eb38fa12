"""Checking people in, and letting them in at the door.

All that changes who is in the room holds the seminar's lock, as all that changes
a seat does: a seat is not given on while its owner is being checked in.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.checking_in import (
    Attendance,
    CheckIn,
    Opening,
    Step,
    count_attendance,
    count_with_walk_in,
    decide_check_in,
    decide_opening,
    is_right_word,
    mark_word,
)
from bot.domain.room import Cause, State
from bot.domain.seating import seat_person
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError, open_seminar, save_change
from bot.storage import seminars, tables
from bot.storage.seminars import SeminarNotFoundError, get_seminar


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
    write_check_in(session, seminar_id, user_id, at=now, by=actor)
    return CheckIn.DONE


def check_out_person(session: Session, seminar_id: int, user_id: str, *, workspace_id: int) -> None:
    """Note that somebody is not in the room after all; twice is once.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    _lock(session, seminar_id, workspace_id)
    write_check_in(session, seminar_id, user_id, at=None, by=None)


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
    write_check_in(session, seminar_id, user_id, at=now, by=user_id)
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
    write_check_in(session, seminar_id, user_id, at=now, by=actor)
    return CheckIn.DONE


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


def write_check_in(
    session: Session, seminar_id: int, user_id: str, *, at: datetime | None, by: str | None
) -> None:
    """Note when somebody was seen in the room, and by whom; None for not at all."""
    registration = tables.Registration
    session.execute(
        update(registration)
        .where(registration.seminar_id == seminar_id, registration.user_id == user_id)
        .values(checked_in_at=at, checked_in_by=by)
        .execution_options(synchronize_session=False)
    )
