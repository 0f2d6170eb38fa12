"""What becomes of a press: one value for each answer that a member can get."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seated:
    """The member has a seat now."""

    left: int | None


@dataclass(frozen=True, slots=True)
class AlreadySeated:
    """The member had a seat before the press."""

    left: int | None


@dataclass(frozen=True, slots=True)
class Waitlisted:
    """The member joined the line."""

    place: int


@dataclass(frozen=True, slots=True)
class AlreadyWaitlisted:
    """The member was in line before the press."""

    place: int


@dataclass(frozen=True, slots=True)
class Full:
    """No seat is free and there is no line."""


@dataclass(frozen=True, slots=True)
class NotOpenYet:
    """Registration opens later."""

    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """Registration has closed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The talk is on; seats no longer change by a press."""


@dataclass(frozen=True, slots=True)
class Over:
    """The talk has ended."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The seminar was cancelled."""

    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """The member gave the seat, or the place in line, back.

    ``is_late``: the seat came back after the time until which staff asked for it.
    """

    had_seat: bool
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A seat is held for the member, who has not answered yet; pressing for a seat changes nothing."""

    until: datetime


@dataclass(frozen=True, slots=True)
class OfferGone:
    """The seat is not held for the member any more, who is in line."""

    place: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The member did not want the seat that was held for them."""


@dataclass(frozen=True, slots=True)
class NotRegistered:
    """There was nothing to give back or to confirm."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The member said that they will be there."""


Outcome = (
    Seated
    | AlreadySeated
    | Waitlisted
    | AlreadyWaitlisted
    | Full
    | NotOpenYet
    | Closed
    | Begun
    | Over
    | Cancelled
    | Released
    | NotRegistered
    | Confirmed
    | Offered
    | OfferGone
    | Refused
)
