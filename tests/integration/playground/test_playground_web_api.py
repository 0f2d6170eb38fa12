from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.playground.person import Person
    from bot.playground.server import Playground
    from bot.playground.workspace import Workspace


async def error_of(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    with pytest.raises(SlackApiError) as refused:
        await call
    response: AsyncSlackResponse = refused.value.response
    return response


async def test_auth_test_names_the_bot_and_its_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert answer["team_id"] == "T0CAIS"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C0NONE", "channel_not_found"), ("C0STAFF", "channel_not_found"), ("U0NONE", "channel_not_found")],
)
async def test_a_place_the_bot_cannot_see_is_not_found(
    client: AsyncWebClient, channel: str, error: str
) -> None:
    assert (await error_of(client.chat_postMessage(channel=channel, text="x")))["error"] == error


async def test_a_post_to_a_member_opens_their_conversation(client: AsyncWebClient, bo: Person) -> None:
    answer = await client.chat_postMessage(channel="U0BO", text="Hello")

    assert answer["channel"] == "D0BO"
    assert [message.text for message in bo.direct_messages()] == ["Hello"]


async def test_an_archived_channel_takes_no_posts(client: AsyncWebClient, ws: Workspace) -> None:
    ws.archive_channel("C0TALKS")

    assert (await error_of(client.chat_postMessage(channel="C0TALKS", text="x")))["error"] == "is_archived"


async def test_public_posting_needs_its_scope_or_membership(client: AsyncWebClient, ws: Workspace) -> None:
    await client.chat_postMessage(channel="C0OPEN", text="allowed")
    ws.remove_scope("chat:write.public")

    assert (await error_of(client.chat_postMessage(channel="C0OPEN", text="x")))["error"] == "not_in_channel"


async def test_a_missing_scope_says_what_is_needed(client: AsyncWebClient, ws: Workspace) -> None:
    ws.remove_scope("users:read")
    answer = await error_of(client.users_info(user="U0BO"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read")


async def test_a_revoked_token_is_refused_everywhere(client: AsyncWebClient, ws: Workspace) -> None:
    ws.revoke_token()

    assert (await error_of(client.auth_test()))["error"] == "token_revoked"


async def test_ephemerals_need_both_in_the_channel(client: AsyncWebClient, ws: Workspace) -> None:
    ws.leave("C0TALKS", "U0BO")
    outside = await error_of(client.chat_postEphemeral(channel="C0OPEN", user="U0BO", text="x"))
    gone = await error_of(client.chat_postEphemeral(channel="C0TALKS", user="U0BO", text="x"))

    assert (outside["error"], gone["error"]) == ("not_in_channel", "user_not_in_channel")


async def test_an_update_may_not_be_long_nor_of_others(client: AsyncWebClient, bo: Person) -> None:
    own = await client.chat_postMessage(channel="C0TALKS", text="x")
    theirs = bo.say("hi", channel="C0TALKS")
    long = await error_of(client.chat_update(channel="C0TALKS", ts=own["ts"], text="x" * 4001))
    foreign = await error_of(client.chat_update(channel="C0TALKS", ts=theirs.ts, text="x"))
    missing = await error_of(client.chat_update(channel="C0TALKS", ts="1.000001", text="x"))

    errors = [long["error"], foreign["error"], missing["error"]]
    assert errors == ["msg_too_long", "cant_update_message", "message_not_found"]


async def test_bad_blocks_are_refused_with_their_place(client: AsyncWebClient) -> None:
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await error_of(client.chat_postMessage(channel="C0TALKS", text="x", blocks=blocks))

    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_a_deactivated_member_is_described_but_not_reached(
    client: AsyncWebClient, ws: Workspace
) -> None:
    ws.deactivate_user("U0BO")

    assert (await client.users_info(user="U0BO"))["user"]["deleted"]
    assert (await error_of(client.conversations_open(users="U0BO")))["error"] == "user_disabled"


async def test_workspaces_do_not_see_each_other(pg: Playground) -> None:
    other = pg.add_workspace("T0TWO", "Two")
    client = AsyncWebClient(token=other.bot_token, base_url=pg.api_url, retry_handlers=[])

    assert (await error_of(client.users_info(user="U0BO")))["error"] == "user_not_found"
    assert (await error_of(client.chat_postMessage(channel="C0TALKS", text="x")))[
        "error"
    ] == "channel_not_found"


async def test_a_file_is_uploaded_and_shared(client: AsyncWebClient, ana: Person, pg: Playground) -> None:
    await client.files_upload_v2(
        channel="C0TALKS", filename="roster.csv", content="name\nBo\n", initial_comment="Roster"
    )
    message = ana.messages("C0TALKS")[-1]
    async with aiohttp.ClientSession() as session:
        url = f"{pg.url}/files/{message.files[0].id}/roster.csv"
        body = await (await session.get(url)).text()

    assert (message.text, message.files[0].name, body) == ("Roster", "roster.csv", "name\nBo\n")


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # the SDK's own use of it
async def test_an_installation_gives_a_token_once(pg: Playground, ws: Workspace) -> None:
    query = {
        "client_id": pg.world.client_id,
        "scope": "chat:write",
        "state": "s",
        "redirect_uri": "http://127.0.0.1:1/back",
    }
    async with aiohttp.ClientSession() as session:
        page = await session.get(f"{pg.url}/oauth/v2/authorize", params=query, allow_redirects=False)
    code = page.headers["Location"].split("code=")[1].split("&")[0]
    client = AsyncWebClient(base_url=pg.api_url, retry_handlers=[])
    secrets = {"client_id": pg.world.client_id, "client_secret": pg.world.client_secret}
    answer = await client.oauth_v2_access(**secrets, code=code)
    again = await error_of(client.oauth_v2_access(**secrets, code=code))

    assert answer["access_token"] == ws.bot_token
    assert ws.scopes == {"chat:write"}
    assert again["error"] == "invalid_code"
