"""What a preview says is what happens: for any state and any change, in the ledger and in what is sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.consequence import Consequence
from bot.domain.lifecycle import Cancel, Close, LifeStep, Reopen, Restore
from bot.domain.registering import Wish
from bot.domain.reminding import MomentKind
from bot.domain.room import Change, State
from bot.domain.seating import Limits, remove_person
from bot.services.changing import ChangedMeanwhileError, open_seminar
from bot.services.lifecycle import look_at_step, save_step
from bot.services.registering import Press, register, settle_rooms
from bot.services.seats import look_at_limits, save_limits
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.engine import Transaction, open_engine, transactions
from bot.storage.ledger import list_changes
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace

USERS = [f"U{number}" for number in range(8)]
CAPACITIES = st.sampled_from([None, 1, 2, 3, 5, 8])
PRESSES = st.lists(
    st.tuples(st.sampled_from(USERS), st.sampled_from([Wish.REGISTER, Wish.RELEASE])), max_size=20
)
STEPS = st.sampled_from([Close(), Close(stops_line=True), Reopen(), Cancel("Ill."), Restore()])
MIRRORS = (Kind.ANNOUNCEMENT, Kind.HOME)
MANY = settings(max_examples=150, deadline=None)


@dataclass
class Stage:
    """A seminar in some state; what happens to it from now on is counted apart."""

    transaction: Transaction
    workspace_id: int
    seminar_id: int

    def press(self, presses: list[tuple[str, Wish]]) -> None:
        asked = [Press(self.workspace_id, self.seminar_id, user, wish) for user, wish in presses]
        with self.transaction() as session:
            register(session, asked, clock=lambda: NOW)

    def look(self, wanted: Limits, *, moves_latest: bool) -> tuple[Consequence, str]:
        with self.transaction() as session:
            change = look_at_limits(
                session, self.seminar_id, wanted, moves_latest=moves_latest, **self._who()
            )
        return change.consequence, change.fingerprint()

    def save(self, wanted: Limits, seen: str, *, moves_latest: bool) -> bool:
        """Save new limits, and tell whether it is what was seen."""
        try:
            with self.transaction() as session:
                save_limits(
                    session, self.seminar_id, wanted, moves_latest=moves_latest, seen=seen, **self._who()
                )
        except ChangedMeanwhileError:
            return False
        return True

    def take_all(self, steps: Sequence[LifeStep]) -> None:
        for step in steps:
            self.take(step)

    def take(self, step: LifeStep) -> Consequence:
        """Look at a step, take it as it was seen, and return what was seen."""
        with self.transaction() as session:
            change = look_at_step(session, self.seminar_id, step, **self._who())
            save_step(session, self.seminar_id, step, seen=change.fingerprint(), **self._who())
        return change.consequence

    def remove(self, people: Sequence[str]) -> None:
        """Take people out, as staff do."""
        with self.transaction() as session:
            room = open_seminar(session, self.seminar_id, workspace_id=self.workspace_id)
            for user_id in people:
                remove_person(room, user_id, NOW, actor="U0STAFF", reason="")
            settle_rooms(session, {self.seminar_id: room}, now=NOW)

    def ledger(self) -> list[Change]:
        with self.transaction() as session:
            return list_changes(session, self.seminar_id)

    def told(self) -> list[tuple[str, str]]:
        """Return the kind and the target of each message that is promised to a person."""
        row = tables.Delivery
        with self.transaction() as session:
            found = session.execute(
                select(row.kind, row.target)
                .where(row.seminar_id == self.seminar_id, row.kind.not_in(MIRRORS))
                .order_by(row.id)
            )
            return [(kind, target) for kind, target in found]

    def reminders(self) -> int:
        row = tables.Moment
        ahead = select(row).where(
            row.seminar_id == self.seminar_id, row.kind == MomentKind.REMINDER, row.done_at.is_(None)
        )
        with self.transaction() as session:
            return len(session.scalars(ahead).all())

    def _who(self) -> dict[str, Any]:
        return {"workspace_id": self.workspace_id, "actor": "U0STAFF", "now": NOW}


@pytest.fixture(scope="module")
def transaction() -> Iterator[Transaction]:
    """One database for all examples: each has a seminar of its own."""
    engine = open_engine("sqlite://")
    tables.Base.metadata.create_all(engine)
    yield transactions(engine)
    engine.dispose()


def set_stage(transaction: Transaction, capacity: int | None, presses: list[tuple[str, Wish]]) -> Stage:
    with transaction() as session:
        workspace_id = add_workspace(session)
        stage = Stage(transaction, workspace_id, add_seminar(session, workspace_id, capacity=capacity).id)
    stage.press(presses)
    return stage


@MANY
@given(
    old=CAPACITIES,
    presses=PRESSES,
    earlier=st.lists(st.sampled_from([Close(), Close(stops_line=True), Reopen()]), max_size=1),
    new=CAPACITIES,
    has_waitlist=st.booleans(),
    moves_latest=st.booleans(),
)
def test_new_seats_do_what_their_preview_said(
    transaction: Transaction,
    old: int | None,
    presses: list[tuple[str, Wish]],
    earlier: list[LifeStep],
    new: int | None,
    has_waitlist: bool,  # noqa: FBT001 - drawn by Hypothesis
    moves_latest: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    stage = set_stage(transaction, old, presses)
    stage.take_all(earlier)
    rows, messages = len(stage.ledger()), len(stage.told())

    seen, fingerprint = stage.look(Limits(new, has_waitlist), moves_latest=moves_latest)
    stage.save(Limits(new, has_waitlist), fingerprint, moves_latest=moves_latest)

    changes, told = stage.ledger()[rows:], stage.told()[messages:]
    assert list(seen.seated) == [change.user_id for change in changes if change.after is State.SEATED]
    assert list(seen.lined) == [change.user_id for change in changes if change.after is State.WAITLISTED]
    assert seen.released == ()
    assert [target for kind, target in told if kind == Kind.PROMOTION] == list(seen.seated)
    assert [target for kind, target in told if kind == Kind.SEAT] == list(seen.lined)
    assert (seen.told_seats, seen.told_line, seen.told) == (len(seen.seated), len(seen.lined), len(told))


@MANY
@given(
    capacity=CAPACITIES,
    presses=PRESSES,
    earlier=st.lists(STEPS, max_size=3),
    removed=st.lists(st.sampled_from(USERS), max_size=4),
    step=STEPS,
)
def test_a_step_of_a_life_does_what_its_preview_said(
    transaction: Transaction,
    capacity: int | None,
    presses: list[tuple[str, Wish]],
    earlier: list[LifeStep],
    removed: list[str],
    step: LifeStep,
) -> None:
    stage = set_stage(transaction, capacity, presses)
    stage.take_all(earlier)
    stage.remove(removed)
    rows, messages, ahead = len(stage.ledger()), len(stage.told()), stage.reminders()

    seen = stage.take(step)

    changes, told = stage.ledger()[rows:], stage.told()[messages:]
    assert list(seen.seated) == [change.user_id for change in changes]
    assert seen.told == len({target for _, target in told}) == len(told)
    assert seen.reminders == abs(stage.reminders() - ahead)


@MANY
@given(before=PRESSES, meanwhile=PRESSES, new=CAPACITIES, moves_latest=st.booleans())
def test_what_would_do_something_else_by_now_is_not_saved(
    transaction: Transaction,
    before: list[tuple[str, Wish]],
    meanwhile: list[tuple[str, Wish]],
    new: int | None,
    moves_latest: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    stage, wanted = set_stage(transaction, 2, before), Limits(new, has_waitlist=False)
    seen, fingerprint = stage.look(wanted, moves_latest=moves_latest)
    stage.press(meanwhile)
    now, _ = stage.look(wanted, moves_latest=moves_latest)

    is_saved = stage.save(wanted, fingerprint, moves_latest=moves_latest)

    assert (now == seen) == is_saved
