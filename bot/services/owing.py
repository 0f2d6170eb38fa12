"""What a change of seats owes the people whom it concerns."""

from datetime import datetime

from bot.domain.room import Cause, Change, Room, State
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
        if (kind := _kind_of(change)) is not None:
            key = f"{kind}:{room.seminar.id}:{change.number}"
            owed.append(_promise_of(room, kind, key, change.user_id, change.number, now))
    for user_id in sorted(room.retold):
        number, until = room.known[user_id].change, room.renewed[user_id]
        key = f"{Kind.OFFER}:{room.seminar.id}:{number}:{int(until.timestamp())}"
        owed.append(_promise_of(room, Kind.OFFER, key, user_id, number, now))
    return owed


def _promise_of(room: Room, kind: Kind, key: str, user_id: str, number: int, now: datetime) -> Promise:
    return Promise(
        workspace_id=room.seminar.workspace_id,
        key=key,
        kind=kind,
        target=user_id,
        seminar_id=room.seminar.id,
        priority=Priority.CONFIRMATION if kind is Kind.CONFIRMATION else Priority.PROMOTION,
        due_at=now,
        details={"change": number},
    )


def _kind_of(change: Change) -> Kind | None:
    if change.cause is Cause.MOVED and change.because_of is not None:
        return None  # they stand where they stood, behind somebody who was moved
    if change.cause in _BY_STAFF:
        return Kind.SEAT
    if change.cause is Cause.UNCLAIMED and change.after is State.RELEASED:
        return Kind.SEAT  # they were not there in time, and somebody in the room was
    if change.after is State.OFFERED:
        return Kind.OFFER
    if change.cause is Cause.EXPIRED:
        return Kind.OFFER_GONE
    if change.after not in (State.SEATED, State.WAITLISTED):
        return None
    return Kind.PROMOTION if change.cause in _PROMOTIONS else Kind.CONFIRMATION
