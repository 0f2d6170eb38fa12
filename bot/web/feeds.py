"""Personal calendar feeds: what a calendar asks for every hour or so."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.services.feeds import FEED_PATH

_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)

ReadFeed = Callable[[str], Awaitable[bytes | None]]


def add_feeds(server: web.Application, read_feed: ReadFeed) -> None:
    """Serve the feeds; an address that is none, or none any more, is not found."""

    async def handle_feed(request: web.Request) -> web.StreamResponse:
        """Give a member's calendar to whoever has the address."""
        key = request.match_info["key"]
        feed = await read_feed(key) if _KEY.fullmatch(key) else None
        if feed is None:
            return web.Response(status=404, text="There is no calendar at this address.")
        headers = {"Cache-Control": "private, max-age=600", "Referrer-Policy": "no-referrer"}
        return web.Response(body=feed, content_type="text/calendar", charset="utf-8", headers=headers)

    server.router.add_get(FEED_PATH, handle_feed)
