"""The gateway, and the misbehaving server that it calls."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.gateway import SlackGateway, open_session
from tests.integration.gateway.misbehaving import Misbehaving


@pytest.fixture
async def slack() -> AsyncIterator[Misbehaving]:
    misbehaving = Misbehaving()
    application = web.Application()
    application.router.add_post("/{path:.*}", misbehaving.handle)
    async with TestServer(application, host="127.0.0.1") as server:
        misbehaving.url = str(server.make_url("/api/"))
        yield misbehaving
        misbehaving.stopping.set()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
def gateway(slack: Misbehaving, session: aiohttp.ClientSession) -> SlackGateway:
    return SlackGateway(session, api_url=slack.url)
