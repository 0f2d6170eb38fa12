"""The rules of the announcing form."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.draft import LIST_FIELDS, TEXT_FIELDS, DraftFields, Step, blank_draft
from bot.domain.drafting import (
    DraftError,
    Problem,
    check_draft,
    check_how,
    check_what,
    check_when,
    first_step_of,
    read_draft,
)
from bot.domain.seminar import Speaker
from bot.domain.seminar_plan import SeminarPlan

NOW = datetime(2026, 7, 29, 2, 0, tzinfo=UTC)
WINTER = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def make_draft(**typed: object) -> DraftFields:
    draft = DraftFields(
        title="At the Pole of Inaccessibility",
        speakers="Dana Rice, CAIS",
        date="2026-08-07",
        time="11:00",
        minutes="90",
        zone="Australia/Sydney",
        place="CAIS Lecture Theatre",
        seats="20",
        channels=("C0SEMINARS",),
    )
    return replace(draft, **typed)  # type: ignore[arg-type]  # a test names what it changes


def drafts() -> st.SearchStrategy[DraftFields]:
    texts = dict.fromkeys(sorted(TEXT_FIELDS), st.text())
    lists = dict.fromkeys(sorted(LIST_FIELDS), st.lists(st.text(), unique=True).map(tuple))
    return st.builds(DraftFields, **texts, **lists)


def test_a_right_draft_becomes_a_plan() -> None:
    draft = make_draft(
        abstract="  Xi has met.\r\n\r\nHowever. ", closes="1d", online_link="https://example.org/a|b"
    )

    plan = read_draft(draft, NOW)

    assert plan == SeminarPlan(
        title="At the Pole of Inaccessibility",
        speakers=(Speaker("Dana Rice", "CAIS"),),
        abstract="Xi has met.\n\nHowever.",
        bio="",
        starts_local=datetime(2026, 8, 7, 11, 0),  # noqa: DTZ001 - a wall clock has no zone
        zone="Australia/Sydney",
        starts_at=datetime(2026, 8, 7, 1, 0, tzinfo=UTC),
        ends_at=datetime(2026, 8, 7, 2, 30, tzinfo=UTC),
        place="CAIS Lecture Theatre",
        online_link="https://example.org/a%7Cb",
        capacity=20,
        has_waitlist=True,
        closes_at=datetime(2026, 8, 6, 1, 0, tzinfo=UTC),
        reminder_offsets=(timedelta(days=1), timedelta(hours=1)),
        channel_ids=("C0SEMINARS",),
    )


def test_empty_seats_are_unlimited_and_closing_at_the_start_needs_no_moment() -> None:
    plan = read_draft(make_draft(seats="", waitlist="no", reminders=()), NOW)

    assert (plan.capacity, plan.has_waitlist, plan.closes_at, plan.reminder_offsets) == (
        None,
        False,
        None,
        (),
    )


def test_a_plan_makes_the_seminar_that_a_preview_shows() -> None:
    seminar = read_draft(make_draft(), NOW).as_seminar(workspace_id=7, created_by="U1")

    assert (seminar.id, seminar.workspace_id, seminar.title) == (0, 7, "At the Pole of Inaccessibility")


def test_speakers_stand_one_a_line_and_the_first_comma_parts_them() -> None:
    draft = make_draft(speakers="Dana Rice, CAIS, ANU\n\n  Li Wei \n, ,\n")

    assert read_draft(draft, NOW).speakers == (Speaker("Dana Rice", "CAIS, ANU"), Speaker("Li Wei", ""))


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"title": " \u202e\x00 "}, {"title": Problem.TITLE_MISSING}),
        ({"title": "x" * 151}, {"title": Problem.TITLE_LONG}),
        ({"title": "x" * 150}, {}),
        ({"speakers": "\n , \n"}, {"speakers": Problem.SPEAKERS_MISSING}),
        ({"speakers": "A\n" * 21}, {"speakers": Problem.SPEAKERS_MANY}),
        ({"speakers": "A\n" * 20}, {}),
        ({"speakers": "A" * 201}, {"speakers": Problem.SPEAKER_LONG}),
        ({"abstract": "x" * 3001}, {"abstract": Problem.ABSTRACT_LONG}),
        ({"abstract": "x" * 3000, "bio": "x" * 3000}, {}),
        ({"bio": "x" * 3001}, {"bio": Problem.BIO_LONG}),
    ],
)
def test_what_is_wrong_with_what_it_is(typed: dict[str, str], problems: dict[str, Problem]) -> None:
    assert check_what(make_draft(**typed), NOW) == problems


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({}, {}),
        ({"date": ""}, {"date": Problem.DATE_WRONG}),
        ({"date": "2026-02-30"}, {"date": Problem.DATE_WRONG}),
        ({"date": "20260807"}, {"date": Problem.DATE_WRONG}),
        ({"time": ""}, {"time": Problem.TIME_WRONG}),
        ({"time": "24:00"}, {"time": Problem.TIME_WRONG}),
        ({"date": "2026-07-28"}, {"time": Problem.TIME_PAST}),
        ({"date": "2026-07-29", "time": "12:00"}, {"time": Problem.TIME_PAST}),
        ({"date": "2026-07-29", "time": "12:01"}, {}),
        ({"date": "0001-01-01"}, {"time": Problem.TIME_PAST}),
        ({"date": "9999-12-31", "time": "23:59"}, {"time": Problem.TIME_FAR}),
        ({"zone": "Mars/Olympus"}, {"zone": Problem.ZONE_UNKNOWN}),
        ({"zone": "../../etc/passwd"}, {"zone": Problem.ZONE_UNKNOWN}),
        ({"minutes": ""}, {"minutes": Problem.LENGTH_WRONG}),
        ({"minutes": "4"}, {"minutes": Problem.LENGTH_WRONG}),
        ({"minutes": "1441"}, {"minutes": Problem.LENGTH_WRONG}),
        ({"minutes": "1440"}, {}),
        ({"place": " "}, {"place": Problem.PLACE_MISSING}),
        ({"place": "", "online_link": "https://example.org"}, {}),
        ({"place": "x" * 201}, {"place": Problem.PLACE_LONG}),
        ({"online_link": "javascript:alert(1)"}, {"online_link": Problem.LINK_WRONG}),
        ({"online_link": "zoom.us/j/1"}, {"online_link": Problem.LINK_WRONG}),
        ({"online_link": "https://"}, {"online_link": Problem.LINK_WRONG}),
        ({"online_link": "https://[::1"}, {"online_link": Problem.LINK_WRONG}),
        ({"online_link": "https://example.org:99999"}, {"online_link": Problem.LINK_WRONG}),
        ({"online_link": "https://example.org/a b"}, {"online_link": Problem.LINK_WRONG}),
        ({"online_link": "https://example.org/" + "x" * 2000}, {"online_link": Problem.LINK_LONG}),
    ],
)
def test_what_is_wrong_with_when_and_where(typed: dict[str, str], problems: dict[str, Problem]) -> None:
    assert check_when(make_draft(**typed), NOW) == problems


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({}, {}),
        ({"seats": "0"}, {"seats": Problem.SEATS_WRONG}),
        ({"seats": "2.5"}, {"seats": Problem.SEATS_WRONG}),
        ({"seats": "²"}, {"seats": Problem.SEATS_WRONG}),
        ({"seats": "9" * 5000}, {"seats": Problem.SEATS_WRONG}),
        ({"seats": "100001"}, {"seats": Problem.SEATS_WRONG}),
        ({"seats": "100000"}, {}),
        ({"waitlist": "maybe"}, {"waitlist": Problem.CHOICE_MISSING}),
        ({"closes": "5w"}, {"closes": Problem.CHOICE_MISSING}),
        ({"closes": "3h", "date": "2026-07-29", "time": "15:00"}, {"closes": Problem.CLOSES_PAST}),
        ({"closes": "3h", "date": "2026-07-29", "time": "15:01"}, {}),
        ({"closes": "3h", "date": ""}, {}),
        ({"reminders": ("61",)}, {"reminders": Problem.CHOICE_MISSING}),
        ({"reminders": ()}, {}),
        ({"channels": ()}, {"channels": Problem.CHANNELS_MISSING}),
        ({"channels": tuple(f"C{n}" for n in range(11))}, {"channels": Problem.CHANNELS_MANY}),
        ({"channels": ("D0DIRECT",)}, {"channels": Problem.CHANNELS_WRONG}),
    ],
)
def test_what_is_wrong_with_how_it_runs(typed: dict[str, object], problems: dict[str, Problem]) -> None:
    assert check_how(make_draft(**typed), NOW) == problems


@pytest.mark.parametrize(
    ("zone", "date", "time"),
    [
        ("Europe/Berlin", "2026-03-29", "02:30"),
        ("America/New_York", "2026-03-08", "02:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15"),
    ],
)
def test_a_time_that_clocks_skip_is_an_error_of_the_time(zone: str, date: str, time: str) -> None:
    assert check_when(make_draft(zone=zone, date=date, time=time), WINTER) == {"time": Problem.TIME_SKIPPED}


def test_a_time_that_comes_twice_means_the_first() -> None:
    draft = make_draft(zone="Europe/Berlin", date="2026-10-25", time="02:30")

    assert read_draft(draft, NOW).starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_length_is_time_that_passes_though_clocks_change() -> None:
    draft = make_draft(zone="Europe/Berlin", date="2026-10-25", time="02:30", minutes="120")

    assert read_draft(draft, NOW).ends_at == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


def test_a_wrong_draft_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(DraftError) as refused:
        read_draft(make_draft(title="", seats="none"), NOW)

    assert refused.value.problems == {"title": Problem.TITLE_MISSING, "seats": Problem.SEATS_WRONG}


def test_the_first_step_with_something_to_mend_is_found() -> None:
    problems = {"seats": Problem.SEATS_WRONG, "date": Problem.DATE_WRONG}

    assert (first_step_of(problems), first_step_of({})) == (Step.WHEN, None)


def test_a_new_draft_starts_where_the_command_was_typed() -> None:
    draft = blank_draft(zone="Europe/Berlin", channel_id="C0SEMINARS")

    assert draft == DraftFields(zone="Europe/Berlin", channels=("C0SEMINARS",))


def test_a_new_draft_from_a_direct_message_or_a_strange_zone_starts_without_them() -> None:
    assert blank_draft(zone="Nowhere", channel_id="D0DIRECT") == DraftFields(zone="UTC", channels=())


@given(drafts())
def test_a_draft_survives_being_stored(draft: DraftFields) -> None:
    assert DraftFields.from_json(json.loads(json.dumps(draft.to_json()))) == draft


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c))
)
def test_anything_stored_can_be_read(stored: object) -> None:
    assert DraftFields.from_json(stored) == DraftFields()


def test_values_of_another_kind_keep_the_default() -> None:
    stored = {"title": 7, "channels": "C1", "reminders": ["60", 5, "60"], "unknown": "x", "seats": "3"}

    assert DraftFields.from_json(stored) == DraftFields(reminders=("60",), seats="3")


@given(drafts())
def test_any_text_is_judged_without_a_fall(draft: DraftFields) -> None:
    problems = check_draft(draft, NOW)

    assert problems
    with pytest.raises(DraftError):
        read_draft(draft, NOW)
