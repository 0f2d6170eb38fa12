"""The HTTP side: Slack's signed requests, and whether the bot is well."""

import errno
import logging
import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

_log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024  # bytes; the longest payload, a form with its view, stays under 300 kB
EVENTS_PATH = "/slack/events"

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class ListenError(Exception):
    """Requests cannot be taken at that address; the message is a sentence for who started the bot."""


def build_web(app: AsyncApp, *, is_ready: Callable[[], Awaitable[bool]]) -> web.Application:
    """Build the application; Bolt checks the signature of what passes the shape checks here."""

    async def handle_slack(request: web.Request) -> web.StreamResponse:
        """Hand a request to Bolt, unless it cannot be Slack's."""
        if not is_well_formed(request):
            return web.Response(status=401, text="not signed by Slack")
        bolt_request = await to_bolt_request(request)
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    async def handle_health(_request: web.Request) -> web.Response:
        """Say that the process lives."""
        return web.Response(text="ok")

    async def handle_ready(_request: web.Request) -> web.Response:
        """Say whether the bot can take presses now."""
        ready = await is_ready()
        return web.Response(status=200 if ready else 503, text="ready" if ready else "not ready")

    server = web.Application(client_max_size=MAX_BODY)
    server.router.add_post(EVENTS_PATH, handle_slack)
    server.router.add_get("/healthz", handle_health)
    server.router.add_get("/readyz", handle_ready)
    return server


def is_well_formed(request: web.Request) -> bool:
    """Tell whether the signature headers have Slack's shape; Bolt fails on others with a 500."""
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    return bool(_TIMESTAMP.fullmatch(stamp) and _SIGNATURE.fullmatch(signature))


async def serve(application: web.Application, *, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Start to serve and return what stops it, and the port.

    Raises:
        ListenError: If the port is taken, or is none of this machine's.
    """
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=3)
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
