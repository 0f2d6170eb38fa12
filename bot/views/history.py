"""History: what happened to a seminar, to a person in it, and why a waiter is where they are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, PlainTextObject, RichTextElement
from slack_sdk.models.views import View

from bot.domain.history import Explanation
from bot.domain.room import Cause
from bot.domain.seminar import Seminar
from bot.domain.zones import day_and_clock
from bot.views.ids import Action, Callback, ManageRef, SeminarRef
from bot.views.ledger_sentences import SeatEvent, next_line, seat_line
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import Line, header, mention, paragraph, plain, strong, title_of, words
from bot.views.staff_sentences import StaffEvent, staff_line
from bot.views.times import is_known, slack_time

PAGE = 15

Event = SeatEvent | StaffEvent

NOT_IN_LINE = "You are not in line for this seminar, so there is no place to explain."


def build_history(
    seminar: Seminar,
    events: Sequence[Event],
    ref: ManageRef,
    pages: int,
    now: datetime,
    reader_zone: str | None,
) -> dict[str, Any]:
    """Build one page of what happened, newest first.

    Args:
        seminar: The seminar.
        events: Those of the page.
        ref: The page, and the person whose history it is; no person means everybody's. Of a person it
            carries too where in the roster they were opened: its part and, in ``seen``, its page.
        pages: How many pages there are, at least one.
        now: The moment that it shows.
        reader_zone: The zone of who reads.
    """
    is_one = bool(ref.user_id)
    blocks: list[Block] = [header(title_of(seminar))]
    if is_one:
        blocks.append(paragraph([strong("All that happened to "), mention(ref.user_id) or words("them")]))
    if ref.page > 0:
        newer = replace(ref, page=ref.page - 1)
        blocks.append(ActionsBlock(elements=[staff_button("Newer", Action.HISTORY_PAGE, newer)]))
    blocks += [_entry(event, seminar, now, reader_zone, is_one=is_one) for event in events]
    if not events:
        blocks.append(plain("Nothing happened yet."))
    if ref.page + 1 < pages:
        older = replace(ref, page=ref.page + 1)
        blocks.append(ActionsBlock(elements=[staff_button("Older", Action.HISTORY_PAGE, older)]))
    if pages > 1:
        blocks.append(plain(f"Page {ref.page + 1} of {pages}"))
    if is_one:
        back = ManageRef(seminar.id, ref.user_id, int(ref.seen) if ref.seen.isdecimal() else 0, ref.about)
        blocks.append(ActionsBlock(elements=[staff_button("Back", Action.PERSON, back)]))
    return staff_modal("History", blocks, ref, Callback.HISTORY)


def build_why(
    seminar: Seminar,
    explanation: Explanation | None,
    joined_at: datetime | None,
    now: datetime,
    reader_zone: str | None,
) -> dict[str, Any]:
    """Build the modal that tells a waiter how they came to their place, naming nobody."""
    blocks: list[Block] = [header(title_of(seminar))]
    if explanation is None or joined_at is None:
        blocks.append(plain(NOT_IN_LINE))
    else:
        said: list[Line] = [
            [strong(f"You are {_nth(explanation.place)} in line.")],
            [*_joined(explanation), *_time(joined_at, seminar, now, reader_zone), words(_place(explanation))],
            *([words(sentence)] for sentence in list_reasons(explanation)),
        ]
        blocks.append(paragraph(*said))
        blocks.append(plain("A seat that becomes free goes to who is first in line, at once."))
    return View(
        type="modal",
        title=PlainTextObject(text="Your Place", emoji=False),
        close=PlainTextObject(text="Close", emoji=False),
        private_metadata=SeminarRef(seminar.id).to_value(),
        blocks=blocks,
    ).to_dict()


def list_reasons(explanation: Explanation) -> list[str]:
    """Say what changed a waiter's place since they joined, a sentence each."""
    one = explanation
    said = []
    if one.got_seats:
        said.append(f"{_people(one.got_seats)} who came before you got a seat since.")
    if one.left:
        said.append(f"{_people(one.left)} who came before you left the line.")
    if one.moved_ahead:
        said.append(f"Staff put {_people(one.moved_ahead, small=True)} before you.")
    if one.moved_behind:
        said.append(f"Staff put {_people(one.moved_behind, small=True)} who came before you behind you.")
    if one.moved_up:
        where = "forward" if one.moved_up > 0 else "back"
        count = abs(one.moved_up)
        said.append(f"Staff moved you {count} place{'' if count == 1 else 's'} {where}.")
    if not said:
        said.append("Nobody before you got a seat or left since.")
    if not one.was_moved:
        said.append("Staff moved nobody before you.")
    return said


def _joined(one: Explanation) -> Line:
    return [
        words("You came back to the line on " if one.came_back else f"{_CAME.get(one.cause, _JOINED)} on ")
    ]


_JOINED = "You joined the line"
_CAME = {
    Cause.FEWER_SEATS: "Staff lowered the seats, and you went to the front of the line",
    Cause.ADDED: "Staff added you to the line",
    Cause.EXPIRED: "The seat that was held for you went on, and you kept a place at the end of the line",
    Cause.REFUSED: "You did not want the seat that was held for you, and kept a place in line",
}


def _place(one: Explanation) -> str:
    back = " Coming back means the end of the line." if one.came_back else ""
    before = one.first_place - 1
    if before == 0:
        return f"; nobody was before you then.{back}"
    return f", when {_people(before, small=True)} {'was' if before == 1 else 'were'} before you.{back}"


def _nth(place: int) -> str:
    return "first" if place == 1 else f"number {place}"


def _people(count: int, *, small: bool = False) -> str:
    if count == 1:
        return "one person" if small else "One person"
    return f"{count} people"


def _entry(event: Event, seminar: Seminar, now: datetime, reader_zone: str | None, *, is_one: bool) -> Block:
    at = _time(event.at, seminar, now, reader_zone, is_strong=True)
    if isinstance(event, SeatEvent):
        return paragraph(at, seat_line(event), next_line(event) if is_one else ())
    return paragraph(at, staff_line(event, seminar, now))


def _time(
    at: datetime, seminar: Seminar, now: datetime, reader_zone: str | None, *, is_strong: bool = False
) -> list[RichTextElement]:
    """Return a time as the reader's clock showed it; Slack fills it in while their zone is unknown."""
    if not is_known(reader_zone):
        return slack_time(at, None, seminar.zone)
    said = day_and_clock(at, reader_zone, now=now)
    return [strong(said) if is_strong else words(said)]
