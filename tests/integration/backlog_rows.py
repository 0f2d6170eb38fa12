"""Deliveries in every state, for tests of what watches them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.storage import tables
from bot.storage.engine import Transaction
from tests.integration.rows import NOW, add_workspace

MINUTE = timedelta(minutes=1)
COUNTS = {"due": 3, "later": 1, "stranded": 1, "sending": 1, "refused": 2, "unknown": 1}


def add_deliveries(
    transaction: Transaction, *, count: int = 1, team_id: str = "T0CAIS", **columns: Any
) -> None:
    lease = NOW + MINUTE if columns.get("state") == "sending" else None
    with transaction() as session:
        workspace_id = add_workspace(session, team_id)
        session.add_all(
            tables.Delivery(
                **{
                    "workspace_id": workspace_id,
                    "key": f"{columns}{team_id}{number}",
                    "kind": "reminder",
                    "lane": "chat.postMessage",
                    "target": "U0ANA",
                    "details": {},
                    "priority": 2,
                    "rank_at": NOW,
                    "due_at": NOW,
                    "leased_until": lease,
                    "created_at": NOW,
                }
                | columns
            )
            for number in range(count)
        )


def add_one_of_each(transaction: Transaction) -> None:
    """Add what `COUNTS` counts; the oldest that is due has been so for three minutes."""
    add_deliveries(transaction, count=2, due_at=NOW - MINUTE)
    add_deliveries(transaction, due_at=NOW - 3 * MINUTE)
    add_deliveries(transaction, due_at=NOW + MINUTE)
    add_deliveries(transaction, state="sending")
    add_deliveries(transaction, state="refused", count=2)
    add_deliveries(transaction, state="unknown")
    add_deliveries(transaction, state="done", count=5)
    add_deliveries(transaction, state="dropped", count=5)
    add_deliveries(transaction, team_id="T0GONE", due_at=NOW - 99 * MINUTE)
    with transaction() as session:
        workspace = tables.Workspace
        session.execute(
            update(workspace).where(workspace.team_id == "T0GONE").values(gone_reason="token_revoked")
        )
