"""What a start needs before anything runs: a database that will do, and whom the token speaks for."""

from contextlib import AsyncExitStack

from sqlalchemy import Engine

from bot.clock import Clock
from bot.settings import Settings
from bot.slack.checks import Check, Identity, check_app_token, check_bot_token
from bot.slack.gateway import SlackGateway
from bot.slack.installations import Installation
from bot.storage.engine import transactions
from bot.storage.members import save_workspace
from bot.storage.opening import CannotOpenError, open_database


class StartError(Exception):
    """The bot cannot start; the message is a sentence for who started it."""


def open_engine_of(stack: AsyncExitStack, settings: Settings) -> Engine:
    """Open the database of the settings, and close it with the stack.

    Raises:
        StartError: If it cannot be used.
    """
    try:
        return stack.enter_context(open_database(settings.database_url.get_secret_value()))
    except CannotOpenError as error:
        raise StartError(str(error)) from None


async def identify(
    gateway: SlackGateway, settings: Settings, token: str, *, checks_app_token: bool
) -> Identity:
    """Ask Slack whom the bot token speaks for, and whether it may do what the bot does.

    Raises:
        StartError: If Slack does not take a token.
    """
    report = await check_bot_token(gateway, token, needs_user_groups=bool(settings.staff.group_ids))
    _raise_first(report.checks)
    if checks_app_token and settings.slack_app_token is not None:
        _raise_first([await check_app_token(gateway, settings.slack_app_token.get_secret_value())])
    if report.identity is None:
        raise StartError("Slack did not say whose token SLACK_BOT_TOKEN is.")
    return report.identity


def _raise_first(checks: "tuple[Check, ...] | list[Check]") -> None:
    for check in checks:
        if not check.ok:
            raise StartError(check.sentence)


def install(engine: Engine, identity: Identity, token: str, clock: Clock) -> Installation:
    """Store the workspace as served, and return what serving it needs."""
    with transactions(engine)() as session:
        row = save_workspace(
            session,
            team_id=identity.team_id,
            name=identity.team_name,
            bot_user_id=identity.bot_user_id,
            now=clock.now(),
        )
        return Installation(row.id, identity.team_id, identity.bot_user_id, identity.bot_id, token)
