from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import (
    Accepted,
    Answer,
    BadPayload,
    Doubtful,
    MessageGone,
    RefusedForTarget,
    RetryAt,
    WorkspaceGone,
    classify,
    reason_of,
)

TOKEN = "xoxb-1-secret"
KEY = ConnectionKey(
    "slack.com", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)


def response(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> AsyncSlackResponse:
    return AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.com/api/x",
        req_args={"headers": {"Authorization": f"Bearer {TOKEN}"}},
        data=body,  # type: ignore[arg-type]  # the SDK gives text too
        headers=dict(headers or {}),
        status_code=status,
    )


def broken(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> SlackApiError:
    answered = response(body, status=status, headers=headers)
    return SlackApiError("The request failed.", answered)  # type: ignore[no-untyped-call]  # the SDK's own


def refusal(code: str, **more: object) -> SlackApiError:
    return broken({"ok": False, "error": code, **more})


def later(reason: str, after: timedelta | None = None) -> RetryAt:
    return RetryAt(after, is_rate_limit=False, reason=reason)


def limited(after: float | None, reason: str = "ratelimited") -> RetryAt:
    return RetryAt(None if after is None else timedelta(seconds=after), is_rate_limit=True, reason=reason)


REFUSED = [
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
    "messages_tab_disabled",
    "user_not_found",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_bot",
    "invalid_user_combination",
    "edit_window_closed",
    "is_inactive",
    "block_mismatch",
    "streaming_state_conflict",
    "user_not_in_channel",
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "not_found",
    "not_enabled",
    "restricted_too_many",
    "invalid_scheduled_message_id",
    "no_such_subteam",
    "subteam_disabled",
    "plan_upgrade_required",
    "file_uploads_disabled",
    "storage_limit_reached",
    "file_upload_size_restricted",
    "posting_to_channel_denied",
    "invalid_code",
    "bad_redirect_uri",
    "invalid_client_id",
    "a_code_of_tomorrow",
]
WORKSPACE_GONE = [
    "account_inactive",
    "token_revoked",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "not_allowed_token_type",
    "no_permission",
    "access_denied",
    "team_access_not_granted",
    "ekm_access_denied",
    "accesslimited",
    "enterprise_is_restricted",
    "two_factor_setup_required",
]
MESSAGE_GONE = ["message_not_found", "cant_update_message", "cant_delete_message"]
BAD_PAYLOAD = [
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "no_text",
    "view_too_large",
    "push_limit_reached",
    "duplicate_external_id",
    "time_in_past",
    "time_too_far",
    "not_enough_users",
    "too_many_users",
    "users_list_not_supplied",
    "unknown_method",
    "invalid_arguments",
]
LATER: list[tuple[str, timedelta | None]] = [
    ("service_unavailable", None),
    ("request_timeout", None),
    ("update_failed", None),
    ("hash_conflict", timedelta(0)),
    ("external_channel_migrating", timedelta(minutes=10)),
    ("message_limit_exceeded", timedelta(hours=6)),
    ("org_login_required", timedelta(hours=1)),
    ("team_added_to_org", timedelta(hours=1)),
]
TABLE: list[tuple[str, Answer]] = [
    *((code, RefusedForTarget(code)) for code in REFUSED),
    *((code, WorkspaceGone(code)) for code in WORKSPACE_GONE),
    *((code, MessageGone(code)) for code in MESSAGE_GONE),
    *((code, BadPayload(code)) for code in BAD_PAYLOAD),
    *((code, later(code, after)) for code, after in LATER),
    ("ratelimited", limited(None)),
    ("rate_limited", limited(None, "rate_limited")),
    ("internal_error", Doubtful("internal_error")),
    ("fatal_error", Doubtful("fatal_error")),
]


@pytest.mark.parametrize(("code", "expected"), TABLE)
def test_a_code_of_slack_has_its_answer(code: str, expected: Answer) -> None:
    assert expected == classify("chat.postMessage", refusal(code))


def test_what_was_done_is_accepted_with_its_scopes() -> None:
    answered = response({"ok": True, "ts": "1.2"}, headers={"x-oauth-scopes": "commands, chat:write"})

    answer = classify("chat.postMessage", answered)

    assert answer == Accepted({"ok": True, "ts": "1.2"}, frozenset({"commands", "chat:write"}))
    assert "1.2" not in repr(answer)


def test_a_missing_scope_is_named() -> None:
    error = refusal("missing_scope", needed="usergroups:read", provided="commands")

    assert classify("usergroups.users.list", error) == RefusedForTarget("missing_scope", "usergroups:read")


def test_bad_blocks_keep_what_slack_says_is_wrong() -> None:
    error = refusal("invalid_blocks", response_metadata={"messages": ["[ERROR] too long [json-pointer:/0]"]})

    answer = classify("chat.update", error)

    assert answer == BadPayload("invalid_blocks", ("[ERROR] too long [json-pointer:/0]",))
    assert reason_of(answer) == "invalid_blocks: [ERROR] too long [json-pointer:/0]"


@pytest.mark.parametrize(
    ("given", "after"), [("7", 7.0), ("0", 0.0), ("", None), ("-3", None), ("soon", None), ("9" * 20, None)]
)
def test_retry_after_is_read_where_it_is_a_number(given: str, after: float | None) -> None:
    error = broken({}, status=429, headers={"Retry-After": given})

    assert classify("chat.postMessage", error) == limited(after)


OUTCOMES: list[tuple[object, str]] = [
    (broken({}, status=500), "HTTP 500"),
    (broken("Bad gateway", status=502), "HTTP 502"),
    (broken({}, status=503), "HTTP 503"),
    (broken({}), "no JSON"),
    (response({"ok": False}), "no JSON"),
    (refusal("internal_error"), "internal_error"),
    (TimeoutError(), "no answer in time"),
    (aiohttp.ServerTimeoutError(), "no answer in time"),
    (aiohttp.ServerDisconnectedError(), "answer lost (ServerDisconnectedError)"),
    (aiohttp.ClientOSError(104, "reset"), "answer lost (ClientOSError)"),
    (aiohttp.ClientPayloadError(), "answer lost (ClientPayloadError)"),
    (ConnectionResetError(), "answer lost (ConnectionResetError)"),
    (AttributeError("'str' object has no attribute 'get'"), "no JSON"),
    (SlackRequestError("x"), "answer lost (SlackRequestError)"),
]


@pytest.mark.parametrize(("outcome", "reason"), OUTCOMES)
@pytest.mark.parametrize(
    "method",
    ["chat.postMessage", "chat.postEphemeral", "views.open", "views.push", "files.completeUploadExternal"],
)
def test_a_lost_answer_leaves_doubt_where_twice_would_show(method: str, outcome: object, reason: str) -> None:
    assert classify(method, outcome) == Doubtful(reason)


@pytest.mark.parametrize(("outcome", "reason"), OUTCOMES)
@pytest.mark.parametrize("method", ["chat.update", "views.publish", "users.info", "conversations.open"])
def test_a_lost_answer_is_asked_again_where_twice_is_once(method: str, outcome: object, reason: str) -> None:
    assert classify(method, outcome) == later(reason)


UNSENT: list[tuple[object, str]] = [
    (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), "no connection (ClientConnectorError)"),
    (aiohttp.ConnectionTimeoutError(), "no connection (ConnectionTimeoutError)"),
    (aiohttp.InvalidURL("x"), "not sent (InvalidURL)"),
    (broken({}, status=404), "HTTP 404"),
    (broken({}, status=407), "HTTP 407"),
]


@pytest.mark.parametrize(("outcome", "reason"), UNSENT)
def test_what_never_reached_slack_is_sent_again(outcome: object, reason: str) -> None:
    assert classify("chat.postMessage", outcome) == later(reason)


def test_a_body_too_large_for_slack_is_our_mistake() -> None:
    error = broken({}, status=413)

    assert classify("chat.postMessage", error) == BadPayload("request_too_large")


def test_arguments_that_are_no_json_are_our_mistake() -> None:
    answer = classify("chat.postMessage", TypeError("Object of type datetime is not JSON serializable"))

    assert answer == BadPayload("not_json", ("the arguments cannot be written as JSON",))


@pytest.mark.parametrize("body", [{"ok": True, "channel": "C1"}, {"ok": False, "error": "fatal_error"}])
def test_no_answer_shows_the_token(body: dict[str, Any]) -> None:
    assert TOKEN not in repr(classify("chat.postMessage", response(body)))
