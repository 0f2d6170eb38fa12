"""What staff's seating, moving, removing and adding of a person does, and why it is not done."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.consequence import Consequence
from bot.domain.room import State
from bot.views.rich import Line, strong


class Refusal(StrEnum):
    """Why nothing is done; each is said in words."""

    CANCELLED = "cancelled"
    OVER = "over"
    HAS_SEAT = "has_seat"
    ASKED = "asked"
    IN_LINE = "in_line"
    NOT_IN_LINE = "not_in_line"
    HAS_NOTHING = "has_nothing"
    NOT_SERVED = "not_served"
    THERE_ALREADY = "there_already"
    PLACE_WRONG = "place_wrong"
    REASON_MISSING = "reason_missing"
    NO_PERSON = "no_person"
    IS_APP = "is_app"
    DEACTIVATED = "deactivated"
    UNSEEN = "unseen"
    NO_LINE = "no_line"


REFUSALS = {
    Refusal.CANCELLED: "The seminar is cancelled, so nothing was changed.",
    Refusal.OVER: "The talk is over, so seats no longer change.",
    Refusal.HAS_SEAT: "They have a seat already, so nothing was changed.",
    Refusal.ASKED: "A seat is held for them already. Open them in the roster to give it to them.",
    Refusal.IN_LINE: "They are in line already. Open them in the roster to give them a seat.",
    Refusal.NOT_IN_LINE: "They are not in line any more, so nothing was changed.",
    Refusal.HAS_NOTHING: "They have no seat and no place in line, so nothing was changed.",
    Refusal.NOT_SERVED: "The talk has begun, so the line does not move any more. You can still give a seat.",
    Refusal.THERE_ALREADY: "That is their place already, so nothing was changed.",
    Refusal.PLACE_WRONG: "Please choose a place that the line has.",
    Refusal.REASON_MISSING: "Please give a reason. They get it with the message.",
    Refusal.NO_PERSON: "Please choose a person.",
    Refusal.IS_APP: "That is an app. Please choose a person.",
    Refusal.DEACTIVATED: "That account is deactivated. Please choose somebody else.",
    Refusal.UNSEEN: "I cannot see that account, so I could not tell them. Please choose somebody else.",
    Refusal.NO_LINE: "There is no line to join now. Please choose a seat.",
}

_NOTHING = Consequence()


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """What giving somebody a seat does.

    Attributes:
        refusal: Why it is not done, None if it can be.
        consequence: Whom it touches.
        above: How many seats are taken afterwards, if that is more than there are; else None.
        ahead: How many others wait before them.
        held: What they hold before it, None if they never held anything.
    """

    refusal: Refusal | None
    consequence: Consequence = _NOTHING
    above: int | None = None
    ahead: int = 0
    held: State | None = None

    @property
    def needs_reason(self) -> bool:
        """Whether it is out of turn or above the limit."""
        return self.above is not None or self.ahead > 0

    def fingerprint(self) -> str:
        """Return a short text that differs where it does something else; newcomers in line do not matter."""
        return self.consequence.fingerprint(self.above, self.ahead > 0, self.held)


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What moving somebody in line starts from: their place, of how many."""

    refusal: Refusal | None
    place: int = 0
    waiting: int = 0

    def fingerprint(self) -> str:
        """Return a short text that differs where they stand elsewhere."""
        return Consequence(told_line=1).fingerprint(self.place)


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What removing somebody does: they lose what they hold, and who waits may get the seat."""

    refusal: Refusal | None
    held: State | None = None
    consequence: Consequence = _NOTHING

    def fingerprint(self) -> str:
        """Return a short text that differs where it does something else."""
        return self.consequence.fingerprint(self.held)


@dataclass(frozen=True, slots=True)
class AddPlan:
    """What adding somebody new does.

    Attributes:
        refusal: Why nobody can be added, or not that person.
        above: How many seats are taken with theirs, if that is more than there are; else None.
        waiting: How many wait, before whom they would get a seat.
        can_wait: Whether they can join the line.
        seated: Whether they have a seat afterwards.
    """

    refusal: Refusal | None
    above: int | None = None
    waiting: int = 0
    can_wait: bool = False
    seated: bool = True

    @property
    def needs_reason(self) -> bool:
        """Whether a seat is out of turn or above the limit."""
        return self.above is not None or self.waiting > 0

    def fingerprint(self) -> str:
        """Return a short text that differs where it does something else; newcomers in line do not matter."""
        return Consequence().fingerprint(self.above, self.waiting > 0, self.can_wait)


def refusal_line(refusal: Refusal) -> Line:
    """Say why nothing was done."""
    return [strong(REFUSALS[refusal])]
