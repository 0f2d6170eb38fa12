"""Everything that no other listener answers; registered last, since the first match wins.

What Slack sends and nobody acknowledges shows the person an error, so old
buttons get a polite word and the rest is acknowledged in silence.
"""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.registering import Ack
from bot.views.answers import build_out_of_date
from bot.views.ids import PREVIEW_ACTIONS, Action
from bot.views.listing import build_help

_ANY = re.compile(".*", re.DOTALL)
_SILENT_ACTIONS = (Action.ONLINE_LINK, PREVIEW_ACTIONS)  # a link that opens by itself, a picture of a button


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie what is left."""

    async def handle_silently(ack: Ack) -> None:
        """Acknowledge, and that is all."""
        await ack()

    async def handle_old_button(ack: Ack, body: dict[str, Any]) -> None:
        """Say that a button is from a time that is over."""
        side.after_ack(body, _tell_out_of_date(side, body))
        await ack()

    async def handle_unknown_command(ack: Ack, body: dict[str, Any]) -> None:
        """Answer a command that is not ours any more with help."""
        side.after_ack(body, _tell_help(side, body))
        await ack()

    async def handle_options(ack: Ack) -> None:
        """Offer nothing."""
        await ack(options=[])

    async def handle_event() -> None:
        """Hear what the bot has no use for."""

    for action_id in _SILENT_ACTIONS:
        app.action(action_id)(handle_silently)
    app.action(_ANY)(handle_old_button)
    app.command(_ANY)(handle_unknown_command)
    app.options(_ANY)(handle_options)
    app.view(_ANY)(handle_silently)
    app.view_closed(_ANY)(handle_silently)
    app.shortcut(_ANY)(handle_silently)
    app.event(_ANY)(handle_event)


async def _tell_out_of_date(side: DeskSide, body: dict[str, Any]) -> None:
    await side.respond(body, build_out_of_date())


async def _tell_help(side: DeskSide, body: dict[str, Any]) -> None:
    is_staff = await side.rights.is_staff(side.installation(body), user_of(body))
    await side.respond(body, build_help(is_staff=is_staff))
