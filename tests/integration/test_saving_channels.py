"""Adding and removing the channels of a seminar, on both engines."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services.changing import ChangedMeanwhileError
from bot.services.channels import (
    NO_LONGER_THERE,
    ChannelPlan,
    list_cards,
    list_channels,
    plan_channels,
    save_channels,
)
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.storage.staff import list_seminar_changes
from bot.views.channels import CardState
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    """A seminar that is announced in C0TALKS0."""
    with transaction() as session:
        return add_seminar(session, add_workspace(session)).id


def save(session: Session, seminar_id: int, *chosen: str, seen: str | None = None) -> ChannelPlan:
    plan = plan_channels(session, seminar_id, chosen)
    return save_channels(
        session,
        seminar_id,
        chosen,
        seen=plan.fingerprint() if seen is None else seen,
        workspace_id=1,
        actor="U0STAFF",
        now=LATER,
    )


def set_posted(session: Session, **values: Any) -> None:
    """Let every card stand as it does once it was posted."""
    posted = {"state": "done", "lane": "chat.update", "done": tables.Delivery.wanted} | values
    session.execute(update(tables.Delivery).values(**posted))
    session.execute(update(tables.Announcement).values(message_ts="1595980800.000001"))


def cards(session: Session) -> dict[str, tuple[str, str, str | None]]:
    return {row.target: (row.state, row.lane, row.reason) for row in deliveries(session, "announcement")}


def test_a_new_channel_is_promised_a_card_and_the_change_is_recorded(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        set_posted(session)
        save(session, seminar_id, "C0TALKS0", "C0MORE")

    with transaction() as session:
        assert list_channels(session, seminar_id) == ("C0TALKS0", "C0MORE")
        assert cards(session)["C0MORE"] == ("due", "chat.postMessage", None)
        (change,) = list_seminar_changes(session, seminar_id)
        assert (change.kind, change.actor) == ("channels", "U0STAFF")
        assert change.details == {"added": ["C0MORE"], "removed": []}
        assert get_seminar(session, seminar_id, workspace_id=1).version == 2


def test_what_was_never_posted_is_promised_no_longer(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        save(session, seminar_id, "C0MORE")

    with transaction() as session:
        assert cards(session)["C0TALKS0"] == ("dropped", "chat.postMessage", NO_LONGER_THERE)
        assert [card.channel_id for card in list_cards(session, seminar_id)] == ["C0MORE"]


def test_what_was_posted_is_redrawn(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        set_posted(session)
        save(session, seminar_id, "C0MORE")

    with transaction() as session:
        assert cards(session)["C0TALKS0"] == ("due", "chat.update", None)


@pytest.mark.parametrize("state", ["refused", "unknown"])
def test_a_trouble_ends_with_its_channel(transaction: Transaction, seminar_id: int, state: str) -> None:
    with transaction() as session:
        set_posted(session, state=state, reason="is_archived")
        assert [card.state for card in list_cards(session, seminar_id)] == [CardState.STUCK]
        save(session, seminar_id, "C0MORE")

    with transaction() as session:
        assert cards(session)["C0TALKS0"] == ("dropped", "chat.update", NO_LONGER_THERE)


def test_a_card_that_was_posted_comes_back_in_its_message(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        set_posted(session)
        save(session, seminar_id, "C0MORE")
        save(session, seminar_id, "C0MORE", "C0TALKS0")

    with transaction() as session:
        assert cards(session)["C0TALKS0"] == ("due", "chat.update", None)
        assert list_channels(session, seminar_id) == ("C0TALKS0", "C0MORE")


def test_a_card_that_was_never_posted_comes_back_to_be_posted(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        save(session, seminar_id, "C0MORE")
        save(session, seminar_id, "C0MORE", "C0TALKS0")

    with transaction() as session:
        assert cards(session)["C0TALKS0"] == ("due", "chat.postMessage", None)
        assert session.scalars(select(tables.Announcement.removed_at)).all() == [None, None]


def test_a_seminar_that_is_announced_later_is_posted_then(transaction: Transaction, seminar_id: int) -> None:
    publish_at = LATER + timedelta(days=1)
    with transaction() as session:
        session.execute(update(tables.Seminar).values(publish_at=publish_at))
        session.execute(update(tables.Delivery).values(due_at=publish_at))
        save(session, seminar_id, "C0MORE")
        save(session, seminar_id, "C0MORE", "C0TALKS0")

    with transaction() as session:
        assert [row.due_at for row in deliveries(session, "announcement")] == [publish_at, publish_at]
        assert [card.due_at for card in list_cards(session, seminar_id)] == [publish_at, publish_at]


def test_saving_twice_changes_nothing_the_second_time(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        save(session, seminar_id, "C0MORE")
        again = save(session, seminar_id, "C0MORE")

    assert again.is_empty
    with transaction() as session:
        assert len(list_seminar_changes(session, seminar_id)) == 1


def test_what_was_not_previewed_is_not_saved(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        seen = plan_channels(session, seminar_id, ["C0MORE"]).fingerprint()
        save(session, seminar_id, "C0TALKS0", "C0OTHER")

        with pytest.raises(ChangedMeanwhileError):
            save(session, seminar_id, "C0MORE", seen=seen)

    with transaction() as session:
        assert list_channels(session, seminar_id) == ("C0TALKS0", "C0OTHER")


def test_another_workspace_changes_no_channels(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session, pytest.raises(SeminarNotFoundError):
        save_channels(session, seminar_id, ["C0MORE"], seen="", workspace_id=99, actor="U0STAFF", now=LATER)
