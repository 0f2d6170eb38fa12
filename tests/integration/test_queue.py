"""Promised calls: claimed once, kept through crashes, within budgets; on both engines.

Three bugs of a first version have tests of their own, in `test_queue_bugs.py`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.services.delivering import Call, Postponed, prepare
from bot.services.settling import Sent, settle, take_back
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
from bot.storage.deliveries import POST, UPDATE, Kind, Priority, Promise, promise, want_redrawn
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.queue import LEASE, Claimed, claim
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries

RATES = {POST: Rate(4.5, 20), UPDATE: Rate(0.7, 12)}
SECOND = timedelta(seconds=1)


class Queue:
    """A database with one seminar, and workers on it."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        with transaction() as session:
            self.workspace_id = add_workspace(session)
            self.seminar_id = add_seminar(session, self.workspace_id).id

    def promise(self, *targets: str, workspace_id: int | None = None, **details: object) -> None:
        with self.transaction() as session:
            promise(
                session,
                [
                    Promise(
                        workspace_id=workspace_id or self.workspace_id,
                        key=str(details.get("key", f"trouble:{target}")),
                        kind=Kind.TROUBLE,
                        target=target,
                        seminar_id=self.seminar_id,
                        priority=int(str(details.get("priority", Priority.CARD))),
                        due_at=NOW,
                        details={"code": "is_archived", "channel": "C0TALKS"},
                    )
                    for target in targets
                ],
                now=NOW,
            )

    def claim(self, worker: str = "one", *, at: datetime = NOW, room: int = 100) -> list[Claimed]:
        with self.transaction() as session:
            take_back(session, now=at, elapsed=at)
            return claim(
                session,
                worker=worker,
                now=at,
                elapsed=at,
                rates=RATES,
                room=room,
                is_ready=lambda _workspace, _lane, _target: True,
            )

    def calls(self, claimed: Sequence[Claimed]) -> list[Call]:
        with self.transaction() as session:
            return [one for one in prepare(session, claimed, now=NOW) if isinstance(one, Call)]

    def settle(self, calls: Sequence[Call], answer: Answer, worker: str = "one", at: datetime = NOW) -> None:
        with self.transaction() as session:
            settle(session, [Sent(call, answer) for call in calls], worker=worker, now=at, elapsed=at)

    def rows(self, kind: str = Kind.TROUBLE) -> list[tables.Delivery]:
        with self.transaction() as session:
            return deliveries(session, kind)

    def states(self, kind: str = Kind.TROUBLE) -> list[str]:
        return [row.state for row in self.rows(kind)]


@pytest.fixture
def queue(transaction: Transaction) -> Queue:
    return Queue(transaction)


def accepted() -> Accepted:
    return Accepted({"ok": True, "channel": "D1", "ts": "1596000000.000100"})


def post_card(queue: Queue) -> None:
    queue.settle(queue.calls(queue.claim()), accepted())


def test_a_promise_planned_twice_is_one(queue: Queue) -> None:
    queue.promise("U1")
    queue.promise("U1")

    assert queue.states() == ["due"]


def test_two_workers_claim_nothing_twice(queue: Queue) -> None:
    queue.promise(*(f"U{number}" for number in range(12)))

    first = queue.claim("one", room=7)
    second = queue.claim("two")

    assert len(first) == 7
    assert {one.id for one in first} & {one.id for one in second} == set()


def test_a_worker_that_dies_while_sending_is_replaced_after_its_lease(queue: Queue) -> None:
    queue.promise("U1")
    queue.claim("dead")

    early = queue.claim("other", at=NOW + LEASE - SECOND)
    late = queue.claim("other", at=NOW + LEASE + SECOND)

    assert [one.target for one in early if one.kind == Kind.TROUBLE] == []
    assert [(one.target, one.doubts) for one in late if one.kind == Kind.TROUBLE] == [("U1", 1)]


def test_a_lost_answer_is_tried_once_more_and_then_unknown(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1")
    queue.settle(queue.calls(queue.claim()), Doubtful("time-out"))
    assert queue.states() == ["due"]

    queue.settle(queue.calls(queue.claim(at=NOW + 5 * SECOND)), Doubtful("time-out"))

    assert queue.states() == ["unknown"]
    assert queue.claim(at=NOW + 60 * SECOND) == []


def test_an_announcement_that_may_stand_there_twice_is_not_posted_a_third_time(queue: Queue) -> None:
    queue.settle(queue.calls(queue.claim()), Doubtful("time-out"))
    queue.settle(queue.calls(queue.claim(at=NOW + 5 * SECOND)), Doubtful("time-out"))

    with queue.transaction() as session:
        want_redrawn(session, [queue.seminar_id], now=NOW)

    assert queue.states(Kind.ANNOUNCEMENT) == ["unknown"]


def test_redrawing_is_tried_again_however_many_workers_died_of_it(queue: Queue) -> None:
    post_card(queue)
    with queue.transaction() as session:
        want_redrawn(session, [queue.seminar_id], now=NOW)

    claimed = [queue.claim(f"dead {number}", at=NOW + 2 * number * LEASE) for number in range(4)]

    assert [[one.lane for one in some] for some in claimed] == [[UPDATE]] * 4


def test_what_was_claimed_and_never_tried_is_not_in_doubt(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1")
    (claimed,) = queue.claim()
    with queue.transaction() as session:
        settle(session, [Postponed(claimed.id)], worker="one", now=NOW, elapsed=NOW)

    assert [(row.state, row.doubts) for row in queue.rows()] == [("due", 0)]


def test_retry_after_pauses_its_lane_and_no_other(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1")
    calls = queue.calls(queue.claim())
    queue.settle(calls, RetryAt(30 * SECOND, is_rate_limit=True, reason="ratelimited"))
    with queue.transaction() as session:
        want_redrawn(session, [queue.seminar_id], now=NOW)

    assert [one.lane for one in queue.claim(at=NOW + SECOND)] == [UPDATE]
    assert [one.target for one in queue.claim(at=NOW + 31 * SECOND)] == ["U1"]


def test_the_longest_retry_after_of_a_lane_counts(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1", "U2")
    first, second = queue.calls(queue.claim())
    queue.settle([first], RetryAt(30 * SECOND, is_rate_limit=True, reason="ratelimited"))
    queue.settle([second], RetryAt(SECOND, is_rate_limit=True, reason="ratelimited"))

    assert queue.claim(at=NOW + 29 * SECOND) == []
    assert len(queue.claim(at=NOW + 31 * SECOND)) == 2


def test_the_budget_is_kept_and_refills(queue: Queue) -> None:
    post_card(queue)
    queue.promise(*(f"U{number:02}" for number in range(60)))

    first, at_once, later = queue.claim(), queue.claim(), queue.claim(at=NOW + 10 * SECOND)

    assert (len(first), len(at_once), len(later)) == (19, 0, 20)


def test_a_busy_workspace_delays_no_other(queue: Queue) -> None:
    with queue.transaction() as session:
        other = add_workspace(session, "T0OTHER")
    queue.promise(*(f"U{number:02}" for number in range(60)))
    queue.promise("U9", workspace_id=other)

    assert "U9" in [one.target for one in queue.claim()]


def test_what_matters_more_goes_first(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1", priority=Priority.CONFIRMATION)
    queue.promise("U2", priority=Priority.REMINDER)
    queue.promise("U3", priority=Priority.PROMOTION)

    assert [one.target for one in queue.claim()] == ["U3", "U2", "U1"]


@pytest.mark.parametrize(
    "answer", [RefusedForTarget("is_archived"), BadPayload("invalid_arguments", ("no",))]
)
def test_a_refusal_is_kept_and_told_to_the_host_once(queue: Queue, answer: Answer) -> None:
    queue.settle(queue.calls(queue.claim()), answer)
    with queue.transaction() as session:
        want_redrawn(session, [queue.seminar_id], now=NOW)

    assert [(row.state, row.target) for row in queue.rows(Kind.TROUBLE)] == [("due", "U0HOST")]
    assert queue.states(Kind.ANNOUNCEMENT) == ["refused"]


def test_a_refused_notice_tells_nobody(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1")
    queue.settle(queue.calls(queue.claim()), RefusedForTarget("user_disabled"))

    assert queue.states() == ["refused"]


def test_a_card_that_was_deleted_is_posted_again(queue: Queue) -> None:
    post_card(queue)
    with queue.transaction() as session:
        want_redrawn(session, [queue.seminar_id], now=NOW)
    queue.settle(queue.calls(queue.claim()), MessageGone("message_not_found"))

    again = queue.calls(queue.claim())

    assert [call.lane for call in again] == [POST]
    assert "ts" not in again[0].args


def test_a_workspace_that_is_gone_is_left_alone_until_it_comes_back(queue: Queue) -> None:
    queue.settle(queue.calls(queue.claim()), WorkspaceGone("token_revoked"))
    assert queue.claim(at=NOW + SECOND) == []

    with queue.transaction() as session:
        add_workspace(session)

    assert len(queue.claim(at=NOW + SECOND)) == 1


def test_what_another_worker_took_over_is_not_settled_by_the_first(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1")
    slow = queue.calls(queue.claim("slow"))
    queue.claim("fast", at=NOW + 2 * LEASE)

    queue.settle(slow, RefusedForTarget("user_disabled"), worker="slow")

    assert queue.states() == ["sending"]


def test_one_that_cannot_be_written_holds_up_no_other(queue: Queue) -> None:
    post_card(queue)
    queue.promise("U1", "U2")
    with queue.transaction() as session:
        first = session.scalar(select(tables.Delivery.id).where(tables.Delivery.target == "U1"))
        session.execute(
            update(tables.Delivery)
            .where(tables.Delivery.id == first)
            .values(kind=Kind.REMINDER, details={"starts_at": "nonsense"})
        )

    assert [call.target for call in queue.calls(queue.claim())] == ["U2"]
