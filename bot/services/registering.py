"""Deciding what members press about their seats, in batches."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.expiring import shorten_offers
from bot.domain.outcomes import Outcome
from bot.domain.registering import Wish, decide_press
from bot.domain.room import Room
from bot.domain.seminar import Seminar
from bot.services.owing import list_owed
from bot.storage import ledger, registrations, seminars
from bot.storage.deliveries import promise, want_redrawn
from bot.storage.homes import want_homes
from bot.storage.pipeline import pipeline


@dataclass(frozen=True, slots=True)
class Press:
    """One member's wish about one seminar, as it came in from a workspace."""

    workspace_id: int
    seminar_id: int
    user_id: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a press; ``outcome`` None if the workspace has no such seminar."""

    outcome: Outcome | None
    seminar: Seminar | None


_FREEING = frozenset({Wish.RELEASE, Wish.REFUSE})


def register(session: Session, presses: Sequence[Press], *, clock: Callable[[], datetime]) -> list[Decided]:
    """Decide presses in the order they came, and promise what they are owed.

    Safe to repeat: a member who has a seat or a place in line keeps it. The
    seminars' rows are locked until the caller's transaction ends; every other
    path that changes a seat takes the same lock.

    Args:
        session: An open transaction; the caller commits.
        presses: Who pressed what, oldest first, for any seminars.
        clock: Tells the time, aware. It is read when the locks are held, so that what one transaction
            could not see of another is dated after it.

    Returns:
        What became of each press, in the same order.
    """
    found = seminars.lock_seminars(session, sorted({press.seminar_id for press in presses}))
    now = clock()
    valid = [press for press in presses if _is_own(found, press)]
    frees = Counter(press.seminar_id for press in valid if press.wish in _FREEING)
    touched = {press.seminar_id: found[press.seminar_id] for press in valid}
    rooms = (
        registrations.open_rooms(
            session, touched, ((press.seminar_id, press.user_id) for press in valid), frees=frees
        )
        if touched
        else {}
    )
    decided = [_decide(rooms.get(press.seminar_id), press, now) for press in presses]
    settle_rooms(session, rooms, now=now)
    return decided


def _is_own(found: dict[int, Seminar], press: Press) -> bool:
    seminar = found.get(press.seminar_id)
    return seminar is not None and seminar.workspace_id == press.workspace_id


def _decide(room: Room | None, press: Press, now: datetime) -> Decided:
    # Another workspace's seminar has a room where its own members press in the same batch.
    if room is None or room.seminar.workspace_id != press.workspace_id:
        return Decided(None, None)
    return Decided(decide_press(room, press.user_id, press.wish, now), room.seminar)


def settle_rooms(session: Session, rooms: dict[int, Room], *, now: datetime) -> None:
    """Write what was decided in each room, and the messages that it owes, in this transaction."""
    for room in rooms.values():
        shorten_offers(room, now)
    changed = {key: room for key, room in rooms.items() if room.changes or room.renewed}
    if not (changed or any(room.confirmed for room in rooms.values())):
        return
    people = {
        (room.seminar.workspace_id, user_id)
        for room in changed.values()
        for user_id in (*(change.user_id for change in room.changes), *room.renewed)
    }
    with pipeline(session):
        ledger.write_changes(session, rooms, now)
        if changed:
            promise(session, (one for room in changed.values() for one in list_owed(room, now)), now=now)
            want_redrawn(session, changed, now=now)
            want_homes(session, people, now=now)
