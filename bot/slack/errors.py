"""One table that classifies every answer of Slack, and the answers themselves.

The question behind each row is what may be done next: nothing, the same call
later, a new message, or nothing more in this place or workspace. Codes are
those of Slack's method pages; one that is not in the table is taken as a
refusal for good, since repeating it would change nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, assert_never

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse


@dataclass(frozen=True, slots=True)
class Accepted:
    """Slack did it.

    Attributes:
        response: The body of the answer; not shown in a log, as it may hold what people wrote.
        scopes: What the token may do, from the header ``x-oauth-scopes``; empty where Slack did not say.
    """

    response: Mapping[str, Any] = field(repr=False)
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Slack surely did not do it, or doing it again does no harm: call again.

    Attributes:
        after: How long to wait; None leaves it to the caller's backoff.
        is_rate_limit: The whole method must wait in this workspace, not this call alone.
        reason: A word for the log.
    """

    after: timedelta | None
    is_rate_limit: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Slack may have done it, and once more could show it twice."""

    reason: str


@dataclass(frozen=True, slots=True)
class RefusedForTarget:
    """Not here and not for this person, ever; elsewhere the bot goes on.

    Attributes:
        code: Slack's word.
        needed: The scopes that are missing, where the code is ``missing_scope``.
        provided: The scopes that the token has, where the code is ``missing_scope``; for the log.
    """

    code: str
    needed: str = ""
    provided: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MessageGone:
    """The message can no longer be changed by us: post a new one."""

    code: str


@dataclass(frozen=True, slots=True)
class WorkspaceGone:
    """The token opens nothing any more: stop everything for this workspace."""

    code: str


@dataclass(frozen=True, slots=True)
class BadPayload:
    """Our own mistake: what was sent breaks a rule of Slack.

    Attributes:
        code: Slack's word.
        messages: What is wrong, in Slack's words, from ``response_metadata.messages``.
    """

    code: str
    messages: tuple[str, ...] = ()


Answer = Accepted | RetryAt | Doubtful | RefusedForTarget | MessageGone | WorkspaceGone | BadPayload

# A second call of these shows a second message, or spends a trigger twice. All others name a state, so that
# an answer lost on the way is mended by asking again.
SHOWN_TWICE = frozenset(
    {
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.scheduleMessage",
        "files.completeUploadExternal",
        "views.open",
        "views.push",
    }
)

# Slack's documentation: these two may have partly succeeded.
_MAYBE_DONE = frozenset({"internal_error", "fatal_error"})

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})

# None: with the caller's backoff.
_RETRY_AFTER: dict[str, timedelta | None] = {
    "service_unavailable": None,
    "request_timeout": None,  # the body came cut or not at all, so nothing was done
    "update_failed": None,
    "external_channel_migrating": timedelta(minutes=10),
    "hash_conflict": timedelta(0),  # the caller renders again, with what is true now
    "message_limit_exceeded": timedelta(hours=6),
    "org_login_required": timedelta(hours=1),  # a workspace is moving into an organisation
    "team_added_to_org": timedelta(hours=1),
}

_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "cant_delete_message"})

_WORKSPACE_GONE = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)

_BAD_PAYLOAD = frozenset(
    {
        "duplicate_external_id",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_form_data",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_post_type",
        "json_not_object",
        "metadata_too_large",
        "missing_argument",
        "missing_charset",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_enough_users",
        "push_limit_reached",
        "time_in_past",
        "time_too_far",
        "too_many_attachments",
        "too_many_users",
        "unknown_method",
        "users_list_not_supplied",
        "view_too_large",
    }
)

_OK = 200
_TOO_LARGE = 413
_TOO_MANY = 429
_SERVER_ERROR = 500


def classify(method: str, outcome: object) -> Answer:
    """Say what an answer of Slack, or the failure to get one, means for a call of that method.

    Args:
        method: Slack's name, such as ``chat.postMessage``; decides whether a lost answer is `Doubtful`.
        outcome: What the client returned (or a body as a mapping), or the exception it raised.
    """
    match outcome:
        case AsyncSlackResponse():
            return _classify_http(method, outcome.status_code, outcome.headers, outcome.data)
        case SlackApiError():
            return _classify_api_error(method, outcome)
        case Mapping():
            return _classify_http(method, _OK, {}, outcome)
        case BaseException():
            return _classify_exception(method, outcome)
        case _:
            return _lost(method, f"unreadable answer ({type(outcome).__name__})")


def _classify_api_error(method: str, error: SlackApiError) -> Answer:
    response = error.response
    if isinstance(response, AsyncSlackResponse):
        return _classify_http(method, response.status_code, response.headers, response.data)
    # Where the body is no JSON the SDK gives aiohttp's response instead of its own.
    if isinstance(response, aiohttp.ClientResponse):
        return _classify_http(method, response.status, response.headers, None)
    return _classify_http(method, _OK, {}, response)


def _classify_http(method: str, status: int, headers: Mapping[str, str], body: object) -> Answer:
    data: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    if status == _TOO_MANY:
        return RetryAt(_retry_after(headers), is_rate_limit=True, reason="ratelimited")
    if status == _OK and data.get("ok") is True:
        granted = headers.get("x-oauth-scopes", "")
        return Accepted(data, frozenset(scope.strip() for scope in granted.split(",") if scope.strip()))
    code = data.get("error")
    if isinstance(code, str) and code:
        return _classify_code(method, code, headers, data)
    if status == _TOO_LARGE:
        return BadPayload("request_too_large")
    if status == _OK or status >= _SERVER_ERROR:
        return _lost(method, "no JSON" if status == _OK else f"HTTP {status}")
    # A 3xx or 4xx without Slack's body comes from a proxy on the way: the method never ran.
    return RetryAt(_retry_after(headers), is_rate_limit=False, reason=f"HTTP {status}")


def _classify_code(method: str, code: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> Answer:
    if code in _RATE_LIMITED:
        return RetryAt(_retry_after(headers), is_rate_limit=True, reason=code)
    if code in _MAYBE_DONE:
        return _lost(method, code)
    if code in _RETRY_AFTER:
        return RetryAt(_RETRY_AFTER[code], is_rate_limit=False, reason=code)
    if code in _MESSAGE_GONE:
        return MessageGone(code)
    if code in _WORKSPACE_GONE:
        return WorkspaceGone(code)
    if code in _BAD_PAYLOAD:
        return BadPayload(code, _messages(data))
    return RefusedForTarget(code, str(data.get("needed") or ""), str(data.get("provided") or ""))


def _classify_exception(method: str, error: BaseException) -> Answer:
    # Only the type is kept: the text of these holds addresses, and those may hold a ticket.
    name = type(error).__name__
    match error:
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return RetryAt(None, is_rate_limit=False, reason=f"no connection ({name})")
        case aiohttp.InvalidURL() | aiohttp.ClientHttpProxyError():
            return RetryAt(None, is_rate_limit=False, reason=f"not sent ({name})")
        case TimeoutError():
            return _lost(method, "no answer in time")
        case AttributeError():  # the SDK stumbles over a body that is text/plain
            return _lost(method, "no JSON")
        case TypeError():
            return BadPayload("not_json", ("the arguments cannot be written as JSON",))
        case _:
            return _lost(method, f"answer lost ({name})")


def _lost(method: str, reason: str) -> Answer:
    if method in SHOWN_TWICE:
        return Doubtful(reason)
    return RetryAt(None, is_rate_limit=False, reason=reason)


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    given = headers.get("Retry-After", "").strip()
    is_seconds = given.isascii() and given.isdigit() and len(given) <= 6  # noqa: PLR2004 - under 12 days
    return timedelta(seconds=int(given)) if is_seconds else None


def _messages(data: Mapping[str, Any]) -> tuple[str, ...]:
    metadata = data.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    found = messages if isinstance(messages, list) else data.get("errors")
    return tuple(str(message) for message in found) if isinstance(found, list) else ()


def reason_of(answer: Answer) -> str:
    """Return a short word for a log line or a column; "" where Slack accepted."""
    match answer:
        case Accepted():
            return ""
        case RetryAt() | Doubtful():
            return answer.reason
        case RefusedForTarget(needed=needed) if needed:
            return f"{answer.code}: needs {needed}, has {answer.provided or 'none that Slack names'}"
        case RefusedForTarget() | MessageGone() | WorkspaceGone():
            return answer.code
        case BadPayload():
            return ": ".join((answer.code, *answer.messages[:1]))
        case _:
            assert_never(answer)
