"""The slash command: /seminar, and its words new, list and help."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.domain.draft import DraftFields
from bot.domain.zones import known_zones
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.registering import Ack
from bot.services.announcing import start_draft
from bot.services.listing import list_rows
from bot.slack.errors import Accepted
from bot.views.forms import build_what
from bot.views.ids import COMMAND, FormRef
from bot.views.listing import build_help, build_list, build_not_staff
from bot.views.message import Message
from bot.views.notices import FORM_TOOK_TOO_LONG


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the command to its listener."""

    async def handle_command(ack: Ack, body: dict[str, Any]) -> None:
        """Acknowledge at once; everything that the command answers is private and follows."""
        side.after_ack(body, _answer(side, body))
        await ack()

    app.command(COMMAND)(handle_command)


async def _answer(side: DeskSide, body: dict[str, Any]) -> None:
    word = str(body.get("text") or "").strip().split(maxsplit=1)
    is_staff = await side.rights.is_staff(side.installation(body), user_of(body))
    match word[0].lower() if word else "help":
        case "new" if is_staff:
            await _open_form(side, body)
        case "new":
            await side.respond(body, build_not_staff(side.rights.staff_mentions))
        case "list":
            await side.respond(body, await _list(side, body, is_staff=is_staff))
        case _:
            await side.respond(body, build_help(is_staff=is_staff))


async def _list(side: DeskSide, body: dict[str, Any], *, is_staff: bool) -> Message:
    workspace_id, now = side.installation(body).workspace_id, side.clock.now()
    rows = await side.read(lambda session: list_rows(session, workspace_id, with_troubles=is_staff, now=now))
    return build_list(rows, now)


async def _open_form(side: DeskSide, body: dict[str, Any]) -> None:
    installation, user_id, now = side.installation(body), user_of(body), side.clock.now()
    channel_id = str(body.get("channel_id") or "")
    zone = (await side.rights.person(installation, user_id)).zone
    fields = DraftFields(
        zone=zone if zone in known_zones() else side.default_zone,
        channels=(channel_id,) if channel_id.startswith(("C", "G")) else (),
    )
    draft_id = await side.write(
        lambda session: start_draft(
            session, workspace_id=installation.workspace_id, user_id=user_id, fields=fields, now=now
        )
    )
    view = build_what(fields, FormRef(draft_id, channel_id))
    args = {"trigger_id": body.get("trigger_id"), "view": view}
    answer = await side.gateway.call(installation.token, "views.open", args)
    if not isinstance(answer, Accepted):
        await side.respond(body, Message(FORM_TOOK_TOO_LONG, ()))
