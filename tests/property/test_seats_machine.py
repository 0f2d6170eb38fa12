"""Seats and the line, step by step against a plain model, through the use case and a real database."""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import update

from bot.domain.registering import (
    AlreadySeated,
    AlreadyWaitlisted,
    Begun,
    Confirmed,
    Full,
    NotRegistered,
    Outcome,
    Released,
    Room,
    Seated,
    State,
    Waitlisted,
    Wish,
    decide_press,
    replay,
)
from bot.domain.seminar import Count
from bot.services.registering import Press, register
from bot.storage import tables
from bot.storage.engine import open_engine, transactions
from bot.storage.registrations import find_registrations, list_changes
from tests.factories import NOW, make_seminar
from tests.integration.rows import add_seminar, add_workspace

USERS = [f"U{number}" for number in range(7)]
PRESSES = st.lists(st.tuples(st.sampled_from(USERS), st.sampled_from(list(Wish))), min_size=1, max_size=9)


@dataclass
class Model:
    """What ought to be: two lists."""

    capacity: int | None
    has_waitlist: bool
    seated: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    has_begun: bool = False

    def left(self) -> int | None:
        return None if self.capacity is None else max(0, self.capacity - len(self.seated))

    def press(self, user: str, wish: Wish) -> Outcome:
        if wish is Wish.CONFIRM:
            return Confirmed() if user in self.seated else NotRegistered()
        if wish is Wish.RELEASE:
            return self.release(user)
        if user in self.seated:
            return AlreadySeated(self.left())
        if self.has_begun:
            return Begun()
        if user in self.line:
            return AlreadyWaitlisted(self.line.index(user) + 1)
        if not self.line and self.left() != 0:
            self.seated.append(user)
            return Seated(self.left())
        if not self.has_waitlist:
            return Full()
        self.line.append(user)
        return Waitlisted(len(self.line))

    def release(self, user: str) -> Outcome:
        if user in self.line:
            self.line.remove(user)
            return Released(had_seat=False)
        if user not in self.seated:
            return NotRegistered()
        self.seated.remove(user)
        while self.line and self.left() != 0 and not self.has_begun:
            self.seated.append(self.line.pop(0))
        return Released(had_seat=True)


class SeatsMachine(RuleBasedStateMachine):
    """Batches of any presses, in any order, over the life of one seminar."""

    @initialize(capacity=st.sampled_from([None, 1, 2, 4]), has_waitlist=st.booleans())
    def open(self, capacity: int | None, has_waitlist: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self.engine = open_engine("sqlite://")
        tables.Base.metadata.create_all(self.engine)
        self.transaction = transactions(self.engine)
        self.model = Model(capacity, has_waitlist)
        self.now = NOW
        with self.transaction() as session:
            self.workspace_id = add_workspace(session)
            self.seminar_id = add_seminar(
                session, self.workspace_id, capacity=capacity, has_waitlist=has_waitlist
            ).id

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

    @rule()
    def begin(self) -> None:
        self.model.has_begun = True
        self.now = make_seminar().starts_at + timedelta(minutes=1)

    @rule(more=st.integers(1, 3))
    def lower_the_capacity(self, more: int) -> None:
        """Seats are never taken away by it; the next ones are just not given."""
        if self.model.capacity is None or self.model.capacity - more < 1:
            return
        self.model.capacity -= more
        with self.transaction() as session:
            session.execute(update(tables.Seminar).values(capacity=self.model.capacity))

    @invariant()
    def the_table_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
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
    def nobody_waits_while_a_seat_is_free(self) -> None:
        if hasattr(self, "model") and not self.model.has_begun:
            assert not (self.model.line and self.model.left() != 0)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()


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
TestSeats.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
