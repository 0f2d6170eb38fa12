"""A person asks for their data, and for its deletion: ``/seminar my data``."""

import asyncio
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.domain.outcomes import Released
from bot.domain.registering import Wish
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.managing import CommandWork
from bot.listeners.registering import Ack
from bot.services.desk import NotSavedError
from bot.services.my_data import count_waiting, forget_choices, forget_person, list_ahead, read_my_data
from bot.services.registering import Press
from bot.views.answers import build_not_saved
from bot.views.ids import Action
from bot.views.my_data import build_data_help, build_deleted, build_deletion, build_my_data

_TRIES = 5
_PAUSE_S = 0.5


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the button that deletes to its listener."""

    async def handle_delete(ack: Ack, body: dict[str, Any]) -> None:
        """Delete what is kept of who pressed, and tell them what became of it."""
        side.after_ack(body, _delete(side, body), can_wait=True)
        await ack()

    app.action(Action.MY_DATA_DELETE)(handle_delete)


async def _answer(side: DeskSide, body: dict[str, Any], about: str) -> None:
    """Tell somebody what is kept of them, or what would be deleted."""
    workspace_id, user_id, now = side.installation(body).workspace_id, user_of(body), side.clock.now()
    asked = about.casefold().split()
    if asked not in (["data"], ["data", "delete"]):
        await side.respond(body, build_data_help())
        return
    data = await side.read(lambda session: read_my_data(session, workspace_id, user_id))
    if asked == ["data"]:
        await side.respond(body, build_my_data(data, now))
        return
    ahead = await side.read(lambda session: list_ahead(session, workspace_id, user_id, now=now))
    await side.respond(body, build_deletion(data, len(ahead)))


async def _delete(side: DeskSide, body: dict[str, Any]) -> None:
    """Give back what lies ahead, through the desk like any other press, then forget the person.

    Pressed again it does what was not done before.
    """
    workspace_id, user_id, now = side.installation(body).workspace_id, user_of(body), side.clock.now()
    given_back = forgotten = 0
    try:
        for seminar_id in await side.read(
            lambda session: list_ahead(session, workspace_id, user_id, now=now)
        ):
            decided = await side.desk.press(Press(workspace_id, seminar_id, user_id, Wish.RELEASE))
            given_back += isinstance(decided.outcome, Released)
    except NotSavedError:
        await side.respond(body, build_not_saved())
        return
    forget = partial(forget_person, workspace_id=workspace_id, user_id=user_id, now=now)
    count = partial(count_waiting, workspace_id=workspace_id, user_id=user_id, now=now)
    for _ in range(_TRIES):
        while number := await side.write(forget):
            forgotten += number
        if not (waiting := await side.read(count)):
            break
        await asyncio.sleep(_PAUSE_S)  # a message is just being sent
    left = await side.write(lambda session: forget_choices(session, workspace_id, user_id))
    await side.respond(body, build_deleted(given_back, forgotten, left, waiting=waiting), replace=True)


COMMANDS: dict[str, CommandWork] = {"my": _answer}
