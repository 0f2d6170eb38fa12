"""Files to Slack and from it.

To Slack they are announced, sent to the address that Slack gives, and then shown
in a conversation. Source: Slack's page of ``files.getUploadURLExternal``;
``files.upload`` is no more. From Slack they come by their ``url_private`` with the
workspace's token, which goes to Slack's own hosts only.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from yarl import URL

from bot.slack.errors import Accepted, Answer, BadPayload, RetryAt, classify
from bot.slack.gateway import SlackGateway, build_client, open_session

_PAUSE_LIMIT = timedelta(seconds=5)
_PAUSE = timedelta(seconds=1)
_OK = 200
_UPLOAD = "upload"
_SLACK_DOMAINS = (".slack.com", ".slack-gov.com")
_HTTPS_PORT = 443


class Unread(Enum):
    """Why a file was not fetched."""

    TOO_LONG = "too_long"
    SHUT = "shut"  # it is no file of Slack's, is gone, or the token may not read files
    SILENT = "silent"


async def fetch_file(
    gateway: SlackGateway, token: str, file: Mapping[str, Any], *, most: int, within: timedelta
) -> bytes | Unread:
    """Fetch a file that somebody gave Slack, once; never raises.

    Args:
        gateway: Knows which address stands for Slack.
        token: The workspace's; it goes to Slack's own hosts only, and never after a redirect.
        file: Slack's object of the file. It came with a request, so nothing in it is trusted.
        most: How many bytes are read at most; a longer file is not read.
        within: How long all of it may take.
    """
    url, size = file.get("url_private"), file.get("size")
    if not isinstance(url, str) or not (is_file_url(url) or gateway.is_stand_in(url)):
        return Unread.SHUT
    if isinstance(size, int) and size > most:
        return Unread.TOO_LONG
    try:
        async with asyncio.timeout(within.total_seconds()), open_session() as session:
            proxy = build_client(session, api_url=url).proxy
            headers = {"Authorization": f"Bearer {token}"}
            async with session.get(url, headers=headers, allow_redirects=False, proxy=proxy) as response:
                # Without the right to read files, Slack sends a page to sign in.
                if response.status != _OK or response.content_type == "text/html":
                    return Unread.SHUT
                content = await response.content.read(most + 1)
                while len(content) <= most and (more := await response.content.read(most + 1 - len(content))):
                    content += more
                return Unread.TOO_LONG if len(content) > most else content
    except Exception:  # noqa: BLE001 - a failure of the network becomes a value, as in the gateway
        return Unread.SILENT


def is_file_url(url: str) -> bool:
    """Tell whether an address is one at which Slack keeps files."""
    try:
        parsed = URL(url)
        host, port = parsed.host or "", parsed.port
    except ValueError:
        return False
    is_bare = parsed.user is None and parsed.password is None
    return parsed.scheme == "https" and port == _HTTPS_PORT and is_bare and host.endswith(_SLACK_DOMAINS)


async def send_file(
    gateway: SlackGateway,
    token: str,
    user_id: str,
    *,
    name: str,
    content: bytes,
    comment: str,
    channel_id: str | None = None,
) -> Answer:
    """Send a file to somebody's direct messages.

    Each step is tried twice at most where Slack surely did not do it, or doing it
    again does no harm. The last step shows the file, so a lost answer is `Doubtful`.

    Args:
        gateway: Makes the calls.
        token: The workspace's.
        user_id: Who gets it.
        name: Its name, also shown as its title.
        content: Its bytes, at least one.
        comment: What stands above it, in Slack's mark-up; people's words in it are escaped.
        channel_id: Their direct messages where these are known. Asking for them is what Slack allows
            least often of all this.

    Returns:
        The answer to the last call that was made: `Accepted` means that the file is there.
    """
    if channel_id is None:
        opened = await _call(gateway, token, "conversations.open", {"users": user_id})
        if not isinstance(opened, Accepted):
            return opened
        channel_id = str((opened.response.get("channel") or {}).get("id") or "")
    announced = await _call(
        gateway, token, "files.getUploadURLExternal", {"filename": name, "length": len(content)}
    )
    if not isinstance(announced, Accepted):
        return announced
    sent = await _send_bytes(str(announced.response.get("upload_url") or ""), content)
    if not isinstance(sent, Accepted):
        return sent
    shown = {
        "files": [{"id": announced.response.get("file_id"), "title": name}],
        "channel_id": channel_id,
        "initial_comment": comment,
    }
    return await _call(gateway, token, "files.completeUploadExternal", shown)


async def _call(gateway: SlackGateway, token: str, method: str, args: Mapping[str, Any]) -> Answer:
    answer = await gateway.call(token, method, args)
    if isinstance(answer, RetryAt) and (answer.after or _PAUSE) <= _PAUSE_LIMIT:
        await asyncio.sleep((_PAUSE if answer.after is None else answer.after).total_seconds())
        answer = await gateway.call(token, method, args)
    return answer


async def _send_bytes(url: str, content: bytes) -> Answer:
    """Send the bytes; the address is secret and needs no token, so none goes with them."""
    answer = await _send_bytes_once(url, content)
    if isinstance(answer, RetryAt):
        await asyncio.sleep(_PAUSE.total_seconds())
        answer = await _send_bytes_once(url, content)
    return answer


async def _send_bytes_once(url: str, content: bytes) -> Answer:
    try:
        async with open_session() as session:
            # The same way out as every other call has, through a proxy where the environment names one.
            proxy = build_client(session, api_url=url).proxy
            async with session.post(url, data=content, allow_redirects=False, proxy=proxy) as response:
                if response.status == _OK:
                    return Accepted({})
                if response.status < 500:  # noqa: PLR2004 - the server's own faults begin there
                    return BadPayload(f"upload_refused_{response.status}")
                return RetryAt(None, is_rate_limit=False, reason=f"HTTP {response.status}")
    except Exception as error:  # noqa: BLE001 - a failure of the network becomes a value, as in the gateway
        return classify(_UPLOAD, error)
