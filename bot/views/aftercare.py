"""After the talk: the next of the series for those who waited in vain."""

from datetime import datetime

from bot.domain.seminar import Count, Phase, Seminar, decide_phase
from bot.views.announcement import register_buttons
from bot.views.facts import (
    compose,
    seat_holder_lines,
    seat_holder_text,
    seats_line,
    seats_text,
    speakers_line,
)
from bot.views.message import Message
from bot.views.rich import (
    quoted,
)
from bot.views.text import end_sentence


def build_next(
    before: Seminar, seminar: Seminar, count: Count, now: datetime, reader_zone: str | None
) -> Message:
    """Build the word to somebody who waited in vain for a seminar: the next of its series."""
    said = (
        f"There was no seat for you at {quoted(before)}, and we are sorry. "
        f"You are among the first to hear of the next of the series: {quoted(seminar)}."
    )
    is_open = decide_phase(seminar, now) is Phase.OPEN
    facts = [
        speakers_line(seminar),
        *seat_holder_lines(seminar, now, reader_zone, has_seat=False),
        seats_line(seminar, count, now),
    ]
    seats = end_sentence(seats_text(seminar, count, now))
    told = f"{seat_holder_text(seminar, now, reader_zone, has_seat=False)} {seats}"
    after = "" if is_open else "When registration opens, the announcement carries Register."
    return compose(said, facts, after, register_buttons(seminar, count, now), facts_text=told)
