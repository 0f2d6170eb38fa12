"""Where files are fetched from: the token goes to Slack and nowhere else."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.files import Unread, fetch_file, is_file_url
from bot.slack.gateway import SlackGateway, open_session

MOST = 1000


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/talk.ics",
        "https://cais.slack.com/files/U1/F1/talk.ics",
        "https://files.slack-gov.com/files-pri/T1-F1/talk.ics",
    ],
)
def test_slacks_own_hosts_keep_files(url: str) -> None:
    assert is_file_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/f",
        "https://files.slack.com:8443/f",
        "https://files.slack.com.evil.example/f",
        "https://evil.example/?files.slack.com",
        "https://files.slack.com@evil.example/f",
        "https://user:word@files.slack.com/f",
        "https://evilslack.com/f",
        "https://127.0.0.1/f",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "//files.slack.com/f",
        "https://[",
        "",
    ],
)
def test_no_other_address_does(url: str) -> None:
    assert not is_file_url(url)


async def fetch(file: dict[str, Any], *, api_url: str) -> bytes | Unread:
    async with open_session() as session:
        gateway = SlackGateway(session, api_url=api_url)
        return await fetch_file(gateway, "xoxb-1", file, most=MOST, within=timedelta(seconds=0.5))


async def _hand_out(_request: web.Request) -> web.Response:
    return web.Response(body=b"what a redirect leads to")


async def serve(handler: Any) -> TestServer:
    app = web.Application()
    app.router.add_get("/f", handler)
    app.router.add_get("/elsewhere", _hand_out)
    server = TestServer(app)
    await server.start_server()
    return server


async def test_a_file_at_another_host_is_not_asked_for() -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=b"secret")

    server = await serve(handler)
    answer = await fetch({"url_private": str(server.make_url("/f"))}, api_url="https://slack.com/api/")
    await server.close()

    assert (answer, asked) == (Unread.SHUT, [])


@pytest.mark.parametrize(
    ("status", "headers", "body", "answer"),
    [
        (200, {}, b"Talk", b"Talk"),
        (200, {}, b"x" * MOST, b"x" * MOST),
        (200, {}, b"x" * (MOST + 1), Unread.TOO_LONG),
        (200, {"Content-Type": "text/html"}, b"Sign in", Unread.SHUT),
        (302, {"Location": "/elsewhere"}, b"", Unread.SHUT),
        (404, {}, b"", Unread.SHUT),
    ],
)
async def test_what_the_host_answers_becomes_a_value(
    status: int, headers: dict[str, str], body: bytes, answer: bytes | Unread
) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xoxb-1"
        return web.Response(status=status, body=body, headers=headers)

    server = await serve(handler)
    fetched = await fetch({"url_private": str(server.make_url("/f"))}, api_url=str(server.make_url("/api/")))
    await server.close()

    assert answer == fetched


@pytest.mark.parametrize("file", [{}, {"url_private": None}, {"url_private": "https://["}])
async def test_a_file_without_an_address_is_shut(file: dict[str, Any]) -> None:
    assert await fetch(file, api_url="https://slack.com/api/") is Unread.SHUT


async def test_a_file_that_says_it_is_long_is_not_asked_for() -> None:
    file = {"url_private": "https://files.slack.com/f", "size": MOST + 1}

    assert await fetch(file, api_url="https://slack.com/api/") is Unread.TOO_LONG


async def test_a_host_that_is_silent_is_given_up() -> None:
    file = {"url_private": "http://127.0.0.1:1/f"}

    assert await fetch(file, api_url="http://127.0.0.1:1/api/") is Unread.SILENT
