"""The announcing form and its preview, and what is read back from it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.draft import FIELDS_OF_STEP, LIST_FIELDS, TEXT_FIELDS, DraftFields, Step, blank_draft
from bot.domain.drafting import Problem, read_draft
from bot.domain.seminar import Count
from bot.playground.blocks import find_view_problems
from bot.playground.forms import carry_over, state_values
from bot.views import form_sentences as say
from bot.views.announcement import build_announcement
from bot.views.form_preview import build_preview
from bot.views.form_state import read_how, read_step, read_what, read_when
from bot.views.forms import build_how, build_more, build_step, build_what, build_when
from bot.views.ids import PREVIEW_ACTIONS, Action, Callback, FormRef, parse_form_ref
from bot.views.message import Message
from tests.payloads import check_view

NOW = datetime(2026, 7, 29, 2, 0, tzinfo=UTC)
REF = FormRef(7, "C0SEMINARS")
DRAFT = DraftFields(
    title="At the Pole of Inaccessibility",
    speakers="Dana Rice, CAIS\nLi Wei",
    abstract="Kazakhstan has been linked.\n\nHowever, <!channel> & so on.",
    bio="Dana Rice is a research scholar.",
    date="2026-08-07",
    time="11:00",
    minutes="95",
    zone="Australia/Canberra",
    place="CAIS Lecture Theatre",
    online_link="https://example.org/talk",
    seats="20",
    waitlist="no",
    closes="3h",
    reminders=("10080", "10"),
    channels=("C0SEMINARS", "C0OTHER"),
)
STEPS = list(Step)


def drafts() -> st.SearchStrategy[DraftFields]:
    texts = dict.fromkeys(
        sorted(TEXT_FIELDS), st.text() | st.text(min_size=1, max_size=9).map(lambda t: t * 3000)
    )
    lists = dict.fromkeys(sorted(LIST_FIELDS), st.lists(st.text(), unique=True).map(tuple))
    return st.builds(DraftFields, **texts, **lists)


def nonsense() -> st.SearchStrategy[Any]:
    keys = st.sampled_from(
        [*sorted(TEXT_FIELDS | LIST_FIELDS), "value", "selected_option", "selected_options"]
    )
    leaf = st.none() | st.booleans() | st.integers() | st.text()
    return st.recursive(leaf, lambda inner: st.lists(inner) | st.dictionaries(keys, inner))


def element_of(view: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(block for block in view["blocks"] if block.get("block_id") == name)
    element: dict[str, Any] = found["element"]
    return element


def sent_by(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state that Slack sends for a view that nobody touched."""
    typed = carry_over(view["blocks"], [], {}, None)
    return state_values(view["blocks"], typed, lambda _: {})


def ids_in(value: object) -> list[str]:
    if isinstance(value, Mapping):
        own = [value["action_id"]] if "action_id" in value else []
        return own + [found for entry in value.values() for found in ids_in(entry)]
    return [found for entry in value for found in ids_in(entry)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("step", "title", "submit", "callback"),
    [
        (Step.WHAT, "New seminar · 1 of 3", "Next", Callback.FORM_WHAT),
        (Step.WHEN, "New seminar · 2 of 3", "Next", Callback.FORM_WHEN),
        (Step.HOW, "New seminar · 3 of 3", "Preview", Callback.FORM_HOW),
        (Step.MORE, "New seminar · more", "Preview", Callback.FORM_MORE),
    ],
)
def test_each_step_says_where_it_stands(step: Step, title: str, submit: str, callback: Callback) -> None:
    view = build_step(step, DRAFT, REF, now=NOW)

    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (title, submit, "Cancel")
    assert (view["callback_id"], parse_form_ref(view["private_metadata"])) == (callback, REF)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_has_its_fields_in_order_and_six_at_most(step: Step) -> None:
    view = build_step(step, DRAFT, REF, now=NOW)

    names = tuple(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    assert names == FIELDS_OF_STEP[step]
    assert len(names) <= 6


@pytest.mark.parametrize("step", STEPS)
def test_what_was_typed_survives_each_step(step: Step) -> None:
    view = build_step(step, DRAFT, REF, now=NOW)

    assert read_step(step, sent_by(view), DRAFT) == DRAFT
    empty = blank_draft()
    read = read_step(step, sent_by(view), empty)
    assert read == replace(empty, **{name: getattr(DRAFT, name) for name in FIELDS_OF_STEP[step]})


def test_a_new_form_offers_what_is_usual() -> None:
    draft = blank_draft(zone="Europe/Berlin", channel_id="C0SEMINARS")

    when = read_when(sent_by(build_when(draft, REF, now=NOW)), draft)
    how = read_how(sent_by(build_how(draft, REF)), draft)

    assert (when.minutes, when.zone) == ("60", "Europe/Berlin")
    assert (how.seats, how.waitlist, how.closes, how.reminders) == ("", "yes", "start", ("1440", "60"))
    assert how.channels == ("C0SEMINARS",)


def test_the_first_field_of_a_new_form_has_the_focus() -> None:
    assert element_of(build_what(blank_draft(), REF), "title")["focus_on_load"] is True
    assert "focus_on_load" not in element_of(build_what(DRAFT, REF), "title")


def test_the_pickers_convert_nothing() -> None:
    view = build_when(DRAFT, REF, now=NOW)

    assert element_of(view, "date") == {
        "type": "datepicker",
        "action_id": "value",
        "initial_date": "2026-08-07",
    }
    assert element_of(view, "time") == {"type": "timepicker", "action_id": "value", "initial_time": "11:00"}


def test_the_length_that_was_typed_is_offered_though_it_is_unusual() -> None:
    element = element_of(build_when(DRAFT, REF, now=NOW), "minutes")

    assert element["initial_option"]["text"]["text"] == "1 hour and 35 minutes"
    assert element["initial_option"] in element["options"]


def test_going_back_is_offered_from_the_second_step_on() -> None:
    views = [
        build_what(DRAFT, REF),
        build_when(DRAFT, REF, now=NOW),
        build_how(DRAFT, REF),
        build_more(DRAFT, REF),
        build_preview(REF, Message("x", ())),
    ]

    last = [view["blocks"][-1] for view in views]
    values = [block["elements"][0]["value"] for block in last if block["type"] == "actions"]
    assert values == ["what", "when", "how", "how"]
    assert ids_in(last[1]) == [Action.FORM_BACK]


def test_a_step_that_is_shown_again_says_at_its_top_what_to_mend() -> None:
    problems = {"seats": Problem.SEATS_WRONG, "channels": Problem.CHANNELS_SHUT, "title": Problem.TITLE_LONG}

    view = build_how(DRAFT, REF, problems=problems)

    assert view["blocks"][0]["text"]["text"] == (
        "Seats: Enter a whole number from 1 to 100,000, or leave it empty for no limit.\n"
        "Channels: I cannot post in one of these yet. Invite me with /invite, or choose another."
    )


def test_the_errors_of_a_submission_stand_under_their_fields() -> None:
    assert say.errors_of({"title": Problem.TITLE_MISSING}) == {"title": "Give the seminar a title."}


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_short_sentence(problem: Problem) -> None:
    assert 0 < len(say.PROBLEMS[problem]) <= 100


def test_the_preview_shows_the_message_and_its_buttons_mean_nothing() -> None:
    card = build_announcement(read_draft(DRAFT, NOW).as_seminar(), Count(), NOW)

    view = build_preview(REF, card, channel_ids=("C0SEMINARS", "C0OTHER"))

    shown = view["blocks"][2:-2]
    buttons = ids_in(shown)
    assert [block["type"] for block in shown] == [block["type"] for block in card.blocks]
    assert len(buttons) == len(set(buttons)) == len(ids_in(list(card.blocks))) > 0
    assert all(PREVIEW_ACTIONS.match(action_id) for action_id in buttons)
    assert "<#C0SEMINARS>, <#C0OTHER>" in view["blocks"][0]["elements"][0]["text"]
    assert view["submit"]["text"] == "Post"
    check_view(view)
    assert find_view_problems(view, "modal") == []


def test_a_preview_leaves_the_message_itself_as_it_was() -> None:
    button = {
        "type": "button",
        "action_id": "register",
        "value": "7",
        "text": {"type": "plain_text", "text": "Go"},
    }
    card = Message("x", ({"type": "actions", "block_id": "back", "elements": [button]},))

    view = build_preview(REF, card)

    assert card.blocks[0]["elements"][0]["action_id"] == "register"
    assert view["blocks"][2] == {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "preview_0", "text": button["text"]}],
    }


@settings(max_examples=60, deadline=None)
@given(drafts(), st.sampled_from(STEPS))
def test_any_text_stays_within_the_limits(draft: DraftFields, step: Step) -> None:
    problems = dict.fromkeys(FIELDS_OF_STEP[step], Problem.CHANNELS_SHUT)

    view = build_step(step, draft, REF, now=NOW, problems=problems)

    check_view(view)
    assert find_view_problems(view, "modal") == []


@given(nonsense(), st.sampled_from(STEPS))
def test_a_state_of_any_shape_is_read_without_a_fall(values: object, step: Step) -> None:
    kept = {name: getattr(DRAFT, name) for name in FIELDS_OF_STEP[step]}

    read = read_step(step, values, DRAFT)

    assert replace(read, **kept) == DRAFT


def test_a_field_that_was_emptied_is_empty_whether_slack_sends_null_or_nothing() -> None:
    null = {"title": {"value": {"type": "plain_text_input", "value": None}}}

    assert read_what(null, DRAFT).title == ""
    assert read_what({}, DRAFT).title == ""
    assert read_how({}, DRAFT).channels == ()


def test_a_choice_that_slack_does_not_send_stays() -> None:
    read = read_when({}, DRAFT)

    assert (read.date, read.place, read.minutes, read.zone) == ("", "", "95", "Australia/Canberra")


@pytest.mark.parametrize("metadata", [None, "", "x", "-1 C1", "1" * 20, 7, {}])
def test_strange_metadata_is_nobodys_form(metadata: object) -> None:
    assert parse_form_ref(metadata) is None
