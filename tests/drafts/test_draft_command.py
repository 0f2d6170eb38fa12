"""``seminar-bot draft``: what it prints for a text, a saved e-mail, a calendar file and standard input."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main

TALK = """Title: Reefs After the Heat
Speaker: Tomasina Vale, James Cook University
When: Wednesday 11 November 2020, 13:00-14:30
Where: Room 2
"""
MAIL = f"Subject: Seminar: Reefs After the Heat\nFrom: office@example.org\n\n{TALK.partition(chr(10))[2]}"
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:1@example
DTSTAMP:20200701T000000Z
DTSTART;TZID=Australia/Sydney:20201111T130000
DTEND;TZID=Australia/Sydney:20201111T143000
SUMMARY:Reefs After the Heat
LOCATION:Room 2
END:VEVENT
END:VCALENDAR
"""
KEYS = [
    *("title", "speakers", "abstract", "bio", "start", "end", "zone", "place", "online_link"),
    *("capacity", "registration_closes", "contact", "doubtful", "notes", "found"),
]


def run(*arguments: str, typed: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["draft", *arguments, "--today", "2020-07-01"], input=typed)
    return result.exit_code, result.output


def read(*arguments: str, typed: str | None = None) -> dict[str, Any]:
    code, output = run(*arguments, "--json", typed=typed)
    assert code == 0
    found = json.loads(output)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("name", "content"), [("a.txt", TALK), ("a.eml", MAIL), ("a.ics", CALENDAR)])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_each_kind_gives_its_fields(tmp_path: Path, name: str, content: str, encoding: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding=encoding if name != "a.eml" else "utf-8")

    draft = read(str(file))

    assert list(draft) == KEYS
    assert ("Reefs After the Heat", "2020-11-11T13:00") == (draft["title"], draft["start"])
    assert ("2020-11-11T14:30", "Room 2", 1) == (draft["end"], draft["place"], draft["found"])


def test_standard_input_is_read_and_shown_in_lines() -> None:
    code, output = run("-", typed=TALK)

    assert code == 0
    assert "Reefs After the Heat" in output
    assert "Tomasina Vale (James Cook University)" in output


def test_a_zone_helps_and_what_is_no_zone_is_said() -> None:
    assert read("-", "--zone", "Australia/Sydney", typed=TALK)["start"] == "2020-11-11T13:00"

    code, output = run("-", "--zone", "Mars/Base", typed=TALK)

    assert code == 2
    assert "Mars/Base is no zone such as Australia/Sydney." in output


def test_a_text_without_a_seminar_and_a_file_that_is_not_there_are_said(tmp_path: Path) -> None:
    assert run("-", typed="Lunch is at noon.") == (0, "No seminar was found in this text.\n")

    code, output = run(str(tmp_path / "none.txt"))

    assert code == 2
    assert "No such file" in output
