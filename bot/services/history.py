"""Reading what happened to a seminar, to a person in it, and why a waiter is where they are."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.history import explain_place, list_lines_before
from bot.domain.room import Change
from bot.domain.seminar import Seminar
from bot.services.listing import read_zone_of
from bot.storage import tables
from bot.storage.ledger import list_changes
from bot.storage.seminars import get_seminar
from bot.storage.staff import list_seminar_changes
from bot.views.history import PAGE, Event, build_history, build_why
from bot.views.ids import ManageRef
from bot.views.ledger_sentences import SeatEvent
from bot.views.staff_sentences import SAID_BY_THE_LEDGER, StaffEvent


def read_history(
    session: Session, seminar: Seminar, ref: ManageRef, *, reader_zone: str | None, now: datetime
) -> dict[str, Any]:
    """Return a page of a seminar's history, newest first; of one person's if the reference names one.

    A page beyond the last one is the last one.
    """
    changes = list_changes(session, seminar.id)
    times = _read_times(session, seminar.id)
    shown = [change for change in changes if ref.user_id in ("", change.user_id)]
    # What happened in one transaction has one time; then what staff did comes before its effects.
    dated: list[tuple[datetime, int, int, Change | tables.SeminarChange]] = [
        (times[change.number], 1, change.number, change) for change in shown
    ]
    if not ref.user_id:
        dated += [
            (row.at, 0, row.number, row)
            for row in list_seminar_changes(session, seminar.id)
            if row.kind not in SAID_BY_THE_LEDGER
        ]
    dated.sort(key=lambda one: one[:3], reverse=True)
    pages = max(1, -(-len(dated) // PAGE))
    page = min(ref.page, pages - 1)
    chosen = dated[page * PAGE : (page + 1) * PAGE]
    events = _tell(changes, [(at, found) for at, _, _, found in chosen])
    return build_history(seminar, events, replace(ref, page=page), pages, now, reader_zone)


def _tell(changes: list[Change], chosen: list[tuple[datetime, Change | tables.SeminarChange]]) -> list[Event]:
    by_number = {change.number: change for change in changes}
    numbers = {found.number for _, found in chosen if isinstance(found, Change)}
    lines = list_lines_before(changes, numbers)
    return [
        SeatEvent(at, found, by_number.get(found.because_of or 0), lines[found.number])
        if isinstance(found, Change)
        else StaffEvent(at, found.kind, found.actor, found.details)
        for at, found in chosen
    ]


def _read_times(session: Session, seminar_id: int) -> dict[int, datetime]:
    change = tables.SeatChange
    statement = select(change.number, change.at).where(change.seminar_id == seminar_id)
    return dict(session.execute(statement).all())


def read_why(
    session: Session, seminar_id: int, *, workspace_id: int, user_id: str, now: datetime
) -> dict[str, Any]:
    """Return the modal that tells a waiter how they came to their place in line.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = get_seminar(session, seminar_id, workspace_id=workspace_id)
    explanation = explain_place(list_changes(session, seminar_id), user_id)
    joined_at = None
    if explanation is not None:
        change = tables.SeatChange
        joined_at = session.scalar(
            select(change.at).where(change.seminar_id == seminar_id, change.number == explanation.joined)
        )
    zone = read_zone_of(session, workspace_id, user_id)
    return build_why(seminar, explanation, joined_at, now, zone)
