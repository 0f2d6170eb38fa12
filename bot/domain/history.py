"""What the ledger tells: how a waiter came to their place, and who stood in line before a change."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from bot.domain.room import Cause, Change, State


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a waiter came to their place in line, counted, and naming nobody.

    The place is ``first_place - got_seats - left - moved_behind + moved_ahead - moved_up``.

    Attributes:
        place: The place now, 1 for who is next.
        joined: The number of the change by which they came into the line.
        cause: Why they came into it.
        first_place: The place that they had then.
        came_back: Whether they had given back a seat or a place just before.
        got_seats: How many who were before them got a seat since, or have one held for them.
        left: How many who were before them left the line since.
        moved_behind: How many who were before them stand behind them by what staff did.
        moved_ahead: How many stand before them since by what staff did.
        moved_up: By how many places staff moved them towards the front; less than 0 towards the end.
    """

    place: int
    joined: int
    cause: Cause
    first_place: int
    came_back: bool = False
    got_seats: int = 0
    left: int = 0
    moved_behind: int = 0
    moved_ahead: int = 0
    moved_up: int = 0

    @property
    def was_moved(self) -> bool:
        """Tell whether staff put anybody elsewhere, so that the place changed."""
        return bool(self.moved_behind or self.moved_ahead or self.moved_up)


def explain_place(changes: Iterable[Change], user_id: str) -> Explanation | None:
    """Say how a waiter came to their place; None for who is not in line.

    Args:
        changes: The seminar's ledger from its beginning, in the order of its numbers.
        user_id: The waiter.
    """
    line: dict[str, int] = {}
    told: Explanation | None = None
    gave_back = False
    for change in changes:
        old, new = line.pop(change.user_id, None), _key_after(change)
        own = line.get(user_id)
        if change.user_id == user_id:
            told = _explain_own(told, change, line, old, new, came_back=gave_back)
            gave_back = change.after is State.RELEASED and change.cause is Cause.PRESSED
        elif told is not None and own is not None:
            told = _explain_other(told, change, was_ahead=_is_before(old, own), is_ahead=_is_before(new, own))
        if new is not None:
            line[change.user_id] = new
    own = line.get(user_id)
    return None if told is None or own is None else replace(told, place=_count_before(line, own) + 1)


def list_lines_before(changes: Iterable[Change], numbers: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the whole line as it stood just before each of those changes, first who was next.

    Args:
        changes: The seminar's ledger from its beginning, in the order of its numbers.
        numbers: The numbers of the changes that are asked about.
    """
    line: dict[str, int] = {}
    found: dict[int, tuple[str, ...]] = {}
    for change in changes:
        if change.number in numbers:
            found[change.number] = tuple(sorted(line, key=line.__getitem__))
        line.pop(change.user_id, None)
        if (key := _key_after(change)) is not None:
            line[change.user_id] = key
    return found


def _explain_own(
    told: Explanation | None,
    change: Change,
    line: dict[str, int],
    old: int | None,
    new: int | None,
    *,
    came_back: bool,
) -> Explanation | None:
    if new is None:
        return None
    place = _count_before(line, new) + 1
    if told is None or old is None:
        return Explanation(place, change.number, change.cause, place, came_back=came_back)
    return replace(told, moved_up=told.moved_up + _count_before(line, old) + 1 - place)


def _explain_other(told: Explanation, change: Change, *, was_ahead: bool, is_ahead: bool) -> Explanation:
    if was_ahead == is_ahead:
        return told
    if is_ahead:
        return replace(told, moved_ahead=told.moved_ahead + 1)
    if change.after is State.WAITLISTED:
        return replace(told, moved_behind=told.moved_behind + 1)
    if change.after is State.RELEASED:
        return replace(told, left=told.left + 1)
    return replace(told, got_seats=told.got_seats + 1)


def _key_after(change: Change) -> int | None:
    return change.line_key if change.after is State.WAITLISTED else None


def _is_before(key: int | None, own: int) -> bool:
    return key is not None and key < own


def _count_before(line: dict[str, int], key: int) -> int:
    return sum(1 for other in line.values() if other < key)
