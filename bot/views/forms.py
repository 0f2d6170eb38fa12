"""The announcing form: three short steps, one of further options, and the preview.

A block's id is the field's name, so that what is wrong stands under its field.
Dates and times are the venue's: the pickers get no zone, and nothing is converted.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    ConversationFilter,
    ConversationMultiSelectElement,
    DatePickerElement,
    DateTimePickerElement,
    ExternalDataSelectElement,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    SectionBlock,
    StaticSelectElement,
    TimePickerElement,
    UserMultiSelectElement,
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
    find_own_span,
    is_channel_id,
    is_user_id,
    minutes_of,
)
from bot.domain.drafting import (
    MOST_CHANNELS,
    MOST_HOSTS,
    MOST_LINK,
    MOST_PASSAGE,
    MOST_PLACE,
    MOST_SEATS,
    MOST_TITLE,
    Problem,
    find_day,
    find_length,
    find_moment,
    find_start,
    is_time,
    read_reminders,
)
from bot.domain.reminding import REMINDER_CHOICES
from bot.domain.seminar import Promotion
from bot.domain.text import clean, clean_line
from bot.domain.zones import duration_in_words, known_zones
from bot.views import form_sentences as say
from bot.views.ids import Action, Callback, FormRef, preview_action
from bot.views.message import Message
from bot.views.zone_options import build_zone_option

LENGTHS = (15, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 360, 480)
VALUE = "value"
BACK = "back"
_OWN_REMINDERS = 5  # as many more as a group of boxes has room for
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
    """

    fields: AbstractSet[str] = ALL_FIELDS
    is_edit: bool = False
    said: str = ""

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
        _input("title", _text(clean_line(fields.title), MOST_TITLE, focus=not fields.title)),
        _input("speakers", _text(fields.speakers, MOST_PASSAGE, lines=True)),
        _input("abstract", _text(fields.abstract, MOST_PASSAGE, lines=True), optional=True),
        _input("bio", _text(fields.bio, MOST_PASSAGE, lines=True), optional=True),
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
        _input(
            "date", DatePickerElement(action_id=VALUE, initial_date=fields.date if find_day(fields) else None)
        ),
        _input(
            "time",
            TimePickerElement(action_id=VALUE, initial_time=fields.time if is_time(fields.time) else None),
        ),
        _input("minutes", _select(_lengths(fields), fields.minutes)),
        _input(
            "zone",
            ExternalDataSelectElement(
                action_id=Action.ZONE_OPTIONS,
                initial_option=Option(text=zone_option["text"]["text"], value=zone_option["value"]),
                min_query_length=1,  # blockkit, which every payload passes, knows no 0
            ),
        ),
        _input("place", _text(clean_line(fields.place), MOST_PLACE), optional=True),
        # A text field, since blockkit takes no more than 74 characters of a link that is shown again.
        _input(
            "online_link", _text(clean_line(fields.online_link), MOST_LINK, hint="https://"), optional=True
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
    closes = {key: say.CLOSES[key] for key in CLOSES_CHOICES} | _own_span(fields.closes)
    inputs = [
        _input("seats", _number(fields.seats), optional=True),
        _input("waitlist", _radio(say.WAITLIST, fields.waitlist)),
        _input("closes", _select(closes, fields.closes)),
        _input("reminders", _checkboxes(_reminders(fields), fields.reminders), optional=True),
        _input("channels", _channels(fields.channels)),
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
    late = {key: say.LATE[key] for key in LATE_CHOICES} | _own_span(fields.late)
    promotion = {one.value: say.PROMOTION[one] for one in Promotion}
    inputs = [
        _input("hosts", _people(fields.hosts), optional=True),
        _input("opens", _moment(fields.opens), optional=True),
        _input("promotion", _radio(promotion, fields.promotion)),
        _input("late", _select(late, fields.late)),
        _input("publish", _moment(fields.publish), optional=True),
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


def build_preview(
    ref: FormRef,
    card: Message,
    *,
    channel_ids: Sequence[str] = (),
    publish_at: datetime | None = None,
) -> dict[str, Any]:
    """Return the last step: the announcement exactly as it will look.

    Its buttons keep their looks only; their ``action_id`` begins with
    ``Action.PREVIEW``, so that pressing one changes nothing. ``publish_at`` is when
    it is posted, if later; Slack writes it in the reader's own time.
    """
    where = ", ".join(f"<#{channel}>" for channel in channel_ids)
    told = f"This is what {where or 'the channel'} will see. Its buttons do nothing yet."
    if publish_at is not None:
        at = f"<!date^{int(publish_at.timestamp())}^{{date_long}}, {{time}}|{publish_at:%Y-%m-%d %H:%M} UTC>"
        told = f"{told} It is posted on {at}; until then only staff see it in their list."
    blocks = [
        ContextBlock(elements=[MarkdownTextObject(text=told)]).to_dict(),
        {"type": "divider"},
        *as_picture(card.blocks),
        {"type": "divider"},
        back_to(Step.HOW).to_dict(),
    ]
    submit = "Post" if publish_at is None else "Post Later"
    return _view(say.PREVIEW_TITLE, Callback.FORM_PREVIEW, submit, ref, blocks)


def as_picture(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return copies of a message's blocks whose ids collide with nothing and mean nothing."""
    count = 0

    def copied(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        nonlocal count
        if isinstance(value, list | tuple):
            return [copied(entry) for entry in value]
        if not isinstance(value, Mapping):
            return value
        copy = {key: copied(entry) for key, entry in value.items() if key != "block_id"}
        if "action_id" in copy:
            copy.pop("value", None)
            copy.pop("confirm", None)
            copy["action_id"] = preview_action(count)
            count += 1
        return copy

    return [copied(block) for block in blocks]


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
    here = [name for name in FIELDS_OF_STEP[step] if name in (problems or {})]
    if problems and here:
        lines = [f"{say.LABELS[name]}: {say.PROBLEMS[problems[name]]}" for name in here]
        blocks.append(SectionBlock(text=PlainTextObject(text="\n".join(lines))))
    blocks += [one for one in inputs if one.block_id in shape.fields]
    if step in _BEFORE:
        blocks.append(back_to(_BEFORE[step], with_more=step is Step.HOW))
    is_last = step in (Step.HOW, Step.MORE) or not shape.shows(Step.WHEN)
    submit = "Preview" if is_last else "Next"
    return _view(shape.title_of(step), _CALLBACKS[step], submit, ref, [block.to_dict() for block in blocks])


def _view(
    title: str, callback: Callback, submit: str, ref: FormRef, blocks: Sequence[dict[str, Any]]
) -> dict[str, Any]:
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


def _input(name: str, element: InputInteractiveElement, *, optional: bool = False) -> InputBlock:
    return InputBlock(
        block_id=name, label=say.LABELS[name], hint=say.HINTS.get(name), element=element, optional=optional
    )


def _text(
    value: str, limit: int, *, lines: bool = False, focus: bool = False, hint: str = ""
) -> PlainTextInputElement:
    return PlainTextInputElement(
        action_id=VALUE,
        initial_value=clean(value)[:limit] or None,
        max_length=limit,
        multiline=lines,
        placeholder=hint or None,
        focus_on_load=focus or None,
    )


def _number(value: str) -> NumberInputElement:
    is_number = value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MOST_SEATS
    return NumberInputElement(
        action_id=VALUE,
        is_decimal_allowed=False,
        initial_value=str(int(value[:9])) if is_number else None,
        min_value="1",
        max_value=str(MOST_SEATS),
        placeholder="No limit",
    )


def _lengths(fields: DraftFields) -> dict[str, str]:
    """Return the lengths to choose from, and the draft's own if it is another."""
    own = find_length(fields)
    minutes = {*LENGTHS, int(fields.minutes)} if own else {*LENGTHS}
    spans = {str(count): timedelta(minutes=count) for count in sorted(minutes)}
    return {count: duration_in_words(span) for count, span in spans.items()}


def _reminders(fields: DraftFields) -> dict[str, str]:
    """Return the reminders to choose from, and the draft's own if there are others."""
    spans = {minutes_of(span): span for span in (*REMINDER_CHOICES, *read_reminders(fields)[:_OWN_REMINDERS])}
    return {
        key: say.REMINDERS.get(key) or f"{duration_in_words(span)} before"
        for key, span in sorted(spans.items(), key=lambda one: one[1], reverse=True)
    }


def _own_span(text: str) -> dict[str, str]:
    span = find_own_span(text)
    return {} if span is None else {text: f"{duration_in_words(span)} before"}


def _options(choices: Mapping[str, str]) -> list[Option]:
    return [Option(text=text, value=value) for value, text in choices.items()]


def _chosen(choices: Mapping[str, str], value: str) -> Option | None:
    return Option(text=choices[value], value=value) if value in choices else None


def _select(choices: Mapping[str, str], value: str) -> StaticSelectElement:
    return StaticSelectElement(
        action_id=VALUE, options=_options(choices), initial_option=_chosen(choices, value)
    )


def _radio(choices: Mapping[str, str], value: str) -> RadioButtonsElement:
    return RadioButtonsElement(
        action_id=VALUE, options=_options(choices), initial_option=_chosen(choices, value)
    )


def _checkboxes(choices: Mapping[str, str], values: Sequence[str]) -> CheckboxesElement:
    chosen = {value: text for value, text in choices.items() if value in values}
    return CheckboxesElement(
        action_id=VALUE, options=_options(choices), initial_options=_options(chosen) or None
    )


def _moment(seconds: str) -> DateTimePickerElement:
    at = find_moment(seconds)
    return DateTimePickerElement(action_id=VALUE, initial_date_time=None if at is None else int(seconds))


def _people(user_ids: Sequence[str]) -> UserMultiSelectElement:
    return UserMultiSelectElement(
        action_id=VALUE,
        initial_users=list(filter(is_user_id, user_ids))[:MOST_HOSTS] or None,
        max_selected_items=MOST_HOSTS,
    )


def _channels(channel_ids: Sequence[str]) -> ConversationMultiSelectElement:
    return ConversationMultiSelectElement(
        action_id=VALUE,
        initial_conversations=list(filter(is_channel_id, channel_ids))[:MOST_CHANNELS] or None,
        max_selected_items=MOST_CHANNELS,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
