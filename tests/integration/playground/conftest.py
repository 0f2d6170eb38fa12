"""A small workspace, the real client and a tiny real Bolt app."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from tests.integration.playground.playground_factories import (
    TITLE,
    HandClock,
    build_button,
    build_input,
    build_modal,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.context.respond.async_respond import AsyncRespond

    from bot.playground.person import Person
    from bot.playground.workspace import Workspace


@pytest.fixture
def elapsed() -> HandClock:
    return HandClock()


@pytest.fixture
async def pg(elapsed: HandClock) -> AsyncIterator[Playground]:
    playground = Playground(lambda: datetime(2020, 8, 1, 9, 0, tzinfo=UTC), monotonic=elapsed)
    workspace = playground.add_workspace("T0CAIS", "CAIS")
    workspace.add_user("U0ANA", "Ana", tz="Australia/Sydney", is_admin=True)
    workspace.add_user("U0BO", "Bo")
    workspace.add_channel("C0TALKS", "talks", with_bot=True)
    workspace.add_channel("C0OPEN", "open")
    workspace.add_channel("C0STAFF", "staff", members=["U0ANA"], is_private=True)
    async with playground:
        yield playground


@pytest.fixture
def ws(pg: Playground) -> Workspace:
    return pg.workspaces["T0CAIS"]


@pytest.fixture
def client(pg: Playground) -> AsyncWebClient:
    return AsyncWebClient(token=pg.bot_token, base_url=pg.api_url, retry_handlers=[])


@pytest.fixture
def ana(pg: Playground, ws: Workspace) -> Person:
    return pg.person(ws, "U0ANA")


@pytest.fixture
def bo(pg: Playground, ws: Workspace) -> Person:
    return pg.person(ws, "U0BO")


@pytest.fixture
def app(pg: Playground, client: AsyncWebClient) -> AsyncApp:
    bolt = AsyncApp(client=client, signing_secret=pg.signing_secret)

    @bolt.command("/seminar")
    async def handle_command(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack("Opening the form")
        view = build_modal(build_input("title", TITLE))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt.view("form")
    async def handle_form(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient) -> None:
        title = view["state"]["values"]["title"]["title"]["value"]
        if title == "taken":
            await ack(response_action="errors", errors={"title": "This title is taken"})
            return
        await ack()
        buttons = {"type": "actions", "block_id": "buttons", "elements": [build_button("register")]}
        await client.chat_postMessage(channel="C0TALKS", text=title, blocks=[buttons])

    @bolt.action("register")
    async def handle_register(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        await respond(text="You have a seat")
        await client.chat_postMessage(channel=body["user"]["id"], text="See you there")

    @bolt.event("app_home_opened")
    async def handle_home(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": plain("My seats")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    return bolt


@pytest.fixture
async def socket(pg: Playground, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(app, pg.app_token, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no types here
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]  # the same


@pytest.fixture
async def http(pg: Playground, app: AsyncApp) -> AsyncIterator[str]:
    runner = web.AppRunner(app.server(port=0).web_app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    pg.use_http(url)
    yield url
    await runner.cleanup()


@pytest.fixture(params=["socket", "http"])
def route(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue(request.param)
    return str(request.param)
