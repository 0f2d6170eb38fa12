from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web

if TYPE_CHECKING:
    from bot.playground.person import Person
    from bot.playground.server import Playground


@pytest.mark.usefixtures("route")
async def test_a_command_opens_a_form_and_the_form_posts_a_card(ana: Person, bo: Person) -> None:
    answer = await ana.command("/seminar", "new", channel="C0TALKS")
    view = await ana.wait_for_view("form")
    await ana.fill(view, {"title": "Deep Learning"})
    result = await ana.submit(view)

    assert answer.ephemerals[0].text == "Opening the form"
    assert result.closed
    assert (await bo.wait_for_message("C0TALKS")).shown == "Deep Learning\nRegister"


@pytest.mark.usefixtures("route")
async def test_field_errors_keep_the_form_and_what_was_typed(ana: Person) -> None:
    await ana.command("/seminar", channel="C0TALKS")
    view = await ana.wait_for_view("form")
    await ana.fill(view, {"title": "taken"})
    result = await ana.submit(view)

    assert result.errors == {"title": "This title is taken"}
    assert ana.view is view
    assert view.typed == {"title": {"title": "taken"}}


@pytest.mark.usefixtures("route")
async def test_an_empty_required_field_never_leaves_the_client(pg: Playground, ana: Person) -> None:
    await ana.command("/seminar", channel="C0TALKS")
    view = await ana.wait_for_view("form")
    result = await ana.submit(view)

    assert not result.sent
    assert result.errors == {"title": "Please complete this required field."}
    assert pg.calls_of("chat.postMessage") == []


@pytest.mark.usefixtures("route")
async def test_a_button_answers_its_presser_only(ana: Person, bo: Person) -> None:
    await ana.command("/seminar", channel="C0TALKS")
    view = await ana.wait_for_view("form")
    await ana.fill(view, {"title": "Deep Learning"})
    await ana.submit(view)
    card = await bo.wait_for_message("C0TALKS", contains="Deep")
    answer = await bo.press(card, "register")

    assert answer.acknowledged
    assert (await bo.wait_for_ephemeral()).text == "You have a seat"
    assert (await bo.wait_for_message()).text == "See you there"
    assert [message.text for message in ana.ephemerals] == ["Opening the form"]


@pytest.mark.usefixtures("route")
async def test_opening_home_publishes_it(ana: Person) -> None:
    assert (await ana.home()).shown == "My seats"


@pytest.mark.usefixtures("route")
async def test_an_unknown_command_fails_in_slacks_words(pg: Playground, ana: Person) -> None:
    pg.delivery.ack_seconds = 0.3

    answer = await ana.command("/nothing")

    assert not answer.acknowledged
    assert answer.error is not None
    assert answer.error.startswith("/nothing failed with the error")


async def test_a_request_url_answers_the_challenge(pg: Playground, http: str) -> None:
    assert await pg.use_http(http).verify()


async def test_a_wrong_signing_secret_is_refused(pg: Playground, http: str, ana: Person) -> None:
    pg.use_http(http, signing_secret="another")

    assert not (await ana.command("/seminar")).acknowledged


async def test_an_event_that_fails_is_sent_again_with_its_reason(pg: Playground, ana: Person) -> None:
    seen = []

    async def refuse_twice(request: web.Request) -> web.Response:
        headers = request.headers
        seen.append((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")))
        return web.Response(status=500 if len(seen) < 3 else 200)

    listener = web.Application()
    listener.router.add_post("/", refuse_twice)
    runner = web.AppRunner(listener)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pg.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    pg.delivery.retry_delays = (0, 0, 0)
    pg.workspaces["T0CAIS"].deactivate_user(ana.id)
    await pg.delivery.settle()
    await runner.cleanup()

    assert seen == [(None, None), ("1", "http_error"), ("2", "http_error")]
