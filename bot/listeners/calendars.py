"""Add to Calendar: links at once, and the file as a direct message."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.registering import Ack
from bot.services.calendar_files import ask_for_file
from bot.storage.seminars import SeminarNotFoundError
from bot.views.answers import build_gone, build_not_saved
from bot.views.ids import Action, parse_seminar_ref
from bot.views.message import Message


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the button to its listener."""

    async def handle_calendar(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Promise the file, acknowledge, and answer with the links."""
        try:
            answer = await _ask(side, body, action)
        except Exception:
            side.after_ack(body, _say(side, body, build_not_saved()))
            raise
        side.after_ack(body, _say(side, body, answer), can_wait=True)
        await ack()

    app.action(Action.CALENDAR)(handle_calendar)


async def _ask(side: DeskSide, body: dict[str, Any], action: dict[str, Any]) -> Message:
    ref = parse_seminar_ref(action.get("value"))
    if ref is None:
        return build_gone()
    workspace_id, user_id, now = side.installation(body).workspace_id, user_of(body), side.clock.now()
    try:
        answer = await side.write(
            lambda session: ask_for_file(
                session, ref.seminar_id, workspace_id=workspace_id, user_id=user_id, now=now
            )
        )
    except SeminarNotFoundError:
        return build_gone()
    side.on_promised()
    return answer


async def _say(side: DeskSide, body: dict[str, Any], answer: Message) -> None:
    await side.respond(body, answer)
