"""Turning a claimed delivery into a call: what is said is decided when it is sent."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.registering import Registration, Seated, State, Waitlisted
from bot.domain.reminding import Skip, decide_reminder
from bot.domain.seminar import Count, Phase, Seminar, decide_phase, seats_left
from bot.storage import registrations, seminars, tables
from bot.storage.deliveries import UPDATE, Kind
from bot.storage.members import find_zones, list_workspaces
from bot.storage.queue import Claimed
from bot.views.announcement import build_announcement
from bot.views.direct_messages import (
    build_confirmation,
    build_promotion,
    build_refusal_notice,
    build_reminder,
)
from bot.views.message import Message

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is ready to be made; ``wanted`` is the wish it fulfils."""

    delivery_id: int
    workspace_id: int
    team_id: str
    lane: str
    target: str
    args: Mapping[str, Any]
    wanted: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A delivery that is not sent after all, and why.

    ``is_fault`` marks one that our own code could not write; staff are told.
    """

    delivery_id: int
    reason: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """A delivery that was claimed and never tried; it goes back as it was."""

    delivery_id: int


@dataclass(frozen=True, slots=True)
class _Known:
    """All that the claimed deliveries are about, read at once.

    ``reminders`` keeps what was built: in one zone all of a seminar read the same.
    """

    wanted: dict[int, int]
    seminars: dict[int, Seminar]
    counts: dict[int, Count]
    held: dict[tuple[int, str], Registration]
    zones: dict[tuple[int, str], str | None]
    announcements: dict[int, tables.Announcement]
    reminders: dict[tuple[int, str | None], Message] = field(default_factory=dict)


def prepare(session: Session, claimed: Sequence[Claimed], *, now: datetime) -> list[Call | Dropped]:
    """Render what was claimed from the state as it is now; reads only.

    The wish is read before the state, so a change that comes between is drawn
    again rather than missed.
    """
    if not claimed:
        return []
    known = _read(session, claimed)
    teams = list_workspaces(session, {one.workspace_id for one in claimed})
    prepared: list[Call | Dropped] = []
    for one in claimed:
        try:
            rendered = _render(session, one, known, now)
        except Exception:  # noqa: BLE001 - one that cannot be written must not hold up the others
            _log.exception("Delivery %d (%s) could not be written.", one.id, one.kind)
            prepared.append(Dropped(one.id, "could not be written", is_fault=True))
            continue
        if isinstance(rendered, Skip):
            prepared.append(Dropped(one.id, rendered))
            continue
        args: dict[str, Any] = {
            "channel": one.target,
            "text": rendered.text,
            "blocks": list(rendered.blocks),
        }
        if one.lane == UPDATE:
            args["ts"] = known.announcements[one.details["announcement"]].message_ts
        prepared.append(
            Call(
                one.id,
                one.workspace_id,
                teams[one.workspace_id].team_id,
                one.lane,
                one.target,
                args,
                known.wanted[one.id],
            )
        )
    return prepared


def _read(session: Session, claimed: Sequence[Claimed]) -> _Known:
    delivery = tables.Delivery
    wanted = dict(
        session.execute(
            select(delivery.id, delivery.wanted).where(delivery.id.in_([one.id for one in claimed]))
        ).all()
    )
    ids = {one.seminar_id for one in claimed if one.seminar_id is not None}
    cards = [one for one in claimed if one.kind == Kind.ANNOUNCEMENT]
    people = [one for one in claimed if one.kind != Kind.ANNOUNCEMENT and one.seminar_id is not None]
    card_ids = {one.seminar_id for one in cards if one.seminar_id is not None}
    return _Known(
        wanted,
        seminars.find_seminars(session, ids),
        seminars.count_registrations(session, card_ids) if card_ids else {},
        registrations.find_registrations(session, [(one.seminar_id or 0, one.target) for one in people]),
        find_zones(session, {(one.workspace_id, one.target) for one in people}),
        {row.id: row for row in seminars.list_announcements(session, card_ids)} if card_ids else {},
    )


def _render(session: Session, one: Claimed, known: _Known, now: datetime) -> Message | Skip:
    seminar = known.seminars[one.seminar_id or 0]
    if one.kind == Kind.ANNOUNCEMENT:
        return build_announcement(seminar, known.counts[seminar.id], now)
    if one.kind == Kind.TROUBLE:
        return build_refusal_notice(
            seminar, one.details.get("channel"), one.details.get("user"), str(one.details.get("code", ""))
        )
    held = known.held.get((seminar.id, one.target))
    zone = known.zones.get((one.workspace_id, one.target))
    if one.kind == Kind.REMINDER:
        starts_at = datetime.fromisoformat(one.details["starts_at"])
        skip = decide_reminder(seminar, held.state if held else None, starts_at=starts_at, now=now)
        if skip:
            return skip
        if (seminar.id, zone) not in known.reminders:
            known.reminders[seminar.id, zone] = build_reminder(seminar, now, zone)
        return known.reminders[seminar.id, zone]
    return _render_decision(session, one, seminar, held, zone, now)


def _render_decision(
    session: Session,
    one: Claimed,
    seminar: Seminar,
    held: Registration | None,
    zone: str | None,
    now: datetime,
) -> Message | Skip:
    """Say what was decided, unless something newer was."""
    phase = decide_phase(seminar, now)
    if phase is Phase.CANCELLED:
        return Skip.CANCELLED
    if phase is Phase.OVER:
        return Skip.OVER
    if held is None or held.change != one.details.get("change"):
        return Skip.SUPERSEDED
    if one.kind == Kind.PROMOTION:
        return build_promotion(seminar, now, zone)
    if held.state is State.WAITLISTED:
        place = registrations.find_place(session, seminar.id, one.target) or 1
        return build_confirmation(seminar, Waitlisted(place), now, zone)
    count = seminars.count_registrations(session, [seminar.id])[seminar.id]
    return build_confirmation(seminar, Seated(seats_left(seminar, count)), now, zone)
