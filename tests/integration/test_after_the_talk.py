"""Slides and recording, and the one question after the talk; on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.aftercare import FEEDBACK_FOR, Asking, Links
from bot.domain.registering import Wish
from bot.domain.reminding import Skip
from bot.services.changing import ChangedMeanwhileError
from bot.services.feedback import give_score, read_results
from bot.services.my_data import forget_person
from bot.storage import feedback, seminars, tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError
from tests.integration.aftercare_scene import (
    ANA,
    DAY,
    ENDS,
    HOST,
    OTHER,
    RECORDING,
    SLIDES,
    STARTS,
    WEEK,
    AfterScene,
    open_talk,
)
from tests.integration.rows import add_workspace

LATER = ENDS + DAY


@pytest.fixture
def talk(transaction: Transaction) -> AfterScene:
    return open_talk(transaction)


def test_links_added_after_the_talk_are_told_once_to_who_had_a_seat_or_waited(talk: AfterScene) -> None:
    plan = talk.save(Links(SLIDES, RECORDING), at=LATER)
    again = talk.save(Links(SLIDES, RECORDING), at=LATER)

    assert (["U1", "U2", "U3"], (2, 1)) == (
        talk.told(Kind.MATERIALS),
        (plan.consequence.told_seats, plan.consequence.told_line),
    )
    assert not again.is_change
    expected = f"The slides and the recording of “Khorgos” are here. Slides: {SLIDES} Recording: {RECORDING}"
    assert [expected] * 3 == talk.texts(Kind.MATERIALS, at=LATER)
    assert [("materials", {"slides_link": ["", SLIDES], "recording_link": ["", RECORDING]})] == talk.changes()


def test_who_was_forgotten_is_told_of_nothing_any_more(talk: AfterScene) -> None:
    with talk.transaction() as session:
        forget_person(session, talk.workspace_id, "U1", now=LATER)

    plan = talk.save(Links(SLIDES), at=LATER)

    assert (1, 1) == (plan.consequence.told_seats, plan.consequence.told_line)
    assert ["U2", "U3"] == talk.told(Kind.MATERIALS)


def test_links_added_before_are_told_at_the_end(talk: AfterScene) -> None:
    talk.save(Links(SLIDES), at=STARTS)
    assert [] == talk.told(Kind.MATERIALS)
    talk.register("U1", wish=Wish.RELEASE, at=STARTS - DAY)

    talk.tick(ENDS)

    assert ["U2", "U3"] == talk.told(Kind.MATERIALS)
    assert 2 == len(talk.texts(Kind.MATERIALS, at=ENDS))


def test_a_link_saved_between_the_end_and_the_planner_is_told_once(talk: AfterScene) -> None:
    talk.save(Links(OTHER), at=STARTS)
    talk.save(Links(SLIDES), at=ENDS)

    talk.tick(ENDS)

    assert ["U1", "U2", "U3"] == talk.told(Kind.MATERIALS)


def test_only_a_link_that_is_new_is_told(talk: AfterScene) -> None:
    talk.save(Links(SLIDES), at=LATER)

    talk.save(Links(SLIDES, RECORDING), at=LATER)
    talk.save(Links(OTHER, RECORDING), at=LATER)
    back = talk.save(Links(SLIDES, RECORDING), at=LATER)

    told = [(one["slides"], one["recording"]) for one in talk.details(Kind.MATERIALS)[::3]]
    assert [(SLIDES, ""), ("", RECORDING), (OTHER, "")] == told
    assert back.told == ()
    sent = talk.texts(Kind.MATERIALS, at=LATER)
    assert [3, 3, 3] == [
        sum(SLIDES in text for text in sent),
        sum(RECORDING in text for text in sent),
        sent.count(Skip.SUPERSEDED),
    ]


def test_links_are_saved_only_as_they_were_previewed(talk: AfterScene) -> None:
    seen = talk.look(Links(SLIDES), at=ENDS - timedelta(seconds=1)).fingerprint()

    with pytest.raises(ChangedMeanwhileError):
        talk.save(Links(SLIDES), at=ENDS, seen=seen)

    assert ([], "") == (talk.told(Kind.MATERIALS), talk.seminar().slides_link)


def test_a_cancelled_talk_takes_no_links_and_asks_nothing(talk: AfterScene) -> None:
    talk.set(cancelled_at=STARTS)

    talk.save(Links(SLIDES), at=LATER)
    talk.tick(ENDS)

    assert ("", [], []) == (talk.seminar().slides_link, talk.told(Kind.MATERIALS), talk.told(Kind.FEEDBACK))


def test_who_was_checked_in_is_asked_how_it_was(talk: AfterScene) -> None:
    talk.check_in("U2")

    talk.tick(ENDS)

    assert ["U2"] == talk.told(Kind.FEEDBACK)


def test_all_with_a_seat_are_asked_where_nobody_was_checked_in(talk: AfterScene) -> None:
    talk.tick(ENDS - timedelta(seconds=1))
    assert [] == talk.told(Kind.FEEDBACK)

    talk.tick(ENDS)
    talk.tick(LATER)

    assert ["U1", "U2"] == talk.told(Kind.FEEDBACK)
    assert all(text.startswith("How was “Khorgos”?") for text in talk.texts(Kind.FEEDBACK, at=ENDS))


def test_a_talk_that_moved_asks_at_its_new_end(talk: AfterScene) -> None:
    talk.set(starts_at=STARTS + WEEK, ends_at=ENDS + WEEK)
    talk.plan_anew(at=STARTS)

    talk.tick(ENDS)
    before = talk.told(Kind.FEEDBACK)
    talk.tick(ENDS + WEEK)

    assert ([], ["U1", "U2"]) == (before, talk.told(Kind.FEEDBACK))


@pytest.mark.parametrize(
    ("values", "at", "reason"),
    [
        ({"cancelled_at": ENDS}, ENDS, Skip.CANCELLED),
        ({"starts_at": STARTS + WEEK, "ends_at": ENDS + WEEK}, ENDS, Skip.MOVED),
        ({}, ENDS + FEEDBACK_FOR, Skip.OVER),
    ],
    ids=["cancelled", "moved", "two weeks ago"],
)
def test_a_question_that_makes_no_sense_any_more_is_not_sent(
    talk: AfterScene, values: dict[str, Any], at: datetime, reason: Skip
) -> None:
    talk.tick(ENDS)
    talk.set(**values)

    assert [reason, reason] == talk.texts(Kind.FEEDBACK, at=at)


def test_a_late_planner_asks_nothing_after_two_weeks(talk: AfterScene) -> None:
    talk.tick(ENDS + FEEDBACK_FOR)

    assert [] == talk.told(Kind.FEEDBACK)


def test_the_newest_score_counts_and_the_line_stays(talk: AfterScene) -> None:
    talk.score("U1", 2)
    talk.write("U1", "Speak up")

    given = talk.score("U1", 5)

    assert (Asking.OPEN, 5, "Speak up") == (given.asking, given.score, given.line)
    with talk.transaction() as session:
        assert ((0, 0, 0, 0, 1), ("Speak up",)) == (
            read_results(session, talk.seminar_id).counts,
            read_results(session, talk.seminar_id).lines,
        )


@pytest.mark.parametrize(
    ("user_id", "at", "asking"),
    [
        ("U1", ENDS - timedelta(seconds=1), Asking.NOT_YET),
        ("U1", ENDS + FEEDBACK_FOR, Asking.CLOSED),
        ("U3", ENDS, Asking.NOT_THERE),
        ("U9", ENDS, Asking.NOT_THERE),
    ],
)
def test_answers_of_others_or_at_another_time_are_not_kept(
    talk: AfterScene, user_id: str, at: datetime, asking: Asking
) -> None:
    given, line = talk.score(user_id, 5, at=at), talk.write(user_id, "Hm", at=at)

    assert (asking, asking, 0, "") == (given.asking, line.asking, given.score, line.line)


def test_another_workspace_cannot_answer(talk: AfterScene) -> None:
    with talk.transaction() as session:
        other = add_workspace(session, "T0OTHER")

    with pytest.raises(SeminarNotFoundError), talk.transaction() as session:
        give_score(session, talk.seminar_id, "U1", 5, workspace_id=other, now=ENDS)


def test_the_fifth_answer_tells_who_announced_it_once(transaction: Transaction) -> None:
    talk = open_talk(transaction, capacity=None)
    talk.register("U4", "U5", "U6")
    for user_id in ("U1", "U2", "U3", "U4", "U4"):
        talk.score(user_id, 4)
    assert [] == talk.told(Kind.FEEDBACK)

    talk.score("U5", 4)
    talk.score("U6", 4)

    assert [HOST] == talk.told(Kind.FEEDBACK)
    (said,) = talk.texts(Kind.FEEDBACK, at=ENDS)
    assert said.startswith("6 people said how “Khorgos” was.")


def test_the_hosts_are_told_in_place_of_who_announced_it(transaction: Transaction) -> None:
    talk = open_talk(transaction, capacity=None)
    talk.register("U4", "U5")
    talk.host("U7", "U8")

    for number in range(1, 6):
        talk.score(f"U{number}", 5)

    assert ["U7", "U8"] == talk.told(Kind.FEEDBACK)


def test_of_five_who_answer_at_once_one_is_the_fifth(transaction: Transaction) -> None:
    talk = open_talk(transaction, capacity=None)
    talk.register("U4", "U5")
    together = Barrier(5)

    def answer(number: int) -> Asking:
        together.wait(timeout=10)
        return talk.score(f"U{number}", 3).asking

    with ThreadPoolExecutor(5) as pool:
        asked = list(pool.map(answer, range(1, 6)))

    assert [Asking.OPEN] * 5 == asked
    assert [HOST] == talk.told(Kind.FEEDBACK)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_the_lock_neither_of_two_who_answer_at_once_is_the_fifth(
    transaction: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both have written before either counts, and neither sees the other's answer."""
    talk = open_talk(transaction, capacity=None)
    talk.register("U4", "U5")
    for number in range(1, 4):
        talk.score(f"U{number}", 3)
    together, count = Barrier(2), feedback.count_given

    def count_together(session: Session, seminar_id: int) -> int:
        together.wait(timeout=10)
        counted = count(session, seminar_id)
        together.wait(timeout=10)  # before either commits
        return counted

    monkeypatch.setattr(seminars, "lock_seminars", seminars.find_seminars)
    monkeypatch.setattr(feedback, "count_given", count_together)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user_id: talk.score(user_id, 3), ("U4", "U5")))

    assert [] == talk.told(Kind.FEEDBACK)


def test_a_muted_member_is_asked_all_the_same(talk: AfterScene) -> None:
    row = tables.Preference
    with talk.transaction() as session:
        session.add(
            row(workspace_id=talk.workspace_id, user_id="U1", is_muted=True, reminder_minutes=[], follows={})
        )
        session.execute(update(row).values(asked_at=STARTS))

    talk.tick(ENDS)

    assert ["U1", "U2"] == talk.told(Kind.FEEDBACK)
    assert ANA not in talk.told(Kind.FEEDBACK)
