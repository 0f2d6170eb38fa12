"""Three bugs of a first version of the queue, by name; each has a twin, which has the bug again.

Two crashed runs of one key stalled every worker; workers that locked lanes in
different orders waited for each other for ever; a retry met a newer wish for
the same key.
"""

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.services import settling
from bot.services.delivering import Call
from bot.services.settling import Sent, settle
from bot.slack.errors import Accepted, RetryAt
from bot.storage import queue as claiming
from bot.storage import tables
from bot.storage.deliveries import UPDATE, Kind, want_redrawn
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.lanes import Budget, key_of
from bot.storage.queue import LEASE, claim
from tests.factories import NOW
from tests.integration.rows import add_workspace
from tests.integration.test_queue import RATES, SECOND, Queue

ACCEPTED = Accepted({"ok": True, "channel": "D1", "ts": "1596000000.000100"})
AGAIN = RetryAt(SECOND, is_rate_limit=False, reason="http 500")
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def queue(transaction: Transaction) -> Queue:
    """A queue whose card is posted."""
    queue = Queue(transaction)
    queue.settle(queue.calls(queue.claim()), ACCEPTED)
    return queue


def test_two_crashed_runs_of_one_key_stall_nobody(queue: Queue) -> None:
    queue.promise("U1")
    queue.claim("dead")
    queue.claim("dead too", at=NOW + 2 * LEASE)
    queue.promise("U2")

    claimed = queue.claim("alive", at=NOW + 4 * LEASE)

    assert [one.target for one in claimed] == ["U2"]
    assert queue.states() == ["unknown", "sending"]


def end_leases_by_taking_the_key_anew(session: Session, *, now: datetime, elapsed: datetime) -> list[int]:
    """Note a crashed run beside its key, and put a new row into the queue under that key."""
    del now
    delivery = tables.Delivery.__table__
    is_over = (delivery.c.state == "sending") & (delivery.c.leased_until < elapsed)
    for run in session.execute(select(*delivery.c).where(is_over)).mappings().all():
        session.execute(
            update(tables.Delivery)
            .where(tables.Delivery.id == run["id"])
            .values(key=run["key"] + ":crashed", state="unknown", leased_by=None, leased_until=None)
        )
        anew = {**run, "state": "due", "leased_by": None, "leased_until": None}
        del anew["id"]
        session.execute(insert(tables.Delivery), [anew])
    return []


def test_if_a_crashed_run_takes_its_key_anew_two_of_them_stall_every_worker(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: one crash is survived, and after the second each worker stumbles before it claims."""
    monkeypatch.setattr(settling, "end_leases", end_leases_by_taking_the_key_anew)
    queue.promise("U1")
    queue.claim("dead")
    once_more = queue.claim("dead too", at=NOW + 2 * LEASE)
    queue.promise("U2")

    with pytest.raises(IntegrityError):
        queue.claim("alive", at=NOW + 4 * LEASE)
    with pytest.raises(IntegrityError):
        queue.claim("another", at=NOW + 5 * LEASE)

    assert [one.target for one in once_more] == ["U1"]
    assert [row.state for row in queue.rows() if row.target == "U2"] == ["due"]


def promise_in_two_workspaces(queue: Queue) -> None:
    with queue.transaction() as session:
        other = add_workspace(session, "T0OTHER")
    queue.promise("U1")
    queue.promise("U2", workspace_id=other)
    # The lanes have rows from here on, so that their locks are all that workers can meet in.
    assert len(queue.calls(queue.claim("earlier"))) == 2
    queue.promise("U8")
    queue.promise("U9", workspace_id=other)


def claim_all(session: Session, worker: str) -> list[str]:
    claimed = claim(
        session,
        worker=worker,
        now=NOW,
        elapsed=NOW,
        rates=RATES,
        room=100,
        is_ready=lambda _workspace, _lane, _target: True,
    )
    return [one.target for one in claimed]


def claim_at_one_moment(queue: Queue) -> tuple[list[str], list[OperationalError]]:
    """Let two workers claim all there is, both at once; return what they got, and how they failed."""
    together = threading.Barrier(2)
    claimed: list[str] = []
    failures: list[OperationalError] = []

    def work(worker: str) -> None:
        together.wait(timeout=10)
        try:
            with queue.transaction() as session:
                targets = claim_all(session, worker)
            claimed.extend(targets)
        except OperationalError as error:
            failures.append(error)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, ["one", "two"]))
    return sorted(claimed), failures


def test_workers_that_want_the_same_lanes_at_one_moment_share_what_is_there(queue: Queue) -> None:
    promise_in_two_workspaces(queue)

    assert claim_at_one_moment(queue) == (["U8", "U9"], [])


@on_postgresql
def test_a_worker_skips_lanes_that_another_one_holds(queue: Queue, engine: Engine) -> None:
    promise_in_two_workspaces(queue)

    with queue.transaction() as session:
        held = claim_all(session, "one")
        with transactions(engine)() as meanwhile:
            skipped = claim_all(meanwhile, "two")

    assert (["U8", "U9"], []) == (sorted(held), skipped)


def lock_and_wait(session: Session, lane: Budget) -> Budget:
    """Lock a lane, however long another one holds it."""
    row = tables.Lane.__table__.c
    is_it = (row.workspace_id == lane.workspace_id) & (row.name == lane.name)
    return Budget(*session.execute(select(*row).where(is_it).with_for_update()).one())


@on_postgresql
def test_if_workers_lock_lanes_in_different_orders_they_wait_for_each_other_for_ever(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: each holds a lane that the other wants, until the database ends one of them.

    SQLite is not asked, as it has no rows to lock: who writes is alone.
    """
    is_backwards = iter([False, True])
    each_has_one = threading.Barrier(2)

    def lock_as_they_come(session: Session, lanes: Collection[Budget]) -> list[Budget]:
        session.execute(text("SET LOCAL deadlock_timeout = '100ms'"))  # how soon the database looks
        session.execute(text("SET LOCAL lock_timeout = '30s'"))
        first, second = sorted(lanes, key=key_of, reverse=next(is_backwards))
        held = lock_and_wait(session, first)
        each_has_one.wait(timeout=10)
        return [held, lock_and_wait(session, second)]

    promise_in_two_workspaces(queue)
    monkeypatch.setattr(claiming, "lock_lanes", lock_as_they_come)

    claimed, failures = claim_at_one_moment(queue)

    assert [DeadlockDetected] == [type(failure.orig) for failure in failures]
    assert claimed == ["U8", "U9"]


def want(queue: Queue) -> None:
    """Want the card redrawn."""
    with queue.transaction() as session:
        want_redrawn(session, [queue.seminar_id], now=NOW)


def send_all(queue: Queue) -> list[str]:
    """Claim and send until nothing is due; return the methods that were called."""
    lanes = []
    for turn in range(1, 6):
        calls = queue.calls(queue.claim(at=NOW + 5 * turn * SECOND))
        queue.settle(calls, ACCEPTED)
        lanes += [call.lane for call in calls]
    return lanes


def test_a_retry_meets_a_newer_wish_and_sends_the_newest_once(queue: Queue) -> None:
    want(queue)
    calls = queue.calls(queue.claim())
    want(queue)
    queue.settle(calls, AGAIN)

    assert send_all(queue) == [UPDATE]
    assert queue.states(Kind.ANNOUNCEMENT) == ["done"]


def test_if_each_wish_is_a_row_a_retry_and_a_newer_wish_send_the_same_twice(queue: Queue) -> None:
    """The twin: the retry sends what is newest, and so does the wish that came meanwhile."""
    want(queue)
    calls = queue.calls(queue.claim())
    with queue.transaction() as session:
        card = tables.Delivery.__table__
        (row,) = session.execute(select(*card.c).where(card.c.kind == Kind.ANNOUNCEMENT)).mappings()
        newer = {**row, "key": row["key"] + ":newer", "state": "due", "leased_by": None, "leased_until": None}
        del newer["id"]
        session.execute(insert(tables.Delivery), [newer])
    queue.settle(calls, AGAIN)

    assert send_all(queue) == [UPDATE, UPDATE]


def test_a_change_during_the_call_causes_exactly_one_more(queue: Queue) -> None:
    want(queue)
    calls = queue.calls(queue.claim())
    with queue.transaction() as session:
        for _ in range(40):
            want_redrawn(session, [queue.seminar_id], now=NOW)
    queue.settle(calls, ACCEPTED)

    assert send_all(queue) == [UPDATE]


def test_if_a_newer_wish_does_not_count_the_newest_is_never_sent(queue: Queue) -> None:
    """The twin: the call that began before the change is taken for the one that shows it."""
    want(queue)
    calls = queue.calls(queue.claim())
    want(queue)
    with queue.transaction() as session:
        session.execute(update(tables.Delivery).values(wanted=calls[0].wanted))
    queue.settle(calls, ACCEPTED)

    assert send_all(queue) == []
    assert queue.states(Kind.ANNOUNCEMENT) == ["done"]


def test_two_workers_that_pause_the_same_lanes_in_other_orders_do_not_wait_crosswise(
    queue: Queue, database_url: str
) -> None:
    with queue.transaction() as session:
        others = [add_workspace(session, f"T{number}") for number in range(60)]
    for other in others:
        queue.promise(f"U1-{other}", f"U2-{other}", workspace_id=other)
    calls = queue.calls(queue.claim(room=1000))
    mine = [call for call in calls if call.target.startswith("U1-")]
    theirs = [call for call in reversed(calls) if call.target.startswith("U2-")]
    engine = open_engine(database_url)
    together = threading.Barrier(2)
    answer = RetryAt(30 * SECOND, is_rate_limit=True, reason="ratelimited")

    def settle_them(transaction: Transaction, some: list[Call]) -> None:
        together.wait(timeout=10)
        with transaction() as session:
            settle(session, [Sent(call, answer) for call in some], worker="one", now=NOW, elapsed=NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(settle_them, [queue.transaction, transactions(engine)], [mine, theirs]))
    engine.dispose()

    assert (len(mine), len(theirs)) == (60, 60)
    assert queue.claim(at=NOW + 29 * SECOND) == []
    assert len(queue.claim(at=NOW + 31 * SECOND, room=1000)) == len(calls)
