from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.checking_in import Attendance, CheckIn, Claim, Giving
from bot.domain.room import Cause, Change, State
from bot.domain.seminar import Count
from bot.views.checking_in import (
    build_claim,
    build_unclaimed,
    build_word,
    build_word_late,
    explain_check_in,
)
from bot.views.direct_messages import build_coming, build_reminder
from bot.views.door import (
    build_check_in,
    build_giving,
    build_walk_in,
    explain_check_in_of,
    find_no_giving,
    let_in_line,
)
from bot.views.ids import SeminarRef
from bot.views.message import Message
from bot.views.notices import build_notice
from bot.views.seat_notices import build_seat_notice
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view, labels

SYDNEY = "Australia/Sydney"
KHORGOS = make_seminar(title="Khorgos", check_in_word="apricot")
STARTS, ENDS = KHORGOS.starts_at, KHORGOS.ends_at
MINUTE = timedelta(minutes=1)
FULL = Count(seated=20, waiting=3)
CAME = Attendance(seated=20, checked_in=12, no_shows=6, excused=2, walk_ins=1)


def shown(view: dict[str, Any]) -> str:
    """Return all that stands in a modal's blocks, a line for each block."""
    check_view(view)
    return "\n".join("".join(_texts(block)) for block in view["blocks"])


def _texts(value: object) -> list[str]:
    match value:
        case {"type": "user", "user_id": user_id}:
            return [f"@{user_id}"]
        case {"text": str(text)}:
            return [text]
        case dict():
            return [text for part in value.values() for text in _texts(part)]
        case list():
            return [text for part in value for text in _texts(part)]
        case _:
            return []


def checked(message: Message) -> Message:
    check_message(message)
    return message


def test_staff_see_who_is_in_the_room_the_word_and_what_to_do() -> None:
    view = build_check_in(KHORGOS, FULL, CAME, STARTS + 10 * MINUTE, SYDNEY, suggestion="zebra")

    expected = (
        "Khorgos\nIn the room: 12 of 20 with a seat (seats: 20)\nWaiting: 3\nShow this word in the room:\n"
        "apricot\nWalk-inGive Unclaimed Seats\nMembers type it after a press on the reminder 1 hour before "
        "the start, or on a message about their seat since.Word to show in the room"
    )
    assert expected == shown(view)
    assert "apricot" == view["blocks"][-1]["element"]["initial_value"]


@pytest.mark.parametrize(
    ("word", "now", "said"),
    [
        ("apricot", NOW, "so save it before then."),
        ("", NOW, "so save it before then."),
        ("apricot", STARTS - timedelta(hours=1), "or on a message about their seat since."),
        ("", STARTS, "The last reminder went out without a button for it. Check people in from the roster."),
    ],
)
def test_where_the_word_is_typed_is_said_as_it_is_by_then(word: str, now: datetime, said: str) -> None:
    seminar = make_seminar(check_in_word=word, reminder_offsets=(timedelta(hours=1),))

    view = build_check_in(seminar, Count(), Attendance(0, 0), now, SYDNEY, suggestion="zebra")

    check_view(view)
    assert view["blocks"][-1]["hint"]["text"].endswith(said)


def test_a_word_is_suggested_while_none_is_set_and_is_not_shown_as_if_it_were() -> None:
    seminar = make_seminar(title="Khorgos", reminder_offsets=())

    view = build_check_in(seminar, Count(), Attendance(0, 0), NOW, SYDNEY, suggestion="zebra")

    expected = (
        "Khorgos\nIn the room: 0 of 0 with a seat (seats: 20)\n"
        "Check-in opens: Friday 7 August, 10:30 in Sydney (AEST)\n"
        "No reminder goes out in the last three hours, so members get no button for it."
        "Word to show in the room (a suggestion)"
    )
    assert expected == shown(view)
    assert "zebra" == view["blocks"][-1]["element"]["initial_value"]


@pytest.mark.parametrize(
    ("attendance", "expected"),
    [
        (
            CAME,
            (
                "Came: 12, 1 of them let in at the door\nDid not come: 6\n"
                "Excused: 2 (they got their seat in the last two hours before the start)"
            ),
        ),
        (Attendance(20, 0), "Nobody was checked in, so nobody counts as absent."),
    ],
)
def test_after_the_talk_staff_see_who_came(attendance: Attendance, expected: str) -> None:
    view = build_check_in(KHORGOS, FULL, attendance, ENDS, SYDNEY)

    assert f"Khorgos\n{expected}" == shown(view)
    assert "submit" not in view


def test_a_cancelled_talk_shows_no_check_in() -> None:
    seminar = make_seminar(title="Khorgos", cancelled_at=NOW, check_in_word="apricot")

    view = build_check_in(seminar, FULL, CAME, STARTS, SYDNEY)

    assert "Khorgos\nThe seminar was cancelled, so there is no check-in." == shown(view)


def test_a_walk_in_above_the_limit_is_said_before() -> None:
    view = build_walk_in(KHORGOS, 21, chosen="U0EVA", notice="Look.")

    assert "Look.\nAll seats are taken: this makes it 21." == "\n".join(shown(view).split("\n")[:2])
    assert "U0EVA" == view["blocks"][-1]["element"]["initial_user"]
    assert "All seats" not in shown(build_walk_in(KHORGOS, None))


def test_the_preview_names_seats_waiters_and_who_may_lose_theirs() -> None:
    giving = Giving(2, ("W1", "W2", "W3"), 3, ("U2", "U1"))

    expected = (
        "2 seats are unclaimed.\n3 waiters are asked by direct message whether they are here. "
        "Whoever answers first gets a seat.\n"
        "If enough of them are here, these people lose their seats, in this order, and are told: @U2, @U1."
    )
    assert expected == shown(build_giving(KHORGOS, giving))


def test_a_long_list_of_who_may_lose_their_seat_is_cut() -> None:
    giving = Giving(30, ("W1",), 30, tuple(f"U{number}" for number in range(30)))

    assert "@U9 and 20 more." in shown(build_giving(KHORGOS, giving, notice="Look."))


@pytest.mark.parametrize(
    ("giving", "begins"),
    [
        (Giving(2, (), 0, ()), "Nobody waits"),
        (Giving(0, (), 3, ()), "No seat is unclaimed"),
        (Giving(2, (), 3, ()), "All who wait were asked already"),
        (Giving(2, ("W1",), 3, ()), ""),
    ],
)
def test_why_nobody_is_asked_is_said(giving: Giving, begins: str) -> None:
    said = find_no_giving(giving)

    assert said.startswith(begins)
    assert bool(begins) == bool(said)


def test_the_member_types_one_word() -> None:
    view = build_word(KHORGOS)

    assert "Khorgos\nThe word shown in the room" == shown(view)
    assert "7" == view["private_metadata"]


@pytest.mark.parametrize("outcome", list(CheckIn))
def test_every_outcome_of_a_check_in_is_a_sentence(outcome: CheckIn) -> None:
    for_members = explain_check_in(KHORGOS, outcome, NOW, SYDNEY)
    for_staff = explain_check_in_of(outcome)

    check_view(build_notice(for_members))
    assert (".", ".") == (for_members[-1], for_staff[-1])


@pytest.mark.parametrize("claim", list(Claim))
def test_every_answer_to_i_am_here_is_a_message(claim: Claim) -> None:
    assert "“Khorgos”" in checked(build_claim(KHORGOS, claim, STARTS, SYDNEY)).text


def test_a_waiter_is_asked_whether_they_are_there() -> None:
    message = checked(build_unclaimed(KHORGOS, STARTS + 10 * MINUTE, SYDNEY))

    expected = (
        "“Khorgos” has begun, and not every seat is claimed. If you are in the room, press I Am Here: "
        "whoever does so first gets a seat. When: Friday 7 August, 11:00–12:30 in Sydney (AEST). "
        "Where: CAIS Lecture Theatre."
    )
    assert expected == message.text
    assert ["I Am Here"] == labels(message)


def test_a_modal_that_did_not_open_can_be_tried_again() -> None:
    messages = [build_word_late(SeminarRef(7), may_be_open=known) for known in (True, False)]

    assert [["Check In"], ["Check In"]] == [labels(checked(message)) for message in messages]


def test_who_came_too_late_is_told_where_their_seat_went() -> None:
    change = Change(9, "U1", State.SEATED, State.RELEASED, Cause.UNCLAIMED, "U0ANA", reason="Not in the room")

    message = checked(build_seat_notice(KHORGOS, change, None, STARTS, SYDNEY))

    expected = (
        "You were not there ten minutes after the start of “Khorgos”, so your seat was given to somebody in "
        "the room. If you are there by now, please ask the people at the door."
    )
    assert expected == message.text


def test_the_last_reminder_checks_in_and_so_does_what_becomes_of_it() -> None:
    now = STARTS - timedelta(hours=1)
    reminder, coming = build_reminder(KHORGOS, now, SYDNEY), build_coming(KHORGOS, now, SYDNEY)

    assert ["I’ll Be There", "Give My Seat Back", "Check In"] == labels(checked(reminder))
    assert ["Give My Seat Back", "Check In"] == labels(checked(coming))
    assert ["I’ll Be There", "Give My Seat Back"] == labels(build_reminder(KHORGOS, NOW, SYDNEY))


@pytest.mark.parametrize(("was_in", "expected"), [(True, "was checked in already"), (False, "has a seat")])
def test_who_was_let_in_is_mentioned(was_in: bool, expected: str) -> None:  # noqa: FBT001 - drawn by the table
    view = build_check_in(KHORGOS, FULL, CAME, STARTS, SYDNEY, said=let_in_line("U0EVA", was_in=was_in))

    assert f"@U0EVA {expected}" in shown(view)
