"""The forms in which staff seat, move, remove and add a person: what each does, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    RichTextElement,
    UserSelectElement,
)

from bot.domain.consequence import Consequence
from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import Line, header, mention, paragraph, strong, title_of, words
from bot.views.roster import who

REASON, PLACE, PERSON, WHAT = "reason", "place", "person", "what"
VALUE = "value"
SEAT, LINE = "seat", "line"
MOST_REASON = 500
_NAMED = 20


class Refusal(StrEnum):
    """Why nothing is done; each is said in words."""

    CANCELLED = "cancelled"
    OVER = "over"
    HAS_SEAT = "has_seat"
    ASKED = "asked"
    IN_LINE = "in_line"
    NOT_IN_LINE = "not_in_line"
    HAS_NOTHING = "has_nothing"
    NOT_SERVED = "not_served"
    THERE_ALREADY = "there_already"
    PLACE_WRONG = "place_wrong"
    REASON_MISSING = "reason_missing"
    NO_PERSON = "no_person"
    IS_APP = "is_app"
    DEACTIVATED = "deactivated"
    UNSEEN = "unseen"
    NO_LINE = "no_line"


REFUSALS = {
    Refusal.CANCELLED: "The seminar is cancelled, so nothing was changed.",
    Refusal.OVER: "The talk is over, so seats no longer change.",
    Refusal.HAS_SEAT: "They have a seat already, so nothing was changed.",
    Refusal.ASKED: "A seat is held for them already. Open them in the roster to give it to them.",
    Refusal.IN_LINE: "They are in line already. Open them in the roster to give them a seat.",
    Refusal.NOT_IN_LINE: "They are not in line any more, so nothing was changed.",
    Refusal.HAS_NOTHING: "They have no seat and no place in line, so nothing was changed.",
    Refusal.NOT_SERVED: "The talk has begun, so the line does not move any more. You can still give a seat.",
    Refusal.THERE_ALREADY: "That is their place already, so nothing was changed.",
    Refusal.PLACE_WRONG: "Please choose a place that the line has.",
    Refusal.REASON_MISSING: "Please give a reason. They get it with the message.",
    Refusal.NO_PERSON: "Please choose a person.",
    Refusal.IS_APP: "That is an app. Please choose a person.",
    Refusal.DEACTIVATED: "That account is deactivated. Please choose somebody else.",
    Refusal.UNSEEN: "I cannot see that account, so I could not tell them. Please choose somebody else.",
    Refusal.NO_LINE: "There is no line to join now. Please choose a seat.",
}
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

_NOTHING = Consequence()


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """What giving somebody a seat does.

    Attributes:
        refusal: Why it is not done, None if it can be.
        consequence: Whom it touches.
        above: How many seats are taken afterwards, if that is more than there are; else None.
        ahead: How many others wait before them.
        held: What they hold before it, None if they never held anything.
    """

    refusal: Refusal | None
    consequence: Consequence = _NOTHING
    above: int | None = None
    ahead: int = 0
    held: State | None = None

    @property
    def needs_reason(self) -> bool:
        """Whether it is out of turn or above the limit."""
        return self.above is not None or self.ahead > 0

    def fingerprint(self) -> str:
        """Return a short text that differs where it does something else; newcomers in line do not matter."""
        return self.consequence.fingerprint(self.above, self.ahead > 0, self.held)


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What moving somebody in line starts from: their place, of how many."""

    refusal: Refusal | None
    place: int = 0
    waiting: int = 0

    def fingerprint(self) -> str:
        """Return a short text that differs where they stand elsewhere."""
        return Consequence(told_line=1).fingerprint(self.place)


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What removing somebody does: they lose what they hold, and who waits may get the seat."""

    refusal: Refusal | None
    held: State | None = None
    consequence: Consequence = _NOTHING

    def fingerprint(self) -> str:
        """Return a short text that differs where it does something else."""
        return self.consequence.fingerprint(self.held)


@dataclass(frozen=True, slots=True)
class AddPlan:
    """What adding somebody new does.

    Attributes:
        refusal: Why nobody can be added, or not that person.
        above: How many seats are taken with theirs, if that is more than there are; else None.
        waiting: How many wait, before whom they would get a seat.
        can_wait: Whether they can join the line.
        seated: Whether they have a seat afterwards.
    """

    refusal: Refusal | None
    above: int | None = None
    waiting: int = 0
    can_wait: bool = False
    seated: bool = True

    @property
    def needs_reason(self) -> bool:
        """Whether a seat is out of turn or above the limit."""
        return self.above is not None or self.waiting > 0

    def fingerprint(self) -> str:
        """Return a short text that differs where it does something else; newcomers in line do not matter."""
        return Consequence().fingerprint(self.above, self.waiting > 0, self.can_wait)


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
        return [*named(asked), words(f" {verb} asked whether they want the seat.")]
    if not up:
        return [words("Nobody moved up." if is_done else "Nobody moves up.")]
    verb = "moved up and " if is_done else ("moves up and " if len(up) == 1 else "move up and ")
    return [*named(up), words(f" {verb}{'is' if len(up) == 1 else 'are'} told.")]


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
    radio = RadioButtonsElement(
        action_id=VALUE,
        options=[Option(text=text, value=value) for value, text in options.items()],
        initial_option=Option(text=options[chosen], value=chosen),
    )
    hint = "They get it with the message."
    if plan.needs_reason:
        hint = f"{hint} A seat that is above the limit or out of turn needs one."
    blocks = [
        *_opening(seminar, notice),
        paragraph(*lines),
        person,
        InputBlock(block_id=WHAT, label="What they get", element=radio),
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


def refusal_line(refusal: Refusal) -> Line:
    """Say why nothing was done."""
    return [strong(REFUSALS[refusal])]


def named(people: Sequence[str]) -> list[RichTextElement]:
    """Mention people, at most so many by name."""
    pieces: list[RichTextElement] = []
    for user_id in people[:_NAMED]:
        pieces += [words(", "), who(user_id)] if pieces else [who(user_id)]
    more = len(people) - _NAMED
    return [*pieces, words(f" and {more} more")] if more > 0 else pieces


def is_person(user_id: str) -> bool:
    """Tell whether that is the id of a person."""
    found = mention(user_id)
    return found is not None and getattr(found, "user_id", None) == user_id


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
