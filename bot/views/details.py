"""Details: the modal that shows everything about a seminar, uncut."""

from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, PlainTextObject
from slack_sdk.models.views import View

from bot.domain.room import State
from bot.domain.seminar import Count, Seminar
from bot.domain.text import clean_line
from bot.views.answers import line_sentence
from bot.views.facts import seat_holder_lines, seats_line, speakers_line
from bot.views.ids import Action, Callback, SeminarRef
from bot.views.rich import button, buttons, header, paragraph, plain, strong, title_of
from bot.views.text import TEXT_LIMIT, split_text

# A view may be 250 kB; six parts each keep within it whatever the script.
_PARTS = 6
_HEADER_LIMIT = 150


def build_details(
    seminar: Seminar,
    count: Count,
    held: State | None,
    place: int | None,
    now: datetime,
    reader_zone: str | None,
) -> dict[str, Any]:
    """Build the modal for one member.

    Args:
        seminar: The seminar.
        count: Its registrations.
        held: What the member holds; only a seat shows the online link.
        place: The member's place in line, if they are in it.
        now: The moment that it shows.
        reader_zone: The member's zone, if known.
    """
    has_seat = held is State.SEATED
    blocks: list[Block] = [
        *_title_blocks(seminar),
        paragraph(
            speakers_line(seminar, TEXT_LIMIT),
            *seat_holder_lines(seminar, now, reader_zone, has_seat=has_seat),
            seats_line(seminar, count, now),
        ),
    ]
    if standing := _standing(seminar, held, place):
        blocks.append(paragraph([strong(standing)]))
    if held is State.WAITLISTED:
        blocks += buttons([button("Why This Place?", Action.WHY, seminar, "Why this place in line for")])
    if now < seminar.starts_at and seminar.cancelled_at is None:
        blocks += buttons([button("Ask the Speaker", Action.ASK_SPEAKER, seminar, "Ask the speaker of")])
    blocks += _passage("Abstract", seminar.abstract)
    blocks += _passage(
        "About the speakers" if len(seminar.speakers) > 1 else "About the speaker", seminar.bio
    )
    return View(
        type="modal",
        callback_id=Callback.DETAILS,
        title=PlainTextObject(text="Details", emoji=False),
        close=PlainTextObject(text="Close", emoji=False),
        private_metadata=SeminarRef(seminar.id).to_value(),
        blocks=blocks,
    ).to_dict()


def _title_blocks(seminar: Seminar) -> list[Block]:
    title = clean_line(seminar.title)
    if len(title) <= _HEADER_LIMIT:
        return [header(title_of(seminar))]
    return [plain(part) for part in split_text(title, _PARTS)]


def _standing(seminar: Seminar, held: State | None, place: int | None) -> str:
    if held is State.SEATED:
        return "You have a seat."
    if held is State.OFFERED:
        return "A seat is held for you."
    if held is State.WAITLISTED:
        return "You are in line." if place is None else line_sentence(seminar, place)
    return ""


def _passage(heading: str, text: str) -> list[Block]:
    parts = split_text(text, _PARTS)
    return [header(heading), *(plain(part) for part in parts)] if parts else []
