"""History read from real rows: merged by time, paged, for everybody and for one person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain.registering import Wish, decide_press
from bot.domain.room import Room
from bot.domain.seating import seat_person
from bot.services.changing import open_seminar, save_change
from bot.services.history import read_history, read_why
from bot.services.registering import settle_rooms
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.storage.staff import add_change
from bot.views.ids import ManageRef
from tests.integration.rows import NOW, add_seminar, add_workspace
from tests.payloads import check_view

MINUTE = timedelta(minutes=1)


def press(session: Session, seminar_id: int, minute: int, *wishes: tuple[str, Wish]) -> None:
    now = NOW + minute * MINUTE
    room = open_seminar(session, seminar_id, workspace_id=1)
    for user_id, wish in wishes:
        decide_press(room, user_id, wish, now)
    settle_rooms(session, {seminar_id: room}, now=now)


def seat(session: Session, seminar_id: int, user_id: str, kind: str, minute: int) -> Room:
    now = NOW + minute * MINUTE
    room = open_seminar(session, seminar_id, workspace_id=1)
    seat_person(room, user_id, actor="U0ANA", reason="speaker’s guest")
    save_change(session, room, room.seminar, kind=kind, actor="U0ANA", details={}, now=now)
    return room


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    """One seat: A has it, B to E wait, staff seat C, A gives the seat back."""
    with transaction() as session:
        seminar = add_seminar(session, add_workspace(session), capacity=1)
        register = Wish.REGISTER
        press(session, seminar.id, 0, *((f"U0{letter}", register) for letter in "ABCDE"))
        seat(session, seminar.id, "U0C", "seated", 1)
        press(session, seminar.id, 2, ("U0A", Wish.RELEASE), ("U0C", Wish.RELEASE))
        add_change(session, seminar.id, kind="closed", actor="U0ANA", details={}, now=NOW + 2 * MINUTE)
        return seminar.id


def history(session: Session, seminar_id: int, **where: Any) -> dict[str, Any]:
    seminar = get_seminar(session, seminar_id, workspace_id=1)
    view = read_history(session, seminar, ManageRef(seminar_id, **where), reader_zone="UTC", now=NOW)
    check_view(view)
    return view


def read(view: dict[str, Any]) -> list[str]:
    """Return the lines of a history with people by their ids, without their times."""
    texts = (
        "".join(
            f"@{piece['user_id']}" if piece["type"] == "user" else piece["text"]
            for piece in block["elements"][0]["elements"]
        )
        for block in view["blocks"]
        if block["type"] == "rich_text"
    )
    return [text.partition("\n")[2] or text for text in texts]


def test_a_seminars_history_is_told_from_the_newest_on_and_nothing_twice(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        lines = read(history(session, seminar_id))

    assert lines == [
        "@U0B moved up because @U0C gave a seat back.",
        "@U0C gave a seat back.",
        "@U0A gave a seat back.",
        "@U0ANA closed registration.",
        "@U0ANA gave @U0C a seat out of turn: “speaker’s guest”.",
        "@U0E joined the line.",
        "@U0D joined the line.",
        "@U0C joined the line.",
        "@U0B joined the line.",
        "@U0A took a seat.",
    ]


def test_a_persons_history_says_which_change_freed_the_seat_and_who_was_next(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        lines = read(history(session, seminar_id, user_id="U0B"))

    assert lines == [
        "All that happened to @U0B",
        (
            "@U0B moved up because @U0C gave a seat back.\n"
            "Before that, @U0B was first of 3 in line; @U0D came next."
        ),
        "@U0B joined the line.",
    ]


def test_pages_hold_fifteen_and_one_beyond_the_end_is_the_last(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        press(session, seminar_id, 3, *((f"U0M{number}", Wish.REGISTER) for number in range(10)))
        first, second, beyond = (history(session, seminar_id, page=page) for page in (0, 1, 9))

    assert [len(read(view)) for view in (first, second)] == [15, 5]
    assert second == beyond
    assert read(second)[-1] == "@U0A took a seat."


def test_a_kind_that_nobody_knows_yet_is_told_in_general(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        seat(session, seminar_id, "U0D", "hypnotised", 5)

        assert read(history(session, seminar_id))[:2] == [
            "@U0ANA gave @U0D a seat: “speaker’s guest”.",
            "@U0ANA changed the seminar.",
        ]


def test_a_waiter_is_told_how_they_came_to_their_place(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        view = read_why(session, seminar_id, workspace_id=1, user_id="U0E", now=NOW)

    check_view(view)
    (lines,) = [block["elements"][0]["elements"] for block in view["blocks"] if block["type"] == "rich_text"]
    assert lines[0]["text"] == "You are number 2 in line."
    assert lines[-3]["text"] == "2 people who came before you got a seat since."


def test_another_workspaces_seminar_is_not_explained(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session, pytest.raises(SeminarNotFoundError):
        read_why(session, seminar_id, workspace_id=2, user_id="U0E", now=NOW)
