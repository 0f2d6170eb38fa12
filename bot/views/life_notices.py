"""What everybody with a seat or a place in line gets when a seminar is cancelled, or restored."""

from datetime import datetime

from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.views.answers import line_buttons, line_moves
from bot.views.direct_messages import check_in_button
from bot.views.facts import compose, compose_about, reason_of
from bot.views.ids import Action
from bot.views.message import Message
from bot.views.offers import offer_buttons
from bot.views.rich import button, labelled, link_button, quoted, words
from bot.views.text import end_sentence
from bot.views.times import seminar_pieces, seminar_text, when_text

_HOLDING = {
    State.SEATED: "for which you have a seat",
    State.OFFERED: "for which a seat is held for you",
    State.WAITLISTED: "for which you wait",
}


def build_cancelled(seminar: Seminar, now: datetime, reader_zone: str | None, held: State) -> Message:
    """Build the word that the talk does not take place, to somebody who holds that."""
    holding = _HOLDING[held]
    lines = [labelled("It was to be", seminar_pieces(seminar, now, reader_zone))]
    facts = f"It was to be {seminar_text(seminar, now, reader_zone)}."
    if why := reason_of(seminar):
        lines.append(labelled("Why", [words(why)]))
        facts = f"{facts} Why: {end_sentence(why)}"
    said = f"{quoted(seminar)}, {holding}, is cancelled."
    return compose(said, lines, "There is nothing you need to do.", facts_text=facts)


def build_restored(
    seminar: Seminar,
    now: datetime,
    reader_zone: str | None,
    *,
    place: int | None = None,
    held_until: datetime | None = None,
) -> Message:
    """Build the word that the talk takes place after all.

    ``place`` is a waiter's place in line. ``held_until`` is until when a seat is held for who is asked.
    """
    said = f"{quoted(seminar)} takes place after all: that it was cancelled was a mistake."
    if place is not None:
        where = "first in line" if place == 1 else f"number {place} in line"
        said = f"{said} You are still {where}. {line_moves(seminar)}"
        return compose_about(seminar, now, reader_zone, said, "", line_buttons(seminar), has_seat=False)
    if held_until is not None:
        until = when_text(held_until, None, seminar.zone, now, reader_zone)
        said = f"{said} A seat is still held for you until {until}. Do you want it?"
        return compose_about(seminar, now, reader_zone, said, "", offer_buttons(seminar), has_seat=False)
    elements = [
        button("I’ll Be There", Action.CONFIRM, seminar, "I’ll be there, keep my seat for", is_primary=True),
        button("Give My Seat Back", Action.RELEASE, seminar, "Give back my seat for"),
        *link_button(seminar),
        *check_in_button(seminar, now),
    ]
    said = f"{said} Your seat was kept."
    return compose_about(seminar, now, reader_zone, said, "Still coming?", elements, has_seat=True)
