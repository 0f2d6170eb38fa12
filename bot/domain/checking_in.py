"""Check-in: when it is open, which word is right, who came, and which seats nobody in the room has.

A check-in counts from half an hour before the start that the seminar has now: what
was said at the door of a talk that then moved says nothing about its new date.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.consequence import Consequence
from bot.domain.room import Cause, Change, Room, State
from bot.domain.seminar import Seminar, seats_left

OPENS_BEFORE = timedelta(minutes=30)
UNCLAIMED_AFTER = timedelta(minutes=10)
EXCUSED_WITHIN = timedelta(hours=2)
BUTTON_WITHIN = timedelta(hours=3)
MOST_WORD = 40

NOT_THERE = "Not in the room ten minutes after the start"

_MOVED_UP = frozenset({Cause.PROMOTED, Cause.MORE_SEATS, Cause.UNCLAIMED})

# Short, of one spelling, and not easily taken for another when somebody reads one out.
_WORD_LIST = """
acorn amber anchor apple apricot apron arrow atlas autumn badger bagel bakery balcony bamboo banana banjo
barley basket beacon beaver beetle bicycle biscuit blanket blossom bonnet border bottle bracket branch
breeze brick bridge bronze bucket butter button cabbage cabin cactus camel canal candle canoe canvas
carpet carrot castle cedar cello cheese cherry chimney cinema circle citrus clover cobalt coconut comet
compass copper coral cotton cradle crayon cricket crystal curtain cushion daisy dolphin donkey dragon
drawer eagle ember emerald engine falcon feather fiddle finch flame flannel forest fossil fountain galaxy
garden garlic giant ginger glacier goblet gravel guitar hammer hammock harvest hazel helmet heron honey
hornet igloo indigo island ivory jacket jasmine jigsaw jungle juniper kayak kettle kitten ladder lagoon
lantern lavender lemon lentil lizard lobster magnet mango maple marble meadow melon meteor mirror monsoon
mosaic mountain muffin mustard napkin nectar nickel nutmeg oasis oatmeal ocean olive onion orange orchard
orchid otter oyster paddle panda papaya parrot pebble pelican pencil pepper piano pigeon pillow planet
plum pocket pony poppy prairie pumpkin puzzle quarry quartz rabbit raven ribbon rocket rooster saddle
saffron salmon satchel shadow silver sparrow spinach spruce squirrel stable statue summit sunset tablet
teapot thistle thunder tiger timber tomato tulip tunnel turtle valley velvet violet walnut whistle willow
window winter zebra
"""
WORDS: tuple[str, ...] = tuple(_WORD_LIST.split())


class CheckIn(StrEnum):
    """What became of a check-in."""

    DONE = "done"
    ALREADY = "already"
    NO_SEAT = "no_seat"
    IN_LINE = "in_line"
    NO_WORD = "no_word"
    WRONG_WORD = "wrong_word"
    NOT_YET = "not_yet"
    OVER = "over"
    CANCELLED = "cancelled"


class Claim(StrEnum):
    """What became of a waiter's word that they are in the room."""

    SEATED = "seated"
    HAS_SEAT = "has_seat"
    NONE_LEFT = "none_left"
    NOT_WAITING = "not_waiting"
    NOT_GIVEN = "not_given"
    OVER = "over"
    CANCELLED = "cancelled"


class Opening(StrEnum):
    """Whether people can be checked in."""

    NOT_YET = "not_yet"
    OPEN = "open"
    OVER = "over"
    CANCELLED = "cancelled"


def opens_at(seminar: Seminar) -> datetime:
    """Return when check-in opens."""
    return seminar.starts_at - OPENS_BEFORE


def decide_opening(seminar: Seminar, now: datetime) -> Opening:
    """Tell whether check-in is open: from half an hour before the start until the end."""
    if seminar.cancelled_at is not None:
        return Opening.CANCELLED
    if now >= seminar.ends_at:
        return Opening.OVER
    return Opening.OPEN if now >= opens_at(seminar) else Opening.NOT_YET


def may_give_unclaimed(seminar: Seminar, now: datetime) -> bool:
    """Tell whether unclaimed seats may go to waiters: from ten minutes after the start until the end."""
    is_open = decide_opening(seminar, now) is Opening.OPEN
    return is_open and now >= seminar.starts_at + UNCLAIMED_AFTER


def has_button(seminar: Seminar, now: datetime) -> bool:
    """Tell whether a message of now to somebody with a seat carries the button that checks them in.

    Near the start only, where a word is set, and not while a later reminder of the seminar brings it.
    """
    is_near = seminar.starts_at - BUTTON_WITHIN <= now < seminar.ends_at
    is_later_one = any(seminar.starts_at - offset > now for offset in seminar.reminder_offsets)
    return bool(seminar.check_in_word) and is_near and not is_later_one


def find_last_reminder(seminar: Seminar) -> timedelta | None:
    """Return how long before the start the reminder goes out that carries the button; None if none does."""
    last = min(seminar.reminder_offsets, default=None)
    return last if last is not None and last <= BUTTON_WITHIN else None


def plain_word(word: str) -> str:
    """Return what counts of a word: no case, blank, punctuation or accent; empty if nothing is left."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(one for one in letters if one.isalnum())


def is_right_word(seminar: Seminar, typed: str) -> bool:
    """Tell whether that is the word shown in the room; never where none is set."""
    word = plain_word(seminar.check_in_word)
    return word != "" and plain_word(typed) == word


def mark_word(word: str) -> str:
    """Return a short text that differs where the word does; goes into the metadata of what shows it."""
    return sha256(word.encode()).hexdigest()[:16] if word else ""


@dataclass(frozen=True, slots=True)
class Step:
    """A change of somebody's seat, and when it was."""

    user_id: str
    after: State
    cause: Cause
    at: datetime


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who came.

    Attributes:
        seated: How many have a seat.
        checked_in: How many of them are in the room.
        no_shows: How many had a seat and did not come, without those who are excused.
        excused: How many did not come, but got their seat in the last two hours before the start.
        walk_ins: How many of those in the room got their seat at the door.
    """

    seated: int
    checked_in: int
    no_shows: int = 0
    excused: int = 0
    walk_ins: int = 0


def is_present(seminar: Seminar, checked_in_at: datetime | None) -> bool:
    """Tell whether a check-in counts: one for the start that the seminar has now."""
    return checked_in_at is not None and checked_in_at >= opens_at(seminar)


def decide_check_in(
    seminar: Seminar, state: State | None, checked_in_at: datetime | None, now: datetime, *, is_staff: bool
) -> CheckIn | None:
    """Return why somebody is not checked in now, or None if they can be.

    Staff may set right who came after the talk too.
    """
    opening = decide_opening(seminar, now)
    if opening is Opening.CANCELLED:
        return CheckIn.CANCELLED
    if opening is Opening.NOT_YET:
        return CheckIn.NOT_YET
    if opening is Opening.OVER and not is_staff:
        return CheckIn.OVER
    if state is not State.SEATED:
        return CheckIn.IN_LINE if state is State.WAITLISTED else CheckIn.NO_SEAT
    return CheckIn.ALREADY if is_present(seminar, checked_in_at) else None


def count_attendance(
    seminar: Seminar, ledger: Iterable[Step], checked_in: Mapping[str, datetime]
) -> Attendance:
    """Count who came and who did not.

    Whose seat went to somebody in the room did not come either. Where nobody at
    all was checked in, check-in was not used, and nobody counts as a no-show.

    Args:
        seminar: The seminar.
        ledger: All changes of its seats, oldest first.
        checked_in: When people were checked in, by their ids.
    """
    last: dict[str, Step] = {}
    seat: dict[str, Step] = {}
    for step in ledger:
        last[step.user_id] = step
        if step.after is State.SEATED:
            seat[step.user_id] = step
    seated = [user_id for user_id, step in last.items() if step.after is State.SEATED]
    present = {user_id for user_id in seated if is_present(seminar, checked_in.get(user_id))}
    if not present:
        return Attendance(len(seated), 0)
    given_on = [user_id for user_id, step in last.items() if _is_given_on(step)]
    absent = [user_id for user_id in (*seated, *given_on) if user_id not in present]
    excused = sum(_is_excused(seminar, seat.get(user_id)) for user_id in absent)
    return Attendance(
        len(seated),
        len(present),
        len(absent) - excused,
        excused,
        sum(last[user_id].cause is Cause.WALK_IN for user_id in present),
    )


def _is_given_on(step: Step) -> bool:
    return step.after is State.RELEASED and step.cause is Cause.UNCLAIMED


def _is_excused(seminar: Seminar, seat: Step | None) -> bool:
    return seat is not None and seat.cause in _MOVED_UP and seat.at >= seminar.starts_at - EXCUSED_WITHIN


def list_absent(room: Room, present: Collection[str]) -> list[str]:
    """Return who has a seat and is not in the room: who got theirs last comes first."""
    held = [one for one in room.known.values() if one.state is State.SEATED and one.user_id not in present]
    return [one.user_id for one in sorted(held, key=lambda one: one.change, reverse=True)]


def count_unclaimed(room: Room, present: Collection[str]) -> int:
    """Return how many seats nobody in the room has: free ones, and those of who is absent.

    While nobody is checked in, check-in is not in use, and nobody counts as absent.
    Whoever sits there above the limit takes up a seat too.
    """
    absent = len(list_absent(room, present)) if present else 0
    if room.seminar.capacity is None:
        return room.count.waiting
    return max(0, room.seminar.capacity - (room.count.taken - absent))


def give_unclaimed(
    room: Room, user_id: str, present: Collection[str], *, giver: str | None
) -> tuple[Change, ...]:
    """Give a waiter who is in the room a seat that nobody there has; empty if none is left.

    A free seat goes first. Else whoever is absent and got their seat last loses
    it, so that never more seats are taken than before.

    Args:
        room: The seminar under its lock, with everybody known.
        user_id: The waiter.
        present: Who is checked in.
        giver: Who of the staff gives unclaimed seats.
    """
    held = room.known.get(user_id)
    if held is None or held.state is not State.WAITLISTED or count_unclaimed(room, present) == 0:
        return ()
    freed: list[Change] = []
    if seats_left(room.seminar, room.count) == 0:
        late = list_absent(room, present)[0]
        freed.append(room.set_state(late, State.RELEASED, Cause.UNCLAIMED, actor=giver, reason=NOT_THERE))
    because_of = freed[0].number if freed else None
    seated = room.set_state(user_id, State.SEATED, Cause.UNCLAIMED, actor=user_id, because_of=because_of)
    return (*freed, seated)


def count_with_walk_in(room: Room) -> int | None:
    """Return how many seats one more person at the door makes, if that is above the limit; else None."""
    return room.count.taken + 1 if seats_left(room.seminar, room.count) == 0 else None


@dataclass(frozen=True, slots=True)
class Giving:
    """What giving unclaimed seats does: exactly this is shown before it is done.

    Attributes:
        unclaimed: How many seats nobody in the room has.
        asked: Which waiters are asked whether they are there.
        waiting: How many wait, also those who were asked before.
        may_lose: Who loses their seat if enough waiters are there, in the order in which they lose it.
    """

    unclaimed: int
    asked: tuple[str, ...]
    waiting: int
    may_lose: tuple[str, ...]

    @property
    def consequence(self) -> Consequence:
        """Whom it touches at once: those who are asked."""
        return Consequence(told_line=len(self.asked))

    def fingerprint(self) -> str:
        """Return a short text that differs where what is shown does."""
        return self.consequence.fingerprint(self)


def decide_giving(room: Room, present: Collection[str], asked_before: Collection[str]) -> Giving:
    """Return what giving unclaimed seats does now: nobody is asked twice, or where no seat is left."""
    unclaimed = count_unclaimed(room, present)
    new = tuple(user_id for user_id in room.head if user_id not in asked_before)
    free = seats_left(room.seminar, room.count)
    most = 0 if free is None else max(0, min(unclaimed, room.count.waiting) - free)
    may_lose = tuple(list_absent(room, present)[:most])
    return Giving(unclaimed, new if unclaimed else (), room.count.waiting, may_lose)
