"""What is read of a seat that is held: the question, and each thing that may become of it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.outcomes import Offered, OfferGone, Outcome, Refused, Waitlisted
from bot.domain.seminar import Promotion, Seminar
from bot.views.answers import build_answer
from bot.views.direct_messages import build_confirmation
from bot.views.message import Message
from bot.views.offers import build_offer, build_offer_gone
from tests.factories import NOW, make_seminar
from tests.payloads import checked, labels

SYDNEY = "Australia/Sydney"
KHORGOS = make_seminar(title="Khorgos", online_link="https://meet.example.org/a", promotion=Promotion.ASK)
UNTIL = datetime(2020, 7, 29, 22, 0, tzinfo=UTC)
FACTS = (
    "When: Friday 7 August, 11:00–12:30 in Sydney (AEST). "
    "Where: CAIS Lecture Theatre, and online (whoever has a seat gets the link)."
)
THEN = "If you do not answer by then, it goes to the next in line. You keep a place at the end of the line."


def answer(outcome: Outcome, seminar: Seminar = KHORGOS) -> Message:
    return checked(build_answer(outcome, seminar, NOW, SYDNEY))


def test_an_offer_asks_and_says_until_when_without_giving_the_link_away() -> None:
    message = checked(build_offer(KHORGOS, UNTIL, NOW, SYDNEY, is_news=True))

    expected = (
        "A seat became free for “Khorgos”, and it is held for you. Do you want it? "
        f"Held until: Thursday 30 July, 08:00 in Sydney (AEST). {FACTS} {THEN}"
    )
    assert expected == message.text
    assert "meet.example.org" not in str(message.blocks)


def test_an_offers_buttons_are_these() -> None:
    message = checked(build_offer(KHORGOS, UNTIL, NOW, SYDNEY, is_news=True))

    expected = {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "accept",
                "text": {"type": "plain_text", "text": "Take the Seat", "emoji": False},
                "value": "7",
                "style": "primary",
                "accessibility_label": "Take the seat for Khorgos",
            },
            {
                "type": "button",
                "action_id": "refuse",
                "text": {"type": "plain_text", "text": "No, Thank You", "emoji": False},
                "value": "7",
                "accessibility_label": "I do not want the seat for Khorgos",
            },
        ],
    }
    assert expected == message.blocks[-1]


def test_until_when_stands_in_the_time_of_the_reader() -> None:
    message = checked(build_offer(KHORGOS, UNTIL, NOW, "Asia/Singapore", is_news=True))

    expected = (
        "Held until: Thursday 30 July, 06:00 your time (+08); Thursday 30 July, 08:00 in Sydney (AEST)."
    )
    assert expected.replace("(+08)", "(UTC+8)") in message.text


def test_while_a_readers_zone_is_unknown_slack_writes_until_when() -> None:
    message = checked(build_offer(KHORGOS, UNTIL, NOW, None, is_news=True))

    dates = [one for one in message.blocks[0]["elements"][0]["elements"] if one["type"] == "date"]
    assert int(UNTIL.timestamp()) == dates[0]["timestamp"]


def test_who_presses_register_is_asked_again() -> None:
    message = answer(Offered(UNTIL))

    assert message.text.startswith(
        "A seat for “Khorgos” is held for you, and you have not answered yet. Do you want it? Held until: "
    )
    assert ["Take the Seat", "No, Thank You"] == labels(message)


def test_a_seat_that_is_still_held_after_its_time_asks_for_an_answer_now() -> None:
    message = answer(Offered(NOW - timedelta(seconds=1)))

    expected = "The time for that is over, so please answer now, before it goes to the next in line."
    assert message.text.endswith(expected)


def test_who_did_not_answer_hears_where_they_are_in_line() -> None:
    message = checked(build_offer_gone(KHORGOS, 3))

    expected = (
        "You did not answer in time, so the seat for “Khorgos” that was held for you went to the next in "
        "line. You are number 3 in line. You will get a direct message when it is your turn again."
    )
    assert expected == message.text
    assert ["Leave the Waitlist"] == labels(message)


@pytest.mark.parametrize(
    ("place", "expected"), [(1, "You are first in line."), (4, "You are number 4 in line.")]
)
def test_an_answer_that_comes_too_late_says_where_they_are(place: int, expected: str) -> None:
    message = answer(OfferGone(place))

    assert f"No seat for “Khorgos” is held for you now. {expected} " in message.text
    assert ["Leave the Waitlist"] == labels(message)


def test_a_refusal_is_confirmed_with_the_way_back() -> None:
    message = answer(Refused())

    expected = (
        "You do not want the seat for “Khorgos”, so others can have it. You are out of the line. "
        "If you change your mind, you can register again. "
        "If others wait or no seat is free, that means the end of the line."
    )
    assert expected == message.text
    assert ["Register Again"] == labels(message)


def test_a_refusal_after_registration_closed_says_that_it_cannot_be_taken_back() -> None:
    message = answer(Refused(), make_seminar(title="Khorgos", closed_at=NOW))

    assert message.text.endswith("Registration is not open now, so this cannot be taken back here.")
    assert [] == labels(message)


def test_who_joins_the_line_hears_that_they_will_be_asked() -> None:
    message = checked(build_confirmation(KHORGOS, Waitlisted(2), NOW, SYDNEY))

    expected = (
        "When a seat is free, it is held for the first in line, who is asked. "
        "You will get a direct message when it is your turn."
    )
    assert expected in message.text
