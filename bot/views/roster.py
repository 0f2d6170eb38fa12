"""The roster: who has a seat, who waits, who came and who is gone, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    Option,
    PlainTextObject,
    RichTextElement,
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)

from bot.domain.checking_in import is_present
from bot.domain.room import Cause, State
from bot.domain.seminar import Count, Phase, Seminar, decide_phase
from bot.domain.zones import day_and_clock
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import header, mention, paragraph, plain, strong, title_of, words
from bot.views.text import cut, one_line
from bot.views.times import is_known, venue_time

PAGE = 20
FIND, FILTER = "find", "filter"
VALUE = "value"
_ANSWER_LIMIT = 100
_ROW_LIMIT = 1000
_FORGOTTEN = "Somebody whose name was deleted"
_NEVER = " had no seat here and was not in line."


class Shown(StrEnum):
    """Whom the roster shows."""

    ALL = ""
    SEATS = "seats"
    LINE = "line"
    CHECKED_IN = "in"
    GONE = "gone"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and what somebody answered; empty if nothing."""

    question: str
    answer: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person of a roster.

    Attributes:
        user_id: Who it is.
        state: What they hold.
        since: Since when they have the seat, wait in line, or hold nothing any more.
        before: What they held before the last change, None if nothing.
        cause: Why that changed.
        actor: Who changed it, None for the bot.
        reason: What staff gave as their reason.
        place: Their place in line, 1 for who is next; None outside it.
        offered_until: Until when a seat is held for them.
        confirmed_at: When they said that they will come.
        checked_in_at: When they were seen in the room.
        checked_in_by: Who said that they are there.
        answers: The questions in their order, with their answers.
    """

    user_id: str
    state: State
    since: datetime
    before: State | None = None
    cause: Cause = Cause.PRESSED
    actor: str | None = None
    reason: str = ""
    place: int | None = None
    offered_until: datetime | None = None
    confirmed_at: datetime | None = None
    checked_in_at: datetime | None = None
    checked_in_by: str | None = None
    answers: tuple[Answered, ...] = ()

    @property
    def is_missing_answers(self) -> bool:
        """Whether they owe an answer that is required."""
        return any(one.is_required and not one.answer for one in self.answers)


@dataclass(frozen=True, slots=True)
class RosterPage:
    """What one page of a roster shows.

    Attributes:
        entries: The people on it, at most `PAGE`.
        numbers: How many people each filter shows.
        count: The registrations of the seminar.
        pages: How many pages there are, at least one.
        ref: The filter (``about``), the page, and who was searched for (``user_id``).
    """

    entries: Sequence[RosterEntry]
    numbers: dict[Shown, int]
    count: Count
    pages: int
    ref: ManageRef


def parse_shown(text: str) -> Shown:
    """Read the name of a filter; everybody if it is none."""
    return next((one for one in Shown if one == text), Shown.ALL)


def build_roster(
    seminar: Seminar, page: RosterPage, now: datetime, reader_zone: str | None
) -> dict[str, Any]:
    """Build one page of the roster, with the ways to find somebody and to add one."""
    ref, shown = page.ref, parse_shown(page.ref.about)
    blocks: list[Block] = [header(title_of(seminar))]
    blocks.append(paragraph([strong(counts_text(seminar, page))]))
    is_empty = not any(page.numbers.values())
    blocks += _controls(seminar, page, shown, is_empty=is_empty, can_add=can_change(seminar, now))
    for entry in page.entries:
        blocks += _row(entry, seminar, ref, now, reader_zone)
    if not page.entries:
        blocks += _nobody(seminar, page, shown, now, is_empty=is_empty)
    blocks += _turning(page)
    return staff_modal("Roster", blocks, ref, Callback.ROSTER)


def counts_text(seminar: Seminar, page: RosterPage) -> str:
    """Say how many there are of each: ``21 seats taken of 20 · 3 in line · 5 checked in``."""
    count = page.count
    of = "" if seminar.capacity is None else f" of {seminar.capacity}"
    parts = [f"{count.taken} {'seat' if count.taken == 1 else 'seats'} taken{of}"]
    parts += [f"{count.offered} of them held for who was asked"] if count.offered else []
    parts.append(f"{count.waiting} in line")
    parts += [f"{page.numbers[Shown.CHECKED_IN]} checked in"] if page.numbers[Shown.CHECKED_IN] else []
    parts += [f"{page.numbers[Shown.GONE]} gone"] if page.numbers[Shown.GONE] else []
    return " · ".join(parts)


def can_change(seminar: Seminar, now: datetime) -> bool:
    """Tell whether seats and places can still be given and taken."""
    return decide_phase(seminar, now) not in (Phase.CANCELLED, Phase.OVER)


def standing_text(
    entry: RosterEntry, seminar: Seminar, now: datetime, reader_zone: str | None, *, of: int | None = None
) -> str:
    """Say what somebody holds, and since when; ``of`` is how many are in line, where that is said."""
    since = time_text(entry.since, seminar, now, reader_zone)
    match entry.state:
        case State.SEATED:
            return f"Seat, since {since}"
        case State.OFFERED:
            until = entry.offered_until
            return "Asked" if until is None else f"Asked until {time_text(until, seminar, now, reader_zone)}"
        case State.WAITLISTED:
            number = f"{entry.place}" if of is None else f"{entry.place} of {of}"
            return f"Number {number} in line, waiting since {since}"
        case State.RELEASED:
            return f"{_gone_text(entry)}, {since}"


def _gone_text(entry: RosterEntry) -> str:
    what = "place in line" if entry.before is State.WAITLISTED else "seat"
    match entry.cause:
        case Cause.REMOVED:
            return f"Removed by staff, had a {what}"
        case Cause.DEACTIVATED:
            return f"Account deactivated, had a {what}"
        case Cause.UNCLAIMED:
            return "Had not come, so the seat was given on"
        case Cause.REFUSED | Cause.EXPIRED:
            return "Did not take the seat that was held"
        case _:
            return "Left the line" if entry.before is State.WAITLISTED else "Gave the seat back"


def time_text(at: datetime, seminar: Seminar, now: datetime, reader_zone: str | None) -> str:
    """Write a time by the reader's clock; by the venue's, with its name, while their zone is unknown."""
    if is_known(reader_zone):
        return day_and_clock(at, reader_zone, now=now)
    return venue_time(at, None, seminar.zone, now)


def who(user_id: str) -> RichTextElement:
    """Mention a person; names are deleted in time."""
    return mention(user_id) or words(_FORGOTTEN)


def _controls(
    seminar: Seminar, page: RosterPage, shown: Shown, *, is_empty: bool, can_add: bool
) -> list[Block]:
    # The ids follow what is chosen, since Slack keeps what stands in a block whose id stays.
    found = page.ref.user_id if shown is Shown.ONE else ""
    find = UserSelectElement(
        action_id=Action.ROSTER_SEARCH, placeholder="Find a person", initial_user=found or None
    )
    blocks: list[Block] = [ActionsBlock(block_id=f"{FIND}_{found or 'nobody'}", elements=[find])]
    elements: list[Any] = []
    if shown is Shown.ONE:
        elements.append(staff_button("Show Everyone", Action.ROSTER_PAGE, ManageRef(seminar.id)))
    elif not is_empty:
        options = {one: _option(seminar, one, page.numbers[one]) for one in Shown if one is not Shown.ONE}
        elements.append(
            StaticSelectElement(
                action_id=Action.ROSTER_PAGE, options=list(options.values()), initial_option=options[shown]
            )
        )
    if can_add:
        elements.append(staff_button("Add a Person", Action.ADD_PERSON, page.ref))
    if elements:
        blocks.append(ActionsBlock(block_id=f"{FILTER}_{shown or 'all'}", elements=elements))
    return blocks


_LABELS = {
    Shown.ALL: "Seats and line",
    Shown.SEATS: "With a seat",
    Shown.LINE: "In line",
    Shown.CHECKED_IN: "Checked in",
    Shown.GONE: "Gone",
}


def _option(seminar: Seminar, shown: Shown, number: int) -> Option:
    value = ManageRef(seminar.id, about=shown).to_value()
    return Option(text=f"{_LABELS[shown]} ({number})", value=value)


def _row(
    entry: RosterEntry, seminar: Seminar, ref: ManageRef, now: datetime, reader_zone: str | None
) -> list[Block]:
    facts = [standing_text(entry, seminar, now, reader_zone)]
    if entry.confirmed_at is not None and entry.state is State.SEATED:
        facts.append("said they will come")
    if is_present(seminar, entry.checked_in_at):
        facts.append("checked in")
    if entry.is_missing_answers and entry.state is not State.RELEASED:
        facts.append("required questions unanswered")
    lines = [" · ".join(facts), _answers_text(entry.answers)]
    text = cut("\n".join(filter(None, lines)), _ROW_LIMIT)
    return [
        paragraph([who(entry.user_id)]),
        SectionBlock(text=PlainTextObject(text=text, emoji=False), accessory=_open(entry, ref)),
    ]


def _answers_text(answers: Sequence[Answered]) -> str:
    given = (one for one in answers if one.answer)
    return "; ".join(
        f"{one_line(one.question, _ANSWER_LIMIT)}: {one_line(one.answer, _ANSWER_LIMIT)}" for one in given
    )


def _open(entry: RosterEntry, ref: ManageRef) -> ButtonElement | None:
    if mention(entry.user_id) is None:  # names were deleted, so there is nobody to open
        return None
    return staff_button("Open", Action.PERSON, ManageRef(ref.seminar_id, entry.user_id, ref.page, ref.about))


def _nobody(
    seminar: Seminar, page: RosterPage, shown: Shown, now: datetime, *, is_empty: bool
) -> list[Block]:
    if shown is Shown.ONE:
        said = " has no seat here and is not in line. Press Add a Person to add them."
        return [paragraph([who(page.ref.user_id), words(said if can_change(seminar, now) else _NEVER)])]
    if is_empty and can_change(seminar, now):
        return [
            plain(
                "Nobody has a seat or waits yet. Whoever presses Register on the announcement stands here; "
                "whoever asked by other means can be added with Add a Person."
            )
        ]
    return [plain("Nobody registered." if is_empty else _EMPTY[shown])]


_EMPTY = {
    Shown.ALL: "Nobody has a seat or waits any more. Choose “Gone” to see who did.",
    Shown.SEATS: "Nobody has a seat. Choose another group.",
    Shown.LINE: "Nobody is in line. Choose another group.",
    Shown.CHECKED_IN: "Nobody is checked in. Open a person with a seat to check them in around the talk.",
    Shown.GONE: "Nobody has left.",
}


def _turning(page: RosterPage) -> list[Block]:
    if page.pages == 1:
        return []
    ref, blocks = page.ref, list[Block]()
    blocks.append(plain(f"Page {ref.page + 1} of {page.pages}"))
    # A block each, since ids of actions are unique in a block.
    for label, number in (("Previous Page", ref.page - 1), ("Next Page", ref.page + 1)):
        if 0 <= number < page.pages:
            turned = ManageRef(ref.seminar_id, "", number, ref.about)
            blocks.append(ActionsBlock(elements=[staff_button(label, Action.ROSTER_PAGE, turned)]))
    return blocks
