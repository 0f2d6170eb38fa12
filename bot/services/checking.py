"""Holding every card, reminder and promise of a seminar against the database.

What Slack knows of the cards is asked before, without a transaction. A seminar is
looked at without a lock; only where something differs it is looked at once more
under its lock, and mended in the same transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.checking import (
    Card,
    Fact,
    Finding,
    Found,
    Kept,
    compare_card,
    compare_moments,
    compare_promises,
    compare_seats,
    find_last_change,
    is_told_now,
)
from bot.domain.reminding import Moment, MomentKind, plan_moments
from bot.domain.room import Change, Room
from bot.domain.seminar import Seminar, decide_phase
from bot.services.changing import look_at_seminar
from bot.services.channel_events import read_promises
from bot.services.owing import list_owed
from bot.services.waiting_promises import find_waiting
from bot.storage import tables
from bot.storage.deliveries import Promise
from bot.storage.forgetting import is_gone
from bot.storage.ledger import list_changes
from bot.storage.preferences import list_own_reminders
from bot.storage.seminars import list_announcements
from bot.storage.staff import list_seminar_changes

_KEYS_AT_ONCE = 500
# What staff do that no card shows.
_NOT_DRAWN = frozenset({"message", "question_removed", "give_unclaimed"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A card that Slack is asked about: its channel, and its message if it was posted."""

    announcement_id: int
    channel_id: str
    message_ts: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What Slack said of a card, and of which of its messages."""

    message_ts: str | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at in one seminar, and what was found."""

    seminar: Seminar
    cards: int
    promises: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Comparison:
    """All that is known of one seminar when it is compared, and what was found.

    Attributes:
        room: Everybody in it.
        ledger: Its changes from the beginning.
        announced: Its cards.
        promised: The promises that they are shown, by the cards' ids.
        wrong: What is wrong with a card, by its id.
        missing: The promises that can still be made up for.
        findings: All that was found.
        looked_at: How many moments and promises there should be.
    """

    room: Room
    ledger: list[Change]
    announced: list[tables.Announcement]
    promised: dict[int, tables.Delivery]
    wrong: dict[int, Finding] = field(default_factory=dict)
    missing: list[Promise] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    looked_at: int = 0

    def to_checked(self) -> Checked:
        """Return what is said of it."""
        return Checked(self.room.seminar, len(self.announced), self.looked_at, tuple(self.findings))


def list_asked(session: Session, seminar_ids: Collection[int]) -> list[Asked]:
    """Read the cards of those seminars that Slack is to be asked about."""
    return [
        Asked(one.id, one.channel_id, one.message_ts)
        for one in list_announcements(session, seminar_ids)
        if one.removed_at is None
    ]


def look(
    session: Session,
    seminar_id: int,
    told: Mapping[int, Told],
    *,
    workspace_id: int,
    now: datetime,
    elapsed: datetime,
) -> Checked:
    """Compare one seminar; nothing is locked and nothing changes.

    Args:
        session: An open transaction.
        seminar_id: The seminar.
        told: What Slack said of the cards, by their ids.
        workspace_id: The workspace of who asks.
        now: The time of the check.
        elapsed: The time that never jumps, by which leases end.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = look_at_seminar(session, seminar_id, workspace_id=workspace_id)
    return compare(session, room, told, now=now, elapsed=elapsed, is_locking=False).to_checked()


def compare(
    session: Session,
    room: Room,
    told: Mapping[int, Told],
    *,
    now: datetime,
    elapsed: datetime,
    is_locking: bool,
) -> Comparison:
    """Hold one seminar's cards, moments, seats and promises against what they should be.

    Args:
        session: An open transaction.
        room: Everybody in the seminar.
        told: What Slack said of the cards, by their ids.
        now: The time of the check.
        elapsed: The time that never jumps, by which leases end.
        is_locking: Whether the promises of cards are locked; then the caller holds the seminar's lock.
    """
    seminar = room.seminar
    announced = [one for one in list_announcements(session, [seminar.id]) if one.removed_at is None]
    promised = read_promises(session, [one.id for one in announced], is_locking=is_locking)
    found = Comparison(room, list_changes(session, seminar.id), announced, promised)
    decided_at = _read_decided_at(session, seminar.id)
    staff = list_seminar_changes(session, seminar.id)
    drawn = [*decided_at.values(), *(one.at for one in staff if one.kind not in _NOT_DRAWN)]
    _compare_cards(found, told, find_last_change(seminar, drawn, now), now)
    _compare_moments(session, found, now)
    seats = compare_seats(room, found.ledger, was_lowered=_was_lowered(staff), now=now)
    found.findings += seats
    # Where a registration is not the ledger's, what is owed about it cannot be told.
    unsure = {user_id for one in seats for user_id in one.people}
    _compare_promises(session, found, decided_at, unsure, now)
    found.findings += find_waiting(session, room, now=now, elapsed=elapsed)
    return found


def _compare_cards(
    found: Comparison, told: Mapping[int, Told], changed_at: datetime | None, now: datetime
) -> None:
    phase = decide_phase(found.room.seminar, now)
    for one in found.announced:
        answer = told.get(one.id)
        # What Slack said is of the message that it was asked about, not of one posted since.
        fact = answer.fact if answer is not None and answer.message_ts == one.message_ts else None
        row = found.promised.get(one.id)
        card = Card(
            one.channel_id,
            one.message_ts is not None,
            row.state if row else None,
            (row.reason or "") if row else "",
            row.settled_at if row else None,
        )
        finding = compare_card(card, fact, phase, changed_at, now)
        if finding is not None:
            found.wrong[one.id] = finding
            found.findings.append(finding)


def _compare_moments(session: Session, found: Comparison, now: datetime) -> None:
    row, seminar = tables.Moment, found.room.seminar
    kept = [
        Kept(
            one.kind,
            one.due_at,
            one.starts_at,
            None if one.offset_minutes is None else timedelta(minutes=one.offset_minutes),
            one.done_at is not None,
        )
        for one in session.scalars(select(row).where(row.seminar_id == seminar.id))
    ]
    expected = [] if seminar.cancelled_at is not None else _list_expected(session, seminar, now)
    found.looked_at += len(expected)
    found.findings += compare_moments(expected, kept, seminar, now)


def _list_expected(session: Session, seminar: Seminar, now: datetime) -> list[Moment]:
    own = [
        Moment(MomentKind.OWN, seminar.starts_at - span, span)
        for span in list_own_reminders(session, seminar.workspace_id)
        if span not in seminar.reminder_offsets
    ]
    return [*plan_moments(seminar, now), *own]


def _compare_promises(
    session: Session,
    found: Comparison,
    decided_at: Mapping[str, datetime],
    unsure: Collection[str],
    now: datetime,
) -> None:
    room = found.room
    if not is_told_now(room.seminar, now):
        return
    told = Room(room.seminar, room.count, room.next_number, changes=found.ledger)
    owed = {
        one.key: one for one in list_owed(told, now) if not is_gone(one.target) and one.target not in unsure
    }
    found.looked_at += len(owed)
    targets = {key: one.target for key, one in owed.items()}
    young, old = compare_promises(targets, _find_keys(session, owed), decided_at, now)
    found.missing = [owed[key] for key in young]
    for what, keys in ((Found.PROMISES_MISSING, young), (Found.PROMISES_LOST, old)):
        if keys:
            people = tuple(sorted(targets[key] for key in keys))
            found.findings.append(Finding(what, people=people, count=len(keys)))


def _find_keys(session: Session, keys: Iterable[str]) -> set[str]:
    """Read which of those keys there are, some hundreds at a time."""
    row, wanted = tables.Delivery, list(keys)
    return {
        key
        for start in range(0, len(wanted), _KEYS_AT_ONCE)
        for key in session.scalars(select(row.key).where(row.key.in_(wanted[start : start + _KEYS_AT_ONCE])))
    }


def _read_decided_at(session: Session, seminar_id: int) -> dict[str, datetime]:
    """Read when each person's seat was last decided."""
    row = tables.SeatChange
    statement = select(row.user_id, row.at).where(row.seminar_id == seminar_id).order_by(row.number)
    return dict(session.execute(statement).all())


def _was_lowered(staff: Sequence[tables.SeminarChange]) -> bool:
    """Tell whether staff ever set the number of seats: then more may be taken than there are."""
    return any("capacity" in one.details or "seats" in (one.details.get("new") or {}) for one in staff)
