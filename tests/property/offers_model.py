"""What ought to be where waiters are asked first: the model of seats and the line, with held seats."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.offering import hold_until
from bot.domain.outcomes import AlreadySeated, NotRegistered, Offered, OfferGone, Outcome, Refused, Seated
from bot.domain.registering import Wish
from tests.factories import NOW, make_seminar
from tests.property.seats_model import Model

STARTS, ZONE = make_seminar().starts_at, make_seminar().zone


@dataclass
class AskingModel(Model):
    """``seated`` are those with a seat and those for whom one is held; ``held`` says until when."""

    asks: bool = True
    now: datetime = NOW
    held: dict[str, datetime] = field(default_factory=dict)

    @property
    def can_end(self) -> bool:
        return not (self.is_cancelled or self.has_begun)

    def press(self, user: str, wish: Wish) -> Outcome:
        if user not in self.held or self.is_cancelled:
            return super().press(user, wish)
        if wish in (Wish.REGISTER, Wish.CONFIRM):
            return Offered(self.held[user])
        if wish is Wish.ACCEPT:
            self.take(user)
            return Seated(self.left())
        self.remove(user)
        return Refused()

    def answer(self, user: str) -> Outcome:
        if user in self.seated:
            return AlreadySeated(self.left())
        return OfferGone(self.line.index(user) + 1) if user in self.line else NotRegistered()

    def take(self, user: str) -> None:
        """Make a seat that was held theirs; it is the latest to be taken by that."""
        del self.held[user]
        self.seated.remove(user)
        self.seated.append(user)

    def remove(self, user: str) -> None:
        self.held.pop(user, None)
        super().remove(user)

    def seat(self, user: str) -> None:
        if user in self.held:
            self.take(user)
        super().seat(user)

    def limit(self, capacity: int | None, *, has_waitlist: bool, moves_latest: bool) -> None:
        super().limit(capacity, has_waitlist=has_waitlist, moves_latest=moves_latest)
        self.held = {user: until for user, until in self.held.items() if user in self.seated}

    def fill(self) -> None:
        before = set(self.seated)
        super().fill()
        for user in self.seated:
            if user not in before and (until := self.hold()) is not None:
                self.held[user] = until

    def hold(self) -> datetime | None:
        return hold_until(self.now, STARTS, ZONE) if self.asks else None

    def wait(self, span: timedelta) -> None:
        """Let time pass, and end what is not answered by then, the oldest first."""
        self.now += span
        if not self.can_end:
            return
        ended = [user for user in self.seated if self.held.get(user, STARTS) <= self.now]
        others = len(self.line)
        for user in sorted(ended, key=self.held.__getitem__):
            is_over = self.capacity is not None and len(self.seated) > self.capacity
            if others and self.is_served and not is_over:
                others -= 1
                del self.held[user]
                self.seated.remove(user)
                self.line.append(user)
                self.fill()
            elif (until := self.hold()) is not None:
                self.held[user] = until
            else:
                self.take(user)
