"""The `conversations.*`, `users.*`, `usergroups.*`, `team.*` and `auth.test` methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.calling import ApiCall, method
from bot.playground.refusals import Json, RefusedError

if TYPE_CHECKING:
    from bot.playground.state import Channel, User

READ = ("channels:read", "groups:read", "im:read", "mpim:read")


def _channel_as_slack(call: ApiCall, channel: Channel) -> Json:
    if channel.im_with is not None:
        return {
            "id": channel.id,
            "is_im": True,
            "user": channel.im_with,
            "created": 1_700_000_000,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": call.workspace.bot_user_id in channel.members,
        "created": 1_700_000_000,
        "creator": "USLACKBOT",
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def _readable_channel(call: ApiCall) -> Channel:
    channel = call.visible_channel(call.text("channel", or_refuse="channel_not_found"))
    if channel.im_with is not None:
        call.need_scope("im:read")
    else:
        call.need_scope("groups:read" if channel.is_private else "channels:read")
    return channel


@method("conversations.open", "im:write")
async def open_conversation(call: ApiCall) -> Json:
    """Open, or find, the direct conversation with one member."""
    workspace = call.workspace
    if call.args.get("channel"):
        channel = call.visible_channel(str(call.args["channel"]))
    else:
        listed = call.args.get("users")
        names = listed if isinstance(listed, list) else str(listed or "").split(",")
        ids = [name for name in names if name]
        if not ids:
            raise RefusedError("users_list_not_supplied")
        if len(ids) > 1:
            call.need_scope("mpim:write")
            raise RefusedError("invalid_user_combination")
        user = call.user(ids[0])
        _refuse_unreachable(user)
        channel = workspace.direct_channel(user.id)
    about = _channel_as_slack(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": about, "no_op": False, "already_open": bool(channel.messages)}


def _refuse_unreachable(user: User) -> None:
    if user.deleted:
        raise RefusedError("user_disabled")
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    if user.refuses_messages:
        raise RefusedError("user_not_visible")


@method("conversations.info", *READ)
async def conversation_info(call: ApiCall) -> Json:
    """Describe one channel."""
    return {"channel": _channel_as_slack(call, _readable_channel(call))}


@method("conversations.list", *READ)
async def list_conversations(call: ApiCall) -> Json:
    """List public channels, and the private ones in which the bot is."""
    kinds = str(call.args.get("types") or "public_channel").split(",")
    needed = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read"}
    for kind in kinds:
        call.need_scope(needed.get(kind, "mpim:read"))
    bot = call.workspace.bot_user_id
    found = [
        _channel_as_slack(call, channel)
        for channel in call.workspace.channels.values()
        if _kind(channel) in kinds
        and (not channel.is_private or bot in channel.members)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    return call.page(found, "channels", 100)


def _kind(channel: Channel) -> str:
    if channel.im_with is not None:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


@method("users.conversations", *READ)
async def list_own_conversations(call: ApiCall) -> Json:
    """List the channels in which the bot, or a member, is."""
    kinds = str(call.args.get("types") or "public_channel").split(",")
    user_id = str(call.args.get("user") or call.workspace.bot_user_id)
    bot = call.workspace.bot_user_id
    found = [
        _channel_as_slack(call, channel)
        for channel in call.workspace.channels.values()
        if _kind(channel) in kinds
        and user_id in channel.members
        and (not channel.is_private or bot in channel.members)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    return call.page(found, "channels", 100)


@method("conversations.members", *READ)
async def list_members(call: ApiCall) -> Json:
    """List who is in a channel."""
    members = sorted(_readable_channel(call).members)
    page = call.page([{"id": member} for member in members], "members", 100)
    return {**page, "members": [member["id"] for member in page["members"]]}


@method("conversations.join", "channels:join")
async def join_conversation(call: ApiCall) -> Json:
    """Let the bot into a public channel."""
    channel = call.visible_channel(call.text("channel", or_refuse="channel_not_found"))
    if channel.im_with is not None or channel.is_private:
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise RefusedError("is_archived")
    channel.members.add(call.workspace.bot_user_id)
    call.world.changed()
    return {"channel": _channel_as_slack(call, channel)}


def _user_as_slack(call: ApiCall, user: User) -> Json:
    has_email = "users:read.email" in call.workspace.scopes
    now = call.world.clock.now()
    return user.as_slack(now, with_email=has_email, with_locale=call.flag("include_locale"))


@method("users.info", "users:read")
async def user_info(call: ApiCall) -> Json:
    """Describe one member; deactivated ones too."""
    user = call.user(call.text("user", or_refuse="user_not_found"))
    if user.is_stranger:
        raise RefusedError("user_not_visible")
    return {"user": _user_as_slack(call, user)}


@method("users.list", "users:read")
async def list_users(call: ApiCall) -> Json:
    """List everybody, the bot and deactivated members included."""
    everybody = [_user_as_slack(call, user) for user in call.workspace.users.values()]
    return call.page(everybody, "members", 1000)


@method("users.lookupByEmail", "users:read.email")
async def look_up_user(call: ApiCall) -> Json:
    """Find a member by address."""
    for user in call.workspace.users.values():
        shown = _user_as_slack(call, user)
        if shown["profile"].get("email") == call.args.get("email") and not user.deleted:
            return {"user": shown}
    raise RefusedError("users_not_found")


@method("usergroups.list", "usergroups:read")
async def list_usergroups(call: ApiCall) -> Json:
    """List user groups."""
    _refuse_free_plan(call)
    groups = [
        {
            "id": group.id,
            "team_id": call.workspace.id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "date_delete": 1 if group.disabled else 0,
            "user_count": len(group.members),
            **({"users": group.members} if call.flag("include_users") else {}),
        }
        for group in call.workspace.usergroups.values()
        if not group.disabled or call.flag("include_disabled")
    ]
    return {"usergroups": groups}


@method("usergroups.users.list", "usergroups:read")
async def list_usergroup_users(call: ApiCall) -> Json:
    """List who is in a user group."""
    _refuse_free_plan(call)
    group = call.workspace.usergroups.get(call.text("usergroup", or_refuse="no_such_subteam"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise RefusedError("no_such_subteam")
    return {"users": list(group.members)}


def _refuse_free_plan(call: ApiCall) -> None:
    if call.workspace.is_free_plan:
        raise RefusedError("plan_upgrade_required")


@method("team.info", "team:read")
async def team_info(call: ApiCall) -> Json:
    """Describe the workspace."""
    workspace = call.workspace
    about = {"id": workspace.id, "name": workspace.name, "domain": workspace.domain, "email_domain": ""}
    return {"team": {**about, "icon": {"image_default": True}}}


@method("auth.test")
async def auth_test(call: ApiCall) -> Json:
    """Say whose token this is."""
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.users[workspace.bot_user_id].name,
        "team_id": workspace.id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }
