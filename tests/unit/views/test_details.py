from typing import Any

from bot.domain.room import State
from bot.domain.seminar import Count
from bot.views.calendar_links import google_link, outlook_link
from bot.views.details import build_details
from tests.factories import ABSTRACT, BIO, NOW, make_seminar
from tests.payloads import check_view


def checked(view: dict[str, Any]) -> dict[str, Any]:
    check_view(view)
    return view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def bold(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": {"bold": True}}


def said(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def test_details_show_everything_to_a_member_with_a_seat() -> None:
    seminar = make_seminar(title="Khorgos", online_link="https://meet.example.org/a")

    view = checked(build_details(seminar, Count(seated=8), State.SEATED, None, NOW, "Australia/Sydney"))

    facts = [
        bold("Speaker: "),
        said("Dana Rice (CAIS)"),
        said("\n"),
        bold("When: "),
        said("Friday 7 August, 11:00–12:30 in Sydney (AEST)"),
        said("\n"),
        bold("Where: "),
        said("CAIS Lecture Theatre"),
        said("\n"),
        bold("Online: "),
        {"type": "link", "url": "https://meet.example.org/a"},
        said("\n"),
        bold("Add to calendar: "),
        {"type": "link", "text": "Google", "url": google_link(seminar)},
        said(" · "),
        {"type": "link", "text": "Outlook", "url": outlook_link(seminar)},
        said("\n"),
        bold("▰▰▰▰▱▱▱▱▱▱  12 of 20 seats left"),
    ]
    expected = {
        "type": "modal",
        "callback_id": "details",
        "private_metadata": "7",
        "title": plain("Details"),
        "close": plain("Close"),
        "blocks": [
            {"type": "header", "text": plain("Khorgos")},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": facts}]},
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [bold("You have a seat.")]}],
            },
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "ask_speaker",
                        "text": plain("Ask the Speaker"),
                        "value": "7",
                        "accessibility_label": "Ask the speaker of Khorgos",
                    }
                ],
            },
            {"type": "header", "text": plain("Abstract")},
            {"type": "section", "text": plain(ABSTRACT)},
            {"type": "header", "text": plain("About the speaker")},
            {"type": "section", "text": plain(BIO)},
        ],
    }
    assert expected == view


def test_details_keep_the_online_link_from_who_has_no_seat() -> None:
    seminar = make_seminar(online_link="https://meet.example.org/secret")

    view = checked(build_details(seminar, Count(), None, None, NOW, None))

    assert "secret" not in str(view)


def test_details_say_the_place_in_line() -> None:
    view = checked(build_details(make_seminar(), Count(20, 0, 3), State.WAITLISTED, 3, NOW, None))

    assert "you are number 3 in line" in str(view)


def test_a_long_abstract_is_shown_whole_over_several_blocks() -> None:
    abstract = "\n".join(f"Line {number} of a long abstract." for number in range(300))

    view = checked(build_details(make_seminar(abstract=abstract), Count(), None, None, NOW, None))

    parts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert [*abstract.split("\n"), BIO] == "\n".join(parts).split("\n")
    assert len(parts) == 4


def test_a_title_too_long_for_a_header_is_shown_whole() -> None:
    title = " ".join(f"word{number}" for number in range(100))

    view = checked(build_details(make_seminar(title=title), Count(), None, None, NOW, None))

    assert {"type": "section", "text": plain(title)} == view["blocks"][0]
