"""What a seminar is, line by line: speakers, seats, place and online link, for every message about it."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import assert_never

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.seminar import Count, Phase, Seminar, decide_phase, seats_left
from bot.views.calendar_links import calendar_line
from bot.views.message import Message, message_of
from bot.views.rich import Line, buttons, labelled, link, paragraph, strong, words
from bot.views.text import TEXT_LIMIT, cut_escaped, find_web_link, one_line
from bot.views.times import seminar_pieces, seminar_text, slack_time, venue_time

_PLACE_LIMIT = 300
_REASON_LIMIT = 500
_SPEAKERS_LIMIT = 600
_BAR = 10


def speakers_text(seminar: Seminar, limit: int = _SPEAKERS_LIMIT) -> str:
    """Name the speakers and where they come from, such as ``Dana Rice (CAIS)``."""
    names = (
        f"{speaker.name} ({speaker.affiliation})" if speaker.affiliation.strip() else speaker.name
        for speaker in seminar.speakers
    )
    return one_line(", ".join(name for name in names if name.strip()), limit)


def speakers_line(seminar: Seminar, limit: int = _SPEAKERS_LIMIT) -> Line:
    """Return the line that names the speakers, empty if there are none."""
    names = speakers_text(seminar, limit)
    return labelled("Speakers" if len(seminar.speakers) > 1 else "Speaker", [words(names)]) if names else ()


def reason_of(seminar: Seminar) -> str:
    """Return why a seminar was cancelled, empty if nobody said."""
    return one_line(seminar.cancel_reason, _REASON_LIMIT)


def public_place(seminar: Seminar, limit: int = _PLACE_LIMIT) -> str:
    """Say where it is without giving the online link away; empty if nowhere is said."""
    place = one_line(seminar.place, limit)
    if not _online(seminar):
        return place
    online = "online (whoever has a seat gets the link)"
    return f"{place}, and {online}" if place else online.capitalize()


def place_line(seminar: Seminar, limit: int = _PLACE_LIMIT) -> Line:
    """Return the line that says where it is, for everybody."""
    place = public_place(seminar, limit)
    return labelled("Where", [words(place)]) if place else ()


def seat_holder_lines(
    seminar: Seminar, now: datetime, reader_zone: str | None, *, has_seat: bool
) -> list[Line]:
    """Return when and where; whoever has a seat gets the online link too."""
    place = one_line(seminar.place, _PLACE_LIMIT) if has_seat else public_place(seminar)
    return [
        labelled("When", seminar_pieces(seminar, now, reader_zone)),
        labelled("Where", [words(place)]) if place else (),
        labelled("Online", [link(seminar.online_link)]) if has_seat and _online(seminar) else (),
        calendar_line(seminar) if has_seat and now < seminar.ends_at else (),
    ]


def seat_holder_text(seminar: Seminar, now: datetime, reader_zone: str | None, *, has_seat: bool) -> str:
    """Write when and where as sentences; whoever has a seat gets the online link too."""
    place = one_line(seminar.place, _PLACE_LIMIT) if has_seat else public_place(seminar)
    online = find_web_link(seminar.online_link) if has_seat else None
    return " ".join(
        filter(
            None,
            [
                f"When: {seminar_text(seminar, now, reader_zone)}.",
                f"Where: {place}." if place else "",
                f"Online: {online}" if online else "",
            ],
        )
    )


def seats_text(seminar: Seminar, count: Count, now: datetime) -> str:
    """Say how it stands with the seats: ``12 of 30 seats left``, ``Full: 4 waiting``, ``Over``."""
    phase = decide_phase(seminar, now)
    match phase:
        case Phase.CANCELLED:
            reason = reason_of(seminar)
            return f"Cancelled: {reason}" if reason else "Cancelled"
        case Phase.OVER:
            return "Over"
        case Phase.BEGUN:
            return "Under way"
        case Phase.CLOSED:
            return "Registration closed"
        case Phase.NOT_OPEN_YET:
            return f"Registration opens {_opening(seminar, now)}"
        case Phase.OPEN:
            return _open_text(seminar, count)
        case _:
            assert_never(phase)


def seats_line(seminar: Seminar, count: Count, now: datetime) -> Line:
    """Return the line about the seats: a small bar while registration is open, and the words."""
    said = strong(f"{seats_bar(seminar, count, now)}{seats_text(seminar, count, now)}")
    if seminar.opens_at is not None and decide_phase(seminar, now) is Phase.NOT_OPEN_YET:
        return [said, words(" (your time: "), *slack_time(seminar.opens_at, None, seminar.zone), words(")")]
    return [said]


def seats_bar(seminar: Seminar, count: Count, now: datetime) -> str:
    """Draw how much of the room is taken, while registration is open and the seats are limited.

    The first seat taken fills a cell, and only the last one fills the last cell.
    """
    if not seminar.capacity or decide_phase(seminar, now) is not Phase.OPEN:
        return ""
    share = min(count.taken, seminar.capacity) / seminar.capacity
    filled = _BAR if share == 1 else min(_BAR - 1, ceil(share * _BAR))
    return "▰" * filled + "▱" * (_BAR - filled) + "  "


def _online(seminar: Seminar) -> str:
    return one_line(seminar.online_link, _PLACE_LIMIT)


def _opening(seminar: Seminar, now: datetime) -> str:
    return venue_time(seminar.opens_at or seminar.starts_at, None, seminar.zone, now)


def _open_text(seminar: Seminar, count: Count) -> str:
    left = seats_left(seminar, count)
    if left is None:
        return f"{count.taken} registered" if count.taken else "Nobody registered yet"
    if count.waiting:
        return f"Full: {count.waiting} waiting" if left == 0 else f"{count.waiting} waiting"
    if left == 0:
        return "Full: nobody waiting" if seminar.has_waitlist else "Full"
    return f"{left} of {seminar.capacity} seats left"


def compose(
    sentences: str,
    lines: Sequence[Line],
    after: str = "",
    elements: Sequence[ButtonElement] = (),
    *,
    facts_text: str = "",
) -> Message:
    """Build a message to one person: sentences, the facts line by line, what to do, and buttons.

    Args:
        sentences: What became of it, as it also stands in the message's text.
        lines: The facts.
        after: What the reader can do, below the facts.
        elements: The buttons.
        facts_text: The facts as sentences, for the message's text.
    """
    text = " ".join(part for part in (sentences, facts_text, after) if part)
    blocks: list[Block] = [paragraph([words(sentences)], *lines)]
    if after:
        blocks.append(paragraph([words(after)]))
    return message_of(cut_escaped(text, TEXT_LIMIT), [*blocks, *buttons(elements)])


def compose_about(
    seminar: Seminar,
    now: datetime,
    reader_zone: str | None,
    sentences: str,
    after: str = "",
    elements: Sequence[ButtonElement] = (),
    *,
    has_seat: bool,
) -> Message:
    """Build a message to one person with when and where a seminar is, and the link if they have a seat."""
    return compose(
        sentences,
        seat_holder_lines(seminar, now, reader_zone, has_seat=has_seat),
        after,
        elements,
        facts_text=seat_holder_text(seminar, now, reader_zone, has_seat=has_seat),
    )
