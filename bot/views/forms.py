"""The steps of the announcing form: three short ones, and one of further options.

A block's id is the field's name, so that what is wrong stands under its field.
Dates and times are the venue's: the pickers get no zone, and nothing is converted.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DatePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    SectionBlock,
    TimePickerElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot.domain.draft import (
    ALL_FIELDS,
    CLOSES_CHOICES,
    FIELDS_OF_STEP,
    LATE_CHOICES,
    DraftFields,
    Step,
)
from bot.domain.drafting import (
    MOST_LINK,
    MOST_PASSAGE,
    MOST_PLACE,
    MOST_TITLE,
    Problem,
    find_day,
    find_start,
    is_time,
)
from bot.domain.seminar import Promotion
from bot.domain.text import clean_line
from bot.domain.zones import known_zones
from bot.views import form_sentences as say
from bot.views.form_elements import (
    VALUE,
    add_hint,
    build_channels,
    build_checkboxes,
    build_input,
    build_moment,
    build_people,
    build_radio,
    build_seats,
    build_select,
    build_text,
    list_lengths,
    list_own_span,
    list_reminders,
)
from bot.views.ids import Action, Callback, FormRef
from bot.views.zone_options import build_zone_option

BACK = "back"
PASTE = "paste"
_MOST_NOTES = 3000
_CALLBACKS = {
    Step.WHAT: Callback.FORM_WHAT,
    Step.WHEN: Callback.FORM_WHEN,
    Step.HOW: Callback.FORM_HOW,
    Step.MORE: Callback.FORM_MORE,
}
_BEFORE = {Step.WHEN: Step.WHAT, Step.HOW: Step.WHEN, Step.MORE: Step.HOW}


@dataclass(frozen=True, slots=True)
class Shape:
    """Which form it is.

    Attributes:
        fields: The fields that it shows.
        is_edit: Whether it changes a seminar that is there already.
        said: What stands at its top.
        notes: What stands at the top of its first step only.
        hints: Why what stands in a field is doubtful, by field.
    """

    fields: AbstractSet[str] = ALL_FIELDS
    is_edit: bool = False
    said: str = ""
    notes: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)

    def shows(self, step: Step) -> bool:
        """Tell whether a step of it asks for anything."""
        return not self.fields.isdisjoint(FIELDS_OF_STEP[step])

    def title_of(self, step: Step) -> str:
        """Return the title of one of its steps."""
        if not self.is_edit:
            return say.TITLES[step]
        return say.EDIT_TITLES[step] if self.shows(Step.WHEN) else say.EDIT_WORDS_TITLE


NEW = Shape()


def build_what(
    fields: DraftFields,
    ref: FormRef,
    *,
    problems: Mapping[str, Problem] | None = None,
    shape: Shape = NEW,
) -> dict[str, Any]:
    """Return the first step: what the seminar is.

    ``problems`` are said at its top, for a step that is shown again; those of a
    submission belong under their fields: see ``errors_of``.
    """
    inputs = [
        build_input("title", build_text(clean_line(fields.title), MOST_TITLE, focus=not fields.title)),
        build_input("speakers", build_text(fields.speakers, MOST_PASSAGE, lines=True)),
        build_input("abstract", build_text(fields.abstract, MOST_PASSAGE, lines=True), optional=True),
        build_input("bio", build_text(fields.bio, MOST_PASSAGE, lines=True), optional=True),
    ]
    return _step(Step.WHAT, inputs, ref, problems, shape)


def build_when(
    fields: DraftFields,
    ref: FormRef,
    *,
    now: datetime,
    problems: Mapping[str, Problem] | None = None,
    shape: Shape = NEW,
) -> dict[str, Any]:
    """Return the second step: when and where, on the venue's calendar and clock."""
    zone = fields.zone if fields.zone in known_zones() else "UTC"
    zone_option = build_zone_option(zone, find_start(fields, now) or now)
    inputs = [
        build_input(
            "date", DatePickerElement(action_id=VALUE, initial_date=fields.date if find_day(fields) else None)
        ),
        build_input(
            "time",
            TimePickerElement(action_id=VALUE, initial_time=fields.time if is_time(fields.time) else None),
        ),
        build_input("minutes", build_select(list_lengths(fields), fields.minutes)),
        build_input(
            "zone",
            ExternalDataSelectElement(
                action_id=Action.ZONE_OPTIONS,
                initial_option=Option(text=zone_option["text"]["text"], value=zone_option["value"]),
                min_query_length=1,  # blockkit, which every payload passes, knows no 0
            ),
        ),
        build_input("place", build_text(clean_line(fields.place), MOST_PLACE), optional=True),
        # A text field, since blockkit takes no more than 74 characters of a link that is shown again.
        build_input(
            "online_link",
            build_text(clean_line(fields.online_link), MOST_LINK, hint="https://"),
            optional=True,
        ),
    ]
    return _step(Step.WHEN, inputs, ref, problems, shape)


def build_how(
    fields: DraftFields,
    ref: FormRef,
    *,
    problems: Mapping[str, Problem] | None = None,
    shape: Shape = NEW,
) -> dict[str, Any]:
    """Return the third step: how it runs."""
    closes = {key: say.CLOSES[key] for key in CLOSES_CHOICES} | list_own_span(fields.closes)
    inputs = [
        build_input("seats", build_seats(fields.seats), optional=True),
        build_input("waitlist", build_radio(say.WAITLIST, fields.waitlist)),
        build_input("closes", build_select(closes, fields.closes)),
        build_input("reminders", build_checkboxes(list_reminders(fields), fields.reminders), optional=True),
        build_input("channels", build_channels(fields.channels)),
    ]
    return _step(Step.HOW, inputs, ref, problems, shape)


def build_more(
    fields: DraftFields,
    ref: FormRef,
    *,
    problems: Mapping[str, Problem] | None = None,
    shape: Shape = NEW,
) -> dict[str, Any]:
    """Return the step of further options, which most seminars leave as they are."""
    late = {key: say.LATE[key] for key in LATE_CHOICES} | list_own_span(fields.late)
    promotion = {one.value: say.PROMOTION[one] for one in Promotion}
    inputs = [
        build_input("hosts", build_people(fields.hosts), optional=True),
        build_input("opens", build_moment(fields.opens), optional=True),
        build_input("promotion", build_radio(promotion, fields.promotion)),
        build_input("late", build_select(late, fields.late)),
        build_input("publish", build_moment(fields.publish), optional=True),
    ]
    return _step(Step.MORE, inputs, ref, problems, shape)


def build_step(
    step: Step,
    fields: DraftFields,
    ref: FormRef,
    *,
    now: datetime,
    problems: Mapping[str, Problem] | None = None,
    shape: Shape = NEW,
) -> dict[str, Any]:
    """Return the step of that name, for going on, going back, and mending."""
    if step is Step.WHAT:
        return build_what(fields, ref, problems=problems, shape=shape)
    if step is Step.WHEN:
        return build_when(fields, ref, now=now, problems=problems, shape=shape)
    build = build_how if step is Step.HOW else build_more
    return build(fields, ref, problems=problems, shape=shape)


def _step(
    step: Step,
    inputs: Iterable[InputBlock],
    ref: FormRef,
    problems: Mapping[str, Problem] | None,
    shape: Shape,
) -> dict[str, Any]:
    blocks: list[Block] = []
    if shape.said:
        blocks.append(SectionBlock(text=PlainTextObject(text=shape.said)))
    if step is Step.WHAT and not shape.is_edit:
        blocks += _top_of_new(shape.notes)
    here = [name for name in FIELDS_OF_STEP[step] if name in (problems or {})]
    if problems and here:
        lines = [f"{say.LABELS[name]}: {say.PROBLEMS[problems[name]]}" for name in here]
        blocks.append(SectionBlock(text=PlainTextObject(text="\n".join(lines))))
    blocks += [add_hint(one, shape.hints) for one in inputs if one.block_id in shape.fields]
    if step in _BEFORE:
        blocks.append(back_to(_BEFORE[step], with_more=step is Step.HOW))
    is_last = step in (Step.HOW, Step.MORE) or not shape.shows(Step.WHEN)
    submit = "Preview" if is_last else "Next"
    return build_modal(
        shape.title_of(step), _CALLBACKS[step], submit, ref, [block.to_dict() for block in blocks]
    )


def _top_of_new(notes: str) -> list[Block]:
    paste = ButtonElement(text="Paste an Announcement", action_id=Action.PASTE, value="paste")
    said = [SectionBlock(text=PlainTextObject(text=notes[:_MOST_NOTES], emoji=False))] if notes else []
    return [*said, ActionsBlock(block_id=PASTE, elements=[paste])]


def build_modal(
    title: str, callback: Callback, submit: str, ref: FormRef, blocks: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Build a step's modal around its blocks."""
    return View(
        type="modal",
        title=title,
        submit=submit,
        close="Cancel",
        callback_id=callback,
        private_metadata=ref.to_metadata(),
        blocks=blocks,
    ).to_dict()


def back_to(step: Step, *, with_more: bool = False) -> ActionsBlock:
    """Return the button that leads back to a step, and perhaps the one that leads to further options."""
    elements = [ButtonElement(text="Back", action_id=Action.FORM_BACK, value=step)]
    if with_more:
        elements.append(ButtonElement(text="More Options", action_id=Action.FORM_MORE, value=Step.MORE))
    return ActionsBlock(block_id=BACK, elements=elements)
