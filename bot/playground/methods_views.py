"""The `views.*` methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.calling import ApiCall, method
from bot.playground.refusals import Json, RefusedError
from bot.playground.viewing import (
    change_view,
    check_view,
    find_view,
    new_view,
    open_view,
    push_view,
    view_as_slack,
)
from bot.playground.world import TRIGGER_SECONDS, Trigger

if TYPE_CHECKING:
    from bot.playground.state import View


def _use_trigger(call: ApiCall) -> Trigger:
    trigger = call.world.triggers.get(call.text("trigger_id"))
    if trigger is None or trigger.team_id != call.workspace.id:
        raise RefusedError("invalid_trigger_id")
    if trigger.is_used:
        raise RefusedError("exchanged_trigger_id")
    if call.world.clock.elapsed() - trigger.given_at > TRIGGER_SECONDS:
        raise RefusedError("expired_trigger_id")
    return trigger


def _new(call: ApiCall, trigger: Trigger) -> View:
    content = check_view(call.nested("view"), "modal")
    if content.get("external_id") and find_view(call.workspace, None, content["external_id"]):
        raise RefusedError("duplicate_external_id")
    trigger.is_used = True
    return new_view(call.world, trigger.user_id, content, trigger.channel_id)


@method("views.open")
async def open_modal(call: ApiCall) -> Json:
    """Open a modal for whoever made the trigger."""
    view = _new(call, _use_trigger(call))
    open_view(call.workspace, view)
    return {"view": view_as_slack(call.workspace, view)}


@method("views.push")
async def push_modal(call: ApiCall) -> Json:
    """Put a modal on top; the trigger must come from a modal."""
    trigger = _use_trigger(call)
    if trigger.in_view is None:
        raise RefusedError("invalid_trigger_id")
    view = _new(call, trigger)
    push_view(call.workspace, view)
    return {"view": view_as_slack(call.workspace, view)}


def _check_hash(call: ApiCall, view: View) -> None:
    if call.args.get("hash") and call.args["hash"] != view.hash:
        raise RefusedError("hash_conflict")


@method("views.update")
async def update_view(call: ApiCall) -> Json:
    """Change an open modal (or a Home tab) by its id."""
    view = find_view(call.workspace, call.args.get("view_id"), call.args.get("external_id"))
    if view is None:
        raise RefusedError("not_found")
    content = check_view(call.nested("view"), view.content["type"])
    _check_hash(call, view)
    change_view(call.world, view, content)
    return {"view": view_as_slack(call.workspace, view)}


@method("views.publish")
async def publish_home(call: ApiCall) -> Json:
    """Show a Home tab to one member."""
    workspace = call.workspace
    user = call.user(call.text("user_id"))
    if user.deleted or user.is_bot:
        raise RefusedError("user_not_found")
    if not workspace.home_tab:
        raise RefusedError("not_enabled")
    content = check_view(call.nested("view"), "home")
    view = workspace.homes.get(user.id)
    if view is None:
        if call.args.get("hash"):
            raise RefusedError("hash_conflict")
        view = workspace.homes[user.id] = new_view(call.world, user.id, content)
    else:
        _check_hash(call, view)
        change_view(call.world, view, content)
    call.world.changed()
    return {"view": view_as_slack(workspace, view)}
