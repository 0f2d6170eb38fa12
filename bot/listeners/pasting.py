"""The box that an announcement is pasted into: it fills the form that it came from."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.draft import Step
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.drafting import File, begin_form, fetch_content, find_draft, read_texts, shape_of
from bot.listeners.registering import Ack
from bot.listeners.rights import Standing
from bot.services.announcing import Draft, DraftNotFoundError, get_draft, save_draft
from bot.views import pasting as say
from bot.views.form_state import read_step, read_values
from bot.views.forms import build_what
from bot.views.ids import Action, Callback, FormRef, parse_form_ref
from bot.views.notices import FORM_IS_GONE, NOT_STAFF, SLACK_IS_SILENT, build_notice


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the box to its listeners."""

    async def handle_paste(ack: Ack, body: dict[str, Any]) -> None:
        """Keep what was typed, and show the box."""
        side.after_ack(body, _show_box(side, body))
        await ack()

    async def handle_pasted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Fill the form from what was pasted, or say under it what is wrong."""
        await ack(**await _fill(side, body, view))

    app.action(Action.PASTE)(handle_paste)
    app.view(Callback.PASTE)(handle_pasted)


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
    draft = await find_draft(side, body, ref)
    if ref is None or draft is None:
        return _show(build_notice(FORM_IS_GONE))
    # Both are asked at once, since who pressed Submit waits three seconds at most.
    standing, content = await asyncio.gather(
        side.rights.standing(side.installation(body), user_of(body)), fetch_content(side, body, file)
    )
    if refusal := _refuse(standing):
        return refusal
    if content.problem:
        return _wrong(say.FILE, content.problem)
    texts = tuple(text for text in (content.text, typed) if text.strip())
    if not texts:
        return _wrong(say.TEXT, say.NOTHING_PASTED)
    usual, zone = await begin_form(side, body, ref.channel_id)
    filled = await read_texts(side, texts, draft.fields, zone, usual=usual, before=draft.read)
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


def _refuse(standing: Standing) -> dict[str, Any] | None:
    match standing:
        case Standing.STAFF:
            return None
        case Standing.MEMBER:
            return _show(build_notice(NOT_STAFF))
        case Standing.UNKNOWN:
            return {"response_action": "push", "view": build_notice(SLACK_IS_SILENT)}


def _file_in(view: Mapping[str, Any]) -> File | None:
    """Return the file that stands in the box, if there is one."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    block = values.get(say.FILE) if isinstance(values, Mapping) else None
    entries = block.values() if isinstance(block, Mapping) else ()
    files = next((entry.get("files") for entry in entries if isinstance(entry, Mapping)), None)
    return next((one for one in files if isinstance(one, Mapping)), None) if isinstance(files, list) else None


def _wrong(block_id: str, sentence: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {block_id: sentence}}


def _show(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
