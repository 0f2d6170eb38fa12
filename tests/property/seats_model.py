"""What ought to be with seats and the line, as two lists: the model that the machine is held against."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.outcomes import (
    AlreadySeated,
    AlreadyWaitlisted,
    Begun,
    Cancelled,
    Closed,
    Confirmed,
    Full,
    NotOpenYet,
    NotRegistered,
    OfferGone,
    Outcome,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.registering import Wish


@dataclass
class Model:
    """Who has a seat, in the order in which they got it, and who waits, first who is next."""

    capacity: int | None
    has_waitlist: bool
    seated: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    has_begun: bool = False
    is_closed: bool = False
    is_stopped: bool = False
    is_cancelled: bool = False
    stays_cancelled: bool = False
    opens_at: datetime | None = None

    @property
    def is_served(self) -> bool:
        return not (self.has_begun or self.is_stopped or self.is_cancelled)

    def left(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - len(self.seated))

    def press(self, user: str, wish: Wish) -> Outcome:
        if self.is_cancelled:
            return Cancelled("")
        if wish is Wish.CONFIRM:
            return Confirmed() if user in self.seated else NotRegistered()
        if wish in (Wish.ACCEPT, Wish.REFUSE):
            return self.answer(user)
        return self.release(user) if wish is Wish.RELEASE else self.register(user)

    def answer(self, user: str) -> Outcome:
        """Answer an offer where nobody was asked."""
        if user in self.seated:
            return AlreadySeated(self.left())
        return OfferGone(self.line.index(user) + 1) if user in self.line else NotRegistered()

    def register(self, user: str) -> Outcome:
        if user in self.seated:
            return AlreadySeated(self.left())
        if self.has_begun:
            return Begun()
        if user in self.line:
            return AlreadyWaitlisted(self.line.index(user) + 1)
        if self.is_closed:
            return Closed()
        if self.opens_at is not None:
            return NotOpenYet(self.opens_at)
        if not self.line and self.left() != 0:
            self.seated.append(user)
            return Seated(self.left())
        if not self.has_waitlist:
            return Full()
        self.line.append(user)
        return Waitlisted(len(self.line))

    def release(self, user: str) -> Outcome:
        had_seat, had_place = user in self.seated, user in self.line
        self.remove(user)
        return Released(had_seat=had_seat) if had_seat or had_place else NotRegistered()

    def remove(self, user: str) -> None:
        self.line = [other for other in self.line if other != user]
        self.seated = [other for other in self.seated if other != user]
        self.fill()

    def seat(self, user: str) -> None:
        if user not in self.seated:
            self.line = [other for other in self.line if other != user]
            self.seated.append(user)

    def move(self, user: str, place: int) -> None:
        if user in self.line:
            self.line.remove(user)
            self.line.insert(place - 1, user)

    def limit(self, capacity: int | None, *, has_waitlist: bool, moves_latest: bool) -> None:
        if self.is_cancelled:
            return
        self.capacity, self.has_waitlist = capacity, has_waitlist
        if moves_latest and capacity is not None and not self.has_begun:
            self.line = self.seated[capacity:] + self.line
            self.seated = self.seated[:capacity]
        self.fill()

    def close(self, *, stops_line: bool) -> None:
        if not (self.is_cancelled or self.has_begun):
            self.is_closed, self.is_stopped = True, stops_line
            self.fill()

    def reopen(self) -> None:
        if not (self.is_cancelled or self.has_begun):
            self.is_closed = self.is_stopped = False
            self.fill()

    def begin(self) -> None:
        """Begin: what was cancelled before was so days ago by then, and only within an hour can it return."""
        if not self.has_begun:
            self.has_begun, self.stays_cancelled = True, self.is_cancelled

    def restore(self) -> None:
        if not self.stays_cancelled:
            self.is_cancelled = False
            self.fill()

    def fill(self) -> None:
        while self.line and self.left() != 0 and self.is_served:
            self.seated.append(self.line.pop(0))
