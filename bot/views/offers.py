"""What a member reads of a seat that is held for them, whatever becomes of it."""

from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.views.facts import compose, seat_holder_lines, seat_holder_text
from bot.views.ids import Action
from bot.views.message import Message
from bot.views.rich import button, labelled, quoted
from bot.views.times import when_pieces, when_text

_THEN = "If you do not answer by then, it goes to the next in line. You keep a place at the end of the line."
_NOW = "The time for that is over, so please answer now, before it goes to the next in line."


def build_offer(
    seminar: Seminar, until: datetime, now: datetime, reader_zone: str | None, *, is_news: bool
) -> Message:
    """Build the question whether a member wants the seat that is held for them.

    Args:
        seminar: The seminar.
        until: Until when it is held.
        now: The moment that it shows.
        reader_zone: The member's zone, if known.
        is_news: Whether they are told for the first time; else it answers a press.
    """
    about = quoted(seminar)
    if is_news:
        said = f"A seat became free for {about}, and it is held for you. Do you want it?"
    else:
        said = f"A seat for {about} is held for you, and you have not answered yet. Do you want it?"
    held = when_text(until, None, seminar.zone, now, reader_zone)
    lines = [
        labelled("Held until", when_pieces(until, None, seminar.zone, now, reader_zone)),
        *seat_holder_lines(seminar, now, reader_zone, has_seat=False),
    ]
    facts = f"Held until: {held}. {seat_holder_text(seminar, now, reader_zone, has_seat=False)}"
    return compose(said, lines, _THEN if now < until else _NOW, offer_buttons(seminar), facts_text=facts)


def offer_buttons(seminar: Seminar) -> list[ButtonElement]:
    """Return the buttons of somebody for whom a seat is held."""
    return [
        button("Take the Seat", Action.ACCEPT, seminar, "Take the seat for", is_primary=True),
        button("No, Thank You", Action.REFUSE, seminar, "I do not want the seat for"),
    ]


def build_offer_gone(seminar: Seminar, place: int) -> Message:
    """Build the word to who did not answer: the seat went on, and they have a place in line."""
    said = (
        f"You did not answer in time, so the seat for {quoted(seminar)} that was held for you "
        f"went to the next in line. {_standing(place)}"
    )
    return compose(said, (), _turn(seminar), _line_buttons(seminar))


def build_offer_not_open(seminar: Seminar, place: int) -> Message:
    """Build the answer to who answers an offer that is not open any more, or was never made."""
    said = f"No seat for {quoted(seminar)} is held for you now. {_standing(place)}"
    return compose(said, (), _turn(seminar), _line_buttons(seminar))


def build_refused(seminar: Seminar, now: datetime) -> Message:
    """Build the answer to who did not want the seat that was held for them."""
    said = f"You do not want the seat for {quoted(seminar)}, so others can have it. You are out of the line."
    if decide_phase(seminar, now) is not Phase.OPEN:
        return compose(said, (), "Registration is not open now, so this cannot be taken back here.")
    after = (
        "If you change your mind, you can register again. If others wait or no seat is free, "
        "that means the end of the line."
        if seminar.has_waitlist
        else "If you change your mind, you can register again while a seat is free."
    )
    again = button("Register Again", Action.REGISTER, seminar, "Register again for")
    return compose(said, (), after, [again])


def _standing(place: int) -> str:
    return "You are first in line." if place <= 1 else f"You are number {place} in line."


def _turn(seminar: Seminar) -> str:
    if seminar.line_stopped_at is not None:
        return "The line does not move at the moment."
    return "You will get a direct message when it is your turn again."


def _line_buttons(seminar: Seminar) -> list[ButtonElement]:
    return [button("Leave the Waitlist", Action.RELEASE, seminar, "Leave the waitlist for")]
