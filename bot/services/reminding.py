"""Making reminders and changes of the card due: what the planner does at each tick."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.reminding import DueReminder, MomentKind, Skip, choose_reminders
from bot.domain.seminar import Seminar
from bot.storage import moments, registrations, seminars, tables
from bot.storage.deliveries import Kind, Priority, Promise, promise, want_redrawn
from bot.storage.homes import want_homes_of

_SEMINARS_A_TICK = 50


def plan_due(session: Session, *, now: datetime) -> int:
    """Plan what has become due, and return how many moments that were.

    Safe to repeat and to run in several processes: moments that another planner
    holds are skipped, and a reminder's key is the member, the offset and the
    start time.
    """
    due = moments.lock_due(session, now=now, limit=_SEMINARS_A_TICK)
    if not due:
        return 0
    by_seminar: dict[int, list[tables.Moment]] = {}
    for moment in due:
        by_seminar.setdefault(moment.seminar_id, []).append(moment)
    # Locked, so that no press is under way that this transaction cannot see and that is dated before it.
    found = seminars.lock_seminars(session, sorted(by_seminar))
    for seminar_id, rows in by_seminar.items():
        _plan_reminders(session, found[seminar_id], rows, now)
    want_redrawn(session, list(by_seminar), now=now)
    want_homes_of(session, list(by_seminar), now=now)
    for moment in due:
        moment.done_at = now
    return len(due)


def _plan_reminders(session: Session, seminar: Seminar, rows: Sequence[tables.Moment], now: datetime) -> None:
    by_id = {row.id: row for row in rows if row.kind == MomentKind.REMINDER}
    due = [
        DueReminder(row.id, row.starts_at, row.due_at, timedelta(minutes=row.offset_minutes or 0))
        for row in by_id.values()
    ]
    chosen, skipped = choose_reminders(due, seminar, now)
    for moment_id, why in skipped.items():
        by_id[moment_id].skipped = why
    if chosen is None:
        return
    minutes = int(chosen.offset.total_seconds()) // 60
    promise(
        session,
        [
            Promise(
                workspace_id=seminar.workspace_id,
                key=f"reminder:{seminar.id}:{user_id}:{minutes}:{int(chosen.starts_at.timestamp())}",
                kind=Kind.REMINDER,
                target=user_id,
                seminar_id=seminar.id,
                priority=Priority.REMINDER,
                due_at=chosen.due_at,
                rank_at=chosen.starts_at,
                details={"starts_at": chosen.starts_at.isoformat(), "minutes": minutes},
                dropped=None if seated_at <= chosen.due_at else Skip.JOINED_LATER,
            )
            for user_id, seated_at in registrations.list_seated(session, seminar.id)
        ],
        now=now,
    )
