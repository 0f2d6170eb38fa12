"""Staff add people who asked by other means, on both engines."""

from typing import Any

import pytest

from bot.domain.registering import Wish
from bot.services.changing import look_at_seminar
from bot.services.people import add, decide_adding
from bot.storage.engine import Transaction
from bot.storage.ledger import list_changes
from bot.storage.members import save_facts
from bot.storage.staff import list_seminar_changes
from bot.views.person_plans import Refusal
from tests.integration.people_rows import LATER, deed, fill_seminar, held, hold_seat, line, press, told
from tests.integration.rows import NOW


def test_somebody_is_added_at_the_end_of_the_line_and_told(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 3)
        plan = add(session, deed(session, seminar_id, "add", "U009", reason=""), wants_seat=False)

    with transaction() as session:
        assert (plan.refusal, plan.seated) == (None, False)
        assert line(session, seminar_id) == ["U002", "U009"]
        assert told(session) == [("seat", "U009")]
        last = list_changes(session, seminar_id)[-1]
        assert (last.cause, last.reason) == ("added", None)
        assert list_seminar_changes(session, seminar_id)[-1].kind == "added"


def test_who_gave_a_seat_back_can_be_added_again(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 1)
        press(session, seminar_id, 0, wish=Wish.RELEASE)
        plan = add(session, deed(session, seminar_id, "add", "U000", reason=""), wants_seat=True)

    with transaction() as session:
        assert (plan.refusal, plan.above) == (None, None)
        assert held(session, seminar_id) == {"U000": "seated"}


@pytest.mark.parametrize(
    ("overrides", "refusal"),
    [
        ({"capacity": 2}, None),
        ({"capacity": 2, "has_waitlist": False}, Refusal.NO_LINE),
        ({"capacity": 9}, Refusal.NO_LINE),
        ({"capacity": None}, Refusal.NO_LINE),
    ],
)
def test_there_is_a_line_to_join_where_one_is_kept_and_no_seat_is_free(
    transaction: Transaction, overrides: dict[str, Any], refusal: Refusal | None
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 2, **overrides)
        plan = decide_adding(look_at_seminar(session, seminar_id, workspace_id=1), LATER)
        added = add(session, deed(session, seminar_id, "add", "U009"), wants_seat=False)

    assert (refusal is None, refusal) == (plan.can_wait, added.refusal)


@pytest.mark.parametrize(
    ("user_id", "refusal"),
    [
        ("U000", Refusal.HAS_SEAT),
        ("U002", Refusal.IN_LINE),
        ("U008", Refusal.ASKED),
        ("U0BOT", Refusal.IS_APP),
        ("USLACKBOT", Refusal.IS_APP),
        ("U0GONE", Refusal.DEACTIVATED),
    ],
)
def test_who_is_there_already_or_is_nobody_is_not_added(
    transaction: Transaction, user_id: str, refusal: Refusal
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 3)
        hold_seat(session, seminar_id, "U008")
        facts: dict[str, Any] = {"zone": None, "is_admin": False, "is_deactivated": True, "now": NOW}
        save_facts(session, 1, "U0GONE", **facts)
        before = held(session, seminar_id)
        plan = add(session, deed(session, seminar_id, "add", user_id), wants_seat=True)

    with transaction() as session:
        assert plan.refusal is refusal
        assert held(session, seminar_id) == before
