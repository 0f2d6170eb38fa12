"""The further options of the form: what is wrong with them, and what an old picture of the form keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.draft import DraftFields, Step, write_closes, write_late
from bot.domain.drafting import Problem, check_draft, check_more, read_draft
from bot.domain.editing import check_edit, list_changed, merge_fields, write_fields
from bot.domain.seminar import Promotion
from bot.views.form_state import read_step
from bot.views.forms import build_how, build_more
from bot.views.ids import FormRef
from tests.factories import make_seminar

NOW = datetime(2026, 7, 29, 2, 0, tzinfo=UTC)
STARTS = datetime(2026, 8, 7, 1, 0, tzinfo=UTC)
RIGHT = DraftFields(
    title="Khorgos",
    speakers="Dana Rice, CAIS",
    date="2026-08-07",
    time="11:00",
    zone="Australia/Sydney",
    place="CAIS Lecture Theatre",
    channels=("C0SEMINARS",),
)


def at(moment: datetime) -> str:
    return str(int(moment.timestamp()))


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({}, {}),
        ({"hosts": ("U0ANA", "W0BEN")}, {}),
        ({"hosts": ("U0ANA", "C0TALKS")}, {"hosts": Problem.HOSTS_WRONG}),
        ({"hosts": tuple(f"U{n}" for n in range(21))}, {"hosts": Problem.HOSTS_MANY}),
        ({"opens": "tomorrow"}, {"opens": Problem.MOMENT_WRONG}),
        ({"opens": at(STARTS)}, {"opens": Problem.OPENS_LATE}),
        ({"opens": at(STARTS - timedelta(seconds=1))}, {}),
        ({"opens": at(STARTS - timedelta(hours=1)), "closes": "1h"}, {"opens": Problem.OPENS_CLOSED}),
        ({"opens": at(NOW - timedelta(days=1))}, {}),
        ({"promotion": "never"}, {"promotion": Problem.CHOICE_MISSING}),
        ({"late": "5w"}, {"late": Problem.CHOICE_MISSING}),
        ({"late": "95m"}, {}),
        ({"publish": "²" * 10}, {"publish": Problem.MOMENT_WRONG}),
        ({"publish": at(NOW)}, {"publish": Problem.PUBLISH_PAST}),
        ({"publish": at(NOW + timedelta(seconds=1))}, {}),
        ({"publish": at(STARTS)}, {"publish": Problem.PUBLISH_LATE}),
        ({"publish": at(STARTS - timedelta(hours=1)), "closes": "3h"}, {"publish": Problem.PUBLISH_CLOSED}),
        (
            {"publish": at(NOW + timedelta(days=120, seconds=1)), "date": "2027-07-07"},
            {"publish": Problem.PUBLISH_FAR},
        ),
        ({"publish": at(NOW + timedelta(days=120)), "date": "2027-07-07"}, {}),
    ],
)
def test_what_is_wrong_with_the_further_options(typed: dict[str, Any], problems: dict[str, Problem]) -> None:
    assert check_more(replace(RIGHT, **typed), NOW) == problems


def test_the_further_options_stand_in_the_plan() -> None:
    opens, publish = STARTS - timedelta(days=2), STARTS - timedelta(days=5)
    draft = replace(
        RIGHT, hosts=("U2", "U1"), opens=at(opens), promotion="ask", late="3h", publish=at(publish)
    )

    plan = read_draft(draft, NOW)

    assert (plan.host_ids, plan.opens_at, plan.publish_at) == (("U1", "U2"), opens, publish)
    assert (plan.promotion, plan.late) == (Promotion.ASK, timedelta(hours=3))


def test_the_third_step_leads_to_the_further_options() -> None:
    (buttons,) = [block for block in build_how(RIGHT, FormRef(7))["blocks"] if block["type"] == "actions"]

    assert [(one["text"]["text"], one["action_id"], one["value"]) for one in buttons["elements"]] == [
        ("Back", "form_back", "when"),
        ("More Options", "form_more", "more"),
    ]


def test_an_old_picture_of_the_third_step_changes_nothing_of_the_further_options() -> None:
    draft = replace(
        RIGHT, hosts=("U1",), opens="1785900000", promotion="ask", late="1d", publish="1785800000"
    )
    old = {
        "seats": {"value": {"type": "number_input", "value": "20"}},
        "channels": {"value": {"selected_conversations": ["C0SEMINARS"]}},
        "post": {"value": {"selected_option": {"value": "now"}}},
    }

    assert read_step(Step.HOW, old, draft) == replace(draft, seats="20", reminders=())


def test_choices_that_slack_does_not_send_stay() -> None:
    draft = replace(RIGHT, promotion="ask", late="1d")

    read = read_step(Step.MORE, {}, draft)

    assert (read.promotion, read.late, read.opens, read.hosts) == ("ask", "1d", "", ())


def test_a_draft_stored_before_the_further_options_has_their_defaults() -> None:
    stored = {
        name: value for name, value in RIGHT.to_json().items() if name not in ("hosts", "opens", "late")
    }

    assert DraftFields.from_json(stored | {"post": "now"}) == RIGHT


def test_a_span_that_is_no_choice_is_offered_and_kept() -> None:
    closes, late = write_closes(timedelta(minutes=95)), write_late(timedelta(minutes=30))
    draft = replace(RIGHT, closes=closes, late=late)

    chosen = [
        next(block["element"]["initial_option"] for block in view["blocks"] if block["block_id"] == name)
        for view, name in ((build_how(draft, FormRef(7)), "closes"), (build_more(draft, FormRef(7)), "late"))
    ]
    assert [one["text"]["text"] for one in chosen] == ["1 hour and 35 minutes before", "30 minutes before"]
    assert check_draft(draft, NOW) == {}


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    seminar = make_seminar(
        closes_at=make_seminar().starts_at - timedelta(minutes=95), abstract="One. \n\nTwo.  ", title=" A  b"
    )
    fields = write_fields(seminar, ["U2", "U1"])
    typed = replace(
        fields, abstract="One.\r\n\r\nTwo.", title="A b", hosts=("U2", "U1"), reminders=("60", "1440")
    )

    assert list_changed(fields, typed) == ()


def test_what_was_wrong_before_is_not_held_against_who_edits() -> None:
    seminar = make_seminar(place="")
    before = write_fields(seminar, ())
    now = seminar.starts_at + timedelta(minutes=1)

    assert (
        check_edit(replace(before, title="x"), before, seminar, now, frozenset({"title", "place", "time"}))
        == {}
    )
    assert check_edit(replace(before, title=""), before, seminar, now, frozenset({"title"})) == {
        "title": Problem.TITLE_MISSING
    }


def test_a_talk_under_way_may_last_longer_and_not_end_in_the_past() -> None:
    seminar = make_seminar()
    before, now = write_fields(seminar, ()), seminar.starts_at + timedelta(minutes=40)
    names = frozenset({"minutes"})

    longer, over = (
        check_edit(replace(before, minutes=minutes), before, seminar, now, names) for minutes in ("120", "30")
    )

    assert (longer, over) == ({}, {"minutes": Problem.ENDS_PAST})


def test_the_same_change_by_two_is_no_conflict() -> None:
    same = replace(RIGHT, title="Same", place="Mine")
    merge = merge_fields(RIGHT, same, replace(RIGHT, title="Same", bio="Theirs"))

    assert (merge.mine, merge.theirs, merge.conflicts) == (("place",), ("title", "bio"), ())
    assert merge.fields == replace(RIGHT, title="Same", place="Mine", bio="Theirs")
