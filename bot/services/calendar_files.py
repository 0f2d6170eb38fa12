"""The calendar file that follows a message about a seat: to confirm it, to move it, to take it out again."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.domain.seminar import Phase, decide_phase
from bot.services.rendering import File, Known, Render
from bot.storage import tables
from bot.storage.deliveries import FILE, Kind, Priority
from bot.storage.queue import Claimed
from bot.views.calendar import build_calendar_file, file_name_of

# After these a calendar knows something that is not so any more, or not yet.
FOLLOWED = frozenset(
    {Kind.CONFIRMATION, Kind.PROMOTION, Kind.SEAT, Kind.MOVED, Kind.CANCELLED, Kind.RESTORED}
)


def promise_file(session: Session, row: tables.Delivery, *, now: datetime) -> None:
    """Promise the calendar file that follows a message which Slack has accepted.

    One for each message, in the transaction that settles it. Whether its reader has a seat is
    looked at when it is sent.
    """
    if row.kind not in FOLLOWED or row.seminar_id is None:
        return
    session.add(
        tables.Delivery(
            workspace_id=row.workspace_id,
            key=f"{Kind.CALENDAR}:{row.id}",
            kind=Kind.CALENDAR,
            lane=FILE,
            target=row.target,
            seminar_id=row.seminar_id,
            details={},
            priority=Priority.CONFIRMATION,
            rank_at=now,
            due_at=now,
            created_at=now,
        )
    )


def render_file(_session: Session, one: Claimed, known: Known) -> File | Skip:
    """Build the file as the seminar stands; who has no seat needs none."""
    seminar, held = known.seminar_of(one), known.held_by(one)
    if decide_phase(seminar, known.now) is Phase.OVER:
        return Skip.OVER
    if held is None or held.state is not State.SEATED:
        return Skip.NOT_SEATED
    comment = (
        "This takes the seminar out of your calendar."
        if seminar.cancelled_at is not None
        else "For your calendar. Opened again after a change, it moves the entry that is there."
    )
    return File(file_name_of(seminar), build_calendar_file(seminar, known.now, has_seat=True), comment)


RENDERERS: dict[str, Render] = {Kind.CALENDAR: render_file}
