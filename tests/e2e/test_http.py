"""Signed HTTP: who is let in, and what the log keeps of who is not."""

import asyncio
import hashlib
import hmac
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.web.server import MAX_BODY
from tests.e2e.stories import SIGNING_SECRET, Scene, open_scene

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def http_scene(template: Path) -> AsyncIterator[Scene]:
    async with open_scene(template, "http") as opened:
        yield opened


def _signed(body: bytes, *, at: int | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
    stamp = str(at or int(time.time()))
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return FORM | {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed.hexdigest()}",
    }


async def _post(scene: Scene, body: bytes | io.BytesIO, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{scene.bot.port}/slack/events"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    "headers",
    [
        FORM,
        FORM | {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": "v0=" + "0" * 64},
        FORM | {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=short"},
        FORM | {"X-Slack-Request-Timestamp": "9" * 40, "X-Slack-Signature": "v0=" + "0" * 64},
        FORM | {"X-Slack-Request-Timestamp": "1596000000", "X-Slack-Signature": "v0=" + "0" * 64},
    ],
)
async def test_a_request_that_slack_did_not_sign_is_refused(
    http_scene: Scene, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert await _post(http_scene, b"command=%2Fseminar&text=private-words", headers) == 401
    assert "private-words" not in caplog.text


async def test_an_old_or_wrongly_signed_request_is_refused(
    http_scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    body = b"command=%2Fseminar&text=private-words"

    old = await _post(http_scene, body, _signed(body, at=int(time.time()) - 400))
    wrong = await _post(http_scene, body, _signed(body, secret="another secret of somebody"))

    assert (old, wrong) == (401, 401)
    assert "private-words" not in caplog.text


async def test_a_body_over_the_limit_is_refused(http_scene: Scene) -> None:
    body = b"x" * (MAX_BODY + 1)

    assert await _post(http_scene, io.BytesIO(body), _signed(body)) == 413


async def test_a_signed_request_of_another_workspace_changes_nothing(http_scene: Scene) -> None:
    fields = {"command": "/seminar", "text": "list", "team_id": "T0OTHER", "user_id": "U0ANA"}
    body = urlencode(fields).encode()

    await _post(http_scene, body, _signed(body))

    await asyncio.sleep(0.1)
    assert http_scene.pg.calls_of("response_url") == []


async def test_the_bot_says_that_it_is_well(http_scene: Scene) -> None:
    base = f"http://127.0.0.1:{http_scene.bot.port}"
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{base}/healthz") as health:
            assert health.status == 200
        async with session.get(f"{base}/readyz") as ready:
            assert await ready.text() == "ready"
