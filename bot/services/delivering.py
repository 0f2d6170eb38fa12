"""Turning a claimed delivery into a call: what is said is decided when it is sent."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.services import (
    aftercare,
    calendar_files,
    feedback,
    home,
    life_notices,
    materials,
    move_notices,
    offer_notices,
    seat_notices,
    speaker_questions,
    staff_messages,
    unclaimed,
)
from bot.services.clashes import find_clashes
from bot.services.rendering import (
    File,
    Known,
    Render,
    render_card,
    render_confirmation,
    render_promotion,
    render_reminder,
    render_trouble,
)
from bot.storage import registrations, seminars, tables
from bot.storage.deliveries import UPDATE, Kind
from bot.storage.members import find_zones, list_workspaces
from bot.storage.preferences import find_asked
from bot.storage.questions import find_asking
from bot.storage.queue import Claimed
from bot.views.message import Message

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is ready to be made.

    ``wanted`` is the wish it fulfils. ``asks_once`` marks the message that asks its reader how they want
    to be reminded, which no other does once this one has arrived.
    """

    delivery_id: int
    workspace_id: int
    team_id: str
    lane: str
    target: str
    args: Mapping[str, Any]
    wanted: int
    asks_once: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A delivery that is not sent after all, and why.

    ``is_fault`` marks one that our own code could not write; staff are told.
    ``wanted`` is the wish that was looked at; a newer one is looked at anew.
    """

    delivery_id: int
    reason: str
    is_fault: bool = False
    wanted: int | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """A delivery that was claimed and never tried; it goes back as it was."""

    delivery_id: int


def prepare(session: Session, claimed: Sequence[Claimed], *, now: datetime) -> list[Call | Dropped]:
    """Render what was claimed from the state as it is now; reads only.

    The wish is read before the state, so a change that comes between is drawn
    again rather than missed.
    """
    if not claimed:
        return []
    known = _read(session, claimed, now)
    teams = list_workspaces(session, {one.workspace_id for one in claimed})
    prepared: list[Call | Dropped] = []
    for one in claimed:
        try:
            rendered = _RENDERERS[one.kind](session, one, known)
        except Exception:  # noqa: BLE001 - one that cannot be written must not hold up the others
            _log.exception("Delivery %d (%s) could not be written.", one.id, one.kind)
            prepared.append(Dropped(one.id, "could not be written", is_fault=True))
            continue
        if isinstance(rendered, Skip):
            prepared.append(Dropped(one.id, rendered, wanted=known.wanted[one.id]))
            continue
        args = _args_of(one, rendered, known)
        prepared.append(
            Call(
                one.id,
                one.workspace_id,
                teams[one.workspace_id].team_id,
                one.lane,
                one.target,
                args,
                known.wanted[one.id],
                one.id in known.asks,
            )
        )
    return prepared


def _args_of(one: Claimed, rendered: Message | File | dict[str, Any], known: Known) -> dict[str, Any]:
    """Return what the method of the delivery's lane takes."""
    if isinstance(rendered, File):
        return {
            "name": rendered.name,
            "content": rendered.content,
            "comment": rendered.comment,
            "channel_id": rendered.channel_id,
        }
    if not isinstance(rendered, Message):
        return {"user_id": one.target, "view": rendered}
    args: dict[str, Any] = {"channel": one.target, "text": rendered.text, "blocks": list(rendered.blocks)}
    if one.lane == UPDATE:
        args["ts"] = known.announcements[one.details["announcement"]].message_ts
    return args


def _read(session: Session, claimed: Sequence[Claimed], now: datetime) -> Known:
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
    confirming = [one for one in people if one.kind == Kind.CONFIRMATION]
    confirmed_ids = {one.seminar_id for one in confirming if one.seminar_id is not None}
    counted = card_ids | confirmed_ids
    promoted = {(one.seminar_id or 0, one.target) for one in people if one.kind == Kind.PROMOTION}
    return Known(
        now,
        wanted,
        seminars.find_seminars(session, ids),
        seminars.count_registrations(session, counted) if counted else {},
        registrations.find_registrations(session, [(one.seminar_id or 0, one.target) for one in people]),
        find_zones(session, {(one.workspace_id, one.target) for one in people}),
        {row.id: row for row in seminars.list_announcements(session, card_ids)} if card_ids else {},
        find_clashes(session, promoted),
        find_asking(session, confirmed_ids),
        find_asked(session, {(one.workspace_id, one.target) for one in confirming}),
    )


_OWN: dict[str, Render] = {
    Kind.ANNOUNCEMENT: render_card,
    Kind.TROUBLE: render_trouble,
    Kind.REMINDER: render_reminder,
    Kind.PROMOTION: render_promotion,
    Kind.CONFIRMATION: render_confirmation,
}
_RENDERERS: dict[str, Render] = {
    **_OWN,
    **home.RENDERERS,
    **calendar_files.RENDERERS,
    **seat_notices.RENDERERS,
    **offer_notices.RENDERERS,
    **move_notices.RENDERERS,
    **life_notices.RENDERERS,
    **staff_messages.RENDERERS,
    **unclaimed.RENDERERS,
    **aftercare.RENDERERS,
    **feedback.RENDERERS,
    **materials.RENDERERS,
    **speaker_questions.RENDERERS,
}
