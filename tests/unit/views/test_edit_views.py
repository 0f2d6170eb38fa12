"""The preview of an edit, the choice between two edits, and the notice of a move."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.draft import FIELDS_OF_STEP, Step
from bot.domain.drafting import Problem
from bot.domain.editing import EDITABLE, WORDS, change_seminar, list_changed, write_fields
from bot.domain.moving import facts_of
from bot.domain.room import State
from bot.domain.seminar import Count
from bot.playground.blocks import find_view_problems
from bot.views.announcement import build_announcement
from bot.views.editing import (
    NOTHING_TO_SAVE,
    Meanwhile,
    Preview,
    Shift,
    build_conflict,
    build_edit_preview,
    build_shape,
    saved_sentence,
    told_sentence,
)
from bot.views.forms import build_step
from bot.views.ids import FormRef, ManageRef
from bot.views.move_notices import build_move_notice
from tests.factories import NOW, make_seminar
from tests.payloads import check_message, check_view

REF = ManageRef(7, about="12", seen="0123456789abcdef")
BEFORE = make_seminar(online_link="https://example.org/a")
OLD = write_fields(BEFORE, ())
TEXTS = st.text() | st.text(min_size=1, max_size=9).map(lambda text: text * 3000)


def make_preview(*, shift: Shift | None = None, rest: dict[str, Any] | None = None, **typed: Any) -> Preview:
    fields = replace(OLD, **typed)
    changed = list_changed(OLD, fields)
    after = change_seminar(BEFORE, fields, changed)
    return Preview(
        before=BEFORE,
        after=after,
        old=OLD,
        new=fields,
        changed=changed,
        shift=shift or Shift(),
        card=build_announcement(after, Count(seated=3), NOW),
        meanwhile=Meanwhile(OLD, OLD),
        **(rest or {}),
    )


def texts_of(value: object) -> str:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return " ".join([*own, *(texts_of(part) for part in value.values())])
    return " ".join(texts_of(part) for part in value) if isinstance(value, list) else ""


@pytest.mark.parametrize(
    ("shift", "typed", "said"),
    [
        (
            Shift(12, 3),
            {"place": "Great Hall"},
            "12 registrants and 3 waiters will be told, in two minutes.",
        ),
        (Shift(1), {"place": "Great Hall"}, "1 registrant will be told, in two minutes."),
        (Shift(0, 1), {"place": "Great Hall"}, "1 waiter will be told, in two minutes."),
        (
            Shift(1, 0, 2),
            {"place": "Great Hall"},
            (
                "1 registrant will be told, in two minutes. 2 people are not told after all, "
                "as it is again what they know."
            ),
        ),
        (
            Shift(0, 0, 2),
            {"place": "Great Hall"},
            "Nobody is told: time and place are again what everybody knows.",
        ),
        (
            Shift(),
            {"place": "Great Hall"},
            "Nobody is told: there is nobody with a seat or in line whom it concerns.",
        ),
        (
            Shift(),
            {"abstract": "x"},
            "Nobody is told: the time and place stay, and the announcement shows the rest.",
        ),
    ],
)
def test_the_preview_says_who_is_told_or_why_nobody_is(
    shift: Shift, typed: dict[str, Any], said: str
) -> None:
    assert told_sentence(make_preview(shift=shift, **typed)) == said


def test_what_is_saved_in_a_series_is_counted_together() -> None:
    assert saved_sentence([Shift(2, 1), Shift(1)]) == (
        "Saved in 2 seminars. 3 registrants and 1 waiter will be told, in two minutes."
    )


def test_the_preview_shows_old_and_new_and_which_reminders_move() -> None:
    view = build_edit_preview(
        make_preview(shift=Shift(2, reminders=2), date="2020-07-29", time="20:00"), REF, NOW, "Asia/Singapore"
    )

    said = texts_of(view)
    check_view(view)
    assert "2 reminders change." in said
    assert "1 day before: that time has passed, so it is not sent." in said
    assert "1 hour before: Wednesday 29 July, 17:00." in said
    assert "Friday 7 August, 09:00–10:30 your time (UTC+8)" in said
    assert "Wednesday 29 July, 18:00–19:30 your time (UTC+8)" in said
    assert view["private_metadata"] == "7|||12|0123456789abcdef"


def test_the_preview_of_one_in_a_series_offers_both_with_their_numbers() -> None:
    preview = make_preview(
        shift=Shift(2, 0, 0, 2), rest={"later": [Shift(3, 1, 0, 2), Shift()]}, place="Great Hall"
    )

    view = build_edit_preview(preview, REF, NOW, None)

    (scope,) = [block for block in view["blocks"] if block.get("block_id") == "scope"]
    check_view(view)
    assert [option["text"]["text"] for option in scope["element"]["options"]] == [
        "This one: 2 registrants told, 2 reminders",
        "This and 2 later: 5 registrants and 1 waiter told, 4 reminders",
    ]
    assert scope["element"]["initial_option"]["value"] == "this"


def test_why_the_later_ones_stay_is_said() -> None:
    preview = make_preview(rest={"cannot": (BEFORE, "time", Problem.TIME_SKIPPED)}, place="Great Hall")

    view = build_edit_preview(preview, REF, NOW, None)

    check_view(view)
    assert "The later ones of the series stay as they are." in texts_of(view)
    assert "Start: Clocks go forward that day" in texts_of(view)


def test_nothing_changed_is_said_and_cannot_be_saved() -> None:
    view = build_edit_preview(make_preview(), REF, NOW, None)

    check_view(view)
    assert NOTHING_TO_SAVE in texts_of(view)
    assert "submit" not in view


def test_what_can_be_changed_no_more_is_named() -> None:
    view = build_edit_preview(
        make_preview(rest={"kept_back": ["place"]}, title="New"), REF, NOW, None, is_changed=True
    )

    check_view(view)
    assert "so it stays as it is: Place." in texts_of(view)
    assert "Something changed meanwhile." in texts_of(view)


@pytest.mark.parametrize("seminar_is", ["ahead", "published", "begun", "over", "cancelled"])
@pytest.mark.parametrize("step", list(Step))
def test_each_step_of_an_edit_fits_and_shows_what_can_be_changed(seminar_is: str, step: Step) -> None:
    now = {"begun": BEFORE.starts_at, "over": BEFORE.ends_at}.get(seminar_is, NOW)
    seminar = {
        "ahead": replace(BEFORE, publish_at=NOW + timedelta(days=1)),
        "cancelled": replace(BEFORE, cancelled_at=NOW),
    }.get(seminar_is, BEFORE)
    shape = build_shape(seminar, now)

    view = build_step(step, OLD, FormRef(12), now=now, shape=shape)

    names = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    assert names == shape.fields & set(FIELDS_OF_STEP[step])
    check_view(view)
    assert find_view_problems(view, "modal") == []


@pytest.mark.parametrize(
    ("overrides", "now", "expected"),
    [
        ({"publish_at": NOW + timedelta(days=1)}, NOW, EDITABLE),
        ({}, NOW, EDITABLE - {"publish"}),
        ({}, BEFORE.starts_at, EDITABLE - {"publish"}),
        ({}, BEFORE.ends_at, WORDS),
        ({"cancelled_at": NOW}, NOW, WORDS),
    ],
)
def test_what_can_be_edited_follows_the_life_of_the_seminar(
    overrides: dict[str, Any], now: datetime, expected: frozenset[str]
) -> None:
    assert build_shape(replace(BEFORE, **overrides), now).fields == expected


def test_the_choice_names_both_values_of_each_field_a_radio_for_each_step() -> None:
    mine = replace(OLD, title="Mine", hosts=("U0ANA",), opens="1596412800", reminders=("60",))
    theirs = replace(OLD, title="Theirs", place="Great Hall", opens="1596416400", hosts=("U0BEN",))
    meanwhile = Meanwhile(OLD, theirs, ("title", "place", "hosts", "opens"), ("U0BEN",))

    view = build_conflict(("title", "hosts", "opens"), mine, meanwhile, REF, NOW, "Asia/Singapore")

    said = texts_of(view)
    check_view(view)
    assert "yours is “Mine”; theirs is “Theirs”" in said
    assert "yours is Monday 3 August, 08:00 in Singapore" in said
    assert "“CAIS Lecture Theatre” → “Great Hall”" in said
    assert [block["block_id"] for block in view["blocks"] if block["type"] == "input"] == ["what", "more"]


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        dict.fromkeys(("title", "speakers", "abstract", "bio", "place", "online_link"), TEXTS)
    )
)
def test_any_text_fits_into_the_preview_and_the_choice(typed: dict[str, Any]) -> None:
    mine = replace(OLD, **typed)
    meanwhile = Meanwhile(OLD, mine, tuple(typed), ("U0BEN", "not a person"))

    preview = build_edit_preview(make_preview(rest={}, **typed), REF, NOW, None)
    conflict = build_conflict(tuple(typed), mine, meanwhile, REF, NOW, None)

    check_view(preview)
    check_view(conflict)
    assert find_view_problems(conflict, "modal") == []


@pytest.mark.parametrize("state", [State.SEATED, State.WAITLISTED, State.OFFERED])
@pytest.mark.parametrize("zone", [None, "Asia/Singapore", "Australia/Sydney"])
def test_a_notice_of_a_move_fits_and_only_a_seat_gets_the_link(state: State, zone: str | None) -> None:
    after = replace(BEFORE, online_link="https://example.org/b", place="")

    message = build_move_notice(after, facts_of(BEFORE), state, NOW, zone)

    check_message(message)
    assert ("https://example.org/b" in message.text) is (state is State.SEATED)
    assert "https://example.org/a" not in message.text


def test_a_notice_of_another_zone_says_both_times_for_each_reader() -> None:
    after = replace(BEFORE, zone="Europe/Berlin")

    told = build_move_notice(after, facts_of(BEFORE), State.SEATED, NOW, "Australia/Sydney").text

    assert "has a new time." in told
    assert (
        "New time: Friday 7 August, 11:00–12:30 your time (AEST); Friday 7 August, 03:00–04:30 in Berlin"
        in told
    )
    assert "Before: Friday 7 August, 11:00–12:30 in Sydney (AEST)." in told


@settings(max_examples=40, deadline=None)
@given(place=TEXTS, old_place=TEXTS, link=TEXTS, title=TEXTS, state=st.sampled_from(list(State)))
def test_any_text_fits_into_a_notice_of_a_move(
    place: str, old_place: str, link: str, title: str, state: State
) -> None:
    after = replace(BEFORE, place=place, online_link=link, title=title)

    check_message(build_move_notice(after, facts_of(replace(BEFORE, place=old_place)), state, NOW, None))
