"""A form filled from free text: after the command, pasted into a box, or from a message or a file."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.draft import DraftFields, Step, is_channel_id
from bot.domain.zones import known_zones
from bot.drafts.files import read_file
from bot.listeners.desk_side import DeskSide, may_be_shown, user_of
from bot.listeners.registering import Ack
from bot.listeners.rights import Standing
from bot.services.announcing import Draft, DraftNotFoundError, get_draft, save_draft, start_draft
from bot.services.filling import Filled, Read, fill_from_text
from bot.services.settings import begin_draft, read_settings
from bot.slack.errors import Accepted
from bot.slack.files import Unread, fetch_file
from bot.slack.mark_up import read_message
from bot.views import pasting as say
from bot.views.answers import build_form_late
from bot.views.form_state import read_step, read_values
from bot.views.forms import NEW, Shape, build_what
from bot.views.ids import Action, Callback, FormRef, Shortcut, parse_form_ref
from bot.views.listing import build_not_staff
from bot.views.message import Message
from bot.views.notices import FORM_IS_GONE, NOT_STAFF, SLACK_IS_SILENT, build_notice

MOST_BYTES = 200_000
_FETCH_WITHIN = timedelta(seconds=1.5)
_UNREAD = {
    Unread.TOO_LONG: say.FILE_TOO_LONG,
    Unread.SHUT: say.FILE_SHUT,
    Unread.SILENT: say.FILE_SILENT,
}

File = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Content:
    """The text of a file, or the sentence that says why it cannot be read."""

    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a form is filled from, the likeliest text first, and what is said where none holds a seminar."""

    texts: tuple[str, ...] = ()
    otherwise: str = ""


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the box and the message shortcut to their listeners."""

    async def handle_paste(ack: Ack, body: dict[str, Any]) -> None:
        """Keep what was typed, and show the box."""
        side.after_ack(body, _show_box(side, body))
        await ack()

    async def handle_pasted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Fill the form from what was pasted, or say under it what is wrong."""
        await ack(**await _fill(side, body, view))

    async def handle_shortcut(ack: Ack, body: dict[str, Any]) -> None:
        """Open the form filled from a message."""
        side.after_ack(body, _turn_into_seminar(side, body))
        await ack()

    app.action(Action.PASTE)(handle_paste)
    app.view(Callback.PASTE)(handle_pasted)
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
    draft = await _find_draft(side, body, ref)
    if ref is None or draft is None:
        await open_form(side, body)
    else:
        await _show_form(side, body, ref, draft)


async def _open(side: DeskSide, body: dict[str, Any], source: _Source) -> None:
    installation, user_id, now = side.installation(body), user_of(body), side.clock.now()
    channel_id = str(body.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    fields, zone = await _begin(side, body, channel_id)
    filled = await _read(side, source.texts, fields, zone)
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


async def _begin(side: DeskSide, body: dict[str, Any], channel_id: str) -> tuple[DraftFields, str]:
    """Return the form that nobody has typed in yet, and the zone of who opens it."""
    installation = side.installation(body)
    person, settings = await asyncio.gather(
        side.rights.person(installation, user_of(body)),
        side.read(lambda session: read_settings(session, installation.workspace_id)),
    )
    zone = person.zone if person else ""
    fields = begin_draft(settings, zone=zone, default_zone=side.default_zone, channel_id=channel_id)
    return fields, zone


async def _read(
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


async def _show_box(side: DeskSide, body: dict[str, Any]) -> None:
    view = body.get("view") or {}
    ref = parse_form_ref(view.get("private_metadata"))
    is_first = view.get("callback_id") == Callback.FORM_WHAT
    if ref is None or not is_first or await _keep(side, body, ref) is None:
        await side.update_view(body, build_notice(FORM_IS_GONE))
        return
    await side.update_view(body, say.build_paste(ref))


async def _keep(side: DeskSide, body: dict[str, Any], ref: FormRef) -> Draft | None:
    """Keep what stands in the first step; None if that draft is not one to paste into."""
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    state = (body.get("view") or {}).get("state")
    values = state.get("values") if isinstance(state, dict) else None

    def keep(session: Session) -> Draft | None:
        draft = get_draft(session, ref.draft_id, workspace_id=workspace_id, user_id=user_id)
        if draft.is_edit:
            return None
        fields = read_step(Step.WHAT, values, draft.fields)
        save_draft(session, draft.id, fields, workspace_id=workspace_id, user_id=user_id)
        return replace(draft, fields=fields)

    try:
        return await side.write(keep)
    except DraftNotFoundError:
        return None


async def _fill(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to what was pasted, as ``ack`` takes it."""
    ref = parse_form_ref(view.get("private_metadata"))
    typed, file = str(read_values(view).get(say.TEXT) or ""), _file_in(view)
    draft = await _find_draft(side, body, ref)
    if ref is None or draft is None:
        return _show(build_notice(FORM_IS_GONE))
    # Both are asked at once, since who pressed Submit waits three seconds at most.
    standing, content = await asyncio.gather(
        side.rights.standing(side.installation(body), user_of(body)), _fetch(side, body, file)
    )
    if refusal := _refuse(standing):
        return refusal
    if content.problem:
        return _wrong(say.FILE, content.problem)
    texts = tuple(text for text in (content.text, typed) if text.strip())
    if not texts:
        return _wrong(say.TEXT, say.NOTHING_PASTED)
    usual, zone = await _begin(side, body, ref.channel_id)
    filled = await _read(side, texts, draft.fields, zone, usual=usual, before=draft.read)
    if not filled.found:
        where = say.FILE if file is not None and not typed.strip() else say.TEXT
        return _wrong(where, say.NO_SEMINAR if where == say.TEXT else say.NO_SEMINAR_IN_FILE)
    read = replace(filled.read, notes=(say.say_read(filled.read.notes, filled.kept),))
    workspace_id, user_id = side.installation(body).workspace_id, user_of(body)
    await side.write(
        lambda session: save_draft(
            session, ref.draft_id, filled.fields, workspace_id=workspace_id, user_id=user_id, read=read
        )
    )
    shape = shape_of(replace(draft, fields=filled.fields, read=read))
    return _show(build_what(filled.fields, ref, shape=shape))


async def _find_draft(side: DeskSide, body: dict[str, Any], ref: FormRef | None) -> Draft | None:
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


def _refuse(standing: Standing) -> dict[str, Any] | None:
    match standing:
        case Standing.STAFF:
            return None
        case Standing.MEMBER:
            return _show(build_notice(NOT_STAFF))
        case Standing.UNKNOWN:
            return {"response_action": "push", "view": build_notice(SLACK_IS_SILENT)}


async def _fetch(side: DeskSide, body: dict[str, Any], file: File | None) -> _Content:
    """Return what a file holds; nothing where there is no file."""
    if file is None:
        return _Content()
    name = str(file.get("name") or "")
    if not name.lower().endswith(tuple(f".{kind}" for kind in say.FILE_KINDS)):
        return _Content(problem=say.FILE_OF_OTHER_KIND)
    token = side.installation(body).token
    content = await fetch_file(side.gateway, token, file, most=MOST_BYTES, within=_FETCH_WITHIN)
    if isinstance(content, Unread):
        return _Content(problem=_UNREAD[content])
    loop = asyncio.get_running_loop()
    return _Content(await loop.run_in_executor(side.executor, read_file, name, content))


def _file_in(view: Mapping[str, Any]) -> File | None:
    """Return the file that stands in the box, if there is one."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    block = values.get(say.FILE) if isinstance(values, Mapping) else None
    entries = block.values() if isinstance(block, Mapping) else ()
    files = next((entry.get("files") for entry in entries if isinstance(entry, Mapping)), None)
    return next((one for one in files if isinstance(one, Mapping)), None) if isinstance(files, list) else None


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
        side.rights.standing(installation, user_of(body)), _fetch(side, body, file)
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


def _wrong(block_id: str, sentence: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {block_id: sentence}}


def _show(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
