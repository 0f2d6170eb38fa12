"""Staff seat, move and remove people, and what holds for all that they do to one, on both engines."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.services.changing import ChangedMeanwhileError, look_at_seminar
from bot.services.people import add, decide_removal, decide_seat, give_seat, move, remove
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.ledger import list_changes
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.storage.staff import list_seminar_changes
from bot.views.person_plans import Refusal
from tests.integration.people_rows import LATER, STAFF, deed, fill_seminar, held, hold_seat, line, press, told
from tests.integration.rows import NOW, add_workspace


def set_seminar(session: Session, **values: Any) -> None:
    session.execute(update(tables.Seminar).values(**values))
    session.expire_all()


def test_a_seat_above_the_limit_changes_no_limit_and_is_recorded(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        plan = give_seat(session, deed(session, seminar_id, "seat", "U003"))

    with transaction() as session:
        assert (None, 3, 1) == (plan.refusal, plan.above, plan.ahead)
        assert held(session, seminar_id)["U003"] == "seated"
        assert line(session, seminar_id) == ["U002"]
        assert get_seminar(session, seminar_id, workspace_id=1).capacity == 2
        assert told(session) == [("seat", "U003")]
        (record,) = list_seminar_changes(session, seminar_id)
        assert (record.kind, record.actor) == ("seated", STAFF)
        assert record.details == {"user": "U003", "reason": "Because"}
        last = list_changes(session, seminar_id)[-1]
        assert (last.cause, last.actor, last.reason) == ("seated", STAFF, "Because")


def test_a_seat_out_of_turn_needs_a_reason_and_one_that_is_free_does_not(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 3)
        out_of_turn = give_seat(session, deed(session, seminar_id, "seat", "U002", reason=""))
        set_seminar(session, capacity=9)
        free = give_seat(session, deed(session, seminar_id, "seat", "U002", reason=""))

    with transaction() as session:
        assert out_of_turn.refusal is Refusal.REASON_MISSING
        assert (free.refusal, free.needs_reason) == (None, False)
        assert list_changes(session, seminar_id)[-1].reason is None


def test_a_seat_that_is_held_for_somebody_can_be_given_to_them_within_the_limit(
    transaction: Transaction,
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 1)
        hold_seat(session, seminar_id, "U009")
        press(session, seminar_id, 1)
        plan = give_seat(session, deed(session, seminar_id, "seat", "U009", reason=""))

    with transaction() as session:
        assert (None, None, 0) == (plan.refusal, plan.above, plan.ahead)
        assert held(session, seminar_id) == {"U000": "seated", "U001": "waitlisted", "U009": "seated"}


def test_a_removal_seats_whom_the_form_named_and_tells_as_many(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        room = look_at_seminar(session, seminar_id, workspace_id=1)
        shown = decide_removal(room, "U001", LATER, actor=STAFF)
        remove(session, deed(session, seminar_id, "remove", "U001"))

    with transaction() as session:
        assert shown.consequence.seated == ("U002",)
        assert held(session, seminar_id) == {
            "U000": "seated",
            "U001": "released",
            "U002": "seated",
            "U003": "waitlisted",
        }
        assert told(session) == [("seat", "U001"), ("promotion", "U002")]
        assert shown.consequence.told == len(told(session))


def test_a_removal_above_the_limit_seats_nobody(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        give_seat(session, deed(session, seminar_id, "seat", "U003"))
        plan = remove(session, deed(session, seminar_id, "remove", "U000"))

    with transaction() as session:
        assert plan.consequence.seated == ()
        assert line(session, seminar_id) == ["U002"]


def test_a_removal_needs_a_reason(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 1)
        plan = remove(session, deed(session, seminar_id, "remove", "U000", reason=""))

    with transaction() as session:
        assert plan.refusal is Refusal.REASON_MISSING
        assert held(session, seminar_id) == {"U000": "seated"}
        assert list_seminar_changes(session, seminar_id) == []


@pytest.mark.parametrize(
    ("place", "order"),
    [
        (1, ["U004", "U002", "U003"]),
        (2, ["U002", "U004", "U003"]),
    ],
)
def test_a_waiter_is_moved_to_a_place_and_only_they_are_told(
    transaction: Transaction, place: int, order: list[str]
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 5)
        plan = move(session, deed(session, seminar_id, "move", "U004"), place)

    with transaction() as session:
        assert (plan.refusal, plan.place) == (None, place)
        assert line(session, seminar_id) == order
        assert told(session) == [("seat", "U004")]
        assert [row.kind for row in list_seminar_changes(session, seminar_id)] == ["moved_in_line"]


@pytest.mark.parametrize(
    ("place", "refusal"),
    [
        (3, Refusal.THERE_ALREADY),
        (4, Refusal.PLACE_WRONG),
        (0, Refusal.PLACE_WRONG),
        (None, Refusal.PLACE_WRONG),
    ],
)
def test_a_place_that_cannot_be_changes_nothing(
    transaction: Transaction, place: int | None, refusal: Refusal
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 5)
        plan = move(session, deed(session, seminar_id, "move", "U004"), place)

    with transaction() as session:
        assert plan.refusal is refusal
        assert told(session) == []


def test_many_moves_to_the_same_place_each_find_room(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 6)
    order = ["U002", "U003", "U004", "U005"]

    for _ in range(25):
        mover = order[-1]
        order = [order[0], mover, *order[1:-1]]
        with transaction() as session:
            plan = move(session, deed(session, seminar_id, "move", mover), 2)
            assert plan.refusal is None
        with transaction() as session:
            assert line(session, seminar_id) == order

    with transaction() as session:
        movers = ["U005", "U004", "U003"]
        assert told(session) == [("seat", movers[turn % 3]) for turn in range(25)]


def test_the_same_form_twice_does_it_once(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 6)
        seating = deed(session, seminar_id, "seat", "U002")
        give_seat(session, seating)
        moving = deed(session, seminar_id, "move", "U005")
        move(session, moving, 1)
        removing = deed(session, seminar_id, "remove", "U000")
        remove(session, removing)
        adding = deed(session, seminar_id, "add", "U009")
        add(session, adding, wants_seat=True)

    with transaction() as session:
        again = [
            give_seat(session, seating).refusal,
            move(session, moving, 1).refusal,
            remove(session, removing).refusal,
            add(session, adding, wants_seat=True).refusal,
        ]

    with transaction() as session:
        expected = [Refusal.HAS_SEAT, Refusal.THERE_ALREADY, Refusal.HAS_NOTHING, Refusal.HAS_SEAT]
        assert expected == again
        kinds = [row.kind for row in list_seminar_changes(session, seminar_id)]
        assert kinds == ["seated", "moved_in_line", "removed", "added"]
        assert held(session, seminar_id)["U009"] == "seated"


def test_what_a_form_did_not_show_is_not_done(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        removing = deed(session, seminar_id, "remove", "U000")
        seating = deed(session, seminar_id, "seat", "U002")
        moving = deed(session, seminar_id, "move", "U003")
        press(session, seminar_id, 2, wish=Wish.RELEASE)
        before = held(session, seminar_id)

    with transaction() as session, pytest.raises(ChangedMeanwhileError):
        remove(session, removing)  # another one moves up
    with transaction() as session, pytest.raises(ChangedMeanwhileError):
        move(session, moving, 1 + 1)  # they are first by now
    with transaction() as session:
        give_seat(session, deed(session, seminar_id, "seat", "U007"))
    with transaction() as session, pytest.raises(ChangedMeanwhileError):
        give_seat(session, seating)  # it makes four
    with transaction() as session:
        assert held(session, seminar_id) == before | {"U007": "seated"}


def test_who_was_removed_meanwhile_is_not_seated_by_an_older_form(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 5)
        seating = deed(session, seminar_id, "seat", "U003")
        remove(session, deed(session, seminar_id, "remove", "U003"))

    with transaction() as session, pytest.raises(ChangedMeanwhileError):
        give_seat(session, seating)


@pytest.mark.parametrize(
    ("values", "refusal"), [({"cancelled_at": NOW}, Refusal.CANCELLED), ({"ends_at": LATER}, Refusal.OVER)]
)
def test_what_is_cancelled_or_over_changes_no_more(
    transaction: Transaction, values: dict[str, Any], refusal: Refusal
) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        set_seminar(session, **({"starts_at": NOW} | values))
        refusals = {
            give_seat(session, deed(session, seminar_id, "seat", "U002")).refusal,
            move(session, deed(session, seminar_id, "move", "U003"), 1).refusal,
            remove(session, deed(session, seminar_id, "remove", "U000")).refusal,
            add(session, deed(session, seminar_id, "add", "U009"), wants_seat=True).refusal,
        }

    with transaction() as session:
        assert refusals == {refusal}
        assert told(session) == []


def test_while_the_talk_is_on_seats_are_given_and_the_line_stands_still(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 4)
        set_seminar(session, starts_at=NOW)
        moved = move(session, deed(session, seminar_id, "move", "U003"), 1)
        removed = remove(session, deed(session, seminar_id, "remove", "U000"))
        seated = give_seat(session, deed(session, seminar_id, "seat", "U003"))

    assert (moved.refusal, removed.refusal, seated.refusal) == (Refusal.NOT_SERVED, None, None)
    assert (removed.consequence.seated, seated.above) == ((), None)


def test_another_workspaces_seminar_is_not_there(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 1)
        other = add_workspace(session, "T0OTHER")
        theirs = deed(session, seminar_id, "remove", "U000", workspace_id=other)

    with transaction() as session, pytest.raises(SeminarNotFoundError):
        remove(session, theirs)


def test_looking_changes_nothing(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = fill_seminar(session, 3)
        before = held(session, seminar_id)
        decide_seat(look_at_seminar(session, seminar_id, workspace_id=1), "U002", LATER, actor=STAFF)
        decide_removal(look_at_seminar(session, seminar_id, workspace_id=1), "U000", LATER, actor=STAFF)

    with transaction() as session:
        assert held(session, seminar_id) == before
        assert told(session) == []
