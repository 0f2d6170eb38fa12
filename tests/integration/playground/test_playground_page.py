from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.playground.server import Playground
    from bot.playground.workspace import Workspace


@pytest.fixture
async def page(pg: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(pg.url) as session:
        yield session


async def act(page: aiohttp.ClientSession, **what: object) -> dict[str, Any]:
    async with page.post("/play/act", json={"as": "U0ANA", **what}) as response:
        answer: dict[str, Any] = await response.json()
    return answer


async def read(page: aiohttp.ClientSession, user: str = "U0ANA") -> dict[str, Any]:
    async with page.get("/play/state", params={"as": user}) as response:
        answer: dict[str, Any] = await response.json()
    return answer


async def test_a_member_does_not_see_a_private_channel(page: aiohttp.ClientSession) -> None:
    staff, member = await read(page), await read(page, "U0BO")

    assert [channel["name"] for channel in staff["channels"]] == ["talks", "open", "staff"]
    assert [channel["name"] for channel in member["channels"]] == ["talks", "open"]


@pytest.mark.usefixtures("socket")
async def test_a_form_is_opened_refused_and_sent(page: aiohttp.ClientSession, pg: Playground) -> None:
    opened = await act(page, kind="command", channel="C0TALKS", text="/seminar new")
    await pg.world.until(lambda: pg.calls_of("views.open") or None, 5, "a view")
    view = (await read(page))["views"][0]
    submit = {"kind": "submit", "view": view["id"]}
    empty = await act(page, **submit, values={})
    taken = await act(page, **submit, values={"title": {"title": "taken"}})
    after = (await read(page))["views"][0]
    saved = await act(page, **submit, values={"title": {"title": "Deep Learning"}})

    assert opened == {"ok": True}
    assert empty == {"ok": False, "errors": {"title": "Please complete this required field."}}
    assert taken == {"ok": False, "errors": {"title": "This title is taken"}}
    assert (after["errors"], after["values"]) == (taken["errors"], {"title": {"title": "taken"}})
    assert saved == {"ok": True}
    assert (await read(page))["views"] == []


@pytest.mark.usefixtures("socket")
async def test_a_button_is_pressed(
    page: aiohttp.ClientSession, client: AsyncWebClient, pg: Playground
) -> None:
    button = {"type": "button", "action_id": "register", "text": {"type": "plain_text", "text": "Register"}}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    card = await client.chat_postMessage(channel="C0TALKS", text="card", blocks=blocks)
    where = {"channel": "C0TALKS", "ts": card["ts"], "block_id": "b", "action_id": "register"}
    answer = await act(page, kind="press", **where, value=None)
    await pg.world.until(lambda: pg.calls_of("response_url") or None, 5, "an answer")
    messages = (await read(page))["channels"][0]["messages"]

    assert answer == {"ok": True}
    assert [(m["text"], m["ephemeral"]) for m in messages] == [("card", False), ("You have a seat", True)]


async def test_reading_a_channel_leaves_nothing_unread(
    page: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0TALKS", text="x")
    before = (await read(page))["channels"][0]["unread"]
    await act(page, kind="read", channel="C0TALKS")

    assert (before, (await read(page))["channels"][0]["unread"]) == (1, 0)


async def test_changes_are_streamed(page: aiohttp.ClientSession, ws: Workspace) -> None:
    async with page.get("/play/events", params={"as": "U0ANA"}) as stream:
        first = json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))
        ws.write(ws.channels["C0TALKS"], "U0BO", "hi")
        second = json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))

    assert second["version"] > first["version"]


async def test_the_clock_is_moved_by_its_owner(page: aiohttp.ClientSession, pg: Playground) -> None:
    moves: list[datetime] = []
    pg.clock.on_move = moves.append
    await page.post("/play/clock", json={"to": "2020-08-07T00:00:00Z"})
    await page.post("/play/clock", json={"by_seconds": 3600})

    assert moves == [datetime(2020, 8, 7, tzinfo=UTC), datetime(2020, 8, 1, 10, tzinfo=UTC)]


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_another_site_cannot_act(page: aiohttp.ClientSession, header: dict[str, str]) -> None:
    async with page.post("/play/act", json={"as": "U0ANA", "kind": "open_home"}, headers=header) as response:
        assert response.status == 403


async def test_a_form_of_another_site_cannot_act(page: aiohttp.ClientSession) -> None:
    async with page.post("/play/act", data={"kind": "open_home"}) as response:
        assert response.status == 415


async def test_what_cannot_be_understood_is_said(page: aiohttp.ClientSession) -> None:
    assert await act(page, kind="dance") == {"ok": False, "error": "That could not be understood."}
    assert await act(page, kind="read", channel="C9") == {
        "ok": False,
        "error": "That is not there any more.",
    }
