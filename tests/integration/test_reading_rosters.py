"""Reading the roster page by page, with answers, on both engines."""

from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.services.changing import look_at_seminar
from bot.services.people import move
from bot.services.roster import read_person, read_roster_page
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.seminars import get_seminar
from bot.views.ids import ManageRef
from bot.views.roster import PAGE, RosterPage, Shown, build_roster
from bot.views.roster_entries import Answered
from tests.integration.people_rows import deed, fill_seminar, press
from tests.integration.rows import NOW
from tests.integration.test_query_counts import counted
from tests.payloads import check_view


def read(session: Session, seminar_id: int, about: str = "", page: int = 0, user: str = "") -> RosterPage:
    seminar = get_seminar(session, seminar_id, workspace_id=1)
    found = read_roster_page(session, seminar, ManageRef(seminar_id, user, page, about))
    check_view(build_roster(seminar, found, NOW, None))
    return found


def people(page: RosterPage) -> list[str]:
    return [entry.user_id for entry in page.entries]


def ask(session: Session, seminar_id: int) -> tuple[int, int]:
    """Ask two questions, the second one required, and return their numbers."""
    asked = [
        tables.Question(
            seminar_id=seminar_id, position=2, text="Level", kind="one", options=["MSc"], is_required=True
        ),
        tables.Question(
            seminar_id=seminar_id, position=1, text="Diet", kind="some", options=[], is_required=False
        ),
    ]
    session.add_all(asked)
    session.flush()
    return asked[1].id, asked[0].id


def answer(session: Session, question_id: int, user_id: str, *value: str) -> None:
    session.add(tables.Answer(question_id=question_id, user_id=user_id, value=list(value), at=NOW))
    session.flush()


def test_a_hundred_and_twenty_people_stand_on_six_pages_each_once(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 120, capacity=90)

    with transaction() as session:
        pages = [read(session, seminar_id, page=number) for number in range(6)]

    assert [PAGE] * 6 == [len(page.entries) for page in pages]
    assert sorted(f"U{number:03}" for number in range(120)) == sorted(chain(*map(people, pages)))
    assert {6} == {page.pages for page in pages}
    assert [f"U{number:03}" for number in range(100, 120)] == people(pages[5])
    assert [entry.place for entry in pages[5].entries] == list(range(11, 31))


def test_a_page_beyond_the_last_is_the_last(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 21)

    with transaction() as session:
        page = read(session, seminar_id, page=10**9)

    assert (1, ["U020"]) == (page.ref.page, people(page))


def test_a_page_costs_as_many_statements_for_sixty_as_for_three(
    transaction: Transaction, engine: Engine
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 3)
        ask(session, seminar_id)
    with counted(engine) as for_three, transaction() as session:
        read(session, seminar_id)
    with transaction() as session:
        press(session, seminar_id, *range(3, 60))

    with counted(engine) as for_sixty, transaction() as session:
        read(session, seminar_id)

    assert len(for_three) == len(for_sixty)
    assert len(for_sixty) <= 10


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (Shown.ALL, ["U001", "U002", "U003"]),
        (Shown.SEATS, ["U001", "U002"]),
        (Shown.LINE, ["U003"]),
        (Shown.CHECKED_IN, ["U002"]),
        (Shown.GONE, ["U000"]),
        ("nonsense", ["U001", "U002", "U003"]),
    ],
)
def test_each_filter_shows_its_people(transaction: Transaction, about: str, expected: list[str]) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        press(session, seminar_id, 0, wish=Wish.RELEASE)
        starts_at = get_seminar(session, seminar_id, workspace_id=1).starts_at
        row = tables.Registration
        session.execute(
            update(row).where(row.user_id == "U002").values(checked_in_at=starts_at, checked_in_by="U0STAFF")
        )
        # Who was seen at a date that then moved is not in the room of the new one.
        session.execute(update(row).where(row.user_id == "U001").values(checked_in_at=NOW))

    with transaction() as session:
        page = read(session, seminar_id, about)

    assert expected == people(page)
    numbers = {Shown.ALL: 3, Shown.SEATS: 2, Shown.LINE: 1, Shown.CHECKED_IN: 1, Shown.GONE: 1}
    assert numbers == page.numbers


@pytest.mark.parametrize(("user", "expected"), [("U001", ["U001"]), ("U077", []), ("gone-1", [])])
def test_one_person_is_found_alone(transaction: Transaction, user: str, expected: list[str]) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)

    with transaction() as session:
        page = read(session, seminar_id, Shown.ONE, user=user)

    assert (expected, user) == (people(page), page.ref.user_id)


def test_answers_come_in_the_order_of_the_questions(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 3)
        diet, level = ask(session, seminar_id)
        answer(session, diet, "U000", "vegan", "no nuts")
        answer(session, level, "U000", "MSc")
        answer(session, diet, "U001", "anything")

    with transaction() as session:
        first, second, third = read(session, seminar_id).entries

    assert (Answered("Diet", "vegan; no nuts"), Answered("Level", "MSc", is_required=True)) == first.answers
    assert (False, True, True) == tuple(one.is_missing_answers for one in (first, second, third))


def test_being_moved_in_line_does_not_begin_the_wait_anew(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        move(session, deed(session, seminar_id, "move", "U003"), 1)

    with transaction() as session:
        page = read(session, seminar_id, Shown.LINE)

    assert [("U003", 1, NOW), ("U002", 2, NOW)] == [(e.user_id, e.place, e.since) for e in page.entries]


def test_a_person_is_read_with_their_place_and_what_can_be_checked_in(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        seminar = look_at_seminar(session, seminar_id, workspace_id=1).seminar
        diet, _ = ask(session, seminar_id)
        answer(session, diet, "U003", "vegan")

    with transaction() as session:
        waiter = read_person(session, seminar, "U003", now=seminar.starts_at)
        early = read_person(session, seminar, "U000", now=seminar.starts_at - timedelta(days=1))
        seated = read_person(session, seminar, "U000", now=seminar.starts_at)
        stranger = read_person(session, seminar, "U077", now=seminar.starts_at)

    assert waiter.entry is not None
    assert (2, 2, "vegan") == (waiter.entry.place, waiter.waiting, waiter.entry.answers[0].answer)
    can = [one.can_check_in for one in (waiter, early, seated, stranger)]
    assert can == [False, False, True, False]
    assert (None, None) == (stranger.entry, stranger.state)
