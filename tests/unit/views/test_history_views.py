"""The modals that show a history, and why a waiter is where they are."""

from datetime import timedelta
from typing import Any

from bot.domain.history import Explanation
from bot.domain.room import Cause, Change, State
from bot.views.history import Event, build_history, build_why, list_reasons
from bot.views.ids import ManageRef
from bot.views.ledger_sentences import SeatEvent
from bot.views.staff_sentences import StaffEvent
from tests.factories import NOW, make_seminar
from tests.payloads import check_view

SEMINAR = make_seminar(title="Khorgos")
ANA, BEN = "U0ANA", "U0BEN"


def page(events: list[Event], ref: ManageRef, pages: int) -> dict[str, Any]:
    view = build_history(SEMINAR, events, ref, pages, NOW, "Asia/Singapore")
    check_view(view)
    return view


def test_times_are_those_of_who_reads() -> None:
    view = page([StaffEvent(NOW, "closed", ANA, {})], ManageRef(7), 1)

    assert view["blocks"][1]["elements"][0]["elements"][0]["text"] == "Wednesday 29 July, 08:00"


def test_a_full_page_of_the_longest_lines_keeps_within_slacks_limits() -> None:
    seated = Change(9, BEN, State.WAITLISTED, State.SEATED, Cause.SEATED, ANA, reason="x" * 5000)
    long = SeatEvent(NOW, seated, None, tuple(f"U0{n}" for n in range(500)))

    view = page([long] * 15, ManageRef(7, BEN, 1), 3)

    labels = [block["elements"][0]["text"]["text"] for block in view["blocks"] if block["type"] == "actions"]
    assert labels == ["Newer", "Older", "Back"]


def test_a_persons_history_leads_back_to_where_they_were_opened() -> None:
    view = page([], ManageRef(7, BEN, 1, "line V0123", "4"), 3)

    values = [block["elements"][0]["value"] for block in view["blocks"] if block["type"] == "actions"]
    assert values == ["7|U0BEN||line V0123|4", "7|U0BEN|2|line V0123|4", "7|U0BEN|4|line V0123"]


def test_an_empty_history_says_so() -> None:
    assert page([], ManageRef(7), 1)["blocks"][1]["text"]["text"] == "Nothing happened yet."


def test_a_time_in_an_unknown_zone_is_filled_in_by_slack() -> None:
    view = build_history(SEMINAR, [StaffEvent(NOW, "closed", ANA, {})], ManageRef(7), 1, NOW, None)

    check_view(view)
    assert view["blocks"][1]["elements"][0]["elements"][0]["type"] == "date"


def test_a_place_is_explained_in_plain_words() -> None:
    told = Explanation(
        4, 9, Cause.PRESSED, first_place=7, came_back=True, got_seats=2, left=1, moved_ahead=1, moved_up=1
    )

    view = build_why(SEMINAR, told, NOW - timedelta(hours=1), NOW, "Australia/Sydney")

    check_view(view)
    shown = "".join(piece["text"] for piece in view["blocks"][1]["elements"][0]["elements"])
    assert shown.split("\n") == [
        "You are number 4 in line.",
        (
            "You came back to the line on Wednesday 29 July, 09:00, when 6 people were before you."
            " Coming back means the end of the line."
        ),
        "2 people who came before you got a seat since.",
        "One person who came before you left the line.",
        "Staff put one person before you.",
        "Staff moved you 1 place forward.",
    ]


def test_a_place_that_nothing_changed_says_so() -> None:
    assert list_reasons(Explanation(2, 3, Cause.PRESSED, first_place=2)) == [
        "Nobody before you got a seat or left since.",
        "Staff moved nobody before you.",
    ]


def test_who_does_not_wait_is_told_so() -> None:
    view = build_why(SEMINAR, None, None, NOW, None)

    check_view(view)
    assert "You are not in line" in view["blocks"][1]["text"]["text"]
