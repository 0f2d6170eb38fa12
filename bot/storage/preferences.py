"""What members chose for themselves."""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.domain.preferences import Preferences
from bot.storage import tables

_AT_ONCE = 500  # pairs in one statement


def find_preferences(
    session: Session, pairs: Collection[tuple[int, str]]
) -> dict[tuple[int, str], Preferences]:
    """Read what these members of workspaces chose; who chose nothing is left out."""
    row = tables.Preference
    wanted = sorted(set(pairs))
    found: dict[tuple[int, str], Preferences] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        for one in session.scalars(select(row).where(tuple_(row.workspace_id, row.user_id).in_(some))):
            found[one.workspace_id, one.user_id] = _preferences_of(one)
    return found


def find_asked(session: Session, pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return those of these members who were asked how they want to be reminded, or chose by themselves."""
    if not pairs:
        return set()
    row = tables.Preference
    statement = select(row.workspace_id, row.user_id).where(
        tuple_(row.workspace_id, row.user_id).in_(sorted(set(pairs))), row.asked_at.is_not(None)
    )
    return {(workspace_id, user_id) for workspace_id, user_id in session.execute(statement)}


def find_preferences_of(session: Session, seminar_id: int, workspace_id: int) -> dict[str, Preferences]:
    """Read what those with a seat chose, by the member; who chose nothing is left out."""
    row, registration = tables.Preference, tables.Registration
    statement = (
        select(row)
        .join(registration, registration.user_id == row.user_id)
        .where(
            registration.seminar_id == seminar_id,
            registration.state == "seated",
            row.workspace_id == workspace_id,
        )
    )
    return {one.user_id: _preferences_of(one) for one in session.scalars(statement)}


def lock_preference(session: Session, workspace_id: int, user_id: str) -> tables.Preference:
    """Return a member's row, new if there was none, locked until the transaction ends."""
    row = session.get(tables.Preference, (workspace_id, user_id), with_for_update=True)
    if row is None:
        row = tables.Preference(
            workspace_id=workspace_id, user_id=user_id, is_muted=False, reminder_minutes=[], follows={}
        )
        session.add(row)
        session.flush()
    return row


def list_own_reminders(session: Session, workspace_id: int) -> list[timedelta]:
    """Read how long before a start any member of a workspace wants to be reminded besides."""
    row = tables.Preference
    chosen = session.scalars(select(row.reminder_minutes).where(row.workspace_id == workspace_id))
    minutes = {one for several in chosen for one in several}
    return [timedelta(minutes=one) for one in sorted(minutes)]


def write_preferences(row: tables.Preference, chosen: Preferences, *, now: datetime) -> None:
    """Write what a member chose into their row."""
    row.is_muted = chosen.is_muted
    row.reminder_minutes = sorted(int(span.total_seconds()) // 60 for span in chosen.reminders)
    row.quiet_from = _write_time(chosen.quiet_from)
    row.quiet_until = _write_time(chosen.quiet_until)
    row.asked_at = row.asked_at or now


def _preferences_of(row: tables.Preference) -> Preferences:
    return Preferences(
        row.is_muted,
        frozenset(_spans(row.reminder_minutes)),
        _read_time(row.quiet_from),
        _read_time(row.quiet_until),
    )


def _spans(minutes: Iterable[int]) -> Iterable[timedelta]:
    return (timedelta(minutes=one) for one in minutes)


def _read_time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _write_time(value: time | None) -> str | None:
    return None if value is None else f"{value:%H:%M}"
