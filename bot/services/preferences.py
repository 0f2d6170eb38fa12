"""A member's own reminders: chosen once, used at every reminder that becomes due."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.preferences import Preferences, end_of_quiet
from bot.domain.reminding import DueReminder, Moment, MomentKind, Skip
from bot.domain.seminar import Seminar
from bot.storage import seminars
from bot.storage.homes import want_homes
from bot.storage.preferences import find_preferences, list_own_reminders, lock_preference, write_preferences

_MOST = 500  # seminars that are ahead in one workspace


def read_preferences(session: Session, workspace_id: int, user_id: str) -> Preferences:
    """Return what a member chose; an empty choice if they chose nothing."""
    return find_preferences(session, [(workspace_id, user_id)]).get((workspace_id, user_id), Preferences())


def save_preferences(
    session: Session, workspace_id: int, user_id: str, chosen: Preferences, *, now: datetime
) -> None:
    """Keep what a member chose. It holds for every reminder that becomes due from now on."""
    want_homes(session, [(workspace_id, user_id)], now=now)  # first: settling locks in this order too
    write_preferences(lock_preference(session, workspace_id, user_id), chosen, now=now)
    session.flush()
    for seminar in seminars.list_seminars(session, workspace_id, ending_after=now, limit=_MOST):
        if seminar.starts_at > now and seminar.cancelled_at is None:
            plan_own(session, seminar, now=now)


def plan_own(session: Session, seminar: Seminar, *, now: datetime) -> None:
    """Store the moments that members of the workspace want to be reminded at besides the seminar's own."""
    wanted = [
        span
        for span in list_own_reminders(session, seminar.workspace_id)
        if span not in seminar.reminder_offsets and seminar.starts_at - span > now
    ]
    moments = [Moment(MomentKind.OWN, seminar.starts_at - span, span) for span in wanted]
    if moments:
        seminars.insert_moments(session, seminar, moments)


def note_asked(session: Session, workspace_id: int, user_id: str, *, now: datetime) -> None:
    """Note that a member was asked how they want to be reminded; they are asked once."""
    row = lock_preference(session, workspace_id, user_id)
    row.asked_at = row.asked_at or now


def choose_for(
    preferences: Preferences | None, due: Sequence[DueReminder], seminar: Seminar
) -> DueReminder | None:
    """Return which of the reminders that are due together a member gets: the one nearest to the start.

    Args:
        preferences: What the member chose, None if nothing.
        due: Those that are due, for today's start.
        seminar: The seminar, whose own reminders are for everybody.
    """
    own = preferences.reminders if preferences is not None else frozenset()
    for_them = [one for one in due if one.offset in seminar.reminder_offsets or one.offset in own]
    return max(for_them, key=lambda one: one.due_at, default=None)


def decide_delay(
    preferences: Preferences | None, due_at: datetime, zone: str
) -> tuple[datetime, Skip | None]:
    """Return when a member's reminder is sent, and why it is not, if it is not.

    In their quiet hours it waits until these end. That may be after the start; then it is dropped,
    with its reason, when it would be sent.
    """
    if preferences is None:
        return due_at, None
    if preferences.is_muted:
        return due_at, Skip.MUTED
    return end_of_quiet(due_at, preferences, zone) or due_at, None
