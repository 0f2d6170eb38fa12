"""Names are kept for a time; what was counted stays."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.storage import tables
from bot.storage.forgetting import (
    GONE,
    NAMES,
    PERSON,
    find_names,
    forget_in_seminar,
    has_name,
    is_gone,
    list_deliveries,
    name_anew,
)
from bot.storage.staff import get_workspace

DRAFTS_LAST = timedelta(days=7)


def forget_people(session: Session, workspace_id: int, *, now: datetime, limit: int) -> int:
    """Forget people in the seminars that ended longer ago than the workspace keeps names.

    Safe to repeat, and in several processes at once: seminars that another one is
    working on are left to it.

    Args:
        session: An open transaction; the caller commits.
        workspace_id: Whose seminars.
        now: The time, aware.
        limit: How many people at most.

    Returns:
        How many people were forgotten; 0 if nobody is left, or what is left has to wait.
    """
    days = get_workspace(session, workspace_id).retention_days
    if days is None:
        return 0
    seminar, forgotten = tables.Seminar, 0
    statement = (
        select(seminar.id)
        .where(
            seminar.workspace_id == workspace_id,
            seminar.ends_at < now - timedelta(days=days),
            or_(*(has_name(name, name.not_like(f"{GONE}%")) for name in NAMES)),
        )
        .order_by(seminar.ends_at, seminar.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True, of=seminar)
    )
    for seminar_id in session.scalars(statement).all():
        if forgotten >= limit:
            break
        found, sent = find_names(session, seminar_id), list_deliveries(session, seminar_id)
        # First those who were only written to, since by the others the seminar is found again.
        targets = sorted({one.target for one in sent if PERSON.fullmatch(one.target)} - found)
        people = [*targets, *sorted(one for one in found if not is_gone(one))][: limit - forgotten]
        if forget_in_seminar(session, seminar_id, name_anew(found, people), sent, now=now):
            forgotten += len(people)
    session.expire_all()
    return forgotten


def clean_drafts(session: Session, *, now: datetime) -> int:
    """Delete the drafts that nobody goes on with, and those that became seminars, after a week."""
    draft = tables.Draft
    gone = session.execute(
        delete(draft).where(draft.created_at < now - DRAFTS_LAST).returning(draft.id)
    ).all()
    return len(gone)
