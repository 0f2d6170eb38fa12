"""Whatever members and staff do: the place that is explained is the place that is held."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.history import Explanation, explain_place, list_lines_before
from bot.domain.registering import Wish, decide_press
from bot.domain.room import Cause, Room, State
from bot.domain.seating import change_limits, move_in_line, remove_person, seat_person
from bot.domain.seminar import Count
from tests.factories import NOW, make_seminar

USERS = [f"U{number}" for number in range(7)]
Step = Callable[[Room], object]


def press(user_id: str, wish: Wish) -> Step:
    return lambda room: decide_press(room, user_id, wish, NOW)


def seat(user_id: str) -> Step:
    return lambda room: seat_person(room, user_id, actor="U0ANA", reason="")


def remove(user_id: str) -> Step:
    return lambda room: remove_person(room, user_id, NOW, actor="U0ANA", reason="")


def move(user_id: str, place: int) -> Step:
    def do(room: Room) -> None:
        move_in_line(room, user_id, place, actor="U0ANA", reason="")

    return do


def limit(capacity: int, *, moves_latest: bool) -> Step:
    after = make_seminar(capacity=capacity)
    return lambda room: change_limits(room, after, NOW, actor="U0ANA", moves_latest=moves_latest)


def offer_and_expire() -> Step:
    def do(room: Room) -> None:
        if room.head:
            user_id = room.head[0]
            room.set_state(user_id, State.OFFERED, Cause.OFFERED, actor=None)
            room.set_state(user_id, State.WAITLISTED, Cause.EXPIRED, actor=None)

    return do


_USER = st.sampled_from(USERS)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(press, _USER, st.just(Wish.REGISTER)),
    st.builds(press, _USER, st.just(Wish.RELEASE)),
    st.builds(seat, _USER),
    st.builds(remove, _USER),
    st.builds(move, _USER, st.integers(1, 7)),
    st.builds(limit, st.integers(1, 4), moves_latest=st.booleans()),
    st.builds(offer_and_expire),
)


def after(steps: list[Step]) -> Room:
    """Return a room with one seat that everybody asked for, after these steps."""
    room = Room(make_seminar(capacity=1), Count(), 1, is_whole_line=True)
    for step in (*(press(user_id, Wish.REGISTER) for user_id in USERS), *steps):
        step(room)
    return room


def summed(told: Explanation) -> int:
    before = told.first_place - told.got_seats - told.left - told.moved_behind
    return before + told.moved_ahead - told.moved_up


@settings(max_examples=200)
@given(st.lists(STEPS, max_size=40))
def test_the_place_that_is_explained_is_the_place_that_is_held(steps: list[Step]) -> None:
    room = after(steps)

    told = {user_id: explain_place(room.changes, user_id) for user_id in USERS}

    waiting = {user_id: one for user_id, one in told.items() if one is not None}
    assert {user_id: place for place, user_id in enumerate(room.head, 1)} == {
        user_id: one.place for user_id, one in waiting.items()
    }
    assert {user_id: one.place for user_id, one in waiting.items()} == {
        user_id: summed(one) for user_id, one in waiting.items()
    }


@settings(max_examples=100)
@given(st.lists(STEPS, max_size=30), STEPS)
def test_the_line_before_a_change_is_the_line_that_stood_then(steps: list[Step], last: Step) -> None:
    room = after(steps)
    line, number = tuple(room.head), room.next_number

    last(room)

    found = list_lines_before(room.changes, {number})
    assert found.get(number, line) == line
