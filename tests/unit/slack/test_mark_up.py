"""Slack's mark-up read back as what people wrote."""

from typing import Any

import pytest

from bot.slack.mark_up import decode, read_message


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Q&amp;A &lt;room&gt; 3 &gt; 2", "Q&A <room> 3 > 2"),
        ("&amp;lt; was typed", "&lt; was typed"),
        ("&copy; is no entity of Slack's", "&copy; is no entity of Slack's"),
        ("<https://zoom.us/j/1>", "https://zoom.us/j/1"),
        ("<https://zoom.us/j/1?a=1&amp;b=2>", "https://zoom.us/j/1?a=1&b=2"),
        ("<http://anu.edu.au|anu.edu.au>", "http://anu.edu.au"),
        ("<https://zoom.us/j/1|Join us>", "Join us https://zoom.us/j/1"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("<tel:+61 2|+61 2>", "+61 2"),
        ("in <#C0TALKS|talks>", "in #talks"),
        ("in <#C0TALKS>", "in "),
        ("<@U0DANA> speaks", " speaks"),
        ("<@U0DANA|Dana Rice> speaks", "Dana Rice speaks"),
        ("<!subteam^S1|@hosts>", "@hosts"),
        ("<!here> come", " come"),
        ("<!date^1596762000^{date}|7 August 2020>", "7 August 2020"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
    ],
)
def test_mark_up_is_read_as_it_was_written(stored: str, read: str) -> None:
    assert read == decode(stored)


def test_styles_are_left_out_and_other_stars_stay() -> None:
    message = {"text": "*Title:* _Deep_ ~old~ talk\nsnake_case_name and 2*3*4"}

    assert read_message(message) == "Title: Deep old talk\nsnake_case_name and 2*3*4"


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def test_rich_text_is_read_where_the_text_is_cut() -> None:
    items = [section({"type": "text", "text": one}) for one in ("Room 2", "Room 3")]
    blocks = [
        rich(
            section(
                {"type": "text", "text": "Title: Q&A\n", "style": {"bold": True}},
                {"type": "link", "url": "https://zoom.us/j/1", "text": "Join"},
                {"type": "user", "user_id": "U0DANA"},
            ),
            {"type": "rich_text_list", "style": "ordered", "elements": items},
        )
    ]

    assert "Title: Q&A\nJoin https://zoom.us/j/1\n1. Room 2\n2. Room 3" == read_message(
        {"text": "Title: Q&amp;A", "blocks": blocks}
    )


def test_a_forwarded_message_is_read_from_its_attachment() -> None:
    inner = {"message": {"blocks": [rich(section({"type": "text", "text": "Speaker: Ann Lee"}))]}}
    message = {"text": "", "attachments": [{"text": "cut", "message_blocks": [inner]}, {"text": "a &lt; b"}]}

    assert read_message(message) == "Speaker: Ann Lee\n\na < b"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": 7, "blocks": 7, "attachments": {}},
        {"blocks": [None, {"type": "rich_text", "elements": [[], {"elements": "x"}]}]},
        {"attachments": [{"message_blocks": [{"message": None}], "text": None}]},
    ],
)
def test_a_message_of_any_shape_is_read(message: dict[str, Any]) -> None:
    assert read_message(message) == ""
