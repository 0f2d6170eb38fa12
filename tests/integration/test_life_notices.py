"""Cancelled and restored: who is told, what is withdrawn, and that nobody is told twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.lifecycle import Cancel, LifeChange, LifeStep, Obstacle, OpenLater, Restore
from bot.domain.registering import Wish
from bot.domain.reminding import Skip
from bot.domain.seating import remove_person
from bot.services.changing import open_seminar
from bot.services.delivering import Call, Dropped, prepare
from bot.services.lifecycle import look_at_step, save_step
from bot.services.registering import Press, register, settle_rooms
from bot.services.reminding import plan_due
from bot.storage import tables
from bot.storage.deliveries import POST, Kind
from bot.storage.engine import Transaction
from bot.storage.queue import Claimed
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import list_seminar_changes
from tests.factories import make_seminar
from tests.integration.rows import NOW, add_seminar, add_workspace, deliveries, states

STARTS, ENDS = make_seminar().starts_at, make_seminar().ends_at
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE = ("U0A", "U0B", "U0C")


@dataclass
class Stage:
    """A seminar with two seats, of whose three people one waits."""

    transaction: Transaction
    seminar_id: int

    def take(self, step: LifeStep, *, after: timedelta = timedelta(), workspace_id: int = 1) -> LifeChange:
        """Look at a step and take it as it was seen."""
        with self.transaction() as session:
            who = {"workspace_id": workspace_id, "actor": "U0ANA", "now": NOW + after}
            seen = look_at_step(session, self.seminar_id, step, **who).fingerprint()  # type: ignore[arg-type]
            return save_step(session, self.seminar_id, step, seen=seen, **who)  # type: ignore[arg-type]

    def send(self, kind: Kind, *, after: timedelta = timedelta()) -> dict[str, str]:
        """Send what is due of a kind; return what each was told, or why not."""
        with self.transaction() as session:
            rows = [row for row in deliveries(session, kind) if row.state == "due"]
            prepared = prepare(session, [_claimed(row) for row in rows], now=NOW + after)
            by_id = {one.delivery_id: one for one in prepared}
            for row in rows:
                row.state = "done" if isinstance(by_id[row.id], Call) else "dropped"
            return {row.target: _said(by_id[row.id]) for row in rows}

    def states(self, kind: Kind) -> list[str]:
        with self.transaction() as session:
            return [row.state for row in deliveries(session, kind)]

    def kinds(self) -> list[str]:
        with self.transaction() as session:
            return [row.kind for row in list_seminar_changes(session, self.seminar_id)]

    def set_state(self, target: str, state: str, **more: int) -> None:
        with self.transaction() as session:
            row = tables.Delivery
            session.execute(
                update(row)
                .where(row.target == target, row.kind == Kind.CANCELLED)
                .values(state=state, **more)
            )


def _claimed(row: tables.Delivery) -> Claimed:
    return Claimed(row.id, row.workspace_id, row.kind, POST, row.target, row.seminar_id, row.details, 0, 0)


def _said(prepared: Call | Dropped) -> str:
    return str(prepared.args["text"]) if isinstance(prepared, Call) else prepared.reason


def register_all(transaction: Transaction, seminar_id: int, people: Sequence[str]) -> None:
    with transaction() as session:
        presses = [Press(1, seminar_id, user_id, Wish.REGISTER) for user_id in people]
        register(session, presses, clock=lambda: NOW)


@pytest.fixture
def stage(transaction: Transaction) -> Stage:
    with transaction() as session:
        seminar_id = add_seminar(session, add_workspace(session), capacity=2, title="Khorgos").id
    register_all(transaction, seminar_id, PEOPLE)
    return Stage(transaction, seminar_id)


def test_everybody_is_told_once_and_registrations_stay(stage: Stage) -> None:
    change = stage.take(Cancel("The speaker is ill."))
    again = stage.take(Cancel("Another reason."))

    assert (2, 1, 2) == (
        change.consequence.told_seats,
        change.consequence.told_line,
        change.consequence.reminders,
    )
    assert (False, None) == (again.is_change, again.obstacle)
    told = stage.send(Kind.CANCELLED)
    assert set(told) == set(PEOPLE)
    assert told["U0A"].startswith("“Khorgos”, for which you have a seat, is cancelled.")
    assert told["U0C"].startswith("“Khorgos”, for which you wait, is cancelled.")
    assert stage.kinds() == ["cancelled"]
    with stage.transaction() as session:
        assert states(session, stage.seminar_id) == {"U0A": "seated", "U0B": "seated", "U0C": "waitlisted"}


def test_a_reminder_that_came_due_in_that_moment_is_not_sent_either(stage: Stage) -> None:
    day_before = STARTS - 24 * HOUR
    with stage.transaction() as session:
        plan_due(session, now=day_before + MINUTE)

    stage.take(Cancel(), after=day_before + MINUTE - NOW)

    assert stage.send(Kind.REMINDER, after=day_before + MINUTE - NOW) == {
        "U0A": Skip.CANCELLED,
        "U0B": Skip.CANCELLED,
    }


def test_a_reminder_that_came_due_just_before_staff_changed_something_else_is_still_sent(
    stage: Stage,
) -> None:
    just_after = STARTS - 24 * HOUR + timedelta(milliseconds=100)

    stage.take(OpenLater(STARTS - HOUR), after=just_after - NOW)
    with stage.transaction() as session:
        plan_due(session, now=just_after)

    assert stage.states(Kind.REMINDER) == ["due", "due"]


def test_who_was_told_is_told_that_it_takes_place_after_all(stage: Stage) -> None:
    stage.take(Cancel())
    stage.send(Kind.CANCELLED)

    change = stage.take(Restore(), after=59 * MINUTE)

    assert (2, 1, 2) == (
        change.consequence.told_seats,
        change.consequence.told_line,
        change.consequence.reminders,
    )
    told = stage.send(Kind.RESTORED, after=59 * MINUTE)
    assert set(told) == set(PEOPLE)
    assert "Your seat was kept." in told["U0A"]
    assert "Still coming?" in told["U0B"]
    assert "You are still first in line." in told["U0C"]


def test_who_was_never_told_hears_of_neither(stage: Stage) -> None:
    stage.take(Cancel())

    stage.take(Restore(), after=MINUTE)

    nothing = dict.fromkeys(PEOPLE, Skip.SUPERSEDED)
    assert (nothing, nothing) == (stage.send(Kind.RESTORED), stage.send(Kind.CANCELLED))


@pytest.mark.parametrize(
    ("state", "doubts", "is_told"),
    [
        ("done", 0, True),
        ("unknown", 2, True),
        ("due", 1, True),
        ("due", 0, False),
        ("refused", 0, False),
        ("dropped", 0, False),
    ],
)
def test_a_cancellation_that_may_have_been_read_is_taken_back(
    stage: Stage, state: str, doubts: int, *, is_told: bool
) -> None:
    stage.take(Cancel())
    stage.set_state("U0A", state, doubts=doubts)

    stage.take(Restore(), after=MINUTE)

    assert is_told == (stage.send(Kind.RESTORED)["U0A"] != Skip.SUPERSEDED)


def test_cancelled_again_who_still_believes_it_cancelled_is_not_told_again(stage: Stage) -> None:
    stage.take(Cancel())
    stage.send(Kind.CANCELLED)
    stage.take(Restore(), after=MINUTE)

    stage.take(Cancel("Ill after all."), after=2 * MINUTE)

    nothing = dict.fromkeys(PEOPLE, Skip.SUPERSEDED)
    assert (nothing, nothing) == (stage.send(Kind.RESTORED), stage.send(Kind.CANCELLED))


def test_cancelled_again_who_heard_of_its_restoring_is_told_again(stage: Stage) -> None:
    stage.take(Cancel())
    stage.send(Kind.CANCELLED)
    stage.take(Restore(), after=MINUTE)
    stage.send(Kind.RESTORED)

    stage.take(Cancel("Ill after all."), after=2 * MINUTE)

    told = stage.send(Kind.CANCELLED)
    assert set(told) == set(PEOPLE)
    assert "Why: Ill after all." in told["U0A"]
    assert stage.kinds() == ["cancelled", "restored", "cancelled"]


def test_of_several_cancellations_that_are_still_due_only_the_newest_is_sent(stage: Stage) -> None:
    stage.take(Cancel("Ill."))
    stage.take(Restore(), after=MINUTE)
    stage.take(Cancel("Ill after all."), after=2 * MINUTE)

    told = stage.send(Kind.CANCELLED)

    assert stage.states(Kind.CANCELLED) == ["dropped"] * 3 + ["done"] * 3
    assert "Why: Ill after all." in told["U0A"]


def test_after_the_talk_nobody_is_told_any_more(stage: Stage) -> None:
    stage.take(Cancel())

    assert stage.send(Kind.CANCELLED, after=ENDS - NOW) == dict.fromkeys(PEOPLE, Skip.OVER)


def test_who_gets_a_seat_by_the_restoring_is_told_once(stage: Stage) -> None:
    stage.take(Cancel())
    stage.send(Kind.CANCELLED)
    with stage.transaction() as session:
        room = open_seminar(session, stage.seminar_id, workspace_id=1)
        remove_person(room, "U0A", NOW, actor="U0ANA", reason="")
        settle_rooms(session, {stage.seminar_id: room}, now=NOW)

    change = stage.take(Restore(), after=MINUTE)

    assert (("U0C",), 2) == (change.consequence.seated, change.consequence.told)
    assert set(stage.send(Kind.RESTORED)) == {"U0B"}
    assert set(stage.send(Kind.PROMOTION)) == {"U0C"}


@pytest.mark.parametrize(
    ("cancelled", "restored", "expected"),
    [
        (timedelta(), HOUR, None),
        (timedelta(), HOUR + MINUTE, Obstacle.TOO_LATE),
        (STARTS - NOW - MINUTE, STARTS - NOW, None),
        (STARTS - NOW - MINUTE, ENDS - NOW, Obstacle.OVER),
    ],
    ids=["within the hour", "later", "the talk has begun", "the talk would be over"],
)
def test_a_cancellation_can_be_taken_back_for_an_hour_and_until_its_end(
    stage: Stage, cancelled: timedelta, restored: timedelta, expected: Obstacle | None
) -> None:
    stage.take(Cancel(), after=cancelled)

    assert expected == stage.take(Restore(), after=restored).obstacle


def test_another_workspace_can_cancel_nothing(stage: Stage) -> None:
    with pytest.raises(SeminarNotFoundError):
        stage.take(Cancel(), workspace_id=2)

    assert stage.kinds() == []
