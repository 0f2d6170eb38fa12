"""Answering on both engines: what is kept, what is refused, and what is read of it."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.questions import NotAsked
from bot.domain.registering import Wish
from bot.services.answering import Answered, AskedAnew, Unasked, WronglyAnswered, count_owed
from bot.services.questions import list_unanswered, read_answers, read_asked
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.seminars import get_seminar
from tests.factories import NOW
from tests.integration.question_stage import DAYS, FOOD, OVER, WISHES, QuestionStage, open_stage
from tests.integration.rows import deliveries


@pytest.fixture
def stage(transaction: Transaction) -> QuestionStage:
    return open_stage(transaction)


def test_the_newest_answers_stand_and_an_emptied_one_is_none(stage: QuestionStage) -> None:
    stage.ask(FOOD, WISHES, DAYS)
    stage.press("U0M00")

    saved = [
        stage.answer("U0M00", "0", "Trains", ["0", "2"]),
        stage.answer("U0M00", "1", "", ["2", "1"]),
        stage.answer("U0M00", "1", "", ["2", "1"]),
    ]

    assert [Answered] * 3 == [type(one) for one in saved]
    with stage.transaction() as session:
        expected = [(FOOD.text, "No meat"), (WISHES.text, ""), (DAYS.text, "Dinner; Both days")]
        assert {"U0M00": expected} == read_answers(session, stage.seminar_id)
        assert 2 == len(session.scalars(select(tables.Answer)).all())


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        pytest.param(("", "", []), "missing", id="nothing where it is required"),
        pytest.param(("2", "", []), "no_option", id="an option that is none"),
        pytest.param((["0", "1"], "", []), "no_option", id="two where one is asked for"),
        pytest.param(("nonsense", "", []), "no_option", id="no number"),
    ],
)
def test_a_wrong_answer_is_refused_under_its_question_and_nothing_is_saved(
    stage: QuestionStage, values: tuple[Any, ...], fault: str
) -> None:
    stage.ask(FOOD, WISHES, DAYS)
    stage.press("U0M00")

    wrong = stage.answer("U0M00", *values)

    assert isinstance(wrong, WronglyAnswered)
    assert [fault] == list(wrong.faults.values())
    with stage.transaction() as session:
        assert {} == read_answers(session, stage.seminar_id)


def test_answers_to_questions_that_are_not_asked_any_more_are_asked_anew(stage: QuestionStage) -> None:
    stage.ask(WISHES)
    stage.press("U0M00")

    (question_id,) = stage.ids()

    with stage.transaction() as session:
        anew = stage.submit(session, "U0M00", {f"q{question_id}_00000000": "Trains"})

    assert isinstance(anew, AskedAnew)
    assert [["Trains"]] == list(anew.to_answer.given.values())


def test_who_has_no_seat_saves_nothing(stage: QuestionStage) -> None:
    stage.ask(WISHES)
    stage.press("U0M00")
    stage.press("U0M00", Wish.RELEASE)

    refused = [stage.answer("U0M00", "Trains"), stage.answer("U0STRANGER", "Trains")]

    assert [NotAsked.NOT_REGISTERED] * 2 == [one.why for one in refused if isinstance(one, Unasked)]
    with stage.transaction() as session:
        assert {} == read_answers(session, stage.seminar_id)


def test_after_the_talk_nothing_is_saved(stage: QuestionStage) -> None:
    stage.ask(WISHES)
    stage.press("U0M00")

    late = stage.answer("U0M00", "Trains", now=OVER)

    assert isinstance(late, Unasked)
    assert NotAsked.OVER is late.why


def test_answers_are_kept_when_the_seat_is_given_back_and_count_only_while_it_is_held(
    stage: QuestionStage,
) -> None:
    stage.ask(FOOD, WISHES)
    for user_id in ("U0M00", "U0M01", "U0M02"):
        stage.press(user_id)
    stage.answer("U0M00", "1", "")
    stage.answer("U0M01", "0", "Trains")
    stage.press("U0M01", Wish.RELEASE)

    with stage.transaction() as session:
        seminar = get_seminar(session, stage.seminar_id, workspace_id=stage.workspace_id)
        asked = read_asked(session, seminar, now=NOW)
        assert (2, 1, 1) == (asked.registered, asked.answered, asked.owing)
        assert {"U0M02"} == list_unanswered(session, stage.seminar_id)
        assert {"U0M00", "U0M01"} == read_answers(session, stage.seminar_id).keys()
        assert [0, 1] == [count_owed(session, stage.seminar_id, one) for one in ("U0M00", "U0M02")]


def test_asking_and_answering_tells_nobody_and_moves_no_seat(stage: QuestionStage) -> None:
    stage.press("U0M00")
    stage.ask(FOOD)
    stage.answer("U0M00", "1")

    with stage.transaction() as session:
        assert 1 == len(deliveries(session, "confirmation"))
        assert 1 == len(session.scalars(select(tables.SeatChange)).all())
