from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.integration.playground.playground_factories import HandClock, build_button

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.playground.person import Person
    from bot.playground.server import Playground


async def test_posts_in_one_channel_come_one_a_second_with_bursts_of_three(
    client: AsyncWebClient, elapsed: HandClock
) -> None:
    await client.chat_postMessage(channel="C0TALKS", text="1")
    await client.chat_postMessage(channel="C0TALKS", text="2")
    await client.chat_postMessage(channel="C0TALKS", text="3")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0TALKS", text="4")
    elapsed.seconds += 1
    await client.chat_postMessage(channel="C0TALKS", text="5")

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert refused.value.response["error"] == "ratelimited"


async def test_limits_can_be_switched_off(pg: Playground, client: AsyncWebClient) -> None:
    pg.limits.enabled = False
    await asyncio.gather(*[client.chat_postMessage(channel="C0TALKS", text="x") for _ in range(5)])

    assert len(pg.calls_of("chat.postMessage", ok_only=True)) == 5


async def test_an_ordered_error_comes_once(pg: Playground, client: AsyncWebClient) -> None:
    pg.faults.add("chat.postMessage", "error", code="fatal_error")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0TALKS", text="x")
    await client.chat_postMessage(channel="C0TALKS", text="x")

    assert refused.value.response["error"] == "fatal_error"


async def test_an_accepted_post_whose_answer_is_lost_stays_posted(
    pg: Playground, client: AsyncWebClient, bo: Person
) -> None:
    pg.faults.add("chat.postMessage", "reset_after_accept")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0TALKS", text="posted")

    assert [message.text for message in bo.messages("C0TALKS")] == ["posted"]
    assert pg.calls[-1].status == 0


async def test_a_refused_connection_posts_nothing(pg: Playground, client: AsyncWebClient, bo: Person) -> None:
    pg.faults.add("chat.postMessage", "reset_before")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0TALKS", text="x")

    assert bo.messages("C0TALKS") == []


@pytest.fixture
async def response_url(
    app: AsyncApp,
    client: AsyncWebClient,
    socket: object,  # noqa: ARG001  the app answers over it
    bo: Person,
) -> AsyncWebhookClient:
    urls: list[str] = []

    @app.action("note")
    async def handle(ack: AsyncAck, body: dict[str, Any]) -> None:
        urls.append(body["response_url"])
        await ack()

    blocks = [{"type": "actions", "elements": [build_button("note")]}]
    await client.chat_postMessage(channel="C0TALKS", text="card", blocks=blocks)
    await bo.press(bo.messages("C0TALKS")[-1], "note")
    return AsyncWebhookClient(urls[0])


async def test_a_response_url_is_good_for_five_answers(
    pg: Playground, response_url: AsyncWebhookClient
) -> None:
    pg.limits.enabled = False
    statuses = [(await response_url.send(text=f"{n}")).status_code for n in range(6)]

    assert statuses == [200, 200, 200, 200, 200, 404]


async def test_a_response_url_is_good_for_half_an_hour(
    response_url: AsyncWebhookClient, elapsed: HandClock
) -> None:
    elapsed.seconds += 1801

    assert (await response_url.send(text="late")).status_code == 404


async def test_a_response_url_can_replace_the_message(response_url: AsyncWebhookClient, bo: Person) -> None:
    await response_url.send(text="new words", replace_original=True)

    assert [message.text for message in bo.messages("C0TALKS")] == ["new words"]


async def test_a_response_url_can_fail(pg: Playground, response_url: AsyncWebhookClient) -> None:
    pg.faults.add("response_url", "http_500")

    assert (await response_url.send(text="x")).status_code == 500
