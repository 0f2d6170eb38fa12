"""The payloads of commands, interactions and shortcuts, complete as Slack sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.playground.forms import FIELDS, state_entry, state_values
from bot.playground.methods_chat import message_as_slack
from bot.playground.state import View
from bot.playground.viewing import view_as_slack

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.state import Channel, Message, User
    from bot.playground.workspace import Workspace


def _handle(user: User) -> str:
    return user.name.lower().replace(" ", ".")


def _person(workspace: Workspace, user: User) -> Json:
    name = _handle(user)
    return {"id": user.id, "username": name, "name": name, "team_id": workspace.id}


def _base(kind: str, workspace: Workspace, user: User) -> Json:
    world = workspace.world
    return {
        "type": kind,
        "user": _person(workspace, user),
        "api_app_id": world.app_id,
        "token": world.verification_token,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(channel: Channel) -> Json:
    if channel.im_with is not None:
        return {"id": channel.id, "name": "directmessage"}
    return {"id": channel.id, "name": "privategroup" if channel.is_private else channel.name}


def _message_container(message: Message) -> Json:
    return {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": message.is_ephemeral,
    }


def action_time(workspace: Workspace) -> str:
    """Make an `action_ts`, unique for each press."""
    return workspace.world.clock.stamp()


def command(
    workspace: Workspace,
    user: User,
    channel: Channel,
    name: str,
    text: str,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Build what a slash command sends; all of it strings."""
    return {
        "token": workspace.world.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel(channel)["name"],
        "user_id": user.id,
        "user_name": _handle(user),
        "command": name,
        "text": text,
        "api_app_id": workspace.world.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def action(workspace: Workspace, block_id: str, element: Json, chosen: Any) -> Json:  # noqa: ANN401  simple values of any kind
    """Build the entry of `actions` for one element."""
    kind = element["type"]
    entry: Json = {
        "action_id": element["action_id"],
        "block_id": block_id,
        "type": kind,
        "action_ts": action_time(workspace),
    }
    if kind == "button":
        entry["text"] = {"emoji": True, **element["text"]}
        entry |= {key: element[key] for key in ("value", "style", "url", "confirm") if key in element}
    elif kind == "overflow":
        entry["selected_option"] = {o.get("value"): o for o in element["options"]}[chosen]
    elif kind in FIELDS:
        entry |= state_entry(element, chosen, workspace.world.file_as_slack)
        initial = FIELDS[kind][1]
        entry |= {key: element[key] for key in (initial, "placeholder") if key in element}
    return entry


def message_action(
    workspace: Workspace,
    user: User,
    channel: Channel,
    message: Message,
    entry: Json,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Build the `block_actions` of a message; one that only its reader sees has no `message`."""
    typed = message.chosen.get(user.id, {})
    payload = _base("block_actions", workspace, user) | {
        "container": _message_container(message),
        "trigger_id": trigger_id,
        "channel": _channel(channel),
        "state": {"values": state_values(message.blocks, typed, workspace.world.file_as_slack)},
        "response_url": response_url,
        "actions": [entry],
    }
    if not message.is_ephemeral:
        payload["message"] = message_as_slack(workspace, message)
    return payload


def view_action(workspace: Workspace, user: User, view: View, entry: Json, trigger_id: str) -> Json:
    """Build the `block_actions` of a modal or a Home tab; there is no channel and no response_url."""
    return _base("block_actions", workspace, user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "view": view_as_slack(workspace, view),
        "actions": [entry],
    }


def block_suggestion(
    workspace: Workspace, user: User, place: View | Message, *, block_id: str, element: Json, query: str
) -> Json:
    """Build what a menu sends to be filled; it opens nothing, so it has no trigger and no response_url."""
    payload = _base("block_suggestion", workspace, user) | {
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": query,
    }
    if isinstance(place, View):
        shown = view_as_slack(workspace, place)
        return payload | {"container": {"type": "view", "view_id": place.id}, "view": shown}
    channel = workspace.channels[place.channel_id]
    payload |= {"container": _message_container(place), "channel": _channel(channel)}
    return payload if place.is_ephemeral else payload | {"message": message_as_slack(workspace, place)}


def view_submission(workspace: Workspace, user: User, view: View, trigger_id: str, urls: list[Json]) -> Json:
    """Build what Submit sends."""
    return _base("view_submission", workspace, user) | {
        "trigger_id": trigger_id,
        "view": view_as_slack(workspace, view),
        "response_urls": urls,
    }


def view_closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> Json:
    """Build what closing sends where `notify_on_close` is set."""
    shown = view_as_slack(workspace, view)
    return _base("view_closed", workspace, user) | {"view": shown, "is_cleared": is_cleared}


def global_shortcut(workspace: Workspace, user: User, callback_id: str, trigger_id: str) -> Json:
    """Build what a global shortcut sends; it has no channel and no response_url."""
    return _base("shortcut", workspace, user) | {
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": action_time(workspace),
    }


def message_shortcut(
    workspace: Workspace,
    user: User,
    channel: Channel,
    message: Message,
    callback_id: str,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Build what a message shortcut sends."""
    return _base("message_action", workspace, user) | {
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": action_time(workspace),
        "channel": _channel(channel),
        "message_ts": message.ts,
        "message": message_as_slack(workspace, message),
        "response_url": response_url,
    }
