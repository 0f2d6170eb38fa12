"""From the form to a stored seminar: drafts, and the one transaction that announces."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.draft import DraftFields, minutes_of
from bot.domain.drafting import read_draft
from bot.domain.reminding import plan_moments
from bot.domain.seminar import Seminar
from bot.domain.seminar_plan import SeminarPlan
from bot.services.filling import NOTHING_READ, Read
from bot.services.preferences import plan_own
from bot.services.questions import copy_questions
from bot.storage import seminars, tables
from bot.storage.deliveries import promise_announcements
from bot.storage.homes import want_homes_of
from bot.storage.staff import set_hosts

COPIED_FROM = "copied_from"  # in a draft's base: the seminar whose questions the new one asks too


class DraftNotFoundError(LookupError):
    """There is no such draft of that person in that workspace."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A form being filled in.

    Attributes:
        id: Its number.
        fields: What was typed so far.
        seminar_id: The seminar that it became, or that it edits.
        base: For an edit: what stood there when it began, at ``base_version``.
        base_version: For an edit: which version of the seminar that was.
        read: What of it was read from a text.
    """

    id: int
    fields: DraftFields
    seminar_id: int | None = None
    base: DraftFields | None = None
    base_version: int | None = None
    read: Read = NOTHING_READ

    @property
    def is_edit(self) -> bool:
        """Whether it changes a seminar, so that it never becomes one."""
        return self.base_version is not None


def start_draft(
    session: Session,
    *,
    workspace_id: int,
    user_id: str,
    fields: DraftFields,
    now: datetime,
    read: Read = NOTHING_READ,
) -> int:
    """Store a new draft, and what of it was read from a text, and return its id."""
    row = tables.Draft(workspace_id=workspace_id, user_id=user_id, fields=fields.to_json(), created_at=now)
    row.hints = None if read == NOTHING_READ else read.to_json()
    session.add(row)
    session.flush()
    return row.id


def get_draft(session: Session, draft_id: int, *, workspace_id: int, user_id: str) -> Draft:
    """Return what was typed so far, and what it is about.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none.
    """
    row = get_draft_row(session, draft_id, workspace_id=workspace_id, user_id=user_id)
    base = None if row.base_version is None else DraftFields.from_json(row.base)
    read = Read.from_json(row.hints)
    return Draft(row.id, DraftFields.from_json(row.fields), row.seminar_id, base, row.base_version, read)


def save_draft(
    session: Session,
    draft_id: int,
    fields: DraftFields,
    *,
    workspace_id: int,
    user_id: str,
    read: Read | None = None,
) -> None:
    """Keep what was typed, whether it is right or not, and what was read from a text just now.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none.
    """
    row = get_draft_row(session, draft_id, workspace_id=workspace_id, user_id=user_id)
    row.fields = fields.to_json()
    if read is not None:
        row.hints = read.to_json()


def announce(session: Session, draft_id: int, *, workspace_id: int, user_id: str, now: datetime) -> Seminar:
    """Make the draft a seminar and promise its announcements.

    Safe to repeat: a draft becomes one seminar, however often Post is pressed.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none, or if it edits a seminar.
        DraftError: If what was typed is not right, or not any more.
    """
    row = get_draft_row(session, draft_id, workspace_id=workspace_id, user_id=user_id)
    if row.base_version is not None:
        raise DraftNotFoundError(draft_id)
    if row.seminar_id is not None:
        return seminars.get_seminar(session, row.seminar_id, workspace_id=workspace_id)
    plan = read_draft(DraftFields.from_json(row.fields), now)
    seminar = store(session, plan, workspace_id=workspace_id, user_id=user_id, now=now)
    row.seminar_id = seminar.id
    copied_from = (row.base or {}).get(COPIED_FROM)
    if copied_from is not None:
        copy_questions(session, copied_from, seminar.id)
    return seminar


def store(session: Session, plan: SeminarPlan, *, workspace_id: int, user_id: str, now: datetime) -> Seminar:
    """Store a planned seminar with its hosts and moments, and promise its announcements."""
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
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        promotion=plan.promotion.value,
        late_minutes=None if plan.late is None else int(minutes_of(plan.late)),
        publish_at=plan.publish_at,
        reminder_minutes=[int(minutes_of(offset)) for offset in plan.reminder_offsets],
        created_by=user_id,
        created_at=now,
        cancel_reason="",
    )
    seminar = seminars.insert_seminar(session, row, plan.speakers)
    if plan.host_ids:
        set_hosts(session, seminar.id, plan.host_ids)
    seminars.insert_moments(session, seminar, plan_moments(seminar, now))
    plan_own(session, seminar, now=now)
    announcements = [
        tables.Announcement(seminar_id=seminar.id, channel_id=channel_id) for channel_id in plan.channel_ids
    ]
    session.add_all(announcements)
    session.flush()
    promise_announcements(session, announcements, now=now, workspace_id=workspace_id, due_at=plan.publish_at)
    want_homes_of(session, [seminar.id], now=now)
    return seminar


def get_draft_row(session: Session, draft_id: int, *, workspace_id: int, user_id: str) -> tables.Draft:
    """Read a draft of that person, and lock it until the transaction ends.

    Raises:
        DraftNotFoundError: If it is not that person's draft, or none.
    """
    draft = tables.Draft
    row = session.scalar(
        select(draft)
        .where(draft.id == draft_id, draft.workspace_id == workspace_id, draft.user_id == user_id)
        .with_for_update()
    )
    if row is None:
        raise DraftNotFoundError(draft_id)
    return row
