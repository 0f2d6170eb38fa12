"""To whom of a seminar staff write: those with a seat, those in line, or both."""

from enum import StrEnum

from bot.domain.consequence import Consequence, list_people
from bot.domain.room import Room, State


class Audience(StrEnum):
    """Whom a message is for."""

    SEATS = "seats"
    LINE = "line"
    BOTH = "both"


def parse_audience(value: object) -> Audience | None:
    """Return the audience of that name, None if it is not one of ours."""
    return next((one for one in Audience if one == value), None)


def list_addressed(room: Room, audience: Audience) -> list[str]:
    """Return whom a message goes to now.

    A seat that is held for somebody counts as theirs. Who was forgotten has no
    address any more, though their seat is still counted.
    """
    seats = list_people(room, State.SEATED, State.OFFERED) if audience is not Audience.LINE else []
    line = list_people(room, State.WAITLISTED) if audience is not Audience.SEATS else []
    return [*seats, *line]


def decide_told(room: Room, audience: Audience) -> Consequence:
    """Return how many of each get a message to that audience."""
    return Consequence(
        told_seats=len(list_addressed(room, Audience.SEATS)) if audience is not Audience.LINE else 0,
        told_line=len(list_addressed(room, Audience.LINE)) if audience is not Audience.SEATS else 0,
    )
