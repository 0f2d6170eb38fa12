"""What the start and the doctor ask Slack, each answered with a sentence."""

from dataclasses import dataclass

from bot.slack.errors import Accepted, Answer, BadPayload, RefusedForTarget, WorkspaceGone, reason_of
from bot.slack.gateway import SlackGateway
from bot.slack.manifest import NEEDED_SCOPES, USER_GROUP_SCOPE


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What, in a word or two.
        ok: Whether it will do.
        sentence: What was found and, where it will not do, what to mend.
        is_passing: It may be mended by waiting; a start need not end over it.
    """

    name: str
    ok: bool
    sentence: str
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a bot token speaks for."""

    team_id: str
    team_name: str
    bot_user_id: str
    bot_id: str
    enterprise_id: str | None


@dataclass(frozen=True, slots=True)
class BotTokenReport:
    """What a bot token is good for; no identity where Slack did not take it."""

    checks: tuple[Check, ...]
    identity: Identity | None


BOT_TOKEN = "bot token"  # noqa: S105 - the name of a check
APP_TOKEN = "app token"  # noqa: S105 - the name of a check
SCOPES = "scopes"

_BOT_TOKEN_FAULTS = {
    "invalid_auth": "Slack does not know SLACK_BOT_TOKEN. Copy the Bot User OAuth Token (xoxb-…) from"
    " your app's page, OAuth & Permissions.",
    "not_authed": "SLACK_BOT_TOKEN is empty. Copy the Bot User OAuth Token (xoxb-…) from your app's page,"
    " OAuth & Permissions.",
    "account_inactive": "The workspace of SLACK_BOT_TOKEN, or the bot in it, was removed. Install the app"
    " again and copy the new token.",
    "token_revoked": "SLACK_BOT_TOKEN was revoked. Install the app again and copy the new token.",
    "token_expired": "SLACK_BOT_TOKEN has run out, as token rotation is on for this app. Make an app from"
    " `seminar-bot manifest`, which leaves it off.",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is a token of another kind. The bot's starts with xoxb-.",
}
_APP_TOKEN_FAULTS = {
    "invalid_auth": "Slack does not know SLACK_APP_TOKEN. Make one on your app's page, Basic Information,"
    " App-Level Tokens, with the scope connections:write.",
    "not_authed": "SLACK_APP_TOKEN is empty. Make one on your app's page, Basic Information,"
    " App-Level Tokens, with the scope connections:write.",
    "not_allowed_token_type": "SLACK_APP_TOKEN is a token of another kind. It starts with xapp- and is made"
    " on your app's page, Basic Information, App-Level Tokens.",
    "no_permission": "SLACK_APP_TOKEN lacks the scope connections:write. Make a new one with it.",
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write. Make a new one with it.",
    "token_revoked": "SLACK_APP_TOKEN was revoked. Make a new one with the scope connections:write.",
    "socket_mode_not_enabled": "Socket Mode is off for this app. Turn it on on your app's page, Socket Mode.",
}


async def check_bot_token(
    gateway: SlackGateway, token: str, *, needs_user_groups: bool = False
) -> BotTokenReport:
    """Ask Slack whose token it is (``auth.test``) and compare its scopes with those needed.

    Args:
        gateway: Makes the call.
        token: The bot's.
        needs_user_groups: STAFF names a user group, which takes one more scope.
    """
    answer = await gateway.call(token, "auth.test", {})
    if not isinstance(answer, Accepted):
        return BotTokenReport((_failure(BOT_TOKEN, answer, _BOT_TOKEN_FAULTS),), None)
    said = answer.response
    identity = Identity(
        team_id=str(said.get("team_id") or ""),
        team_name=str(said.get("team") or ""),
        bot_user_id=str(said.get("user_id") or ""),
        bot_id=str(said.get("bot_id") or ""),
        enterprise_id=said.get("enterprise_id"),
    )
    if not identity.bot_id:
        wrong = Check(BOT_TOKEN, ok=False, sentence=_BOT_TOKEN_FAULTS["not_allowed_token_type"])
        return BotTokenReport((wrong,), None)
    known = Check(BOT_TOKEN, ok=True, sentence=f"The bot is known in {identity.team_name}.")
    return BotTokenReport((known, check_scopes(answer.scopes, needs_user_groups=needs_user_groups)), identity)


def check_scopes(granted: frozenset[str], *, needs_user_groups: bool) -> Check:
    """Compare what a token may do with what the bot needs."""
    if not granted:
        return Check(SCOPES, ok=True, sentence="Slack did not say which scopes the token has.")
    needed = NEEDED_SCOPES | ({USER_GROUP_SCOPE: "staff by user group"} if needs_user_groups else {})
    missing = [f"{scope} ({purpose})" for scope, purpose in needed.items() if scope not in granted]
    if missing:
        sentence = (
            f"The app lacks {', '.join(missing)}. Add it on your app's page, OAuth & Permissions,"
            " and install the app again."
        )
        return Check(SCOPES, ok=False, sentence=sentence)
    return Check(SCOPES, ok=True, sentence="The app may do all that the bot needs.")


async def check_app_token(gateway: SlackGateway, token: str) -> Check:
    """Ask Slack for a Socket Mode connection (``apps.connections.open``), which is then left unused.

    Bolt's own client repeats a refused token for ever and never says so.
    """
    answer = await gateway.call(token, "apps.connections.open", {})
    if isinstance(answer, Accepted):
        return Check(APP_TOKEN, ok=True, sentence="Socket Mode can be opened.")
    return _failure(APP_TOKEN, answer, _APP_TOKEN_FAULTS)


def _failure(name: str, answer: Answer, faults: dict[str, str]) -> Check:
    if isinstance(answer, WorkspaceGone | RefusedForTarget | BadPayload):
        sentence = faults.get(answer.code, f"Slack refuses the {name}: {answer.code}.")
        return Check(name, ok=False, sentence=sentence)
    sentence = (
        f"Slack did not answer ({reason_of(answer)})."
        " Check this machine's network, its proxy settings and SLACK_API_URL."
    )
    return Check(name, ok=False, sentence=sentence, is_passing=True)
