"""The gateway against a server that misbehaves as Slack, proxies and networks do."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.metrics import REGISTRY
from bot.slack.checks import Check, Identity, check_app_token, check_bot_token
from bot.slack.errors import Accepted, BadPayload, Doubtful, RefusedForTarget, RetryAt, WorkspaceGone
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.manifest import NEEDED_SCOPES
from bot.slack.user_groups import UserGroups

TOKEN = "xoxb-1-very-secret"
HTML = "<html>Slack is having trouble</html>"


@dataclass
class Misbehaving:
    """Answers as told, the last word for ever, and remembers what it was sent."""

    answers: list[Any] = field(default_factory=lambda: [{"ok": True}])
    calls: list[tuple[str, str, dict[str, Any], str]] = field(default_factory=list)
    url: str = ""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        is_json = request.content_type == "application/json"
        args = await request.json() if is_json else dict(await request.post())
        self.calls.append(
            (request.path, request.content_type, args, request.headers.get("Authorization", ""))
        )
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hang":
            await self.stopping.wait()
        if answer in ("reset", "hang"):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(NEEDED_SCOPES)})


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


def context_of_lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    keys = ("method", "answer", "reason")
    lines = [vars(record) for record in caplog.records if record.name == "bot.slack.gateway"]
    return [(line["message"], {key: line[key] for key in keys if key in line}) for line in lines]


def calls(method: str, answer: str) -> float:
    labels = {"method": method, "answer": answer}
    return REGISTRY.get_sample_value("seminar_bot_slack_calls_total", labels) or 0.0


def rate_limited(method: str) -> float:
    labels = {"method": method}
    return REGISTRY.get_sample_value("seminar_bot_slack_rate_limited_calls_total", labels) or 0.0


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


@pytest.mark.parametrize(
    ("told", "answer", "reason", "is_rate_limit"),
    [
        (web.Response(status=429, headers={"Retry-After": "60"}), "RetryAt", "HTTP 429", 1),
        (web.Response(status=503, headers={"Retry-After": "60"}), "RetryAt", "HTTP 503", 0),
        (web.Response(status=404), "RefusedForTarget", "HTTP 404", 0),
        ("reset", "Doubtful", "ServerDisconnectedError", 0),
    ],
)
async def test_a_private_answer_that_was_not_taken_is_counted_and_logged(
    slack: Misbehaving,
    gateway: SlackGateway,
    caplog: pytest.LogCaptureFixture,
    told: object,
    answer: str,
    reason: str,
    is_rate_limit: int,
) -> None:
    caplog.set_level(logging.INFO)
    slack.answers = [told]
    before = (calls("response_url", answer), rate_limited("response_url"))

    await gateway.respond(slack.url, {"text": "Private words."})

    after = (calls("response_url", answer), rate_limited("response_url"))
    assert after == (before[0] + 1, before[1] + is_rate_limit)
    ((_, context),) = context_of_lines(caplog)
    assert context == {"method": "response_url", "answer": answer, "reason": reason}
    assert "Private words" not in caplog.text


async def test_a_private_answer_is_posted(slack: Misbehaving, gateway: SlackGateway) -> None:
    sent = await gateway.respond(slack.url.replace("/api/", "/respond/1"), {"text": "You have a seat."})

    assert sent
    assert slack.calls == [("/respond/1", "application/json", {"text": "You have a seat."}, "")]


async def test_a_private_answer_is_tried_again_where_slack_asks_for_a_moment(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [web.Response(status=429, headers={"Retry-After": "0"}), {"ok": True}]

    assert await gateway.respond(slack.url, {"text": "Hi"})
    assert len(slack.calls) == 2


@pytest.mark.parametrize("told", ["reset", web.Response(status=404)])
async def test_a_private_answer_that_may_have_arrived_or_is_refused_is_left(
    slack: Misbehaving, gateway: SlackGateway, told: object
) -> None:
    slack.answers = [told]

    assert not await gateway.respond(slack.url, {"text": "Hi"})
    assert len(slack.calls) == 1


async def test_a_private_answer_goes_nowhere_else(slack: Misbehaving, session: aiohttp.ClientSession) -> None:
    gateway = SlackGateway(session)

    assert not await gateway.respond(slack.url, {"text": "Hi"})
    assert slack.calls == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", True),
        ("https://hooks.slack-gov.com/actions/T1/2/x", True),
        ("http://hooks.slack.com/actions/T1/2/x", False),
        ("https://hooks.slack.com:8443/x", False),
        ("https://hooks.slack.com.example.org/x", False),
        ("https://hooks.slack.com@example.org/x", False),
        ("https://me:pw@hooks.slack.com/x", False),
        ("https://slack.com/x", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("//hooks.slack.com/x", False),
        ("http://[", False),
        ("", False),
    ],
)
async def test_only_slacks_hosts_get_private_answers(
    session: aiohttp.ClientSession, url: str, *, expected: bool
) -> None:
    assert SlackGateway(session).is_response_url(url) is expected


async def test_members_of_a_user_group_are_asked_for_once(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [{"ok": True, "users": ["U1", "U2"]}]
    groups = UserGroups(gateway, elapsed=lambda: 0.0)

    answers = await asyncio.gather(*(groups.is_member(TOKEN, ["S1"], f"U{n}") for n in range(1, 5)))

    assert answers == [True, True, False, False]
    assert len(slack.calls) == 1


async def test_a_user_group_is_asked_for_again_after_five_minutes(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [{"ok": True, "users": ["U1"]}, {"ok": True, "users": []}]
    now = 0.0
    groups = UserGroups(gateway, elapsed=lambda: now)
    await groups.members(TOKEN, "S1")

    now = 301.0

    assert not await groups.is_member(TOKEN, ["S1"], "U1")


async def test_a_user_group_that_slack_refuses_has_no_members(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [{"ok": True, "users": ["U1"]}, {"ok": False, "error": "no_such_subteam"}]
    now = 0.0
    groups = UserGroups(gateway, elapsed=lambda: now)
    await groups.members(TOKEN, "S1")

    now = 301.0

    assert not await groups.is_member(TOKEN, ["S1"], "U1")


async def test_the_last_list_serves_a_while_where_slack_is_silent(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [{"ok": True, "users": ["U1"]}, "reset"]
    now = 0.0
    groups = UserGroups(gateway, elapsed=lambda: now)
    await groups.members(TOKEN, "S1")

    now = 301.0
    soon = await groups.is_member(TOKEN, ["S1"], "U1")
    now = 901.0
    late = await groups.is_member(TOKEN, ["S1"], "U1")

    assert (soon, late) == (True, None)


WHOAMI = {"ok": True, "team_id": "T1", "team": "ANU", "user_id": "UBOT", "bot_id": "B1"}


async def test_a_good_bot_token_tells_whose_it_is(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [WHOAMI]

    report = await check_bot_token(gateway, TOKEN)

    assert report.identity == Identity("T1", "ANU", "UBOT", "B1", None)
    assert report.checks == (
        Check("bot token", ok=True, sentence="The bot is known in ANU."),
        Check("scopes", ok=True, sentence="The app may do all that the bot needs."),
    )


async def test_a_missing_scope_is_said_with_what_it_is_for(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [WHOAMI]

    report = await check_bot_token(gateway, TOKEN, needs_user_groups=True)

    assert report.checks[1].sentence == (
        "The app lacks usergroups:read (staff by user group). Add it on your app's page,"
        " OAuth & Permissions, and install the app again."
    )


async def test_a_bad_bot_token_ends_with_what_to_mend(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [{"ok": False, "error": "invalid_auth"}]

    report = await check_bot_token(gateway, TOKEN)

    assert report.identity is None
    assert report.checks[0].sentence == (
        "Slack does not know SLACK_BOT_TOKEN. Copy the Bot User OAuth Token (xoxb-…) from your app's page,"
        " OAuth & Permissions."
    )


async def test_a_bot_token_in_the_app_tokens_place_is_said(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [{"ok": False, "error": "not_allowed_token_type"}]

    check = await check_app_token(gateway, TOKEN)

    assert not check.ok
    assert check.sentence.startswith("SLACK_APP_TOKEN is a token of another kind.")


async def test_a_silent_slack_is_not_taken_for_a_bad_token(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [web.Response(status=503)]

    check = await check_app_token(gateway, TOKEN)

    assert (check.ok, check.is_passing) == (False, True)
