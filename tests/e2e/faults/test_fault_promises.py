"""How faults are written down, on both engines: what staff are told once, a card that is found again."""

from collections.abc import Sequence

import pytest

from bot.domain.registering import Wish
from bot.services.adopting import PressedCard, adopt_card, is_card_lost
from bot.services.delivering import Call, prepare
from bot.services.registering import Press, register
from bot.services.settling import Sent, settle
from bot.services.troubles import MOST_NAMED
from bot.slack.errors import Accepted, Answer, Doubtful, RefusedForTarget
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.queue import claim
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, deliveries

RATES = {POST: Rate(100, 1000), UPDATE: Rate(100, 1000)}
CHANNEL, TS = "C0TALKS0", "1596000000.000100"


class Office:
    """One seminar with one card, and a worker that settles by hand."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        with transaction() as session:
            self.workspace_id = add_workspace(session)
            self.seminar_id = add_seminar(session, self.workspace_id, capacity=100).id

    def press(self, *user_ids: str) -> None:
        with self.transaction() as session:
            presses = [
                Press(self.workspace_id, self.seminar_id, user_id, Wish.REGISTER) for user_id in user_ids
            ]
            register(session, presses, clock=lambda: NOW)

    def answer(self, answer: Answer, *, only: str = "") -> list[Call]:
        """Claim what is due, and answer the calls of one lane or of all; the others are accepted."""
        with self.transaction() as session:
            row = tables.Delivery
            session.query(row).filter(row.state == "due").update({"due_at": NOW})
            claimed = claim(
                session, worker="one", now=NOW, elapsed=NOW, rates=RATES, room=200, is_ready=lambda *_: True
            )
        with self.transaction() as session:
            calls = [one for one in prepare(session, claimed, now=NOW) if isinstance(one, Call)]
            sent = [Sent(call, answer if call.target.startswith(only) else accepted()) for call in calls]
            settle(session, sent, worker="one", now=NOW, elapsed=NOW)
        return calls

    def rows(self, kind: str) -> list[tables.Delivery]:
        with self.transaction() as session:
            return deliveries(session, kind)

    def adopt(self, *, workspace_id: int | None = None, channel_id: str = CHANNEL, ts: str = TS) -> bool:
        """Press a message, and say whether it was taken for a card that was lost."""
        card = PressedCard(workspace_id or self.workspace_id, self.seminar_id, channel_id, ts)
        with self.transaction() as session:
            found = is_card_lost(session, card)
            adopt_card(session, card, now=NOW)
        return found


@pytest.fixture
def office(transaction: Transaction) -> Office:
    return Office(transaction)


def accepted() -> Accepted:
    return Accepted({"ok": True, "channel": "D1", "ts": TS})


def named(rows: Sequence[tables.Delivery]) -> list[str | None]:
    return [row.details.get("user") for row in rows]


def test_few_who_cannot_be_reached_are_named_and_many_are_not(office: Office) -> None:
    office.answer(accepted())
    office.press(*(f"U{number:03}" for number in range(60)))

    office.answer(RefusedForTarget("user_disabled"), only="U0")

    told = office.rows(Kind.TROUBLE)
    assert len(told) == MOST_NAMED + 1
    assert named(told).count(None) == 1


def test_a_code_without_end_fits_a_key(office: Office) -> None:
    office.answer(RefusedForTarget("x" * 500))

    (told,) = office.rows(Kind.TROUBLE)
    assert told.details["code"] == "x" * 500


def test_a_lost_card_is_found_by_a_press_and_wants_to_be_redrawn(office: Office) -> None:
    office.answer(Doubtful("time-out"))
    office.answer(Doubtful("time-out"))

    found = office.adopt()

    (row,) = office.rows(Kind.ANNOUNCEMENT)
    assert (found, row.state, row.lane, row.sent_ts, row.doubts) == (True, "due", UPDATE, TS, 0)
    (call, *_) = office.answer(accepted())
    assert (call.lane, call.args["ts"]) == (UPDATE, TS)


@pytest.mark.parametrize("elsewhere", [{"channel_id": "C0OTHER"}, {"workspace_id": 99}, {"ts": ""}])
def test_a_press_elsewhere_finds_no_card(office: Office, elsewhere: dict[str, object]) -> None:
    office.answer(Doubtful("time-out"))
    office.answer(Doubtful("time-out"))

    found = office.adopt(**elsewhere)  # type: ignore[arg-type]  # one of its arguments

    assert (found, office.rows(Kind.ANNOUNCEMENT)[0].state) == (False, "unknown")


def test_a_press_on_a_card_that_is_known_leaves_it_alone(office: Office) -> None:
    office.answer(accepted())

    found = office.adopt(ts="1.2")

    assert (found, office.rows(Kind.ANNOUNCEMENT)[0].sent_ts) == (False, TS)
