"""The modal in which admins set what holds for all seminars of their workspace.

Every block's id ends with the version that it shows. So a modal that is shown
again after somebody else saved begins with what it is given: of a block whose
id stays, Slack keeps what was typed, whatever its new initial value says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    ConversationFilter,
    ConversationMultiSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextObject,
    RichTextElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.draft import is_channel_id
from bot.domain.drafting import MOST_CHANNELS
from bot.domain.reminding import REMINDER_CHOICES
from bot.domain.workspace_settings import (
    MOST_GROUPS,
    MOST_PEOPLE,
    RETENTION_CHOICES,
    WorkspaceSettings,
    list_differences,
)
from bot.domain.zones import duration_in_words, known_zones
from bot.views.facts import compose
from bot.views.form_sentences import REMINDERS
from bot.views.ids import Action, Callback
from bot.views.message import Message
from bot.views.rich import Line, channel, labelled, mention, paragraph, words
from bot.views.text import cut
from bot.views.zone_options import build_zone_option

FOR_EVER = "ever"
_GROUPS_SHOWN = 100  # what a menu holds
_LABEL_LIMIT = 75

LABELS: dict[str, str] = {
    "people": "Staff",
    "groups": "Staff groups",
    "zone": "Default time zone",
    "reminders": "Default reminders",
    "channels": "Default channels",
    "retention_days": "Names are kept for",
}
_HINTS: dict[str, str] = {
    "people": "They announce and manage seminars. Admins and owners of the workspace always may.",
    "groups": "Everybody in these user groups is staff too.",
    "zone": "Where talks are held. While it is empty, each form begins with its author’s own zone.",
    "reminders": "A new seminar begins with these.",
    "channels": "A new seminar begins with these, unless it is begun in a channel.",
    "retention_days": (
        "From the end of a seminar. Then the names in it are deleted for good; how many came stays."
    ),
}
_KEPT: dict[int, str] = {30: "30 days", 90: "90 days", 365: "1 year", 1095: "3 years"}

MAY_NOT_SET = (
    "Only admins and owners of the workspace may change its settings, so nothing was changed. "
    "Staff can announce and manage seminars as before."
)
SAVED = "The settings are saved. New staff can announce within half a minute."
SAVED_ALREADY = "The settings were so already, so nothing needed to be changed."
OUT_OF_DATE = "This form is out of date, so nothing was changed. Please type /seminar settings again."


@dataclass(frozen=True, slots=True)
class GroupMenu:
    """The user groups to choose from.

    Attributes:
        names: What each is called, by id; empty where they are not offered.
        absent: Why they are not offered, as a key of `ABSENT`.
    """

    names: Mapping[str, str]
    absent: str = ""


ABSENT: dict[str, str] = {
    "scope": (
        "User groups cannot be chosen here, since the app lacks the scope usergroups:read. "
        "Whoever runs the bot can add it and install the app again."
    ),
    "plan": "User groups cannot be chosen here, since the plan of this workspace has none.",
    "none": "User groups can be made staff too, once this workspace has some.",
    "silent": (
        "Slack did not say in time which user groups there are. Those that are staff stay so; "
        "to change them, close this and type /seminar settings again."
    ),
}


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else saved while the modal was open.

    Attributes:
        current: What is set now.
        changed: The names of what they changed.
        typed: The names of what was changed in the modal.
    """

    current: WorkspaceSettings
    changed: Sequence[str]
    typed: Sequence[str]


def compare_meanwhile(
    base: WorkspaceSettings, typed: WorkspaceSettings, current: WorkspaceSettings
) -> Meanwhile:
    """Return what is said of a save that came in between."""
    return Meanwhile(current, list_differences(base, current), list_differences(base, typed))


def build_settings(
    shown: WorkspaceSettings,
    base: WorkspaceSettings,
    menu: GroupMenu,
    now: datetime,
    *,
    set_for_all: Sequence[str] = (),
    meanwhile: Meanwhile | None = None,
) -> dict[str, Any]:
    """Build the modal.

    Args:
        shown: What stands in its inputs.
        base: What is set now; comes back with the submit, to tell what was changed.
        menu: The user groups to choose from.
        now: When it is shown.
        set_for_all: Whom the setting STAFF of the bot names.
        meanwhile: What somebody else saved since it was opened.
    """
    blocks: list[Block] = [] if meanwhile is None else [_tell_meanwhile(meanwhile, now)]
    blocks.append(_input("people", base, _people(shown.people)))
    if menu.names:
        blocks.append(_input("groups", base, _groups(shown.groups, menu.names)))
    elif menu.absent:
        blocks.append(ContextBlock(elements=[PlainTextObject(text=ABSENT[menu.absent], emoji=False)]))
    if pieces := _mentions(set_for_all):
        blocks.append(paragraph([words("Staff as well, set by who runs the bot: "), *pieces, words(".")]))
    blocks += [
        _input("zone", base, _zone(shown.zone, now)),
        _input("reminders", base, _reminders(shown.reminders)),
        _input("channels", base, _channels(shown.channels)),
        _input("retention_days", base, _retention(shown.retention_days), optional=False),
    ]
    return View(
        type="modal",
        callback_id=Callback.SETTINGS,
        title=PlainTextObject(text="Settings", emoji=False),
        submit=PlainTextObject(text="Save", emoji=False),
        close=PlainTextObject(text="Cancel", emoji=False),
        private_metadata=_to_metadata(base, menu.absent),
        blocks=blocks,
    ).to_dict()


def block_id(name: str, base: WorkspaceSettings) -> str:
    """Return the id of the block with that input."""
    return f"{name}-{base.version}"


def build_settings_late(*, may_be_open: bool) -> Message:
    """Build the word to an admin whose settings did not open, with a button for another try."""
    again = ButtonElement(
        text=PlainTextObject(text="Settings", emoji=False),
        action_id=Action.SETTINGS,
        value="settings",
        accessibility_label="Open the settings of the workspace",
    )
    if may_be_open:
        said, after = "I do not know whether the settings opened.", "If nothing opened, press Settings again."
    else:
        said = "That took too long, so the settings did not open. Nothing was changed."
        after = "Press Settings to try again."
    return compose(said, (), after, [again])


def build_may_not_set() -> Message:
    """Build the answer to somebody who is no admin."""
    return compose(MAY_NOT_SET, ())


def _tell_meanwhile(meanwhile: Meanwhile, now: datetime) -> Block:
    lines: list[Line] = [
        [words("Somebody else saved these settings while you had them open. Now set there:")]
    ]
    for name in meanwhile.changed:
        also = " You changed this too: yours stands below." if name in meanwhile.typed else ""
        lines.append([*labelled(LABELS[name], _in_words(name, meanwhile.current, now)), words(f".{also}")])
    lines.append([words("Nothing you chose is lost. Please look at this once more, then save.")])
    return paragraph(*lines)


def _in_words(name: str, settings: WorkspaceSettings, now: datetime) -> list[RichTextElement]:
    value = getattr(settings, name)
    if name == "zone":
        return [words(build_zone_option(value, now)["text"]["text"] if value else "each author’s own")]
    if name == "retention_days":
        return [words("for ever" if value is None else _days(value))]
    if not value:
        return [words("none")]
    if name == "reminders":
        return [words(", ".join(_reminder(minutes) for minutes in value))]
    if name == "channels":
        return _listed([channel(one) for one in value])
    return _mentions(value)


def _mentions(references: Sequence[str]) -> list[RichTextElement]:
    return _listed([who for one in references if (who := mention(one)) is not None])


def _listed(pieces: Sequence[RichTextElement]) -> list[RichTextElement]:
    listed: list[RichTextElement] = []
    for piece in pieces:
        listed += [words(", "), piece] if listed else [piece]
    return listed


def _input(
    name: str, base: WorkspaceSettings, element: InputInteractiveElement, *, optional: bool = True
) -> InputBlock:
    return InputBlock(
        block_id=block_id(name, base),
        label=LABELS[name],
        hint=_HINTS[name],
        element=element,
        optional=optional,
    )


def _people(people: Sequence[str]) -> UserMultiSelectElement:
    return UserMultiSelectElement(
        action_id="people",
        initial_users=list(people)[:MOST_PEOPLE] or None,
        max_selected_items=MOST_PEOPLE,
        placeholder="Choose people",
    )


def _groups(chosen: Sequence[str], names: Mapping[str, str]) -> StaticMultiSelectElement:
    """Return the menu of groups; one that is staff is always in it, also when Slack no longer lists it."""
    shown = {one: names.get(one, f"{one} (not in use any more)") for one in chosen[:MOST_GROUPS]}
    for one, name in names.items():
        if len(shown) < _GROUPS_SHOWN:
            shown.setdefault(one, name)
    options = {one: Option(text=cut(name, _LABEL_LIMIT), value=one) for one, name in shown.items()}
    return StaticMultiSelectElement(
        action_id="groups",
        options=list(options.values()),
        initial_options=[options[one] for one in chosen[:MOST_GROUPS]] or None,
        max_selected_items=MOST_GROUPS,
        placeholder="Choose user groups",
    )


def _zone(zone: str | None, now: datetime) -> ExternalDataSelectElement:
    option = build_zone_option(zone, now) if zone in known_zones() and zone is not None else None
    return ExternalDataSelectElement(
        action_id=Action.ZONE_OPTIONS,
        initial_option=Option(text=option["text"]["text"], value=option["value"]) if option else None,
        min_query_length=1,  # as in the form
        placeholder="Search by city or country",
    )


def _reminders(chosen: Sequence[int]) -> CheckboxesElement:
    options = {
        minutes: Option(text=REMINDERS[str(minutes)], value=str(minutes))
        for minutes in (int(offset.total_seconds()) // 60 for offset in REMINDER_CHOICES)
    }
    return CheckboxesElement(
        action_id="reminders",
        options=list(options.values()),
        initial_options=[option for minutes, option in options.items() if minutes in chosen] or None,
    )


def _channels(channels: Sequence[str]) -> ConversationMultiSelectElement:
    return ConversationMultiSelectElement(
        action_id="channels",
        initial_conversations=list(filter(is_channel_id, channels))[:MOST_CHANNELS] or None,
        max_selected_items=MOST_CHANNELS,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        placeholder="Choose channels",
    )


def _retention(days: int | None) -> StaticSelectElement:
    kept = sorted({*RETENTION_CHOICES, *([days] if days else [])})
    options = {one: Option(text=_days(one).capitalize(), value=str(one)) for one in kept}
    ever = Option(text="For ever", value=FOR_EVER)
    return StaticSelectElement(
        action_id="retention_days",
        options=[*options.values(), ever],
        initial_option=options[days] if days else ever,
    )


def _days(days: int) -> str:
    return _KEPT.get(days, f"{days} days")


def _reminder(minutes: int) -> str:
    return REMINDERS.get(str(minutes)) or f"{duration_in_words(timedelta(minutes=minutes))} before"


def _to_metadata(base: WorkspaceSettings, absent: str) -> str:
    return json.dumps({**asdict(base), "absent": absent}, separators=(",", ":"))
