"""What stands in the settings modal, and what is wrong with it; nothing in it is trusted."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.draft import is_channel_id
from bot.domain.drafting import MOST_CHANNELS, Problem
from bot.domain.workspace_settings import (
    MOST_GROUPS,
    MOST_PEOPLE,
    RETENTION_CHOICES,
    WorkspaceSettings,
)
from bot.domain.zones import known_zones
from bot.views.form_sentences import PROBLEMS, REMINDERS
from bot.views.rich import mention
from bot.views.settings import ABSENT, GroupMenu
from bot.views.settings_inputs import block_id


def read_base(metadata: object) -> tuple[WorkspaceSettings, str] | None:
    """Read what a modal carries: what it began with, and why it offers no groups; None if it is not ours."""
    try:
        kept = json.loads(metadata if isinstance(metadata, str) else "")
        base = WorkspaceSettings(
            people=tuple(kept["people"]),
            groups=tuple(kept["groups"]),
            zone=kept["zone"],
            reminders=tuple(kept["reminders"]),
            channels=tuple(kept["channels"]),
            retention_days=kept["retention_days"],
            version=int(kept["version"]),
        )
        absent = str(kept["absent"])
    except (ValueError, TypeError, KeyError):
        return None
    return base, absent if absent in ABSENT else ""


def read_menu(view: Mapping[str, Any], absent: str) -> GroupMenu:
    """Return the user groups that a submitted modal offered."""
    names: dict[str, str] = {}
    for block in view.get("blocks") or ():
        element = block.get("element") or {}
        if element.get("action_id") == "groups":
            names = {str(one["value"]): str(one["text"]["text"]) for one in element.get("options") or ()}
    return GroupMenu(names, "" if names else absent)


def read_typed(values: Mapping[str, str | list[str]], base: WorkspaceSettings) -> WorkspaceSettings:
    """Return what stands in the modal; what has no input there stays as it was.

    Args:
        values: What stands in the inputs, by their block's id.
        base: What the modal began with.
    """
    typed = {name.partition("-")[0]: value for name, value in values.items()}
    days, kept = _text(typed, "retention_days"), {*RETENTION_CHOICES, base.retention_days or 0}
    return replace(
        base,
        people=tuple(sorted(_several(typed, "people"))),
        groups=tuple(sorted(_several(typed, "groups"))) if "groups" in typed else base.groups,
        zone=_text(typed, "zone") or None,
        reminders=tuple(
            sorted((int(one) for one in _several(typed, "reminders") if one in REMINDERS), reverse=True)
        ),
        channels=tuple(_several(typed, "channels")),
        retention_days=int(days) if days in {str(one) for one in kept if one} else None,
    )


def find_errors(typed: WorkspaceSettings, base: WorkspaceSettings) -> dict[str, str]:
    """Return what is wrong with what was typed, by the input's block id."""
    wrong: dict[str, str] = {}
    if len(typed.people) > MOST_PEOPLE:
        wrong["people"] = f"Choose {MOST_PEOPLE} people or fewer; for more, choose a user group."
    elif not all(_is_mention(one, "UW") for one in typed.people):
        wrong["people"] = "Choose people from the list."
    if len(typed.groups) > MOST_GROUPS:
        wrong["groups"] = f"Choose {MOST_GROUPS} user groups or fewer."
    elif not all(_is_mention(one, "S") for one in typed.groups):
        wrong["groups"] = "Choose user groups from the list."
    if typed.zone is not None and typed.zone not in known_zones():
        wrong["zone"] = "Choose a time zone from the list."
    if len(typed.channels) > MOST_CHANNELS:
        wrong["channels"] = PROBLEMS[Problem.CHANNELS_MANY]
    elif not all(map(is_channel_id, typed.channels)):
        wrong["channels"] = PROBLEMS[Problem.CHANNELS_WRONG]
    return {block_id(name, base): sentence for name, sentence in wrong.items()}


def _is_mention(reference: str, first: str) -> bool:
    return reference[:1] in first and mention(reference) is not None and not reference.startswith("<")


def _several(typed: Mapping[str, str | list[str]], name: str) -> list[str]:
    value = typed.get(name, [])
    chosen = value if isinstance(value, list) else [value] if value else []
    return list(dict.fromkeys(chosen))


def _text(typed: Mapping[str, str | list[str]], name: str) -> str:
    value = typed.get(name, "")
    return value if isinstance(value, str) else ""
