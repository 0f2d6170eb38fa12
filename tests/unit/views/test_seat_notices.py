"""What members get when staff did something with their seat, and when a talk is cancelled or restored."""

import pytest

from bot.domain.room import Cause, Change, State
from bot.views.life_notices import build_cancelled, build_restored
from bot.views.message import Message
from bot.views.seat_notices import build_seat_notice
from tests.factories import NOW, make_seminar
from tests.payloads import check_message

KHORGOS = make_seminar(title="Khorgos", online_link="https://meet.example.org/khorgos")
SYDNEY = "Australia/Sydney"
WHEN = "When: Friday 7 August, 11:00–12:30 in Sydney (AEST)."
SEAT = f"{WHEN} Where: CAIS Lecture Theatre. Online: https://meet.example.org/khorgos"
PLACE = f"{WHEN} Where: CAIS Lecture Theatre, and online (whoever has a seat gets the link)."
LEAVE = "If you cannot come, please give your seat back, so that somebody else can."
MOVES = "When a seat is free, the first in line gets it. You will get a direct message when one is yours."


def notice(
    cause: Cause, before: State | None, after: State, *, place: int | None = None, reason: str = ""
) -> Message:
    change = Change(4, "U0DANA", before, after, cause, "U0ANA", reason=reason or None)
    message = build_seat_notice(KHORGOS, change, place, NOW, SYDNEY)
    check_message(message)
    return message


def labels(message: Message) -> list[str]:
    buttons = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in buttons for button in row]


def test_a_seat_from_staff_comes_with_the_reason_and_all_that_a_reminder_says() -> None:
    message = notice(Cause.SEATED, State.WAITLISTED, State.SEATED, reason="A guest of the speaker")

    assert message.text == (
        f"Staff gave you a seat for “Khorgos”. Why: A guest of the speaker. {SEAT} {LEAVE}"
    )
    assert labels(message) == ["Join Online", "Give My Seat Back"]


@pytest.mark.parametrize(
    ("cause", "before", "place", "expected"),
    [
        (
            Cause.FEWER_SEATS,
            State.SEATED,
            1,
            (
                "There are fewer seats for “Khorgos” now, and yours was one of the last to be taken. "
                "So you do not have a seat any more: you are first in line."
            ),
        ),
        (
            Cause.MOVED,
            State.WAITLISTED,
            3,
            "Staff moved you in the line for “Khorgos”: you are now number 3 in line.",
        ),
        (Cause.ADDED, None, 2, "Staff put you on the waitlist for “Khorgos”: you are number 2 in line."),
    ],
)
def test_a_place_in_line_is_said_with_how_it_came_about(
    cause: Cause, before: State | None, place: int, expected: str
) -> None:
    message = notice(cause, before, State.WAITLISTED, place=place)

    assert message.text == f"{expected} {MOVES} {PLACE}"
    assert labels(message) == ["Leave the Waitlist"]


@pytest.mark.parametrize(("before", "what"), [(State.SEATED, "seat"), (State.WAITLISTED, "place in line")])
def test_who_is_removed_is_told_why_and_whom_to_ask(before: State, what: str) -> None:
    message = notice(Cause.REMOVED, before, State.RELEASED, reason="Members only.")

    assert message.text == (
        f"Staff took back your {what} for “Khorgos”. Why: Members only. "
        "If you have questions, ask who did it."
    )
    assert {"type": "user", "user_id": "U0ANA"} in message.blocks[0]["elements"][0]["elements"]
    assert labels(message) == []


def test_a_walk_in_is_greeted_shortly() -> None:
    assert notice(Cause.WALK_IN, None, State.SEATED).text == "You are checked in for “Khorgos”."


@pytest.mark.parametrize(
    ("held", "words"),
    [(State.OFFERED, "for which a seat is held for you"), (State.WAITLISTED, "for which you wait")],
)
def test_a_cancelled_talk_says_what_they_had(held: State, words: str) -> None:
    cancelled = make_seminar(title="Khorgos", cancelled_at=NOW)

    assert build_cancelled(cancelled, NOW, SYDNEY, held).text.startswith(f"“Khorgos”, {words}, is cancelled.")


def test_a_cancelled_talk_says_when_it_was_to_be_and_why() -> None:
    cancelled = make_seminar(title="Khorgos", cancelled_at=NOW, cancel_reason="The speaker is ill")

    message = build_cancelled(cancelled, NOW, SYDNEY, State.SEATED)

    check_message(message)
    assert message.text == (
        "“Khorgos”, for which you have a seat, is cancelled. It was to be Friday 7 August, 11:00–12:30 in "
        "Sydney (AEST). Why: The speaker is ill. There is nothing you need to do."
    )
    assert labels(message) == []


def test_a_restored_talk_asks_who_still_comes() -> None:
    message = build_restored(KHORGOS, NOW, SYDNEY)

    check_message(message)
    assert message.text == (
        "“Khorgos” takes place after all: that it was cancelled was a mistake. Your seat was kept. "
        f"{SEAT} Still coming?"
    )
    assert labels(message) == ["I’ll Be There", "Give My Seat Back", "Join Online"]


def test_a_waiter_of_a_restored_talk_is_told_their_place() -> None:
    message = build_restored(KHORGOS, NOW, SYDNEY, place=2)

    check_message(message)
    assert message.text == (
        "“Khorgos” takes place after all: that it was cancelled was a mistake. "
        f"You are still number 2 in line. {MOVES} {PLACE}"
    )
