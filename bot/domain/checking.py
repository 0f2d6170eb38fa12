"""What is stored held against what should be: pure comparisons, each of which says what it found.

Nothing is mended here. Who mends decides again under the seminar's lock, by the
same comparisons.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.registering import is_line_served
from bot.domain.reminding import Moment, MomentKind
from bot.domain.room import Cause, Change, Room, State, replay
from bot.domain.seating import count_over
from bot.domain.seminar import Phase, Seminar, decide_phase, seats_left

LATE_AFTER = timedelta(minutes=10)  # a promise that is due; pauses that Slack asks for pass sooner
MOOT_AFTER = timedelta(minutes=5)  # a reminder to who has no seat, which drops by itself when it is sent
PROMISED_WITHIN = timedelta(days=1)  # a change that is older is not confirmed any more, it is listed
_DRAWN_WITHIN = timedelta(minutes=1)  # of two machines' clocks, and of a redrawing that is under way

FROZEN = "edit_window_closed"
_ABOVE_THE_LIMIT = frozenset({Cause.SEATED, Cause.ADDED, Cause.WALK_IN, Cause.UNCLAIMED})


class Fact(StrEnum):
    """What Slack says of a card."""

    THERE = "there"
    DELETED = "deleted"
    ARCHIVED = "archived"
    GONE = "gone"  # the channel was deleted, or the bot may not see it any more
    SILENT = "silent"  # Slack did not say


class Found(StrEnum):
    """What is not as it should be."""

    CARD_DELETED = "card_deleted"
    CARD_DELETED_AT_THE_END = "card_deleted_at_the_end"
    CARD_FROZEN = "card_frozen"
    CARD_OLD = "card_old"
    CARD_REFUSED = "card_refused"
    CARD_UNPROMISED = "card_unpromised"
    CARD_DOUBTFUL = "card_doubtful"
    CARD_NOT_KNOWN = "card_not_known"
    CHANNEL_ARCHIVED = "channel_archived"
    CHANNEL_GONE = "channel_gone"
    MOMENTS_MISSING = "moments_missing"
    MOMENTS_WRONG = "moments_wrong"
    MOMENTS_LATE = "moments_late"
    PROMISES_MISSING = "promises_missing"
    PROMISES_LOST = "promises_lost"
    PROMISES_LATE = "promises_late"
    PROMISES_MOOT = "promises_moot"
    LEASES_LEFT = "leases_left"
    SEATS_DIFFER = "seats_differ"
    SEATS_OVER = "seats_over"
    LINE_UNSERVED = "line_unserved"


# Staff have to choose a channel for these; all the bot can do is to say so.
NEEDS_CHANNEL = frozenset({Found.CHANNEL_ARCHIVED, Found.CHANNEL_GONE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: what it is, where or of whom, how many, and why as far as that is known."""

    what: Found
    channel_id: str = ""
    people: tuple[str, ...] = ()
    count: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card and the promise that it is shown; ``state`` None means that nothing is promised."""

    channel_id: str
    is_posted: bool
    state: str | None
    reason: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A moment as it is stored."""

    kind: str
    due_at: datetime
    starts_at: datetime
    offset: timedelta | None
    is_done: bool


def compare_card(
    card: Card, fact: Fact | None, phase: Phase, changed_at: datetime | None, now: datetime
) -> Finding | None:
    """Return what is wrong with a card, None if nothing is.

    Args:
        card: The card.
        fact: What Slack says of it, None if it was not asked.
        phase: Where the seminar stands.
        changed_at: When what the card shows last became different, see `find_last_change`.
        now: The time of the check.
    """
    is_ahead = phase not in (Phase.OVER, Phase.CANCELLED)
    if card.state == "sending":
        return None  # its answer comes by itself
    if fact is Fact.SILENT:
        return Finding(Found.CARD_NOT_KNOWN, card.channel_id)
    if fact in (Fact.ARCHIVED, Fact.GONE):
        what = Found.CHANNEL_ARCHIVED if fact is Fact.ARCHIVED else Found.CHANNEL_GONE
        return Finding(what, card.channel_id) if is_ahead else None
    if card.state is None:
        return Finding(Found.CARD_UNPROMISED, card.channel_id) if is_ahead else None
    if fact is Fact.DELETED:
        what = Found.CARD_DELETED if is_ahead else Found.CARD_DELETED_AT_THE_END
        return Finding(what, card.channel_id)
    if card.state == "unknown":
        return Finding(Found.CARD_DOUBTFUL, card.channel_id)
    if card.state in ("refused", "dropped"):
        what = Found.CARD_FROZEN if card.reason == FROZEN else Found.CARD_REFUSED
        can_be_tried = is_ahead and fact is Fact.THERE
        return Finding(what, card.channel_id, reason=card.reason) if can_be_tried else None
    return Finding(Found.CARD_OLD, card.channel_id) if _is_old(card, changed_at, now) else None


def _is_old(card: Card, changed_at: datetime | None, now: datetime) -> bool:
    if card.state != "done" or card.settled_at is None or changed_at is None:
        return False
    return card.settled_at < changed_at < now - _DRAWN_WITHIN


def find_last_change(seminar: Seminar, changed: Iterable[datetime | None], now: datetime) -> datetime | None:
    """Return when what a card shows last became different: by a change, or by the time itself."""
    turns = (seminar.opens_at, seminar.closes_at, seminar.starts_at, seminar.ends_at)
    seen = [at for at in turns if at is not None and at <= now and seminar.cancelled_at is None]
    return max([*seen, *(at for at in changed if at is not None)], default=None)


def compare_moments(
    expected: Iterable[Moment], kept: Sequence[Kept], seminar: Seminar, now: datetime
) -> list[Finding]:
    """Return how many moments ahead are missing, and how many are there that should not be.

    What is due at once or was done is left out: the planner sees to the one and saw
    to the other. Members' own reminders may lie ahead though nobody wants them any
    more; nobody gets them then.
    """
    wanted = {(one.kind.value, one.due_at): one.offset for one in expected if one.due_at > now}
    stored = {(one.kind, one.due_at): one for one in kept}
    wrong = [
        one
        for key, one in stored.items()
        if one.due_at > now and not one.is_done and not _is_wanted(one, wanted, key, seminar)
    ]
    missing = [key for key in wanted if key not in stored]
    late = [one for one in kept if not one.is_done and one.due_at < now - MOOT_AFTER]
    counted = (
        (Found.MOMENTS_MISSING, len(missing)),
        (Found.MOMENTS_WRONG, len(wrong)),
        (Found.MOMENTS_LATE, len(late)),
    )
    return [Finding(what, count=number) for what, number in counted if number]


def _is_wanted(
    one: Kept,
    wanted: Mapping[tuple[str, datetime], timedelta | None],
    key: tuple[str, datetime],
    seminar: Seminar,
) -> bool:
    if one.starts_at != seminar.starts_at:
        return False
    if key not in wanted:
        return one.kind == MomentKind.OWN and seminar.cancelled_at is None
    return one.offset == wanted[key]


def compare_seats(room: Room, ledger: Sequence[Change], *, was_lowered: bool, now: datetime) -> list[Finding]:
    """Return where seats are not as the ledger has them, are too many, or stand free beside a line.

    Args:
        room: Everybody in the seminar.
        ledger: Its changes from the beginning.
        was_lowered: Whether staff lowered the seats at some time, so that more may be taken than there are.
        now: The time of the check.
    """
    if differing := list_differing(room, ledger):
        return [Finding(Found.SEATS_DIFFER, people=differing, count=len(differing))]
    over = count_over(room)
    by_staff = any(change.cause in _ABOVE_THE_LIMIT for change in ledger)
    if over and not was_lowered and not by_staff:
        return [Finding(Found.SEATS_OVER, count=over)]
    left = seats_left(room.seminar, room.count)
    if room.head and left != 0 and is_line_served(room.seminar, now):
        number = len(room.head) if left is None else min(left, len(room.head))
        return [Finding(Found.LINE_UNSERVED, count=number)]
    return []


def list_differing(room: Room, ledger: Iterable[Change]) -> tuple[str, ...]:
    """Return whose registration is not what the ledger says when it is replayed."""
    told = {key: (held.state, held.line_key, held.change) for key, held in replay(ledger).items()}
    stored = {key: (held.state, held.line_key, held.change) for key, held in room.known.items()}
    return tuple(sorted(key for key in told.keys() | stored.keys() if told.get(key) != stored.get(key)))


def is_told_now(seminar: Seminar, now: datetime) -> bool:
    """Tell whether what was decided about a seat is still worth a message."""
    return decide_phase(seminar, now) not in (Phase.OVER, Phase.CANCELLED)


def compare_promises(
    owed: Mapping[str, str], stored: Collection[str], decided_at: Mapping[str, datetime], now: datetime
) -> tuple[list[str], list[str]]:
    """Return the keys of promises that are missing: those that can be made up for, and those too old for it.

    Args:
        owed: Who is owed each promise, by its key.
        stored: The keys that there are.
        decided_at: When each person's seat was last decided.
        now: The time of the check.
    """
    missing = [key for key in owed if key not in stored]
    young = [key for key in missing if decided_at[owed[key]] > now - PROMISED_WITHIN]
    return young, [key for key in missing if key not in set(young)]


def is_moot(kind: str, state: State | None) -> bool:
    """Tell whether a promise is for a seat that its recipient does not have."""
    return kind == "reminder" and state is not State.SEATED
