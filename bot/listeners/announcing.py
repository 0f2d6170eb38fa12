"""The form of /seminar new, and the steps of the one that edits: Back, More Options, the preview and Post."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.draft import FIELDS_OF_STEP, DraftFields, Step
from bot.domain.drafting import (
    DraftError,
    Problem,
    Problems,
    check_draft,
    check_how,
    check_more,
    check_what,
    check_when,
    first_step_of,
    read_draft,
)
from bot.domain.seminar import Count
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.drafting import shape_of
from bot.listeners.editing import manage_draft, show_edit
from bot.listeners.registering import Ack
from bot.listeners.rights import Standing
from bot.services.announcing import Draft, DraftNotFoundError, announce, get_draft, save_draft
from bot.services.editing import check_step
from bot.slack.errors import Accepted, RefusedForTarget
from bot.slack.installations import Installation
from bot.storage.seminars import SeminarNotFoundError, get_seminar
from bot.storage.staff import find_hosts
from bot.views.announcement import build_announcement
from bot.views.editing import build_shape
from bot.views.form_preview import build_preview
from bot.views.form_sentences import errors_of
from bot.views.form_state import parse_step, read_step
from bot.views.forms import NEW, Shape, build_step
from bot.views.ids import Action, Callback, FormRef, parse_form_ref, parse_manage_ref, parse_seminar_ref
from bot.views.notices import FORM_IS_GONE, MAY_NOT_MANAGE, NOT_STAFF, SLACK_IS_SILENT, build_notice
from bot.views.zone_options import build_zone_options

_CHECK_WITHIN = timedelta(seconds=1.5)
_STEPS: dict[str, Step] = {
    Callback.FORM_WHAT: Step.WHAT,
    Callback.FORM_WHEN: Step.WHEN,
    Callback.FORM_HOW: Step.HOW,
    Callback.FORM_MORE: Step.MORE,
}
_CHECKS = {
    Step.WHAT: check_what,
    Step.WHEN: check_when,
    Step.HOW: check_how,
    Step.MORE: check_more,
}
_NEXT = {Step.WHAT: Step.WHEN, Step.WHEN: Step.HOW}

Listener = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that a payload came from, and whose it is."""

    ref: FormRef
    installation: Installation
    user_id: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draft with what was just typed, the form that it is, and the hosts of the seminar that it edits."""

    draft: Draft
    shape: Shape = NEW
    hosts: tuple[str, ...] = ()


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the form to its listeners."""
    for callback, step in _STEPS.items():
        app.view(callback)(_step_listener(side, step))

    async def handle_post(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Announce what was previewed."""
        await ack(**await _post(side, body, view))

    async def handle_back(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Keep what was typed, and show the step that the button names."""
        side.after_ack(body, _go_back(side, body, action))
        await ack()

    async def handle_zone_options(ack: Ack, body: dict[str, Any]) -> None:
        """Offer the zones that match what is being typed."""
        await ack(options=build_zone_options(str(body.get("value") or ""), side.clock.now()))

    app.view(Callback.FORM_PREVIEW)(handle_post)
    app.action(Action.FORM_BACK)(handle_back)
    app.action(Action.FORM_MORE)(handle_back)
    app.options(Action.ZONE_OPTIONS)(handle_zone_options)


def _step_listener(side: DeskSide, step: Step) -> Listener:
    async def handle_step(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Keep what was typed, then say what is wrong or show what comes next."""
        await ack(**await _submit(side, body, view, step))

    return handle_step


def _form_of(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> _Form | None:
    metadata = view.get("private_metadata")
    ref = parse_form_ref(metadata)
    if ref is None and (managed := parse_manage_ref(metadata)) is not None:
        number = parse_seminar_ref(managed.about)  # the preview of an edit carries its draft so
        ref = FormRef(number.seminar_id) if number else None
    return _Form(ref, side.installation(body), user_of(body)) if ref else None


async def _submit(side: DeskSide, body: dict[str, Any], view: dict[str, Any], step: Step) -> dict[str, Any]:
    """Return the answer to a submitted step, as ``ack`` takes it."""
    form = _form_of(side, body, view)
    kept = await _keep(side, form, view, step) if form else None
    if form is None or kept is None:
        return _show(build_notice(FORM_IS_GONE))
    if refusal := await _check_right(side, form, kept):
        return refusal
    now, fields = side.clock.now(), kept.draft.fields
    problems = await _check(side, form, kept, step, now)
    if problems:
        return {"response_action": "errors", "errors": errors_of(problems)}
    following = _NEXT.get(step)
    if following is not None and kept.shape.shows(following):
        return _show(build_step(following, fields, form.ref, now=now, shape=kept.shape))
    return await _preview_edit(side, form, kept) if kept.draft.is_edit else _preview(side, form, kept.draft)


async def _check(side: DeskSide, form: _Form, kept: _Kept, step: Step, now: datetime) -> Problems:
    """Find what is wrong with a step; of an edit only what its author made wrong."""
    if kept.draft.is_edit:
        names = kept.shape.fields & set(FIELDS_OF_STEP[step])
        return await side.read(lambda session: check_step(session, kept.draft, names, now=now))
    problems: Problems = _CHECKS[step](kept.draft.fields, now)
    if step is Step.HOW and not problems:
        problems = await _check_channels(side, form.installation, kept.draft.fields)
    return problems


async def _preview_edit(side: DeskSide, form: _Form, kept: _Kept) -> dict[str, Any]:
    workspace_id, user_id, now = form.installation.workspace_id, form.user_id, side.clock.now()

    def show(session: Session) -> dict[str, Any]:
        managed = manage_draft(session, kept.draft, workspace_id=workspace_id, user_id=user_id, now=now)
        return show_edit(session, kept.draft, managed)

    return _show(await side.read(show))


def _preview(side: DeskSide, form: _Form, draft: Draft) -> dict[str, Any]:
    now, fields = side.clock.now(), draft.fields
    problems = check_draft(fields, now)
    step = first_step_of(problems)
    if step is not None:
        shape = shape_of(draft)
        return _show(build_step(step, fields, form.ref, now=now, problems=problems, shape=shape))
    seminar = read_draft(fields, now).as_seminar()
    card = build_announcement(seminar, Count(), now)
    return _show(build_preview(form.ref, card, channel_ids=fields.channels, publish_at=seminar.publish_at))


async def _post(side: DeskSide, body: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to Post; the right is checked again, and so is what was typed."""
    form = _form_of(side, body, view)
    if form is None:
        return _show(build_notice(FORM_IS_GONE))
    if refusal := await _check_right(side, form):
        return refusal
    ref, workspace_id, user_id, now = form.ref, form.installation.workspace_id, form.user_id, side.clock.now()
    try:
        await side.write(
            lambda session: announce(
                session, ref.draft_id, workspace_id=workspace_id, user_id=user_id, now=now
            )
        )
    except DraftNotFoundError:
        return _show(build_notice(FORM_IS_GONE))
    except DraftError:
        return await _preview_again(side, form)
    side.on_promised()
    return {"response_action": "clear"}


async def _preview_again(side: DeskSide, form: _Form) -> dict[str, Any]:
    """Show what is wrong by now, or that the form is gone: old ones are cleaned up at any time."""
    key, workspace_id, user_id = form.ref.draft_id, form.installation.workspace_id, form.user_id
    try:
        draft = await side.read(
            lambda session: get_draft(session, key, workspace_id=workspace_id, user_id=user_id)
        )
    except DraftNotFoundError:
        return _show(build_notice(FORM_IS_GONE))
    return _preview(side, form, draft)


async def _check_right(side: DeskSide, form: _Form, kept: _Kept | None = None) -> dict[str, Any] | None:
    """Return the answer to somebody who may not announce, or of whom Slack does not say; None to go on.

    Hosts may edit their seminar. Where Slack is silent a notice is put on top, so that the form under it
    stays as it is.
    """
    if kept is not None and form.user_id in kept.hosts:
        return None
    match await side.rights.standing(form.installation, form.user_id):
        case Standing.STAFF:
            return None
        case Standing.MEMBER:
            is_edit = kept is not None and kept.draft.is_edit
            return _show(build_notice(MAY_NOT_MANAGE if is_edit else NOT_STAFF))
        case Standing.UNKNOWN:
            return {"response_action": "push", "view": build_notice(SLACK_IS_SILENT)}


async def _keep(side: DeskSide, form: _Form, view: dict[str, Any], step: Step | None) -> _Kept | None:
    """Keep what stands in a step, if it is one; None if the draft is not that person's."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    now = side.clock.now()
    try:
        return await side.write(lambda session: _merge(session, form, step, values, now))
    except (DraftNotFoundError, SeminarNotFoundError):
        return None


def _merge(session: Session, form: _Form, step: Step | None, values: object, now: datetime) -> _Kept:
    workspace_id, user_id = form.installation.workspace_id, form.user_id
    draft = get_draft(session, form.ref.draft_id, workspace_id=workspace_id, user_id=user_id)
    kept = _Kept(draft, shape_of(draft))
    if draft.is_edit:
        seminar_id = draft.seminar_id or 0
        seminar = get_seminar(session, seminar_id, workspace_id=workspace_id)
        kept = _Kept(draft, build_shape(seminar, now), find_hosts(session, [seminar_id])[seminar_id])
    if step is None:
        return kept
    fields = read_step(step, values, draft.fields, only=kept.shape.fields)
    save_draft(session, draft.id, fields, workspace_id=workspace_id, user_id=user_id)
    return replace(kept, draft=replace(draft, fields=fields))


async def _check_channels(side: DeskSide, installation: Installation, fields: DraftFields) -> Problems:
    """Ask Slack whether the bot can post in each channel, before anything is saved."""
    answers = await asyncio.gather(
        *(
            side.gateway.conversations_info(installation.token, channel_id, within=_CHECK_WITHIN)
            for channel_id in fields.channels
        )
    )
    for answer in answers:
        if isinstance(answer, RefusedForTarget):
            return {"channels": Problem.CHANNELS_SHUT}
        if not isinstance(answer, Accepted):
            return {"channels": Problem.SLACK_SILENT}
        channel = answer.response.get("channel") or {}
        if channel.get("is_archived"):
            return {"channels": Problem.CHANNELS_SHUT}
        if channel.get("is_private") and not channel.get("is_member"):
            return {"channels": Problem.CHANNELS_SHUT}
    return {}


async def _go_back(side: DeskSide, body: dict[str, Any], action: dict[str, Any]) -> None:
    view = body.get("view") or {}
    form = _form_of(side, body, view)
    if form is None:
        return
    target = parse_step(action.get("value"))
    kept = await _keep(side, form, view, _STEPS.get(str(view.get("callback_id"))))
    if kept is None or target is None:
        shown = build_notice(FORM_IS_GONE)
    else:
        step = target if kept.shape.shows(target) else Step.WHAT
        shown = build_step(step, kept.draft.fields, form.ref, now=side.clock.now(), shape=kept.shape)
    await side.update_view(body, shown)


def _show(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
