"""Two of the staff, or staff and the member, do something to one person at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError
from bot.services.people import Deed, give_seat, move, remove
from bot.storage import seminars
from bot.storage.engine import Transaction, transactions
from bot.storage.ledger import list_changes
from tests.integration.people_rows import deed, fill_seminar, held, press

Act = Callable[[Session], object]

LOST, CHANGED = "lost", "changed"


def race(transaction: Transaction, *acts: Act) -> Counter[object]:
    """Let all of it happen at the same moment, a transaction each, and return what became of it."""
    together = threading.Barrier(len(acts))

    def one(act: Act) -> object:
        together.wait(timeout=10)
        try:
            with transaction() as session:
                return act(session)
        except ChangedMeanwhileError:
            return CHANGED
        except DBAPIError:
            return LOST

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(one, acts))


def seats(what: Deed) -> Act:
    return lambda session: give_seat(session, what).refusal


def removes(what: Deed) -> Act:
    return lambda session: remove(session, what).refusal


def moves(what: Deed, place: int) -> Act:
    return lambda session: move(session, what, place).refusal


def presses(seminar_id: int, number: int, wish: Wish) -> Act:
    return lambda session: press(session, seminar_id, number, wish=wish)


@pytest.fixture
def seminar_id(transaction: Transaction) -> int:
    """Two seats, which U000 and U001 have; U002 to U004 wait."""
    with transaction() as session:
        return fill_seminar(session, 5)


def causes(transaction: Transaction, seminar_id: int, user_id: str) -> list[str]:
    """Return what happened to somebody by the ledger, which must agree with the registrations."""
    with transaction() as session:
        held(session, seminar_id)
        return [one.cause.value for one in list_changes(session, seminar_id) if one.user_id == user_id]


def test_two_who_seat_the_same_person_give_one_seat(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        what = deed(session, seminar_id, "seat", "U003")

    became = race(transaction, seats(what), seats(what))

    assert became == {None: 1, "has_seat": 1}
    assert causes(transaction, seminar_id, "U003") == ["pressed", "seated"]


def test_without_the_lock_one_of_the_two_is_lost(
    engine: Engine, transaction: Transaction, seminar_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: both find the person in line, and only the ledger's key keeps one of them out."""
    with transaction() as session:
        what = deed(session, seminar_id, "seat", "U003")
    together = threading.Barrier(2)

    def without_lock(session: Session, ids: list[int]) -> dict[int, Seminar]:
        found = seminars.find_seminars(session, ids)
        seminars.count_registrations(session, ids)
        together.wait(timeout=10)
        return found

    monkeypatch.setattr(seminars, "lock_seminars", without_lock)

    became = race(transactions(engine, is_reading=True), seats(what), seats(what))

    assert became == {None: 1, LOST: 1}


def test_two_who_remove_the_same_person_free_one_seat(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        what = deed(session, seminar_id, "remove", "U000")

    became = race(transaction, removes(what), removes(what))

    assert became == {None: 1, "has_nothing": 1}
    with transaction() as session:
        assert held(session, seminar_id) == {
            "U000": "released",
            "U001": "seated",
            "U002": "seated",
            "U003": "waitlisted",
            "U004": "waitlisted",
        }


def test_one_seats_and_one_removes_the_same_waiter(transaction: Transaction, seminar_id: int) -> None:
    with transaction() as session:
        seating = deed(session, seminar_id, "seat", "U003")
        removing = deed(session, seminar_id, "remove", "U003")

    became = race(transaction, seats(seating), removes(removing))

    # Whoever comes second sees what the first did before they decide.
    assert (1, 1) == (became[None], became[CHANGED])
    assert causes(transaction, seminar_id, "U003") in (["pressed", "seated"], ["pressed", "removed"])


def test_a_member_who_leaves_while_staff_remove_them_frees_one_seat(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        what = deed(session, seminar_id, "remove", "U000")

    became = race(transaction, removes(what), presses(seminar_id, 0, Wish.RELEASE))

    assert sum(became.values()) == 2
    assert became[LOST] == became[CHANGED] == 0
    history = causes(transaction, seminar_id, "U000")
    assert history in (["pressed", "removed"], ["pressed", "pressed"])
    with transaction() as session:
        assert Counter(held(session, seminar_id).values()) == {"seated": 2, "waitlisted": 2, "released": 1}


def test_a_member_who_registers_while_staff_remove_them_ends_at_the_end_or_outside(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        what = deed(session, seminar_id, "remove", "U000")

    race(transaction, removes(what), presses(seminar_id, 0, Wish.REGISTER))

    with transaction() as session:
        now = held(session, seminar_id)
        assert now["U000"] in ("released", "waitlisted")
        assert Counter(now.values())["seated"] == 2


def test_two_who_move_the_same_waiter_to_two_places_move_them_once(
    transaction: Transaction, seminar_id: int
) -> None:
    with transaction() as session:
        what = deed(session, seminar_id, "move", "U004")

    became = race(transaction, moves(what, 1), moves(what, 2))

    assert became == {None: 1, CHANGED: 1}
    assert causes(transaction, seminar_id, "U004") == ["pressed", "moved"]
