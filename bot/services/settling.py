"""Writing down what Slack answered: done, again later, or refused and told to staff."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services.delivering import Call, Dropped, Postponed
from bot.slack.errors import (
    Accepted,
    Answer,
    BadPayload,
    Doubtful,
    MessageGone,
    RefusedForTarget,
    RetryAt,
    WorkspaceGone,
)
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind, Priority, Promise, promise
from bot.storage.queue import MAX_DOUBTS, pause_lane

_log = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that was made, and Slack's answer."""

    call: Call
    answer: Answer


Result = Sent | Dropped | Postponed


def settle(
    session: Session, results: Sequence[Result], *, worker: str, now: datetime, elapsed: datetime
) -> None:
    """Settle what a worker did; a delivery whose lease another one took is left to that one."""
    ids = [_delivery_of(one) for one in results]
    delivery = tables.Delivery
    rows = {
        row.id: row
        for row in session.scalars(
            select(delivery)
            .where(delivery.id.in_(ids), delivery.state == "sending", delivery.leased_by == worker)
            .order_by(delivery.id)
            .with_for_update()
        )
    }
    # In the order of the lanes, which an answer may pause: two workers must not wait for each other.
    in_order = sorted(rows.values(), key=lambda row: (row.workspace_id, row.lane, row.id))
    by_id = {_delivery_of(result): result for result in results}
    for row in in_order:
        result = by_id[row.id]
        row.state, row.leased_by, row.leased_until = "due", None, None  # what follows says more
        if isinstance(result, Postponed):
            row.due_at = now + _FIRST_PAUSE
        elif isinstance(result, Dropped) and result.is_fault:
            _refuse(session, row, result.reason, now)
        elif isinstance(result, Dropped):
            _end(row, "dropped", result.reason, now)
        else:
            _settle_answer(session, row, result, now, elapsed)
    session.flush()


def _delivery_of(result: Result) -> int:
    return result.call.delivery_id if isinstance(result, Sent) else result.delivery_id


def _settle_answer(
    session: Session, row: tables.Delivery, sent: Sent, now: datetime, elapsed: datetime
) -> None:
    match sent.answer:
        case Accepted(response=response):
            _settle_accepted(session, row, sent.call, dict(response), now)
        case RetryAt(after=after, is_rate_limit=True):
            pause = after or _FIRST_PAUSE
            pause_lane(session, row.workspace_id, row.lane, until=elapsed + pause)
            row.state, row.reason = "due", "rate limited"
        case RetryAt(after=after, reason=reason):
            row.attempts += 1
            row.state, row.reason = "due", reason
            row.due_at = now + (after if after is not None else _pause(row.attempts))
        case Doubtful(reason=reason):
            row.doubts += 1
            if row.doubts >= MAX_DOUBTS:
                _end(row, "unknown", reason, now)
                _tell_staff(session, row, "unknown", now)
            else:
                row.state, row.reason, row.due_at = "due", reason, now + _FIRST_PAUSE
        case MessageGone() if row.kind == Kind.ANNOUNCEMENT and row.lane == UPDATE:
            _post_again(session, row, now)
        case MessageGone(code=code) | RefusedForTarget(code=code):
            _refuse(session, row, code, now)
        case BadPayload(code=code, messages=messages):
            _log.error("Slack found a mistake in a %s: %s %s", row.kind, code, "; ".join(messages))
            _refuse(session, row, code, now)
        case WorkspaceGone(code=code):
            row.state, row.reason = "due", code
            _log.error("Slack no longer serves workspace %d: %s.", row.workspace_id, code)
            session.execute(
                update(tables.Workspace)
                .where(tables.Workspace.id == row.workspace_id)
                .values(gone_reason=code)
            )
        case _:
            assert_never(sent.answer)


def _settle_accepted(
    session: Session, row: tables.Delivery, call: Call, response: dict[str, object], now: datetime
) -> None:
    row.done = max(row.done, call.wanted)
    row.doubts = row.attempts = 0
    row.reason = None
    row.sent_channel = str(response.get("channel") or "") or row.sent_channel
    row.sent_ts = str(response.get("ts") or "") or row.sent_ts
    if row.kind == Kind.ANNOUNCEMENT:
        row.lane, row.priority = UPDATE, Priority.CARD
        session.execute(
            update(tables.Announcement)
            .where(tables.Announcement.id == row.details["announcement"])
            .values(message_ts=row.sent_ts)
        )
    if row.done < row.wanted:
        row.state, row.due_at, row.rank_at = "due", now, now
    else:
        _end(row, "done", None, now)


def _post_again(session: Session, row: tables.Delivery, now: datetime) -> None:
    """Post a card anew whose message somebody deleted."""
    row.lane, row.priority, row.state, row.due_at = POST, Priority.SCREEN, "due", now
    row.sent_ts = None
    session.execute(
        update(tables.Announcement)
        .where(tables.Announcement.id == row.details["announcement"])
        .values(message_ts=None)
    )


def _refuse(session: Session, row: tables.Delivery, code: str, now: datetime) -> None:
    _end(row, "refused", code, now)
    _tell_staff(session, row, code, now)


def _tell_staff(session: Session, row: tables.Delivery, code: str, now: datetime) -> None:
    """Promise who announced the seminar a word about it, once; not about such a word itself."""
    if row.kind == Kind.TROUBLE or row.seminar_id is None:
        return
    host = session.scalar(select(tables.Seminar.created_by).where(tables.Seminar.id == row.seminar_id))
    if host is None:
        return
    is_card = row.kind == Kind.ANNOUNCEMENT
    promise(
        session,
        [
            Promise(
                workspace_id=row.workspace_id,
                key=f"trouble:{row.id}",
                kind=Kind.TROUBLE,
                target=host,
                seminar_id=row.seminar_id,
                priority=Priority.CARD,
                due_at=now,
                details={"channel" if is_card else "user": row.target, "code": code},
            )
        ],
        now=now,
    )


def _end(row: tables.Delivery, state: str, reason: str | None, now: datetime) -> None:
    row.state, row.reason, row.settled_at = state, reason, now


def _pause(attempts: int) -> timedelta:
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(attempts - 1, 10)))
