"""A form filled from free text: after the command, or from a message and its file."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.app.async_app import AsyncApp

from bot.domain.draft import DraftFields, is_channel_id
from bot.domain.zones import known_zones
from bot.drafts.files import read_file
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.listeners.registering import Ack
from bot.listeners.rights import Standing
from bot.services.announcing import Draft, DraftNotFoundError, get_draft, start_draft
from bot.services.filling import Filled, Read, fill_from_text
from bot.services.settings import begin_draft, read_settings
from bot.slack.errors import Accepted
from bot.slack.files import Unread, fetch_file
from bot.slack.mark_up import read_message
from bot.views import pasting as say
from bot.views.answers import build_form_late
from bot.views.forms import NEW, Shape, build_what
from bot.views.ids import FormRef, Shortcut
from bot.views.listing import build_not_staff
from bot.views.message import Message

MOST_BYTES = 200_000
_FETCH_WITHIN = timedelta(seconds=1.5)
_UNREAD = {
    Unread.TOO_LONG: say.FILE_TOO_LONG,
    Unread.SHUT: say.FILE_SHUT,
    Unread.SILENT: say.FILE_SILENT,
}

File = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file, or the sentence that says why it cannot be read."""

    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a form is filled from, the likeliest text first, and what is said where none holds a seminar."""

    texts: tuple[str, ...] = ()
    otherwise: str = ""


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the message shortcut to its listener."""

    async def handle_shortcut(ack: Ack, body: dict[str, Any]) -> None:
        """Open the form filled from a message."""
        side.after_ack(body, _turn_into_seminar(side, body))
        await ack()

    app.message_shortcut(Shortcut.TURN_INTO_SEMINAR)(handle_shortcut)


def shape_of(draft: Draft) -> Shape:
    """Return the shape of a new seminar's form: with what is to be said of what was read into it."""
    read = draft.read
    return replace(NEW, hints=read.hints_of(draft.fields), notes="\n".join(read.notes))


async def open_form(side: DeskSide, body: dict[str, Any], *, text: str = "") -> None:
    """Open the form of a new seminar for staff, filled from a text if there is one."""
    await _open(side, body, _Source((text,), say.NO_SEMINAR_IN_COMMAND) if text.strip() else _Source())


async def reopen_form(side: DeskSide, body: dict[str, Any], ref: FormRef | None) -> None:
    """Open a form that did not open in time with what it held, or a new one if it was posted meanwhile."""
    draft = await find_draft(side, body, ref)
    if ref is None or draft is None:
        await open_form(side, body)
    else:
        await _show_form(side, body, ref, draft)


async def _open(side: DeskSide, body: dict[str, Any], source: _Source) -> None:
    installation, user_id, now = side.installation(body), user_of(body), side.clock.now()
    channel_id = str(body.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    fields, zone = await begin_form(side, body, channel_id)
    filled = await read_texts(side, source.texts, fields, zone)
    read = filled.read
    if filled.found:
        read = replace(read, notes=(say.say_read(read.notes, filled.kept),))
    elif source.otherwise:
        read = Read(notes=(source.otherwise,))
    draft_id = await side.write(
        lambda session: start_draft(
            session,
            workspace_id=installation.workspace_id,
            user_id=user_id,
            fields=filled.fields,
            now=now,
            read=read,
        )
    )
    ref = FormRef(draft_id, channel_id if is_channel_id(channel_id) else "")
    await _show_form(side, body, ref, Draft(draft_id, filled.fields, read=read))


async def _show_form(side: DeskSide, body: dict[str, Any], ref: FormRef, draft: Draft) -> None:
    answer = await side.open_view(body, build_what(draft.fields, ref, shape=shape_of(draft)))
    if not isinstance(answer, Accepted):
        await side.respond(body, build_form_late(ref, may_be_open=may_be_shown(answer)))


async def begin_form(side: DeskSide, body: dict[str, Any], channel_id: str) -> tuple[DraftFields, str]:
    """Return the form that nobody has typed in yet, and the zone of who opens it."""
    installation = side.installation(body)
    person, settings = await asyncio.gather(
        side.rights.person(installation, user_of(body)),
        side.read(lambda session: read_settings(session, installation.workspace_id)),
    )
    zone = person.zone if person else ""
    fields = begin_draft(settings, zone=zone, default_zone=side.default_zone, channel_id=channel_id)
    return fields, zone


async def read_texts(
    side: DeskSide,
    texts: tuple[str, ...],
    fields: DraftFields,
    zone: str,
    *,
    usual: DraftFields | None = None,
    before: Read | None = None,
) -> Filled:
    """Read the first of the texts that holds a seminar, in a thread, since a long one takes its time."""
    known = zone if zone in known_zones() else None
    today = side.clock.now().astimezone(ZoneInfo(known or side.default_zone)).date()
    for text in texts:
        fill = partial(
            fill_from_text,
            text,
            fields,
            today=today,
            reader_zone=known,
            usual=usual,
            before=before or Read(),
        )
        filled = await asyncio.get_running_loop().run_in_executor(side.executor, fill)
        if filled.found:
            return filled
    return Filled(fields)


async def find_draft(side: DeskSide, body: dict[str, Any], ref: FormRef | None) -> Draft | None:
    """Return the draft of a new seminar that a form is about, None if there is none of that person."""
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    if ref is None:
        return None
    try:
        draft = await side.read(
            lambda session: get_draft(session, ref.draft_id, workspace_id=workspace_id, user_id=user_id)
        )
    except DraftNotFoundError:
        return None
    return None if draft.is_edit else draft


async def fetch_content(side: DeskSide, body: dict[str, Any], file: File | None) -> Content:
    """Return what a file holds; nothing where there is no file."""
    if file is None:
        return Content()
    name = str(file.get("name") or "")
    if not name.lower().endswith(tuple(f".{kind}" for kind in say.FILE_KINDS)):
        return Content(problem=say.FILE_OF_OTHER_KIND)
    token = side.installation(body).token
    content = await fetch_file(side.gateway, token, file, most=MOST_BYTES, within=_FETCH_WITHIN)
    if isinstance(content, Unread):
        return Content(problem=_UNREAD[content])
    loop = asyncio.get_running_loop()
    return Content(await loop.run_in_executor(side.executor, read_file, name, content))


async def _turn_into_seminar(side: DeskSide, body: dict[str, Any]) -> None:
    message = body.get("message") or {}
    files = message.get("files")
    readable = tuple(f".{kind}" for kind in say.FILE_KINDS)
    file = next(
        (
            one
            for one in (files if isinstance(files, list) else ())
            if isinstance(one, Mapping) and str(one.get("name") or "").lower().endswith(readable)
        ),
        None,
    )
    installation = side.installation(body)
    standing, content = await asyncio.gather(
        side.rights.standing(installation, user_of(body)), fetch_content(side, body, file)
    )
    match standing:
        case Standing.STAFF:
            pass
        case Standing.MEMBER:
            await side.respond(body, build_not_staff(await side.rights.staff_mentions(installation)))
            return
        case Standing.UNKNOWN:
            await side.respond(body, Message(say.SHORTCUT_IS_SILENT, ()))
            return
    texts = tuple(text for text in (content.text, read_message(message)) if text.strip())
    otherwise = "\n".join(filter(None, (content.problem, say.NO_SEMINAR_IN_MESSAGE)))
    await _open(side, body, _Source(texts, otherwise))
