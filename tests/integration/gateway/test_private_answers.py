"""Private answers to a press: where they may go, and what becomes of those that Slack does not take."""

import logging

import aiohttp
import pytest
from aiohttp import web

from bot.slack.gateway import SlackGateway
from tests.integration.gateway.misbehaving import Misbehaving, calls, context_of_lines, rate_limited


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
