"""The modals of seats and life: what they ask, and what they say will happen to whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.consequence import Consequence
from bot.domain.lifecycle import LifeChange, Obstacle
from bot.domain.outcomes import AlreadyWaitlisted
from bot.domain.seating import Limits, LimitsChange
from bot.domain.seminar import Count, Phase, Seminar
from bot.views.answers import build_answer
from bot.views.ids import ManageRef, parse_manage_ref
from bot.views.life import (
    build_cancel,
    build_cancel_preview,
    build_close,
    build_open_later,
    build_reopen,
    build_restore,
    read_reason,
    write_reason,
)
from bot.views.life_sentences import say_obstacle
from bot.views.seats import build_seats, build_seats_preview, read_limits, write_limits
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view

KHORGOS = make_seminar(title="Khorgos")
REF = ManageRef(7)
HOUR = timedelta(hours=1)
SYDNEY = "Australia/Sydney"


def lines_of(view: dict[str, Any]) -> list[str]:
    """Check a modal, and return what stands in it, line by line; people by their ids."""
    check_view(view)
    return "".join(_texts(view["blocks"])).split("\n")


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        if block["type"] == "rich_text":
            pieces = block["elements"][0]["elements"]
            found += ["\n", *(piece.get("text") or piece.get("user_id", "") for piece in pieces)]
    return found


def blocks_of(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def change(seminar: Seminar = KHORGOS, *, count: Count | None = None, **values: Any) -> LifeChange:
    phase = values.pop("phase", Phase.OPEN)
    consequence = values.pop("consequence", Consequence())
    return LifeChange(seminar, replace(seminar, **values), phase, count or Count(), consequence)


@pytest.mark.parametrize(
    ("count", "has_begun", "expected"),
    [
        (Count(0, 0, 0), False, ["seats", "waitlist"]),
        (Count(1, 0, 0), False, ["seats", "waitlist"]),
        (Count(2, 0, 0), False, ["seats", "waitlist", "latest"]),
        (Count(1, 0, 1), False, ["seats", "waitlist", "latest"]),
        (Count(20, 0, 4), True, ["seats", "waitlist"]),
    ],
    ids=["nobody", "one seat taken", "seats may fall below those taken", "somebody waits", "the talk is on"],
)
def test_what_happens_to_the_latest_is_asked_only_where_it_can_matter(
    count: Count, expected: list[str], *, has_begun: bool
) -> None:
    view = build_seats(KHORGOS, count, Limits(20, has_waitlist=True), REF, has_begun=has_begun)

    check_view(view)
    assert expected == blocks_of(view)


def preview(before: Limits, after: Limits, **values: Any) -> list[str]:
    phase = values.pop("phase", Phase.OPEN)
    found = LimitsChange(phase, before, after, **({"is_line_served": True} | values))
    return lines_of(build_seats_preview(KHORGOS, found, REF))[1:]


def test_a_preview_names_at_most_twenty_and_counts_the_rest() -> None:
    people = tuple(f"U{number:02}" for number in range(23))
    touched = Consequence(seated=people, told_seats=23)

    lines = preview(
        Limits(5, has_waitlist=True), Limits(None, has_waitlist=True), consequence=touched, waiting=0
    )

    assert lines == [
        "Seats: from 5 to no limit",
        f"23 people get a seat and are told: {', '.join(people[:20])} and 3 more",
        "Nobody else is told.",
    ]


def test_a_preview_of_fewer_seats_says_how_many_are_over_and_who_it_would_be() -> None:
    touched = Consequence(over=2)

    lines = preview(
        Limits(5, has_waitlist=True),
        Limits(3, has_waitlist=False),
        consequence=touched,
        would_move=("U4", "U5"),
        waiting=2,
    )

    assert lines == [
        "Seats: from 5 to 3",
        "When every seat is taken: no more names are taken; the 2 in line keep theirs",
        (
            "2 more people have a seat than there are seats. Everyone keeps theirs; "
            "a seat that is given back goes to nobody until the number fits."
        ),
        "If the latest went to the front of the line instead, it would be: U4, U5",
        "Nobody is told.",
    ]


def test_a_preview_says_in_which_order_the_latest_go_to_the_line() -> None:
    touched = Consequence(lined=("U5", "U4"), told_line=2)

    lines = preview(
        Limits(5, has_waitlist=True), Limits(3, has_waitlist=True), consequence=touched, waiting=2
    )

    assert lines == [
        "Seats: from 5 to 3",
        "2 people give up a seat, go to the front of the line and are told: U4, U5",
        "Nobody else is told.",
    ]


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        (Phase.CLOSED, "The 1 person in line stays there, since the line is stopped."),
        (Phase.BEGUN, "The 1 person in line stays there, since the talk has begun."),
    ],
)
def test_a_preview_says_why_the_line_does_not_move(phase: Phase, expected: str) -> None:
    limits = Limits(5, has_waitlist=True), Limits(9, has_waitlist=True)

    lines = preview(*limits, phase=phase, waiting=1, is_line_served=False)

    assert lines == ["Seats: from 5 to 9", expected, "Nobody is told."]


@given(st.none() | st.integers(1, 100_000), st.booleans(), st.booleans())
def test_limits_come_back_as_they_were_written(
    capacity: int | None,
    has_waitlist: bool,  # noqa: FBT001 - drawn by Hypothesis
    moves_latest: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    limits = Limits(capacity, has_waitlist)
    carried = ManageRef(7, about=write_limits(limits, moves_latest=moves_latest), seen="abc")

    read = parse_manage_ref(carried.to_value())

    assert read is not None
    assert read_limits(read.about) == (limits, moves_latest)


@pytest.mark.parametrize(
    "text", ["", "x", "5", "5,yes", "5,maybe,keep", "0,yes,keep", "-1,no,move", "5,yes,keep,"]
)
def test_limits_that_are_none_are_not_read(text: str) -> None:
    assert read_limits(text) is None


@given(st.text(max_size=500))
def test_a_reason_comes_back_as_it_was_written(reason: str) -> None:
    read = parse_manage_ref(ManageRef(7, about=write_reason(reason), seen="abc").to_value())

    assert read is not None
    assert read_reason(read.about) == reason


def test_closing_says_who_is_still_served_and_asks_whether_to_stop() -> None:
    view = build_close(change(closed_at=NOW, count=Count(20, 0, 3)), REF)

    assert lines_of(view)[1:] == [
        "Newcomers are refused from now on. Whoever has a seat keeps it.",
        "The 3 in line move up when a seat becomes free, until the talk begins.",
        "Nobody is told.",
    ]
    assert blocks_of(view) == ["line"]


def test_a_closed_seminar_whose_line_is_stopped_says_who_would_move_up() -> None:
    stopped = make_seminar(title="Khorgos", closed_at=NOW, line_stopped_at=NOW)
    touched = Consequence(seated=("U4",), told_seats=1)

    view = build_close(
        change(stopped, phase=Phase.CLOSED, count=Count(19, 0, 1), consequence=touched, line_stopped_at=None),
        REF,
    )

    assert lines_of(view)[1:] == [
        "Registration is closed already.",
        "The 1 person in line does not move up, since the line is stopped.",
        "If you untick this, 1 person gets a seat and is told: U4",
    ]


def test_reopening_says_until_when_and_who_moves_up() -> None:
    closed = make_seminar(title="Khorgos", closed_at=NOW, closes_at=NOW - HOUR, line_stopped_at=NOW)
    touched = Consequence(seated=("U4", "U5"), told_seats=2)

    view = build_reopen(
        change(closed, closed_at=None, closes_at=None, line_stopped_at=None, consequence=touched), REF, NOW
    )

    assert lines_of(view)[1:] == [
        "Registration is open again until the talk starts, Friday 7 August, 11:00 in Sydney (AEST).",
        "Its closing time has passed, so it has none any more.",
        "The line is served again.",
        "2 people get a seat and are told: U4, U5",
    ]


def test_opening_later_shows_when_it_opens_now() -> None:
    view = build_open_later(make_seminar(opens_at=NOW + 24 * HOUR), REF, NOW, SYDNEY)

    assert lines_of(view)[1] == "Registration opens Thursday 30 July, 10:00 in Sydney (AEST)."
    assert view["blocks"][-1]["element"]["initial_date_time"] == int((NOW + 24 * HOUR).timestamp())


@pytest.mark.parametrize(
    ("seats", "line", "reminders", "expected"),
    [
        (12, 3, 2, "12 registrants and 3 waiters are told, 2 reminders are withdrawn."),
        (1, 0, 1, "1 registrant is told, 1 reminder is withdrawn."),
        (0, 1, 0, "1 waiter is told."),
        (0, 0, 2, "Nobody has a seat or waits, so nobody is told; 2 reminders are withdrawn."),
    ],
)
def test_cancelling_says_how_many_are_told_and_what_is_withdrawn(
    seats: int, line: int, reminders: int, expected: str
) -> None:
    touched = Consequence(told_seats=seats, told_line=line, reminders=reminders)
    cancelling = change(cancelled_at=NOW, cancel_reason="Ill", consequence=touched)

    first = build_cancel(cancelling, "Ill", REF)
    last = build_cancel_preview(cancelling, REF, NOW, SYDNEY)

    assert expected == lines_of(first)[1] == lines_of(last)[1]
    assert (last["submit"]["text"], last["close"]["text"]) == ("Cancel the Seminar", "Keep It")


def test_restoring_says_who_is_told_and_asked() -> None:
    cancelled = make_seminar(title="Khorgos", cancelled_at=NOW)
    touched = Consequence(told_seats=2, told_line=1, reminders=1)

    view = build_restore(change(cancelled, cancelled_at=None, consequence=touched), REF, NOW)

    assert lines_of(view)[1:] == [
        "The talk takes place after all: Friday 7 August, 11:00–12:30 in Sydney (AEST).",
        "2 registrants and 1 waiter are told so, and those with a seat are asked whether they still come.",
        "1 reminder is planned again.",
    ]


@pytest.mark.parametrize("obstacle", list(Obstacle))
@pytest.mark.parametrize("restores", [True, False])
def test_each_obstacle_is_said_in_a_sentence_that_fits_under_a_field(
    obstacle: Obstacle, *, restores: bool
) -> None:
    said = say_obstacle(obstacle, make_seminar(closes_at=NOW), NOW, restores=restores)

    assert said.endswith(".")
    assert len(said) < 160


def test_who_waits_in_a_line_that_is_stopped_is_not_promised_a_seat() -> None:
    message = build_answer(
        AlreadyWaitlisted(2), make_seminar(title="Khorgos", line_stopped_at=NOW), NOW, SYDNEY
    )

    check_message(message)
    assert message.text.startswith(
        "You do not have a seat yet: you are already number 2 in line for “Khorgos”. "
        "The line does not move at the moment."
    )
