"""The HTTP side: Slack's signed requests, and whether the bot is well.

Anybody can send anything here. What cannot be Slack's is refused before it is
read, and reading is bounded in bytes and in time.
"""

import asyncio
import errno
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.web.feeds import ReadFeed, add_feeds
from bot.web.health import add_health

_log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024  # bytes; the longest payload, a form with its view, stays under 300 kB
READ_WITHIN = timedelta(seconds=5)  # Slack itself gives up after three
EVENTS_PATH = "/slack/events"

_STAMP = "X-Slack-Request-Timestamp"
_SIGNATURE = "X-Slack-Signature"
_SHAPES = {
    _STAMP: re.compile(r"\d{1,12}", re.ASCII),
    _SIGNATURE: re.compile(r"v0=[0-9a-f]{64}", re.ASCII),
}
_FORM = "application/x-www-form-urlencoded"
_CONTENT_TYPES = frozenset({_FORM, "application/json"})
_LINGER_S = 1.0  # how long the rest of a refused body is taken in, so that the refusal can be read


class ListenError(Exception):
    """Requests cannot be taken at that address; the message is a sentence for who started the bot."""


def build_web(
    app: AsyncApp,
    *,
    find_fault: Callable[[], Awaitable[str]],
    read_feed: ReadFeed | None = None,
    read_within: timedelta = READ_WITHIN,
) -> web.Application:
    """Build the application; Bolt checks the signature of what passes the shape checks here.

    Args:
        app: Bolt's app.
        find_fault: Says what is wrong with the bot, empty if nothing is.
        read_feed: Gives the calendar behind an address; None serves no feeds.
        read_within: How long a client may take to send its body.
    """

    async def handle_slack(request: web.Request) -> web.StreamResponse:
        """Hand a request to Bolt, unless it cannot be Slack's."""
        if not is_well_formed(request):
            return _refuse(401, "not signed by Slack")
        if request.content_type not in _CONTENT_TYPES or request.headers.get("Content-Encoding"):
            return _refuse(415, "neither a form nor JSON, as they are")
        if (request.content_length or 0) > MAX_BODY:
            return _refuse(413, "too long")
        try:
            async with asyncio.timeout(read_within.total_seconds()):
                body = await request.read()
        except TimeoutError:
            return _refuse(408, "too slow")
        except (web.RequestPayloadError, ConnectionError):  # broken off, or badly framed
            return _refuse(400, "not readable")
        try:
            bolt_request = _to_bolt_request(request, body)
        except Exception as error:  # noqa: BLE001 - Bolt takes the body apart as it builds, and fails in many ways
            _log.warning("A request was not readable: %s", type(error).__name__)
            return _refuse(400, "not readable")
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    server = web.Application(client_max_size=MAX_BODY)
    server.router.add_post(EVENTS_PATH, handle_slack)
    add_health(server, find_fault)
    if read_feed is not None:
        add_feeds(server, read_feed)
    return server


def is_well_formed(request: web.Request) -> bool:
    """Tell whether each signature header comes once and in Slack's shape; Bolt fails on others with a 500."""
    found = {name: request.headers.getall(name, []) for name in _SHAPES}
    return all(len(found[name]) == 1 and shape.fullmatch(found[name][0]) for name, shape in _SHAPES.items())


async def serve(application: web.Application, *, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Start to serve and return what stops it, and the port.

    Raises:
        ListenError: If the port is taken, or is none of this machine's.
    """
    runner = web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=3,
        lingering_time=_LINGER_S,
        auto_decompress=False,  # Slack compresses nothing, and a small body could become a huge one
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            sentence = f"The port {port} is not free. Set PORT to another one, or stop what uses it."
        else:
            sentence = f"Requests cannot be taken there; check HOST and PORT: {error.strerror}."
        raise ListenError(sentence) from error
    taken: int = runner.addresses[0][1]
    _log.info("Taking signed requests at %s:%d%s.", host, taken, EVENTS_PATH)
    return runner, taken


def _to_bolt_request(request: web.Request, body: bytes) -> AsyncBoltRequest:
    """Build Bolt's request from what is signed, and from none of the other headers.

    Bolt takes a form that has "payload" anywhere in it for one with that field, and
    so forgets a command whose text has the word. Written with an escape it reads
    the same, and Bolt does not see it; the signature is of the bytes as they came.
    """
    text = body.decode("utf-8")
    is_command = request.content_type == _FORM and "payload" not in dict(parse_qsl(text))
    headers = {
        "content-type": request.content_type,
        **{name: request.headers[name] for name in _SHAPES},
    }
    bolt_request = AsyncBoltRequest(
        body=text.replace("payload", "%70ayload") if is_command else text, headers=dict(headers)
    )
    bolt_request.raw_body = text
    return bolt_request


def _refuse(status: int, why: str) -> web.Response:
    response = web.Response(status=status, text=why)
    response.force_close()
    return response
