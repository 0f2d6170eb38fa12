"""Making reminders and changes of the card due: what the planner does at each tick."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.reminding import DueReminder, MomentKind, Skip, choose_reminders
from bot.domain.seminar import Seminar
from bot.services import aftercare, speaker_questions
from bot.services.preferences import choose_for, decide_delay
from bot.storage import moments, registrations, seminars, tables
from bot.storage.deliveries import Kind, Priority, Promise, promise, want_redrawn
from bot.storage.homes import want_homes_of
from bot.storage.members import find_zones
from bot.storage.preferences import find_preferences_of

_SEMINARS_A_TICK = 50

# What is owed to people at a moment, and changes nothing that a card or a Home tab shows.
_OWED: dict[str, Callable[[Session, Seminar, datetime], None]] = {
    MomentKind.QUESTIONS: speaker_questions.send_questions,
    MomentKind.AFTER: aftercare.follow_up,
    MomentKind.NEXT: aftercare.tell_of_this,
}


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
        for kind in _OWED.keys() & {row.kind for row in rows}:
            _OWED[kind](session, found[seminar_id], now)
    changed = sorted({moment.seminar_id for moment in due if moment.kind not in _OWED})
    if changed:
        want_redrawn(session, changed, now=now)
        want_homes_of(session, changed, now=now)
    for moment in due:
        moment.done_at = now
    return len(due)


def _plan_reminders(session: Session, seminar: Seminar, rows: Sequence[tables.Moment], now: datetime) -> None:
    """Promise each who has a seat one reminder: of those due for them, the nearest to the start."""
    due: list[DueReminder] = []
    for kind in (MomentKind.REMINDER, MomentKind.OWN):
        by_id = {row.id: row for row in rows if row.kind == kind}
        of_kind = [
            DueReminder(row.id, row.starts_at, row.due_at, timedelta(minutes=row.offset_minutes or 0))
            for row in by_id.values()
        ]
        _chosen, skipped = choose_reminders(of_kind, seminar, now)
        for moment_id, why in skipped.items():
            by_id[moment_id].skipped = why
        due += [one for one in of_kind if skipped.get(one.id) in (None, Skip.NEARER_ONE)]
    if not due:
        return
    chosen = find_preferences_of(session, seminar.id, seminar.workspace_id)
    seated = registrations.list_seated(session, seminar.id)
    members = [(seminar.workspace_id, user_id) for user_id in chosen]
    zones = find_zones(session, members)
    promises: list[Promise] = []
    for user_id, seated_at in seated:
        own = chosen.get(user_id)
        reminder = choose_for(own, due, seminar)
        if reminder is None:
            continue
        zone = zones.get((seminar.workspace_id, user_id)) or seminar.zone
        due_at, skip = decide_delay(own, reminder.due_at, zone)
        if skip is None and seated_at > reminder.due_at:
            skip = Skip.JOINED_LATER
        promises.append(_promise_of(seminar, user_id, reminder, due_at, skip))
    promise(session, promises, now=now)


def _promise_of(
    seminar: Seminar, user_id: str, reminder: DueReminder, due_at: datetime, skip: Skip | None
) -> Promise:
    minutes = int(reminder.offset.total_seconds()) // 60
    return Promise(
        workspace_id=seminar.workspace_id,
        key=f"reminder:{seminar.id}:{user_id}:{minutes}:{int(reminder.starts_at.timestamp())}",
        kind=Kind.REMINDER,
        target=user_id,
        seminar_id=seminar.id,
        priority=Priority.REMINDER,
        due_at=due_at,
        rank_at=reminder.starts_at,
        details={"starts_at": reminder.starts_at.isoformat(), "minutes": minutes},
        dropped=skip,
    )
