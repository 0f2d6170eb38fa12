"""From the form to a stored seminar: drafts, and the one transaction that announces."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.draft import DraftFields, minutes_of
from bot.domain.drafting import read_draft
from bot.domain.reminding import plan_moments
from bot.domain.seminar import Seminar
from bot.domain.seminar_plan import SeminarPlan
from bot.storage import seminars, tables
from bot.storage.deliveries import promise_announcements


class DraftNotFoundError(LookupError):
    """There is no such draft of that person in that workspace."""


def start_draft(
    session: Session, *, workspace_id: int, user_id: str, fields: DraftFields, now: datetime
) -> int:
    """Store a new draft and return its id."""
    row = tables.Draft(workspace_id=workspace_id, user_id=user_id, fields=fields.to_json(), created_at=now)
    session.add(row)
    session.flush()
    return row.id


def get_draft(session: Session, draft_id: int, *, workspace_id: int, user_id: str) -> DraftFields:
    """Return what was typed so far.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none.
    """
    return DraftFields.from_json(_get_row(session, draft_id, workspace_id, user_id).fields)


def save_draft(
    session: Session, draft_id: int, fields: DraftFields, *, workspace_id: int, user_id: str
) -> None:
    """Keep what was typed, whether it is right or not.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none.
    """
    _get_row(session, draft_id, workspace_id, user_id).fields = fields.to_json()


def announce(session: Session, draft_id: int, *, workspace_id: int, user_id: str, now: datetime) -> Seminar:
    """Make the draft a seminar and promise its announcements.

    Safe to repeat: a draft becomes one seminar, however often Post is pressed.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none.
        DraftError: If what was typed is not right, or not any more.
    """
    row = _get_row(session, draft_id, workspace_id, user_id)
    if row.seminar_id is not None:
        return seminars.get_seminar(session, row.seminar_id, workspace_id=workspace_id)
    plan = read_draft(DraftFields.from_json(row.fields), now)
    seminar = store(session, plan, workspace_id=workspace_id, user_id=user_id, now=now)
    row.seminar_id = seminar.id
    return seminar


def store(session: Session, plan: SeminarPlan, *, workspace_id: int, user_id: str, now: datetime) -> Seminar:
    """Store a planned seminar with its moments, and promise its announcements."""
    row = tables.Seminar(
        workspace_id=workspace_id,
        title=plan.title,
        abstract=plan.abstract,
        bio=plan.bio,
        starts_local=plan.starts_local,
        zone=plan.zone,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        place=plan.place,
        online_link=plan.online_link,
        capacity=plan.capacity,
        has_waitlist=plan.has_waitlist,
        closes_at=plan.closes_at,
        reminder_minutes=[int(minutes_of(offset)) for offset in plan.reminder_offsets],
        created_by=user_id,
        created_at=now,
        cancel_reason="",
    )
    seminar = seminars.insert_seminar(session, row, plan.speakers)
    seminars.insert_moments(session, seminar, plan_moments(seminar, now))
    announcements = [
        tables.Announcement(seminar_id=seminar.id, channel_id=channel_id) for channel_id in plan.channel_ids
    ]
    session.add_all(announcements)
    session.flush()
    promise_announcements(session, announcements, now=now, workspace_id=workspace_id)
    return seminar


def _get_row(session: Session, draft_id: int, workspace_id: int, user_id: str) -> tables.Draft:
    draft = tables.Draft
    row = session.scalar(
        select(draft)
        .where(draft.id == draft_id, draft.workspace_id == workspace_id, draft.user_id == user_id)
        .with_for_update()
    )
    if row is None:
        raise DraftNotFoundError(draft_id)
    return row
