"""The modals of questions and answers: what they show, and that Slack takes them whatever people type."""

from typing import Any

import pytest

from bot.domain.outcomes import Seated
from bot.domain.questions import (
    Asked,
    Fixed,
    Kind,
    NotAsked,
    Question,
    QuestionFault,
    ToAnswer,
    TypedQuestion,
    plan_question,
)
from bot.domain.room import State
from bot.views.answering import ask_to_answer, build_answering, build_questions_late, explain_not_asked
from bot.views.direct_messages import build_confirmation
from bot.views.ids import ManageRef
from bot.views.questions import NEW, build_question, build_questions, say_changed, typed_of
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view, find_texts

SEMINAR = make_seminar()
HOSTILE = "<!channel> *x* &amp; :tada: "
LONGEST = tuple(f"{number} {HOSTILE}".ljust(75, "x")[:75] for number in range(10))
FOOD = Question(1, "What do you eat?", Kind.ONE, ("Everything", "No meat"), is_required=True)
MENU = Question(2, HOSTILE.ljust(150, "?"), Kind.ONE, LONGEST, is_required=True)
ANY = Question(3, "When can you stay?", Kind.SOME, LONGEST, is_required=False)
WISHES = Question(4, "Which topics?", Kind.TEXT, (), is_required=False)
LONG = Question(5, "W" * 150, Kind.TEXT, (), is_required=True)
FIVE = (FOOD, MENU, ANY, WISHES, LONG)


def elements(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [block["element"] for block in view["blocks"] if block["type"] == "input"]


def action_ids(view: dict[str, Any]) -> list[str]:
    return [e["action_id"] for block in view["blocks"] for e in block.get("elements", ()) if "action_id" in e]


def test_the_list_offers_what_can_be_done_with_each_question() -> None:
    view = build_questions(SEMINAR, Asked((FOOD, WISHES), None, 0, 0, 0), said="Saved.")

    check_view(view)
    assert [
        "question_edit",
        "question_remove",
        "question_edit",
        "question_up",
        "question_remove",
        "question_edit",
    ] == action_ids(view)


def test_the_list_of_five_offers_no_sixth() -> None:
    view = build_questions(SEMINAR, Asked(FIVE, None, 3, 0, 3))

    check_view(view)
    assert 14 + 1 == len(action_ids(view))
    assert "new" not in str(view)


@pytest.mark.parametrize("fixed", list(Fixed))
def test_fixed_questions_offer_no_change(fixed: Fixed) -> None:
    view = build_questions(SEMINAR, Asked(FIVE, fixed, 3, 2, 1))

    check_view(view)
    assert not [one for one in action_ids(view) if one.startswith("question")]


@pytest.mark.parametrize("question", FIVE)
def test_the_form_holds_a_question_as_it_is_asked(question: Question) -> None:
    ref = ManageRef(7, about=str(question.id), seen=question.mark)

    view = build_question(SEMINAR, typed_of(question), ref, notice=say_changed(question))

    check_view(view)
    text, kind, *_ = elements(view)
    assert (question.text, question.kind) == (text["initial_value"], kind["initial_option"]["value"])


def test_a_new_question_begins_as_a_short_text() -> None:
    view = build_question(SEMINAR, TypedQuestion(), ManageRef(7, about=NEW))

    check_view(view)
    assert "A short text" == elements(view)[1]["initial_option"]["text"]["text"]


def test_each_kind_of_question_has_its_field() -> None:
    view = build_answering(ToAnswer(SEMINAR, State.SEATED, FIVE, {}))

    check_view(view)
    assert ["radio_buttons", "static_select", "checkboxes", "plain_text_input", "plain_text_input"] == [
        one["type"] for one in elements(view)
    ]
    assert [False, False, True, True, False] == [
        block["optional"] for block in view["blocks"] if block["type"] == "input"
    ]
    assert [] == list(find_texts(view))


def test_what_was_answered_before_stands_in_the_fields() -> None:
    given = {1: ["No meat"], 2: [LONGEST[9]], 3: [LONGEST[0], LONGEST[3]], 4: ["Trains"], 5: ["gone" * 200]}

    view = build_answering(ToAnswer(SEMINAR, State.WAITLISTED, FIVE, given), notice="Once more.")

    check_view(view)
    radio, menu, boxes, text, long = elements(view)
    assert "1" == radio["initial_option"]["value"]
    assert "9" == menu["initial_option"]["value"]
    assert ["0", "3"] == [one["value"] for one in boxes["initial_options"]]
    assert "Trains" == text["initial_value"]
    assert 500 == len(long["initial_value"])


@pytest.mark.parametrize(("owed", "said"), [(1, "1 question of"), (5, "5 questions of")])
def test_a_confirmation_asks_for_what_is_owed(owed: int, said: str) -> None:
    confirmation = build_confirmation(SEMINAR, Seated(3), NOW, None)

    message = ask_to_answer(confirmation, SEMINAR, owed)

    check_message(message)
    assert message.text.endswith(f"Please answer {said} the organisers.")
    assert "answer" == message.blocks[-1]["elements"][0]["action_id"]


def test_a_confirmation_asks_nothing_where_nothing_is_owed() -> None:
    confirmation = build_confirmation(SEMINAR, Seated(3), NOW, None)

    assert confirmation == ask_to_answer(confirmation, SEMINAR, 0)


@pytest.mark.parametrize("may_be_open", [True, False])
def test_questions_that_did_not_open_can_be_opened_again(*, may_be_open: bool) -> None:
    message = build_questions_late(SEMINAR, may_be_open=may_be_open)

    check_message(message)
    assert "answer" == message.blocks[-1]["elements"][0]["action_id"]


@pytest.mark.parametrize("why", list(NotAsked))
def test_why_nobody_is_asked_is_one_kind_sentence(why: NotAsked) -> None:
    said = explain_not_asked(SEMINAR, why)

    assert said.endswith(".")
    assert len(said) < 400


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        pytest.param(TypedQuestion(), {"text": "text_missing"}, id="nothing"),
        pytest.param(TypedQuestion("\u2800 \u200b"), {"text": "text_missing"}, id="only blanks"),
        pytest.param(TypedQuestion("x" * 151), {"text": "text_long"}, id="long"),
        pytest.param(TypedQuestion("WHAT do you  eat?"), {"text": "text_taken"}, id="taken"),
        pytest.param(TypedQuestion("x", "tea"), {"kind": "kind_missing"}, id="no kind"),
        pytest.param(TypedQuestion("x", "one", "a\n\n"), {"options": "options_few"}, id="few"),
        pytest.param(
            TypedQuestion("x", "some", "\n".join("abcdefghijk")), {"options": "options_many"}, id="many"
        ),
        pytest.param(TypedQuestion("x", "one", f"a\n{'b' * 76}"), {"options": "option_long"}, id="wide"),
        pytest.param(TypedQuestion("x", "one", "a\n A "), {"options": "option_twice"}, id="twice"),
        pytest.param(
            TypedQuestion("", "one", ""), {"text": "text_missing", "options": "options_few"}, id="both"
        ),
    ],
)
def test_what_is_wrong_with_a_question_is_said_by_field(
    typed: TypedQuestion, faults: dict[str, QuestionFault]
) -> None:
    assert faults == plan_question(typed, [FOOD])


def test_a_text_has_no_options_and_options_keep_their_order() -> None:
    text = plan_question(TypedQuestion(" Which\ttopics? ", "text", "left\nover"), [])
    some = plan_question(TypedQuestion("Days?", "some", " Tue \n\nMon", is_required=True), [])

    assert [("Which topics?", ()), ("Days?", ("Tue", "Mon"))] == [
        (one.text, one.options) for one in (text, some) if not isinstance(one, dict)
    ]
