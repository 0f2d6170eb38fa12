"""Faults planted in the database: each is found, mended where it can be, and not found again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.domain.checking import Fact, Finding, Found
from bot.domain.registering import Wish
from bot.domain.seating import Limits
from bot.services.changing import open_seminar, save_change
from bot.services.checking import Checked, Told, look
from bot.services.mending import mend
from bot.services.registering import Press, register
from bot.services.seats import look_at_limits, save_limits
from bot.services.waiting_promises import PAUSED
from bot.storage import tables
from bot.storage.deliveries import POST, UPDATE, Kind
from bot.storage.engine import Transaction
from bot.storage.lanes import Rate
from bot.storage.queue import claim
from bot.storage.seminars import SeminarNotFoundError
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries, states

LATER = NOW + timedelta(hours=1)
CARD = "C0TALKS0"
TS = "1596000000.000100"
PEOPLE = ("U0A", "U0B", "U0C")
ROW, MOMENT, REGISTRATION = tables.Delivery, tables.Moment, tables.Registration
SENDING = {POST: Rate(4.5, 20), UPDATE: Rate(0.7, 12)}

Plant = Callable[[Session, int], object]


def add_khorgos(session: Session, **overrides: Any) -> int:
    """Two seats taken, one in line, and all that was promised is sent: nothing is wrong."""
    workspace_id = add_workspace(session)
    seminar_id = add_seminar(session, workspace_id, **({"capacity": 2} | overrides)).id
    presses = [Press(workspace_id, seminar_id, user_id, Wish.REGISTER) for user_id in PEOPLE]
    register(session, presses, clock=lambda: NOW)
    session.execute(update(ROW).values(state="done", done=ROW.wanted, settled_at=NOW))
    session.execute(update(ROW).where(ROW.kind == Kind.ANNOUNCEMENT).values(lane=UPDATE, sent_ts=TS))
    session.execute(update(tables.Announcement).values(message_ts=TS))
    return seminar_id


def checked(transaction: Transaction, fact: Fact = Fact.THERE, *, mends: bool, **about: Any) -> Checked:
    with transaction() as session:
        (card,) = session.scalars(select(tables.Announcement)).all()
        told = {card.id: Told(card.message_ts, fact)}
        asked: dict[str, Any] = {"workspace_id": 1, "now": LATER, "elapsed": LATER} | about
        return (mend if mends else look)(session, card.seminar_id, told, **asked)


def found(
    transaction: Transaction, fact: Fact = Fact.THERE, *, mends: bool = False, **about: Any
) -> list[Found]:
    return [one.what for one in checked(transaction, fact, mends=mends, **about).findings]


def card(transaction: Transaction) -> tables.Delivery:
    with transaction() as session:
        return deliveries(session, Kind.ANNOUNCEMENT)[0]


def test_where_nothing_is_wrong_nothing_is_found_and_all_of_it_is_counted(transaction: Transaction) -> None:
    with transaction() as session:
        add_khorgos(session)

    seen = checked(transaction, mends=False)

    assert ((), 1) == (seen.findings, seen.cards)
    assert 3 + 6 == seen.promises  # the confirmations; start, end, after, questions and two reminders


PLANTED: list[tuple[Plant, Found]] = [
    (lambda s, _: s.execute(delete(MOMENT).where(MOMENT.kind == "reminder")), Found.MOMENTS_MISSING),
    (
        lambda s, _: s.execute(update(MOMENT).values(starts_at=NOW)),
        Found.MOMENTS_WRONG,
    ),
    (
        lambda s, of: s.add(
            tables.Moment(
                seminar_id=of,
                kind="reminder",
                due_at=LATER + timedelta(hours=2),
                starts_at=NOW + timedelta(days=9, hours=1),
                offset_minutes=5,
            )
        ),
        Found.MOMENTS_WRONG,
    ),
    (
        lambda s, _: s.execute(delete(ROW).where(ROW.kind == Kind.CONFIRMATION, ROW.target == "U0B")),
        Found.PROMISES_MISSING,
    ),
    (lambda s, _: s.execute(delete(ROW).where(ROW.kind == Kind.ANNOUNCEMENT)), Found.CARD_UNPROMISED),
    (
        lambda s, _: s.execute(
            update(ROW).where(ROW.kind == Kind.ANNOUNCEMENT).values(settled_at=NOW - timedelta(hours=1))
        ),
        Found.CARD_OLD,
    ),
    (
        lambda s, _: s.execute(
            update(ROW).where(ROW.kind == Kind.ANNOUNCEMENT).values(state="refused", reason="not_in_channel")
        ),
        Found.CARD_REFUSED,
    ),
    (lambda s, _: s.execute(update(tables.Seminar).values(capacity=3)), Found.LINE_UNSERVED),
]


@pytest.mark.parametrize(
    ("plant", "what"), PLANTED, ids=[f"{n}-{what}" for n, (_, what) in enumerate(PLANTED)]
)
def test_a_planted_fault_is_found_and_mended_once(
    transaction: Transaction, plant: Plant, what: Found
) -> None:
    with transaction() as session:
        plant(session, add_khorgos(session))

    seen = found(transaction)
    mended = found(transaction, mends=True)
    after = found(transaction)
    again = found(transaction, mends=True)

    assert [what] == seen == mended
    assert [] == after == again


def test_looking_changes_nothing(transaction: Transaction) -> None:
    with transaction() as session:
        add_khorgos(session)
        session.execute(delete(MOMENT))

    found(transaction)

    with transaction() as session:
        assert [] == session.scalars(select(MOMENT)).all()


def test_a_free_seat_goes_to_the_next_in_line_who_is_told(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = add_khorgos(session)
        session.execute(update(tables.Seminar).values(capacity=3))

    checked(transaction, mends=True)

    with transaction() as session:
        assert dict.fromkeys(PEOPLE, "seated") == states(session, seminar_id)
        assert ["U0C"] == [one.target for one in deliveries(session, Kind.PROMOTION)]


@pytest.mark.parametrize(
    ("hours", "what", "state"),
    [(23, Found.PROMISES_MISSING, ["due"]), (25, Found.PROMISES_LOST, [])],
)
def test_only_what_was_decided_within_a_day_is_told_late(
    transaction: Transaction, hours: int, what: Found, state: list[str]
) -> None:
    with transaction() as session:
        add_khorgos(session)
        session.execute(delete(ROW).where(ROW.target == "U0B"))

    seen = checked(transaction, mends=True, now=NOW + timedelta(hours=hours))

    assert (Finding(what, people=("U0B",)),) == seen.findings
    with transaction() as session:
        assert state == [one.state for one in deliveries(session, Kind.CONFIRMATION) if one.target == "U0B"]


def test_a_registration_altered_by_hand_is_named_and_left_as_it_is(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = add_khorgos(session)
        altered = update(REGISTRATION).where(REGISTRATION.user_id == "U0B").values(state="released")
        session.execute(altered)

    seen = checked(transaction, mends=True)

    assert (Finding(Found.SEATS_DIFFER, people=("U0B",)),) == seen.findings
    with transaction() as session:
        expected = {"U0A": "seated", "U0B": "released", "U0C": "waitlisted"}
        assert expected == states(session, seminar_id)


def test_more_taken_than_there_are_seats_is_listed(transaction: Transaction) -> None:
    with transaction() as session:
        add_khorgos(session)
        session.execute(update(tables.Seminar).values(capacity=1))

    seen = checked(transaction, mends=True)

    assert (Finding(Found.SEATS_OVER, count=1),) == seen.findings


def test_seats_that_staff_lowered_are_no_fault(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = add_khorgos(session)
        given: dict[str, Any] = {"moves_latest": False, "workspace_id": 1, "actor": "U0HOST", "now": NOW}
        seen = look_at_limits(session, seminar_id, Limits(1, has_waitlist=True), **given).fingerprint()
        save_limits(session, seminar_id, Limits(1, has_waitlist=True), seen=seen, **given)
        session.execute(update(ROW).values(state="done", done=ROW.wanted, settled_at=NOW))

    assert [] == found(transaction)


def test_a_message_to_people_does_not_make_a_card_old(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = add_khorgos(session)
        at = NOW + timedelta(minutes=5)
        session.add(
            tables.SeminarChange(
                seminar_id=seminar_id, number=1, kind="message", actor="U0HOST", details={}, at=at
            )
        )

    assert [] == found(transaction)


def test_a_change_of_staff_that_was_not_drawn_makes_a_card_old(transaction: Transaction) -> None:
    with transaction() as session:
        seminar_id = add_khorgos(session)
        room = open_seminar(session, seminar_id, workspace_id=1)
        before, room.seminar = room.seminar, replace(room.seminar, place="Upstairs")
        at = NOW + timedelta(minutes=5)
        save_change(session, room, before, kind="edited", actor="U0HOST", details={}, now=at)
        session.execute(update(ROW).values(state="done", done=ROW.wanted, settled_at=NOW))

    assert [Found.CARD_OLD] == found(transaction, mends=True)

    row = card(transaction)
    assert ("due", 1) == (row.state, row.wanted - row.done)


def test_what_is_due_for_long_is_listed_with_its_reason(transaction: Transaction) -> None:
    with transaction() as session:
        add_khorgos(session)
        session.execute(update(ROW).where(ROW.kind == Kind.CONFIRMATION).values(state="due", done=0))
        session.add(
            tables.Lane(
                workspace_id=1, name=POST, tokens=1, filled_at=NOW, paused_until=LATER + timedelta(minutes=1)
            )
        )

    seen = checked(transaction, mends=True)

    assert (Finding(Found.PROMISES_LATE, count=3, reason=PAUSED),) == seen.findings


def test_an_overdue_reminder_to_who_has_no_seat_is_counted_as_one_nobody_gets(
    transaction: Transaction,
) -> None:
    with transaction() as session:
        add_khorgos(session)
        of_waiter = update(ROW).where(ROW.target == "U0C", ROW.kind == Kind.CONFIRMATION)
        session.execute(of_waiter.values(state="due", done=0, kind=Kind.REMINDER))

    assert [Found.PROMISES_MOOT] == found(transaction, mends=True)


def test_what_a_dead_worker_held_is_taken_back(transaction: Transaction) -> None:
    with transaction() as session:
        add_khorgos(session)
        session.execute(update(ROW).where(ROW.target == "U0A").values(state="due", done=0, due_at=LATER))
        claim(
            session,
            worker="dead",
            now=LATER,
            elapsed=NOW,
            rates=SENDING,
            room=1,
            is_ready=lambda _workspace, _lane, _target: True,
        )

    assert [Found.LEASES_LEFT] == found(transaction, mends=True)

    with transaction() as session:
        assert ["due", "done", "done"] == [one.state for one in deliveries(session, Kind.CONFIRMATION)]


def test_another_workspaces_seminar_is_not_looked_at(transaction: Transaction) -> None:
    with transaction() as session:
        add_khorgos(session)
        add_workspace(session, "T0OTHER")

    with pytest.raises(SeminarNotFoundError):
        found(transaction, mends=True, workspace_id=2)
