"""Delivery to a request URL: signed with the v0 scheme, three seconds, nothing followed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from bot.playground.delivering import Ack, Kind, Retry

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.world import World

SUCCESS = range(200, 300)


def sign(secret: str, timestamp: str, body: str) -> str:
    """Compute the `X-Slack-Signature` of a body."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class SignedHttp:
    """The way to an app that has a request URL.

    Signatures carry this machine's time, whatever the workspace's clock says:
    the app checks them against its own machine.
    """

    def __init__(self, world: World, request_url: str) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self.request_url = request_url

    async def deliver(self, kind: Kind, payload: Json, within: float, retry: Retry | None = None) -> Ack:
        """Post one payload and wait for the answer."""
        if kind == "events_api":
            body, content_type = json.dumps(payload), "application/json"
        else:
            fields = {"payload": json.dumps(payload)} if kind == "interactive" else payload
            body, content_type = urlencode(fields), "application/x-www-form-urlencoded"
        return await self.post(body, content_type, within, retry)

    async def verify(self) -> bool:
        """Do what Slack does when a request URL is entered: challenge it."""
        challenge = self._world.next_id("challenge")
        request = {
            "token": self._world.verification_token,
            "challenge": challenge,
            "type": "url_verification",
        }
        ack = await self.post(json.dumps(request), "application/json", 3.0, None)
        return ack.is_acknowledged and challenge in json.dumps(ack.body or {})

    async def post(self, body: str, content_type: str, within: float, retry: Retry | None) -> Ack:
        """Post a signed body as it is."""
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._world.signing_secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        session = self._open_session()
        try:
            patience = aiohttp.ClientTimeout(total=within)
            sending = session.post(
                self.request_url, data=body.encode(), headers=headers, timeout=patience, allow_redirects=False
            )
            async with sending as response:
                text = await response.text()
                return _ack_of(response, text)
        except TimeoutError:
            return Ack(is_acknowledged=False, problem="http_timeout")
        except aiohttp.ClientError:
            return Ack(is_acknowledged=False, problem="connection_failed")

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session


def _ack_of(response: aiohttp.ClientResponse, text: str) -> Ack:
    if response.status not in SUCCESS:
        wants_retry = response.headers.get("X-Slack-No-Retry") != "1"
        return Ack(is_acknowledged=False, problem="http_error", wants_retry=wants_retry)
    if not text:
        return Ack(is_acknowledged=True)
    if response.content_type != "application/json":
        return Ack(is_acknowledged=True, body={"text": text})
    body = json.loads(text)
    return Ack(is_acknowledged=True, body=body if isinstance(body, dict) else None)
