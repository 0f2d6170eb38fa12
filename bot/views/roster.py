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
    SectionBlock,
    StaticSelectElement,
    UserSelectElement,
)

from bot.domain.checking_in import is_present
from bot.domain.room import State
from bot.domain.seminar import Count, Seminar
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import header, mention, paragraph, plain, strong, title_of, words
from bot.views.roster_entries import Answered, RosterEntry, can_change, standing_text, who
from bot.views.text import cut, one_line

PAGE = 20
FIND, FILTER = "find", "filter"
VALUE = "value"
_ANSWER_LIMIT = 100
_ROW_LIMIT = 1000
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
