"""My reminders: a member says once how they want to be reminded."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.registering import Ack
from bot.services.preferences import read_preferences, save_preferences
from bot.views.form_state import read_values
from bot.views.ids import Action, Callback
from bot.views.preferences import build_preferences, read_preferences_form


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the modal to its listeners."""

    async def handle_open(ack: Ack, body: dict[str, Any]) -> None:
        """Open the modal with what was chosen so far."""
        side.after_ack(body, _open(side, body))
        await ack()

    async def handle_save(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Keep what was chosen, or say what is wrong with it."""
        chosen = read_preferences_form(read_values(view))
        if isinstance(chosen, dict):
            await ack(response_action="errors", errors=chosen)
            return
        workspace_id, user_id, now = side.installation(body).workspace_id, user_of(body), side.clock.now()
        await side.write(lambda session: save_preferences(session, workspace_id, user_id, chosen, now=now))
        side.on_promised()
        await ack()

    app.action(Action.PREFERENCES)(handle_open)
    app.view(Callback.PREFERENCES)(handle_save)


async def _open(side: DeskSide, body: dict[str, Any]) -> None:
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    chosen = await side.read(lambda session: read_preferences(session, workspace_id, user_id))
    await side.open_view(body, build_preferences(chosen))
