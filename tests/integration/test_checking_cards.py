"""What Slack says of cards and channels: what becomes of the card, and who is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.checking import FROZEN, Fact, Found
from bot.services.channel_events import note_channel
from bot.services.checking import Told
from bot.services.delivering import Call
from bot.services.mending import mend
from bot.services.settling import PLAIN, Sent, settle
from bot.slack.errors import Accepted, Answer, BadPayload
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind
from bot.storage.engine import Transaction
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries

LATER = NOW + timedelta(hours=1)
OVER = NOW + timedelta(days=10)
CARD, TS = "C0TALKS0", "1596000000.000100"
ROW = tables.Delivery


def add_card(session: Session, **values: Any) -> int:
    """Add a seminar whose card is posted, and change the card's promise."""
    seminar_id = add_seminar(session, add_workspace(session)).id
    posted = {"state": "done", "done": ROW.wanted, "settled_at": NOW, "lane": UPDATE, "sent_ts": TS}
    session.execute(update(ROW).where(ROW.kind == Kind.ANNOUNCEMENT).values(**(posted | values)))
    session.execute(update(tables.Announcement).values(message_ts=TS))
    return seminar_id


def check(
    transaction: Transaction, fact: Fact, *, asked_of: str | None = TS, now: datetime = LATER
) -> list[Found]:
    with transaction() as session:
        (one,) = session.scalars(select(tables.Announcement)).all()
        told = {one.id: Told(asked_of, fact)}
        seen = mend(session, one.seminar_id, told, workspace_id=1, now=now, elapsed=now)
        return [finding.what for finding in seen.findings if finding.what.startswith(("card", "channel"))]


def stands(transaction: Transaction) -> tuple[str, str, str | None, int]:
    """Return how the card's promise stands, and how many words about it staff are owed."""
    with transaction() as session:
        (row,) = deliveries(session, Kind.ANNOUNCEMENT)
        return row.state, row.lane, row.reason, len(deliveries(session, Kind.TROUBLE))


@pytest.mark.parametrize(
    ("fact", "found", "expected"),
    [
        (Fact.THERE, [], ("done", UPDATE, None, 0)),
        (Fact.SILENT, [Found.CARD_NOT_KNOWN], ("done", UPDATE, None, 0)),
        (Fact.DELETED, [Found.CARD_DELETED], ("due", UPDATE, None, 0)),
        (Fact.ARCHIVED, [Found.CHANNEL_ARCHIVED], ("refused", UPDATE, "is_archived", 1)),
        (Fact.GONE, [Found.CHANNEL_GONE], ("refused", UPDATE, "channel_not_found", 1)),
    ],
)
def test_what_slack_says_decides_what_becomes_of_a_card(
    transaction: Transaction, fact: Fact, found: list[Found], expected: tuple[str, str, str | None, int]
) -> None:
    with transaction() as session:
        add_card(session)

    seen = check(transaction, fact)

    assert (found, expected) == (seen, stands(transaction))


@pytest.mark.parametrize("fact", [Fact.ARCHIVED, Fact.GONE])
def test_a_lost_channel_is_named_each_time_and_told_once(transaction: Transaction, fact: Fact) -> None:
    with transaction() as session:
        add_card(session)

    first, second = check(transaction, fact), check(transaction, fact)

    assert first == second != []
    assert 1 == stands(transaction)[-1]


@pytest.mark.parametrize(
    ("fact", "found"), [(Fact.DELETED, [Found.CARD_DELETED_AT_THE_END]), (Fact.ARCHIVED, []), (Fact.GONE, [])]
)
def test_after_the_talk_a_lost_card_is_left(transaction: Transaction, fact: Fact, found: list[Found]) -> None:
    with transaction() as session:
        add_card(session, settled_at=OVER)

    assert found == check(transaction, fact, now=OVER)
    assert ("done", UPDATE, None, 0) == stands(transaction)


def test_what_was_said_of_an_older_message_says_nothing_of_the_newer(transaction: Transaction) -> None:
    with transaction() as session:
        add_card(session)

    assert [] == check(transaction, Fact.DELETED, asked_of="1.1")
    assert "done" == stands(transaction)[0]


def test_a_card_that_can_be_changed_no_longer_is_posted_anew(transaction: Transaction) -> None:
    with transaction() as session:
        add_card(session, state="refused", reason=FROZEN)

    assert [Found.CARD_FROZEN] == check(transaction, Fact.THERE)
    assert ("due", POST, None, 0) == stands(transaction)


def test_a_card_that_may_be_there_twice_is_listed_only(transaction: Transaction) -> None:
    with transaction() as session:
        add_card(session, state="unknown", reason="the answer was lost twice")

    assert [Found.CARD_DOUBTFUL] == check(transaction, Fact.THERE)
    assert "unknown" == stands(transaction)[0]


def test_a_channel_that_comes_back_gets_its_card_again(transaction: Transaction) -> None:
    with transaction() as session:
        add_card(session)

    counts = [note(transaction, fact) for fact in (Fact.ARCHIVED, Fact.ARCHIVED, Fact.THERE, Fact.THERE)]

    assert [1, 0, 1, 0] == counts
    assert ("due", UPDATE, None, 1) == stands(transaction)


@pytest.mark.parametrize("reason", ["restricted_action", "msg_too_long"])
def test_a_refusal_that_has_nothing_to_do_with_it_stays(transaction: Transaction, reason: str) -> None:
    with transaction() as session:
        add_card(session, state="refused", reason=reason)

    assert 0 == note(transaction, Fact.THERE)
    assert ("refused", UPDATE, reason, 0) == stands(transaction)


@pytest.mark.parametrize(
    "about",
    [{"workspace_id": 2}, {"channel_id": "C0OTHER"}, {"now": OVER}],
    ids=["workspace", "channel", "over"],
)
def test_other_cards_are_left_alone(transaction: Transaction, about: dict[str, Any]) -> None:
    with transaction() as session:
        add_card(session)
        add_workspace(session, "T0OTHER")

    assert 0 == note(transaction, Fact.GONE, **about)
    assert ("done", UPDATE, None, 0) == stands(transaction)


def test_a_card_for_later_in_a_lost_channel_waits_for_its_time_when_that_is_back(
    transaction: Transaction,
) -> None:
    publish_at = NOW + timedelta(days=2)
    with transaction() as session:
        add_card(session, state="due", lane=POST, done=0, due_at=publish_at)
        session.execute(update(tables.Announcement).values(message_ts=None))
        session.execute(update(tables.Seminar).values(publish_at=publish_at))

    note(transaction, Fact.GONE)
    assert ("refused", POST, "channel_not_found", 1) == stands(transaction)
    note(transaction, Fact.THERE)

    with transaction() as session:
        (row,) = deliveries(session, Kind.ANNOUNCEMENT)
        assert ("due", POST, publish_at) == (row.state, row.lane, row.due_at)


def test_a_card_whose_blocks_are_refused_is_tried_once_as_text_and_staff_are_told(
    transaction: Transaction,
) -> None:
    wrong = BadPayload("invalid_blocks", ("too many",))
    with transaction() as session:
        add_card(session)

    first = answer(transaction, wrong)
    second = answer(transaction, wrong)

    assert (("due", True), ("refused", True)) == (first, second)
    assert 1 == stands(transaction)[-1]


def test_a_card_that_went_out_as_text_tries_its_blocks_at_the_next_change(transaction: Transaction) -> None:
    with transaction() as session:
        add_card(session)

    first = answer(transaction, BadPayload("invalid_blocks"))
    second = answer(transaction, Accepted({"channel": CARD, "ts": TS}))

    assert (("due", True), ("done", False)) == (first, second)


def note(transaction: Transaction, fact: Fact, **about: Any) -> int:
    given: dict[str, Any] = {"workspace_id": 1, "channel_id": CARD, "now": LATER} | about
    with transaction() as session:
        return note_channel(session, fact=fact, **given)


def answer(transaction: Transaction, answer: Answer) -> tuple[str, bool]:
    """Let Slack answer the card's call, and return how it stands and whether it is text alone."""
    with transaction() as session:
        (row,) = deliveries(session, Kind.ANNOUNCEMENT)
        row.state, row.leased_by, row.leased_until = "sending", "w", LATER
        session.flush()
        call = Call(row.id, 1, "T0CAIS", row.lane, CARD, {}, row.wanted)
        settle(session, [Sent(call, answer)], worker="w", now=LATER, elapsed=LATER)
        return row.state, PLAIN in row.details
