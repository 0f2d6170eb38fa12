"""The forms that seat, move, remove and add a person, as Slack takes them."""

from typing import Any

import pytest

from bot.domain.consequence import Consequence
from bot.domain.room import State
from bot.views.ids import ManageRef
from bot.views.person_forms import (
    FIELD_OF,
    build_add_form,
    build_move_form,
    build_removal_form,
    build_seat_form,
)
from bot.views.person_plans import REFUSALS, AddPlan, MovePlan, Refusal, RemovalPlan, SeatPlan
from tests.factories import make_seminar
from tests.payloads import check_view

SEMINAR = make_seminar()
REF = ManageRef(7, "U0M01", 2, "line V0ROSTER")
REASON = ("<!channel> *bold* <https://evil.example|here> & more " * 80)[:500]
FORMS = [
    (build_seat_form, SeatPlan(None), "A seat is free."),
    (
        build_seat_form,
        SeatPlan(None, above=21, ahead=3),
        "All 20 seats are taken: a seat for them makes it 21.",
    ),
    (build_seat_form, SeatPlan(None, above=21, ahead=3), "3 others wait before them."),
    (build_seat_form, SeatPlan(None, held=State.OFFERED), "was asked whether they want a seat"),
    (
        build_seat_form,
        SeatPlan(None, above=22),
        "21 seats are taken of 20: a seat for them makes it 22.",
    ),
    (build_move_form, MovePlan(None, 4, 9), " is number 4 of 9 in line, and is told of the move."),
    (build_removal_form, RemovalPlan(None, State.SEATED), "Nobody moves up."),
    (
        build_removal_form,
        RemovalPlan(None, State.SEATED, Consequence(seated=("U0M02",))),
        " moves up and is told.",
    ),
    (
        build_removal_form,
        RemovalPlan(None, State.WAITLISTED),
        "Who waits behind them moves up by one place.",
    ),
    (build_add_form, AddPlan(None, can_wait=True), "A place at the end of the line"),
    (build_add_form, AddPlan(None, above=21, waiting=1), "1 other waits before them."),
]


@pytest.mark.parametrize(("build", "plan", "said"), FORMS)
def test_a_form_says_what_it_does_and_keeps_what_was_typed(build: Any, plan: Any, said: str) -> None:
    view = build(SEMINAR, plan, REF, reason=REASON, notice="Something changed.")

    check_view(view)
    assert said in str(view)
    assert REASON in str(view)
    assert f"7|U0M01|2|line V0ROSTER|{plan.fingerprint()}" == view["private_metadata"]


@pytest.mark.parametrize(
    ("plan", "is_optional"),
    [(SeatPlan(None), True), (SeatPlan(None, above=21), False), (SeatPlan(None, ahead=1), False)],
)
def test_a_reason_is_needed_above_the_limit_and_out_of_turn(plan: SeatPlan, is_optional: bool) -> None:  # noqa: FBT001 - a case of a table
    view = build_seat_form(SEMINAR, plan, REF)

    (reason,) = [block for block in view["blocks"] if block.get("block_id") == "reason"]
    assert is_optional is reason.get("optional", False)


def test_one_seat_and_no_limit_read_well() -> None:
    one = build_seat_form(make_seminar(capacity=1), SeatPlan(None, above=2), REF)
    unlimited = build_seat_form(make_seminar(capacity=None), SeatPlan(None), REF)

    assert "The one seat is taken: a seat for them makes it 2." in str(one)
    assert "The seats are not limited." in str(unlimited)


def test_every_refusal_is_said_in_words() -> None:
    assert set(Refusal) == set(REFUSALS)
    assert set(FIELD_OF) < set(REFUSALS)
