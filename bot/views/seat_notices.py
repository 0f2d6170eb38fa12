"""What a member gets when staff did something with their seat or their place in line."""

from datetime import datetime

from bot.domain.room import Cause, Change, State
from bot.domain.seminar import Seminar
from bot.views.answers import line_buttons, line_moves, seat_buttons
from bot.views.direct_messages import check_in_button
from bot.views.facts import compose, seat_holder_lines, seat_holder_text
from bot.views.leaving import keep_or_leave
from bot.views.message import Message
from bot.views.rich import Line, labelled, mention, quoted, words
from bot.views.text import end_sentence, one_line

_REASON_LIMIT = 500


def build_seat_notice(
    seminar: Seminar, change: Change, place: int | None, now: datetime, reader_zone: str | None
) -> Message:
    """Build the word to a member about what staff did, as the ledger has it.

    Args:
        seminar: The seminar.
        change: The ledger's row: what was done, by whom and why.
        place: The member's place in line, None if they are not in it.
        now: The time of sending.
        reader_zone: The member's zone, if known.
    """
    about = quoted(seminar)
    reason, why = _reason(change), _reason_text(change)
    if change.cause is Cause.WALK_IN and change.after is State.SEATED:
        return compose(f"You are checked in for {about}.", ())
    if change.cause is Cause.UNCLAIMED:
        late = f"You were not there ten minutes after the start of {about}"
        said = f"{late}, so your seat was given to somebody in the room."
        return compose(said, (), "If you are there by now, please ask the people at the door.")
    if change.after is State.RELEASED:
        what = "place in line" if change.before is State.WAITLISTED else "seat"
        said = f"Staff took back your {what} for {about}."
        ask, ask_text = _ask(change)
        return compose(said, [*reason, ask], facts_text=" ".join(filter(None, [why, ask_text])))
    has_seat = change.after is not State.WAITLISTED
    facts = seat_holder_lines(seminar, now, reader_zone, has_seat=has_seat)
    text = seat_holder_text(seminar, now, reader_zone, has_seat=has_seat)
    facts_text = " ".join(filter(None, [why, text]))
    if has_seat:
        said = f"Staff gave you a seat for {about}."
        leave = keep_or_leave(seminar, now, reader_zone)
        elements = [*seat_buttons(seminar), *check_in_button(seminar, now)]
        return compose(said, [*reason, *facts], leave, elements, facts_text=facts_text)
    said = f"{_line_sentence(change, about, place or 1)} {line_moves(seminar)}"
    return compose(said, [*reason, *facts], "", line_buttons(seminar), facts_text=facts_text)


def _line_sentence(change: Change, about: str, place: int) -> str:
    where = "first in line" if place == 1 else f"number {place} in line"
    match change.cause:
        case Cause.FEWER_SEATS:
            return (
                f"There are fewer seats for {about} now, and yours was one of the last to be taken. "
                f"So you do not have a seat any more: you are {where}."
            )
        case Cause.MOVED:
            return f"Staff moved you in the line for {about}: you are now {where}."
        case _:
            return f"Staff put you on the waitlist for {about}: you are {where}."


def _reason(change: Change) -> list[Line]:
    why = one_line(change.reason or "", _REASON_LIMIT)
    return [labelled("Why", [words(why)])] if why else []


def _reason_text(change: Change) -> str:
    why = one_line(change.reason or "", _REASON_LIMIT)
    return f"Why: {end_sentence(why)}" if why else ""


def _ask(change: Change) -> tuple[Line, str]:
    who = mention(change.actor or "")
    if who is None:
        return (), "If you have questions, ask the people who run it."
    return [words("If you have questions, ask "), who, words(".")], "If you have questions, ask who did it."
