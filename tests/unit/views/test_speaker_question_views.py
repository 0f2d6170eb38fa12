"""Questions for the speaker: what members see, what staff see, and what the host gets."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.seminar import Count
from bot.domain.speaker_questions import Asked, AskedQuestion
from bot.views.details import build_details
from bot.views.speaker_questions import (
    build_asked,
    build_asking,
    build_questions_message,
    build_removal,
    explain_asked,
)
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view

KHORGOS = make_seminar(title="Khorgos")
STARTS = KHORGOS.starts_at
HOSTILE = "<!channel> *bold* " * 16
ASKED = [
    AskedQuestion(3, "U1", "Why Khorgos?", 2, has_voted=True),
    AskedQuestion(5, "U2", HOSTILE[:300], 1),
    AskedQuestion(6, "U0ME", "How far is it?", 1, has_voted=True),
]
MANY = [AskedQuestion(number, "U1", "?" * 300, 1) for number in range(60)]


def checked(view: dict[str, Any]) -> dict[str, Any]:
    check_view(view)
    return view


def elements(blocks: Any) -> list[tuple[str, str]]:
    return [
        (element["text"]["text"], element["value"])
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_members_see_questions_without_names_and_vote_for_those_of_others() -> None:
    view = checked(build_asking(KHORGOS, ASKED, "U0ME"))

    assert [("Take Back Vote", "7|||3"), ("Vote", "7|||5")] == elements(view["blocks"])
    assert "U1" not in str(view)
    assert "Why Khorgos?\n2 votes" in str([block.get("text") for block in view["blocks"]]).replace(
        "\\n", "\n"
    )
    assert "your question" in str(view)


def test_the_field_is_a_new_one_once_ones_question_is_on_the_list() -> None:
    before, after = build_asking(KHORGOS, ASKED[:2], "U0ME"), build_asking(KHORGOS, ASKED, "U0ME")

    assert ["question_0", "question_1"] == [view["blocks"][-1]["block_id"] for view in (before, after)]


@pytest.mark.parametrize("page", [0, 1, 2, 99])
def test_many_questions_fit_page_by_page(page: int) -> None:
    checked(build_asking(KHORGOS, MANY, "U0ME", page))
    checked(build_asked(KHORGOS, MANY, page))


def test_nobody_asked_is_said() -> None:
    assert "Nobody has asked anything yet." in str(checked(build_asking(KHORGOS, [], "U0ME")))
    assert "Nobody has asked anything yet." in str(checked(build_asked(KHORGOS, [])))


def test_staff_see_who_asked_and_can_remove_it() -> None:
    view = checked(build_asked(KHORGOS, ASKED))

    assert [("Remove", f"7|||{one.id}") for one in ASKED] == elements(view["blocks"])
    assert "{'type': 'user', 'user_id': 'U1'}" in str(view)


def test_removing_is_asked_once_more() -> None:
    view = checked(build_removal(KHORGOS, ASKED[0], 2))

    assert ("7||2|3", "Remove") == (view["private_metadata"], view["submit"]["text"])


def test_the_host_gets_the_questions_with_who_asked() -> None:
    message = build_questions_message(KHORGOS, ASKED, STARTS - timedelta(hours=1))

    check_message(message)
    assert message.text.startswith("3 questions for the speaker of “Khorgos”, which starts in 1 hour.")
    assert "&lt;!channel&gt;" in message.text
    assert [("Questions for the Speaker", "7")] == elements(message.blocks)


def test_of_many_questions_the_host_gets_the_first_and_their_number() -> None:
    message = build_questions_message(KHORGOS, MANY, STARTS - timedelta(hours=1))

    check_message(message)
    assert "and 40 more" in str(message.blocks)


@pytest.mark.parametrize("asked", list(Asked))
def test_what_became_of_a_question_is_a_sentence(asked: Asked) -> None:
    assert explain_asked(asked).endswith(".")


def test_details_offer_to_ask_until_the_start() -> None:
    before = checked(build_details(KHORGOS, Count(), None, None, NOW, None))
    begun = checked(build_details(KHORGOS, Count(), None, None, STARTS, None))

    assert [("Ask the Speaker", "7")] == elements(before["blocks"])
    assert [] == elements(begun["blocks"])
