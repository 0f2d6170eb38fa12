"""What staff do with one person of a seminar: looking at what it does, and doing exactly that.

A change is decided twice by the same function: on what is read, for the form,
and on what is locked, to be saved. Where the two differ nothing is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from bot.domain.consequence import summarize_changes
from bot.domain.registering import is_line_served
from bot.domain.room import Cause, Room, State
from bot.domain.seating import count_over, move_in_line, remove_person, seat_person
from bot.domain.seminar import Phase, Seminar, decide_phase, seats_left
from bot.services.changing import ChangedMeanwhileError, open_seminar, save_change
from bot.storage.members import find_member
from bot.storage.staff import get_workspace
from bot.views.person_plans import AddPlan, MovePlan, Refusal, RemovalPlan, SeatPlan

_SLACKBOT = "USLACKBOT"
_TOO_LATE = {Phase.CANCELLED: Refusal.CANCELLED, Phase.OVER: Refusal.OVER}


@dataclass(frozen=True, slots=True)
class Deed:
    """What staff do to one person.

    Attributes:
        seminar_id: The seminar.
        workspace_id: The workspace of who does it.
        user_id: The person.
        actor: Who of the staff does it.
        reason: Why, empty if they did not say.
        seen: The fingerprint of what the form showed.
        now: The time of it.
    """

    seminar_id: int
    workspace_id: int
    user_id: str
    actor: str
    reason: str
    seen: str
    now: datetime


class _Plan(Protocol):
    @property
    def refusal(self) -> Refusal | None: ...

    def fingerprint(self) -> str: ...


P = TypeVar("P", bound=_Plan)


def decide_seat(room: Room, user_id: str, now: datetime, *, actor: str, reason: str = "") -> SeatPlan:
    """Give somebody a seat in a room, and return what that does."""
    held = room.known.get(user_id)
    if (late := _TOO_LATE.get(decide_phase(room.seminar, now))) is not None:
        return SeatPlan(late)
    if held is not None and held.state is State.SEATED:
        return SeatPlan(Refusal.HAS_SEAT)
    is_held = held is not None and held.state is State.OFFERED
    above = None if is_held else _count_above(room)
    ahead = 0 if is_held else _count_ahead(room, user_id)
    change = seat_person(room, user_id, actor=actor, reason=reason)
    changes = [] if change is None else [change]
    before = None if held is None else held.state
    return SeatPlan(None, summarize_changes(changes, over=count_over(room)), above, ahead, before)


def decide_removal(room: Room, user_id: str, now: datetime, *, actor: str, reason: str = "") -> RemovalPlan:
    """Take somebody's seat or place in a room, and return what that does."""
    held = room.known.get(user_id)
    if (late := _TOO_LATE.get(decide_phase(room.seminar, now))) is not None:
        return RemovalPlan(late)
    if held is None or held.state is State.RELEASED:
        return RemovalPlan(Refusal.HAS_NOTHING)
    changes = remove_person(room, user_id, now, actor=actor, reason=reason)
    return RemovalPlan(None, held.state, summarize_changes(changes, over=count_over(room)))


def decide_move(room: Room, user_id: str, now: datetime) -> MovePlan:
    """Return where somebody is in line, and whether they can be moved there."""
    phase = decide_phase(room.seminar, now)
    if (late := _TOO_LATE.get(phase)) is not None:
        return MovePlan(late)
    if user_id not in room.head:
        held = room.known.get(user_id)
        has_seat = held is not None and held.state is State.SEATED
        return MovePlan(Refusal.HAS_SEAT if has_seat else Refusal.NOT_IN_LINE)
    if phase is Phase.BEGUN:
        return MovePlan(Refusal.NOT_SERVED)
    return MovePlan(None, room.head.index(user_id) + 1, len(room.head))


def decide_adding(room: Room, now: datetime) -> AddPlan:
    """Return what adding somebody new does: whether a seat is above the limit, and who waits before them.

    A line is there to join where one is kept and served, and nobody could have a seat instead.
    """
    seminar = room.seminar
    if (late := _TOO_LATE.get(decide_phase(seminar, now))) is not None:
        return AddPlan(late)
    is_full = seats_left(seminar, room.count) == 0 or room.count.waiting > 0
    can_wait = seminar.has_waitlist and is_full and is_line_served(seminar, now)
    return AddPlan(None, _count_above(room), room.count.waiting, can_wait)


def give_seat(session: Session, deed: Deed) -> SeatPlan:
    """Give somebody a seat, out of turn and above the limit if need be; whoever has one keeps it.

    The seminar stays locked until the caller's transaction ends; presses take the same lock.

    Raises:
        ChangedMeanwhileError: If it would do something else than the form showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, before = _open(session, deed)
    plan = _hold_to(deed, decide_seat(room, deed.user_id, deed.now, actor=deed.actor, reason=deed.reason))
    if plan.refusal is None and plan.needs_reason and not deed.reason:
        return replace(plan, refusal=Refusal.REASON_MISSING)
    if plan.refusal is None:
        _save(session, room, before, deed, "seated")
    return plan


def remove(session: Session, deed: Deed) -> RemovalPlan:
    """Take somebody's seat or place in line, for a reason that they are told; the line gets the seat.

    Raises:
        ChangedMeanwhileError: If it would do something else than the form showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, before = _open(session, deed)
    plan = _hold_to(deed, decide_removal(room, deed.user_id, deed.now, actor=deed.actor, reason=deed.reason))
    if plan.refusal is None and not deed.reason:
        return replace(plan, refusal=Refusal.REASON_MISSING)
    if plan.refusal is None:
        _save(session, room, before, deed, "removed")
    return plan


def move(session: Session, deed: Deed, place: int | None) -> MovePlan:
    """Move somebody to a place in line; None is no place that can be.

    Raises:
        ChangedMeanwhileError: If they stand elsewhere than the form showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, before = _open(session, deed)
    plan = decide_move(room, deed.user_id, deed.now)
    if plan.refusal is None and place == plan.place:  # also where the same form comes twice
        return replace(plan, refusal=Refusal.THERE_ALREADY)
    _hold_to(deed, plan)
    if plan.refusal is not None:
        return plan
    if place is None or not 1 <= place <= plan.waiting:
        return replace(plan, refusal=Refusal.PLACE_WRONG)
    move_in_line(room, deed.user_id, place, actor=deed.actor, reason=deed.reason)
    _save(session, room, before, deed, "moved_in_line")
    return replace(plan, place=place)


def add(session: Session, deed: Deed, *, wants_seat: bool, checked: Refusal | None = None) -> AddPlan:
    """Add somebody who asked by other means: with a seat, or at the end of the line.

    Args:
        session: An open transaction; the caller commits.
        deed: Whom, by whom and why.
        wants_seat: Whether they get a seat; else a place at the end of the line.
        checked: What Slack says against the account.

    Raises:
        ChangedMeanwhileError: If it would do something else than the form showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room, before = _open(session, deed)
    plan = decide_adding(room, deed.now)
    if plan.refusal is not None:
        return plan
    held = room.known.get(deed.user_id)
    refusal = _HOLDS.get(held.state) if held is not None else None
    refusal = refusal or checked or find_against(session, deed.workspace_id, deed.user_id)
    if refusal is not None:
        return replace(plan, refusal=refusal)
    _hold_to(deed, plan)
    if not wants_seat and not plan.can_wait:
        return replace(plan, refusal=Refusal.NO_LINE)
    if wants_seat and plan.needs_reason and not deed.reason:
        return replace(plan, refusal=Refusal.REASON_MISSING)
    if wants_seat:
        seat_person(room, deed.user_id, actor=deed.actor, reason=deed.reason, cause=Cause.ADDED)
    else:
        # A line is joined only where no seat is free, so nobody moves up by it.
        room.set_state(
            deed.user_id, State.WAITLISTED, Cause.ADDED, actor=deed.actor, reason=deed.reason or None
        )
    _save(session, room, before, deed, "added")
    return replace(plan, seated=wants_seat)


_HOLDS: Mapping[State, Refusal] = {
    State.SEATED: Refusal.HAS_SEAT,
    State.OFFERED: Refusal.ASKED,
    State.WAITLISTED: Refusal.IN_LINE,
}


def find_against(session: Session, workspace_id: int, user_id: str) -> Refusal | None:
    """Return what is known against somebody's account: it is an app, or deactivated."""
    if user_id in (_SLACKBOT, get_workspace(session, workspace_id).bot_user_id):
        return Refusal.IS_APP
    member = find_member(session, workspace_id, user_id)
    return Refusal.DEACTIVATED if member is not None and member.is_deactivated else None


def _open(session: Session, deed: Deed) -> tuple[Room, Seminar]:
    room = open_seminar(session, deed.seminar_id, workspace_id=deed.workspace_id)
    return room, room.seminar


def _hold_to(deed: Deed, plan: P) -> P:
    """Return a plan if it is the one that was seen, or if nothing is done anyway."""
    if plan.refusal is None and plan.fingerprint() != deed.seen:
        raise ChangedMeanwhileError
    return plan


def _save(session: Session, room: Room, before: Seminar, deed: Deed, kind: str) -> None:
    details = {"user": deed.user_id, "reason": deed.reason}
    save_change(session, room, before, kind=kind, actor=deed.actor, details=details, now=deed.now)


def _count_above(room: Room) -> int | None:
    """Return how many seats one more makes, if that is more than there are."""
    return room.count.taken + 1 if seats_left(room.seminar, room.count) == 0 else None


def _count_ahead(room: Room, user_id: str) -> int:
    return room.head.index(user_id) if user_id in room.head else len(room.head)
