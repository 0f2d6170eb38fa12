"""What a person sees, as the JSON the local page draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.playground.blocks import words_of
from bot.playground.forms import inputs_of

if TYPE_CHECKING:
    from bot.playground.acting import Acting
    from bot.playground.refusals import Json
    from bot.playground.state import Channel, Message, UploadedFile, User, View
    from bot.playground.workspace import Workspace


def show_state(acting: Acting, *, connected: bool, marks: list[Json]) -> Json:
    """Build everything the page needs for one person."""
    workspace, user = acting.workspace, acting.user
    world, direct = workspace.world, workspace.direct_channel(user.id)
    now = world.clock.now()
    people = [u for u in workspace.users.values() if not u.is_bot and not u.deleted]
    home = workspace.homes.get(user.id)
    return {
        "workspace": {"id": workspace.id, "name": workspace.name},
        "me": _show_user(user),
        "people": [_show_user(person) for person in people],
        "channels": [_show_channel(workspace, user, channel) for channel in workspace.channels_of(user.id)],
        "dms": [
            {
                "id": direct.id,
                "with": "app",
                "name": world.app_name,
                "unread": direct.unread_by(user.id),
                "messages": [_show_message(workspace, message) for message in direct.visible_to(user.id)],
            }
        ],
        "has_home": workspace.home_tab,
        "home": None if home is None else {"id": home.id, "hash": home.hash, "blocks": home.blocks},
        "views": [_show_view(workspace, view) for view in acting.stack],
        "clock": {
            "now": now.isoformat(),
            "local": now.astimezone(ZoneInfo(user.tz)).isoformat(),
            "marks": marks,
            "movable": world.clock.on_move is not None,
        },
        "connected": connected,
        "version": world.version,
        "commands": world.commands,
        "shortcuts": [one for one in world.shortcuts if one.get("type") == "message"],
        "global_shortcuts": [one for one in world.shortcuts if one.get("type") == "global"],
    }


def _show_user(user: User) -> Json:
    names = ("id", "name", "tz", "is_admin", "title", "color")
    return {**{name: getattr(user, name) for name in names}, "real_name": user.real_name or user.name}


def _show_channel(workspace: Workspace, user: User, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_private": channel.is_private,
        "unread": channel.unread_by(user.id),
        "messages": [_show_message(workspace, message) for message in channel.visible_to(user.id)],
    }


def _show_message(workspace: Workspace, message: Message) -> Json:
    author = workspace.users.get(message.user_id)
    return {
        "ts": message.ts,
        "user": "app" if message.by_app else message.user_id,
        "name": workspace.world.app_name if message.by_app else author.name if author else message.user_id,
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.is_ephemeral,
        "edited": message.edited,
        "files": [_show_file(workspace, file) for file in message.files],
        "at": message.at.isoformat(),
        "thread_ts": message.thread_ts,
    }


def _show_file(workspace: Workspace, file: UploadedFile) -> Json:
    url = f"{workspace.world.url}/files/{file.id}/{file.name}"
    return {"id": file.id, "name": file.name, "url": url, "size": file.size}


def _show_view(workspace: Workspace, view: View) -> Json:
    content = view.content
    values: Json = {}
    for block, element in inputs_of(view.blocks):
        value = view.typed.get(block["block_id"], {}).get(element["action_id"])
        shown = _simple(workspace, element, value)
        values.setdefault(block["block_id"], {})[element["action_id"]] = shown
    return {
        "id": view.id,
        "hash": view.hash,
        "type": content["type"],
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "blocks": view.blocks,
        "callback_id": view.callback_id,
        "errors": view.errors,
        "values": values,
        "busy": view.is_busy,
    }


def _simple(workspace: Workspace, element: Json, value: Any) -> Any:  # noqa: ANN401  simple values of any kind
    if element["type"] == "file_input":
        return [_show_file(workspace, workspace.world.files[file_id]) for file_id in value or []]
    if element["type"] == "rich_text_input" and value is not None:
        return words_of([value])
    return value
