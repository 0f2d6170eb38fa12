"""Unclaimed seats, step by step from any room: never a seat too many, and nobody in the room loses theirs."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.checking_in import count_unclaimed, decide_giving, give_unclaimed, list_absent
from bot.domain.room import Cause, Room, State, replay
from bot.domain.seating import seat_person
from bot.domain.seminar import Count
from tests.factories import make_seminar

PEOPLE = [f"U{number}" for number in range(9)]
ONE = st.sampled_from(PEOPLE)


class DoorMachine(RuleBasedStateMachine):
    """A talk that has begun: people are checked in, leave, are let in, or say that they are there."""

    @initialize(
        seated=st.integers(0, 6),
        offered=st.integers(0, 1),
        capacity=st.none() | st.integers(1, 6),
        order=st.permutations(PEOPLE),
    )
    def open(self, seated: int, offered: int, capacity: int | None, order: list[str]) -> None:
        self.room = Room(make_seminar(capacity=None), Count(), 1, is_whole_line=True)
        states = [State.SEATED] * seated + [State.OFFERED] * offered + [State.WAITLISTED] * 2
        for user_id, state in zip(order, states, strict=False):
            self.room.set_state(user_id, state, Cause.PRESSED, actor=user_id)
        self.room.seminar = replace(self.room.seminar, capacity=capacity)
        self.present: set[str] = set()

    @rule(user_id=ONE)
    def check_in(self, user_id: str) -> None:
        if user_id in self.seated():
            self.present.add(user_id)

    @rule(user_id=ONE)
    def give_back(self, user_id: str) -> None:
        if user_id in self.seated() - self.present:
            self.room.set_state(user_id, State.RELEASED, Cause.PRESSED, actor=user_id)

    @rule(user_id=ONE)
    def let_in(self, user_id: str) -> None:
        seat_person(self.room, user_id, actor="U0ANA", reason="", cause=Cause.WALK_IN)
        self.present.add(user_id)

    @rule(user_id=ONE)
    def join_the_line(self, user_id: str) -> None:
        """Staff may put people into the line at any time."""
        held = self.room.known.get(user_id)
        if held is None or held.state is State.RELEASED:
            self.room.set_state(user_id, State.WAITLISTED, Cause.ADDED, actor="U0ANA")

    @rule(user_id=ONE)
    def claim(self, user_id: str) -> None:
        room, before = self.room, self.room.count.taken
        limit, waits = room.seminar.capacity, user_id in room.head
        unclaimed, absent = count_unclaimed(room, self.present), list_absent(room, self.present)

        changes = give_unclaimed(room, user_id, self.present, giver="U0ANA")

        lost = [one.user_id for one in changes if one.after is State.RELEASED]
        got = [one.user_id for one in changes if one.after is State.SEATED]
        assert got == ([user_id] if waits and unclaimed else [])
        assert lost == absent[: len(lost)]
        if limit is not None and before >= limit:
            assert room.count.taken == before
        elif limit is not None:
            assert lost == []
            assert room.count.taken == before + len(got) <= limit
        self.present.update(got)
        if got and limit is not None and len(self.present) > 1:
            assert count_unclaimed(room, self.present) == unclaimed - 1

    @precondition(lambda self: self.present)
    @rule()
    def everybody_in_line_is_there(self) -> None:
        """The preview's names are those who then lose their seats, if all who wait are there."""
        giving = decide_giving(self.room, self.present, ())
        had_seat = self.seated()

        for user_id in list(self.room.head):
            self.claim(user_id)

        assert had_seat - self.seated() == set(giving.may_lose)
        assert giving.asked == () or giving.unclaimed > 0

    @invariant()
    def nobody_in_the_room_loses_their_seat(self) -> None:
        assert self.present <= self.seated()
        assert replay(self.room.changes) == self.room.known

    def seated(self) -> set[str]:
        return {one for one, held in self.room.known.items() if held.state is State.SEATED}


TestDoor = DoorMachine.TestCase
TestDoor.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
