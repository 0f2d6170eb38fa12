"""Seats and the line, step by step against a plain model, through the use cases and a real database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.domain.lifecycle import Cancel, Close, LifeStep, OpenLater, Reopen, Restore
from bot.domain.registering import Wish, decide_press
from bot.domain.room import Room, State, replay
from bot.domain.seating import Limits, count_over, move_in_line, remove_person, seat_person
from bot.domain.seminar import Count
from bot.services.changing import open_seminar, save_change
from bot.services.lifecycle import look_at_step, save_step
from bot.services.registering import Press, register
from bot.services.seats import look_at_limits, save_limits
from bot.storage import tables
from bot.storage.engine import open_engine, transactions
from bot.storage.ledger import list_changes
from bot.storage.registrations import find_registrations
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace
from tests.property.seats_model import Model

USERS = [f"U{number}" for number in range(7)]
A_USER = st.sampled_from(USERS)
CAPACITIES = st.sampled_from([None, 1, 2, 3, 4])
PRESSES = st.lists(st.tuples(A_USER, st.sampled_from(list(Wish))), min_size=1, max_size=9)
STAFF = "U0STAFF"
RIPE = 12  # steps before the talk may begin


@cache
def shared_engine() -> Engine:
    """One database for all runs: each has a seminar of its own."""
    engine = open_engine("sqlite://")
    tables.Base.metadata.create_all(engine)
    return engine


@pytest.fixture(scope="module", autouse=True)
def _engine_is_closed() -> Iterator[None]:
    yield
    shared_engine().dispose()
    shared_engine.cache_clear()


class SeatsMachine(RuleBasedStateMachine):
    """Batches of any presses, and all that staff do, in any order, over the life of one seminar."""

    @initialize(
        capacity=st.sampled_from([None, 1, 2, 4]),
        has_waitlist=st.booleans(),
        first=st.lists(A_USER, max_size=7, unique=True),
    )
    def open(self, capacity: int | None, has_waitlist: bool, first: list[str]) -> None:  # noqa: FBT001
        self.transaction = transactions(shared_engine())
        self.model = Model(capacity, has_waitlist)
        self.now = NOW
        self.allowed_over = 0
        self.steps = 0
        with self.transaction() as session:
            self.workspace_id = add_workspace(session)
            self.seminar_id = add_seminar(
                session, self.workspace_id, capacity=capacity, has_waitlist=has_waitlist
            ).id
        if first:
            self.press([(user, Wish.REGISTER) for user in first])

    @rule(presses=PRESSES)
    def press(self, presses: list[tuple[str, Wish]]) -> None:
        expected = [self.model.press(user, wish) for user, wish in presses]
        asked = [Press(self.workspace_id, self.seminar_id, user, wish) for user, wish in presses]

        with self.transaction() as session:
            decided = register(session, asked, clock=lambda: self.now)

        assert [one.outcome for one in decided] == expected

    @rule(presses=PRESSES)
    def press_in_another_workspace(self, presses: list[tuple[str, Wish]]) -> None:
        asked = [Press(self.workspace_id + 1, self.seminar_id, user, wish) for user, wish in presses]

        with self.transaction() as session:
            decided = register(session, asked, clock=lambda: self.now)

        assert [one.outcome for one in decided] == [None] * len(presses)

    @precondition(lambda self: self.steps > RIPE)
    @rule()
    def begin(self) -> None:
        """Late in the run, since nobody moves up from then on."""
        self.model.begin()
        self.now = make_seminar().starts_at + timedelta(minutes=1)

    @rule(capacity=CAPACITIES, moves_latest=st.booleans())
    def raise_lower_or_remove_the_limit(self, capacity: int | None, moves_latest: bool) -> None:  # noqa: FBT001
        self.model.limit(capacity, has_waitlist=self.model.has_waitlist, moves_latest=moves_latest)
        self.change_limits(capacity, moves_latest=moves_latest)

    @rule(has_waitlist=st.booleans())
    def turn_the_waitlist_on_or_off(self, has_waitlist: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.model.limit(self.model.capacity, has_waitlist=has_waitlist, moves_latest=False)
        self.change_limits(self.model.capacity, has_waitlist=has_waitlist)

    def change_limits(
        self, capacity: int | None, *, has_waitlist: bool | None = None, moves_latest: bool = False
    ) -> None:
        """Look, and save what was seen, as staff do; who has a seat above the limit was let keep it."""
        keeps = self.model.has_waitlist if has_waitlist is None else has_waitlist
        with self.transaction() as session:
            seen = look_at_limits(
                session,
                self.seminar_id,
                Limits(capacity, keeps),
                moves_latest=moves_latest,
                workspace_id=self.workspace_id,
                actor=STAFF,
                now=self.now,
            ).fingerprint()
            save_limits(
                session,
                self.seminar_id,
                Limits(capacity, keeps),
                moves_latest=moves_latest,
                seen=seen,
                workspace_id=self.workspace_id,
                actor=STAFF,
                now=self.now,
            )
        self.note_what_staff_allowed()

    @rule(stops_line=st.booleans())
    def close_and_stop_or_resume_the_line(self, stops_line: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.model.close(stops_line=stops_line)
        self.take(Close(stops_line=stops_line))

    @rule()
    def reopen(self) -> None:
        self.model.reopen()
        self.take(Reopen())

    @rule(hours=st.sampled_from([None, 24]))
    def open_later(self, hours: int | None) -> None:
        opens_at = None if hours is None else NOW + timedelta(hours=hours)
        if not (self.model.is_cancelled or self.model.has_begun or self.model.is_closed):
            self.model.opens_at = opens_at
        self.take(OpenLater(opens_at))

    @rule(user=A_USER, presses=PRESSES)
    def cancel(self, user: str, presses: list[tuple[str, Wish]]) -> None:
        """While it is cancelled members are refused, and staff may still take somebody out."""
        self.model.is_cancelled = True
        self.take(Cancel())
        self.press(presses)
        self.remove(user)

    @precondition(lambda self: self.model.is_cancelled)
    @rule()
    def restore(self) -> None:
        self.model.restore()
        self.take(Restore())

    @rule()
    def restore_what_is_not_cancelled(self) -> None:
        if not self.model.is_cancelled:
            self.take(Restore())

    def take(self, step: LifeStep) -> None:
        """Look, and save what was seen, as staff do."""
        who = {"workspace_id": self.workspace_id, "actor": STAFF, "now": self.now}
        with self.transaction() as session:
            seen = look_at_step(session, self.seminar_id, step, **who).fingerprint()  # type: ignore[arg-type]
            save_step(session, self.seminar_id, step, seen=seen, **who)  # type: ignore[arg-type]

    @rule(user=A_USER)
    def seat_above_the_limit(self, user: str) -> None:
        self.model.seat(user)
        self.work(lambda room: seat_person(room, user, actor=STAFF, reason="A guest of the speaker."))
        self.note_what_staff_allowed()

    @rule(user=A_USER)
    def remove(self, user: str) -> None:
        self.model.remove(user)
        self.work(lambda room: remove_person(room, user, self.now, actor=STAFF, reason=""))

    @rule(user=A_USER, place=st.integers(1, 8))
    def move_in_line(self, user: str, place: int) -> None:
        self.model.move(user, place)
        self.work(lambda room: move_in_line(room, user, place, actor=STAFF, reason=""))

    def work(self, decide: Callable[[Room], object]) -> None:
        """Do what staff do with one person, in the one way in which they write."""
        with self.transaction() as session:
            room = open_seminar(session, self.seminar_id, workspace_id=self.workspace_id)
            decide(room)
            if room.changes:
                self.save(session, room)

    def save(self, session: Session, room: Room) -> None:
        save_change(session, room, room.seminar, kind="seated", actor=STAFF, details={}, now=self.now)

    def read_room(self) -> Room:
        with self.transaction() as session:
            return open_seminar(session, self.seminar_id, workspace_id=self.workspace_id)

    def note_what_staff_allowed(self) -> None:
        self.allowed_over = count_over(self.read_room())

    @invariant()
    def the_table_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        self.steps += 1
        with self.transaction() as session:
            held = find_registrations(session, [(self.seminar_id, user) for user in USERS])
            replayed = replay(list_changes(session, self.seminar_id))
        seated = {user for (_, user), found in held.items() if found.state is State.SEATED}
        line = sorted(
            (found for found in held.values() if found.state is State.WAITLISTED),
            key=lambda found: found.line_key or 0,
        )
        assert seated == set(self.model.seated)
        assert [found.user_id for found in line] == self.model.line
        assert {user: (found.state, found.line_key, found.change) for user, found in replayed.items()} == {
            user: (found.state, found.line_key, found.change) for (_, user), found in held.items()
        }

    @invariant()
    def the_bot_gives_not_one_seat_more(self) -> None:
        """Above the limit are at most those whom staff let in or let stay; the bot adds nobody to them."""
        if not hasattr(self, "model"):
            return
        over = count_over(self.read_room())
        assert over <= self.allowed_over
        self.allowed_over = over

    @invariant()
    def nobody_waits_while_a_seat_is_free(self) -> None:
        if hasattr(self, "model") and self.model.is_served:
            room = self.read_room()
            assert not (room.head and (room.seminar.capacity or 10**6) > room.count.taken)


class RoomMachine(RuleBasedStateMachine):
    """The rules alone: one room over many presses, as in a batch without end."""

    @initialize(capacity=st.sampled_from([None, 1, 3]), has_waitlist=st.booleans())
    def open(self, capacity: int | None, has_waitlist: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        seminar = make_seminar(capacity=capacity, has_waitlist=has_waitlist)
        self.model = Model(capacity, has_waitlist)
        self.room = Room(seminar, Count(), 1, is_whole_line=True)

    @rule(user=st.sampled_from(USERS), wish=st.sampled_from(list(Wish)))
    def press(self, user: str, wish: Wish) -> None:
        assert decide_press(self.room, user, wish, NOW) == self.model.press(user, wish)

    @rule(user=st.sampled_from(USERS), wish=st.sampled_from(list(Wish)))
    def press_twice(self, user: str, wish: Wish) -> None:
        self.press(user, wish)
        before = len(self.room.changes)

        decide_press(self.room, user, wish, NOW)

        assert len(self.room.changes) == before

    @invariant()
    def the_room_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        assert self.room.head == self.model.line
        assert self.room.count == Count(seated=len(self.model.seated), waiting=len(self.model.line))
        assert self.model.capacity is None or self.room.count.taken <= self.model.capacity
        places = [self.room.place_of(self.room.known[user]) for user in self.room.head]
        assert places == list(range(1, len(self.model.line) + 1))
        assert replay(self.room.changes) == self.room.known


TestRoom = RoomMachine.TestCase
TestRoom.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestSeats = SeatsMachine.TestCase
TestSeats.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
