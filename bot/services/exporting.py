"""The roster as a table that a spreadsheet opens, safely."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.questions import write_answer
from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.domain.text import clean_line
from bot.domain.zones import get_zone
from bot.storage import questions, tables

HEADINGS = ("Name", "User ID", "State", "Place in line", "Since", "Confirmed", "Checked in")

_STATES = {State.SEATED: "Seat", State.OFFERED: "Seat held", State.WAITLISTED: "Waiting"}
_SLUG_LIMIT = 60

# A cell that begins so is a formula to a spreadsheet; sources: OWASP's page "CSV Injection", and for the
# forms that NFKC makes plain, such as the full-width equals sign, that spreadsheets read them alike.
_FORMULA = frozenset("=+-@\u2212")
_BLANK_BREAKS = frozenset("\t\r\n")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the roster; ``place`` is theirs in line, and ``answers`` follow the questions."""

    user_id: str
    state: State
    place: int | None
    since: datetime
    confirmed_at: datetime | None
    checked_in_at: datetime | None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Who has a seat, by the time that they got it, then who waits, in the order of the line."""

    seminar: Seminar
    questions: tuple[str, ...]
    rows: tuple[RosterRow, ...]


def read_roster(session: Session, seminar: Seminar) -> Roster:
    """Read everybody who has a seat or waits, with their answers."""
    registration = tables.Registration
    asked = questions.list_questions(session, seminar.id)
    given = questions.read_given(session, seminar.id)
    people = session.scalars(
        select(registration).where(
            registration.seminar_id == seminar.id, registration.state != State.RELEASED
        )
    ).all()
    line = sorted((row.line_key, row.user_id) for row in people if row.line_key is not None)
    places = {user_id: place for place, (_, user_id) in enumerate(line, start=1)}
    rows = [
        RosterRow(
            row.user_id,
            State(row.state),
            places.get(row.user_id),
            row.changed_at,
            row.confirmed_at,
            row.checked_in_at,
            tuple(write_answer(given.get(row.user_id, {}).get(one.id, ())) for one in asked),
        )
        for row in people
    ]
    rows.sort(key=lambda row: (row.place or 0, row.since, row.user_id))
    return Roster(seminar, tuple(one.text for one in asked), tuple(rows))


def write_csv(roster: Roster, names: Mapping[str, str]) -> bytes:
    """Write the roster as CSV: UTF-8 with a mark that spreadsheets know it by, lines ended by CR LF.

    Times are those of the seminar's zone, with their offset.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(guard_cell(cell) for cell in (*HEADINGS, *roster.questions))
    zone = roster.seminar.zone
    for row in roster.rows:
        cells = (
            names.get(row.user_id, ""),
            row.user_id,
            _STATES.get(row.state, row.state),
            "" if row.place is None else str(row.place),
            _local(row.since, zone),
            _local(row.confirmed_at, zone),
            _local(row.checked_in_at, zone),
            *row.answers,
        )
        writer.writerow(guard_cell(cell) for cell in cells)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def guard_cell(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: then an apostrophe stands before it."""
    plain = unicodedata.normalize("NFKC", cell)
    for c in plain:
        if c in _FORMULA or c in _BLANK_BREAKS:
            return f"'{cell}"
        if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"):
            break
    return cell


def name_file(seminar: Seminar) -> str:
    """Return the file's name: the day of the talk, and its title without what file names do not hold."""
    title = unicodedata.normalize("NFC", clean_line(seminar.title)).casefold()
    slug = re.sub(r"[\W_]+", "-", title)[:_SLUG_LIMIT].strip("-") or "seminar"
    return f"{seminar.starts_local:%Y-%m-%d}-{slug}.csv"


def _local(at: datetime | None, zone: str) -> str:
    return "" if at is None else at.astimezone(get_zone(zone)).isoformat(timespec="seconds")
