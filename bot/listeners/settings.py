"""What admins set for their workspace: staff, defaults, how long names are kept."""

import asyncio
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.domain.workspace_settings import WorkspaceSettings, merge_settings
from bot.listeners import my_data
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.listeners.managing import Column, CommandWork
from bot.listeners.registering import Ack
from bot.listeners.rights import WITHIN
from bot.services.settings import SettingsChangedError, read_settings, save_settings
from bot.slack.errors import Accepted, Answer, RefusedForTarget
from bot.views.answers import build_slack_silent
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback
from bot.views.notices import SLACK_IS_SILENT, build_notice
from bot.views.settings import (
    MAY_NOT_SET,
    OUT_OF_DATE,
    SAVED,
    SAVED_ALREADY,
    GroupMenu,
    build_may_not_set,
    build_settings,
    build_settings_late,
    compare_meanwhile,
)
from bot.views.settings_state import find_errors, read_base, read_menu, read_typed

COLUMN = Column()


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what is not about staff's work on one seminar."""

    async def handle_settings(ack: Ack, body: dict[str, Any]) -> None:
        """Open the settings by a button, whose trigger is fresh."""
        side.after_ack(body, _open(side, body, ""))
        await ack()

    async def handle_save(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Save the settings, or say what is wrong with them."""
        await ack(**await _save(side, body, view))

    app.action(Action.SETTINGS)(handle_settings)
    app.view(Callback.SETTINGS)(handle_save)
    my_data.register(app, side)


async def _open(side: DeskSide, body: dict[str, Any], _about: str) -> None:
    installation = side.installation(body)
    # Slack is asked for both at once, since the trigger lives three seconds.
    person, groups, base = await asyncio.gather(
        side.rights.person(installation, user_of(body)),
        side.gateway.call(installation.token, "usergroups.list", {}, within=WITHIN),
        side.read(lambda session: read_settings(session, installation.workspace_id)),
    )
    if person is None:
        await side.respond(body, build_slack_silent())
        return
    if not person.is_admin:
        await side.respond(body, build_may_not_set())
        return
    view = _build(side, base, base, _menu_of(groups))
    answer = await (side.push_view if body.get("view") else side.open_view)(body, view)
    if not isinstance(answer, Accepted):
        await side.respond(body, build_settings_late(may_be_open=may_be_shown(answer)))


async def _save(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to Save, as ``ack`` takes it."""
    carried = read_base(view.get("private_metadata"))
    if carried is None:
        return _update(build_notice(OUT_OF_DATE))
    installation, actor = side.installation(body), user_of(body)
    person = await side.rights.person(installation, actor)
    if person is None:
        return {"response_action": "push", "view": build_notice(SLACK_IS_SILENT)}
    if not person.is_admin:
        return _update(build_notice(MAY_NOT_SET))
    base, absent = carried
    typed = read_typed(read_values(view), base)
    if errors := find_errors(typed, base):
        return {"response_action": "errors", "errors": errors}
    workspace_id, now = installation.workspace_id, side.clock.now()
    try:
        is_changed = await side.write(
            lambda session: save_settings(session, workspace_id, typed, actor=actor, now=now)
        )
    except SettingsChangedError as error:
        current = error.current
        shown = merge_settings(base, typed, current)
        meanwhile = compare_meanwhile(base, typed, current)
        menu = read_menu(view, absent)
        again = build_settings(
            shown, current, menu, now, set_for_all=side.rights.set_for_all, meanwhile=meanwhile
        )
        return _update(again)
    side.rights.forget_grants(workspace_id)
    return _update(build_notice(SAVED if is_changed else SAVED_ALREADY))


def _build(
    side: DeskSide, shown: WorkspaceSettings, base: WorkspaceSettings, menu: GroupMenu
) -> dict[str, Any]:
    return build_settings(shown, base, menu, side.clock.now(), set_for_all=side.rights.set_for_all)


def _menu_of(answer: Answer) -> GroupMenu:
    """Return the user groups that Slack lists, or why there are none to choose from."""
    if isinstance(answer, Accepted):
        listed = [one for one in answer.response.get("usergroups") or () if not one.get("date_delete")]
        names = {str(one["id"]): f"@{one.get('handle')}: {one.get('name')}" for one in listed}
        by_name = sorted(names.items(), key=lambda one: one[1].casefold())
        return GroupMenu(dict(by_name), "" if names else "none")
    if isinstance(answer, RefusedForTarget):
        return GroupMenu({}, "plan" if answer.code == "plan_upgrade_required" else "scope")
    return GroupMenu({}, "silent")


def _update(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}


COMMANDS: dict[str, CommandWork] = {"settings": _open, **my_data.COMMANDS}
