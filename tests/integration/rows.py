"""Rows for tests: plain functions with fixed dates."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.seminar import Seminar
from bot.domain.seminar_plan import SeminarPlan
from bot.services.announcing import store
from bot.storage import tables
from bot.storage.members import save_workspace
from tests.factories import make_seminar

NOW = datetime(2020, 7, 29, 0, 0, tzinfo=UTC)


def add_workspace(session: Session, team_id: str = "T0CAIS") -> int:
    return save_workspace(session, team_id=team_id, name=team_id, bot_user_id="U0BOT", now=NOW).id


def add_seminar(session: Session, workspace_id: int, *, channels: int = 1, **overrides: Any) -> Seminar:
    planned = make_seminar(**overrides)
    plan = SeminarPlan(
        title=planned.title,
        speakers=planned.speakers,
        abstract=planned.abstract,
        bio=planned.bio,
        starts_local=planned.starts_local,
        zone=planned.zone,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        place=planned.place,
        online_link=planned.online_link,
        capacity=planned.capacity,
        has_waitlist=planned.has_waitlist,
        closes_at=planned.closes_at,
        reminder_offsets=planned.reminder_offsets or (timedelta(days=1), timedelta(hours=1)),
        channel_ids=tuple(f"C0TALKS{number}" for number in range(channels)),
    )
    return store(session, plan, workspace_id=workspace_id, user_id="U0HOST", now=NOW)


def states(session: Session, seminar_id: int) -> dict[str, str]:
    statement = select(tables.Registration).where(tables.Registration.seminar_id == seminar_id)
    return {row.user_id: row.state for row in session.scalars(statement)}


def deliveries(session: Session, kind: str) -> list[tables.Delivery]:
    statement = select(tables.Delivery).where(tables.Delivery.kind == kind).order_by(tables.Delivery.id)
    return list(session.scalars(statement))
