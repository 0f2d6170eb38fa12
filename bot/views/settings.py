"""The modal in which admins set what holds for all seminars of their workspace."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, ContextBlock, PlainTextObject, RichTextElement
from slack_sdk.models.views import View

from bot.domain.workspace_settings import WorkspaceSettings, list_differences
from bot.domain.zones import duration_in_words, find_zone
from bot.views.facts import compose
from bot.views.form_sentences import REMINDERS
from bot.views.ids import Action, Callback
from bot.views.message import Message
from bot.views.rich import Line, channel, labelled, listed, mention, paragraph, words
from bot.views.settings_inputs import (
    LABELS,
    build_channels,
    build_groups,
    build_input,
    build_people,
    build_reminders,
    build_retention,
    build_zone,
    days_in_words,
)
from bot.views.zone_options import build_zone_option

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
    blocks.append(build_input("people", base, build_people(shown.people)))
    if menu.names:
        blocks.append(build_input("groups", base, build_groups(shown.groups, menu.names)))
    elif menu.absent:
        blocks.append(ContextBlock(elements=[PlainTextObject(text=ABSENT[menu.absent], emoji=False)]))
    if pieces := _mentions(set_for_all):
        blocks.append(paragraph([words("Staff as well, set by who runs the bot: "), *pieces, words(".")]))
    blocks += [
        build_input("zone", base, build_zone(shown.zone, now)),
        build_input("reminders", base, build_reminders(shown.reminders)),
        build_input("channels", base, build_channels(shown.channels)),
        build_input("retention_days", base, build_retention(shown.retention_days), optional=False),
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
        is_known = (
            bool(value) and find_zone(value) is not None
        )  # the machine's list of zones may have changed
        said = build_zone_option(value, now)["text"]["text"] if is_known else value
        return [words(said or "each author’s own")]
    if name == "retention_days":
        return [words("for ever" if value is None else days_in_words(value))]
    if not value:
        return [words("none")]
    if name == "reminders":
        return [words(", ".join(_reminder(minutes) for minutes in value))]
    if name == "channels":
        return listed(map(channel, value))
    return _mentions(value)


def _mentions(references: Sequence[str]) -> list[RichTextElement]:
    return listed(who for one in references if (who := mention(one)) is not None)


def _reminder(minutes: int) -> str:
    return REMINDERS.get(str(minutes)) or f"{duration_in_words(timedelta(minutes=minutes))} before"


def _to_metadata(base: WorkspaceSettings, absent: str) -> str:
    return json.dumps({**asdict(base), "absent": absent}, separators=(",", ":"))
