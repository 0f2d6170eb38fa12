"""Closing, opening, cancelling and restoring a seminar: the forms, and what each step does to whom."""

from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    DateTimePickerElement,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
)

from bot.domain.lifecycle import LifeChange
from bot.domain.room import State
from bot.domain.seminar import Phase, Seminar
from bot.views.ids import Action, Callback, ManageRef
from bot.views.life_notices import build_cancelled
from bot.views.life_sentences import MOST_REASON, how_long_restorable
from bot.views.manage import staff_button, staff_modal
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import Line, header, paragraph, strong, title_of, words
from bot.views.seats import asked_line, counted, named
from bot.views.times import venue_time, when_pieces

LINE, OPENS, REASON = "line", "opens", "reason"
STOP = "stop"
VALUE = "value"


def build_close(change: LifeChange, ref: ManageRef, *, is_changed: bool = False) -> dict[str, Any]:
    """Build what closing does, with the choice to stop serving the line; or that choice alone."""
    seminar, waiting = change.before, change.count.waiting
    is_stopped = seminar.line_stopped_at is not None
    lines: list[Line] = []
    if change.phase is Phase.CLOSED:
        lines.append([words("Registration is closed already.")])
    else:
        lines.append([words("Newcomers are refused from now on. Whoever has a seat keeps it.")])
    if waiting:
        lines.append([words(_line_sentence(waiting, is_stopped=is_stopped))])
    if change.consequence.served:
        lines.append(_moving_up(change, "If you untick this, "))
    else:
        lines.append([words("Nobody is told.")])
    blocks = [*_top(seminar, is_changed=is_changed), paragraph(*lines)]
    if waiting:
        blocks.append(_stop_choice(is_stopped=is_stopped))
    submit = "Save" if change.phase is Phase.CLOSED else "Close Registration"
    return staff_modal("Close registration", blocks, ref, Callback.CLOSE, submit=submit)


def build_reopen(
    change: LifeChange, ref: ManageRef, now: datetime, *, is_changed: bool = False
) -> dict[str, Any]:
    """Build what reopening does: who moves up, and until when registration is open."""
    after = change.after
    closes_at = after.closes_at or after.starts_at
    until = venue_time(closes_at, None, after.zone, now)
    end = "until the talk starts" if after.closes_at is None else "until it closes"
    lines: list[Line] = []
    if after.opens_at is not None and after.opens_at > now:
        opens = venue_time(after.opens_at, None, after.zone, now)
        lines.append([words(f"Registration opens {opens}, and is open {end}, {until}.")])
    else:
        lines.append([words(f"Registration is open again {end}, {until}.")])
    if change.before.closes_at != after.closes_at:
        lines.append([words("Its closing time has passed, so it has none any more.")])
    if change.before.line_stopped_at is not None:
        lines.append([words("The line is served again.")])
    lines.append(_moving_up(change, "") if change.consequence.served else [words("Nobody is told.")])
    blocks = [*_top(after, is_changed=is_changed), paragraph(*lines)]
    return staff_modal("Reopen registration", blocks, ref, Callback.REOPEN, submit="Reopen")


def build_open_later(
    seminar: Seminar, ref: ManageRef, now: datetime, reader_zone: str | None
) -> dict[str, Any]:
    """Build the form for when registration opens."""
    lines: list[Line] = []
    initial = None
    if seminar.opens_at is not None and seminar.opens_at > now:
        initial = int(seminar.opens_at.timestamp())
        opens = when_pieces(seminar.opens_at, None, seminar.zone, now, reader_zone)
        lines.append([words("Registration opens "), *opens, words(".")])
    else:
        lines.append([words("Registration is open now.")])
    lines.append([words("Whoever has a seat or a place in line keeps it, and nobody is told.")])
    picker = DateTimePickerElement(action_id=VALUE, initial_date_time=initial)
    block = InputBlock(
        block_id=OPENS,
        label=PlainTextObject(text="Registration opens", emoji=False),
        hint=PlainTextObject(text="In your own time zone. Leave it empty to open now.", emoji=False),
        element=picker,
        optional=True,
    )
    blocks = [*_top(seminar), paragraph(*lines), block]
    return staff_modal("Open later", blocks, ref, Callback.OPEN_LATER, submit="Save")


def build_cancel(change: LifeChange, reason: str, ref: ManageRef) -> dict[str, Any]:
    """Build the first step of cancelling: what will happen, and the reason."""
    box = PlainTextInputElement(
        action_id=VALUE, max_length=MOST_REASON, initial_value=reason[:MOST_REASON] or None
    )
    block = InputBlock(
        block_id=REASON,
        label=PlainTextObject(text="Reason", emoji=False),
        hint=PlainTextObject(text="Everyone reads it, on the announcement too.", emoji=False),
        element=box,
        optional=True,
    )
    lines: list[Line] = [
        [words(_cancel_sentence(change))],
        [words(_restoring_sentence(change))],
    ]
    blocks = [*_top(change.before), paragraph(*lines), block]
    return staff_modal("Cancel the seminar", blocks, ref, Callback.CANCEL, submit="Preview")


def build_cancel_preview(
    change: LifeChange,
    ref: ManageRef,
    now: datetime,
    reader_zone: str | None,
    *,
    is_changed: bool = False,
) -> dict[str, Any]:
    """Build the last step of cancelling: the message as people will see it, and how many they are."""
    touched = change.consequence
    lines: list[Line] = [[strong(_cancel_sentence(change))]]
    blocks: list[Block | dict[str, Any]] = [*_top(change.before, is_changed=is_changed), paragraph(*lines)]
    if touched.told:
        held = State.SEATED if touched.told_seats else State.WAITLISTED
        message = build_cancelled(change.after, now, reader_zone, held)
        blocks += [DividerBlock(), *message.blocks, DividerBlock()]
    back = staff_button("Back", Action.CANCEL, ManageRef(change.before.id, about=ref.about))
    blocks.append(ActionsBlock(elements=[back]))
    return staff_modal(
        "Cancel · preview",
        blocks,  # type: ignore[arg-type] # View takes dicts too
        ref,
        Callback.CANCEL_PREVIEW,
        submit="Cancel the Seminar",
        close="Keep It",
    )


def build_restore(
    change: LifeChange, ref: ManageRef, now: datetime, *, is_changed: bool = False
) -> dict[str, Any]:
    """Build what restoring does: who is told, and which reminders are planned again."""
    after, touched = change.after, change.consequence
    time = venue_time(after.starts_at, after.ends_at, after.zone, now)
    lines: list[Line] = [[words(f"The talk takes place after all: {time}.")]]
    if touched.told:
        people = _people(touched.told_seats, touched.told_line)
        lines.append([words(f"{people} told so, and those with a seat are asked whether they still come.")])
    else:
        lines.append([words("Nobody has a seat or waits, so nobody is told.")])
    if touched.served:
        lines.append(_moving_up(change, ""))
    if touched.reminders:
        is_one = touched.reminders == 1
        lines.append([words(f"{_reminders(touched.reminders)} {'is' if is_one else 'are'} planned again.")])
    blocks = [*_top(after, is_changed=is_changed), paragraph(*lines)]
    return staff_modal("Restore the seminar", blocks, ref, Callback.RESTORE, submit="Restore")


def write_reason(reason: str) -> str:
    """Write a reason as a view or a button carries it; the bar means something there."""
    return "=" + reason.replace("\\", "\\\\").replace("|", "\\p")


def read_reason(text: str) -> str | None:
    """Read what `write_reason` wrote; None if it is not that."""
    if not text.startswith("="):
        return None
    return "\\".join(part.replace("\\p", "|") for part in text[1:].split("\\\\"))


def _top(seminar: Seminar, *, is_changed: bool = False) -> list[Block]:
    blocks: list[Block] = [header(title_of(seminar))]
    if is_changed:
        blocks.append(paragraph([strong(CHANGED_MEANWHILE)]))
    return blocks


def _stop_choice(*, is_stopped: bool) -> InputBlock:
    option = Option(text=PlainTextObject(text="Stop serving the line too", emoji=False), value=STOP)
    element = CheckboxesElement(
        action_id=VALUE, options=[option], initial_options=[option] if is_stopped else None
    )
    return InputBlock(
        block_id=LINE,
        label=PlainTextObject(text="The line", emoji=False),
        hint=PlainTextObject(text="Then nobody moves up, even when a seat becomes free.", emoji=False),
        element=element,
        optional=True,
    )


def _line_sentence(waiting: int, *, is_stopped: bool) -> str:
    if is_stopped:
        who = "The 1 person in line does" if waiting == 1 else f"The {waiting} in line do"
        return f"{who} not move up, since the line is stopped."
    who = "The 1 person in line moves" if waiting == 1 else f"The {waiting} in line move"
    return f"{who} up when a seat becomes free, until the talk begins."


def _moving_up(change: LifeChange, condition: str) -> Line:
    seated, offered = change.consequence.seated, change.consequence.offered
    if offered:  # at one moment either all of the line are asked or nobody is
        return asked_line(offered, condition)
    verb = "gets a seat and is told" if len(seated) == 1 else "get a seat and are told"
    return [strong(f"{condition}{counted(len(seated))} {verb}: "), *named(seated)]


def _restoring_sentence(change: LifeChange) -> str:
    until = how_long_restorable(change.after)
    can = f"and you can restore it {until}" if until else "but once the talk has begun it cannot be restored"
    return f"Seats and places in line are kept, {can}."


def _cancel_sentence(change: LifeChange) -> str:
    touched = change.consequence
    told = (
        f"{_people(touched.told_seats, touched.told_line)} told"
        if touched.told
        else "Nobody has a seat or waits, so nobody is told"
    )
    if not touched.reminders:
        return f"{told}."
    joined = ", " if touched.told else "; "
    verb = "is" if touched.reminders == 1 else "are"
    return f"{told}{joined}{_reminders(touched.reminders)} {verb} withdrawn."


def _people(seats: int, line: int) -> str:
    parts = [f"{seats} registrant{'' if seats == 1 else 's'}"] if seats else []
    parts += [f"{line} waiter{'' if line == 1 else 's'}"] if line else []
    return f"{' and '.join(parts)} {'is' if seats + line == 1 else 'are'}"


def _reminders(number: int) -> str:
    return "1 reminder" if number == 1 else f"{number} reminders"
