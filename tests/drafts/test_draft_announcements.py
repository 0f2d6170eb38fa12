"""Announcements read as the corpus expects, and parsing that never hangs."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.drafts import Draft, read_announcement, read_announcements
from bot.drafts.command import render
from tests.drafts.score import judge, names

CORPUS = Path(__file__).parent / "corpus"
TODAY = date(2026, 9, 1)
PIECES = (
    "Thursday 5 November ",
    "11am\u201312.30pm",
    "Speaker: ",
    "\n",
    "\n\n",
    "Dr Ann Lee ",
    "(",
    ")",
    "\u201c",
    '"',
    "https://",
    "a@b.",
    "1.",
    "12/11/",
    "room ",
    "Zoom ",
    "Title:\n",
    " - ",
    "| ",
    "A.",
    "Abstract\n",
    "de ",
    "RSVP by ",
    "\x00",
    "*",
    "\u00e9\u00df",
    "9" * 30,
    "A" * 50,
    " " * 40,
    "@",
    "is a ",
    '"Prof. Dr. ',
    "A. \u00c9",
    "#11am\u201312.30pm",
)


def starts(line: str, zone: str | None = None) -> Draft:
    return read_announcement(
        f"Title: A Talk\nSpeaker: Ann Lee (Leeds University)\nWhen: {line}\n",
        today=TODAY,
        zone=zone,
    )


@pytest.mark.parametrize("name", names())
def test_the_corpus_is_read_without_a_sure_mistake(name: str) -> None:
    assert [one for one in judge(name) if one.kind == "sure"] == []


def test_khorgos_is_read_perfectly() -> None:
    assert {one.kind for one in judge("khorgos")} == {"right"}


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("Fri 02 Oct 2026, 11am\u201312.30pm", "11:00", "12:30"),
        ("2 October 2026, 4:15 PM (refreshments at 4)", "16:15", None),
        ("2 October 2026, noon to 1", "12:00", "13:00"),
        ("2. Oktober 2026, 16 Uhr c.t.", "16:15", None),
        ("2 octobre 2026, 10h30", "10:30", None),
        ("2 October 2026, 2-3:30pm", "14:00", "15:30"),
        ("2 October 2026, 11-1pm", "11:00", "13:00"),
        ("2 October 2026, 14:00 - 15:30", "14:00", "15:30"),
        ("2 October 2026, 1630-1800", "16:30", "18:00"),
        ("2 de octubre de 2026, a las 17:00 horas", "17:00", None),
        ("2. Oktober 2026, 14 bis 16 Uhr", "14:00", "16:00"),
        ("2 October 2026, 12 noon", "12:00", None),
        ("2 October 2026, between 2 and 3 pm", "14:00", "15:00"),
    ],
)
def test_hours_are_read_as_people_write_them(line: str, start: str, end: str | None) -> None:
    draft = starts(line)

    assert draft.start is not None
    assert draft.start.isoformat(timespec="minutes") == f"2026-10-02T{start}"
    assert (draft.end.isoformat(timespec="minutes")[11:] if draft.end else None) == end


def test_the_first_of_two_zones_is_the_venue() -> None:
    draft = starts("11 November 2026, 1pm AEDT / 10am SGT")

    assert (draft.zone, str(draft.start)) == ("Australia/Sydney", "2026-11-11 13:00:00")


def test_a_hint_decides_between_zones_of_one_name() -> None:
    assert starts("11 November 2026, 1pm AEDT", "Australia/Melbourne").zone == "Australia/Melbourne"


def test_a_hint_is_never_filled_in() -> None:
    assert starts("11 November 2026, 1pm", "Europe/Berlin").zone is None


def test_an_ambiguous_date_is_told() -> None:
    draft = starts("03/11/2026, 11am")

    assert (str(draft.start), draft.doubtful) == ("2026-11-03 11:00:00", ("start",))
    assert draft.notes == ("03/11/2026 can be 3 November or 11 March; read as the first.",)


def test_a_weekday_settles_an_ambiguous_date() -> None:
    draft = starts("Thursday 10/08/2026, 11am")

    assert (str(draft.start), draft.doubtful) == ("2026-10-08 11:00:00", ())


def test_a_weekday_that_contradicts_the_date_is_doubtful() -> None:
    draft = starts("Monday 14 October 2026, 2pm")

    assert draft.doubtful == ("start",)
    assert draft.notes == ("The text says Monday, but 2026-10-14 is a Wednesday.",)


def test_a_date_without_a_year_is_the_next_one() -> None:
    assert str(starts("Friday 8 January, 2pm").start) == "2027-01-08 14:00:00"


def test_no_hour_is_doubtful() -> None:
    assert starts("Friday 2 October 2026").doubtful == ("start",)


def test_several_seminars_are_all_returned() -> None:
    text = (CORPUS / "pipe_table.txt").read_text(encoding="utf-8")

    drafts = read_announcements(text, today=TODAY)

    assert [one.speakers[0].name for one in drafts] == ["Karl Ostrow", "Ofra Zemach", "Joan Ellery"]
    assert [str(one.start) for one in drafts] == [
        "2026-09-25 16:00:00",
        "2026-10-30 16:00:00",
        "2026-11-20 16:00:00",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "Hello", "Lunch is at noon on Friday 2 October.", "lorem ipsum " * 400],
)
def test_a_text_that_is_no_seminar_is_empty(text: str) -> None:
    assert read_announcement(text, today=TODAY) == Draft()


def test_the_command_prints_the_keys_of_the_form() -> None:
    text = (CORPUS / "khorgos.txt").read_text(encoding="utf-8")

    assert '"start": "2020-08-07T11:00"' in render(text, TODAY, None, as_json=True)
    assert "Place: CAIS Lecture Theatre\n" in render(text, TODAY, None, as_json=False)


def test_a_page_takes_less_than_fifty_milliseconds() -> None:
    text = (CORPUS / "khorgos.txt").read_text(encoding="utf-8")
    read_announcement(text, today=TODAY)

    took = []
    for _ in range(5):
        begun = time.perf_counter()
        read_announcement(text, today=TODAY)
        took.append(time.perf_counter() - begun)

    assert min(took) < 0.05


@pytest.mark.parametrize("piece", PIECES)
def test_a_hundred_kilobytes_of_anything_end_soon(piece: str) -> None:
    begun = time.perf_counter()

    read_announcement(
        "Seminar: Talk by Ann Lee\n5 November 2026, 3pm\n" + piece * (100_000 // len(piece)),
        today=TODAY,
    )

    assert time.perf_counter() - begun < 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=60).map("".join),
    st.integers(1, 40),
)
def test_nothing_breaks_the_reading(text: str, times: int) -> None:
    draft = read_announcement(text * times, today=TODAY)

    assert draft.found >= 0
    assert set(draft.doubtful) <= set(draft.to_json())
