"""After the talk, as rules: what is told, who may answer, what is shown, and which is the next."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.aftercare import (
    FEEDBACK_FOR,
    Asking,
    Links,
    Results,
    choose_next,
    decide_feedback,
    decide_materials,
    sum_up,
)
from bot.domain.reminding import Moment, MomentKind, plan_moments, tell_next_at
from bot.domain.room import Registration, Room, State
from bot.domain.seminar import Count, Seminar
from bot.domain.speaker_questions import Stand, decide_stand, is_same
from tests.factories import NOW, make_seminar

KHORGOS = make_seminar()
STARTS, ENDS = KHORGOS.starts_at, KHORGOS.ends_at
SECOND, HOUR, WEEK = timedelta(seconds=1), timedelta(hours=1), timedelta(weeks=1)
SLIDES, RECORDING, OTHER = "https://a.example/slides", "https://a.example/film", "https://b.example/slides"
NOBODY_TOLD: frozenset[str] = frozenset()


def room(seminar: Seminar = KHORGOS) -> Room:
    known = {
        "U1": Registration("U1", State.SEATED, None, 1, None),
        "U2": Registration("U2", State.WAITLISTED, 1, 2, None),
        "U3": Registration("U3", State.RELEASED, None, 3, None),
        "U4": Registration("U4", State.OFFERED, None, 4, None),
    }
    return Room(seminar, Count(1, 1, 1), 5, known)


def test_new_links_are_told_to_who_had_a_seat_or_waited_once_the_talk_is_over() -> None:
    plan = decide_materials(room(), Links(SLIDES, RECORDING), NOBODY_TOLD, ENDS)

    assert ("U1", "U2", "U4") == plan.told
    assert (2, 1) == (plan.consequence.told_seats, plan.consequence.told_line)
    assert Links(SLIDES, RECORDING) == plan.new
    assert (SLIDES, RECORDING) == (plan.after.slides_link, plan.after.recording_link)


def test_before_the_end_links_are_kept_and_nobody_is_told() -> None:
    plan = decide_materials(room(), Links(SLIDES), NOBODY_TOLD, ENDS - SECOND)

    assert ((), True, False) == (plan.told, plan.is_change, plan.is_over)


@pytest.mark.parametrize(
    ("links", "told", "new"),
    [
        (Links(OTHER, RECORDING), ("U1", "U2", "U4"), Links(OTHER)),
        (Links(SLIDES), (), Links()),
        (Links(SLIDES, RECORDING), (), Links()),
    ],
    ids=["one is changed", "one is removed", "nothing is changed"],
)
def test_only_the_link_that_is_new_is_told(links: Links, told: tuple[str, ...], new: Links) -> None:
    there = replace(KHORGOS, slides_link=SLIDES, recording_link=RECORDING)

    plan = decide_materials(room(there), links, frozenset({SLIDES, RECORDING}), ENDS)

    assert (told, new) == (plan.told, plan.new)


@pytest.mark.parametrize(
    ("now", "state", "asking"),
    [
        (ENDS - SECOND, State.SEATED, Asking.NOT_YET),
        (ENDS, State.SEATED, Asking.OPEN),
        (ENDS + FEEDBACK_FOR - SECOND, State.SEATED, Asking.OPEN),
        (ENDS + FEEDBACK_FOR, State.SEATED, Asking.CLOSED),
        (ENDS, State.WAITLISTED, Asking.NOT_THERE),
        (ENDS, State.RELEASED, Asking.NOT_THERE),
        (ENDS, None, Asking.NOT_THERE),
    ],
)
def test_answers_are_taken_from_the_end_for_two_weeks_from_who_had_a_seat(
    now: datetime, state: State | None, asking: Asking
) -> None:
    assert asking is decide_feedback(KHORGOS, state, now)


def test_nobody_is_asked_about_a_cancelled_talk() -> None:
    assert Asking.CANCELLED is decide_feedback(make_seminar(cancelled_at=NOW), State.SEATED, ENDS)


def test_results_count_each_score_and_are_shown_from_five_answers_on() -> None:
    given = [(5, "Lovely"), (4, ""), (4, "Too long"), (1, "")]

    four, five = sum_up(7, given), sum_up(7, [*given, (3, "")])

    assert ((1, 0, 0, 2, 1), 3.5, False) == (four.counts, four.mean, four.is_shown)
    assert ((1, 0, 1, 2, 1), 3.4, True) == (five.counts, five.mean, five.is_shown)


def test_the_order_of_lines_does_not_follow_who_wrote_or_when() -> None:
    given = [(5, f"Line {number}") for number in range(8)]

    there, back = sum_up(7, given), sum_up(7, given[::-1])

    assert there == back
    assert [line for _score, line in given] != list(there.lines)


def test_no_answers_have_no_mean() -> None:
    assert 0.0 == Results((0, 0, 0, 0, 0), ()).mean


def test_the_next_of_a_series_is_the_soonest_after_it_that_takes_place() -> None:
    second, third, fourth = (
        make_seminar(id=7 + number, starts_at=STARTS + number * WEEK, ends_at=ENDS + number * WEEK)
        for number in (1, 2, 3)
    )
    cancelled = replace(second, cancelled_at=NOW)

    assert second == choose_next(KHORGOS, [fourth, third, second, KHORGOS])
    assert third == choose_next(KHORGOS, [fourth, third, cancelled, KHORGOS])
    assert choose_next(fourth, [fourth, third, second, KHORGOS]) is None


def test_the_moments_of_questions_and_of_what_comes_after_move_with_the_talk() -> None:
    moved = make_seminar(starts_at=STARTS + WEEK)

    planned = plan_moments(moved, NOW)

    assert Moment(MomentKind.QUESTIONS, STARTS + WEEK - HOUR) in planned
    assert Moment(MomentKind.AFTER, moved.ends_at) in planned
    assert MomentKind.NEXT not in {moment.kind for moment in planned}


def test_waiters_of_the_one_before_hear_of_a_series_an_hour_before_it_is_announced() -> None:
    later = make_seminar(series_id=3, publish_at=STARTS - WEEK)
    at_once = make_seminar(series_id=3)

    assert STARTS - WEEK - HOUR == tell_next_at(later)
    assert Moment(MomentKind.NEXT, STARTS - WEEK - HOUR) in plan_moments(later, NOW)
    assert Moment(MomentKind.NEXT, NOW) in plan_moments(at_once, NOW)
    assert MomentKind.NEXT not in {moment.kind for moment in plan_moments(at_once, STARTS)}


@pytest.mark.parametrize(("at", "stand"), [(STARTS - SECOND, Stand.OPEN), (STARTS, Stand.BEGUN)])
def test_questions_are_taken_until_the_start(at: datetime, stand: Stand) -> None:
    assert stand is decide_stand(KHORGOS, at)


@pytest.mark.parametrize(
    ("other", "same"),
    [("WHY  khorgos", True), ("Why Khorgos?", True), ("Why not Khorgos?", False)],
)
def test_the_same_question_is_known_again(other: str, same: bool) -> None:  # noqa: FBT001 - a parameter
    assert same is is_same("Why Khorgos?", other)
