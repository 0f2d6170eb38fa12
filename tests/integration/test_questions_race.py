"""Staff change a question while the first answer is saved: an answer is never to other words."""

import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.questions import Fixed, Kind, Question, TypedQuestion
from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.services.answering import Answered, AskedAnew, save_answers
from bot.services.questions import Edited, Kept, Refused, read_answers, save_question
from bot.services.registering import Press, register
from bot.storage import seminars
from bot.storage.engine import Transaction, transactions
from bot.storage.questions import list_questions
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

MEANWHILE_S = 0.3  # long enough for the other thread to come to where it would wait
BEFORE = TypedQuestion("Do you eat meat?", Kind.ONE, "Yes\nNo")
AFTER = TypedQuestion("Are you a vegetarian?", Kind.ONE, "Yes\nNo")


class Stage:
    """A seminar with one question, somebody registered, and the form that they see."""

    def __init__(self, transaction: Transaction) -> None:
        with transaction() as session:
            self.workspace_id = add_workspace(session)
            self.seminar_id = add_seminar(session, self.workspace_id).id
            press = Press(self.workspace_id, self.seminar_id, "U0M00", Wish.REGISTER)
            register(session, [press], clock=lambda: NOW)
            self.save(session, None, BEFORE)
            self.seen = self.read(session)

    def read(self, session: Session) -> Question:
        return list_questions(session, self.seminar_id)[0]

    def save(self, session: Session, question_id: int | None, typed: TypedQuestion, seen: str = "") -> Edited:
        return save_question(
            session,
            self.seminar_id,
            question_id,
            typed,
            seen=seen,
            workspace_id=self.workspace_id,
            actor="U0ANA",
            now=NOW,
        )

    def edit(self, session: Session) -> Any:
        return self.save(session, self.seen.id, AFTER, self.seen.mark)

    def answer(self, session: Session) -> Any:
        return save_answers(
            session,
            self.seminar_id,
            "U0M00",
            {self.seen.key: "0"},
            workspace_id=self.workspace_id,
            now=NOW,
        )


@pytest.fixture
def stage(transaction: Transaction) -> Stage:
    return Stage(transaction)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as opened:
        yield opened


def run_after(pool: ThreadPoolExecutor, transaction: Transaction, first: Any, second: Any) -> tuple[Any, Any]:
    """Do the first, and while it is not committed yet begin the second; return what became of both."""

    def beside() -> Any:
        with transaction() as session:
            return second(session)

    with transaction() as session:
        done = first(session)
        waiting = pool.submit(beside)
        with suppress(TimeoutError):
            waiting.result(timeout=MEANWHILE_S)
    return done, waiting.result(timeout=5)


def test_an_edit_waits_for_the_first_answer_and_is_refused_then(
    transaction: Transaction, stage: Stage, pool: ThreadPoolExecutor
) -> None:
    answered, edited = run_after(pool, transaction, stage.answer, stage.edit)

    assert isinstance(answered, Answered)
    assert Refused(Fixed.ANSWERED) == edited
    with transaction() as session:
        assert {"U0M00": [("Do you eat meat?", "Yes")]} == read_answers(session, stage.seminar_id)


def test_an_answer_waits_for_an_edit_and_is_asked_anew_then(
    transaction: Transaction, stage: Stage, pool: ThreadPoolExecutor
) -> None:
    edited, answered = run_after(pool, transaction, stage.edit, stage.answer)

    assert Kept() == edited
    assert isinstance(answered, AskedAnew)
    with transaction() as session:
        assert "Are you a vegetarian?" == stage.read(session).text
        assert {} == read_answers(session, stage.seminar_id)


def test_without_the_lock_both_go_through_or_one_is_lost(
    engine: Engine, stage: Stage, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both read before either writes, so the answer is kept to words that nobody saw."""
    together = threading.Barrier(2)
    unlocked = transactions(engine, is_reading=True)

    def without_lock(session: Session, ids: Collection[int]) -> dict[int, Seminar]:
        return seminars.find_seminars(session, ids)

    def meet(session: Session, _seminar_id: int) -> list[Question]:
        found = list_questions(session, stage.seminar_id)
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=5)
        return found

    def run(work: Any) -> Any:
        try:
            with unlocked() as session:
                return work(session)
        except DBAPIError as error:
            return error

    monkeypatch.setattr(seminars, "lock_seminars", without_lock)
    monkeypatch.setattr("bot.storage.questions.list_questions", meet)

    outcomes = list(pool.map(run, (stage.edit, stage.answer)))

    assert [Kept, Answered] == [type(one) for one in outcomes] or any(
        isinstance(one, DBAPIError) for one in outcomes
    )
