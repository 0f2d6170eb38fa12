"""Questions for the speaker: put, voted for, removed, and given to the host; on both engines."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.domain.speaker_questions import Asked, AskedQuestion
from bot.services.speaker_questions import ask, may_ask, read_questions, remove, vote
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError
from tests.integration.aftercare_scene import ANA, HOST, HOUR, STARTS, WEEK, AfterScene, open_talk
from tests.integration.rows import NOW, add_workspace

BEFORE = STARTS - HOUR


@pytest.fixture
def talk(transaction: Transaction) -> AfterScene:
    return open_talk(transaction)


def put(talk: AfterScene, user_id: str, text: str, *, at: datetime = NOW) -> Asked:
    with talk.transaction() as session:
        return ask(session, talk.seminar_id, user_id, text, now=at, **talk.place)[0]


def votes(
    talk: AfterScene, user_id: str, question_id: int, *, is_wanted: bool = True, at: datetime = NOW
) -> None:
    with talk.transaction() as session:
        vote(session, talk.seminar_id, user_id, question_id, is_wanted=is_wanted, now=at, **talk.place)


def questions(talk: AfterScene, reader: str = "U1") -> tuple[AskedQuestion, ...]:
    with talk.transaction() as session:
        return read_questions(session, talk.seminar_id, reader, now=NOW, **talk.place).questions


def standing(talk: AfterScene) -> list[tuple[str, int]]:
    return [(one.text, one.votes) for one in questions(talk)]


def race(talk: AfterScene, *acts: Callable[[Session], object]) -> Counter[object]:
    """Let all of it happen at the same moment, a transaction each, and return what became of it."""
    together = Barrier(len(acts))

    def one(act: Callable[[Session], object]) -> object:
        together.wait(timeout=10)
        with talk.transaction() as session:
            return act(session)

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(one, acts))


def asks(talk: AfterScene, user_id: str, text: str) -> Callable[[Session], object]:
    return lambda session: ask(session, talk.seminar_id, user_id, text, now=NOW, **talk.place)[0]


def test_a_question_counts_as_one_vote_and_the_most_wanted_comes_first(talk: AfterScene) -> None:
    assert [Asked.NEW, Asked.NEW] == [put(talk, "U1", "Why Khorgos?"), put(talk, "U2", "How far?")]
    number = questions(talk)[1].id

    votes(talk, "U3", number)
    votes(talk, "U3", number)

    assert [("How far?", 2), ("Why Khorgos?", 1)] == standing(talk)


def test_a_vote_is_taken_back_but_not_that_of_who_asked(talk: AfterScene) -> None:
    put(talk, "U1", "Why Khorgos?")
    number = questions(talk)[0].id
    votes(talk, "U2", number)

    votes(talk, "U2", number, is_wanted=False)
    votes(talk, "U2", number, is_wanted=False)
    votes(talk, "U1", number, is_wanted=False)

    assert [("Why Khorgos?", 1)] == standing(talk)


def test_the_same_text_is_one_question(talk: AfterScene) -> None:
    asked = [
        put(talk, "U1", "Why Khorgos?"),
        put(talk, "U1", "why  Khorgos"),
        put(talk, "U2", "Why Khorgos?"),
    ]

    assert [Asked.NEW, Asked.SAME, Asked.VOTED] == asked
    assert [("Why Khorgos?", 2)] == standing(talk)


def test_a_fourth_question_of_one_person_is_not_taken(talk: AfterScene) -> None:
    asked = [put(talk, "U1", f"Question {number}") for number in range(4)]

    assert [Asked.NEW] * 3 + [Asked.TOO_MANY] == asked
    assert Asked.NEW is put(talk, "U2", "Question 3")


def test_from_the_start_on_nothing_changes(talk: AfterScene) -> None:
    put(talk, "U1", "Why Khorgos?")

    votes(talk, "U2", questions(talk)[0].id, at=STARTS)

    assert Asked.CLOSED is put(talk, "U2", "Too late", at=STARTS)
    assert [("Why Khorgos?", 1)] == standing(talk)


def test_a_question_of_another_seminar_is_not_voted_for(talk: AfterScene) -> None:
    other = AfterScene(talk.transaction, talk.workspace_id, talk.add())
    put(other, "U1", "Elsewhere")

    votes(talk, "U2", questions(other)[0].id)

    assert [("Elsewhere", 1)] == standing(other)


def test_another_workspace_sees_and_asks_nothing(talk: AfterScene) -> None:
    with talk.transaction() as session:
        other = add_workspace(session, "T0OTHER")

    with pytest.raises(SeminarNotFoundError), talk.transaction() as session:
        read_questions(session, talk.seminar_id, "U1", workspace_id=other, now=NOW)
    with pytest.raises(SeminarNotFoundError), talk.transaction() as session:
        ask(session, talk.seminar_id, "U1", "Why?", workspace_id=other, now=NOW)


@pytest.mark.parametrize(
    ("user_id", "is_staff", "may"),
    [("U1", False, True), ("U9", False, False), ("U9", True, True), ("U7", False, True)],
    ids=["in it", "a stranger", "staff", "a host"],
)
def test_in_a_private_channel_only_those_who_are_in_it_or_run_it_ask(
    talk: AfterScene, user_id: str, *, is_staff: bool, may: bool
) -> None:
    talk.host("U7")
    with talk.transaction() as session:
        session.execute(update(tables.Announcement).values(is_private=True))
        found = may_ask(session, talk.seminar_id, user_id, is_staff=is_staff, now=NOW, **talk.place)

    assert may is found


def test_staff_remove_a_question_once_and_it_is_recorded_without_words(talk: AfterScene) -> None:
    put(talk, "U1", "Why Khorgos?")
    number = questions(talk)[0].id
    votes(talk, "U2", number)

    with talk.transaction() as session:
        removed = [
            remove(session, talk.seminar_id, number, actor=ANA, now=NOW, **talk.place) for _ in range(2)
        ]

    assert [True, False] == removed
    assert [] == standing(talk)
    assert [("question_removed", {"votes": 2})] == talk.changes()


def test_the_host_gets_the_list_an_hour_before(talk: AfterScene) -> None:
    put(talk, "U1", "Why Khorgos?")
    put(talk, "U2", "How far?")
    talk.tick(BEFORE - timedelta(seconds=1))
    assert [] == talk.told(Kind.QUESTIONS)

    talk.tick(BEFORE)
    votes(talk, "U3", questions(talk)[1].id, at=BEFORE)

    assert [HOST] == talk.told(Kind.QUESTIONS)
    (said,) = talk.texts(Kind.QUESTIONS, at=BEFORE)
    expected = "2 questions for the speaker of “Khorgos”, which starts in 1 hour. How far? (2 votes)"
    assert said.startswith(expected)


def test_each_host_gets_it_and_nobody_where_nobody_asked(talk: AfterScene) -> None:
    quiet = AfterScene(talk.transaction, talk.workspace_id, talk.add())
    talk.host("U7", "U8")
    put(talk, "U1", "Why Khorgos?")

    talk.tick(BEFORE)

    assert ["U7", "U8"] == talk.told(Kind.QUESTIONS)
    assert [] == list(questions(quiet))


def test_a_talk_that_moved_sends_it_again_an_hour_before_its_new_start(talk: AfterScene) -> None:
    put(talk, "U1", "Why Khorgos?")
    talk.tick(BEFORE)
    talk.set(starts_at=STARTS + WEEK, ends_at=STARTS + WEEK + HOUR)
    talk.plan_anew(at=BEFORE)

    dropped = talk.texts(Kind.QUESTIONS, at=BEFORE)
    talk.tick(BEFORE + WEEK)

    assert [Skip.MOVED] == dropped
    assert [HOST, HOST] == talk.told(Kind.QUESTIONS)


@pytest.mark.parametrize(
    ("values", "at", "reason"),
    [
        ({"cancelled_at": BEFORE}, BEFORE, Skip.CANCELLED),
        ({}, STARTS, Skip.AFTER_START),
    ],
)
def test_a_list_that_is_of_no_use_any_more_is_not_sent(
    talk: AfterScene, values: dict[str, Any], at: datetime, reason: Skip
) -> None:
    put(talk, "U1", "Why Khorgos?")
    talk.tick(BEFORE)
    talk.set(**values)

    assert [reason] == talk.texts(Kind.QUESTIONS, at=at)


def test_the_same_asked_by_many_at_once_is_one_question_with_their_votes(talk: AfterScene) -> None:
    became = race(talk, *(asks(talk, f"U{number}", "Why Khorgos?") for number in range(8)))

    assert Counter({Asked.VOTED: 7, Asked.NEW: 1}) == became
    assert [("Why Khorgos?", 8)] == standing(talk)


def test_many_questions_of_one_person_at_once_are_three(talk: AfterScene) -> None:
    became = race(talk, *(asks(talk, "U1", f"Question {number}") for number in range(6)))

    assert Counter({Asked.NEW: 3, Asked.TOO_MANY: 3}) == became


def test_votes_of_one_person_at_once_are_one_and_a_removal_takes_all(talk: AfterScene) -> None:
    put(talk, "U1", "Why Khorgos?")
    number = questions(talk)[0].id

    def votes_for(user_id: str) -> Callable[[Session], object]:
        return lambda session: (
            vote(session, talk.seminar_id, user_id, number, is_wanted=True, now=NOW, **talk.place).seminar.id
        )

    race(talk, *(votes_for("U2") for _ in range(6)))
    assert [("Why Khorgos?", 2)] == standing(talk)

    race(
        talk,
        *(votes_for(f"U{one}") for one in range(10, 15)),
        lambda session: remove(session, talk.seminar_id, number, actor=ANA, now=NOW, **talk.place),
    )

    with talk.transaction() as session:
        assert session.scalar(select(func.count()).select_from(tables.Vote)) == 0
    assert [] == standing(talk)
