"""Whatever people typed: no cell of the roster is a formula, and none loses a character."""

import csv
import io
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.room import State
from bot.services.exporting import HEADINGS, Roster, RosterRow, guard_cell, name_file, write_csv
from tests.factories import make_seminar

# What spreadsheets take for the beginning of a formula, in every form that they read alike.
STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
BLANKS = ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2009", "\x0b"]
CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.builds("{}{}{}".format, st.sampled_from(BLANKS), st.sampled_from(STARTS), st.text(max_size=9)),
).map(lambda cell: cell.encode(errors="replace").decode())


def seen_start(cell: str) -> str:
    """Return the first character that a spreadsheet would act on."""
    shown = [c for c in cell if c in "\t\r\n" or not (c.isspace() or unicodedata.category(c) in ("Cf", "Cc"))]
    return unicodedata.normalize("NFKC", shown[0])[:1] if shown else ""


@given(CELLS)
@example("=HYPERLINK(1)")
@example(" \uff1dcmd")
def test_no_cell_begins_a_formula_and_none_loses_a_character(cell: str) -> None:
    guarded = guard_cell(cell)

    assert seen_start(guarded) not in {*"=+-@\t\r\n\u2212"}
    assert guarded in {cell, f"'{cell}"}


@pytest.mark.parametrize("cell", ["", "Dana Rice", "o'Neill", "a=b", "1-2", "x@y.org", "第一", " plain"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert guard_cell(cell) == cell


@given(st.lists(CELLS, min_size=1, max_size=5), CELLS)
def test_a_table_is_read_back_cell_by_cell(answers: list[str], name: str) -> None:
    since = datetime(2020, 7, 29, 0, 0, tzinfo=UTC)
    row = RosterRow("U0A", State.SEATED, None, since, None, None, tuple(answers))
    roster = Roster(make_seminar(), tuple(answers), (row,))

    content = write_csv(roster, {"U0A": name})

    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    expected = [guard_cell(answer) for answer in answers]
    assert table == [
        [*HEADINGS, *expected],
        [guard_cell(name), "U0A", "Seat", "", "2020-07-29T10:00:00+10:00", "", "", *expected],
    ]
    assert content.startswith(b"\xef\xbb\xbfName,User ID,State,Place in line,Since,Confirmed,Checked in,")
    assert content.endswith(b"\r\n")


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("../../etc/passwd")
def test_a_files_name_holds_nothing_that_a_path_does(title: str) -> None:
    name = name_file(make_seminar(title=title))

    assert name.startswith("2020-08-07-")
    assert name.endswith(".csv")
    stem = name.removesuffix(".csv")
    assert stem.replace("-", "").isalnum()
    assert len(name) <= 80
