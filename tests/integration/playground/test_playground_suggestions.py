from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.integration.playground.playground_factories import build_input, build_modal, plain

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.playground.person import Person
    from bot.playground.server import Playground
    from bot.playground.state import View


def build_option(value: str, words: str) -> dict[str, Any]:
    return {"text": plain(words), "value": value}


BERLIN = build_option("Europe/Berlin", "Berlin / Munich (UTC+02:00)")
SYDNEY = build_option("Australia/Sydney", "Canberra / Sydney (UTC+10:00)")
ZONE = {"type": "external_select", "action_id": "zones", "initial_option": SYDNEY, "min_query_length": 2}


@pytest.fixture
def heard(app: AsyncApp) -> list[dict[str, Any]]:
    """Give what the app was sent; it offers Berlin to whoever looks for it."""
    bodies: list[dict[str, Any]] = []

    @app.options("zones")
    async def handle_zones(ack: AsyncAck, body: dict[str, Any]) -> None:
        bodies.append(body)
        await ack(options=[BERLIN] if "erl" in body["value"] or body["value"] == "germany" else [])

    @app.view("zone_form")
    async def handle_form(ack: AsyncAck, body: dict[str, Any]) -> None:
        bodies.append(body)
        await ack()

    return bodies


async def open_form(pg: Playground, client: AsyncWebClient, ana: Person, element: dict[str, Any]) -> View:
    trigger = pg.world.new_trigger("T0CAIS", "U0ANA", "C0TALKS", None)
    form = build_modal(build_input("zone", element), callback_id="zone_form")
    await client.views_open(trigger_id=trigger, view=form)
    return await ana.wait_for_view("zone_form")


@pytest.fixture
async def view(pg: Playground, client: AsyncWebClient, ana: Person) -> View:
    return await open_form(pg, client, ana, ZONE)


def selected(body: dict[str, Any]) -> object:
    return body["view"]["state"]["values"]["zone"]["zones"]["selected_option"]


@pytest.mark.usefixtures("route")
async def test_a_menu_shows_what_the_app_offers(
    view: View, ana: Person, heard: list[dict[str, Any]], pg: Playground
) -> None:
    options = await ana.suggest(view, "zone", "germany")

    assert options == [BERLIN]
    assert pg.complaints == []
    asked = {key: heard[0][key] for key in ("type", "block_id", "action_id", "value", "container")}
    assert asked == {
        "type": "block_suggestion",
        "block_id": "zone",
        "action_id": "zones",
        "value": "germany",
        "container": {"type": "view", "view_id": view.id},
    }
    assert (heard[0]["user"]["id"], heard[0]["team"]["id"]) == ("U0ANA", "T0CAIS")
    assert selected(heard[0]) == SYDNEY


@pytest.mark.usefixtures("route")
async def test_a_value_is_filled_in_as_the_option_the_app_offers(
    view: View, ana: Person, heard: list[dict[str, Any]]
) -> None:
    await ana.fill(view, {"zone": "Europe/Berlin"})
    await ana.submit(view)

    assert [body["type"] for body in heard] == ["block_suggestion", "view_submission"]
    assert selected(heard[1]) == BERLIN


@pytest.mark.usefixtures("socket")
async def test_what_is_there_already_is_not_asked_for(
    view: View, ana: Person, heard: list[dict[str, Any]]
) -> None:
    await ana.fill(view, {"zones": "Australia/Sydney"})
    await ana.submit(view)

    assert [(body["type"], selected(body)) for body in heard] == [("view_submission", SYDNEY)]


@pytest.mark.usefixtures("socket")
async def test_an_offered_option_is_filled_in_as_it_is(
    view: View, ana: Person, heard: list[dict[str, Any]]
) -> None:
    (option,) = await ana.suggest(view, "zones", "berl")
    await ana.fill(view, {"zone": option})

    assert view.typed == {"zone": {"zones": BERLIN}}
    assert len(heard) == 1


@pytest.mark.usefixtures("socket", "heard")
async def test_a_value_that_the_app_does_not_offer_cannot_be_filled_in(view: View, ana: Person) -> None:
    with pytest.raises(LookupError, match="Mars/Olympus"):
        await ana.fill(view, {"zone": "Mars/Olympus"})

    assert view.typed == {"zone": {"zones": SYDNEY}}


@pytest.mark.usefixtures("socket")
async def test_too_little_is_not_sent(view: View, ana: Person, heard: list[dict[str, Any]]) -> None:
    assert await ana.suggest(view, "zone", "b") == []
    assert heard == []


@pytest.mark.usefixtures("socket")
async def test_three_characters_are_needed_where_the_app_says_nothing(
    pg: Playground, client: AsyncWebClient, ana: Person, heard: list[dict[str, Any]]
) -> None:
    view = await open_form(pg, client, ana, {"type": "external_select", "action_id": "zones"})

    assert (await ana.suggest(view, "zone", "be"), heard) == ([], [])
    assert await ana.suggest(view, "zone", "erl") == [BERLIN]


@pytest.mark.usefixtures("socket")
async def test_several_options_are_filled_in_by_their_values(
    pg: Playground, client: AsyncWebClient, ana: Person, heard: list[dict[str, Any]]
) -> None:
    element = {"type": "multi_external_select", "action_id": "zones", "initial_options": [SYDNEY]}
    view = await open_form(pg, client, ana, element)
    await ana.fill(view, {"zone": ["Australia/Sydney", "Europe/Berlin"]})
    await ana.submit(view)

    chosen = heard[1]["view"]["state"]["values"]["zone"]["zones"]
    assert chosen == {"type": "multi_external_select", "selected_options": [SYDNEY, BERLIN]}


MANY = [build_option(str(number), f"Zone {number}") for number in range(101)]
LONG = [build_option("x", "x" * 76)]
UNUSABLE = [
    {},
    {"options": MANY},
    {"options": LONG},
    {"options": [BERLIN, BERLIN]},
]


@pytest.mark.usefixtures("socket")
@pytest.mark.parametrize("answer", UNUSABLE, ids=["none", "101", "76 characters", "twice"])
async def test_offers_that_slack_would_refuse_are_a_complaint(
    view: View, ana: Person, pg: Playground, app: AsyncApp, answer: dict[str, Any]
) -> None:
    @app.options("zones")
    async def handle_zones(ack: AsyncAck) -> None:
        await ack(**answer)

    assert await ana.suggest(view, "zone", "berl") == []
    assert len(pg.complaints) == 1


@pytest.mark.usefixtures("socket")
async def test_a_hundred_options_and_groups_of_them_are_offered(
    view: View, ana: Person, pg: Playground, app: AsyncApp
) -> None:
    @app.options("zones")
    async def handle_zones(ack: AsyncAck) -> None:
        await ack(option_groups=[{"label": plain("All"), "options": MANY[:100]}])

    assert await ana.suggest(view, "zone", "zone") == MANY[:100]
    assert pg.complaints == []


@pytest.mark.usefixtures("socket")
async def test_an_app_that_takes_too_long_offers_nothing(
    view: View, ana: Person, pg: Playground, app: AsyncApp
) -> None:
    @app.options("zones")
    async def handle_zones(ack: AsyncAck) -> None:
        await asyncio.sleep(0.4)
        await ack(options=[BERLIN])

    assert pg.delivery.ack_seconds == 3.0
    pg.delivery.ack_seconds = 0.1
    with pytest.raises(TimeoutError, match="timeout"):
        await ana.suggest(view, "zone", "berl")
    await asyncio.sleep(0.5)


@pytest.mark.usefixtures("socket")
async def test_a_message_asks_too(ana: Person, client: AsyncWebClient, heard: list[dict[str, Any]]) -> None:
    blocks = [{"type": "actions", "block_id": "zone", "elements": [ZONE]}]
    await client.chat_postMessage(channel="C0TALKS", text="Where?", blocks=blocks)
    message = await ana.wait_for_message("C0TALKS")

    assert await ana.suggest(message, "zone", "berl") == [BERLIN]
    assert (heard[0]["container"]["type"], heard[0]["channel"]["id"]) == ("message", "C0TALKS")
    assert heard[0]["message"]["ts"] == message.ts


@pytest.mark.usefixtures("socket")
async def test_the_page_asks_and_sends_the_option_it_was_offered(
    view: View, pg: Playground, heard: list[dict[str, Any]]
) -> None:
    async def act(**what: object) -> dict[str, Any]:
        async with page.post("/play/act", json={"as": "U0ANA", "view": view.id, **what}) as response:
            answer: dict[str, Any] = await response.json()
        return answer

    async with aiohttp.ClientSession(pg.url) as page:
        offered = await act(kind="suggest", block_id="zone", action_id="zones", value="germany")
        submitted = await act(kind="submit", values={"zone": {"zones": offered["options"][0]}})

    assert offered == {"ok": True, "options": [BERLIN]}
    assert submitted == {"ok": True}
    assert selected(heard[1]) == BERLIN


async def test_the_page_is_told_when_the_app_does_not_answer(view: View, pg: Playground) -> None:
    what = {"kind": "suggest", "view": view.id, "block_id": "zone", "action_id": "zones", "value": "berl"}
    async with (
        aiohttp.ClientSession(pg.url) as page,
        page.post("/play/act", json={"as": "U0ANA", **what}) as response,
    ):
        answer = await response.json()

    assert answer == {"ok": False, "error": "We had some trouble connecting. Try again?"}
