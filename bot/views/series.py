"""Repeat: asking how a talk repeats."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    DatePickerElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    PlainTextInputElement,
    PlainTextObject,
)

from bot.domain.drafting import MOST_TITLE
from bot.domain.seminar import Seminar
from bot.domain.series import (
    MOST_AT_ONCE,
    MOST_SKIPPED,
    Fault,
    Problem,
    Rhythm,
    Rule,
    Typed,
    list_rules,
)
from bot.domain.zones import city_of
from bot.views.form_elements import VALUE, build_radio, build_select
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import Line, header, labelled, paragraph, plain, title_of, words
from bot.views.text import cut, one_line
from bot.views.times import venue_time

SERIES_CANCELLED = (
    "This talk is cancelled, so it cannot be repeated. Restore it first, or press Duplicate for a new one."
)

_SKIP_LIMIT = 900
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ANNOUNCE = {
    "1d": "1 day before",
    "3d": "3 days before",
    "1w": "1 week before",
    "2w": "2 weeks before",
    "now": "All of them now",
}
_LABELS = {
    "repeat": "Repeat",
    "more": "How many more",
    "until": "Until",
    "skip": "Skip these dates",
    "announce": "Announce each",
    "title": "Title of the series",
}
_PROBLEMS = {
    Problem.REPEAT_MISSING: "Choose how it repeats.",
    Problem.HOW_FAR_MISSING: "Say how many more, or give a last date below.",
    Problem.HOW_FAR_TWICE: "Give either a number or a last date, and leave the other empty.",
    Problem.MORE_WRONG: f"Enter a whole number from 1 to {MOST_AT_ONCE}.",
    Problem.UNTIL_WRONG: "Choose a day after this talk.",
    Problem.SKIP_MANY: f"Give {MOST_SKIPPED} dates to skip or fewer.",
    Problem.ANNOUNCE_MISSING: "Choose one of the answers offered.",
    Problem.NONE_LEFT: "No date is left: all have passed, are skipped, or are there already.",
    Problem.TOO_MANY: f"These are more than {MOST_AT_ONCE} seminars. Choose an earlier last date; more can "
    "be added afterwards.",
    Problem.TOO_FAR: "This reaches more than five years ahead. Choose fewer.",
}


@dataclass(frozen=True, slots=True)
class Around:
    """The series that a talk belongs to: its title, and its last talk, from which it goes on."""

    title: str
    last: Seminar


def write_typed(typed: Typed) -> str:
    """Write what was typed as a view or a button carries it, between bars, so without a bar."""
    filled = {name: value for name, value in asdict(typed).items() if value}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).replace("|", "\\u007c")


def read_written(text: str) -> Typed | None:
    """Read what `write_typed` wrote; None if it did not write that."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    names = {field.name for field in fields(Typed)}
    return Typed(**{key: value for key, value in found.items() if key in names and isinstance(value, str)})


def rule_in_words(rule: Rule) -> str:
    """Write a rule as a person says it: ``Every other Friday``."""
    day = _WEEKDAYS[rule.weekday]
    match rule.rhythm:
        case Rhythm.WEEKLY:
            return f"Every {day}"
        case Rhythm.FORTNIGHTLY:
            return f"Every other {day}"
        case Rhythm.MONTHLY:
            return f"Every {_NTH[rule.nth]} {day} of the month"
        case Rhythm.MONTHLY_LAST:
            return f"The last {day} of the month"


def series_errors(faults: Sequence[Fault]) -> dict[str, str]:
    """Return what is wrong, by the input under which it stands."""
    return {fault.field: _sentence(fault) for fault in faults}


def build_repeat(
    seminar: Seminar, typed: Typed, *, around: Around | None, faults: Sequence[Fault] = ()
) -> dict[str, Any]:
    """Build the modal that asks how a talk repeats.

    Args:
        seminar: The talk.
        typed: What stands in the inputs.
        around: The series whose last talk it is; None if it is to become one.
        faults: What is wrong, said at the top, for a form that is shown again.
    """
    blocks: list[Block] = [header(title_of(seminar))]
    time = venue_time(seminar.starts_at, seminar.ends_at, seminar.zone, seminar.starts_at)
    lines: list[Line] = [labelled("This talk" if around is None else "The last talk", [words(time)])]
    if around is not None:
        lines.append(labelled("Series", [words(one_line(around.title, MOST_TITLE))]))
    blocks.append(paragraph(*lines))
    if faults:
        told = [f"{_LABELS[fault.field]}: {_sentence(fault)}" for fault in faults]
        blocks.append(plain("\n".join(told)))
    rules = {rule.rhythm.value: rule_in_words(rule) for rule in list_rules(seminar.starts_local.date())}
    city = city_of(seminar.zone)
    blocks += [
        _input("repeat", build_radio(rules, typed.repeat)),
        _input(
            "more",
            NumberInputElement(
                action_id=VALUE,
                is_decimal_allowed=False,
                initial_value=typed.more if _is_number(typed.more) else None,
                min_value="1",
                max_value=str(MOST_AT_ONCE),
            ),
            hint=f"1 to {MOST_AT_ONCE}, not counting skipped dates. Or leave it empty and give a last date.",
            optional=True,
        ),
        _input(
            "until",
            DatePickerElement(action_id=VALUE, initial_date=typed.until or None),
            hint=f"The last day, by the calendar in {city}.",
            optional=True,
        ),
        _input(
            "skip",
            PlainTextInputElement(
                action_id=VALUE,
                initial_value=typed.skip[:_SKIP_LIMIT] or None,
                max_length=_SKIP_LIMIT,
                multiline=True,
            ),
            hint=f"One a line, as {seminar.starts_local:%Y-%m-%d}.",
            optional=True,
        ),
        _input("announce", build_select(_ANNOUNCE, typed.announce), hint="How long before it starts."),
    ]
    if around is None:
        initial = one_line(typed.title, MOST_TITLE) or title_of(seminar, MOST_TITLE)
        blocks.append(
            _input(
                "title",
                PlainTextInputElement(action_id=VALUE, initial_value=initial, max_length=MOST_TITLE),
            )
        )
    title = "Repeat" if around is None else "Add more dates"
    return staff_modal(title, blocks, ManageRef(seminar.id), Callback.SERIES, submit="Preview")


def build_goes_on_elsewhere(seminar: Seminar, around: Around, now: datetime) -> dict[str, Any]:
    """Build the word that a talk is in a series already, and the way to more dates."""
    last = around.last
    time = venue_time(last.starts_at, last.ends_at, last.zone, now)
    title = one_line(around.title, MOST_TITLE)
    blocks: list[Block] = [
        header(title_of(seminar)),
        paragraph(
            [words(f"This talk is part of the series “{title}” already, so nothing was made.")],
            [words(f"More dates are added after its last talk: {time}.")],
        ),
        ActionsBlock(
            elements=[
                staff_button(
                    "Add More Dates",
                    Action.SERIES,
                    ManageRef(last.id),
                    aim=cut(f"Add more dates: {title}", 75),
                )
            ]
        ),
    ]
    return staff_modal("Repeat", blocks, ManageRef(seminar.id), Callback.SERIES)


def _sentence(fault: Fault) -> str:
    if fault.problem is Problem.SKIP_WRONG:
        return f"Line {fault.line}: “{fault.text}” is no date that I can read. Write it as 2026-03-31."
    return _PROBLEMS[fault.problem]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_AT_ONCE


def _input(
    name: str, element: InputInteractiveElement, *, hint: str = "", optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=_LABELS[name], emoji=False),
        hint=PlainTextObject(text=hint, emoji=False) if hint else None,
        element=element,
        optional=optional,
    )
