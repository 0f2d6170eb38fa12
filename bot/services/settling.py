"""Writing down what Slack answered: done, again later, or refused and told to staff."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.metrics import LATENESS
from bot.services.calendar_files import promise_file
from bot.services.delivering import Call, Dropped, Postponed
from bot.services.preferences import note_asked
from bot.services.troubles import tell_of_lost, tell_staff
from bot.slack.errors import (
    Accepted,
    Answer,
    BadPayload,
    Doubtful,
    MessageGone,
    RefusedForTarget,
    RetryAt,
    WorkspaceGone,
    reason_of,
)
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind, Priority
from bot.storage.lanes import pause_lane
from bot.storage.queue import MAX_DOUBTS, end_leases
from bot.views.reasons import LOST_TWICE, NEEDS_REPAIR

_log = logging.getLogger(__name__)

PLAIN = "plain"  # in a card's details: it goes out as text alone, since Slack refused its blocks
_IN_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})

_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=5)
_WORTH_A_WARNING = timedelta(minutes=30)  # Slack's limits and time-outs pass sooner; what lasts is looked at


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
            _refuse(session, row, result.reason, now, is_ours=True)
        elif isinstance(result, Dropped) and result.wanted is not None and result.wanted < row.wanted:
            row.due_at = now  # what changed since may want it sent after all
        elif isinstance(result, Dropped):
            _end(row, "dropped", result.reason, now)
        else:
            _settle_answer(session, row, result, now, elapsed)
    session.flush()


def take_back(session: Session, *, now: datetime, elapsed: datetime) -> None:
    """Take back what dead workers held, and tell staff of what is in doubt for good."""
    tell_of_lost(session, end_leases(session, now=now, elapsed=elapsed), now=now)


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
        case RetryAt():
            _try_later(row, sent.answer, now)
        case Doubtful(reason=reason):
            _doubt(session, row, reason, now)
        case MessageGone() if row.kind == Kind.ANNOUNCEMENT and row.lane == UPDATE:
            post_again(session, row, now)
        case MessageGone(code=code) | RefusedForTarget(code=code):
            is_ours = code in NEEDS_REPAIR
            level = logging.ERROR if is_ours else logging.WARNING
            reason = reason_of(sent.answer)
            _log.log(level, "Slack refuses delivery %d (%s) for good: %s.", row.id, row.kind, reason)
            _refuse(session, row, code, now, is_ours=is_ours)
        case BadPayload(code=code, messages=messages):
            wrong = "; ".join(messages)
            _log.error("Slack found a mistake in delivery %d (%s): %s %s", row.id, row.kind, code, wrong)
            if row.kind == Kind.ANNOUNCEMENT and code in _IN_BLOCKS and PLAIN not in row.details:
                _fall_back(session, row, code, now)
            else:
                _refuse(session, row, code, now, is_ours=True)
        case WorkspaceGone(code=code):
            row.state, row.reason = "due", code
            _leave(session, row.workspace_id, code)
        case _:
            assert_never(sent.answer)


def _try_later(row: tables.Delivery, answer: RetryAt, now: datetime) -> None:
    row.attempts += 1
    pause = answer.after if answer.after is not None else _pause(row.attempts)
    row.state, row.reason, row.due_at = "due", answer.reason, now + pause
    if pause >= _WORTH_A_WARNING:
        reason = answer.reason
        _log.warning(
            "Slack does not take delivery %d (%s) now: %s. Again in %s.", row.id, row.kind, reason, pause
        )


def _doubt(session: Session, row: tables.Delivery, reason: str, now: datetime) -> None:
    row.doubts += 1
    if row.doubts < MAX_DOUBTS:
        row.state, row.reason, row.due_at = "due", reason, now + _FIRST_PAUSE
        return
    _log.warning("Slack's answer to delivery %d (%s) was lost twice: %s.", row.id, row.kind, reason)
    _end(row, "unknown", LOST_TWICE, now)
    tell_staff(session, row, "unknown", now)


def _settle_accepted(
    session: Session, row: tables.Delivery, call: Call, response: dict[str, object], now: datetime
) -> None:
    LATENESS.labels(row.kind).observe(max(0.0, (now - row.due_at).total_seconds()))
    row.done = max(row.done, call.wanted)
    row.doubts = row.attempts = 0
    row.reason = None
    row.sent_channel = str(response.get("channel") or "") or row.sent_channel
    row.sent_ts = str(response.get("ts") or "") or row.sent_ts
    if row.kind == Kind.ANNOUNCEMENT:
        row.lane, row.priority = UPDATE, Priority.CARD
        if PLAIN in row.details:
            # The next change tries the blocks again: what was wrong in them may have been edited.
            row.details = {name: value for name, value in row.details.items() if name != PLAIN}
        session.execute(
            update(tables.Announcement)
            .where(tables.Announcement.id == row.details["announcement"])
            .values(message_ts=row.sent_ts)
        )
    if row.done < row.wanted:
        row.state, row.due_at, row.rank_at = "due", now, now
    else:
        _end(row, "done", None, now)
    promise_file(session, row, now=now)
    if call.asks_once:
        note_asked(session, row.workspace_id, row.target, now=now)


def _leave(session: Session, workspace_id: int, code: str) -> None:
    """Serve a workspace no longer; what it is owed waits, and the log says so once."""
    workspace = tables.Workspace
    left = session.execute(
        update(workspace)
        .where(workspace.id == workspace_id, workspace.gone_reason.is_(None))
        .values(gone_reason=code)
    )
    if left.rowcount:  # type: ignore[attr-defined] # an update's result has it
        _log.error(
            "Slack no longer serves workspace %d: %s. What is promised there is kept. Install the app again "
            "and start the bot with the new token.",
            workspace_id,
            code,
        )


def post_again(session: Session, row: tables.Delivery, now: datetime) -> None:
    """Post a card anew whose message somebody deleted, or can never be changed again."""
    row.lane, row.priority, row.state, row.due_at = POST, Priority.SCREEN, "due", now
    row.reason = row.sent_ts = row.settled_at = None
    row.attempts = row.doubts = 0
    session.execute(
        update(tables.Announcement)
        .where(tables.Announcement.id == row.details["announcement"])
        .values(message_ts=None)
    )


def _fall_back(session: Session, row: tables.Delivery, code: str, now: datetime) -> None:
    """Let a card whose blocks Slack refused go out once as text alone, and tell staff."""
    row.details = {**row.details, PLAIN: True}
    row.due_at = now
    tell_staff(session, row, code, now, is_ours=True)


def _refuse(session: Session, row: tables.Delivery, code: str, now: datetime, *, is_ours: bool) -> None:
    _end(row, "refused", code, now)
    tell_staff(session, row, code, now, is_ours=is_ours)


def _end(row: tables.Delivery, state: str, reason: str | None, now: datetime) -> None:
    row.state, row.reason, row.settled_at = state, reason, now


def _pause(attempts: int) -> timedelta:
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(attempts - 1, 10)))
