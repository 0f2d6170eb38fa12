"""The announcement: the card in a channel that carries the Register button."""

from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.seminar import Count, Phase, Seminar, decide_phase, seats_left
from bot.views.facts import (
    compose,
    place_line,
    public_place,
    seats_line,
    seats_text,
    speakers_line,
    speakers_text,
)
from bot.views.ids import Action
from bot.views.materials import materials_line
from bot.views.message import Message, message_of
from bot.views.rich import button, buttons, header, labelled, paragraph, plain, quoted, title_of, words
from bot.views.text import TEXT_LIMIT, cut_escaped, end_sentence, shorten
from bot.views.times import slack_time, venue_time

_ABSTRACT_LIMIT = 500


def build_announcement(seminar: Seminar, count: Count, now: datetime) -> Message:
    """Build the card as it stands at a moment; what it cuts is whole under Details."""
    time = venue_time(seminar.starts_at, seminar.ends_at, seminar.zone, now)
    facts = paragraph(
        speakers_line(seminar),
        labelled("When", [words(time)]),
        labelled("Your time", slack_time(seminar.starts_at, seminar.ends_at, seminar.zone)),
        place_line(seminar),
        seats_line(seminar, count, now),
        materials_line(seminar) if decide_phase(seminar, now) is Phase.OVER else (),
    )
    blocks: list[Block] = [header(title_of(seminar)), facts]
    if abstract := shorten(seminar.abstract, _ABSTRACT_LIMIT):
        blocks.append(plain(abstract))
    blocks += buttons(_card_buttons(seminar, count, now))
    return message_of(cut_escaped(_sentence(seminar, count, now, time), TEXT_LIMIT), blocks)


def build_withdrawn(seminar: Seminar) -> Message:
    """Build what is left of a card in a channel where the seminar is announced no longer."""
    said = f"{quoted(seminar)} is no longer announced in this channel. Seats and places in line are kept."
    return compose(said, (), "", [button("Details", Action.DETAILS, seminar, "Details of")])


def _card_buttons(seminar: Seminar, count: Count, now: datetime) -> list[ButtonElement]:
    details = button("Details", Action.DETAILS, seminar, "Details of")
    manage = button("Manage", Action.MANAGE, seminar, "Manage")
    return [details, *register_buttons(seminar, count, now), *_calendar_button(seminar, now), manage]


def _calendar_button(seminar: Seminar, now: datetime) -> list[ButtonElement]:
    if decide_phase(seminar, now) in (Phase.CANCELLED, Phase.BEGUN, Phase.OVER):
        return []
    return [button("Add to Calendar", Action.CALENDAR, seminar, "Add to your calendar:")]


def register_buttons(seminar: Seminar, count: Count, now: datetime) -> list[ButtonElement]:
    """Return the button that takes a seat or a place in line, nothing where there is neither to take."""
    if decide_phase(seminar, now) is not Phase.OPEN:
        return []
    if seats_left(seminar, count) != 0 and count.waiting == 0:
        return [button("Register", Action.REGISTER, seminar, "Register for", is_primary=True)]
    if seminar.has_waitlist:
        aim = "Join the waitlist for"
        return [button("Join the Waitlist", Action.REGISTER, seminar, aim, is_primary=True)]
    return []


def _sentence(seminar: Seminar, count: Count, now: datetime, time: str) -> str:
    speakers = speakers_text(seminar)
    by = f" by {speakers}" if speakers else ""
    place = public_place(seminar)
    where = f", {place}" if place else ""
    seats = end_sentence(seats_text(seminar, count, now))
    return f"Seminar: {title_of(seminar)}{by}, {time}{where}. {seats}"
