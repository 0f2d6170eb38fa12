"""Drafts that begin from a seminar: what edits it, and what makes a new one like it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.drafting import Problems
from bot.domain.editing import check_edit, merge_fields
from bot.domain.seminar import Seminar
from bot.services.announcing import (
    COPIED_FROM,
    Draft,
    DraftNotFoundError,
    get_draft,
    get_draft_row,
    start_draft,
)
from bot.services.channels import list_channels
from bot.services.planning_edits import Conflict, read_fields
from bot.storage import seminars


def start_edit(session: Session, seminar: Seminar, *, user_id: str, now: datetime) -> Draft:
    """Store a draft that edits a seminar, with all of it filled in."""
    fields = read_fields(session, seminar)
    draft_id = start_draft(
        session, workspace_id=seminar.workspace_id, user_id=user_id, fields=fields, now=now
    )
    row = get_draft_row(session, draft_id, workspace_id=seminar.workspace_id, user_id=user_id)
    row.seminar_id, row.base, row.base_version = seminar.id, fields.to_json(), seminar.version
    session.flush()
    return get_draft(session, draft_id, workspace_id=seminar.workspace_id, user_id=user_id)


def start_duplicate(session: Session, seminar: Seminar, *, user_id: str, now: datetime) -> Draft:
    """Store a draft of a new seminar like that one, without its times."""
    channels = list_channels(session, seminar.id)
    fields = replace(read_fields(session, seminar), channels=channels, date="", time="", opens="", publish="")
    draft_id = start_draft(
        session, workspace_id=seminar.workspace_id, user_id=user_id, fields=fields, now=now
    )
    row = get_draft_row(session, draft_id, workspace_id=seminar.workspace_id, user_id=user_id)
    row.base = {COPIED_FROM: seminar.id}
    return Draft(draft_id, fields)


def get_edit(session: Session, draft_id: int, seminar_id: int, *, workspace_id: int, user_id: str) -> Draft:
    """Return a person's draft that edits that seminar.

    Raises:
        DraftNotFoundError: If there is no such draft of that person.
    """
    draft = get_draft(session, draft_id, workspace_id=workspace_id, user_id=user_id)
    if not draft.is_edit or draft.seminar_id != seminar_id:
        raise DraftNotFoundError(draft_id)
    return draft


def check_step(session: Session, draft: Draft, names: Collection[str], *, now: datetime) -> Problems:
    """Find what is wrong with some fields of a draft that edits."""
    seminar = seminars.find_seminars(session, [draft.seminar_id or 0]).get(draft.seminar_id or 0)
    if seminar is None or draft.base is None:
        raise DraftNotFoundError(draft.id)
    return check_edit(draft.fields, draft.base, seminar, now, frozenset(names))


def resolve(session: Session, conflict: Conflict, kept: Collection[str], *, user_id: str) -> Draft:
    """Settle a conflict: of the fields that both changed, these keep what this person typed.

    The draft goes on from what stands there now, with all that this person changed
    beside.
    """
    draft, current = conflict.draft, conflict.others.now
    if draft.base is None or draft.seminar_id is None:
        raise DraftNotFoundError(draft.id)
    merge = merge_fields(draft.base, draft.fields, current)
    theirs = {name: getattr(current, name) for name in conflict.names if name not in kept}
    seminar = seminars.find_seminars(session, [draft.seminar_id])[draft.seminar_id]
    workspace_id = seminar.workspace_id
    row = get_draft_row(session, draft.id, workspace_id=workspace_id, user_id=user_id)
    row.fields = replace(merge.fields, **theirs).to_json()
    row.base, row.base_version = current.to_json(), seminar.version
    session.flush()
    return get_draft(session, draft.id, workspace_id=workspace_id, user_id=user_id)
