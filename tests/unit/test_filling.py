"""The fields that a text fills, those it leaves, and what is said of doubtful ones."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.draft import DraftFields
from bot.drafts.files import read_file
from bot.services.filling import NOTHING_READ, Filled, Read, fill_from_text

TODAY = date(2026, 9, 1)
BLANK = DraftFields(zone="Europe/Berlin")
TALK = """Title: Reefs After the Heat
Speaker: Tomasina Vale, James Cook University
When: Wednesday 11 November 2026, 13:00-14:30
Where: Room 2
RSVP by 9 November 2026
"""


def fill(text: str, fields: DraftFields = BLANK, *, before: Read = NOTHING_READ) -> Filled:
    return fill_from_text(text, fields, today=TODAY, reader_zone=None, usual=BLANK, before=before)


def test_a_text_fills_the_form() -> None:
    expected = replace(
        BLANK,
        title="Reefs After the Heat",
        speakers="Tomasina Vale, James Cook University",
        date="2026-11-11",
        time="13:00",
        minutes="90",
        place="Room 2",
        closes="2220m",  # the end of the 9th is a day and 13 hours before
    )

    assert expected == fill(TALK).fields


def test_a_doubt_holds_while_the_field_holds_what_was_read() -> None:
    filled = fill(TALK)

    assert {"zone": "The text names no time zone."} == filled.read.hints_of(filled.fields)
    assert {} == filled.read.hints_of(replace(filled.fields, zone="Asia/Singapore"))


def test_what_was_typed_stays_and_is_named() -> None:
    filled = fill(TALK, replace(BLANK, title="Mine", place="Room  2"))

    assert ("Mine", "Room  2", ("title",)) == (filled.fields.title, filled.fields.place, filled.kept)


def test_a_day_that_was_typed_is_not_mixed_with_an_hour_of_the_text() -> None:
    filled = fill(TALK, replace(BLANK, date="2026-11-12"))

    assert ("2026-11-12", "") == (filled.fields.date, filled.fields.time)


def test_a_second_text_replaces_what_the_first_gave() -> None:
    first = fill(TALK)

    second = fill(TALK.replace("Reefs", "Seas"), first.fields, before=first.read)

    assert ("Seas After the Heat", ()) == (second.fields.title, second.kept)


def test_no_hour_leaves_the_start_empty() -> None:
    filled = fill(TALK.replace(", 13:00-14:30", ""))

    assert ("2026-11-11", "") == (filled.fields.date, filled.fields.time)
    assert filled.read.hints_of(filled.fields)["time"] == "The text does not say when it starts."


def test_a_passage_that_does_not_fit_is_cut_and_says_so() -> None:
    filled = fill(TALK + "Abstract: " + "Reefs remember heat for years. " * 150)

    assert len(filled.fields.abstract) <= 3000
    assert "its end is missing" in filled.read.hints_of(filled.fields)["abstract"]


def test_what_was_read_is_stored_and_read_again() -> None:
    read = fill(TALK).read

    assert read == Read.from_json(read.to_json())


@pytest.mark.parametrize("stored", [None, [], {"values": 7, "hints": {"title": 1}, "notes": "x"}])
def test_anything_stored_is_read(stored: object) -> None:
    assert Read.from_json(stored) == NOTHING_READ


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.txt", "Séminaire".encode(), "Séminaire"),
        ("a.txt", b"\xef\xbb\xbfTalk", "Talk"),
        ("a.txt", "Séminaire".encode("cp1252"), "Séminaire"),
        ("a.txt", "Séminaire".encode("utf-16"), "Séminaire"),
        ("a.eml", b"Subject: Talk\n\nAt noon\n", "Subject: Talk\n\nAt noon\n"),
        (
            "a.eml",
            b"Subject: Talk\nContent-Type: text/html\n\n<style>p{}</style><p>A &amp; B</p><p>C</p>\n",
            "Subject: Talk\n\n  A & B\n C\n\n",
        ),
        ("a.eml", b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n", "BEGIN:VCALENDAR\n"),
        ("a.eml", b"\xff\x00\xfe", "\n\ufffd\x00\ufffd"),
    ],
)
def test_the_text_of_a_file_is_read(name: str, content: bytes, text: str) -> None:
    assert text == read_file(name, content)
