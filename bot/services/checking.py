"""Holding every card, reminder and promise of a seminar against the database, and mending what differs.

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
    FROZEN,
    LATE_AFTER,
    MOOT_AFTER,
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
    is_moot,
    is_told_now,
)
from bot.domain.registering import fill_seats
from bot.domain.reminding import Moment, MomentKind, plan_moments
from bot.domain.room import Change, Room
from bot.domain.seminar import Seminar, decide_phase
from bot.services.changing import look_at_seminar, open_seminar, plan_anew
from bot.services.channel_events import CODES, mark_lost, read_promises, try_again
from bot.services.owing import list_owed
from bot.services.registering import settle_rooms
from bot.services.settling import post_again, take_back
from bot.storage import registrations, tables
from bot.storage.deliveries import Promise, promise, promise_announcements, want_redrawn
from bot.storage.forgetting import is_gone
from bot.storage.preferences import list_own_reminders
from bot.storage.seminars import list_announcements
from bot.storage.staff import list_seminar_changes

# Why promises are late, where it is not Slack's answer to one of them.
WORKSPACE_GONE, PAUSED = "the app was removed from the workspace", "Slack asked for a pause"

_KEYS_AT_ONCE = 500
_LEFT_AFTER = timedelta(minutes=1)
# What staff do that no card shows.
_NOT_DRAWN = frozenset({"message", "question_removed", "give_unclaimed"})
# How a card's loss is mended by drawing it again: if it is gone, Slack says so, and it is posted anew.
_REDRAWN = frozenset({Found.CARD_DELETED, Found.CARD_REFUSED})


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
class _View:
    """All that is known of one seminar when it is compared."""

    room: Room
    ledger: list[Change]
    announced: list[tables.Announcement]
    promised: dict[int, tables.Delivery]
    wrong: dict[int, Finding] = field(default_factory=dict)
    missing: list[Promise] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    looked_at: int = 0


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
    return _checked(_compare(session, room, told, now=now, elapsed=elapsed, is_locking=False))


def mend(
    session: Session,
    seminar_id: int,
    told: Mapping[int, Told],
    *,
    workspace_id: int,
    now: datetime,
    elapsed: datetime,
) -> Checked:
    """Compare one seminar under its lock, and mend what can be mended; see `look`.

    Safe to repeat: what was mended is not found again. Seats that the ledger has
    otherwise are found and never changed.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    view = _compare(session, room, told, now=now, elapsed=elapsed, is_locking=True)
    found = {one.what for one in view.findings}
    _mend_cards(session, view, now)
    if Found.LEASES_LEFT in found:
        take_back(session, now=now, elapsed=elapsed)
    if found & {Found.MOMENTS_MISSING, Found.MOMENTS_WRONG}:
        plan_anew(session, room.seminar, now=now)
    if view.missing:
        promise(session, view.missing, now=now)
    if Found.LINE_UNSERVED in found:
        fill_seats(room, now, because_of=None)
        settle_rooms(session, {seminar_id: room}, now=now)
    return _checked(view)


def _checked(view: _View) -> Checked:
    return Checked(view.room.seminar, len(view.announced), view.looked_at, tuple(view.findings))


def _compare(
    session: Session,
    room: Room,
    told: Mapping[int, Told],
    *,
    now: datetime,
    elapsed: datetime,
    is_locking: bool,
) -> _View:
    seminar = room.seminar
    announced = [one for one in list_announcements(session, [seminar.id]) if one.removed_at is None]
    promised = read_promises(session, [one.id for one in announced], is_locking=is_locking)
    view = _View(room, registrations.list_changes(session, seminar.id), announced, promised)
    decided_at = _read_decided_at(session, seminar.id)
    staff = list_seminar_changes(session, seminar.id)
    drawn = [*decided_at.values(), *(one.at for one in staff if one.kind not in _NOT_DRAWN)]
    _compare_cards(view, told, find_last_change(seminar, drawn, now), now)
    _compare_moments(session, view, now)
    seats = compare_seats(room, view.ledger, was_lowered=_was_lowered(staff), now=now)
    view.findings += seats
    # Where a registration is not the ledger's, what is owed about it cannot be told.
    unsure = {user_id for one in seats for user_id in one.people}
    _compare_promises(session, view, decided_at, unsure, now)
    _compare_open(session, view, now=now, elapsed=elapsed)
    return view


def _compare_cards(view: _View, told: Mapping[int, Told], changed_at: datetime | None, now: datetime) -> None:
    phase = decide_phase(view.room.seminar, now)
    for one in view.announced:
        answer = told.get(one.id)
        # What Slack said is of the message that it was asked about, not of one posted since.
        fact = answer.fact if answer is not None and answer.message_ts == one.message_ts else None
        row = view.promised.get(one.id)
        card = Card(
            one.channel_id,
            one.message_ts is not None,
            row.state if row else None,
            (row.reason or "") if row else "",
            row.settled_at if row else None,
        )
        finding = compare_card(card, fact, phase, changed_at, now)
        if finding is not None:
            view.wrong[one.id] = finding
            view.findings.append(finding)


def _compare_moments(session: Session, view: _View, now: datetime) -> None:
    row, seminar = tables.Moment, view.room.seminar
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
    view.looked_at += len(expected)
    view.findings += compare_moments(expected, kept, seminar, now)


def _list_expected(session: Session, seminar: Seminar, now: datetime) -> list[Moment]:
    own = [
        Moment(MomentKind.OWN, seminar.starts_at - span, span)
        for span in list_own_reminders(session, seminar.workspace_id)
        if span not in seminar.reminder_offsets
    ]
    return [*plan_moments(seminar, now), *own]


def _compare_promises(
    session: Session, view: _View, decided_at: Mapping[str, datetime], unsure: Collection[str], now: datetime
) -> None:
    room = view.room
    if not is_told_now(room.seminar, now):
        return
    told = Room(room.seminar, room.count, room.next_number, changes=view.ledger)
    owed = {
        one.key: one for one in list_owed(told, now) if not is_gone(one.target) and one.target not in unsure
    }
    view.looked_at += len(owed)
    targets = {key: one.target for key, one in owed.items()}
    young, old = compare_promises(targets, _find_keys(session, owed), decided_at, now)
    view.missing = [owed[key] for key in young]
    for what, keys in ((Found.PROMISES_MISSING, young), (Found.PROMISES_LOST, old)):
        if keys:
            people = tuple(sorted(targets[key] for key in keys))
            view.findings.append(Finding(what, people=people, count=len(keys)))


def _find_keys(session: Session, keys: Iterable[str]) -> set[str]:
    """Read which of those keys there are, some hundreds at a time."""
    row, wanted = tables.Delivery, list(keys)
    return {
        found
        for start in range(0, len(wanted), _KEYS_AT_ONCE)
        for found in session.scalars(
            select(row.key).where(row.key.in_(wanted[start : start + _KEYS_AT_ONCE]))
        )
    }


def _compare_open(session: Session, view: _View, *, now: datetime, elapsed: datetime) -> None:
    """Find what is due for long, and what a worker holds that is not there any more."""
    row, seminar = tables.Delivery, view.room.seminar
    due = session.execute(
        select(row.kind, row.target, row.lane, row.reason, row.due_at).where(
            row.state == "due", row.due_at < now - MOOT_AFTER, row.seminar_id == seminar.id
        )
    ).all()
    held = {user_id: one.state for user_id, one in view.room.known.items()}
    moot = [one for one in due if is_moot(one.kind, held.get(one.target))]
    late = [one for one in due if one not in moot and one.due_at < now - LATE_AFTER]
    left = session.scalars(
        select(row.id).where(
            row.state == "sending", row.leased_until < elapsed - _LEFT_AFTER, row.seminar_id == seminar.id
        )
    ).all()
    if moot:
        view.findings.append(Finding(Found.PROMISES_MOOT, count=len(moot)))
    if late:
        reason = _why_late(session, seminar.workspace_id, {one.lane for one in late}, elapsed)
        reasons = sorted({one.reason for one in late if one.reason})
        view.findings.append(
            Finding(Found.PROMISES_LATE, count=len(late), reason=reason or "; ".join(reasons[:1]))
        )
    if left:
        view.findings.append(Finding(Found.LEASES_LEFT, count=len(left)))


def _why_late(session: Session, workspace_id: int, lanes: Collection[str], elapsed: datetime) -> str:
    workspace, lane = tables.Workspace, tables.Lane
    if session.scalar(select(workspace.gone_reason).where(workspace.id == workspace_id)):
        return WORKSPACE_GONE
    paused = session.scalar(
        select(lane.name).where(
            lane.workspace_id == workspace_id, lane.name.in_(lanes), lane.paused_until > elapsed
        )
    )
    return PAUSED if paused else ""


def _read_decided_at(session: Session, seminar_id: int) -> dict[str, datetime]:
    """Read when each person's seat was last decided."""
    row = tables.SeatChange
    statement = select(row.user_id, row.at).where(row.seminar_id == seminar_id).order_by(row.number)
    return dict(session.execute(statement).all())


def _was_lowered(staff: Sequence[tables.SeminarChange]) -> bool:
    """Tell whether staff ever set the number of seats: then more may be taken than there are."""
    return any("capacity" in one.details or "seats" in (one.details.get("new") or {}) for one in staff)


def _mend_cards(session: Session, view: _View, now: datetime) -> None:
    seminar = view.room.seminar
    is_old = False
    for one in view.announced:
        finding, row = view.wrong.get(one.id), view.promised.get(one.id)
        if finding is None:
            continue
        if finding.what is Found.CARD_OLD:
            is_old = True
        elif finding.what is Found.CARD_UNPROMISED:
            one.message_ts = None
            promise_announcements(
                session, [one], now=now, workspace_id=seminar.workspace_id, due_at=seminar.publish_at
            )
        elif row is None:
            continue
        elif row.reason == FROZEN and finding.what in (Found.CARD_FROZEN, Found.CARD_DELETED):
            post_again(session, row, now)
        elif finding.what in _REDRAWN:
            try_again(row, is_posted=one.message_ts is not None, publish_at=seminar.publish_at, now=now)
        elif finding.what in CODES:
            mark_lost(session, row, CODES[finding.what], now)
    session.flush()
    if is_old:
        want_redrawn(session, [seminar.id], now=now)
