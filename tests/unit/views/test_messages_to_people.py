from typing import Any

import pytest

from bot.domain.addressing import Audience
from bot.domain.consequence import Consequence
from bot.views.ids import ManageRef
from bot.views.messages_to_people import (
    build_message_form,
    build_message_preview,
    build_sent,
    build_staff_message,
    fingerprint_of,
)
from tests.factories import make_seminar
from tests.payloads import check_message, check_view

SEMINAR = make_seminar(title="Khorgos")
EVERYBODY = Consequence(told_seats=12, told_line=3)
REF = ManageRef(7, about="abc", seen="def")


def preview(text: str, *, notice: str = "", told: int = 15) -> dict[str, Any]:
    return build_message_preview(
        SEMINAR,
        EVERYBODY,
        REF,
        Consequence(told_seats=told),
        to=Audience.BOTH,
        text=text,
        by="U0ANA",
        notice=notice,
    )


def test_the_form_counts_each_group() -> None:
    view = build_message_form(SEMINAR, EVERYBODY)

    check_view(view)
    to, text = view["blocks"]
    assert [option["text"]["text"] for option in to["element"]["options"]] == [
        "Those with a seat (12)",
        "The waitlist (3)",
        "Both (15)",
    ]
    assert to["element"]["initial_option"]["value"] == "seats"
    assert text["element"]["max_length"] == 2000


def test_the_waitlist_is_chosen_where_nobody_has_a_seat() -> None:
    view = build_message_form(SEMINAR, Consequence(told_line=3))

    assert view["blocks"][0]["element"]["initial_option"]["value"] == "line"


def test_what_arrives_names_who_wrote_and_leads_only_where_it_says() -> None:
    text = "Read (https://example.org/a?b=1). *Not bold* <https://evil.example|good> <!channel>"

    message = build_staff_message(SEMINAR, to=Audience.SEATS, text=text, by="U0ANA")

    check_message(message)
    greeting, body = (block["elements"][0]["elements"] for block in message.blocks)
    assert greeting == [
        {"type": "user", "user_id": "U0ANA"},
        {"type": "text", "text": " wrote to everybody with a seat for “Khorgos”:"},
    ]
    assert body == [
        {"type": "text", "text": "Read ("},
        {"type": "link", "url": "https://example.org/a?b=1"},
        {"type": "text", "text": "). *Not bold* <https://evil.example|good> <!channel>"},
    ]
    assert "&lt;!channel&gt;" in message.text


def test_only_the_first_addresses_become_links() -> None:
    text = "https://example.org/a " * 30

    message = build_staff_message(SEMINAR, to=Audience.LINE, text=text, by="U0ANA")

    check_message(message)
    kinds = [piece["type"] for piece in message.blocks[1]["elements"][0]["elements"]]
    assert kinds.count("link") == 20


@pytest.mark.parametrize(
    "text", ["x", "<" * 2000, "https://example.org/" + "a" * 1900, "שלום 👩🏽‍🚀\n\nline", "@here"]
)
def test_any_text_keeps_within_slacks_limits_in_preview_and_message(text: str) -> None:
    check_view(preview(text, notice="Something changed meanwhile."))
    check_message(build_staff_message(SEMINAR, to=Audience.LINE, text=text, by="not an id"))


def test_the_preview_shows_the_message_as_it_arrives_and_the_text_for_a_change() -> None:
    view = preview("See you there")

    message = build_staff_message(SEMINAR, to=Audience.BOTH, text="See you there", by="U0ANA")
    check_view(view)
    assert list(message.blocks) == view["blocks"][1:3]
    assert view["blocks"][-1]["element"]["initial_value"] == "See you there"
    assert view["submit"]["text"] == "Send"
    assert view["private_metadata"] == REF.to_value()


@pytest.mark.parametrize(("told", "said"), [(1, "1 person gets this"), (15, "15 people get this")])
def test_the_preview_says_how_many_get_it(told: int, said: str) -> None:
    pieces = preview("x", told=told)["blocks"][0]["elements"][0]["elements"]

    assert pieces[0]["text"] == f"{said} as a direct message"


def test_what_was_sent_is_said_and_so_is_what_was_not() -> None:
    assert build_sent(1, is_repeat=False) == "Your message is on its way to 1 person."
    assert build_sent(12, is_repeat=False) == "Your message is on its way to 12 people."
    assert "was not sent again" in build_sent(12, is_repeat=True)


def test_a_fingerprint_differs_with_the_text_and_with_whom_it_is_for() -> None:
    prints = {fingerprint_of(to, text) for to in Audience for text in ("a", "b")}

    assert len(prints) == 6
