"""Editing a seminar: the preview with what saving does, and the choice where two changed the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextObject,
    RadioButtonsElement,
)

from bot.domain.draft import DraftFields, Step
from bot.domain.drafting import Problem
from bot.domain.editing import list_editable, step_of
from bot.domain.moving import facts_of
from bot.domain.reminding import MomentKind, plan_moments
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.domain.zones import day_and_clock, duration_in_words
from bot.views import form_sentences as say
from bot.views.field_values import name_people, old_and_new, two_values
from bot.views.form_preview import as_picture
from bot.views.forms import Shape, back_to
from bot.views.ids import Callback, ManageRef
from bot.views.manage import staff_modal
from bot.views.message import Message
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import Line, labelled, paragraph, strong, title_of, words
from bot.views.text import cut
from bot.views.times import is_known, seminar_pieces

SCOPE, VALUE = "scope", "value"
THIS, LATER = "this", "later"
MINE, THEIRS = "mine", "theirs"
NOTHING_TO_SAVE = "This says what the seminar says already, so there is nothing to save."
ALL_SAVED = "This is saved already."
_SHOWN = 150
_OPTION_LIMIT = 75
_START = frozenset({"date", "time", "zone", "minutes"})
_STEP_NAMES = {
    Step.WHAT: "What it is",
    Step.WHEN: "When and where",
    Step.HOW: "How it runs",
    Step.MORE: "Further options",
}


def build_shape(seminar: Seminar, now: datetime) -> Shape:
    """Return which form edits a seminar now."""
    said = {
        Phase.CANCELLED: "This seminar is cancelled, so only its words can be changed.",
        Phase.OVER: "This seminar is over, so its time and place stay. Its words can be changed.",
        Phase.BEGUN: "The talk has begun, so its start stays as it is.",
    }
    return Shape(list_editable(seminar, now), is_edit=True, said=said.get(decide_phase(seminar, now), ""))


@dataclass(frozen=True, slots=True)
class Shift:
    """What saving does to a seminar, in numbers: who is told, and how many reminders change.

    ``silenced`` are those to whom an earlier move is not told after all.
    """

    seats: int = 0
    line: int = 0
    silenced: int = 0
    reminders: int = 0


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others changed while somebody edited: from which form to which, what, and who did."""

    before: DraftFields
    after: DraftFields
    names: Sequence[str] = ()
    actors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the preview of an edit shows.

    Attributes:
        before: The seminar as it is.
        after: The seminar as it becomes.
        old: The form as it is.
        new: The form as it becomes.
        changed: The fields that change.
        shift: What it does to this seminar.
        card: The announcement as it will look.
        meanwhile: What others changed.
        later: What it does to each later one of the series.
        cannot: Which later one it cannot be done to, and what is wrong with which field there.
        kept_back: The fields that were typed and can be changed no more.
    """

    before: Seminar
    after: Seminar
    old: DraftFields
    new: DraftFields
    changed: Sequence[str]
    shift: Shift
    card: Message
    meanwhile: Meanwhile
    later: Sequence[Shift] = ()
    cannot: tuple[Seminar, str, Problem] | None = None
    kept_back: Sequence[str] = ()


def build_edit_preview(
    preview: Preview, ref: ManageRef, now: datetime, reader_zone: str | None, *, is_changed: bool = False
) -> dict[str, Any]:
    """Build the last step of an edit: what it does to people, and the card as it will look."""
    zone = reader_zone if is_known(reader_zone) else preview.after.zone
    back = back_to(Step.HOW if build_shape(preview.before, now).shows(Step.HOW) else Step.WHAT)
    blocks: list[Block] = [paragraph([strong(CHANGED_MEANWHILE)])] if is_changed else []
    blocks += _meanwhile(preview.meanwhile, preview.meanwhile.names, zone, now)
    if preview.kept_back:
        names = ", ".join(say.LABELS[name] for name in preview.kept_back)
        blocks.append(paragraph([words(f"This can be changed no more, so it stays as it is: {names}.")]))
    if not preview.changed:
        blocks += [paragraph([words(NOTHING_TO_SAVE)]), back]
        return staff_modal(say.EDIT_PREVIEW_TITLE, blocks, ref, Callback.FORM_EDIT)
    blocks.append(paragraph([strong(told_sentence(preview))], *_reminder_lines(preview, now, reader_zone)))
    blocks.append(paragraph(*_changes(preview, now, reader_zone, zone)))
    blocks += _scope(preview)
    blocks += [DividerBlock(), *Block.parse_all(as_picture(preview.card.blocks)), DividerBlock(), back]
    return staff_modal(say.EDIT_PREVIEW_TITLE, blocks, ref, Callback.FORM_EDIT, submit="Save")


def build_conflict(
    names: Sequence[str],
    typed: DraftFields,
    meanwhile: Meanwhile,
    ref: ManageRef,
    now: datetime,
    reader_zone: str | None,
    *,
    is_changed: bool = False,
) -> dict[str, Any]:
    """Build the choice between what this person typed and what somebody else saved meanwhile.

    Args:
        names: The fields that both changed.
        typed: The form as this person typed it.
        meanwhile: What others changed.
        ref: What the modal carries.
        now: The time of showing it.
        reader_zone: The zone of who reads it, None while it is not known.
        is_changed: Whether it is shown again because it is another choice by now.
    """
    zone = reader_zone if is_known(reader_zone) else "UTC"
    blocks: list[Block] = [paragraph([strong(CHANGED_MEANWHILE)])] if is_changed else []
    said = " changed the same as you meanwhile. Nothing you typed is lost: choose what stays."
    blocks.append(paragraph([*name_people(meanwhile.actors), words(said)]))
    blocks += _meanwhile(meanwhile, [name for name in meanwhile.names if name not in names], zone, now)
    for step in Step:
        here = [name for name in names if step_of(name) is step]
        if here:
            choices = {MINE: "Keep mine", THEIRS: "Keep theirs"}
            lines = [two_values(name, typed, meanwhile.after, zone, now) for name in here]
            blocks += [paragraph(*lines), _radio(step, _STEP_NAMES[step], choices, MINE)]
    return staff_modal("Edit seminar", blocks, ref, Callback.FORM_CONFLICT, submit="Next")


def told_sentence(preview: Preview) -> str:
    """Say how many are told of this seminar's change, or why nobody is."""
    shift = preview.shift
    if shift.seats or shift.line:
        silenced = "1 person is" if shift.silenced == 1 else f"{shift.silenced} people are"
        more = f" {silenced} not told after all, as it is again what they know." if shift.silenced else ""
        return f"{count_people(shift)} will be told, in two minutes.{more}"
    if shift.silenced:
        return "Nobody is told: time and place are again what everybody knows."
    if facts_of(preview.before) == facts_of(preview.after):
        return "Nobody is told: the time and place stay, and the announcement shows the rest."
    return "Nobody is told: there is nobody with a seat or in line whom it concerns."


def saved_sentence(shifts: Sequence[Shift]) -> str:
    """Say what was saved, and how many are told of it."""
    total = add_up(shifts)
    where = "" if len(shifts) == 1 else f" in {len(shifts)} seminars"
    if total.seats or total.line:
        return f"Saved{where}. {count_people(total)} will be told, in two minutes."
    return f"Saved{where}. Nobody is told."


def add_up(shifts: Sequence[Shift]) -> Shift:
    """Return what several changes do together."""
    return Shift(
        sum(one.seats for one in shifts),
        sum(one.line for one in shifts),
        sum(one.silenced for one in shifts),
        sum(one.reminders for one in shifts),
    )


def count_people(shift: Shift) -> str:
    """Write how many are told: ``12 registrants and 3 waiters``."""
    parts = [
        _counted(number, noun)
        for number, noun in ((shift.seats, "registrant"), (shift.line, "waiter"))
        if number
    ]
    return " and ".join(parts) or "Nobody"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _reminder_lines(preview: Preview, now: datetime, reader_zone: str | None) -> list[Line]:
    """Say which reminders are sent when, and which are not, where that changes."""
    count = preview.shift.reminders
    if not count:
        return []
    zone = reader_zone if is_known(reader_zone) else preview.after.zone
    ahead = {
        one.offset: one.due_at for one in plan_moments(preview.after, now) if one.kind is MomentKind.REMINDER
    }
    verb = "changes" if count == 1 else "change"
    said = [f"{_counted(count, 'reminder')} {verb}."]
    for offset in preview.after.reminder_offsets:
        before = f"{duration_in_words(offset)} before"
        if offset in ahead:
            said.append(f"{before}: {day_and_clock(ahead[offset], zone, now=now)}.")
        else:
            said.append(f"{before}: that time has passed, so it is not sent.")
    return [[words(one)] for one in said]


def _changes(preview: Preview, now: datetime, reader_zone: str | None, zone: str) -> list[Line]:
    lines: list[Line] = []
    if not _START.isdisjoint(preview.changed):
        lines.append(labelled("Now", seminar_pieces(preview.before, now, reader_zone)))
        lines.append(labelled("New time", seminar_pieces(preview.after, now, reader_zone)))
    shown = [name for name in preview.changed if name not in _START]
    return [*lines, *(old_and_new(name, preview.old, preview.new, zone, now) for name in shown)]


def _meanwhile(meanwhile: Meanwhile, names: Sequence[str], zone: str, now: datetime) -> list[Block]:
    if not names:
        return []
    lines = [old_and_new(name, meanwhile.before, meanwhile.after, zone, now) for name in names]
    return [paragraph([strong("Changed meanwhile by "), *name_people(meanwhile.actors)], *lines)]


def _scope(preview: Preview) -> list[Block]:
    """Return the choice whether the later ones of the series are changed too."""
    if preview.cannot is not None:
        seminar, name, problem = preview.cannot
        when = day_and_clock(seminar.starts_at, seminar.zone)
        why = f"{say.LABELS[name]}: {say.PROBLEMS[problem]}"
        said = f"The later ones of the series stay as they are. {title_of(seminar, _SHOWN)}, {when}. {why}"
        return [paragraph([words(said)])]
    if not preview.later:
        return []
    total = add_up([preview.shift, *preview.later])
    count = len(preview.later)
    choices = {
        THIS: f"This one: {_scope_of(preview.shift)}",
        LATER: f"This and {count} later: {_scope_of(total)}"
        if count > 1
        else f"This and the later one: {_scope_of(total)}",
    }
    return [_radio(SCOPE, "Which of the series", choices, THIS)]


def _scope_of(shift: Shift) -> str:
    told = count_people(shift)
    return f"{told[0].lower()}{told[1:]} told, {_counted(shift.reminders, 'reminder')}"


def _radio(name: str, label: str, choices: Mapping[str, str], chosen: str) -> InputBlock:
    options = {
        value: Option(text=PlainTextObject(text=cut(text, _OPTION_LIMIT), emoji=False), value=value)
        for value, text in choices.items()
    }
    return InputBlock(
        block_id=name,
        label=label,
        element=RadioButtonsElement(
            action_id=VALUE, options=list(options.values()), initial_option=options[chosen]
        ),
    )
