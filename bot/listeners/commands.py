"""The slash command: /seminar, and its words new, list and help."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.drafting import open_form, reopen_form
from bot.listeners.managing import press
from bot.listeners.registering import Ack
from bot.listeners.rights import Standing
from bot.listeners.staff_columns import WordWork, find_command, find_work
from bot.services.listing import find_by_words, list_rows
from bot.views.answers import build_slack_silent
from bot.views.ids import COMMAND, Action, ManageRef, parse_form_ref
from bot.views.listing import build_help, build_list, build_not_staff
from bot.views.manage import build_choice
from bot.views.message import Message


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the command to its listener."""

    async def handle_command(ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge at once; everything that the command answers is private and follows."""
        side.after_ack(body, _answer(side, body))
        await ack()

    async def handle_new_seminar(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Open the form that did not open in time, by a button, whose trigger is fresh."""
        ref = parse_form_ref(action.get("value"))
        side.after_ack(body, _start_form(side, body, partial(reopen_form, side, body, ref)))
        await ack()

    app.command(COMMAND)(handle_command)
    app.action(Action.NEW_SEMINAR)(handle_new_seminar)


async def _answer(side: DeskSide, body: dict[str, Any]) -> None:
    word = str(body.get("text") or "").strip().split(maxsplit=1)
    asked = word[0].lower() if word else "help"
    about = word[1] if len(word) > 1 else ""
    if asked == "new":
        await _start_form(side, body, partial(open_form, side, body, text=about))
        return
    if (command := find_command(asked)) is not None:
        await command(side, body, about)
        return
    if (found := find_work(asked)) is not None:
        await _work_by_word(side, body, asked, about, found)
        return
    is_staff = await side.rights.is_staff(side.installation(body), user_of(body))
    if asked == "list":
        await side.respond(body, await _list(side, body, is_staff=is_staff))
    else:
        await side.respond(body, build_help(is_staff=is_staff))


async def _work_by_word(side: DeskSide, body: dict[str, Any], word: str, about: str, asked: WordWork) -> None:
    """Do what a word asks for with the seminar that the words after it name, or ask which one is meant.

    Whether that person may is seen to where the work is done; the list holds what everybody may see.
    """
    workspace_id, now = side.installation(body).workspace_id, side.clock.now()
    found = await side.read(lambda session: find_by_words(session, workspace_id, about, now=now))
    if len(found) == 1:
        value = ManageRef(found[0].id).to_value()
        await press(side, body, value, asked.work, writes=asked.writes, announces=asked.announces)
        return
    match await side.rights.standing(side.installation(body), user_of(body)):
        case Standing.MEMBER:
            await side.respond(body, await _refusal(side, body))
        case Standing.UNKNOWN:
            await side.respond(body, build_slack_silent())
        case Standing.STAFF:
            await side.respond(body, build_choice(word, asked.action, found))


async def _start_form(
    side: DeskSide, body: dict[str, Any], start: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    match await side.rights.standing(side.installation(body), user_of(body)):
        case Standing.STAFF:
            await start()
        case Standing.MEMBER:
            await side.respond(body, await _refusal(side, body))
        case Standing.UNKNOWN:
            await side.respond(body, build_slack_silent())


async def _refusal(side: DeskSide, body: dict[str, Any]) -> Message:
    return build_not_staff(await side.rights.staff_mentions(side.installation(body)))


async def _list(side: DeskSide, body: dict[str, Any], *, is_staff: bool) -> Message:
    workspace_id, now = side.installation(body).workspace_id, side.clock.now()
    rows = await side.read(lambda session: list_rows(session, workspace_id, with_troubles=is_staff, now=now))
    return build_list(rows, now)
