"""The roster and a person in it, as Slack takes them."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.room import Cause, State
from bot.domain.seminar import Count, Seminar
from bot.views.ids import ManageRef
from bot.views.person import PersonPage, build_person
from bot.views.roster import RosterPage, Shown, build_roster
from bot.views.roster_entries import Answered, RosterEntry
from tests.factories import NOW, make_seminar
from tests.payloads import check_view, find_texts

SEMINAR = make_seminar()
SYDNEY = "Australia/Sydney"
REF = ManageRef(7, "U0M01", 2, "line V0ROSTER")
HOSTILE = "<!channel> *bold* <https://evil.example|here> & more " * 80


def make_entry(number: int = 1, state: State = State.SEATED, **overrides: Any) -> RosterEntry:
    fields: dict[str, Any] = {"user_id": f"U0M{number:02}", "state": state, "since": NOW}
    return RosterEntry(**(fields | overrides))


def make_page(*entries: RosterEntry, pages: int = 1, page: int = 0, **overrides: Any) -> RosterPage:
    numbers = dict.fromkeys((one for one in Shown if one is not Shown.ONE), 0)
    fields: dict[str, Any] = {
        "entries": entries,
        "numbers": numbers | {Shown.ALL: len(entries)},
        "count": Count(seated=len(entries)),
        "pages": pages,
        "ref": ManageRef(7, page=page),
    }
    return RosterPage(**(fields | overrides))


def show_roster(page: RosterPage, seminar: Seminar = SEMINAR, zone: str | None = SYDNEY) -> dict[str, Any]:
    return build_roster(seminar, page, NOW, zone)


def show_person(page: PersonPage, seminar: Seminar = SEMINAR, now: Any = NOW) -> dict[str, Any]:
    return build_person(seminar, page, REF, now, SYDNEY)


def row_texts(view: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in view["blocks"] if "accessory" in block]


def actions_of(view: dict[str, Any]) -> list[str]:
    return [
        e["action_id"] for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (make_entry(), "Seat, since Wednesday 29 July, 10:00"),
        (
            make_entry(state=State.OFFERED, offered_until=NOW + timedelta(hours=3)),
            "Asked until Wednesday 29 July, 13:00",
        ),
        (make_entry(state=State.OFFERED), "Asked"),
        (
            make_entry(state=State.WAITLISTED, place=3),
            "Number 3 in line, waiting since Wednesday 29 July, 10:00",
        ),
        (
            make_entry(state=State.RELEASED, before=State.SEATED),
            "Gave the seat back, Wednesday 29 July, 10:00",
        ),
        (
            make_entry(state=State.RELEASED, before=State.WAITLISTED),
            "Left the line, Wednesday 29 July, 10:00",
        ),
        (
            make_entry(state=State.RELEASED, before=State.WAITLISTED, cause=Cause.REMOVED),
            "Removed by staff, had a place in line, Wednesday 29 July, 10:00",
        ),
        (
            make_entry(state=State.RELEASED, before=State.SEATED, cause=Cause.DEACTIVATED),
            "Account deactivated, had a seat, Wednesday 29 July, 10:00",
        ),
        (make_entry(confirmed_at=NOW), "Seat, since Wednesday 29 July, 10:00 · said they will come"),
        (
            make_entry(checked_in_at=SEMINAR.starts_at),
            "Seat, since Wednesday 29 July, 10:00 · checked in",
        ),
        (
            make_entry(answers=(Answered("Diet", "", is_required=True), Answered("Level", "MSc"))),
            "Seat, since Wednesday 29 July, 10:00 · required questions unanswered\nLevel: MSc",
        ),
    ],
)
def test_a_row_says_what_somebody_holds(entry: RosterEntry, said: str) -> None:
    view = show_roster(make_page(entry))

    check_view(view)
    assert row_texts(view) == [said]


def test_a_full_page_with_long_answers_fits_into_a_modal() -> None:
    answers = tuple(Answered(HOSTILE, HOSTILE, is_required=True) for _ in range(5))
    entries = [make_entry(number, answers=answers) for number in range(20)]

    view = show_roster(make_page(*entries, pages=6, page=2))

    check_view(view)
    assert list(find_texts(view)) == []
    assert actions_of(view)[-2:] == ["roster_page", "roster_page"]
    assert "Page 3 of 6" in str(view)


def test_more_seats_than_there_are_stand_at_the_top() -> None:
    count = Count(seated=20, offered=1, waiting=3)

    view = show_roster(make_page(make_entry(), count=count))

    assert "21 seats taken of 20 · 1 of them held for who was asked · 3 in line" in str(view)


def test_an_empty_roster_says_what_to_do() -> None:
    view = show_roster(make_page())

    check_view(view)
    assert "Nobody has a seat or waits yet." in str(view)
    assert actions_of(view) == ["roster_search", "add_person"]


def test_an_empty_roster_of_a_cancelled_seminar_adds_nobody() -> None:
    view = show_roster(make_page(), make_seminar(cancelled_at=NOW))

    check_view(view)
    assert "Nobody registered." in str(view)
    assert actions_of(view) == ["roster_search"]


def test_who_was_searched_for_stands_alone_with_the_way_back() -> None:
    view = show_roster(make_page(make_entry(), ref=ManageRef(7, "U0M01", about=Shown.ONE)))

    check_view(view)
    assert actions_of(view) == ["roster_search", "roster_page", "add_person"]
    assert "Show Everyone" in str(view)
    assert "'initial_user': 'U0M01'" in str(view)


def test_a_deleted_name_has_nothing_to_open() -> None:
    view = show_roster(make_page(make_entry(user_id="gone-1")))

    check_view(view)
    assert "Somebody whose name was deleted" in str(view)
    assert row_texts(view) == []


def test_an_unknown_reader_sees_the_venues_clock_by_name() -> None:
    view = show_roster(make_page(make_entry()), zone=None)

    assert row_texts(view) == ["Seat, since Wednesday 29 July, 10:00 in Sydney (AEST)"]


@pytest.mark.parametrize(
    ("page", "actions"),
    [
        (PersonPage("U0M01", None, 3), ["person_seat"]),
        (PersonPage("U0M01", make_entry(), 3), ["person_history", "person_remove"]),
        (
            PersonPage("U0M01", make_entry(), 3, can_check_in=True),
            ["check_in_person", "person_history", "person_remove"],
        ),
        (
            PersonPage("U0M01", make_entry(), 3, can_check_out=True),
            ["check_out_person", "person_history", "person_remove"],
        ),
        (
            PersonPage("U0M01", make_entry(state=State.WAITLISTED, place=2), 3),
            ["person_seat", "person_move", "person_history", "person_remove"],
        ),
        (
            PersonPage("U0M01", make_entry(state=State.WAITLISTED, place=1), 1),
            ["person_seat", "person_history", "person_remove"],
        ),
        (
            PersonPage("U0M01", make_entry(state=State.OFFERED), 3),
            ["person_seat", "person_history", "person_remove"],
        ),
        (PersonPage("U0M01", make_entry(state=State.RELEASED), 3), ["person_seat", "person_history"]),
    ],
)
def test_a_person_has_the_buttons_that_make_sense(page: PersonPage, actions: list[str]) -> None:
    view = show_person(page)

    check_view(view)
    assert actions_of(view) == actions


def test_while_the_talk_is_on_nobody_is_moved_in_line() -> None:
    page = PersonPage("U0M01", make_entry(state=State.WAITLISTED, place=2), 3)

    view = show_person(page, now=SEMINAR.starts_at)

    assert actions_of(view) == ["person_seat", "person_history", "person_remove"]


def test_after_the_talk_a_person_can_be_checked_in_and_nothing_else_changes() -> None:
    view = show_person(PersonPage("U0M01", make_entry(), 0, can_check_in=True), now=SEMINAR.ends_at)

    check_view(view)
    assert actions_of(view) == ["check_in_person", "person_history"]
    assert "The talk is over, so seats no longer change." in str(view)


def test_a_person_is_shown_with_all_that_is_known_of_them() -> None:
    entry = make_entry(
        cause=Cause.SEATED,
        actor="U0STAFF",
        reason=HOSTILE[:500],
        confirmed_at=NOW,
        checked_in_at=SEMINAR.starts_at,
        checked_in_by="U0STAFF",
        answers=(Answered(HOSTILE, HOSTILE), Answered("Diet", "", is_required=True)),
    )

    view = show_person(PersonPage("U0M01", entry, 0))

    check_view(view)
    assert list(find_texts(view)) == []
    assert "They said so, Wednesday 29 July, 10:00" in str(view)
    assert "Not answered, and it is required." in str(view)
