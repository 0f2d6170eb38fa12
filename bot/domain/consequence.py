"""What a change by staff will do to people: shown before it is saved, and compared when it is.

Staff see the consequence, and what they saw is what happens: on saving it is
worked out again under the lock, and if it is another one by then, they see that
one first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from bot.domain.draft import is_user_id
from bot.domain.room import Cause, Change, Room, State


@dataclass(frozen=True, slots=True)
class Consequence:
    """Whom a change touches.

    Attributes:
        seated: Who gets a seat by it.
        lined: Who loses a seat by it and waits at the front of the line.
        released: Who loses their seat or place altogether.
        offered: Who of the line is asked by it whether they want a seat that is held for them.
        told_seats: How many with a seat get a message.
        told_line: How many in line get a message.
        over: How many more seats are taken than there are, afterwards.
        reminders: How many reminders to come change their time, or are withdrawn.
    """

    seated: tuple[str, ...] = ()
    lined: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    told_seats: int = 0
    told_line: int = 0
    over: int = 0
    reminders: int = 0
    offered: tuple[str, ...] = ()

    @property
    def served(self) -> tuple[str, ...]:
        """Who gets a seat by it, or is asked whether they want one; each is told."""
        return (*self.seated, *self.offered)

    @property
    def told(self) -> int:
        """How many people get a message."""
        return self.told_seats + self.told_line

    def fingerprint(self, *shown: object) -> str:
        """Return a short text that differs where the consequence does; goes into the preview's metadata.

        ``shown`` is what else the preview shows, such as the value that is replaced.
        """
        return sha256(repr((self, *shown) if shown else self).encode()).hexdigest()[:16]


def summarize_changes(changes: Iterable[Change], *, over: int = 0, reminders: int = 0) -> Consequence:
    """Return what changes of seats do to people: where each ends up, of those who end up elsewhere.

    Everybody who is in a change is told where they ended up, as `owing` promises it, but for deactivated
    accounts. Who is asked whether they want a seat counts as in line until they answer.
    """
    first: dict[str, Change] = {}
    last: dict[str, Change] = {}
    for change in changes:
        first.setdefault(change.user_id, change)
        last[change.user_id] = change
    ends = {state: _ends_in(first, last, state) for state in State}
    seated, lined, released = ends[State.SEATED], ends[State.WAITLISTED], ends[State.RELEASED]
    return Consequence(
        seated=seated,
        lined=lined,
        released=released,
        told_seats=sum(change.after is State.SEATED for change in last.values()),
        told_line=sum(
            change.after is not State.SEATED and change.cause is not Cause.DEACTIVATED
            for change in last.values()
        ),
        over=over,
        reminders=reminders,
        offered=ends[State.OFFERED],
    )


def _ends_in(first: dict[str, Change], last: dict[str, Change], state: State) -> tuple[str, ...]:
    return tuple(
        user_id
        for user_id, change in last.items()
        if change.after is state and first[user_id].before != state
    )


def list_people(room: Room, *states: State) -> list[str]:
    """Return who is in one of these states: the line in its order, others by their ids.

    Who was forgotten is left out: nobody can write to them, though their seat is still counted.
    """
    if states == (State.WAITLISTED,):
        return [user_id for user_id in room.head if is_user_id(user_id)]
    found = (user_id for user_id, held in room.known.items() if held.state in states)
    return sorted(user_id for user_id in found if is_user_id(user_id))
