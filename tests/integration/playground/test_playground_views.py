from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.integration.playground.playground_factories import (
    TITLE,
    HandClock,
    build_input,
    build_modal,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.playground.person import Person
    from bot.playground.server import Playground

FORM = build_modal(build_input("title", TITLE))


def new_trigger(pg: Playground, in_view: str | None = None) -> str:
    return pg.world.new_trigger("T0CAIS", "U0ANA", "C0TALKS", in_view)


async def code_of(call: Awaitable[AsyncSlackResponse]) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_trigger_is_good_for_three_seconds(
    pg: Playground, client: AsyncWebClient, elapsed: HandClock
) -> None:
    trigger = new_trigger(pg)
    elapsed.seconds += 3.1

    assert await code_of(client.views_open(trigger_id=trigger, view=FORM)) == "expired_trigger_id"


async def test_a_trigger_is_good_for_one_view(pg: Playground, client: AsyncWebClient) -> None:
    trigger = new_trigger(pg)
    await client.views_open(trigger_id=trigger, view=FORM)

    assert await code_of(client.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"


async def test_a_stale_hash_is_a_conflict(pg: Playground, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=new_trigger(pg), view=FORM))["view"]
    await client.views_update(view_id=view["id"], view=FORM)

    stale = client.views_update(view_id=view["id"], view=FORM, hash=view["hash"])
    assert await code_of(stale) == "hash_conflict"


async def test_a_closed_view_is_not_found(pg: Playground, client: AsyncWebClient, ana: Person) -> None:
    view = (await client.views_open(trigger_id=new_trigger(pg), view=FORM))["view"]
    await ana.close()

    assert await code_of(client.views_update(view_id=view["id"], view=FORM)) == "not_found"


async def test_three_views_are_the_most(pg: Playground, client: AsyncWebClient, ana: Person) -> None:
    first = (await client.views_open(trigger_id=new_trigger(pg), view=FORM))["view"]["id"]
    await client.views_push(trigger_id=new_trigger(pg, first), view=FORM)
    await client.views_push(trigger_id=new_trigger(pg, first), view=FORM)

    fourth = client.views_push(trigger_id=new_trigger(pg, first), view=FORM)
    assert await code_of(fourth) == "push_limit_reached"
    assert len(ana.views) == 3


async def test_inputs_need_a_submit_button(pg: Playground, client: AsyncWebClient) -> None:
    view = {"type": "modal", "title": plain("x"), "blocks": FORM["blocks"]}

    assert await code_of(client.views_open(trigger_id=new_trigger(pg), view=view)) == "invalid_arguments"


async def test_a_view_over_250_kb_is_too_large(pg: Playground, client: AsyncWebClient) -> None:
    text = {"type": "mrkdwn", "text": "x" * 2900}
    view = build_modal(*[{"type": "section", "text": text} for _ in range(90)])

    assert await code_of(client.views_open(trigger_id=new_trigger(pg), view=view)) == "view_too_large"


async def test_what_was_typed_survives_where_the_ids_stay(
    pg: Playground, client: AsyncWebClient, ana: Person
) -> None:
    both = build_modal(build_input("title", TITLE), build_input("place", TITLE))
    shown = (await client.views_open(trigger_id=new_trigger(pg), view=both))["view"]
    view = await ana.wait_for_view("form")
    await ana.fill(view, {"title": "kept", "place": "lost"})
    preset = build_modal(
        build_input("title", {**TITLE, "initial_value": "new"}),
        build_input("venue", {**TITLE, "initial_value": "new"}),
    )
    await client.views_update(view_id=shown["id"], view=preset)

    assert view.typed == {"title": {"title": "kept"}, "venue": {"title": "new"}}


@pytest.mark.usefixtures("socket")
async def test_every_element_has_its_form_in_the_state(
    pg: Playground, client: AsyncWebClient, ana: Person, app: AsyncApp
) -> None:
    states: list[dict[str, Any]] = []

    @app.view("many")
    async def handle(ack: AsyncAck, view: dict[str, Any]) -> None:
        states.append(view["state"]["values"])
        await ack()

    option = {"text": plain("One"), "value": "1"}
    elements: dict[str, dict[str, Any]] = {
        "number": {"type": "number_input", "is_decimal_allowed": False},
        "day": {"type": "datepicker"},
        "time": {"type": "timepicker", "timezone": "Australia/Sydney"},
        "moment": {"type": "datetimepicker"},
        "one": {"type": "static_select", "options": [option]},
        "checks": {"type": "checkboxes", "options": [option]},
        "hosts": {"type": "multi_users_select"},
        "places": {"type": "multi_conversations_select"},
        "untouched": {"type": "radio_buttons", "options": [option], "initial_option": option},
        "empty": {"type": "url_text_input"},
    }
    blocks = [
        build_input(name, {"action_id": "a", **element}, optional=True) for name, element in elements.items()
    ]
    await client.views_open(trigger_id=new_trigger(pg), view=build_modal(*blocks, callback_id="many"))
    view = await ana.wait_for_view("many")
    typed = {"number": 30, "day": "2020-08-07", "time": "11:00", "moment": 1_596_762_000}
    chosen = {"one": "1", "checks": ["1"], "hosts": ["U0BO"], "places": ["C0TALKS"]}
    await ana.fill(view, typed | chosen)
    await ana.submit(view)

    assert {name: entry["a"] for name, entry in states[0].items()} == {
        "number": {"type": "number_input", "value": "30"},
        "day": {"type": "datepicker", "selected_date": "2020-08-07"},
        "time": {"type": "timepicker", "selected_time": "11:00", "timezone": "Australia/Sydney"},
        "moment": {"type": "datetimepicker", "selected_date_time": 1_596_762_000},
        "one": {"type": "static_select", "selected_option": option},
        "checks": {"type": "checkboxes", "selected_options": [option]},
        "hosts": {"type": "multi_users_select", "selected_users": ["U0BO"]},
        "places": {"type": "multi_conversations_select", "selected_conversations": ["C0TALKS"]},
        "untouched": {"type": "radio_buttons", "selected_option": option},
        "empty": {"type": "url_text_input", "value": None},
    }


@pytest.mark.usefixtures("socket")
async def test_closing_is_told_where_it_was_asked_for(
    pg: Playground, client: AsyncWebClient, ana: Person, app: AsyncApp
) -> None:
    closed: list[bool] = []

    @app.view_closed("form")
    async def handle(ack: AsyncAck, body: dict[str, Any]) -> None:
        closed.append(body["is_cleared"])
        await ack()

    await client.views_open(trigger_id=new_trigger(pg), view={**FORM, "notify_on_close": True})
    await ana.wait_for_view("form")
    await ana.close()

    assert closed == [False]
