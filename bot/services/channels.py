"""The channels that a seminar is announced in: adding and removing some of them.

All cards of a seminar show the same seats. A channel that is taken out keeps its
row, so that its message can say so, and can be put back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.draft import is_channel_id
from bot.domain.drafting import MOST_CHANNELS, Problem
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError, open_seminar, save_change
from bot.storage import tables
from bot.storage.deliveries import UPDATE, Kind, Priority, promise_announcements
from bot.storage.seminars import list_announcements
from bot.views.channels import (
    CHANNELS_AS_THEY_ARE,
    CHANNELS_TOO_LATE,
    Card,
    CardState,
    may_be_nowhere,
)
from bot.views.form_sentences import PROBLEMS

NO_LONGER_THERE = "no longer announced there"


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """What a choice of channels changes: where it is posted, and which cards it takes out."""

    added: tuple[str, ...]
    removed: tuple[Card, ...]

    def fingerprint(self) -> str:
        """Return a short text that differs where the change does; goes into the preview's metadata."""
        said = repr((self.added, [(card.channel_id, card.state) for card in self.removed]))
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.added and not self.removed


def list_cards(session: Session, seminar_id: int) -> list[Card]:
    """Read where a seminar is announced and how each card stands, oldest first."""
    announced = [one for one in list_announcements(session, [seminar_id]) if one.removed_at is None]
    rows = _deliveries(session, announced, is_locking=False)
    return [_card_of(one, rows.get(one.id)) for one in announced]


def list_channels(session: Session, seminar_id: int) -> tuple[str, ...]:
    """Read the channels that a seminar is announced in, oldest first."""
    found = list_announcements(session, [seminar_id])
    return tuple(one.channel_id for one in found if one.removed_at is None)


def plan_channels(session: Session, seminar_id: int, chosen: Sequence[str]) -> ChannelPlan:
    """Return what a choice of channels would change."""
    cards = list_cards(session, seminar_id)
    there = {card.channel_id for card in cards}
    return ChannelPlan(
        tuple(one for one in dict.fromkeys(chosen) if one not in there),
        tuple(card for card in cards if card.channel_id not in set(chosen)),
    )


def find_refusal(seminar: Seminar, chosen: Sequence[str], plan: ChannelPlan, *, now: datetime) -> str | None:
    """Return the sentence that says why that choice cannot be, None if it can."""
    if not chosen and not may_be_nowhere(seminar, now):
        return PROBLEMS[Problem.CHANNELS_MISSING]
    if len(set(chosen)) > MOST_CHANNELS:
        return PROBLEMS[Problem.CHANNELS_MANY]
    if not all(map(is_channel_id, chosen)):
        return PROBLEMS[Problem.CHANNELS_WRONG]
    if plan.added and may_be_nowhere(seminar, now):
        return CHANNELS_TOO_LATE
    return CHANNELS_AS_THEY_ARE if plan.is_empty else None


def save_channels(
    session: Session,
    seminar_id: int,
    chosen: Sequence[str],
    *,
    seen: str,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> ChannelPlan:
    """Announce a seminar in these channels and no others, as it was previewed.

    Safe to repeat: the second time nothing changes, and the plan that comes back
    is empty.

    Args:
        session: An open transaction; the seminar's row is locked until it ends.
        seminar_id: Which seminar.
        chosen: The channels that it is announced in from now on.
        seen: The fingerprint of the plan that was shown.
        workspace_id: Whose seminar it is.
        actor: Who of the staff it is.
        now: The time of the change.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
        ChangedMeanwhileError: If the change is not the one that was shown; nothing was changed.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    plan = plan_channels(session, seminar_id, chosen)
    if plan.is_empty:
        return plan
    if plan.fingerprint() != seen or find_refusal(room.seminar, chosen, plan, now=now):
        raise ChangedMeanwhileError
    removed = {card.channel_id for card in plan.removed}
    rows = list_announcements(session, [seminar_id])
    # The promises first and then the cards, as they are settled, so that neither waits crosswise.
    promises = _deliveries(session, rows, is_locking=True)
    _take_out([one for one in rows if one.channel_id in removed], promises, now)
    old = [one for one in rows if one.channel_id in plan.added]
    _put_back(session, room.seminar, old, promises, now)
    known = {one.channel_id for one in old}
    announce_in(session, room.seminar, [one for one in plan.added if one not in known], now=now)
    details = {"added": list(plan.added), "removed": sorted(removed)}
    save_change(session, room, room.seminar, kind="channels", actor=actor, details=details, now=now)
    return plan


def announce_in(session: Session, seminar: Seminar, channel_ids: Sequence[str], *, now: datetime) -> None:
    """Announce a seminar in channels that it never was in: at once, or when it is published."""
    new = [tables.Announcement(seminar_id=seminar.id, channel_id=channel_id) for channel_id in channel_ids]
    session.add_all(new)
    session.flush()
    promise_announcements(session, new, now=now, workspace_id=seminar.workspace_id, due_at=seminar.publish_at)


def _take_out(
    announced: Sequence[tables.Announcement], promises: dict[int, tables.Delivery], now: datetime
) -> None:
    """Mark cards as taken out; what was never posted, or cannot be changed, is promised no longer."""
    for one in announced:
        one.removed_at = now
        row = promises.get(one.id)
        if row is None or row.state in ("sending", "done") or (row.state == "due" and row.lane == UPDATE):
            continue  # it is redrawn, and says that it stands there no longer
        row.state, row.reason, row.settled_at = "dropped", NO_LONGER_THERE, now


def _put_back(
    session: Session,
    seminar: Seminar,
    announced: Sequence[tables.Announcement],
    promises: dict[int, tables.Delivery],
    now: datetime,
) -> None:
    """Announce anew where it was announced before: the old message is redrawn, if there is one."""
    for one in announced:
        one.removed_at = None
        row = promises.get(one.id)
        if row is None or row.state == "sending":
            continue
        is_posted = row.lane == UPDATE
        row.state, row.reason, row.settled_at = "due", None, None
        row.attempts = row.doubts = 0
        row.priority = Priority.CARD if is_posted else Priority.SCREEN
        row.due_at = row.rank_at = now if is_posted else max(now, seminar.publish_at or now)
    session.flush()
    lost = [one for one in announced if one.id not in promises]
    promise_announcements(
        session, lost, now=now, workspace_id=seminar.workspace_id, due_at=seminar.publish_at
    )


def _deliveries(
    session: Session, announced: Sequence[tables.Announcement], *, is_locking: bool
) -> dict[int, tables.Delivery]:
    """Read the promises of cards by the cards' ids, locked in the order of their own ids if asked."""
    delivery = tables.Delivery
    keys = {_key_of(one): one.id for one in announced}
    statement = select(delivery).where(delivery.key.in_(keys)).order_by(delivery.id)
    if is_locking:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return {keys[row.key]: row for row in session.scalars(statement)}


def _key_of(announcement: tables.Announcement) -> str:
    return f"{Kind.ANNOUNCEMENT}:{announcement.id}"


def _card_of(announcement: tables.Announcement, row: tables.Delivery | None) -> Card:
    is_posted = announcement.message_ts is not None
    if row is not None and row.state in ("refused", "unknown"):
        state = CardState.STUCK if is_posted else CardState.REFUSED
        return Card(announcement.channel_id, state, reason=row.reason or "")
    if is_posted:
        return Card(announcement.channel_id, CardState.POSTED)
    return Card(announcement.channel_id, CardState.WAITING, due_at=row.due_at if row else None)
