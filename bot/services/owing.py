"""What a change of seats owes the people whom it concerns."""

from datetime import datetime

from bot.domain.registering import Cause, Change, Room, State
from bot.storage.deliveries import Kind, Priority, Promise

# Who pressed is confirmed what they did; who moved up gets all of it; the rest is told what staff did.
_PROMOTIONS = frozenset({Cause.PROMOTED, Cause.MORE_SEATS, Cause.UNCLAIMED})
_BY_STAFF = frozenset(
    {Cause.FEWER_SEATS, Cause.SEATED, Cause.MOVED, Cause.REMOVED, Cause.ADDED, Cause.WALK_IN}
)


def list_owed(room: Room, now: datetime) -> list[Promise]:
    """Return what a transaction owes the members of one seminar: only for where each of them ended up."""
    last: dict[str, Change] = {change.user_id: change for change in room.changes}
    owed: list[Promise] = []
    for change in last.values():
        kind = _kind_of(change)
        if kind is None:
            continue
        owed.append(
            Promise(
                workspace_id=room.seminar.workspace_id,
                key=f"{kind}:{room.seminar.id}:{change.number}",
                kind=kind,
                target=change.user_id,
                seminar_id=room.seminar.id,
                priority=Priority.CONFIRMATION if kind is Kind.CONFIRMATION else Priority.PROMOTION,
                due_at=now,
                details={"change": change.number},
            )
        )
    return owed


def _kind_of(change: Change) -> Kind | None:
    if change.cause in _BY_STAFF:
        return Kind.SEAT
    if change.cause is Cause.UNCLAIMED and change.after is State.RELEASED:
        return Kind.SEAT  # they were not there in time, and somebody in the room was
    if change.after not in (State.SEATED, State.WAITLISTED):
        return None
    return Kind.PROMOTION if change.cause in _PROMOTIONS else Kind.CONFIRMATION
