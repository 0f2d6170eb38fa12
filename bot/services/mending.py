"""Mending what a check found in a seminar, in the transaction that looked at it under its lock."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checking import FROZEN, Found
from bot.domain.registering import fill_seats
from bot.services.changing import open_seminar, plan_anew
from bot.services.channel_events import CODES, mark_lost, try_again
from bot.services.checking import Checked, Comparison, Told, compare
from bot.services.registering import settle_rooms
from bot.services.settling import post_again, take_back
from bot.storage.deliveries import promise, promise_announcements, want_redrawn

# How a card's loss is mended by drawing it again: if it is gone, Slack says so, and it is posted anew.
_REDRAWN = frozenset({Found.CARD_DELETED, Found.CARD_REFUSED})


def mend(
    session: Session,
    seminar_id: int,
    told: Mapping[int, Told],
    *,
    workspace_id: int,
    now: datetime,
    elapsed: datetime,
) -> Checked:
    """Compare one seminar under its lock, and mend what can be mended; see `checking.look`.

    Safe to repeat: what was mended is not found again. Seats that the ledger has
    otherwise are found and never changed.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    seen = compare(session, room, told, now=now, elapsed=elapsed, is_locking=True)
    found = {one.what for one in seen.findings}
    _mend_cards(session, seen, now)
    if Found.LEASES_LEFT in found:
        take_back(session, now=now, elapsed=elapsed)
    if found & {Found.MOMENTS_MISSING, Found.MOMENTS_WRONG}:
        plan_anew(session, room.seminar, now=now)
    if seen.missing:
        promise(session, seen.missing, now=now)
    if Found.LINE_UNSERVED in found:
        fill_seats(room, now, because_of=None)
        settle_rooms(session, {seminar_id: room}, now=now)
    return seen.to_checked()


def _mend_cards(session: Session, seen: Comparison, now: datetime) -> None:
    seminar = seen.room.seminar
    is_old = False
    for one in seen.announced:
        finding, row = seen.wrong.get(one.id), seen.promised.get(one.id)
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
