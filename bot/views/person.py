"""One person of a seminar: what they hold, and what staff can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.checking_in import is_present
from bot.domain.room import State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import Line, header, labelled, paragraph, plain, strong, title_of, words
from bot.views.roster_entries import RosterEntry, can_change, standing_text, time_text, who
from bot.views.text import TEXT_LIMIT, cut, one_line

_QUESTION_LIMIT = 300
_REASON_LIMIT = 500

NOT_OPENED = "I do not know who that is, so nothing was changed. Please open them from the roster."


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What is shown of somebody.

    Attributes:
        user_id: Who it is.
        entry: Their row of the roster, None if they never had a seat or a place.
        waiting: How many are in line.
        can_check_in: Whether they can be checked in now.
        can_check_out: Whether they are checked in, and that can be taken back.
    """

    user_id: str
    entry: RosterEntry | None
    waiting: int
    can_check_in: bool = False
    can_check_out: bool = False

    @property
    def state(self) -> State | None:
        """What they hold; None for nothing, also where they had something."""
        return None if self.entry is None or self.entry.state is State.RELEASED else self.entry.state


def build_person(
    seminar: Seminar,
    page: PersonPage,
    ref: ManageRef,
    now: datetime,
    reader_zone: str | None,
    said: Sequence[Line] = (),
) -> dict[str, Any]:
    """Build the modal about one person.

    Args:
        seminar: The seminar.
        page: What is known of them.
        ref: What it carries: the person, and where in the roster they were opened.
        now: The moment that it shows.
        reader_zone: The zone of who reads.
        said: What was just done, or why it was not.
    """
    blocks: list[Block] = [header(title_of(seminar))]
    blocks += [paragraph(*said)] if said else []
    blocks.append(paragraph(*_facts(seminar, page, now, reader_zone)))
    blocks += _answers(page.entry)
    if not can_change(seminar, now):
        blocks.append(plain(_NO_CHANGES[decide_phase(seminar, now)]))
    if elements := _buttons(seminar, page, ref, now):
        blocks.append(ActionsBlock(elements=elements))
    return staff_modal("Person", blocks, ref, Callback.PERSON)


_NO_CHANGES = {
    Phase.CANCELLED: "The seminar is cancelled, so seats do not change.",
    Phase.OVER: "The talk is over, so seats no longer change.",
}


def _facts(seminar: Seminar, page: PersonPage, now: datetime, reader_zone: str | None) -> list[Line]:
    lines: list[Line] = [[who(page.user_id)]]
    entry = page.entry
    if entry is None:
        return [*lines, labelled("Holds", [words("Nothing: no seat, and no place in line.")])]
    standing = standing_text(entry, seminar, now, reader_zone, of=page.waiting)
    lines.append(labelled("Holds" if page.state else "Held", [words(standing)]))
    if entry.actor not in (None, entry.user_id):
        lines.append(labelled("By", [who(str(entry.actor))]))
    if entry.reason:
        lines.append(labelled("Why", [words(one_line(entry.reason, _REASON_LIMIT))]))
    if entry.state is State.SEATED and entry.confirmed_at is not None:
        at = time_text(entry.confirmed_at, seminar, now, reader_zone)
        lines.append(labelled("Coming", [words(f"They said so, {at}")]))
    if is_present(seminar, entry.checked_in_at) and entry.checked_in_at is not None:
        at = time_text(entry.checked_in_at, seminar, now, reader_zone)
        pieces = [words(at)]
        if entry.checked_in_by not in (None, entry.user_id):
            pieces += [words(", by "), who(str(entry.checked_in_by))]
        lines.append(labelled("Checked in", pieces))
    return lines


def _answers(entry: RosterEntry | None) -> list[Block]:
    blocks: list[Block] = []
    for one in entry.answers if entry is not None else ():
        missing = "Not answered, and it is required." if one.is_required else "Not answered."
        answer = cut(one.answer, TEXT_LIMIT - _QUESTION_LIMIT - 10) or missing
        question = one_line(one.question, _QUESTION_LIMIT) or "Question"
        blocks.append(paragraph([strong(question)], [words(answer)]))
    return blocks


def _buttons(seminar: Seminar, page: PersonPage, ref: ManageRef, now: datetime) -> list[ButtonElement]:
    state, found = page.state, list[ButtonElement]()
    if can_change(seminar, now):
        if state is not State.SEATED:
            found.append(staff_button("Give a Seat", Action.PERSON_SEAT, ref))
        if state is State.WAITLISTED and page.waiting > 1 and decide_phase(seminar, now) is not Phase.BEGUN:
            found.append(staff_button("Move in Line", Action.PERSON_MOVE, ref))
    if page.can_check_in:
        found.append(staff_button("Check In", Action.CHECK_IN_PERSON, ref))
    if page.can_check_out:
        found.append(staff_button("Undo Check-in", Action.CHECK_OUT_PERSON, ref))
    if page.entry is not None:
        found.append(staff_button("History", Action.PERSON_HISTORY, ref))
    if can_change(seminar, now) and state is not None:
        found.append(staff_button("Remove", Action.PERSON_REMOVE, ref, style="danger"))
    return found
