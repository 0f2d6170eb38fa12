"""The `chat.*` methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.playground.blocks import find_block_problems, with_ids
from bot.playground.calling import ApiCall, method
from bot.playground.refusals import Json, RefusedError, refuse_with_messages

if TYPE_CHECKING:
    from bot.playground.state import Channel, Message
    from bot.playground.workspace import Workspace
    from bot.playground.world import World

LONGEST_POST = 40_000
LONGEST_UPDATE = 4_000


def read_blocks(world: World, blocks: Any, text: str) -> list[Json]:  # noqa: ANN401  whatever JSON the app sent
    """Check the blocks of a message and give them ids.

    Raises:
        RefusedError: `invalid_blocks`, with Slack's list of what is wrong.
    """
    if blocks is None or blocks == "":
        return []
    if not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    problems = find_block_problems(blocks, "message")
    if problems:
        raise refuse_with_messages("invalid_blocks", problems)
    if blocks and not text:
        world.complaints.append(
            "a message has blocks and no text: notifications and screen readers get nothing"
        )
    return with_ids(blocks, seed=world.next_id("b"))


def message_as_slack(workspace: Workspace, message: Message) -> Json:
    """Build the message object that stands in answers and in interactions."""
    about: Json = {
        "type": "message",
        "user": message.user_id,
        "text": message.text,
        "ts": message.ts,
        "team": workspace.id,
    }
    if message.by_app:
        about |= {"bot_id": workspace.bot_id, "app_id": workspace.world.app_id}
    if message.blocks:
        about["blocks"] = message.blocks
    if message.edited:
        about["edited"] = {"user": message.user_id, "ts": message.ts}
    if message.files:
        about["files"] = [file.as_slack(workspace.world.url) for file in message.files]
    if message.metadata:
        about["metadata"] = message.metadata
    if message.thread_ts:
        about["thread_ts"] = message.thread_ts
    return about


def open_direct(call: ApiCall, user_id: str) -> Channel:
    """Find or open the direct conversation to which a post goes."""
    workspace = call.workspace
    user = workspace.users.get(user_id)
    if user is None or user.deleted:
        raise RefusedError("channel_not_found")
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    if user.refuses_messages:
        raise RefusedError(user.refuses_messages)
    if not workspace.messages_tab:
        raise RefusedError("messages_tab_disabled")
    return workspace.direct_channel(user_id)


def postable_channel(call: ApiCall, channel_id: str) -> Channel:
    """Get the channel a post goes to, or refuse as Slack would."""
    if channel_id.startswith(("U", "W")):
        return open_direct(call, channel_id)
    channel = call.visible_channel(channel_id)
    if channel.im_with is not None:
        return open_direct(call, channel.im_with)
    if channel.is_archived:
        raise RefusedError("is_archived")
    if call.workspace.bot_user_id not in channel.members and "chat:write.public" not in call.workspace.scopes:
        raise RefusedError("not_in_channel")
    if channel.is_restricted:
        raise RefusedError("restricted_action")
    return channel


def _content(call: ApiCall) -> tuple[str, list[Json]]:
    text = str(call.args.get("text") or call.args.get("markdown_text") or "")
    blocks = read_blocks(call.world, call.nested("blocks"), text)
    if not text.strip() and not blocks and not call.args.get("attachments"):
        raise RefusedError("no_text")
    return text, blocks


@method("chat.postMessage", "chat:write")
async def post_message(call: ApiCall) -> Json:
    """Post to a channel, or to a member, whose direct conversation is opened."""
    channel = postable_channel(call, call.text("channel", or_refuse="channel_not_found"))
    text, blocks = _content(call)
    workspace = call.workspace
    message = workspace.write(
        channel,
        workspace.bot_user_id,
        text[:LONGEST_POST],
        blocks=blocks,
        by_app=True,
        metadata=call.nested("metadata"),
        thread_ts=call.args.get("thread_ts"),
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_as_slack(workspace, message)}


def _own_message(call: ApiCall, refusal: str) -> tuple[Channel, Message]:
    channel = call.visible_channel(call.text("channel", or_refuse="channel_not_found"))
    message = channel.by_ts.get(call.text("ts", or_refuse="message_not_found"))
    if message is None or message.is_ephemeral:
        raise RefusedError("message_not_found")
    if not message.by_app or message.user_id != call.workspace.bot_user_id:
        raise RefusedError(refusal)
    return channel, message


@method("chat.update", "chat:write")
async def update_message(call: ApiCall) -> Json:
    """Change one of the bot's own messages."""
    channel, message = _own_message(call, "cant_update_message")
    if channel.is_archived:
        raise RefusedError("is_inactive")
    if call.workspace.edit_window_closed:
        raise RefusedError("edit_window_closed")
    if len(str(call.args.get("text") or "")) > LONGEST_UPDATE:
        raise RefusedError("msg_too_long")
    message.text, message.blocks = _content(call)
    message.edited = not message.blocks
    if call.args.get("metadata"):
        message.metadata = call.nested("metadata")
    call.world.changed()
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_as_slack(call.workspace, message),
    }


@method("chat.delete", "chat:write")
async def delete_message(call: ApiCall) -> Json:
    """Delete one of the bot's own messages."""
    channel, message = _own_message(call, "cant_delete_message")
    call.workspace.remove(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write")
async def post_ephemeral(call: ApiCall) -> Json:
    """Show something to one member of a channel; chat:write.public does not help here."""
    channel = call.visible_channel(call.text("channel", or_refuse="channel_not_found"))
    user_id = call.text("user")
    if channel.is_archived:
        raise RefusedError("is_archived")
    if call.workspace.bot_user_id not in channel.members:
        raise RefusedError("not_in_channel")
    if user_id not in channel.members:
        raise RefusedError("user_not_in_channel")
    text, blocks = _content(call)
    bot = call.workspace.bot_user_id
    message = call.workspace.write(channel, bot, text, blocks=blocks, by_app=True, ephemeral_to=user_id)
    return {"message_ts": message.ts}


@method("chat.getPermalink")
async def get_permalink(call: ApiCall) -> Json:
    """Give the address of a message."""
    channel = call.visible_channel(call.text("channel", or_refuse="channel_not_found"))
    ts = call.text("message_ts", or_refuse="message_not_found")
    if ts not in channel.by_ts:
        raise RefusedError("message_not_found")
    address = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


@method("blocks.validate")
async def validate_blocks(call: ApiCall) -> Json:
    """Check blocks without posting them."""
    problems = find_block_problems(call.nested("blocks"), "message")
    if problems:
        raise refuse_with_messages("invalid_blocks", problems)
    return {}
