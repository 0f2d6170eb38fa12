from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.seminar import Count, Seminar, Speaker
from bot.views.announcement import build_announcement
from bot.views.message import Message
from tests.factories import ABSTRACT, NOW, make_seminar
from tests.payloads import check_message

TITLE = "At the Pole of Inaccessibility: Khorgos, SREB and Visions for Kazakh-Chinese Connectivity"
HEADER = {"type": "header", "text": {"type": "plain_text", "text": TITLE, "emoji": False}}
BREAK = {"type": "text", "text": "\n"}
START = {
    "type": "date",
    "timestamp": 1596762000,
    "format": "{date_long}, {time}",
    "fallback": "Friday 7 August 2020, 11:00 AEST",
}
END = {"type": "date", "timestamp": 1596767400, "format": "{time}", "fallback": "12:30 AEST"}
DETAILS = {
    "type": "button",
    "action_id": "details",
    "text": {"type": "plain_text", "text": "Details", "emoji": False},
    "value": "7",
    "accessibility_label": "Details of At the Pole of Inaccessibility: Khorgos, SREB and Visions for…",
}
REGISTER = {
    "type": "button",
    "action_id": "register",
    "text": {"type": "plain_text", "text": "Register", "emoji": False},
    "value": "7",
    "style": "primary",
    "accessibility_label": "Register for At the Pole of Inaccessibility: Khorgos, SREB and Visions…",
}
ADD = {
    "type": "button",
    "action_id": "calendar",
    "text": {"type": "plain_text", "text": "Add to Calendar", "emoji": False},
    "value": "7",
    "accessibility_label": "Add to your calendar: At the Pole of Inaccessibility: Khorgos, SREB and…",
}
MANAGE = {
    "type": "button",
    "action_id": "manage",
    "text": {"type": "plain_text", "text": "Manage", "emoji": False},
    "value": "7",
    "accessibility_label": "Manage At the Pole of Inaccessibility: Khorgos, SREB and Visions for…",
}
JOIN = {
    "type": "button",
    "action_id": "register",
    "text": {"type": "plain_text", "text": "Join the Waitlist", "emoji": False},
    "value": "7",
    "style": "primary",
    "accessibility_label": "Join the waitlist for At the Pole of Inaccessibility: Khorgos, SREB and…",
}


def bold(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": {"bold": True}}


def said(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def card(seats: list[dict[str, Any]], *buttons: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the blocks of the whole Khorgos card."""
    facts = [
        bold("Speaker: "),
        said("Dana Rice (CAIS)"),
        BREAK,
        bold("When: "),
        said("Friday 7 August, 11:00–12:30 in Sydney (AEST)"),
        BREAK,
        bold("Your time: "),
        START,
        said("–"),
        END,
        BREAK,
        bold("Where: "),
        said("CAIS Lecture Theatre"),
        BREAK,
        *seats,
    ]
    return (
        HEADER,
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": facts}]},
        {"type": "section", "text": {"type": "plain_text", "text": ABSTRACT, "emoji": False}},
        {"type": "actions", "elements": [*buttons, MANAGE]},
    )


def announce(seminar: Seminar, count: Count = Count(), now: datetime = NOW) -> Message:  # noqa: B008 - frozen
    message = build_announcement(seminar, count, now)
    check_message(message)
    return message


def labels(message: Message) -> list[str]:
    return [element["text"]["text"] for element in message.blocks[-1]["elements"]]


def test_an_open_seminar_shows_its_seats_and_register() -> None:
    message = announce(make_seminar(), Count(seated=8))

    assert card([bold("▰▰▰▰▱▱▱▱▱▱  12 of 20 seats left")], DETAILS, REGISTER, ADD) == message.blocks
    expected = (
        f"Seminar: {TITLE} by Dana Rice (CAIS), Friday 7 August, 11:00–12:30 in Sydney (AEST), "
        "CAIS Lecture Theatre. 12 of 20 seats left."
    )
    assert expected == message.text


def test_a_full_seminar_offers_the_waitlist() -> None:
    message = announce(make_seminar(), Count(seated=20, waiting=4))

    assert card([bold("▰▰▰▰▰▰▰▰▰▰  Full: 4 waiting")], DETAILS, JOIN, ADD) == message.blocks


def test_a_full_seminar_with_nobody_waiting_offers_the_waitlist() -> None:
    message = announce(make_seminar(), Count(seated=20))

    assert card([bold("▰▰▰▰▰▰▰▰▰▰  Full: nobody waiting")], DETAILS, JOIN, ADD) == message.blocks


def test_a_full_seminar_without_a_waitlist_offers_no_seat() -> None:
    message = announce(make_seminar(has_waitlist=False), Count(seated=20))

    assert card([bold("▰▰▰▰▰▰▰▰▰▰  Full")], DETAILS, ADD) == message.blocks


def test_a_free_seat_goes_to_the_line_while_anybody_waits() -> None:
    message = announce(make_seminar(), Count(seated=19, waiting=1))

    assert card([bold("▰▰▰▰▰▰▰▰▰▱  1 waiting")], DETAILS, JOIN, ADD) == message.blocks


def test_unlimited_seats_count_who_registered() -> None:
    message = announce(make_seminar(capacity=None), Count(seated=9))

    assert card([bold("9 registered")], DETAILS, REGISTER, ADD) == message.blocks


def test_a_held_offer_takes_a_seat() -> None:
    message = announce(make_seminar(), Count(seated=18, offered=1))

    assert card([bold("▰▰▰▰▰▰▰▰▰▱  1 of 20 seats left")], DETAILS, REGISTER, ADD) == message.blocks


def test_before_it_opens_it_says_when_in_both_zones() -> None:
    message = announce(make_seminar(opens_at=NOW + timedelta(days=1)))

    opens = [
        bold("Registration opens Thursday 30 July, 10:00 in Sydney (AEST)"),
        said(" (your time: "),
        {
            "type": "date",
            "timestamp": 1596067200,
            "format": "{date_long}, {time}",
            "fallback": "Thursday 30 July 2020, 10:00 AEST",
        },
        said(")"),
    ]
    assert card(opens, DETAILS, ADD) == message.blocks


def test_a_closed_registration_has_no_register() -> None:
    message = announce(make_seminar(closed_at=NOW))

    assert card([bold("Registration closed")], DETAILS, ADD) == message.blocks


def test_a_talk_that_has_begun_is_under_way() -> None:
    seminar = make_seminar()

    message = announce(seminar, now=seminar.starts_at)

    assert card([bold("Under way")], DETAILS) == message.blocks


def test_a_talk_that_has_ended_is_over() -> None:
    seminar = make_seminar()

    message = announce(seminar, now=seminar.ends_at)

    assert card([bold("Over")], DETAILS) == message.blocks


def test_a_cancelled_talk_gives_the_reason() -> None:
    message = announce(make_seminar(cancelled_at=NOW, cancel_reason="The speaker is ill."))

    assert card([bold("Cancelled: The speaker is ill.")], DETAILS) == message.blocks
    assert message.text.endswith("CAIS Lecture Theatre. Cancelled: The speaker is ill.")


def test_the_online_link_is_not_shown_to_a_channel() -> None:
    message = announce(make_seminar(online_link="https://meet.example.org/secret"))

    assert "secret" not in f"{message}"
    assert "CAIS Lecture Theatre, and online (whoever has a seat gets the link)" in f"{message}"


def test_a_talk_without_speakers_place_and_abstract_leaves_them_out() -> None:
    message = announce(make_seminar(speakers=(), place="", abstract=""), Count(seated=8))

    facts = message.blocks[1]["elements"][0]["elements"]
    assert [e["text"] for e in facts if e["type"] == "text" and e["text"][-2:] == ": "] == [
        "When: ",
        "Your time: ",
    ]
    assert [block["type"] for block in message.blocks] == ["header", "rich_text", "actions"]


def test_several_speakers_are_named_in_order() -> None:
    speakers = (Speaker("Dana Rice", "CAIS"), Speaker("Li Wei"))

    message = announce(make_seminar(speakers=speakers))

    facts = message.blocks[1]["elements"][0]["elements"]
    assert [bold("Speakers: "), said("Dana Rice (CAIS), Li Wei")] == facts[:2]


def test_a_long_abstract_is_cut_after_a_paragraph() -> None:
    first = "Khorgos is a dry port. " * 10

    message = announce(make_seminar(abstract=f"{first}\n\n{'Word ' * 200}"))

    assert f"{first.strip()} …" == message.blocks[2]["text"]["text"]


def test_mark_up_in_a_title_stays_what_was_typed() -> None:
    message = announce(make_seminar(title="<!channel> *free* & easy"))

    assert message.blocks[0]["text"]["text"] == "<!channel> *free* & easy"
    assert message.text.startswith("Seminar: &lt;!channel&gt; *free* &amp; easy by")


def test_one_seat_taken_of_many_fills_a_cell_of_the_bar() -> None:
    message = announce(make_seminar(capacity=1000), Count(seated=1))

    assert bold("▰▱▱▱▱▱▱▱▱▱  999 of 1000 seats left") == message.blocks[1]["elements"][0]["elements"][-1]


def test_the_year_is_said_when_the_talk_is_far_off() -> None:
    message = announce(make_seminar(), now=datetime(2019, 7, 29, tzinfo=UTC))

    assert "Friday 7 August 2020, 11:00–12:30 in Sydney (AEST)" in message.text


def test_an_old_capacity_below_the_seats_taken_is_full() -> None:
    message = announce(replace(make_seminar(), capacity=5), Count(seated=8))

    assert labels(message) == ["Details", "Join the Waitlist", "Add to Calendar", "Manage"]
