"""What a promised message says, decided when it is sent: one renderer for each kind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.outcomes import Seated, Waitlisted
from bot.domain.reminding import Skip, decide_reminder
from bot.domain.room import Registration, State
from bot.domain.seminar import Count, Phase, Seminar, decide_phase, is_published, seats_left
from bot.services.answering import count_owed
from bot.storage import registrations, tables
from bot.storage.deliveries import POST
from bot.storage.queue import Claimed
from bot.views.announcement import build_announcement, build_withdrawn
from bot.views.answering import ask_to_answer
from bot.views.direct_messages import (
    ask_for_preferences,
    build_confirmation,
    build_promotion,
    build_refusal_notice,
    build_reminder,
)
from bot.views.message import Message


@dataclass(frozen=True, slots=True)
class Known:
    """All that the claimed deliveries are about, read at once.

    Attributes:
        now: The moment that every message shows.
        wanted: The wish of each delivery.
        seminars: The seminars by id.
        counts: Registrations of the seminars whose card is drawn or whose seats are confirmed.
        held: What each recipient holds of the seminar that they are written about.
        zones: The recipients' zones, as far as they are known.
        announcements: The cards by id.
        clashes: Other seats, at the same time, of those who are told that they have one now.
        asking: The seminars that ask those who register something.
        asked: The members who were asked already how they want to be reminded.
        asks: The deliveries whose message asks that.
        reminders: What was built: in one zone all reminders of a seminar read the same.
    """

    now: datetime
    wanted: dict[int, int]
    seminars: dict[int, Seminar]
    counts: dict[int, Count]
    held: dict[tuple[int, str], Registration]
    zones: dict[tuple[int, str], str | None]
    announcements: dict[int, tables.Announcement]
    clashes: dict[tuple[int, str], list[Seminar]] = field(default_factory=dict)
    asking: set[int] = field(default_factory=set)
    asked: set[tuple[int, str]] = field(default_factory=set)
    asks: set[int] = field(default_factory=set)
    reminders: dict[tuple[int, str | None], Message] = field(default_factory=dict)

    def seminar_of(self, one: Claimed) -> Seminar:
        """Return the seminar that a delivery is about."""
        return self.seminars[one.seminar_id or 0]

    def held_by(self, one: Claimed) -> Registration | None:
        """Return what the recipient of a delivery holds."""
        return self.held.get((one.seminar_id or 0, one.target))

    def zone_of(self, one: Claimed) -> str | None:
        """Return the recipient's zone, None while it is not known."""
        return self.zones.get((one.workspace_id, one.target))


@dataclass(frozen=True, slots=True)
class File:
    """A file for somebody's direct messages, which are ``channel_id`` if known, and what stands above it."""

    name: str
    content: bytes
    comment: str
    channel_id: str | None = None


# A message, a file, or the view of a Home tab; or why nothing is sent after all.
Rendered = Message | File | dict[str, Any] | Skip
Render = Callable[[Session, Claimed, Known], Rendered]


def render_card(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Draw the announcement as it stands, or that it stands here no longer."""
    seminar = known.seminar_of(one)
    announcement = known.announcements[one.details["announcement"]]
    if announcement.removed_at is not None:
        return Skip.WITHDRAWN if one.lane == POST else build_withdrawn(seminar)
    if one.lane == POST and seminar.cancelled_at is not None and not is_published(seminar, known.now):
        return Skip.CANCELLED  # nobody ever heard of it; if it is restored, it is announced
    card = build_announcement(seminar, known.counts[seminar.id], known.now)
    return Message(card.text, ()) if one.details.get("plain") else card


def render_trouble(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell staff what could not be told."""
    details = one.details
    code = str(details.get("code", ""))
    return build_refusal_notice(known.seminar_of(one), details.get("channel"), details.get("user"), code)


def render_reminder(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Remind whoever still has a seat, of the start that it was planned for."""
    seminar, held, zone = known.seminar_of(one), known.held_by(one), known.zone_of(one)
    starts_at = datetime.fromisoformat(one.details["starts_at"])
    skip = decide_reminder(seminar, held.state if held else None, starts_at=starts_at, now=known.now)
    if skip:
        return skip
    if (seminar.id, zone) not in known.reminders:
        known.reminders[seminar.id, zone] = build_reminder(seminar, known.now, zone)
    return known.reminders[seminar.id, zone]


def render_promotion(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell a waiter of their seat, and of others that they have at that time."""
    if skip := find_skip(one, known):
        return skip
    seminar = known.seminar_of(one)
    clashes = known.clashes.get((seminar.id, one.target), [])
    return build_promotion(seminar, known.now, known.zone_of(one), clashes)


def render_confirmation(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Confirm a seat or a place in line, and ask once more what is required and unanswered.

    The first seat that is confirmed to a member also asks how they want to be reminded, once.
    """
    if skip := find_skip(one, known):
        return skip
    seminar, held, zone = known.seminar_of(one), known.held_by(one), known.zone_of(one)
    if held is not None and held.state is State.WAITLISTED:
        place = registrations.find_place(session, seminar.id, one.target) or 1
        message = build_confirmation(seminar, Waitlisted(place), known.now, zone)
    else:
        left = seats_left(seminar, known.counts[seminar.id])
        message = build_confirmation(seminar, Seated(left), known.now, zone)
        if (one.workspace_id, one.target) not in known.asked:
            known.asks.add(one.id)
            message = ask_for_preferences(message)
    if seminar.id not in known.asking:
        return message
    return ask_to_answer(message, seminar, count_owed(session, seminar.id, one.target))


def find_skip(one: Claimed, known: Known) -> Skip | None:
    """Return why what was decided about a seat is not told any more: something newer was decided."""
    phase = decide_phase(known.seminar_of(one), known.now)
    if phase is Phase.CANCELLED:
        return Skip.CANCELLED
    if phase is Phase.OVER:
        return Skip.OVER
    held = known.held_by(one)
    if held is None or held.change != one.details.get("change"):
        return Skip.SUPERSEDED
    return None
