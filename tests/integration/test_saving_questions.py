"""Asking on both engines: what staff keep, what is refused, and what a new seminar asks like another."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.questions import Fixed, QuestionFault
from bot.services.announcing import announce, save_draft
from bot.services.editing import start_duplicate
from bot.services.questions import (
    Faulty,
    Gone,
    Kept,
    Refused,
    copy_questions,
    drop_question,
    place_question,
    read_answers,
    save_question,
)
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.questions import list_questions
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from tests.factories import NOW
from tests.integration.question_stage import DAYS, FOOD, OVER, WISHES, QuestionStage, open_stage
from tests.integration.rows import add_seminar, add_workspace


@pytest.fixture
def stage(transaction: Transaction) -> QuestionStage:
    return open_stage(transaction)


def test_each_change_of_the_questions_is_recorded_and_counts_the_version_up(stage: QuestionStage) -> None:
    stage.ask(FOOD, WISHES)
    first, second = stage.ids()
    with stage.transaction() as session:
        place_question(session, stage.seminar_id, second, 0, **stage.who())
        drop_question(session, stage.seminar_id, first, **stage.who())

    with stage.transaction() as session:
        rows = session.scalars(select(tables.SeminarChange).order_by(tables.SeminarChange.number)).all()
        assert [
            {"added": FOOD.text},
            {"added": WISHES.text},
            {"moved": WISHES.text},
            {"removed": FOOD.text},
        ] == [row.details for row in rows]
        assert {("questions", "U0ANA")} == {(row.kind, row.actor) for row in rows}
        assert 5 == get_seminar(session, stage.seminar_id, workspace_id=stage.workspace_id).version


def test_saving_the_same_question_twice_asks_it_once(stage: QuestionStage) -> None:
    assert [Kept(), Kept(already=True)] == stage.ask(FOOD, FOOD)

    assert [FOOD.text] == stage.texts()


def test_a_sixth_question_is_refused(stage: QuestionStage) -> None:
    stage.ask(*(replace(WISHES, text=f"Question {number}") for number in range(5)))

    assert [Faulty({"text": QuestionFault.QUESTIONS_MANY})] == stage.ask(FOOD)
    assert 5 == len(stage.texts())


def test_moving_a_question_to_its_place_twice_moves_it_once(stage: QuestionStage) -> None:
    stage.ask(FOOD, WISHES, DAYS)
    last = stage.ids()[2]

    with stage.transaction() as session:
        moved = [place_question(session, stage.seminar_id, last, 1, **stage.who()) for _ in range(2)]

    assert [Kept(), Kept(already=True)] == moved
    assert [FOOD.text, DAYS.text, WISHES.text] == stage.texts()


def test_removing_a_question_twice_removes_it_once(stage: QuestionStage) -> None:
    stage.ask(FOOD, WISHES)
    first = stage.ids()[0]

    with stage.transaction() as session:
        removed = [drop_question(session, stage.seminar_id, first, **stage.who()) for _ in range(2)]

    assert [Kept(), Gone()] == removed
    assert [WISHES.text] == stage.texts()


def test_once_answered_no_question_is_added_edited_moved_or_removed(stage: QuestionStage) -> None:
    stage.ask(FOOD, WISHES)
    first, second = stage.ids()
    stage.press("U0M00")
    stage.answer("U0M00", "1", "")

    (added,) = stage.ask(DAYS)
    with stage.transaction() as session:
        refused = [
            added,
            save_question(session, stage.seminar_id, first, DAYS, seen="", **stage.who()),
            place_question(session, stage.seminar_id, second, 0, **stage.who()),
            drop_question(session, stage.seminar_id, second, **stage.who()),
        ]

    assert [Refused(Fixed.ANSWERED)] * 4 == refused
    assert [FOOD.text, WISHES.text] == stage.texts()


def test_after_the_talk_the_questions_stay(stage: QuestionStage) -> None:
    assert [Refused(Fixed.OVER)] == stage.ask(FOOD, now=OVER)


def test_questions_of_another_workspace_are_refused(stage: QuestionStage) -> None:
    with stage.transaction() as session:
        other = add_workspace(session, "T0OTHER")

    with pytest.raises(SeminarNotFoundError):
        stage.ask(FOOD, workspace_id=other)


def test_another_seminars_question_cannot_be_changed_through_this_one(stage: QuestionStage) -> None:
    stage.ask(FOOD)
    (question_id,) = stage.ids()
    with stage.transaction() as session:
        other = add_seminar(session, stage.workspace_id).id
        gone = drop_question(session, other, question_id, **stage.who())

    assert Gone() == gone
    assert [FOOD.text] == stage.texts()


def test_a_new_seminar_asks_what_another_asked_and_has_no_answers(stage: QuestionStage) -> None:
    stage.ask(FOOD, DAYS)
    stage.press("U0M00")
    stage.answer("U0M00", "1", [])

    with stage.transaction() as session:
        new = add_seminar(session, stage.workspace_id).id
        copy_questions(session, stage.seminar_id, new)

    with stage.transaction() as session:
        before, after = list_questions(session, stage.seminar_id), list_questions(session, new)
        assert [one.mark for one in before] == [one.mark for one in after]
        assert not {one.id for one in before} & {one.id for one in after}
        assert {} == read_answers(session, new)


def test_a_duplicate_asks_the_same(transaction: Transaction, stage: QuestionStage) -> None:
    stage.ask(FOOD, WISHES)

    with transaction() as session:
        source = get_seminar(session, stage.seminar_id, workspace_id=stage.workspace_id)
        draft = start_duplicate(session, source, user_id="U0ANA", now=NOW)
        fields = replace(draft.fields, date="2020-08-21", time="11:00")
        whose: dict[str, Any] = {"workspace_id": stage.workspace_id, "user_id": "U0ANA"}
        save_draft(session, draft.id, fields, **whose)
        made = announce(session, draft.id, **whose, now=NOW)
        again = announce(session, draft.id, **whose, now=NOW)

        asked = [one.text for one in list_questions(session, made.id)]
    assert asked == [FOOD.text, WISHES.text]
    assert again.id == made.id
