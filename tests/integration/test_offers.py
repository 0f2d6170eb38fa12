"""Offers in a real database, on both engines: held, answered, ended by the clock, told, and raced for."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.outcomes import Outcome, Refused, Seated
from bot.domain.registering import Wish
from bot.domain.room import Room, replay
from bot.domain.seminar import Promotion
from bot.services import offering, registering
from bot.services.changing import open_seminar, save_change
from bot.storage import ledger, offers, seminars, tables
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.ledger import list_changes, write_changes
from tests.factories import NOW, make_seminar
from tests.integration.offer_stage import Asking
from tests.integration.test_query_counts import counted

STARTS = make_seminar().starts_at
MORNING = datetime(2020, 7, 29, 22, 0, tzinfo=UTC)  # eight in Sydney, where the talk is


@pytest.fixture
def asking(transaction: Transaction) -> Asking:
    """Return the seminar with the seat held for U2, while U3 and U4 wait."""
    stage = Asking(transaction)
    stage.press("U1", Wish.RELEASE)
    return stage


@pytest.fixture
def sqlite_asking() -> Iterator[Asking]:
    """Return the seminar on SQLite alone, whose plans do not hang on how much there is."""
    engine = open_engine("sqlite://")
    tables.Base.metadata.create_all(engine)
    yield Asking(transactions(engine))
    engine.dispose()


@contextmanager
def noted(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements of a session with what is bound to them."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, bound: object, *_rest: object) -> None:
        statements.append((statement, bound))

    event.listen(session.connection(), "before_cursor_execute", note)
    yield statements


def test_a_freed_seat_is_held_and_the_waiter_is_asked(asking: Asking) -> None:
    assert {"U2": "offered", "U3": "waitlisted", "U4": "waitlisted"} == asking.states()
    assert asking.held("U2").offered_until == MORNING
    assert asking.promised()["offer", "U2"] == 1


def test_the_waiters_own_zone_decides_when_the_hold_ends(transaction: Transaction) -> None:
    stage = Asking(transaction)
    stage.know("U2", zone="America/New_York")

    stage.press("U1", Wish.RELEASE)

    assert stage.held("U2").offered_until == NOW + timedelta(hours=12)


def test_an_offer_that_is_taken_is_confirmed_once(asking: Asking) -> None:
    assert asking.press("U2", Wish.ACCEPT) == Seated(0)
    asking.press("U2", Wish.ACCEPT)

    assert (asking.held("U2").state, asking.held("U2").offered_until) == ("seated", None)
    assert asking.promised()["confirmation", "U2"] == 2  # of their place in line, and of the seat


def test_a_refusal_asks_the_next_in_the_same_transaction(asking: Asking) -> None:
    assert asking.press("U2", Wish.REFUSE) == Refused()

    assert {"U3": "offered", "U4": "waitlisted"} == asking.states()
    assert asking.promised()["offer", "U3"] == 1


def test_several_who_refuse_in_one_batch_ask_so_many(transaction: Transaction) -> None:
    stage = Asking(transaction, waiters=5, capacity=2)  # U1 and U2 have seats
    for user in ("U1", "U2"):
        stage.press(user, Wish.RELEASE)
    presses = [
        registering.Press(stage.workspace_id, stage.seminar_id, user, Wish.REFUSE) for user in ("U3", "U4")
    ]

    with transaction() as session:
        registering.register(session, presses, clock=lambda: NOW)

    assert {"U5": "offered", "U6": "offered"} == stage.states()


def test_an_unanswered_offer_goes_on_and_both_are_told(asking: Asking) -> None:
    assert asking.expire(MORNING - timedelta(microseconds=1)) == 0
    assert asking.expire(MORNING) == 1
    assert asking.expire(MORNING) == 0

    assert {"U2": "waitlisted", "U3": "offered", "U4": "waitlisted"} == asking.states()
    promised = asking.promised()
    assert (promised["offer_gone", "U2"], promised["offer", "U3"], promised["offer", "U2"]) == (1, 1, 1)


def test_an_offer_that_nobody_else_waits_for_is_held_longer_and_nobody_is_told(
    transaction: Transaction,
) -> None:
    stage = Asking(transaction, waiters=1)
    stage.press("U1", Wish.RELEASE)
    before = stage.promised()

    assert stage.expire(MORNING) == 1

    assert stage.held("U2").offered_until == MORNING + timedelta(hours=12)
    assert (stage.states(), stage.promised()) == ({"U2": "offered"}, before)


@pytest.mark.parametrize(
    "values", [{"cancelled_at": NOW}, {"starts_at": MORNING, "ends_at": MORNING + timedelta(hours=1)}]
)
def test_a_talk_that_is_off_or_on_leaves_nothing_due(asking: Asking, values: dict[str, datetime]) -> None:
    with asking.transaction() as session:
        asking.write(session, asking.seminar_id, **values)

    with asking.transaction() as session:
        assert offers.next_end(session, now=MORNING) is None
    assert asking.expire(MORNING) == 0


def test_the_next_end_is_that_of_the_earliest_offer(asking: Asking) -> None:
    other = asking.add(starts_at=NOW + timedelta(hours=6))
    for user, wish in (("U8", Wish.REGISTER), ("U9", Wish.REGISTER), ("U8", Wish.RELEASE)):
        asking.press(user, wish, seminar_id=other)

    with asking.transaction() as session:
        assert offers.next_end(session, now=NOW) == NOW + timedelta(hours=1.5)


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: offers.next_end(session, now=NOW),
        lambda session: offers.list_ended(session, now=NOW, limit=50),
    ],
)
def test_open_offers_are_found_by_their_index(
    ask: Callable[[Session], object], sqlite_asking: Asking
) -> None:
    with sqlite_asking.transaction() as session, noted(session) as statements:
        ask(session)
        (asked,) = statements
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", asked[1]).all()

    assert "USING INDEX ix_registration_offered_until" in plan[0].detail


def test_a_talk_moved_to_an_earlier_time_tells_who_is_asked_until_when_it_is_now(asking: Asking) -> None:
    with asking.transaction() as session:
        room = open_seminar(session, asking.seminar_id, workspace_id=asking.workspace_id)
        before = room.seminar
        room.seminar = make_seminar(
            id=before.id, promotion=Promotion.ASK, capacity=1, starts_at=NOW + timedelta(hours=8)
        )
        save_change(session, room, before, kind="moved", actor="U0ANA", details={}, now=NOW)

    assert asking.held("U2").offered_until == NOW + timedelta(hours=2)
    assert asking.promised()["offer", "U2"] == 2


def test_three_offers_that_end_cost_as_many_statements_as_one(
    transaction: Transaction, engine: Engine
) -> None:
    stage = Asking(transaction, waiters=11, capacity=4)
    stage.press("U1", Wish.RELEASE)
    with counted(engine) as for_one:
        stage.expire(MORNING)
    for user in ("U2", "U3", "U4"):
        stage.press(user, Wish.RELEASE, MORNING)
    stage.press("U6", Wish.ACCEPT, MORNING)
    with counted(engine) as for_three:
        stage.expire(MORNING + timedelta(hours=12))

    assert len(for_one) == len(for_three)


def _race(*ways: Callable[[], object]) -> list[object]:
    """Do several things at the same moment; what the database refused is None."""
    together = threading.Barrier(len(ways))

    def start(way: Callable[[], object]) -> object:
        together.wait(timeout=10)
        with suppress(DBAPIError):
            return way()
        return None

    with ThreadPoolExecutor(len(ways)) as pool:
        return list(pool.map(start, ways))


def _is_ledger_true(stage: Asking) -> bool:
    with stage.transaction() as session:
        replayed = replay(list_changes(session, stage.seminar_id))
    return {user: held.state for user, held in replayed.items() if held.state != "released"} == stage.states()


def test_two_processes_end_an_offer_once(asking: Asking, database_url: str) -> None:
    engine = open_engine(database_url)

    def expire_elsewhere() -> int:
        with transactions(engine)() as session:
            return offering.expire_offers(session, now=MORNING)

    ended = _race(lambda: asking.expire(MORNING), expire_elsewhere)
    engine.dispose()

    assert sorted(map(str, ended)) == ["0", "1"]
    assert {"U2": "waitlisted", "U3": "offered", "U4": "waitlisted"} == asking.states()
    assert asking.promised()["offer", "U3"] == 1


def _race_for_the_seat(stage: Asking, transaction: Transaction) -> tuple[Outcome | None, dict[str, str]]:
    """Let U2 take the seat at the moment at which it ends; return what they hear, and who has what."""

    def accept() -> Outcome | None:
        press = registering.Press(stage.workspace_id, stage.seminar_id, "U2", Wish.ACCEPT)
        with transaction() as session:
            return registering.register(session, [press], clock=lambda: MORNING)[0].outcome

    def expire() -> int:
        with transaction() as session:
            return offering.expire_offers(session, now=MORNING)

    heard, _ended = _race(accept, expire)
    return heard, stage.states()  # type: ignore[return-value] # the first of the two


def test_who_answers_as_the_offer_ends_hears_what_is_so(asking: Asking, transaction: Transaction) -> None:
    heard, found = _race_for_the_seat(asking, transaction)

    taken = {"U2": "seated", "U3": "waitlisted", "U4": "waitlisted"}
    gone = {"U2": "waitlisted", "U3": "offered", "U4": "waitlisted"}
    assert found == (taken if heard == Seated(0) else gone)
    assert heard is not None
    assert _is_ledger_true(asking)


def test_without_the_lock_one_of_the_two_is_lost(
    engine: Engine, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both read the offer as open, and the ledger's key lets only one of them write."""
    together = threading.Barrier(2)
    lost: list[str] = []

    def write_together(session: Session, rooms: Mapping[int, Room], now: datetime) -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=5)
        write_changes(session, rooms, now)

    monkeypatch.setattr(ledger, "write_changes", write_together)
    monkeypatch.setattr(seminars, "lock_seminars", seminars.find_seminars)
    monkeypatch.setattr(offering, "lock_seminars", seminars.find_seminars)
    unlocked = transactions(engine, is_reading=True)

    def attempt(name: str, work: Callable[[Session], object]) -> None:
        try:
            with unlocked() as session:
                work(session)
        except DBAPIError:
            lost.append(name)

    press = registering.Press(asking.workspace_id, asking.seminar_id, "U2", Wish.ACCEPT)
    _race(
        lambda: attempt("accept", lambda one: registering.register(one, [press], clock=lambda: MORNING)),
        lambda: attempt("expire", lambda one: offering.expire_offers(one, now=MORNING)),
    )

    assert len(lost) == 1
