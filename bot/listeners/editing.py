"""Editing a seminar, moving it, and making a new one like it."""

from datetime import datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.draft import Step
from bot.domain.drafting import first_step_of
from bot.domain.editing import step_of
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.services.announcing import Draft, DraftNotFoundError
from bot.services.changing import ChangedMeanwhileError
from bot.services.editing import get_edit, resolve, start_duplicate, start_edit
from bot.services.listing import read_zone_of
from bot.services.planning_edits import Conflict, Edit, Effect, Others, Wrong, plan_edit
from bot.services.saving_edits import save_edit
from bot.storage.seminars import count_registrations, get_seminar
from bot.views.announcement import build_announcement
from bot.views.editing import (
    ALL_SAVED,
    LATER,
    MINE,
    SCOPE,
    Meanwhile,
    Preview,
    Shift,
    build_conflict,
    build_edit_preview,
    build_shape,
    saved_sentence,
)
from bot.views.forms import build_step, build_what
from bot.views.ids import Action, Callback, FormRef, ManageRef, parse_seminar_ref
from bot.views.notices import FORM_IS_GONE, build_notice


def edit(session: Session, managed: Managed) -> Screen:
    """Begin to edit a seminar: the form with all of it filled in."""
    draft = start_edit(session, managed.seminar, user_id=managed.actor, now=managed.now)
    shape = build_shape(managed.seminar, managed.now)
    return Screen(build_what(draft.fields, FormRef(draft.id), shape=shape), on_top=True)


def duplicate(session: Session, managed: Managed) -> Screen:
    """Begin a new seminar like that one."""
    draft = start_duplicate(session, managed.seminar, user_id=managed.actor, now=managed.now)
    return Screen(build_what(draft.fields, FormRef(draft.id)), on_top=True)


def save(session: Session, managed: Managed) -> Screen:
    """Save what the preview showed, or show what is so by now."""
    draft = _draft_of(session, managed)
    if draft is None:
        return Screen(build_notice(FORM_IS_GONE))
    try:
        saved = save_edit(
            session,
            draft,
            seen=managed.ref.seen,
            with_later=managed.text(SCOPE) == LATER,
            workspace_id=managed.workspace_id,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return Screen(_show(session, draft, managed, is_changed=True))
    if not saved.effects:
        return Screen(build_notice(ALL_SAVED))
    return Screen(build_notice(saved_sentence([_shift_of(one) for one in saved.effects])))


def choose(session: Session, managed: Managed) -> Screen:
    """Settle what two people changed, and show what comes of it."""
    draft = _draft_of(session, managed)
    if draft is None:
        return Screen(build_notice(FORM_IS_GONE))
    conflict = plan_edit(session, draft, workspace_id=managed.workspace_id, now=managed.now)
    if isinstance(conflict, Conflict):
        if conflict.fingerprint() != managed.ref.seen:
            return Screen(_show(session, draft, managed, is_changed=True))
        kept = [name for name in conflict.names if managed.text(step_of(name)) == MINE]
        draft = resolve(session, conflict, kept, user_id=managed.actor)
    return Screen(_show(session, draft, managed))


def show_edit(session: Session, draft: Draft, managed: Managed) -> dict[str, Any]:
    """Return what follows the last step of a form that edits: its preview, or what is to be settled first."""
    return _show(session, draft, managed)


def _draft_of(session: Session, managed: Managed) -> Draft | None:
    number = parse_seminar_ref(managed.ref.about)
    if number is None:
        return None
    try:
        return get_edit(
            session,
            number.seminar_id,
            managed.seminar.id,
            workspace_id=managed.workspace_id,
            user_id=managed.actor,
        )
    except DraftNotFoundError:
        return None


def manage_draft(
    session: Session, draft: Draft, *, workspace_id: int, user_id: str, now: datetime
) -> Managed:
    """Return the work on the seminar that a draft edits, as if a button of it had been pressed."""
    seminar_id = draft.seminar_id or 0
    return Managed(
        ref=ManageRef(seminar_id, about=str(draft.id)),
        seminar=get_seminar(session, seminar_id, workspace_id=workspace_id),
        workspace_id=workspace_id,
        actor=user_id,
        zone=read_zone_of(session, workspace_id, user_id),
        now=now,
        values={},
    )


def _show(session: Session, draft: Draft, managed: Managed, *, is_changed: bool = False) -> dict[str, Any]:
    found = plan_edit(session, draft, workspace_id=managed.workspace_id, now=managed.now)
    match found:
        case Wrong(problems=problems):
            step = first_step_of(problems) or Step.WHAT
            shape = build_shape(managed.seminar, managed.now)
            return build_step(
                step, draft.fields, FormRef(draft.id), now=managed.now, problems=problems, shape=shape
            )
        case Conflict():
            ref = ManageRef(managed.seminar.id, about=str(draft.id), seen=found.fingerprint())
            return build_conflict(
                found.names,
                draft.fields,
                _meanwhile_of(found.others),
                ref,
                managed.now,
                managed.zone,
                is_changed=is_changed,
            )
        case Edit():
            ref = ManageRef(managed.seminar.id, about=str(draft.id), seen=found.fingerprint())
            preview = _preview_of(session, found, managed)
            return build_edit_preview(preview, ref, managed.now, managed.zone, is_changed=is_changed)


def _preview_of(session: Session, found: Edit, managed: Managed) -> Preview:
    this = found.this
    count = count_registrations(session, [this.before.id])[this.before.id]
    return Preview(
        before=this.before,
        after=this.after,
        old=found.others.now,
        new=this.fields,
        changed=this.changed,
        shift=_shift_of(this),
        card=build_announcement(this.after, count, managed.now),
        meanwhile=_meanwhile_of(found.others),
        later=[_shift_of(one) for one in found.later],
        cannot=found.cannot,
        kept_back=found.kept_back,
    )


def _shift_of(effect: Effect) -> Shift:
    told = effect.told
    return Shift(len(told.seats), len(told.line), len(told.silenced), effect.reminders)


def _meanwhile_of(others: Others) -> Meanwhile:
    return Meanwhile(others.before, others.now, others.names, others.actors)


COLUMN = Column(
    writes={Action.EDIT: edit, Action.DUPLICATE: duplicate},
    submits={Callback.FORM_EDIT: save, Callback.FORM_CONFLICT: choose},
    words={"edit": Action.EDIT, "duplicate": Action.DUPLICATE},
    announces=frozenset({Action.DUPLICATE}),
)
COMMANDS: dict[str, CommandWork] = {}


def register(_app: AsyncApp, _side: DeskSide) -> None:
    """Tie what is not about staff's work on one seminar."""
