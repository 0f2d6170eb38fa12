"""The Bolt app with all its listeners."""

import logging

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners import (
    announcing,
    calendars,
    catch_alls,
    checking_in,
    clashing,
    commands,
    drafting,
    events,
    home,
    pasting,
    preferences,
    registering,
    staff_columns,
)
from bot.listeners.desk_side import DeskSide
from bot.listeners.gate import Gate
from bot.services.desk import NotSavedError
from bot.slack.redacting import wire_logger

_log = logging.getLogger(__name__)


def build_app(side: DeskSide, client: AsyncWebClient, *, signing_secret: str | None) -> AsyncApp:
    """Build the app.

    ``process_before_response`` answers when the listener has ended: Bolt's other
    way asks each waiting request every 10 ms whether it is done, and forgets an
    acknowledgement when something fails right after it. Who is asked comes from
    our installations, so no request waits for Slack's ``auth.test``.
    """

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        found = side.installations.find(team_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=found.team_id,
            bot_token=found.token,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
        )

    app = AsyncApp(
        client=client,
        before_authorize=Gate(side, registering.Presses(side)),
        authorize=authorize,  # type: ignore[arg-type] # None means not ours; Bolt's hint forgets it
        signing_secret=signing_secret,
        process_before_response=True,
        logger=_logger(),
    )
    # Bolt writes the whole body of a request to the log whose signature is wrong, at INFO.
    logging.getLogger("slack_bolt.RequestVerification").setLevel(logging.WARNING)
    app.error(_handle_error)
    registering.register(app, side)
    clashing.register(app, side)
    calendars.register(app, side)
    commands.register(app, side)
    announcing.register(app, side)
    checking_in.register(app, side)
    drafting.register(app, side)
    pasting.register(app, side)
    staff_columns.register(app, side)
    events.register(app, side)
    home.register(app, side)
    preferences.register(app, side)
    catch_alls.register(app, side)
    return app


def _logger() -> logging.Logger:
    logger = wire_logger("bot.bolt")
    logger.addFilter(_is_of_use)
    return logger


def _is_of_use(record: logging.LogRecord) -> bool:
    """Tell whether a line of Bolt's says something to whoever runs the bot.

    It looks into the environment by itself, and warns of the token there, which we have read too.
    """
    return record.msg != warning_client_prioritized_and_token_skipped()


async def _handle_error(error: Exception) -> BoltResponse:
    """Leave unacknowledged what failed, so that Slack shows the person an error."""
    if isinstance(error, NotSavedError):
        _log.warning("A press was not saved: %s", error)
    else:
        _log.error("A listener failed.", exc_info=error)
    return BoltResponse(status=503, body="")
