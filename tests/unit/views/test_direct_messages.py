from datetime import timedelta

from bot.domain.outcomes import Seated, Waitlisted
from bot.views.direct_messages import (
    build_coming,
    build_confirmation,
    build_given_back,
    build_promotion,
    build_refusal_notice,
    build_reminder,
)
from tests.factories import NOW, make_seminar
from tests.payloads import checked, labels

SYDNEY = "Australia/Sydney"
KHORGOS = make_seminar(title="Khorgos", online_link="https://meet.example.org/a")
FACTS = (
    "When: Friday 7 August, 11:00–12:30 in Sydney (AEST). Where: CAIS Lecture Theatre. "
    "Online: https://meet.example.org/a"
)
LEAVE = "If you cannot come, please give your seat back, so that somebody else can."


def test_a_seat_is_confirmed() -> None:
    message = checked(build_confirmation(KHORGOS, Seated(3), NOW, SYDNEY))

    assert f"You have a seat for “Khorgos”. {FACTS} {LEAVE}" == message.text
    assert labels(message) == ["Join Online", "Give My Seat Back"]


def test_a_place_in_line_is_confirmed_without_the_link() -> None:
    message = checked(build_confirmation(KHORGOS, Waitlisted(2), NOW, SYDNEY))

    expected = (
        "You do not have a seat yet: you are number 2 in line for “Khorgos”. "
        "When a seat is free, the first in line gets it. You will get a direct message when one is yours. "
        "When: Friday 7 August, 11:00–12:30 in Sydney (AEST). "
        "Where: CAIS Lecture Theatre, and online (whoever has a seat gets the link)."
    )
    assert expected == message.text
    assert labels(message) == ["Leave the Waitlist"]


def test_a_promotion_says_all_that_a_reminder_would() -> None:
    now = KHORGOS.starts_at - timedelta(minutes=40)

    message = checked(build_promotion(KHORGOS, now, SYDNEY))

    expected = (
        "A seat became free, and it is yours: you have a seat for “Khorgos”. It starts in 40 minutes. "
        f"{FACTS} {LEAVE}"
    )
    assert expected == message.text


def test_a_reminder_says_the_time_truly_left() -> None:
    now = KHORGOS.starts_at - timedelta(minutes=55)

    message = checked(build_reminder(KHORGOS, now, SYDNEY))

    expected = f"“Khorgos”, for which you have a seat, starts in 55 minutes. {FACTS} Still coming?"
    assert expected == message.text
    assert labels(message) == ["I’ll Be There", "Give My Seat Back", "Join Online"]


def test_a_reminders_buttons_are_these() -> None:
    message = checked(build_reminder(KHORGOS, NOW, SYDNEY))

    expected = {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "confirm",
                "text": {"type": "plain_text", "text": "I’ll Be There", "emoji": False},
                "value": "7",
                "style": "primary",
                "accessibility_label": "I’ll be there, keep my seat for Khorgos",
            },
            {
                "type": "button",
                "action_id": "release",
                "text": {"type": "plain_text", "text": "Give My Seat Back", "emoji": False},
                "value": "7",
                "accessibility_label": "Give back my seat for Khorgos",
            },
            {
                "type": "button",
                "action_id": "online_link",
                "text": {"type": "plain_text", "text": "Join Online", "emoji": False},
                "url": "https://meet.example.org/a",
                "value": "7",
                "accessibility_label": "Join online: Khorgos",
            },
        ],
    }
    assert expected == message.blocks[-1]


def test_a_reminder_shows_the_readers_time_with_the_venues_where_they_differ() -> None:
    message = checked(build_reminder(KHORGOS, NOW, "America/New_York"))

    expected = (
        "When: Thursday 6 August, 21:00–22:30 your time (EDT); Friday 7 August, 11:00–12:30 in Sydney (AEST)."
    )
    assert expected in message.text


def test_a_reader_on_the_same_clock_sees_one_time() -> None:
    message = checked(build_reminder(KHORGOS, NOW, "Australia/Melbourne"))

    assert FACTS in message.text


def test_who_is_coming_can_still_give_the_seat_back() -> None:
    message = checked(build_coming(KHORGOS, NOW, SYDNEY))

    expected = f"You said that you will be there: your seat for “Khorgos” is kept. {FACTS} {LEAVE}"
    assert expected == message.text
    assert labels(message) == ["Join Online", "Give My Seat Back"]


def test_a_seat_given_back_can_be_undone_while_seats_are_free() -> None:
    message = checked(build_given_back(KHORGOS, had_seat=True, can_return=True, is_line_next=False))

    expected = (
        "You gave back your seat for “Khorgos”. "
        "If you change your mind, you can register again while a seat is free."
    )
    assert expected == message.text
    assert labels(message) == ["Register Again"]


def test_undoing_means_the_end_of_the_line_where_others_wait() -> None:
    message = checked(build_given_back(KHORGOS, had_seat=False, can_return=True, is_line_next=True))

    expected = (
        "You left the line for “Khorgos”. "
        "If you change your mind, you can register again. That means the end of the line."
    )
    assert expected == message.text
    assert labels(message) == ["Register Again"]


def test_a_seat_given_back_after_closing_cannot_be_undone() -> None:
    message = checked(build_given_back(KHORGOS, had_seat=True, can_return=False, is_line_next=False))

    expected = (
        "You gave back your seat for “Khorgos”. "
        "Registration is not open now, so this cannot be taken back here."
    )
    assert expected == message.text
    assert labels(message) == []


def test_a_refused_channel_is_explained_to_staff() -> None:
    message = checked(build_refusal_notice(KHORGOS, "C0SEMINARS", None, "is_archived"))

    expected = (
        "Slack did not accept a message about “Khorgos”. It was for a channel. Slack’s answer: is_archived. "
        "That channel is archived. Unarchive it, or announce the seminar in another channel."
    )
    assert expected == message.text
    assert {"type": "channel", "channel_id": "C0SEMINARS"} in message.blocks[0]["elements"][0]["elements"]


def test_a_refused_direct_message_names_the_member() -> None:
    message = checked(build_refusal_notice(KHORGOS, "D1", "U0DANA", "user_disabled"))

    assert {"type": "user", "user_id": "U0DANA"} in message.blocks[0]["elements"][0]["elements"]
