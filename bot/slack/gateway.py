"""Every call to Slack's Web API goes through here, for all workspaces."""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot import metrics
from bot.slack.errors import Answer, RetryAt, classify, reason_of
from bot.slack.redacting import wire_logger

SLACK_API_URL = "https://slack.com/api/"
CALL_TIMEOUT = timedelta(seconds=10)
CONNECT_TIMEOUT = timedelta(seconds=5)
RESPOND_PAUSE_LIMIT = timedelta(seconds=3)

_log = logging.getLogger(__name__)

_RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_SLACK_HOSTS = frozenset({"slack.com", "slack-gov.com"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

# The reading methods take no JSON body; Slack ignores it and says that an argument is missing.
_JSON_FAMILIES = ("chat.", "views.")
_JSON_METHODS = frozenset({"conversations.open", "conversations.join"})
_FORM_METHODS = frozenset({"chat.getPermalink"})  # of a family that takes JSON; Slack's page says form only

# Nothing that a person typed becomes a mention or a link, and no link grows a picture under a card.
_PLAIN: dict[str, Any] = {"parse": "none", "link_names": False}
_NO_UNFURL: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "chat.postMessage": _PLAIN | _NO_UNFURL,
    "chat.scheduleMessage": _PLAIN | _NO_UNFURL,
    "chat.postEphemeral": _PLAIN,
    "chat.update": _PLAIN,
}

_OK = 200
_TOO_MANY = 429
_BUSY = frozenset({_TOO_MANY, 503})
_RESPOND = {"method": metrics.RESPONSE_URL}


def open_session() -> aiohttp.ClientSession:
    """Open the session that all calls share; close it at shutdown.

    With a shared session the SDK's own time-out is not applied, so it is the
    session's. Connecting has a shorter one: a call that never connected was
    surely not accepted and may be repeated.
    """
    timeout = aiohttp.ClientTimeout(
        total=CALL_TIMEOUT.total_seconds(), sock_connect=CONNECT_TIMEOUT.total_seconds()
    )
    return aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


def build_client(
    session: aiohttp.ClientSession, *, api_url: str = SLACK_API_URL, token: str | None = None
) -> AsyncWebClient:
    """Build a client that never repeats a call by itself; also the one for Bolt.

    The SDK's default sends a post again whose answer was lost, and takes a proxy
    from the environment, also for a stand-in on this machine.
    """
    client = AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        retry_handlers=[],
        timeout=int(CALL_TIMEOUT.total_seconds()),
        logger=wire_logger("bot.slack.web"),
    )
    if URL(api_url).host in _LOOPBACK:
        client.proxy = None
    return client


class SlackGateway:
    """Calls Slack on behalf of any workspace and says what came of it.

    Args:
        session: From `open_session`; the caller closes it.
        api_url: Where the Web API is: Slack, GovSlack or a stand-in.
    """

    def __init__(self, session: aiohttp.ClientSession, *, api_url: str = SLACK_API_URL) -> None:
        self._session = session
        self._api = URL(api_url)
        self._client = build_client(session, api_url=api_url)

    async def call(
        self, team_token: str, method: str, args: Mapping[str, Any], *, within: timedelta | None = None
    ) -> Answer:
        """Make one call, once; never raises.

        Args:
            team_token: The token of the workspace that the call is for.
            method: Slack's name, such as ``chat.postMessage``.
            args: Its arguments; those that are None are left out.
            within: Gives up sooner than after `CALL_TIMEOUT`, for who waits on a screen.
        """
        try:
            async with asyncio.timeout(within.total_seconds() if within else None):
                response = await self._client.api_call(
                    method, headers={"Authorization": f"Bearer {team_token}"}, **_body(method, args)
                )
            answer = classify(method, response)
        except Exception as error:  # noqa: BLE001 - the one place where every failure becomes a value
            answer = classify(method, error)
        name, is_rate_limit = type(answer).__name__, isinstance(answer, RetryAt) and answer.is_rate_limit
        metrics.count_call(method, name, is_rate_limit=is_rate_limit)
        if reason := reason_of(answer):
            context = {"method": method, "answer": name, "reason": reason}
            _log.info("A call to Slack did not succeed.", extra=context)
        return answer

    async def users_info(self, team_token: str, user_id: str, *, within: timedelta | None = None) -> Answer:
        """Ask for a person: names, time zone, role."""
        return await self.call(team_token, "users.info", {"user": user_id}, within=within)

    async def conversations_info(
        self, team_token: str, channel_id: str, *, within: timedelta | None = None
    ) -> Answer:
        """Ask for a channel; what the bot cannot see is refused as ``channel_not_found``."""
        return await self.call(team_token, "conversations.info", {"channel": channel_id}, within=within)

    def is_response_url(self, url: str) -> bool:
        """Tell whether an address is one that Slack (or the stand-in in use) gives for answers.

        The address comes with a request, so it is checked before anything is sent to it.
        """
        try:
            parsed = URL(url)
            origin = parsed.origin()
        except ValueError:  # no address, or one without a host
            return False
        if parsed.user is not None or parsed.password is not None:
            return False
        if parsed.scheme == "https" and parsed.host in _RESPONSE_HOSTS and parsed.port == 443:  # noqa: PLR2004 - https
            return True
        return self._is_stand_in(origin)

    def is_stand_in(self, url: str) -> bool:
        """Tell whether an address is at the stand-in that is in use instead of Slack."""
        try:
            parsed = URL(url)
            return parsed.user is None and parsed.password is None and self._is_stand_in(parsed.origin())
        except ValueError:
            return False

    def _is_stand_in(self, origin: URL) -> bool:
        return self._api.host not in _SLACK_HOSTS and origin == self._api.origin()

    async def respond(self, response_url: str, payload: Mapping[str, Any]) -> bool:
        """Send a private answer to a press; True if Slack took it.

        A courtesy, so it is tried twice at most: again after a second where the
        connection could not be made, or when Slack asks to wait no longer than
        `RESPOND_PAUSE_LIMIT`. A lost answer is not repeated, it would show twice.
        """
        if not self.is_response_url(response_url):
            _log.warning("A response_url at an unexpected host was not used.", extra=_RESPOND)
            return False
        pause = await self._respond_once(response_url, payload)
        if isinstance(pause, timedelta):
            await asyncio.sleep(pause.total_seconds())
            return await self._respond_once(response_url, payload) is True
        return pause

    async def _respond_once(self, response_url: str, payload: Mapping[str, Any]) -> bool | timedelta:
        """Return whether Slack took it, or how long to wait before the second try."""
        try:
            async with self._session.post(
                response_url, json=dict(payload), allow_redirects=False, proxy=self._client.proxy
            ) as response:
                if response.status == _OK:
                    metrics.count_call(metrics.RESPONSE_URL, "Accepted")
                    return True
                is_busy = response.status in _BUSY
                name = "RetryAt" if is_busy else "RefusedForTarget"
                metrics.count_call(metrics.RESPONSE_URL, name, is_rate_limit=response.status == _TOO_MANY)
                context = _RESPOND | {"answer": name, "reason": f"HTTP {response.status}"}
                _log.info("A private answer was not taken.", extra=context)
                if not is_busy:
                    return False
                given = response.headers.get("Retry-After", "1")
                pause = timedelta(seconds=int(given)) if given.isdecimal() else RESPOND_PAUSE_LIMIT
                return pause if pause <= RESPOND_PAUSE_LIMIT else False
        except Exception as error:  # noqa: BLE001 - as in `call`; the member has the promise by direct message
            is_unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            name = "RetryAt" if is_unsent else "Doubtful"
            metrics.count_call(metrics.RESPONSE_URL, name)
            context = _RESPOND | {"answer": name, "reason": type(error).__name__}
            _log.info("A private answer did not reach Slack.", extra=context)
            return timedelta(seconds=1) if is_unsent else False


def _body(method: str, args: Mapping[str, Any]) -> dict[str, Any]:
    full = {key: value for key, value in {**_DEFAULTS.get(method, {}), **args}.items() if value is not None}
    is_json = method.startswith(_JSON_FAMILIES) and method not in _FORM_METHODS
    if is_json or method in _JSON_METHODS:
        return {"json": full}
    return {"data": {key: _form_value(value) for key, value in full.items()}}


def _form_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
