"""Checking tokens at the start: each is said to be good, or what to mend is said."""

from aiohttp import web

from bot.slack.checks import Check, Identity, check_app_token, check_bot_token
from bot.slack.gateway import SlackGateway
from tests.integration.gateway.misbehaving import TOKEN, Misbehaving

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
