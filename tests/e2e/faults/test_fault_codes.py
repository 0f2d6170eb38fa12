"""Every code of Slack's table, given to the real dispatcher: what becomes of it, and who learns."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.slack.errors import BadPayload, RefusedForTarget
from tests.e2e.faults.code_stage import CARD, DIRECT, KINDS, MANY, POST, UPDATE, CodeStage
from tests.e2e.faults.fault_sights import lines, loudest


@dataclass(frozen=True)
class Fate:
    """What becomes of a promise whose call got a code."""

    state: str
    reason: str | None
    notices: int
    level: str


def refused(code: str, level: str) -> Fate:
    return Fate("refused", code, 1, level)


def later(code: str, level: str = "") -> Fate:
    return Fate("due", code, 0, level)


POSTS = ["channel_not_found", "not_in_channel", "is_archived", "restricted_action"] + [
    f"restricted_action_{kind}"
    for kind in ("read_only_channel", "thread_only_channel", "non_threadable_channel", "thread_locked")
]
UPDATES = [
    "channel_not_found",
    "edit_window_closed",
    "is_inactive",
    "block_mismatch",
    "streaming_state_conflict",
]
PEOPLE = [
    "channel_not_found",
    "user_not_found",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_bot",
    "invalid_user_combination",
    "a_code_of_tomorrow",
]
OURS = [
    "messages_tab_disabled",
    "missing_scope",
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "no_text",
    "not_enough_users",
    "too_many_users",
    "users_list_not_supplied",
]
GONE = [
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
LONG_PAUSES = ["org_login_required", "team_added_to_org", "message_limit_exceeded"]
SHORT_PAUSES = ["service_unavailable", "request_timeout", "internal_error", "fatal_error"]

TABLE: list[tuple[str, str, Fate]] = [
    *((POST, code, refused(code, "WARNING")) for code in POSTS),
    *((UPDATE, code, refused(code, "WARNING")) for code in UPDATES),
    *((DIRECT, code, refused(code, "WARNING")) for code in PEOPLE),
    *((DIRECT, code, refused(code, "ERROR")) for code in OURS),
    *((POST, code, refused(code, "ERROR")) for code in OURS),
    *((UPDATE, code, refused(code, "ERROR")) for code in ("msg_too_long", "invalid_blocks", "missing_scope")),
    *((DIRECT, code, later(code, "ERROR")) for code in GONE),
    *((DIRECT, code, later(code, "WARNING")) for code in LONG_PAUSES),
    *((DIRECT, code, later(code)) for code in SHORT_PAUSES),
    *((UPDATE, code, later(code)) for code in ("update_failed", "external_channel_migrating")),
    *((method, "ratelimited", later("rate limited")) for method in (POST, UPDATE, DIRECT)),
    *((method, "rate_limited", later("rate limited")) for method in (POST, UPDATE, DIRECT)),
]


@pytest.mark.parametrize(
    ("where", "code", "fate"), TABLE, ids=[f"{where}-{code}" for where, code, _ in TABLE]
)
async def test_a_code_has_its_fate_its_notice_and_its_line(
    stage: CodeStage, log: pytest.LogCaptureFixture, where: str, code: str, fate: Fate
) -> None:
    await stage.meet(where, "error", code=code)

    row = await stage.settled(KINDS[where])

    told = await stage.told()
    assert fate == Fate(row.state, row.reason, len(told), loudest(log))


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "cant_delete_message"])
async def test_a_card_that_can_no_longer_be_changed_is_posted_anew(
    stage: CodeStage, log: pytest.LogCaptureFixture, code: str
) -> None:
    await stage.meet(UPDATE, "error", times=1, code=code)

    row = await stage.settled("announcement")

    cards = stage.ws.channels[CARD].messages
    assert (row.state, row.sent_ts, len(cards)) == ("done", cards[-1].ts, 2)
    assert (await stage.told(), loudest(log)) == ([], "")


# Answers to the other methods never wait in a queue: who waits on a screen is told at once.
ELSEWHERE: dict[str, list[str]] = {
    "chat.postEphemeral": ["user_not_in_channel", "not_in_channel"],
    "views.open": ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"],
    "views.update": ["not_found"],
    "views.publish": ["not_enabled"],
    "chat.scheduleMessage": ["restricted_too_many", "invalid_scheduled_message_id"],
    "usergroups.users.list": ["no_such_subteam", "subteam_disabled", "plan_upgrade_required"],
    "files.completeUploadExternal": [
        "file_uploads_disabled",
        "storage_limit_reached",
        "file_upload_size_restricted",
        "posting_to_channel_denied",
    ],
    "oauth.v2.access": ["invalid_code", "bad_redirect_uri", "invalid_client_id"],
}


@pytest.mark.parametrize(
    ("method", "code"), [(method, code) for method, codes in ELSEWHERE.items() for code in codes]
)
async def test_a_code_of_another_method_is_a_refusal_and_is_never_repeated(
    stage: CodeStage, method: str, code: str
) -> None:
    stage.pg.faults.add(method, "error", MANY, code=code)

    answer = await stage.gateway.call(stage.ws.bot_token, method, {})

    assert RefusedForTarget(code) == answer
    assert len(stage.pg.calls_of(method)) == 1


OUR_MISTAKES = [
    ("views.open", "view_too_large"),
    ("views.open", "duplicate_external_id"),
    ("views.push", "push_limit_reached"),
    ("chat.scheduleMessage", "time_in_past"),
    ("chat.scheduleMessage", "time_too_far"),
    ("api.unknown", "unknown_method"),
]


@pytest.mark.parametrize(("method", "code"), OUR_MISTAKES)
async def test_a_code_that_names_a_mistake_of_ours_is_never_repeated(
    stage: CodeStage, method: str, code: str
) -> None:
    stage.pg.faults.add(method, "error", MANY, code=code)

    answer = await stage.gateway.call(stage.ws.bot_token, method, {})

    assert BadPayload(code) == answer
    assert len(stage.pg.calls_of(method)) == 1


async def test_a_missing_scope_is_named_in_the_log(stage: CodeStage, log: pytest.LogCaptureFixture) -> None:
    details: dict[str, Any] = {
        "code": "missing_scope",
        "needed": "im:write",
        "provided": "commands,chat:write",
    }
    await stage.meet(DIRECT, "error", **details)

    await stage.settled("confirmation")

    (line,) = lines(log)
    assert line.endswith("for good: missing_scope: needs im:write, has commands,chat:write.")
    (told,) = await stage.told()
    assert "The app lacks a permission for this. Ask a workspace admin to install it again." in told


async def test_what_slack_finds_wrong_is_in_the_log_and_the_text_is_not(
    stage: CodeStage, log: pytest.LogCaptureFixture
) -> None:
    wrong = "must be less than 3001 characters [json-pointer:/blocks/0/text]"
    said = {"messages": [wrong]}
    await stage.meet(POST, "error", times=1, code="invalid_blocks", response_metadata=said)

    await stage.settled("announcement")

    (line,) = lines(log)
    assert line == f"Slack found a mistake in delivery 1 (announcement): invalid_blocks {wrong}"
    assert "Khorgos" not in log.text
