"""Calls to a Slack that answers, refuses or is silent: what is sent, returned, counted and logged."""

import asyncio
import logging
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from bot.slack.errors import Accepted, BadPayload, Doubtful, RefusedForTarget, RetryAt, WorkspaceGone
from bot.slack.gateway import SlackGateway
from bot.slack.manifest import NEEDED_SCOPES
from tests.integration.gateway.misbehaving import TOKEN, Misbehaving, calls, context_of_lines, rate_limited

HTML = "<html>Slack is having trouble</html>"


async def post(gateway: SlackGateway) -> object:
    return await gateway.call(TOKEN, "chat.postMessage", {"channel": "C1", "text": "Hi"})


async def test_a_post_is_plain_and_grows_no_pictures(slack: Misbehaving, gateway: SlackGateway) -> None:
    answer = await gateway.call(TOKEN, "chat.postMessage", {"channel": "C1", "text": "Hi", "blocks": None})

    assert answer == Accepted({"ok": True}, frozenset(NEEDED_SCOPES))
    plain = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
    body = {"channel": "C1", "text": "Hi", **plain}
    assert slack.calls == [("/api/chat.postMessage", "application/json", body, f"Bearer {TOKEN}")]


async def test_each_workspace_is_called_with_its_own_token(slack: Misbehaving, gateway: SlackGateway) -> None:
    await asyncio.gather(*(gateway.users_info(f"xoxb-{n}", f"U{n}") for n in range(5)))

    sent = {(args["user"], authorization) for _, _, args, authorization in slack.calls}
    assert sent == {(f"U{n}", f"Bearer xoxb-{n}") for n in range(5)}


async def test_a_question_is_sent_as_a_form(slack: Misbehaving, gateway: SlackGateway) -> None:
    await gateway.conversations_info(TOKEN, "C1")

    form = "application/x-www-form-urlencoded"
    assert slack.calls == [("/api/conversations.info", form, {"channel": "C1"}, f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("reset", Doubtful("answer lost (ServerDisconnectedError)")),
        ({"ok": False, "error": "fatal_error"}, Doubtful("fatal_error")),
        ({"ok": False, "error": "is_archived"}, RefusedForTarget("is_archived")),
        ({"ok": False, "error": "token_revoked"}, WorkspaceGone("token_revoked")),
    ],
)
async def test_one_call_is_made_whatever_comes_of_it(
    slack: Misbehaving, gateway: SlackGateway, told: object, expected: object
) -> None:
    slack.answers = [told]

    assert await post(gateway) == expected
    assert len(slack.calls) == 1


@pytest.mark.parametrize(
    ("http", "expected"),
    [
        ((200, HTML, "text/html"), Doubtful("no JSON")),
        ((200, "not json", "application/json"), Doubtful("no JSON")),
        ((200, "ok", "text/plain"), Doubtful("no JSON")),
        ((500, "Internal Server Error", "text/plain"), Doubtful("HTTP 500")),
        ((502, HTML, "text/html"), Doubtful("HTTP 502")),
        ((413, HTML, "text/html"), BadPayload("request_too_large")),
        ((404, HTML, "text/html"), RetryAt(None, is_rate_limit=False, reason="HTTP 404")),
    ],
)
async def test_an_answer_that_is_not_slacks_is_a_value_too(
    slack: Misbehaving, gateway: SlackGateway, http: tuple[int, str, str], expected: object
) -> None:
    status, text, kind = http
    slack.answers = [web.Response(status=status, text=text, content_type=kind)]

    assert await post(gateway) == expected


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html"])
async def test_a_rate_limit_says_how_long(slack: Misbehaving, gateway: SlackGateway, kind: str) -> None:
    body = '{"ok":false,"error":"ratelimited"}'
    slack.answers = [web.Response(status=429, text=body, content_type=kind, headers={"Retry-After": "7"})]

    assert await post(gateway) == RetryAt(timedelta(seconds=7), is_rate_limit=True, reason="ratelimited")


async def test_who_waits_on_a_screen_waits_no_longer_than_said(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = ["hang"]

    answer = await gateway.users_info(TOKEN, "U1", within=timedelta(milliseconds=50))

    assert answer == RetryAt(None, is_rate_limit=False, reason="no answer in time")


async def test_a_post_without_an_answer_in_time_is_in_doubt(slack: Misbehaving) -> None:
    slack.answers = ["hang"]

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.05)) as short:
        assert await post(SlackGateway(short, api_url=slack.url)) == Doubtful("no answer in time")


async def test_no_server_at_all_is_no_doubt(session: aiohttp.ClientSession) -> None:
    gateway = SlackGateway(session, api_url=f"http://127.0.0.1:{unused_port()}/api/")

    reason = "no connection (ClientConnectorError)"
    assert await post(gateway) == RetryAt(None, is_rate_limit=False, reason=reason)


async def test_arguments_that_are_no_json_are_not_sent(slack: Misbehaving, gateway: SlackGateway) -> None:
    answer = await gateway.call(TOKEN, "chat.postMessage", {"channel": "C1", "text": object()})

    assert answer == BadPayload("not_json", ("the arguments cannot be written as JSON",))
    assert slack.calls == []


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    slack: Misbehaving, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    answer = await post(SlackGateway(session, api_url=slack.url))

    assert isinstance(answer, Accepted)


@pytest.mark.parametrize("told", ["reset", {"ok": False, "error": "invalid_auth"}, {"ok": True}])
async def test_the_token_is_nowhere_to_be_read(
    slack: Misbehaving, gateway: SlackGateway, caplog: pytest.LogCaptureFixture, told: object
) -> None:
    caplog.set_level(logging.DEBUG)
    slack.answers = [told]

    answer = await post(gateway)

    assert "very-secret" not in caplog.text
    assert "very-secret" not in repr(answer)
    assert "very-secret" not in repr(gateway)


@pytest.mark.parametrize(
    ("told", "answer", "is_rate_limit"),
    [
        ({"ok": True}, "Accepted", 0),
        ({"ok": False, "error": "ratelimited"}, "RetryAt", 1),
        ({"ok": False, "error": "service_unavailable"}, "RetryAt", 0),
        ({"ok": False, "error": "is_archived"}, "RefusedForTarget", 0),
        ("reset", "Doubtful", 0),
    ],
)
async def test_a_call_is_counted_by_its_answer(
    slack: Misbehaving, gateway: SlackGateway, told: object, answer: str, is_rate_limit: int
) -> None:
    slack.answers = [told]
    before = (calls("chat.postMessage", answer), rate_limited("chat.postMessage"))

    await post(gateway)

    after = (calls("chat.postMessage", answer), rate_limited("chat.postMessage"))
    assert after == (before[0] + 1, before[1] + is_rate_limit)


async def test_a_call_that_did_not_succeed_is_logged_with_its_method(
    slack: Misbehaving, gateway: SlackGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    slack.answers = [{"ok": True}, {"ok": False, "error": "is_archived"}]

    await post(gateway)
    await post(gateway)

    context = {"method": "chat.postMessage", "answer": "RefusedForTarget", "reason": "is_archived"}
    assert context_of_lines(caplog) == [("A call to Slack did not succeed.", context)]
