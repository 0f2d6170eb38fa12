"""The forms in which staff seat, move, remove and add a person, and what is said once it is done."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    NumberInputElement,
    PlainTextInputElement,
    PlainTextObject,
    RichTextElement,
    UserSelectElement,
)

from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.views.form_elements import VALUE, build_radio
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.person_plans import AddPlan, MovePlan, Refusal, RemovalPlan, SeatPlan
from bot.views.rich import Line, header, listed, paragraph, strong, title_of, words
from bot.views.roster_entries import who

REASON, PLACE, PERSON, WHAT = "reason", "place", "person", "what"
SEAT, LINE = "seat", "line"
MOST_REASON = 500
_NAMED = 20
# What stands under an input; everything else is said with the person.
FIELD_OF = {
    Refusal.THERE_ALREADY: PLACE,
    Refusal.PLACE_WRONG: PLACE,
    Refusal.REASON_MISSING: REASON,
    Refusal.NO_PERSON: PERSON,
    Refusal.IS_APP: PERSON,
    Refusal.DEACTIVATED: PERSON,
    Refusal.UNSEEN: PERSON,
    Refusal.ASKED: PERSON,
    Refusal.IN_LINE: PERSON,
    Refusal.NO_LINE: WHAT,
}


def build_seat_form(
    seminar: Seminar, plan: SeatPlan, ref: ManageRef, *, reason: str = "", notice: str = ""
) -> dict[str, Any]:
    """Build the form that gives somebody a seat; it says whether that is out of turn or above the limit."""
    lines: list[Line] = [[who(ref.user_id), words(f" {_HOLDING[plan.held]}")]]
    if plan.held is not State.OFFERED:  # that seat is counted already
        lines += [[words(one)] for one in _seat_sentences(seminar, plan.above, plan.ahead)]
    lines.append([words("They get the seat at once and are told.")])
    blocks = [*_opening(seminar, notice), paragraph(*lines)]
    blocks.append(_reason_input(reason, is_required=plan.needs_reason))
    return _form("Give a Seat", blocks, ref, plan.fingerprint(), Callback.PERSON_SEAT, submit="Give the Seat")


_HOLDING = {
    None: "has no seat and is not in line.",
    State.RELEASED: "has no seat and is not in line any more.",
    State.WAITLISTED: "waits in line.",
    State.OFFERED: "was asked whether they want a seat, which is held for them.",
    State.SEATED: "has a seat.",
}


def build_move_form(
    seminar: Seminar, plan: MovePlan, ref: ManageRef, *, place: str = "", reason: str = "", notice: str = ""
) -> dict[str, Any]:
    """Build the form that moves somebody in line."""
    lines: list[Line] = [
        [
            who(ref.user_id),
            words(f" is number {plan.place} of {plan.waiting} in line, and is told of the move."),
        ],
        [words("Whom they pass, or who passes them, is not told, but sees it in Details.")],
    ]
    number = NumberInputElement(
        action_id=VALUE,
        is_decimal_allowed=False,
        initial_value=place or None,
        min_value="1",
        max_value=str(plan.waiting),
    )
    box = InputBlock(
        block_id=PLACE,
        label="New place in line",
        hint=f"From 1, the front, to {plan.waiting}, the end.",
        element=number,
    )
    blocks = [*_opening(seminar, notice), paragraph(*lines), box, _reason_input(reason, is_required=False)]
    return _form("Move in Line", blocks, ref, plan.fingerprint(), Callback.PERSON_MOVE, submit="Move")


def build_removal_form(
    seminar: Seminar, plan: RemovalPlan, ref: ManageRef, *, reason: str = "", notice: str = ""
) -> dict[str, Any]:
    """Build the form that takes somebody's seat or place; it says who moves up."""
    what = "place in line" if plan.held is State.WAITLISTED else "seat"
    lines: list[Line] = [
        [who(ref.user_id), words(f" loses their {what} and is told, with your reason.")],
        promoted_line(plan, is_done=False),
    ]
    blocks = [*_opening(seminar, notice), paragraph(*lines), _reason_input(reason, is_required=True)]
    return _form("Remove", blocks, ref, plan.fingerprint(), Callback.PERSON_REMOVE, submit="Remove")


def promoted_line(plan: RemovalPlan, *, is_done: bool) -> Line:
    """Say who gets the seat that a removal frees."""
    up, asked = plan.consequence.seated, plan.consequence.offered
    if plan.held is State.WAITLISTED:
        return [] if is_done else [words("Who waits behind them moves up by one place.")]
    if asked:
        one, several = ("was", "were") if is_done else ("is", "are")
        verb = one if len(asked) == 1 else several
        return [*_named(asked), words(f" {verb} asked whether they want the seat.")]
    if not up:
        return [words("Nobody moved up." if is_done else "Nobody moves up.")]
    verb = "moved up and " if is_done else ("moves up and " if len(up) == 1 else "move up and ")
    return [*_named(up), words(f" {verb}{'is' if len(up) == 1 else 'are'} told.")]


def build_add_form(
    seminar: Seminar,
    plan: AddPlan,
    ref: ManageRef,
    *,
    what: str = SEAT,
    reason: str = "",
    notice: str = "",
) -> dict[str, Any]:
    """Build the form that adds somebody who asked by other means; ``ref`` may name whom to begin with."""
    lines = [[words(one)] for one in _seat_sentences(seminar, plan.above, plan.waiting)]
    lines.append([words("Whoever you add is told at once.")])
    person = InputBlock(
        block_id=PERSON,
        label="Who",
        element=UserSelectElement(action_id=VALUE, initial_user=ref.user_id or None),
    )
    options = {SEAT: "A seat"} | ({LINE: "A place at the end of the line"} if plan.can_wait else {})
    chosen = what if what in options else SEAT
    hint = "They get it with the message."
    if plan.needs_reason:
        hint = f"{hint} A seat that is above the limit or out of turn needs one."
    blocks = [
        *_opening(seminar, notice),
        paragraph(*lines),
        person,
        InputBlock(block_id=WHAT, label="What they get", element=build_radio(options, chosen)),
        _reason_input(reason, is_required=False, hint=hint),
    ]
    carried = ManageRef(seminar.id, ref.user_id, ref.page, ref.about, plan.fingerprint())
    return staff_modal("Add a Person", blocks, carried, Callback.ADD_PERSON, submit="Add")


def seated_lines(seminar: Seminar, above: int | None) -> list[Line]:
    """Say that somebody got a seat."""
    lines: list[Line] = [[strong("They have a seat now and are told.")]]
    if above is not None:
        lines.append([words(f"{above} seats are taken of {seminar.capacity}.")])
    return lines


def moved_line(place: int) -> Line:
    """Say that somebody was moved in line."""
    return [strong(f"They are number {place} in line now and are told.")]


def added_lines(seminar: Seminar, plan: AddPlan) -> list[Line]:
    """Say that somebody was added."""
    if plan.seated:
        return seated_lines(seminar, plan.above)
    return [[strong("They are at the end of the line now and are told.")]]


def removed_lines(plan: RemovalPlan) -> list[Line]:
    """Say that somebody was removed, and who moved up."""
    what = "place in line" if plan.held is State.WAITLISTED else "seat"
    return [[strong(f"They lost their {what} and are told.")], promoted_line(plan, is_done=True)]


def _named(people: Sequence[str]) -> list[RichTextElement]:
    return listed(map(who, people), _NAMED)


def _seat_sentences(seminar: Seminar, above: int | None, ahead: int) -> list[str]:
    said = []
    if above is not None and seminar.capacity is not None:
        taken = above - 1
        all_taken = f"All {taken} seats are taken" if taken > 1 else "The one seat is taken"
        more = f"{taken} seats are taken of {seminar.capacity}"
        said.append(f"{all_taken if taken == seminar.capacity else more}: a seat for them makes it {above}.")
    elif seminar.capacity is None:
        said.append("The seats are not limited.")
    else:
        said.append("A seat is free.")
    if ahead:
        said.append(f"{ahead} {'other waits' if ahead == 1 else 'others wait'} before them.")
    return said


def _opening(seminar: Seminar, notice: str) -> list[Block]:
    blocks: list[Block] = [header(title_of(seminar))]
    return [*blocks, paragraph([strong(notice)])] if notice else blocks


def _reason_input(
    reason: str, *, is_required: bool, hint: str = "They get it with the message."
) -> InputBlock:
    box = PlainTextInputElement(
        action_id=VALUE, multiline=True, max_length=MOST_REASON, initial_value=reason[:MOST_REASON] or None
    )
    return InputBlock(
        block_id=REASON,
        label=PlainTextObject(text="Reason", emoji=False),
        hint=PlainTextObject(text=hint, emoji=False),
        element=box,
        optional=not is_required,
    )


def _form(
    title: str, blocks: list[Block], ref: ManageRef, seen: str, callback: Callback, *, submit: str
) -> dict[str, Any]:
    back = ManageRef(ref.seminar_id, ref.user_id, ref.page, ref.about)
    blocks = [*blocks, ActionsBlock(elements=[staff_button("Back", Action.PERSON, back)])]
    carried = ManageRef(ref.seminar_id, ref.user_id, ref.page, ref.about, seen)
    return staff_modal(title, blocks, carried, callback, submit=submit)
