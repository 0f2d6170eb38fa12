"""A member's own reminders, planned beside those of the seminar; on both engines."""

from datetime import datetime, time, timedelta

import pytest

from bot.domain.preferences import Preferences
from bot.domain.registering import Wish
from bot.domain.reminding import Skip
from bot.services.preferences import plan_own, save_preferences
from bot.services.registering import Press, register
from bot.services.reminding import plan_due
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from bot.storage.members import save_facts
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace, deliveries

STARTS = make_seminar().starts_at
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = 7 * DAY


class Own:
    """One seminar with two registrants in Sydney, of whom U1 chose something."""

    def __init__(self, transaction: Transaction, chosen: Preferences) -> None:
        self.transaction = transaction
        with transaction() as session:
            self.workspace_id = add_workspace(session)
            seminar = add_seminar(session, self.workspace_id, reminder_offsets=(DAY,))
            self.seminar_id = seminar.id
            for user_id in ("U1", "U2"):
                press = Press(self.workspace_id, seminar.id, user_id, Wish.REGISTER)
                register(session, [press], clock=lambda: NOW)
                save_facts(
                    session,
                    self.workspace_id,
                    user_id,
                    zone="Australia/Sydney",
                    is_admin=False,
                    is_deactivated=False,
                    now=NOW,
                )
            save_preferences(session, self.workspace_id, "U1", chosen, now=NOW)

    def tick(self, at: datetime) -> None:
        with self.transaction() as session:
            plan_due(session, now=at)

    def reminders(self) -> list[tuple[str, int, str, datetime]]:
        with self.transaction() as session:
            rows = deliveries(session, Kind.REMINDER)
            return [(row.target, row.details["minutes"], row.reason or row.state, row.due_at) for row in rows]


def test_who_added_one_gets_it_and_nobody_else(transaction: Transaction) -> None:
    own = Own(transaction, Preferences(reminders=frozenset({WEEK, HOUR})))

    own.tick(STARTS - WEEK)
    own.tick(STARTS - DAY)
    own.tick(STARTS - HOUR)

    assert own.reminders() == [
        ("U1", 10080, "due", STARTS - WEEK),
        ("U1", 1440, "due", STARTS - DAY),
        ("U2", 1440, "due", STARTS - DAY),
        ("U1", 60, "due", STARTS - HOUR),
    ]


def test_after_an_outage_each_gets_the_nearest_of_their_own(transaction: Transaction) -> None:
    own = Own(transaction, Preferences(reminders=frozenset({HOUR})))

    own.tick(STARTS - HOUR + timedelta(minutes=5))

    assert [(target, minutes) for target, minutes, _, _ in own.reminders()] == [("U1", 60), ("U2", 1440)]


def test_who_wants_none_gets_none_with_the_reason_kept(transaction: Transaction) -> None:
    own = Own(transaction, Preferences(is_muted=True))

    own.tick(STARTS - DAY)

    assert [(target, state) for target, _, state, _ in own.reminders()] == [("U1", Skip.MUTED), ("U2", "due")]


def test_in_quiet_hours_a_reminder_waits_until_they_end(transaction: Transaction) -> None:
    own = Own(transaction, Preferences(quiet_from=time(10), quiet_until=time(12)))

    own.tick(STARTS - DAY)  # 11:00 in Sydney

    due_at = {target: at for target, _, _, at in own.reminders()}
    assert due_at == {"U1": STARTS - DAY + HOUR, "U2": STARTS - DAY}


@pytest.mark.parametrize(
    ("joined_at", "expected"),
    [
        (STARTS - HOUR - timedelta(minutes=1), [("U3", "due")]),
        (STARTS - HOUR + timedelta(minutes=1), [("U3", Skip.JOINED_LATER)]),
    ],
)
def test_who_registers_after_the_moment_of_their_own_reminder_is_not_reminded(
    transaction: Transaction, joined_at: datetime, expected: list[tuple[str, str]]
) -> None:
    own = Own(transaction, Preferences())
    with transaction() as session:
        chosen = Preferences(reminders=frozenset({HOUR}))
        save_preferences(session, own.workspace_id, "U3", chosen, now=STARTS - 2 * HOUR)
        press = Press(own.workspace_id, own.seminar_id, "U3", Wish.REGISTER)
        register(session, [press], clock=lambda: joined_at)

    own.tick(STARTS - HOUR + timedelta(minutes=2))
    own.tick(STARTS - HOUR + timedelta(minutes=3))

    assert expected == [(who, state) for who, minutes, state, _ in own.reminders() if minutes == 60]


def test_who_registers_once_the_moment_has_been_worked_off_hears_nothing_of_it(
    transaction: Transaction,
) -> None:
    own = Own(transaction, Preferences(reminders=frozenset({HOUR})))
    own.tick(STARTS - HOUR)
    with transaction() as session:
        chosen = Preferences(reminders=frozenset({HOUR}))
        save_preferences(session, own.workspace_id, "U3", chosen, now=STARTS - HOUR)
        press = Press(own.workspace_id, own.seminar_id, "U3", Wish.REGISTER)
        register(session, [press], clock=lambda: STARTS - HOUR + timedelta(minutes=1))

    own.tick(STARTS - HOUR + timedelta(minutes=2))

    assert ["U1"] == [who for who, minutes, _, _ in own.reminders() if minutes == 60]


@pytest.mark.parametrize("times", [1, 2])
def test_a_new_seminar_gets_the_moments_that_members_want(transaction: Transaction, times: int) -> None:
    own = Own(transaction, Preferences(reminders=frozenset({HOUR})))
    with transaction() as session:
        other = add_seminar(session, own.workspace_id, title="Rivers", reminder_offsets=(DAY,))
        for _ in range(times):
            plan_own(session, other, now=NOW)
        register(session, [Press(own.workspace_id, other.id, "U1", Wish.REGISTER)], clock=lambda: NOW)

    own.tick(STARTS - HOUR)

    with transaction() as session:
        told = [(row.seminar_id, row.target) for row in deliveries(session, Kind.REMINDER)]
    assert (other.id, "U1") in told
