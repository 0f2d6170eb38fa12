"""Edits of seminars for tests: begun, typed into, previewed, saved."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.registering import Wish
from bot.domain.seminar import Seminar
from bot.services.announcing import Draft, get_draft, save_draft
from bot.services.editing import start_edit
from bot.services.planning_edits import Edit, plan_edit
from bot.services.registering import Press, register
from bot.services.saving_edits import Saved, save_edit
from bot.storage import tables
from bot.storage.seminars import get_seminar
from tests.integration.rows import NOW, add_seminar, add_workspace

ANA, BEN = "U0ANA", "U0BEN"


def open_seminar(session: Session, **overrides: Any) -> Seminar:
    return add_seminar(session, add_workspace(session), **overrides)


def seat(session: Session, seminar: Seminar, *people: str, at: datetime = NOW) -> None:
    presses = [Press(seminar.workspace_id, seminar.id, one, Wish.REGISTER) for one in people]
    register(session, presses, clock=lambda: at)


def type_in(session: Session, draft: Draft, user_id: str = ANA, **fields: Any) -> Draft:
    """Keep what somebody typed into a draft."""
    workspace_id = session.scalars(select(tables.Draft.workspace_id).where(tables.Draft.id == draft.id)).one()
    typed = replace(draft.fields, **fields)
    save_draft(session, draft.id, typed, workspace_id=workspace_id, user_id=user_id)
    return get_draft(session, draft.id, workspace_id=workspace_id, user_id=user_id)


def begin(session: Session, seminar: Seminar, user_id: str = ANA, **fields: Any) -> Draft:
    current = get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
    return type_in(session, start_edit(session, current, user_id=user_id, now=NOW), user_id, **fields)


def preview(session: Session, seminar: Seminar, draft: Draft, now: datetime = NOW) -> Edit:
    found = plan_edit(session, draft, workspace_id=seminar.workspace_id, now=now)
    assert isinstance(found, Edit)
    return found


def save(
    session: Session,
    seminar: Seminar,
    draft: Draft,
    user_id: str = ANA,
    *,
    now: datetime = NOW,
    with_later: bool = False,
    seen: str | None = None,
) -> Saved:
    return save_edit(
        session,
        draft,
        seen=preview(session, seminar, draft, now).fingerprint() if seen is None else seen,
        with_later=with_later,
        workspace_id=seminar.workspace_id,
        actor=user_id,
        now=now,
    )


def current(session: Session, seminar: Seminar) -> Seminar:
    return get_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
