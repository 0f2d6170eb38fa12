"""A card of what was cancelled before its time is not posted, unless restored just then; on both engines."""

from datetime import timedelta

from sqlalchemy import select, update

from bot.services.delivering import Call, Dropped, prepare
from bot.services.settling import settle
from bot.storage import tables
from bot.storage.deliveries import want_redrawn
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.queue import Claimed, claim
from tests.integration.rows import NOW, add_seminar, add_workspace

SOON, LATER = NOW + timedelta(minutes=10), NOW + timedelta(minutes=20)


def claim_card(transaction: Transaction) -> list[Claimed]:
    """Take up the card of a seminar that was cancelled before it was to be posted."""
    with transaction() as session:
        add_seminar(session, add_workspace(session))
        session.execute(update(tables.Seminar).values(publish_at=SOON, cancelled_at=NOW))
    with transaction() as session:
        return claim(
            session,
            worker="w",
            now=LATER,
            elapsed=LATER,
            rates={"chat.postMessage": Rate(4.5, 20)},
            room=10,
            is_ready=lambda _workspace, _lane, _target: True,
        )


def prepare_card(transaction: Transaction, claimed: list[Claimed]) -> list[Call | Dropped]:
    with transaction() as session:
        return prepare(session, claimed, now=LATER)


def settle_card(transaction: Transaction, prepared: list[Call | Dropped]) -> tuple[str, str | None]:
    with transaction() as session:
        dropped = [one for one in prepared if isinstance(one, Dropped)]
        settle(session, dropped, worker="w", now=LATER, elapsed=LATER)
    with transaction() as session:
        row = session.scalars(select(tables.Delivery)).one()
        return row.state, row.reason


def test_a_card_of_what_was_cancelled_before_its_time_is_dropped(transaction: Transaction) -> None:
    prepared = prepare_card(transaction, claim_card(transaction))

    assert ("dropped", "the talk was cancelled") == settle_card(transaction, prepared)


def test_a_card_that_is_wanted_again_while_it_is_dropped_is_looked_at_anew(transaction: Transaction) -> None:
    claimed = claim_card(transaction)
    prepared = prepare_card(transaction, claimed)
    with transaction() as session:
        session.execute(update(tables.Seminar).values(cancelled_at=None))
        want_redrawn(session, [claimed[0].seminar_id or 0], now=LATER)

    assert ("due", None) == settle_card(transaction, prepared)


def test_the_card_of_what_was_cancelled_after_its_time_is_posted_again_if_somebody_deletes_it(
    transaction: Transaction,
) -> None:
    claimed = claim_card(transaction)
    with transaction() as session:
        session.execute(update(tables.Seminar).values(cancelled_at=LATER))

    (card,) = prepare_card(transaction, claimed)

    assert isinstance(card, Call)
    assert "Cancelled" in card.args["text"]
