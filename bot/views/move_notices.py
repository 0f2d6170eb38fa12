"""What registrants and waiters read when a seminar gets another time or place."""

from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from bot.domain.moving import Facts, as_it_was
from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.views.answers import line_buttons
from bot.views.direct_messages import check_in_button
from bot.views.facts import compose, public_place
from bot.views.ids import Action
from bot.views.message import Message
from bot.views.offers import offer_buttons
from bot.views.rich import Line, button, labelled, link, link_button, quoted, words
from bot.views.text import find_web_link, one_line
from bot.views.times import seminar_pieces, seminar_text

_PLACE_LIMIT = 300
_NOWHERE = "not said yet"


def build_move_notice(
    seminar: Seminar, old: Facts, state: State, now: datetime, reader_zone: str | None
) -> Message:
    """Build the notice of a move: old and new time and place, and the question who is still coming.

    Args:
        seminar: The seminar as it is now.
        old: When and where the reader believes it to be.
        state: What the reader has: a seat, a seat held for them, or a place in line.
        now: The time of sending.
        reader_zone: The reader's zone, None while it is not known.
    """
    before, has_seat = as_it_was(seminar, old), state is State.SEATED
    is_retimed = seminar_text(before, now, reader_zone) != seminar_text(seminar, now, reader_zone)
    new_place, old_place = _place(seminar, has_seat=has_seat), _place(before, has_seat=has_seat)
    lines: list[Line] = [
        labelled("New time" if is_retimed else "When", seminar_pieces(seminar, now, reader_zone)),
        labelled("Before", seminar_pieces(before, now, reader_zone)) if is_retimed else (),
        labelled("New place" if new_place != old_place else "Where", [words(new_place or _NOWHERE)])
        if new_place or old_place
        else (),
        labelled("Before", [words(old_place or _NOWHERE)]) if new_place != old_place else (),
        *_links(seminar, before, has_seat=has_seat),
    ]
    said = f"{quoted(seminar)} {_moved(is_retimed=is_retimed, is_replaced=new_place != old_place)}"
    texts = [
        f"{'New time' if is_retimed else 'When'}: {seminar_text(seminar, now, reader_zone)}.",
        f"Before: {seminar_text(before, now, reader_zone)}." if is_retimed else "",
        f"{'New place' if new_place != old_place else 'Where'}: {new_place or _NOWHERE}."
        if new_place or old_place
        else "",
        f"Before: {old_place or _NOWHERE}." if new_place != old_place else "",
        f"Online: {find_web_link(seminar.online_link)}"
        if has_seat and find_web_link(seminar.online_link)
        else "",
    ]
    return compose(
        said,
        lines,
        _asked(state),
        _buttons(seminar, state, now),
        facts_text=" ".join(filter(None, texts)),
    )


def _moved(*, is_retimed: bool, is_replaced: bool) -> str:
    if is_retimed and is_replaced:
        return "has a new time and a new place."
    if is_retimed:
        return "has a new time."
    return "has a new place." if is_replaced else "has a new online link."


def _place(seminar: Seminar, *, has_seat: bool) -> str:
    return one_line(seminar.place, _PLACE_LIMIT) if has_seat else public_place(seminar)


def _links(seminar: Seminar, before: Seminar, *, has_seat: bool) -> list[Line]:
    """Return the lines about the online link, for who may have it."""
    new, old = one_line(seminar.online_link, _PLACE_LIMIT), one_line(before.online_link, _PLACE_LIMIT)
    if not has_seat or not (new or old):
        return []
    if not new:
        return [labelled("Online", [words("no more; the old link is not used")])]
    return [labelled("Online" if new == old else "New online link", [link(seminar.online_link)])]


def _asked(state: State) -> str:
    if state is State.SEATED:
        return "Still coming?"
    if state is State.OFFERED:
        return "The seat that is held for you is for this time and place. Do you want it?"
    return "You keep your place in line. If it does not suit you any more, you can leave the waitlist."


def _buttons(seminar: Seminar, state: State, now: datetime) -> list[ButtonElement]:
    if state is State.SEATED:
        coming = "I’ll be there, keep my seat for"
        return [
            button("I’ll Be There", Action.CONFIRM, seminar, coming, is_primary=True),
            button("Give My Seat Back", Action.RELEASE, seminar, "Give back my seat for"),
            *link_button(seminar),
            *check_in_button(seminar, now),
        ]
    return line_buttons(seminar) if state is State.WAITLISTED else offer_buttons(seminar)
