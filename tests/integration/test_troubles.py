"""What staff are told when workers died with a message in hand."""

from datetime import datetime, timedelta

from bot.domain.registering import Wish
from bot.services.registering import Press, register
from bot.services.settling import take_back
from bot.storage.deliveries import POST, UPDATE, Kind
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.queue import LEASE, claim
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries

RATES = {POST: Rate(4.5, 20), UPDATE: Rate(0.7, 12)}


def test_a_message_that_two_dead_workers_held_is_told_to_staff_once(transaction: Transaction) -> None:
    second = NOW + 2 * LEASE + timedelta(seconds=2)
    with transaction() as session:
        workspace_id = add_workspace(session)
        seminar_id = add_seminar(session, workspace_id, channels=0).id
        register(session, [Press(workspace_id, seminar_id, "U0ADA", Wish.REGISTER)], clock=lambda: NOW)

    hold_and_die(transaction, NOW)
    hold_and_die(transaction, NOW + LEASE + timedelta(seconds=1))
    hold_and_die(transaction, second)
    hold_and_die(transaction, second)

    with transaction() as session:
        (lost,) = deliveries(session, Kind.CONFIRMATION)
        (told,) = deliveries(session, Kind.TROUBLE)
    assert ("unknown", 2, second) == (lost.state, lost.doubts, lost.settled_at)
    assert {"user": "U0ADA", "code": "unknown"} == told.details


def hold_and_die(transaction: Transaction, at: datetime) -> None:
    """Take back what others held, take the confirmation, and settle nothing."""
    with transaction() as session:
        take_back(session, now=at, elapsed=at)
        claim(
            session,
            worker=f"dead at {at}",
            now=at,
            elapsed=at,
            rates=RATES,
            room=1,
            is_ready=lambda _workspace, _lane, target: target == "U0ADA",
        )
