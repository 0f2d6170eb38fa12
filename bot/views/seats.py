"""How many seats there are: the form, and what a change of it does to whom."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    RichTextElement,
)

from bot.domain.drafting import MOST_SEATS, Problem
from bot.domain.seating import Limits, LimitsChange
from bot.domain.seminar import Count, Phase, Seminar
from bot.views.form_sentences import HINTS, LABELS, PROBLEMS, WAITLIST
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import Line, header, labelled, mention, paragraph, strong, title_of, words

SEATS, WAITS, LATEST = "seats", "waitlist", "latest"
VALUE = "value"
MOVE, KEEP = "move", "keep"
NAMED = 20

AS_IT_IS = "That is how it is already."
SEATS_WRONG = PROBLEMS[Problem.SEATS_WRONG]
SEATS_SAVED_ALREADY = "The seats are so already, so nothing was changed."
SEATS_OUT_OF_DATE = "This form is out of date, so nothing was changed. Please press Seats again."
# Why seats cannot be changed any more.
TOO_LATE_FOR_SEATS = {
    Phase.CANCELLED: "The seminar is cancelled, so its seats cannot be changed.",
    Phase.OVER: "The talk is over, so its seats cannot be changed any more.",
}
_LATEST = {KEEP: "Everyone keeps theirs", MOVE: "The latest go to the front of the line"}


def write_limits(limits: Limits, *, moves_latest: bool = False) -> str:
    """Write limits as a view or a button carries them."""
    seats = "" if limits.capacity is None else limits.capacity
    return f"{seats},{'yes' if limits.has_waitlist else 'no'},{MOVE if moves_latest else KEEP}"


def read_limits(text: str) -> tuple[Limits, bool] | None:
    """Read what `write_limits` wrote: limits, and whether the latest are moved; None if it is not that."""
    parts = text.split(",")
    if len(parts) != 3 or parts[1] not in WAITLIST or parts[2] not in _LATEST:  # noqa: PLR2004 - as written
        return None
    capacity = read_seats(parts[0])
    is_wrong = capacity is None and parts[0] != ""
    return None if is_wrong else (Limits(capacity, parts[1] == "yes"), parts[2] == MOVE)


def read_seats(text: str) -> int | None:
    """Read a number of seats; None if it is no number that can be one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_SEATS))
    return int(text) if is_number and 1 <= int(text) <= MOST_SEATS else None


def build_seats(
    seminar: Seminar,
    count: Count,
    shown: Limits,
    ref: ManageRef,
    *,
    has_begun: bool,
    moves_latest: bool = False,
) -> dict[str, Any]:
    """Build the form; ``ref`` carries the limits that stand when it is opened.

    Args:
        seminar: The seminar.
        count: Its registrations.
        shown: The limits to begin with: those that stand, or those that were typed before.
        ref: What the form carries.
        has_begun: Whether the talk has begun, so that nobody moves up or goes to the line.
        moves_latest: Whether it was chosen before that the latest give up their seats.
    """
    blocks: list[Block] = [header(title_of(seminar)), paragraph(_standing(count, has_begun=has_begun))]
    number = NumberInputElement(
        action_id=VALUE,
        is_decimal_allowed=False,
        initial_value=None if shown.capacity is None else str(shown.capacity),
        min_value="1",
        max_value=str(MOST_SEATS),
        placeholder="No limit",
    )
    blocks.append(
        InputBlock(block_id=SEATS, label=LABELS["seats"], hint=HINTS["seats"], element=number, optional=True)
    )
    blocks.append(_radio(WAITS, LABELS["waitlist"], WAITLIST, "yes" if shown.has_waitlist else "no"))
    if not has_begun and (count.taken > 1 or count.waiting):
        label = "If more people have a seat than there are seats"
        blocks.append(_radio(LATEST, label, _LATEST, MOVE if moves_latest else KEEP))
    return staff_modal("Seats", blocks, ref, Callback.SEATS, submit="Preview")


def build_seats_preview(
    seminar: Seminar,
    change: LimitsChange,
    ref: ManageRef,
    *,
    is_changed: bool = False,
) -> dict[str, Any]:
    """Build what a change of the seats does, before it is saved.

    ``ref`` carries the limits as they become, and the fingerprint of the change.
    ``is_changed`` says that it is another change than was shown before.
    """
    touched = change.consequence
    lines: list[Line] = [labelled("Seats", [words(_from_to(change))])]
    if change.before.has_waitlist != change.after.has_waitlist:
        lines.append(labelled(LABELS["waitlist"], [words(_waitlist_sentence(change))]))
    people: list[Line] = []
    if touched.seated:
        verb = "gets a seat and is told" if len(touched.seated) == 1 else "get a seat and are told"
        people.append([strong(f"{counted(len(touched.seated))} {verb}: "), *named(touched.seated)])
    if touched.offered:
        people.append(asked_line(touched.offered))
    if touched.lined:
        verb = "gives up a seat, goes" if len(touched.lined) == 1 else "give up a seat, go"
        told = "is told" if len(touched.lined) == 1 else "are told"
        said = f"{counted(len(touched.lined))} {verb} to the front of the line and {told}: "
        people.append([strong(said), *named(tuple(reversed(touched.lined)))])
    if touched.over:
        people.append([words(_over_sentence(touched.over))])
    if change.would_move:
        said = "If the latest went to the front of the line instead, it would be: "
        people.append([words(said), *named(change.would_move)])
    if change.waiting and not change.is_line_served:
        people.append([words(_unserved_sentence(change))])
    people.append([words("Nobody else is told." if touched.told else "Nobody is told.")])
    blocks: list[Block] = [header(title_of(seminar))]
    if is_changed:
        blocks.append(paragraph([strong(CHANGED_MEANWHILE)]))
    blocks += [paragraph(*lines), paragraph(*people)]
    back = staff_button("Back", Action.SEATS, ManageRef(seminar.id, about=ref.about))
    blocks.append(ActionsBlock(elements=[back]))
    return staff_modal("Seats · preview", blocks, ref, Callback.SEATS_PREVIEW, submit="Save")


def seats_saved(change: LimitsChange) -> str:
    """Say that the seats are as they were wanted, and who is told."""
    capacity = change.after.capacity
    if capacity is None:
        said = "Saved. The number of seats is not limited now."
    else:
        said = f"Saved. There {'is 1 seat' if capacity == 1 else f'are {capacity} seats'} now."
    return f"{said} {told_sentence(change.consequence.told)}"


def told_sentence(told: int) -> str:
    """Say how many get a message."""
    if told == 0:
        return "Nobody is told."
    return "1 person is told." if told == 1 else f"{told} people are told."


def asked_line(user_ids: Sequence[str], condition: str = "") -> Line:
    """Say who of the line is asked whether they want a seat."""
    verb = "is asked whether they want a seat" if len(user_ids) == 1 else "are asked whether they want a seat"
    return [strong(f"{condition}{counted(len(user_ids))} {verb}: "), *named(user_ids)]


def counted(number: int) -> str:
    """Write a number of people."""
    return "1 person" if number == 1 else f"{number} people"


def named(user_ids: Sequence[str]) -> list[RichTextElement]:
    """Return mentions of people, at most 20, and how many more there are."""
    pieces: list[RichTextElement] = []
    for user_id in user_ids[:NAMED]:
        who = mention(user_id) or words("a member")
        pieces += [words(", "), who] if pieces else [who]
    if len(user_ids) > NAMED:
        pieces.append(words(f" and {len(user_ids) - NAMED} more"))
    return pieces


def _radio(block_id: str, label: str, choices: dict[str, str], chosen: str) -> InputBlock:
    options = [
        Option(text=PlainTextObject(text=text, emoji=False), value=value) for value, text in choices.items()
    ]
    initial = next(option for option in options if option.value == chosen)
    element = RadioButtonsElement(action_id=VALUE, options=options, initial_option=initial)
    return InputBlock(block_id=block_id, label=PlainTextObject(text=label, emoji=False), element=element)


def _standing(count: Count, *, has_begun: bool) -> Line:
    verb = "has" if count.taken == 1 else "have"
    waits = "waits" if count.waiting == 1 else "wait"
    said = f"{counted(count.taken)} {verb} a seat, {count.waiting} {waits}."
    after = " The talk has begun, so nobody moves up by itself any more." if has_begun else ""
    return [words(said + after)]


def _from_to(change: LimitsChange) -> str:
    before, after = change.before.capacity, change.after.capacity
    if before == after:
        return "no limit, as before" if after is None else f"{after}, as before"
    old = "no limit" if before is None else str(before)
    return f"from {old} to {'no limit' if after is None else after}"


def _waitlist_sentence(change: LimitsChange) -> str:
    if change.after.has_waitlist:
        return "newcomers join a waitlist from now on"
    if not change.waiting:
        return "no more names are taken"
    keep = (
        "the 1 person in line keeps the place"
        if change.waiting == 1
        else f"the {change.waiting} in line keep theirs"
    )
    return f"no more names are taken; {keep}"


def _over_sentence(over: int) -> str:
    verb = "has" if over == 1 else "have"
    return (
        f"{over} more {'person' if over == 1 else 'people'} {verb} a seat than there are seats. "
        "Everyone keeps theirs; a seat that is given back goes to nobody until the number fits."
    )


def _unserved_sentence(change: LimitsChange) -> str:
    who = "The 1 person in line stays" if change.waiting == 1 else f"The {change.waiting} in line stay"
    why = "the talk has begun" if change.phase is Phase.BEGUN else "the line is stopped"
    return f"{who} there, since {why}."
