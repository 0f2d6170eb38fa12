"""A worker that has room for a few calls shares it among the workspaces that wait; on both engines."""

from collections import Counter

from bot.storage.deliveries import POST, UPDATE, Kind, Priority, Promise, promise
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.queue import Claimed, claim
from tests.factories import NOW
from tests.integration.rows import add_workspace

RATES = {POST: Rate(4.5, 20), UPDATE: Rate(0.7, 12)}


def promise_to(transaction: Transaction, team: str, targets: range) -> int:
    """Promise a word to so many people of a new workspace, and return its id."""
    with transaction() as session:
        workspace_id = add_workspace(session, team)
        promise(
            session,
            [
                Promise(
                    workspace_id=workspace_id,
                    key=f"{team}:{number}",
                    kind=Kind.TROUBLE,
                    target=f"U{number:03}",
                    seminar_id=None,
                    priority=Priority.REMINDER,
                    due_at=NOW,
                )
                for number in targets
            ],
            now=NOW,
        )
        return workspace_id


def claim_room(transaction: Transaction, room: int) -> list[Claimed]:
    with transaction() as session:
        return claim(
            session,
            worker="one",
            now=NOW,
            elapsed=NOW,
            rates=RATES,
            room=room,
            is_ready=lambda _workspace, _lane, _target: True,
        )


def test_a_workspace_with_many_waiting_takes_no_room_from_the_others(transaction: Transaction) -> None:
    big = promise_to(transaction, "T0BIG", range(60))
    small, other = promise_to(transaction, "T0SMALL", range(3)), promise_to(transaction, "T0OTHER", range(3))

    claimed = claim_room(transaction, room=6)

    assert Counter(one.workspace_id for one in claimed) == {big: 2, small: 2, other: 2}


def test_room_that_the_others_leave_goes_to_the_workspace_with_many(transaction: Transaction) -> None:
    big = promise_to(transaction, "T0BIG", range(60))
    small = promise_to(transaction, "T0SMALL", range(3))

    claimed = claim_room(transaction, room=12)

    assert Counter(one.workspace_id for one in claimed) == {big: 9, small: 3}


def test_within_its_share_of_the_room_a_workspace_sends_in_order(transaction: Transaction) -> None:
    big = promise_to(transaction, "T0BIG", range(60))
    promise_to(transaction, "T0SMALL", range(3))

    claimed = claim_room(transaction, room=6)

    assert [one.target for one in claimed if one.workspace_id == big] == ["U000", "U001", "U002"]


def test_what_found_no_room_keeps_its_budget(transaction: Transaction) -> None:
    promise_to(transaction, "T0BIG", range(60))

    first, second, third = (claim_room(transaction, room=12) for _ in range(3))

    assert (len(first), len(second), len(third)) == (12, 8, 0)
