"""Each change of a seat, as one sentence."""

import pytest

from bot.domain.room import Cause, Change, State
from bot.views.ledger_sentences import SeatEvent, next_line, seat_line
from tests.factories import NOW
from tests.payloads import read_line

S, H, L, R = State.SEATED, State.OFFERED, State.WAITLISTED, State.RELEASED
ANA, BEN, CARA, DAN = "U0ANA", "U0BEN", "U0CARA", "U0DAN"


def change(
    cause: Cause,
    before: State | None,
    after: State,
    *,
    user_id: str = BEN,
    actor: str | None = ANA,
    reason: str | None = None,
) -> Change:
    return Change(9, user_id, before, after, cause, actor, reason=reason)


def seat(one: Change, freed_by: Change | None = None, line: tuple[str, ...] = ()) -> str:
    return read_line(seat_line(SeatEvent(NOW, one, freed_by, line)))


@pytest.mark.parametrize(
    ("cause", "before", "after", "sentence"),
    [
        (Cause.PRESSED, None, S, "@U0BEN took a seat."),
        (Cause.PRESSED, None, L, "@U0BEN joined the line."),
        (Cause.PRESSED, S, R, "@U0BEN gave a seat back."),
        (Cause.PRESSED, L, R, "@U0BEN left the line."),
        (Cause.ACCEPTED, H, S, "@U0BEN took the seat that was held for them."),
        (Cause.MORE_SEATS, L, S, "@U0BEN moved up because @U0ANA changed the seats."),
        (
            Cause.FEWER_SEATS,
            S,
            L,
            "@U0BEN went to the front of the line because @U0ANA lowered the seats.",
        ),
        (Cause.SEATED, None, S, "@U0ANA gave @U0BEN a seat."),
        (Cause.MOVED, L, L, "@U0ANA moved @U0BEN in line."),
        (Cause.REMOVED, S, R, "@U0ANA took back the seat of @U0BEN."),
        (Cause.REMOVED, L, R, "@U0ANA took @U0BEN out of the line."),
        (Cause.ADDED, None, L, "@U0ANA added @U0BEN to the line."),
        (Cause.WALK_IN, None, S, "@U0ANA let @U0BEN in at the door."),
        (Cause.DEACTIVATED, L, R, "@U0BEN left the line, as the account was deactivated."),
        (Cause.UNCLAIMED, S, R, "@U0BEN had not come, so the seat was given on."),
        (Cause.WALK_IN, S, L, "The seat of @U0BEN changed."),
    ],
)
def test_a_change_of_a_seat_is_a_sentence(
    cause: Cause, before: State | None, after: State, sentence: str
) -> None:
    assert sentence == seat(change(cause, before, after))


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("before", [None, *State])
@pytest.mark.parametrize("after", list(State))
def test_every_cause_has_a_sentence(cause: Cause, before: State | None, after: State) -> None:
    assert seat(change(cause, before, after), change(Cause.PRESSED, S, R)).endswith(".")


def test_a_seat_out_of_turn_says_so_with_its_reason() -> None:
    one = change(Cause.SEATED, L, S, reason="speaker’s guest")

    assert seat(one, line=(CARA, BEN)) == "@U0ANA gave @U0BEN a seat out of turn: “speaker’s guest”."
    assert seat(one, line=(BEN, CARA)) == "@U0ANA gave @U0BEN a seat: “speaker’s guest”."


@pytest.mark.parametrize(
    ("freed", "why"),
    [
        (change(Cause.PRESSED, S, R, user_id=DAN, actor=DAN), "@U0DAN gave a seat back"),
        (change(Cause.REMOVED, S, R, user_id=DAN), "@U0ANA took back the seat of @U0DAN"),
        (change(Cause.EXPIRED, H, L, user_id=DAN, actor=None), "@U0DAN did not answer in time"),
        (change(Cause.SEATED, S, R, user_id=DAN), "a seat of @U0DAN became free"),
        (None, "a seat was free"),
    ],
)
def test_a_promotion_says_which_change_freed_the_seat(freed: Change | None, why: str) -> None:
    one = change(Cause.PROMOTED, L, S, user_id=CARA, actor=None)

    assert seat(one, freed) == f"@U0CARA moved up because {why}."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ((CARA,), "Before that, @U0CARA was first in line, and nobody else waited."),
        ((CARA, DAN), "Before that, @U0CARA was first of 2 in line; @U0DAN came next."),
        ((DAN, CARA), "Before that, @U0CARA was number 2 of 2 in line; @U0DAN was first."),
        ((), ""),
    ],
)
def test_who_was_next_is_said_of_a_promotion(line: tuple[str, ...], sentence: str) -> None:
    event = SeatEvent(NOW, change(Cause.PROMOTED, L, S, user_id=CARA, actor=None), None, line)

    assert sentence == read_line(next_line(event))


def test_who_was_forgotten_is_somebody() -> None:
    assert seat(change(Cause.REMOVED, S, R, user_id="gone-3")) == "@U0ANA took back the seat of somebody."
