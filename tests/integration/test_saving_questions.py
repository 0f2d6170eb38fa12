"""Asking and answering on both engines: what is kept, what is refused, and what is read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.questions import Fixed, Kind, NotAsked, QuestionFault, TypedQuestion
from bot.domain.registering import Wish
from bot.services.announcing import announce, save_draft
from bot.services.answering import (
    Answered,
    AskedAnew,
    Unasked,
    WronglyAnswered,
    count_owed,
    save_answers,
)
from bot.services.editing import start_duplicate
from bot.services.questions import (
    Faulty,
    Gone,
    Kept,
    Refused,
    copy_questions,
    drop_question,
    list_unanswered,
    place_question,
    read_answers,
    read_asked,
    save_question,
)
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.questions import list_questions
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries

FOOD = TypedQuestion("What do you eat?", Kind.ONE, "Everything\nNo meat", is_required=True)
WISHES = TypedQuestion("What should the talk cover?", Kind.TEXT)
DAYS = TypedQuestion("When can you stay?", Kind.SOME, "Lunch\nDinner\nBoth days")
OVER = NOW + timedelta(days=30)


@dataclass
class Stage:
    """One seminar of a workspace."""

    transaction: Transaction
    workspace_id: int
    seminar_id: int

    def who(self, **changed: Any) -> dict[str, Any]:
        return {"workspace_id": self.workspace_id, "actor": "U0ANA", "now": NOW} | changed

    def ask(self, *typed: TypedQuestion, **changed: Any) -> list[Any]:
        with self.transaction() as session:
            return [
                save_question(session, self.seminar_id, None, one, seen="", **self.who(**changed))
                for one in typed
            ]

    def texts(self) -> list[str]:
        with self.transaction() as session:
            return [one.text for one in list_questions(session, self.seminar_id)]

    def ids(self) -> list[int]:
        with self.transaction() as session:
            return [one.id for one in list_questions(session, self.seminar_id)]

    def press(self, user_id: str, wish: Wish = Wish.REGISTER) -> None:
        with self.transaction() as session:
            press = Press(self.workspace_id, self.seminar_id, user_id, wish)
            register(session, [press], clock=lambda: NOW)

    def answer(self, user_id: str, *values: str | list[str], now: Any = NOW) -> Any:
        with self.transaction() as session:
            keys = [one.key for one in list_questions(session, self.seminar_id)]
            return self.submit(session, user_id, dict(zip(keys, values, strict=True)), now=now)

    def submit(self, session: Session, user_id: str, values: Mapping[str, Any], now: Any = NOW) -> Any:
        return save_answers(
            session, self.seminar_id, user_id, values, workspace_id=self.workspace_id, now=now
        )


@pytest.fixture
def stage(transaction: Transaction) -> Stage:
    with transaction() as session:
        workspace_id = add_workspace(session)
        return Stage(transaction, workspace_id, add_seminar(session, workspace_id).id)


def test_each_change_of_the_questions_is_recorded_and_counts_the_version_up(stage: Stage) -> None:
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


def test_saving_the_same_question_twice_asks_it_once(stage: Stage) -> None:
    assert [Kept(), Kept(already=True)] == stage.ask(FOOD, FOOD)

    assert [FOOD.text] == stage.texts()


def test_a_sixth_question_is_refused(stage: Stage) -> None:
    stage.ask(*(replace(WISHES, text=f"Question {number}") for number in range(5)))

    assert [Faulty({"text": QuestionFault.QUESTIONS_MANY})] == stage.ask(FOOD)
    assert 5 == len(stage.texts())


def test_moving_a_question_to_its_place_twice_moves_it_once(stage: Stage) -> None:
    stage.ask(FOOD, WISHES, DAYS)
    last = stage.ids()[2]

    with stage.transaction() as session:
        moved = [place_question(session, stage.seminar_id, last, 1, **stage.who()) for _ in range(2)]

    assert [Kept(), Kept(already=True)] == moved
    assert [FOOD.text, DAYS.text, WISHES.text] == stage.texts()


def test_removing_a_question_twice_removes_it_once(stage: Stage) -> None:
    stage.ask(FOOD, WISHES)
    first = stage.ids()[0]

    with stage.transaction() as session:
        removed = [drop_question(session, stage.seminar_id, first, **stage.who()) for _ in range(2)]

    assert [Kept(), Gone()] == removed
    assert [WISHES.text] == stage.texts()


def test_once_answered_no_question_is_added_edited_moved_or_removed(stage: Stage) -> None:
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


def test_after_the_talk_the_questions_stay(stage: Stage) -> None:
    assert [Refused(Fixed.OVER)] == stage.ask(FOOD, now=OVER)


def test_questions_of_another_workspace_are_refused(stage: Stage) -> None:
    with stage.transaction() as session:
        other = add_workspace(session, "T0OTHER")

    with pytest.raises(SeminarNotFoundError):
        stage.ask(FOOD, workspace_id=other)


def test_another_seminars_question_cannot_be_changed_through_this_one(stage: Stage) -> None:
    stage.ask(FOOD)
    (question_id,) = stage.ids()
    with stage.transaction() as session:
        other = add_seminar(session, stage.workspace_id).id
        gone = drop_question(session, other, question_id, **stage.who())

    assert Gone() == gone
    assert [FOOD.text] == stage.texts()


def test_the_newest_answers_stand_and_an_emptied_one_is_none(stage: Stage) -> None:
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
    stage: Stage, values: tuple[Any, ...], fault: str
) -> None:
    stage.ask(FOOD, WISHES, DAYS)
    stage.press("U0M00")

    wrong = stage.answer("U0M00", *values)

    assert isinstance(wrong, WronglyAnswered)
    assert [fault] == list(wrong.faults.values())
    with stage.transaction() as session:
        assert {} == read_answers(session, stage.seminar_id)


def test_answers_to_questions_that_are_not_asked_any_more_are_asked_anew(stage: Stage) -> None:
    stage.ask(WISHES)
    stage.press("U0M00")

    (question_id,) = stage.ids()

    with stage.transaction() as session:
        anew = stage.submit(session, "U0M00", {f"q{question_id}_00000000": "Trains"})

    assert isinstance(anew, AskedAnew)
    assert [["Trains"]] == list(anew.to_answer.given.values())


def test_who_has_no_seat_saves_nothing(stage: Stage) -> None:
    stage.ask(WISHES)
    stage.press("U0M00")
    stage.press("U0M00", Wish.RELEASE)

    refused = [stage.answer("U0M00", "Trains"), stage.answer("U0STRANGER", "Trains")]

    assert [NotAsked.NOT_REGISTERED] * 2 == [one.why for one in refused if isinstance(one, Unasked)]
    with stage.transaction() as session:
        assert {} == read_answers(session, stage.seminar_id)


def test_after_the_talk_nothing_is_saved(stage: Stage) -> None:
    stage.ask(WISHES)
    stage.press("U0M00")

    late = stage.answer("U0M00", "Trains", now=OVER)

    assert isinstance(late, Unasked)
    assert NotAsked.OVER is late.why


def test_answers_are_kept_when_the_seat_is_given_back_and_count_only_while_it_is_held(stage: Stage) -> None:
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


def test_a_new_seminar_asks_what_another_asked_and_has_no_answers(stage: Stage) -> None:
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


def test_asking_and_answering_tells_nobody_and_moves_no_seat(stage: Stage) -> None:
    stage.press("U0M00")
    stage.ask(FOOD)
    stage.answer("U0M00", "1")

    with stage.transaction() as session:
        assert 1 == len(deliveries(session, "confirmation"))
        assert 1 == len(session.scalars(select(tables.SeatChange)).all())


def test_a_duplicate_asks_the_same(transaction: Transaction, stage: Stage) -> None:
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
