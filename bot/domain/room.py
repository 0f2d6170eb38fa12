"""One seminar's registrations while its lock is held, and the ledger of what changes in them.

Pure: nothing here knows a table or a message. What a batch makes hundreds of is a
named tuple, which takes a third of the time of a frozen dataclass.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.seminar import Count, Seminar


class State(StrEnum):
    """The state of a registration."""

    SEATED = "seated"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    RELEASED = "released"


class Cause(StrEnum):
    """Why a seat changed; stands in the ledger."""

    PRESSED = "pressed"
    PROMOTED = "promoted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"
    MORE_SEATS = "more_seats"
    FEWER_SEATS = "fewer_seats"
    SEATED = "seated"
    MOVED = "moved"
    REMOVED = "removed"
    ADDED = "added"
    WALK_IN = "walk_in"
    UNCLAIMED = "unclaimed"


# A newcomer's key in line is this many times the number of the change, so that staff can put people between.
LINE_GAP = 1 << 20


class Registration(NamedTuple):
    """The tie between one member and one seminar.

    ``line_key`` orders the line, smallest first, and is None outside it.
    ``change`` is the number of the ledger's row that last touched it. An offer
    is held until ``offered_until``.
    """

    user_id: str
    state: State
    line_key: int | None = None
    change: int = 0
    confirmed_at: datetime | None = None
    offered_until: datetime | None = None


class Change(NamedTuple):
    """One row of the ledger: who, from what to what, why, by whom, because of what."""

    number: int
    user_id: str
    before: State | None
    after: State
    cause: Cause
    actor: str | None
    because_of: int | None = None
    line_key: int | None = None
    reason: str | None = None


@dataclass(slots=True)
class Room:
    """One seminar's registrations while its lock is held: the working copy of a batch.

    Args:
        seminar: The seminar, read under the lock.
        count: Its registrations counted under the lock.
        next_number: The number that the ledger's next row gets.
        known: The registrations of everybody that the batch may touch: who
            presses, and the head of the line.
        head: The first waiters in order, at least as many as the batch can seat.
        is_whole_line: Whether ``head`` is the whole line.
        ahead: For each waiter who presses, how many wait before them.
        zones: The zones of waiters and of those who are asked, as far as they are known.
        unable: Waiters whose accounts are deactivated.
        renewed: Whose offers end at another time than they did, without a change of the seat.
        retold: Those of them who are told so.
    """

    seminar: Seminar
    count: Count
    next_number: int
    known: dict[str, Registration] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    is_whole_line: bool = False
    ahead: dict[str, int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    confirmed: dict[str, datetime] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    unable: set[str] = field(default_factory=set)
    renewed: dict[str, datetime] = field(default_factory=dict)
    retold: set[str] = field(default_factory=set)
    _gone: list[int] = field(default_factory=list)
    _gone_before: dict[str, int] = field(default_factory=dict)

    def set_state(
        self,
        user_id: str,
        after: State,
        cause: Cause,
        *,
        actor: str | None,
        because_of: int | None = None,
        reason: str | None = None,
        line_key: int | None = None,
        offered_until: datetime | None = None,
    ) -> Change:
        """Record one change and keep the count, the line and the working copy in step.

        ``line_key`` puts a waiter elsewhere than at the end of the line; the whole line must be known then.
        ``offered_until`` is until when a seat is held, for who is asked.
        """
        old = self.known.get(user_id)
        before = old.state if old else None
        if old and old.line_key is not None:
            self._gone.append(old.line_key)
            if user_id in self.head:
                self.head.remove(user_id)
        is_elsewhere = line_key is not None
        if line_key is None and after is State.WAITLISTED:
            line_key = self.next_number * LINE_GAP
        if line_key is not None:
            self.ahead[user_id] = self.count.waiting
            self._gone_before[user_id] = len(self._gone)
            if self.is_whole_line:
                self.head.append(user_id)
        change = Change(self.next_number, user_id, before, after, cause, actor, because_of, line_key, reason)
        self.next_number += 1
        self.changes.append(change)
        self.known[user_id] = Registration(
            user_id, after, line_key, change.number, offered_until=offered_until
        )
        if is_elsewhere:
            self._sort_line()
        self.confirmed.pop(user_id, None)
        self.renewed.pop(user_id, None)
        self.retold.discard(user_id)
        self.count = Count(
            self.count.seated + (after is State.SEATED) - (before is State.SEATED),
            self.count.offered + (after is State.OFFERED) - (before is State.OFFERED),
            self.count.waiting + (after is State.WAITLISTED) - (before is State.WAITLISTED),
        )
        return change

    def renew(self, user_id: str, until: datetime, *, is_told: bool = False) -> None:
        """Let an open offer end at another time; the seat itself does not change."""
        self.known[user_id] = self.known[user_id]._replace(offered_until=until)
        self.renewed[user_id] = until
        if is_told:
            self.retold.add(user_id)

    def _sort_line(self) -> None:
        """Put the whole line, which is known then, in order again, and count anew who is ahead of whom."""
        self.head.sort(key=lambda user_id: self.known[user_id].line_key or 0)
        for place, user_id in enumerate(self.head):
            self.ahead[user_id] = place
            self._gone_before[user_id] = len(self._gone)

    def place_of(self, held: Registration) -> int:
        """Return a waiter's place in line, 1 for who is next.

        The line may be long, so it is not loaded: who joined behind does not
        matter, and who left the line in this batch is taken off.
        """
        key = held.line_key or 0
        left = self._gone[self._gone_before.get(held.user_id, 0) :]
        return self.ahead.get(held.user_id, 0) + 1 - sum(1 for gone in left if gone < key)


def replay(changes: Iterable[Change]) -> dict[str, Registration]:
    """Return the registrations that a seminar's ledger gives when replayed from nothing."""
    held: dict[str, Registration] = {}
    for change in changes:
        held[change.user_id] = Registration(change.user_id, change.after, change.line_key, change.number)
    return held
