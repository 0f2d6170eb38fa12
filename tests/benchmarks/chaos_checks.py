"""What the database and the stand-in must show at the end of a chaos run."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.room import Registration, State, replay
from bot.domain.seminar import Seminar
from bot.playground.workspace import Workspace
from bot.storage import tables
from bot.storage.ledger import list_changes
from bot.storage.seminars import count_registrations, find_seminars, list_announcements
from bot.views.announcement import build_announcement
from tests.benchmarks.chaos_ledger import Dated, count_unexplained, judge
from tests.benchmarks.chaos_members import Press
from tests.benchmarks.chaos_promises import Kept, examine

# A batch is dated when it is taken up; within this time it is committed, or refused.
_SURELY_SAVED = timedelta(seconds=6)

Presses = Mapping[tuple[int, str], list[Press]]


@dataclass
class Found:
    """What was found.

    Attributes:
        lost: Presses that were acknowledged and that the database does not show.
        unasked: Changes of seats that nobody pressed for.
        stale_cards: Announcements that do not show the last state.
        problems: What is wrong, in words.
    """

    kept: Kept = field(default_factory=Kept)
    lost: int = 0
    unasked: int = 0
    oversold: int = 0
    empty_seats: int = 0
    overtaken: int = 0
    stale_cards: int = 0
    seated: int = 0
    waiting: int = 0
    ledger_matches: bool = True
    problems: list[str] = field(default_factory=list)


def check(session: Session, workspace: Workspace, presses: Presses, *, until: datetime) -> Found:
    """Check everything; reads only.

    Args:
        session: An open transaction.
        workspace: The stand-in's.
        presses: What each member pressed about each seminar, in order.
        until: Reminders whose moments came before must have been sent.
    """
    found = Found()
    seminars = find_seminars(session, session.scalars(select(tables.Seminar.id)).all())
    held = {seminar_id: _read_held(session, seminar_id) for seminar_id in seminars}
    for seminar in seminars.values():
        rows = _read_ledger(session, seminar.id)
        _check_ledger(seminar, rows, held[seminar.id], found)
        _check_presses(seminar.id, rows, held[seminar.id], presses, found)
    _check_cards(session, workspace, seminars, found)
    found.kept = examine(session, workspace.world.calls, seminars, held, until=until)
    found.problems += found.kept.problems
    for registrations in held.values():
        states = [one.state for one in registrations.values()]
        found.seated += states.count(State.SEATED)
        found.waiting += states.count(State.WAITLISTED)
    return found


def _read_held(session: Session, seminar_id: int) -> dict[str, Registration]:
    row = tables.Registration
    rows = session.scalars(select(row).where(row.seminar_id == seminar_id))
    return {
        one.user_id: Registration(one.user_id, State(one.state), one.line_key, one.change, one.confirmed_at)
        for one in rows
    }


def _read_ledger(session: Session, seminar_id: int) -> list[Dated]:
    row = tables.SeatChange
    times = select(row.at).where(row.seminar_id == seminar_id).order_by(row.number)
    changes = list_changes(session, seminar_id)
    return [Dated(change, at) for change, at in zip(changes, session.scalars(times), strict=True)]


def _check_ledger(seminar: Seminar, rows: list[Dated], held: dict[str, Registration], found: Found) -> None:
    judged = judge(rows, capacity=seminar.capacity or 0, begins_at=seminar.starts_at)
    found.oversold = max(found.oversold, judged.oversold)
    found.empty_seats = max(found.empty_seats, judged.empty_seats)
    found.overtaken += judged.overtaken
    table = {user_id: one._replace(confirmed_at=None) for user_id, one in held.items()}
    if judged.broken or replay(row.change for row in rows) != table:
        found.ledger_matches = False
        found.problems.append(f"the ledger of seminar {seminar.id} does not give its registrations")


def _check_presses(
    seminar_id: int, rows: list[Dated], held: dict[str, Registration], presses: Presses, found: Found
) -> None:
    of_member: dict[str, list[Dated]] = defaultdict(list)
    for row in rows:
        of_member[row.change.user_id].append(row)
    pressed = {user_id for of_seminar, user_id in presses if of_seminar == seminar_id}
    for user_id in sorted(pressed | of_member.keys()):
        some, own = presses.get((seminar_id, user_id), []), of_member[user_id]
        lost, unasked = count_unexplained(some, [row.change for row in own])
        found.lost += lost
        found.unasked += unasked
        if lost or unasked:
            found.problems.append(f"{user_id} pressed {some}, the ledger has {own}")
        if some and own and _is_word_lost(some[-1], own[-1], held[user_id]):
            found.lost += 1
            found.problems.append(f"{user_id} said that they will be there, and it was not kept")


def _is_word_lost(last: Press, change: Dated, held: Registration) -> bool:
    """Tell whether I'll Be There was acknowledged, with a seat surely in hand, and is not kept."""
    return (
        last.wish is Wish.CONFIRM
        and last.is_acked
        and held.state is State.SEATED
        and change.at + _SURELY_SAVED < last.sent_at
        and held.confirmed_at is None
    )


def _check_cards(session: Session, workspace: Workspace, seminars: dict[int, Seminar], found: Found) -> None:
    counts = count_registrations(session, seminars)
    for announcement in list_announcements(session, seminars):
        seminar = seminars[announcement.seminar_id]
        wanted = build_announcement(seminar, counts[seminar.id], datetime.now(UTC)).text
        shown = workspace.channels[announcement.channel_id].by_ts.get(announcement.message_ts or "")
        if shown is None or shown.text != wanted:
            found.stale_cards += 1
            said = None if shown is None else shown.text
            found.problems.append(f"the card of seminar {seminar.id} shows {said}, not {wanted}")
