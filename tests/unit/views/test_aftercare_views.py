"""Slides and recording, the one question after the talk, its results, and the next of the series."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.aftercare import FEEDBACK_FOR, Asking, Links, MaterialsPlan, Results
from bot.domain.consequence import Consequence
from bot.domain.seminar import Count, Seminar
from bot.views.aftercare import build_next
from bot.views.announcement import build_announcement
from bot.views.feedback import (
    build_feedback_closed,
    build_feedback_given,
    build_feedback_line,
    build_feedback_question,
    build_results,
    build_results_ready,
    read_score,
)
from bot.views.ids import parse_manage_ref
from bot.views.materials import (
    build_materials,
    build_materials_message,
    build_materials_preview,
    materials_told,
    read_links,
    write_links,
)
from bot.views.message import Message
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view

KHORGOS = make_seminar(title="Khorgos")
ENDS = KHORGOS.ends_at
SLIDES, RECORDING = "https://a.example/slides?a=1%7C2", "https://a.example/film"
AT_THE_END = "When the talk is over, whoever has a seat or waits then is told of the slides."
HOSTILE = "<!channel> *bold* <https://evil.example|good>"


def checked(view: dict[str, Any]) -> dict[str, Any]:
    check_view(view)
    return view


def sent(message: Message) -> Message:
    check_message(message)
    return message


def labels(blocks: Any) -> list[str]:
    return [
        element["text"]["text"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def plan(new: Links, *, seats: int = 0, line: int = 0, is_over: bool = True) -> MaterialsPlan:
    after = replace(KHORGOS, slides_link=SLIDES, recording_link=RECORDING)
    told = tuple(f"U{number}" for number in range(seats + line))
    return MaterialsPlan(KHORGOS, after, new, told, Consequence(told_seats=seats, told_line=line), is_over)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            plan(Links(SLIDES, RECORDING), seats=12, line=3),
            "12 who had a seat and 3 who waited are told of the slides and the recording.",
        ),
        (plan(Links("", RECORDING), line=1), "1 who waited is told of the recording."),
        (plan(Links()), "Nobody is told, as there is no new link."),
        (plan(Links(SLIDES)), "Nobody is told, as nobody had a seat or waited."),
        (
            plan(Links(SLIDES), is_over=False),
            "Nobody is told now. " + AT_THE_END,
        ),
    ],
)
def test_the_preview_says_how_many_are_told_of_what(made: MaterialsPlan, said: str) -> None:
    view = checked(build_materials_preview(made))

    assert said == materials_told(made)
    assert said in str(view)
    ref = parse_manage_ref(view["private_metadata"])
    assert ref is not None
    assert (Links(SLIDES, RECORDING), made.fingerprint()) == (read_links(ref.about), ref.seen)


@pytest.mark.parametrize("about", ["", "nonsense", "javascript:alert(1) -", "- - -", "https://a.example"])
def test_links_that_a_modal_never_carried_are_not_read(about: str) -> None:
    assert read_links(about) is None


def test_no_links_are_carried_as_no_links() -> None:
    assert Links() == read_links(write_links(Links()))


def test_the_form_shows_the_links_that_stand_there() -> None:
    view = checked(build_materials(replace(KHORGOS, slides_link=SLIDES), ENDS))

    slides, recording = view["blocks"][-2:]
    assert SLIDES == slides["element"]["initial_value"]
    assert "initial_value" not in recording["element"]


def test_the_message_leads_to_slides_and_recording() -> None:
    message = sent(build_materials_message(KHORGOS, Links(SLIDES, RECORDING)))
    alone = sent(build_materials_message(KHORGOS, Links("", RECORDING)))

    expected = f"The slides and the recording of “Khorgos” are here. Slides: {SLIDES} Recording: {RECORDING}"
    assert expected == message.text
    assert f"The recording of “Khorgos” is here. Recording: {RECORDING}" == alone.text


def test_the_card_shows_them_when_the_talk_is_over() -> None:
    seminar = replace(KHORGOS, slides_link=SLIDES, recording_link=RECORDING)

    before = sent(build_announcement(seminar, Count(), ENDS - timedelta(seconds=1)))
    over = sent(build_announcement(seminar, Count(), ENDS))

    assert "a.example" not in str(before)
    assert {"type": "link", "url": SLIDES, "text": "Slides"} in over.blocks[1]["elements"][0]["elements"]
    assert {"type": "link", "url": RECORDING, "text": "Recording"} in over.blocks[1]["elements"][0][
        "elements"
    ]


def test_the_question_has_five_buttons_in_words() -> None:
    message = sent(build_feedback_question(KHORGOS, ENDS))

    elements = message.blocks[-1]["elements"]
    assert ["1 Poor", "2 Fair", "3 Good", "4 Very Good", "5 Excellent"] == labels(message.blocks)
    assert [1, 2, 3, 4, 5] == [read_score(element["action_id"]) for element in elements]
    assert "Answers are taken until Friday 21 August, 12:30 in Sydney (AEST)." in message.text


def test_an_answer_is_shown_with_the_way_to_change_it() -> None:
    message = sent(build_feedback_given(KHORGOS, 4, HOSTILE, ENDS))

    assert message.text.startswith("You gave “Khorgos” 4 Very Good. Thank you. You wrote: &lt;!channel&gt;")
    assert 5 == len(labels(message.blocks))


def test_the_line_is_asked_for_with_what_was_written_before() -> None:
    view = checked(build_feedback_line(KHORGOS, 4, "Clear slides"))

    assert "Clear slides" == view["blocks"][-1]["element"]["initial_value"]
    assert "Saved: 4 Very Good." in str(view)


@pytest.mark.parametrize("asking", list(Asking))
def test_every_refusal_is_a_sentence(asking: Asking) -> None:
    message = sent(build_feedback_closed(KHORGOS, asking, ENDS + FEEDBACK_FOR))

    assert message.text.endswith(".")
    assert labels(message.blocks) == []


def test_below_five_answers_only_their_number_is_shown() -> None:
    view = checked(build_results(KHORGOS, Results((0, 0, 0, 1, 3), ("Secret",))))

    assert "Results are shown from 5 answers on: 4 so far." in str(view)
    assert "Secret" not in str(view)


def test_results_show_the_mean_the_counts_and_the_lines() -> None:
    view = checked(build_results(KHORGOS, Results((1, 0, 0, 1, 3), ("Lovely", HOSTILE))))

    shown = str(view)
    assert "4.0 of 5" in shown
    assert "▰▰▰▰▰▰▱▱▱▱  5 Excellent: 3" in shown
    assert "▱▱▱▱▱▱▱▱▱▱  2 Fair: 0" in shown
    assert [{"type": "plain_text", "text": text, "emoji": False} for text in ("Lovely", HOSTILE)] == [
        block["text"] for block in view["blocks"][-2:]
    ]


def test_many_lines_are_turned_page_by_page() -> None:
    results = Results((0, 0, 0, 0, 90), tuple(f"Line {number}" for number in range(90)))

    first, second, beyond = (checked(build_results(KHORGOS, results, page)) for page in (0, 1, 9))

    assert ["More"] == labels(first["blocks"])
    assert ["Earlier", "More"] == labels(second["blocks"])
    assert ["Earlier"] == labels(beyond["blocks"])
    assert "Line 89" in str(beyond)


def test_hosts_hear_that_there_is_something_to_see() -> None:
    message = sent(build_results_ready(KHORGOS, 5))

    assert "5 people said how “Khorgos” was. You can see what they think now." == message.text
    assert ["See the Results"] == labels(message.blocks)


@pytest.mark.parametrize(
    ("seminar", "count", "button"),
    [
        (make_seminar(id=8), Count(), ["Register"]),
        (make_seminar(id=8), Count(20, 0, 1), ["Join the Waitlist"]),
        (make_seminar(id=8, has_waitlist=False), Count(20), []),
        (make_seminar(id=8, opens_at=NOW + timedelta(days=1)), Count(), []),
    ],
    ids=["free", "waiting", "full", "opens later"],
)
def test_who_waited_in_vain_hears_of_the_next(seminar: Seminar, count: Count, button: list[str]) -> None:
    seminar = replace(seminar, online_link="https://meet.example.org/secret")

    message = sent(build_next(KHORGOS, seminar, count, NOW, "Asia/Singapore"))

    assert message.text.startswith("There was no seat for you at “Khorgos”, and we are sorry.")
    assert button == labels(message.blocks)
    assert "secret" not in str(message)
