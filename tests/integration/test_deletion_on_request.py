"""One person asks for deletion: past seminars forget them, what they hold ahead is never taken unseen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text

from bot.domain.registering import Wish
from bot.domain.room import replay
from bot.services.my_data import forget_choices, forget_person, list_ahead, read_my_data
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.ledger import list_changes
from bot.storage.members import note_members
from tests.integration.rows import NOW, add_seminar, add_workspace, states

BEA, CAI = "U0BEA", "U0CAI"
ENDED = datetime.fromisoformat("2020-08-07T02:30:00+00:00")


@pytest.fixture
def workspace_id(transaction: Transaction) -> int:
    with transaction() as session:
        return add_workspace(session)


def add_talk(
    transaction: Transaction, workspace_id: int, *wishes: Wish, user_id: str = BEA, at: datetime = NOW
) -> int:
    """Store a talk that both registered for, and were written to; then Bea presses on."""
    with transaction() as session:
        seminar = add_seminar(session, workspace_id, capacity=5)
        note_members(session, [(workspace_id, user_id), (workspace_id, CAI)])
    for who, wish in ((user_id, Wish.REGISTER), (CAI, Wish.REGISTER), *((user_id, wish) for wish in wishes)):
        with transaction() as session:
            register(session, [Press(workspace_id, seminar.id, who, wish)], clock=lambda: at)
    return seminar.id


def forget(transaction: Transaction, workspace_id: int, now: datetime, user_id: str = BEA) -> int:
    with transaction() as session:
        return forget_person(session, workspace_id, user_id, now=now)


def states_of(transaction: Transaction, seminar_id: int) -> dict[str, str]:
    with transaction() as session:
        return states(session, seminar_id)


def test_a_past_seminar_forgets_who_asks_and_nobody_else(transaction: Transaction, workspace_id: int) -> None:
    seminar_id = add_talk(transaction, workspace_id)

    assert 1 == forget(transaction, workspace_id, ENDED)

    assert {"gone-1": "seated", CAI: "seated"} == states_of(transaction, seminar_id)
    assert 0 == forget(transaction, workspace_id, ENDED)
    with transaction() as session:
        assert {"gone-1", CAI} == replay(list_changes(session, seminar_id)).keys()


def test_a_seat_ahead_is_not_taken(transaction: Transaction, workspace_id: int) -> None:
    seminar_id = add_talk(transaction, workspace_id)

    assert 0 == forget(transaction, workspace_id, NOW)

    assert {BEA: "seated", CAI: "seated"} == states_of(transaction, seminar_id)
    with transaction() as session:
        assert [seminar_id] == list_ahead(session, workspace_id, BEA, now=NOW)


def test_a_seat_that_was_given_back_ahead_is_forgotten(transaction: Transaction, workspace_id: int) -> None:
    seminar_id = add_talk(transaction, workspace_id, Wish.RELEASE)

    assert 1 == forget(transaction, workspace_id, NOW)

    assert {"gone-1": "released", CAI: "seated"} == states_of(transaction, seminar_id)


def test_who_comes_back_begins_anew(transaction: Transaction, workspace_id: int) -> None:
    seminar_id = add_talk(transaction, workspace_id, Wish.RELEASE)
    forget(transaction, workspace_id, NOW)

    with transaction() as session:
        register(session, [Press(workspace_id, seminar_id, BEA, Wish.REGISTER)], clock=lambda: NOW)

    assert {"gone-1": "released", CAI: "seated", BEA: "seated"} == states_of(transaction, seminar_id)


@pytest.mark.parametrize(("minutes", "forgotten"), [(59, 0), (60, 1)])
def test_a_cancelled_seminar_waits_until_it_cannot_come_back(
    transaction: Transaction, workspace_id: int, minutes: int, forgotten: int
) -> None:
    seminar_id = add_talk(transaction, workspace_id)
    with transaction() as session:
        session.get_one(tables.Seminar, seminar_id).cancelled_at = NOW

    assert forgotten == forget(transaction, workspace_id, NOW + timedelta(minutes=minutes))


def test_who_runs_what_lies_ahead_stays_in_it(transaction: Transaction, workspace_id: int) -> None:
    add_talk(transaction, workspace_id, Wish.RELEASE, user_id="U0HOST")

    assert 0 == forget(transaction, workspace_id, NOW, "U0HOST")
    with transaction() as session:
        assert 1 == forget_choices(session, workspace_id, "U0HOST")
        assert session.get(tables.Member, (workspace_id, "U0HOST")) is not None


def test_another_workspace_is_not_touched(transaction: Transaction, workspace_id: int) -> None:
    with transaction() as session:
        other = add_workspace(session, "T0OTHER")
    seminar_id = add_talk(transaction, other)

    assert 0 == forget(transaction, workspace_id, ENDED)

    assert {BEA: "seated", CAI: "seated"} == states_of(transaction, seminar_id)


def test_what_was_chosen_goes_too(transaction: Transaction, workspace_id: int) -> None:
    own = {"workspace_id": workspace_id, "user_id": BEA}
    with transaction() as session:
        session.add_all(
            [
                tables.Preference(reminder_minutes=[10], follows={}, feed_key="secret", **own),
                tables.Draft(fields={}, created_at=NOW, **own),
            ]
        )
    add_talk(transaction, workspace_id)
    with transaction() as session:
        before = read_my_data(session, workspace_id, BEA)
    forget(transaction, workspace_id, ENDED)

    with transaction() as session:
        assert 0 == forget_choices(session, workspace_id, BEA)

    with transaction() as session:
        after = read_my_data(session, workspace_id, BEA)
        left = session.scalars(select(tables.Member.user_id)).all()
    assert (1, 1, True) == (before.named_in, before.drafts, before.has_choices)
    assert (0, 0, False, None) == (after.named_in, after.drafts, after.has_choices, after.zone)
    assert [CAI] == left


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_registers_again_at_the_same_moment_keeps_the_seat(
    engine: Engine, transaction: Transaction, workspace_id: int
) -> None:
    seminar_id = add_talk(transaction, workspace_id, Wish.RELEASE)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            register(session, [Press(workspace_id, seminar_id, BEA, Wish.REGISTER)], clock=lambda: NOW)
            forgetting = pool.submit(forget, transaction, workspace_id, NOW)
            wait_for_a_lock(engine)
        forgotten = forgetting.result(timeout=10)

    assert 0 == forgotten
    assert {BEA: "seated", CAI: "seated"} == states_of(transaction, seminar_id)


def wait_for_a_lock(engine: Engine) -> None:
    """Wait until a session of PostgreSQL waits for another's lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    deadline = datetime.now().astimezone() + timedelta(seconds=1.8)  # the lock is waited for two seconds
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(waiting):
            assert datetime.now().astimezone() < deadline, "nobody waits for the lock"
