"""The `files.*` methods, and what uploads and downloads go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from bot.playground.calling import ApiCall, method
from bot.playground.refusals import Json, RefusedError

if TYPE_CHECKING:
    from bot.playground.world import World

MOST_CHANNELS = 100
MOST_BYTES = 20_000_000


@method("files.getUploadURLExternal", "files:write")
async def get_upload_url(call: ApiCall) -> Json:
    """Announce an upload and say where to send it."""
    if call.workspace.uploads_disabled:
        raise RefusedError("file_uploads_disabled")
    length = call.number("length", 0)
    if length <= 0:
        raise RefusedError("invalid_arguments")
    name, owner = call.text("filename"), call.workspace.bot_user_id
    kept = call.world.add_file(call.workspace.id, owner, name, None, length)
    return {"upload_url": f"{call.world.url}/upload/{kept.id}", "file_id": kept.id}


@method("files.completeUploadExternal", "files:write")
async def complete_upload(call: ApiCall) -> Json:
    """Finish uploads and share them; the bot must be in the channel."""
    workspace, files = call.workspace, []
    for wanted in call.nested("files") or []:
        kept = call.world.files.get(wanted.get("id"))
        if kept is None or kept.content is None or kept.completed or kept.team_id != workspace.id:
            raise RefusedError("file_not_found")
        kept.title = str(wanted.get("title") or kept.name)
        files.append(kept)
    if not files:
        raise RefusedError("invalid_arguments")
    several = str(call.args.get("channels") or call.args.get("channel_id") or "")
    channels = [call.visible_channel(name) for name in several.split(",") if name][:MOST_CHANNELS]
    for channel in channels:
        if workspace.bot_user_id not in channel.members:
            raise RefusedError("not_in_channel")
        if channel.is_archived:
            raise RefusedError("is_archived")
    for channel in channels:
        workspace.write(
            channel,
            workspace.bot_user_id,
            str(call.args.get("initial_comment") or ""),
            by_app=True,
            files=files,
            thread_ts=call.args.get("thread_ts"),
        )
    for kept in files:
        kept.completed = True
    return {"files": [kept.as_slack(call.world.url) for kept in files]}


@method("files.info", "files:read")
async def file_info(call: ApiCall) -> Json:
    """Describe a file."""
    kept = call.world.files.get(call.text("file", or_refuse="file_not_found"))
    if kept is None or kept.team_id != call.workspace.id:
        raise RefusedError("file_not_found")
    return {"file": kept.as_slack(call.world.url)}


async def receive_upload(world: World, request: web.Request) -> web.Response:
    """Take the bytes of an announced upload, plain or as a form."""
    kept = world.files.get(request.match_info["file_id"])
    if kept is None:
        return web.Response(status=404, text="file not found")
    content = await _read_upload(request)
    if len(content) != kept.size:
        return web.Response(status=400, text=f"expected {kept.size} bytes and got {len(content)}")
    kept.content = content
    return web.Response(text=f"OK - {kept.size}")


async def _read_upload(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read())
    return b""


async def serve_file(world: World, request: web.Request) -> web.Response:
    """Hand a file to the local page."""
    kept = world.files.get(request.match_info["file_id"])
    if kept is None or kept.content is None:
        return web.Response(status=404, text="file not found")
    return _as_download(kept.name, kept.content)


async def serve_private_file(world: World, request: web.Request) -> web.Response:
    """Hand a file to the bot; without a good token Slack shows a sign-in page instead."""
    team_id, _, file_id = request.match_info["file_id"].partition("-")
    workspace, kept = world.workspaces.get(team_id), world.files.get(file_id)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    may_read = workspace is not None and token == workspace.bot_token and "files:read" in workspace.scopes
    if kept is None or kept.content is None or kept.team_id != team_id or not may_read:
        return web.Response(content_type="text/html", text="<html><body>Sign in to Slack</body></html>")
    return _as_download(kept.name, kept.content)


def _as_download(name: str, content: bytes) -> web.Response:
    safe = "".join(c for c in name if c.isalnum() or c in " ._-")
    headers = {"Content-Disposition": f'attachment; filename="{safe}"', "X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type="application/octet-stream", headers=headers)
