"""What is sent about a seat that is held: what is true when it is sent, or nothing; on both engines."""

from datetime import timedelta

import pytest

from bot.domain.lifecycle import Cancel, Restore
from bot.domain.registering import Wish
from bot.domain.reminding import Skip
from bot.services.changing import open_seminar, save_change
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction
from tests.factories import NOW
from tests.integration.offer_stage import Asking
from tests.integration.test_life_notices import Stage

HELD = "Held until: Thursday 30 July, 08:00 in Sydney (AEST)."
AFTER = timedelta(hours=22)


@pytest.fixture
def asking(transaction: Transaction) -> Asking:
    """Return the seminar with the seat held for U2, while U3 and U4 wait."""
    stage = Asking(transaction, title="Khorgos", online_link="https://meet.example.org/a")
    stage.press("U1", Wish.RELEASE)
    return stage


@pytest.fixture
def stage(asking: Asking) -> Stage:
    return Stage(asking.transaction, asking.seminar_id)


def test_an_offer_says_until_when_it_is_held_as_it_is_sent(asking: Asking, stage: Stage) -> None:
    told = stage.send(Kind.OFFER)

    assert list(told) == ["U2"]
    assert told["U2"].startswith("A seat became free for “Khorgos”, and it is held for you. Do you want it? ")
    assert HELD in told["U2"]
    assert "meet.example.org" not in told["U2"]
    assert asking.states()["U2"] == "offered"


@pytest.mark.parametrize("wish", [Wish.ACCEPT, Wish.REFUSE])
def test_an_offer_that_was_answered_before_it_was_sent_is_not_sent(
    asking: Asking, stage: Stage, wish: Wish
) -> None:
    asking.press("U2", wish)

    assert stage.send(Kind.OFFER)["U2"] == Skip.SUPERSEDED


def test_who_did_not_answer_hears_where_they_are_now(asking: Asking, stage: Stage) -> None:
    asking.expire(NOW + AFTER)
    asking.press("U4", Wish.RELEASE, NOW + AFTER)

    told = stage.send(Kind.OFFER_GONE, after=AFTER)

    assert list(told) == ["U2"]
    assert "went to the next in line. You are first in line." in told["U2"]


def test_who_did_not_answer_and_then_left_hears_nothing_more(asking: Asking, stage: Stage) -> None:
    asking.expire(NOW + AFTER)
    asking.press("U2", Wish.RELEASE, NOW + AFTER)

    assert stage.send(Kind.OFFER_GONE, after=AFTER) == {"U2": Skip.SUPERSEDED}


def test_a_cancelled_talk_tells_who_is_asked_and_a_restored_one_asks_again(
    asking: Asking, stage: Stage
) -> None:
    stage.take(Cancel("The speaker is ill."))
    cancelled = stage.send(Kind.CANCELLED)
    stage.take(Restore(), after=timedelta(minutes=5))
    restored = stage.send(Kind.RESTORED, after=timedelta(minutes=5))

    assert cancelled["U2"].startswith("“Khorgos”, for which a seat is held for you, is cancelled.")
    assert "A seat is still held for you until Thursday 30 July, 08:00 in Sydney (AEST)." in restored["U2"]
    assert "meet.example.org" not in restored["U2"]
    assert set(restored) == {"U2", "U3", "U4"}
    assert asking.press("U2", Wish.ACCEPT) is not None


def test_who_is_asked_by_a_restored_talk_gets_that_one_message(asking: Asking, stage: Stage) -> None:
    stage.take(Cancel())
    stage.send(Kind.CANCELLED)
    with asking.transaction() as session:
        room = open_seminar(session, asking.seminar_id, workspace_id=asking.workspace_id)
        asking.write(session, asking.seminar_id, capacity=2)
        save_change(session, room, room.seminar, kind="seats", actor="U0ANA", details={}, now=NOW)

    change = stage.take(Restore(), after=timedelta(minutes=5))

    assert change.consequence.offered == ("U3",)
    assert list(stage.send(Kind.RESTORED)) == ["U2", "U4"]
    assert list(stage.send(Kind.OFFER))[-1] == "U3"
    assert change.consequence.told == 3
