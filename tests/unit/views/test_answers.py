from datetime import timedelta
from typing import Any

import pytest

from bot.domain.outcomes import (
    AlreadySeated,
    AlreadyWaitlisted,
    Begun,
    Cancelled,
    Closed,
    Confirmed,
    Full,
    NotOpenYet,
    NotRegistered,
    Outcome,
    Over,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.seminar import Seminar
from bot.views.answers import build_answer, build_gone, build_not_saved, build_out_of_date
from bot.views.calendar_links import google_link, outlook_link
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, labels

SYDNEY = "Australia/Sydney"
KHORGOS = make_seminar(title="Khorgos")
WHEN = "When: Friday 7 August, 11:00–12:30 in Sydney (AEST)."
WHERE = "Where: CAIS Lecture Theatre."
LEAVE = "If you cannot come, please give your seat back, so that somebody else can."
MOVES = "When a seat is free, the first in line gets it. You will get a direct message when one is yours."


def answer(
    outcome: Outcome,
    seminar: Seminar = KHORGOS,
    reader_zone: str | None = SYDNEY,
    clashes: tuple[Seminar, ...] = (),
) -> Message:
    message = build_answer(outcome, seminar, NOW, reader_zone, clashes)
    check_message(message)
    return message


def pieces(message: Message) -> list[dict[str, Any]]:
    return [
        piece
        for block in message.blocks
        if block["type"] == "rich_text"
        for piece in block["elements"][0]["elements"]
    ]


def test_a_seat_is_answered_whole() -> None:
    message = answer(Seated(left=11))

    expected = (
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "You have a seat for “Khorgos”. 11 of 20 seats are left."},
                        {"type": "text", "text": "\n"},
                        {"type": "text", "text": "When: ", "style": {"bold": True}},
                        {"type": "text", "text": "Friday 7 August, 11:00–12:30 in Sydney (AEST)"},
                        {"type": "text", "text": "\n"},
                        {"type": "text", "text": "Where: ", "style": {"bold": True}},
                        {"type": "text", "text": "CAIS Lecture Theatre"},
                        {"type": "text", "text": "\n"},
                        {"type": "text", "text": "Add to calendar: ", "style": {"bold": True}},
                        {"type": "link", "text": "Google", "url": google_link(KHORGOS)},
                        {"type": "text", "text": " · "},
                        {"type": "link", "text": "Outlook", "url": outlook_link(KHORGOS)},
                    ],
                }
            ],
        },
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": LEAVE}]}],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "release",
                    "text": {"type": "plain_text", "text": "Give My Seat Back", "emoji": False},
                    "value": "7",
                    "accessibility_label": "Give back my seat for Khorgos",
                }
            ],
        },
    )
    assert expected == message.blocks


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Seated(11), f"You have a seat for “Khorgos”. 11 of 20 seats are left. {WHEN} {WHERE} {LEAVE}"),
        (Seated(1), f"You have a seat for “Khorgos”. 1 of 20 seats is left. {WHEN} {WHERE} {LEAVE}"),
        (Seated(0), f"You have a seat for “Khorgos”. No other seat is left. {WHEN} {WHERE} {LEAVE}"),
        (Seated(None), f"You have a seat for “Khorgos”. {WHEN} {WHERE} {LEAVE}"),
        (
            AlreadySeated(3),
            f"You already have a seat for “Khorgos”. 3 of 20 seats are left. {WHEN} {WHERE} {LEAVE}",
        ),
        (
            Waitlisted(1),
            f"You do not have a seat yet: you are first in line for “Khorgos”. {MOVES} {WHEN} {WHERE}",
        ),
        (
            AlreadyWaitlisted(3),
            (
                "You do not have a seat yet: you are already number 3 in line for “Khorgos”. "
                f"{MOVES} {WHEN} {WHERE}"
            ),
        ),
        (
            Full(),
            (
                "“Khorgos” is full and has no waitlist, so you do not have a seat. "
                "If somebody gives a seat back, the announcement shows Register again."
            ),
        ),
        (
            NotOpenYet(NOW + timedelta(days=1)),
            (
                "Registration for “Khorgos” is not open yet, so you do not have a seat. "
                "It opens Thursday 30 July, 10:00 in Sydney (AEST). "
                "Please press Register on the announcement then."
            ),
        ),
        (
            Closed(),
            (
                "Registration for “Khorgos” has closed, so you do not have a seat. "
                "If you still want to come, ask the person who announced it."
            ),
        ),
        (
            Begun(),
            (
                "“Khorgos” has begun, so seats no longer change and you do not have one. "
                "If you still want to come, ask the person who announced it."
            ),
        ),
        (
            Over(),
            (
                "“Khorgos” is over, so there is no seat to take or to give back. "
                "What is coming next is announced in the channels."
            ),
        ),
        (
            Cancelled("The speaker is ill"),
            (
                "“Khorgos” was cancelled, so nobody needs a seat for it. There is nothing you need to do. "
                "Why: The speaker is ill."
            ),
        ),
        (
            Cancelled(""),
            "“Khorgos” was cancelled, so nobody needs a seat for it. There is nothing you need to do.",
        ),
        (
            Released(had_seat=True),
            (
                "You gave back your seat for “Khorgos”. If you change your mind, you can register again. "
                "If others wait or no seat is free, that means the end of the line."
            ),
        ),
        (
            Released(had_seat=False),
            (
                "You left the line for “Khorgos”. If you change your mind, you can register again. "
                "If others wait or no seat is free, that means the end of the line."
            ),
        ),
        (
            NotRegistered(),
            "You have no seat and no place in line for “Khorgos”, so nothing was changed.",
        ),
        (
            Confirmed(),
            (
                "Thank you for saying that you will come to “Khorgos”. Your seat is kept. "
                f"{WHEN} {WHERE} {LEAVE}"
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_outcome_is_said_in_full(outcome: Outcome, expected: str) -> None:
    message = answer(outcome)

    assert expected == message.text


def test_a_place_in_line_can_be_left() -> None:
    assert labels(answer(Waitlisted(2))) == ["Leave the Waitlist"]


def test_a_seat_given_back_can_be_asked_for_again_while_registration_is_open() -> None:
    assert labels(answer(Released(had_seat=True))) == ["Register Again"]


def test_a_seat_given_back_after_closing_says_that_it_is_final() -> None:
    message = answer(Released(had_seat=True), make_seminar(title="Khorgos", closed_at=NOW))

    expected = (
        "You gave back your seat for “Khorgos”. "
        "Registration is not open now, so this cannot be taken back here."
    )
    assert expected == message.text
    assert labels(message) == []


def test_a_reader_elsewhere_sees_their_time_and_the_venues() -> None:
    message = answer(Seated(11), reader_zone="Europe/Berlin")

    expected = "Friday 7 August, 03:00–04:30 your time (CEST); Friday 7 August, 11:00–12:30 in Sydney (AEST)"
    assert {"type": "text", "text": expected} in pieces(message)


def test_a_reader_whose_zone_is_unknown_sees_a_time_that_slack_fills_in() -> None:
    message = answer(Seated(11), reader_zone=None)

    dates = [piece["fallback"] for piece in pieces(message) if piece["type"] == "date"]
    assert dates == ["Friday 7 August 2020, 11:00 AEST", "12:30 AEST"]
    assert WHEN in message.text


def test_a_seat_comes_with_the_online_link_and_its_button() -> None:
    message = answer(Seated(11), make_seminar(online_link="https://meet.example.org/a?x=<1>"))

    assert {"type": "link", "url": "https://meet.example.org/a?x=%3C1%3E"} in pieces(message)
    assert labels(message) == ["Join Online", "Give My Seat Back"]


def test_a_place_in_line_comes_without_the_online_link() -> None:
    message = answer(Waitlisted(1), make_seminar(online_link="https://meet.example.org/secret"))

    assert "secret" not in f"{message}"


def test_a_link_that_is_no_web_address_stays_text() -> None:
    message = answer(Seated(11), make_seminar(online_link="javascript:alert(1)"))

    assert {"type": "text", "text": "javascript:alert(1)"} in pieces(message)
    assert labels(message) == ["Give My Seat Back"]


def test_a_clash_is_said() -> None:
    other = make_seminar(id=8, title="Almaty")

    message = answer(Seated(11), clashes=(other,))

    expected = (
        "You also have a seat at the same time for “Almaty”, Friday 7 August, 11:00–12:30 in Sydney (AEST). "
        f"You may keep both. {LEAVE}"
    )
    assert message.text.endswith(expected)


def test_who_announced_it_is_named_when_registration_has_closed() -> None:
    message = answer(Closed())

    assert {"type": "user", "user_id": "U0STAFF"} in pieces(message)


def test_a_press_that_was_not_saved_says_so() -> None:
    message = build_not_saved()

    check_message(message)
    assert message.text == "That did not work, and nothing was changed. Please try again."


def test_an_unknown_seminar_is_answered() -> None:
    message = build_gone()

    check_message(message)
    expected = (
        "This button belongs to a seminar that is not here any more, so nothing was changed. "
        "Please use the newest announcement of the seminar."
    )
    assert expected == message.text


def test_a_button_not_understood_any_more_is_answered() -> None:
    message = build_out_of_date()

    check_message(message)
    expected = (
        "This message is out of date, so nothing was changed. "
        "Please use the newest message about the seminar."
    )
    assert expected == message.text
