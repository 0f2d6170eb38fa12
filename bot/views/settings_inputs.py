"""The inputs of the settings, which hold what is set or was typed.

Every block's id ends with the version that it shows. So a modal that is shown
again after somebody else saved begins with what it is given: of a block whose
id stays, Slack keeps what was typed, whatever its new initial value says.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationMultiSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)

from bot.domain.draft import is_channel_id
from bot.domain.drafting import MOST_CHANNELS
from bot.domain.reminding import REMINDER_CHOICES
from bot.domain.workspace_settings import MOST_GROUPS, MOST_PEOPLE, RETENTION_CHOICES, WorkspaceSettings
from bot.domain.zones import known_zones
from bot.views.form_sentences import REMINDERS
from bot.views.ids import Action
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


def block_id(name: str, base: WorkspaceSettings) -> str:
    """Return the id of the block with that input."""
    return f"{name}-{base.version}"


def build_input(
    name: str, base: WorkspaceSettings, element: InputInteractiveElement, *, optional: bool = True
) -> InputBlock:
    """Return an input with its label and hint, and an id that holds for what is set now."""
    return InputBlock(
        block_id=block_id(name, base),
        label=LABELS[name],
        hint=_HINTS[name],
        element=element,
        optional=optional,
    )


def build_people(people: Sequence[str]) -> UserMultiSelectElement:
    """Return the menu of people."""
    return UserMultiSelectElement(
        action_id="people",
        initial_users=list(people)[:MOST_PEOPLE] or None,
        max_selected_items=MOST_PEOPLE,
        placeholder="Choose people",
    )


def build_groups(chosen: Sequence[str], names: Mapping[str, str]) -> StaticMultiSelectElement:
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


def build_zone(zone: str | None, now: datetime) -> ExternalDataSelectElement:
    """Return the search for a time zone; one that is not known any more is left out."""
    option = build_zone_option(zone, now) if zone in known_zones() and zone is not None else None
    return ExternalDataSelectElement(
        action_id=Action.ZONE_OPTIONS,
        initial_option=Option(text=option["text"]["text"], value=option["value"]) if option else None,
        min_query_length=1,  # as in the form
        placeholder="Search by city or country",
    )


def build_reminders(chosen: Sequence[int]) -> CheckboxesElement:
    """Return the boxes of reminders."""
    options = {
        minutes: Option(text=REMINDERS[str(minutes)], value=str(minutes))
        for minutes in (int(offset.total_seconds()) // 60 for offset in REMINDER_CHOICES)
    }
    return CheckboxesElement(
        action_id="reminders",
        options=list(options.values()),
        initial_options=[option for minutes, option in options.items() if minutes in chosen] or None,
    )


def build_channels(channels: Sequence[str]) -> ConversationMultiSelectElement:
    """Return the menu of channels; what is no channel's id is left out."""
    return ConversationMultiSelectElement(
        action_id="channels",
        initial_conversations=list(filter(is_channel_id, channels))[:MOST_CHANNELS] or None,
        max_selected_items=MOST_CHANNELS,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        placeholder="Choose channels",
    )


def build_retention(days: int | None) -> StaticSelectElement:
    """Return the menu of how long names are kept; a number of days that is set is always in it."""
    kept = sorted({*RETENTION_CHOICES, *([days] if days else [])})
    options = {one: Option(text=days_in_words(one).capitalize(), value=str(one)) for one in kept}
    ever = Option(text="For ever", value=FOR_EVER)
    return StaticSelectElement(
        action_id="retention_days",
        options=[*options.values(), ever],
        initial_option=options[days] if days else ever,
    )


def days_in_words(days: int) -> str:
    """Write for how long names are kept."""
    return _KEPT.get(days, f"{days} days")
