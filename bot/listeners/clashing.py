"""Give Back: the button that gives back another seat at the same time as one that was just taken."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.domain.registering import Wish
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.registering import Ack
from bot.services.desk import NotSavedError
from bot.services.listing import read_answer
from bot.services.registering import Decided, Press
from bot.views.answers import build_gone, build_not_saved, build_saved_unseen
from bot.views.ids import Action, parse_seminar_ref
from bot.views.message import Message

# There may be several in one message, and Slack wants their ids to differ.
_GIVE_BACK = re.compile(rf"^{Action.GIVE_BACK_OTHER}(_\d+)?$")


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the button to its listener."""

    async def handle_give_back(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Have the press saved, then acknowledge, as with any other press about a seat."""
        ref = parse_seminar_ref(action.get("value"))
        if ref is None:
            side.after_ack(body, _say(side, body, build_gone()))
            await ack()
            return
        press = Press(side.installation(body).workspace_id, ref.seminar_id, user_of(body), Wish.RELEASE)
        try:
            decided = await side.desk.press(press)
        except NotSavedError:
            side.after_ack(body, _say(side, body, build_not_saved()))
            raise
        tell = _tell(side, body, decided)
        side.after_ack(body, tell, can_wait=True, if_it_fails=build_saved_unseen)
        await ack()

    app.action(_GIVE_BACK)(handle_give_back)


async def _tell(side: DeskSide, body: dict[str, Any], decided: Decided) -> None:
    """Put what became of the other seat in the place of the answer that offered to give it back."""
    outcome, seminar = decided.outcome, decided.seminar
    if outcome is None or seminar is None:
        await _say(side, body, build_gone())
        return
    user_id, now = user_of(body), side.clock.now()
    answer = await side.read(lambda session: read_answer(session, outcome, seminar, user_id=user_id, now=now))
    is_ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    await side.respond(body, answer, replace=is_ephemeral)


async def _say(side: DeskSide, body: dict[str, Any], message: Message) -> None:
    await side.respond(body, message)
