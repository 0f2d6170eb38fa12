"""What the ledger must satisfy: pure functions over its rows and over what members pressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.domain.registering import Wish
from bot.domain.room import Cause, Change, State
from tests.benchmarks.chaos_members import Press

_IN = frozenset({State.SEATED, State.OFFERED, State.WAITLISTED})
_TAKEN = frozenset({State.SEATED, State.OFFERED})


@dataclass(frozen=True)
class Dated:
    """A row of the ledger and when its batch was taken up."""

    change: Change
    at: datetime


@dataclass
class Judged:
    """What one seminar's ledger shows when it is replayed from nothing.

    Attributes:
        oversold: The most seats above the capacity at any moment.
        empty_seats: The most seats free while somebody waited, at the end of any batch.
        overtaken: How often somebody got a seat whose turn it was not.
        broken: How many rows do not go on from the state before them.
    """

    oversold: int = 0
    empty_seats: int = 0
    overtaken: int = 0
    broken: int = 0


def judge(rows: Sequence[Dated], *, capacity: int, begins_at: datetime) -> Judged:
    """Replay one seminar's ledger and count what must never be."""
    judged = Judged()
    states: dict[str, State] = {}
    line: dict[str, int] = {}
    number = 0
    for at, batch in groupby(rows, key=lambda row: row.at):
        for row in batch:
            change = row.change
            number += 1
            first = min(line, key=line.__getitem__) if line else None
            judged.broken += change.number != number or change.before != states.get(change.user_id)
            if change.after is State.SEATED:
                expected = change.user_id if change.cause is Cause.PROMOTED else None
                judged.overtaken += first != expected
            line.pop(change.user_id, None)
            if change.line_key is not None:
                line[change.user_id] = change.line_key
            states[change.user_id] = change.after
            taken = sum(state in _TAKEN for state in states.values())
            judged.oversold = max(judged.oversold, taken - capacity)
        if line and at < begins_at:
            taken = sum(state in _TAKEN for state in states.values())
            judged.empty_seats = max(judged.empty_seats, min(capacity - taken, len(line)))
    return judged


def count_unexplained(presses: Sequence[Press], changes: Sequence[Change]) -> tuple[int, int]:
    """Follow one member's presses about one seminar through the ledger.

    A press that was acknowledged took effect then and there, or found what it
    wanted. One that was not, or that Slack delivered twice, may take effect at
    any later time, once.

    Returns:
        How many acknowledged presses the ledger does not show, and how many
        changes nobody asked for.
    """
    moves = [change.after in _IN for change in changes if change.cause is Cause.PRESSED]
    # How many moves were made; how many presses to register and to release may still take effect.
    places = {(0, 0, 0)}
    lost = 0
    for press in presses:
        if press.wish is Wish.CONFIRM:
            continue
        is_in = press.wish is Wish.REGISTER
        after = _follow(_wait(places, moves), moves, is_in=is_in) if press.is_acked else places
        if press.is_acked and not after:
            lost += 1
            continue
        if press.is_doubled or not press.is_acked:
            after = {(made, joins + is_in, leaves + (not is_in)) for made, joins, leaves in after}
            # Both deliveries of one press may be late.
            more = press.is_doubled and not press.is_acked
            after = {
                (made, joins + (is_in and more), leaves + (not is_in and more))
                for made, joins, leaves in after
            }
        places = after
    furthest = max(made for made, _joins, _leaves in _wait(places, moves))
    return lost, len(moves) - furthest


def _is_in_after(made: int, moves: Sequence[bool]) -> bool:
    return made > 0 and moves[made - 1]


def _follow(
    places: set[tuple[int, int, int]], moves: Sequence[bool], *, is_in: bool
) -> set[tuple[int, int, int]]:
    """Return where a press leads that was surely decided: nowhere, if the ledger does not show it."""
    after: set[tuple[int, int, int]] = set()
    for made, joins, leaves in places:
        if _is_in_after(made, moves) == is_in:
            after.add((made, joins, leaves))
        elif made < len(moves) and moves[made] == is_in:
            after.add((made + 1, joins, leaves))
    return after


def _wait(places: set[tuple[int, int, int]], moves: Sequence[bool]) -> set[tuple[int, int, int]]:
    """Return all places that late presses can have led to."""
    found, fresh = set(places), set(places)
    while fresh:
        fresh = {
            (made + 1, joins - moves[made], leaves - (not moves[made]))
            for made, joins, leaves in fresh
            if made < len(moves) and (joins if moves[made] else leaves) > 0
        } - found
        found |= fresh
    return found
