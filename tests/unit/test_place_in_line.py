"""How a waiter came to their place in line, told from the ledger."""

from bot.domain.history import Explanation, explain_place, list_lines_before
from bot.domain.registering import Wish, decide_press
from bot.domain.room import Cause, Change, Room, State
from bot.domain.seating import move_in_line, remove_person, seat_person
from bot.domain.seminar import Count
from tests.factories import NOW, make_seminar


def full_room(*waiters: str) -> Room:
    """Return a room with one seat, which U0A has, and these in line."""
    room = Room(make_seminar(capacity=1), Count(), 1, is_whole_line=True)
    press(room, "U0A", *waiters)
    return room


def press(room: Room, *people: str, wish: Wish = Wish.REGISTER) -> None:
    for user_id in people:
        decide_press(room, user_id, wish, NOW)


def test_who_was_never_overtaken_stands_where_they_joined() -> None:
    room = full_room("U0B", "U0C")

    expected = Explanation(place=2, joined=3, cause=Cause.PRESSED, first_place=2)
    assert expected == explain_place(room.changes, "U0C")


def test_seats_and_leavings_of_those_before_are_counted_apart() -> None:
    room = full_room("U0B", "U0C", "U0D", "U0E")
    press(room, "U0A", "U0C", wish=Wish.RELEASE)

    expected = Explanation(place=2, joined=5, cause=Cause.PRESSED, first_place=4, got_seats=1, left=1)
    assert expected == explain_place(room.changes, "U0E")


def test_who_stands_behind_does_not_matter() -> None:
    room = full_room("U0B", "U0C", "U0D")
    press(room, "U0D", wish=Wish.RELEASE)
    seat_person(room, "U0C", actor="U0ANA", reason="")

    expected = Explanation(place=1, joined=2, cause=Cause.PRESSED, first_place=1)
    assert expected == explain_place(room.changes, "U0B")


def test_what_staff_moved_is_told_from_both_sides() -> None:
    room = full_room("U0B", "U0C", "U0D")
    move_in_line(room, "U0D", 1, actor="U0ANA", reason="speaker’s guest")
    move_in_line(room, "U0B", 3, actor="U0ANA", reason="")

    first, middle, last = (explain_place(room.changes, user_id) for user_id in ("U0D", "U0C", "U0B"))
    assert first == Explanation(1, 4, Cause.PRESSED, first_place=3, moved_up=2)
    assert middle == Explanation(2, 3, Cause.PRESSED, first_place=2, moved_ahead=1, moved_behind=1)
    assert last == Explanation(3, 2, Cause.PRESSED, first_place=1, moved_ahead=1, moved_up=-1)


def test_leaving_and_coming_back_begins_anew() -> None:
    room = full_room("U0B", "U0C")
    press(room, "U0B", wish=Wish.RELEASE)
    press(room, "U0B")

    expected = Explanation(place=2, joined=5, cause=Cause.PRESSED, first_place=2, came_back=True)
    assert expected == explain_place(room.changes, "U0B")


def test_who_was_removed_did_not_leave() -> None:
    room = full_room("U0B", "U0C")
    remove_person(room, "U0B", NOW, actor="U0ANA", reason="")
    press(room, "U0B")

    assert explain_place(room.changes, "U0B") == Explanation(2, 5, Cause.PRESSED, first_place=2)


def test_a_seat_held_for_somebody_before_counts_as_a_seat() -> None:
    room = full_room("U0B", "U0C")
    room.set_state("U0B", State.OFFERED, Cause.OFFERED, actor=None)
    room.set_state("U0B", State.WAITLISTED, Cause.EXPIRED, actor=None)

    assert explain_place(room.changes, "U0C") == Explanation(1, 3, Cause.PRESSED, first_place=2, got_seats=1)
    assert explain_place(room.changes, "U0B") == Explanation(2, 5, Cause.EXPIRED, first_place=2)


def test_who_does_not_wait_has_no_place() -> None:
    room = full_room("U0B")

    assert explain_place(room.changes, "U0A") is None
    assert explain_place(room.changes, "U0NEVER") is None
    assert explain_place([], "U0B") is None


def test_the_line_before_a_change_is_in_its_order() -> None:
    room = full_room("U0B", "U0C", "U0D")
    move_in_line(room, "U0D", 1, actor="U0ANA", reason="")
    press(room, "U0A", wish=Wish.RELEASE)

    lines = list_lines_before(room.changes, {5, 7})
    assert lines == {5: ("U0B", "U0C", "U0D"), 7: ("U0D", "U0B", "U0C")}


def test_a_change_that_is_not_there_has_no_line() -> None:
    assert list_lines_before([Change(1, "U0A", None, State.SEATED, Cause.PRESSED, "U0A")], {2}) == {}
