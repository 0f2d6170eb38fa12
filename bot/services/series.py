"""Making a series: the later seminars of a talk that repeats.

They inherit everything at their creation and live on their own from then on.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.reminding import plan_moments
from bot.domain.seminar import Seminar
from bot.domain.series import Dates, Fault, Planned, Repeat, Typed, choose_dates, find_fault, read_typed
from bot.domain.text import clean_line
from bot.services.changing import ChangedMeanwhileError, open_seminar, save_change
from bot.services.channels import announce_in, list_channels
from bot.services.preferences import plan_own
from bot.services.questions import copy_questions
from bot.services.recurrence import list_days
from bot.storage import seminars, tables
from bot.storage.staff import add_change, find_hosts, set_hosts

# What a seminar does not inherit: what it is by itself, its own times, and what became of it.
_NOT_INHERITED = frozenset(
    {
        "id",
        "starts_local",
        "starts_at",
        "ends_at",
        "opens_at",
        "closes_at",
        "publish_at",
        "closed_at",
        "cancelled_at",
        "cancel_reason",
        "line_stopped_at",
        "created_by",
        "created_at",
        "version",
        "sequence",
        "series_id",
        "notice_batch",
        "notice_until",
        "check_in_word",
        "slides_link",
        "recording_link",
    }
)


@dataclass(frozen=True, slots=True)
class Belonging:
    """The series that a seminar belongs to; ``last`` is the last of it that is not cancelled."""

    series_id: int
    title: str
    last: Seminar
    days: frozenset[date]


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """What would be made of what staff typed."""

    repeat: Repeat
    dates: Dates
    channel_ids: tuple[str, ...]
    title: str
    is_new: bool

    def fingerprint(self) -> str:
        """Return a short text that differs where the plan does; goes into the preview's metadata."""
        said = repr((self.dates.fingerprint(), self.channel_ids, self.title, self.is_new))
        return sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Made:
    """The seminars were made."""

    title: str
    planned: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class GoesOnElsewhere:
    """The seminar is in a series already and not its last; nothing was made."""

    belonging: Belonging


def find_belonging(session: Session, seminar: Seminar) -> Belonging | None:
    """Return the series that a seminar belongs to, None if to none."""
    if seminar.series_id is None:
        return None
    row, series = tables.Seminar, session.get(tables.Series, seminar.series_id)
    ids = session.scalars(select(row.id).where(row.series_id == seminar.series_id)).all()
    found = seminars.find_seminars(session, ids).values()
    days = frozenset(one.starts_local.date() for one in found)
    running = [one for one in found if one.cancelled_at is None] or [seminar]
    last = max(running, key=lambda one: (one.starts_at, one.id))
    return Belonging(seminar.series_id, series.title if series else seminar.title, last, days)


def plan_series(
    session: Session, seminar: Seminar, typed: Typed, *, now: datetime
) -> SeriesPlan | tuple[Fault, ...]:
    """Return what would be made, or what is wrong with what staff typed."""
    day = seminar.starts_local.date()
    repeat = read_typed(typed, day)
    if not isinstance(repeat, Repeat):
        return repeat
    belonging = find_belonging(session, seminar)
    there = belonging.days if belonging else frozenset[date]()
    days = list_days(repeat.rule.to_text(), day)
    dates = choose_dates(seminar, days, repeat, there=there, now=now)
    if fault := find_fault(dates, repeat):
        return (fault,)
    title = belonging.title if belonging else clean_line(typed.title) or seminar.title
    return SeriesPlan(repeat, dates, list_channels(session, seminar.id), title, belonging is None)


def make_series(
    session: Session,
    seminar_id: int,
    typed: Typed,
    *,
    seen: str,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> Made | GoesOnElsewhere:
    """Make the later seminars of one that repeats, as they were previewed.

    Safe to repeat: once they are made, the one that was repeated is not the last
    of its series any more.

    Args:
        session: An open transaction; the seminar's row is locked until it ends.
        seminar_id: The one that is repeated.
        typed: What staff typed.
        seen: The fingerprint of the plan that was shown.
        workspace_id: Whose seminar it is.
        actor: Who of the staff it is.
        now: The time of the change.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
        ChangedMeanwhileError: If what would be made is not what was shown; nothing was changed.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    before = room.seminar
    belonging = find_belonging(session, before)
    if belonging is not None and belonging.last.id != seminar_id:
        return GoesOnElsewhere(belonging)
    plan = plan_series(session, before, typed, now=now)
    if before.cancelled_at is not None or not isinstance(plan, SeriesPlan) or plan.fingerprint() != seen:
        raise ChangedMeanwhileError
    rule = plan.repeat.rule.to_text()
    series_id = _keep_series(session, belonging, before, plan.title, rule, actor, now)
    hosts = find_hosts(session, [seminar_id])[seminar_id]
    for planned in plan.dates.planned:
        new = _make_one(session, before, planned, series_id=series_id, actor=actor, now=now)
        set_hosts(session, new.id, hosts)
        announce_in(session, new, plan.channel_ids, now=now)
        add_change(session, new.id, kind="series", actor=actor, details={"of": seminar_id}, now=now)
    details = {
        "series": series_id,
        "title": plan.title,
        "rule": rule,
        "dates": " ".join(planned.starts_local.isoformat() for planned in plan.dates.planned),
    }
    room.seminar = replace(before, series_id=series_id)
    save_change(session, room, before, kind="series", actor=actor, details=details, now=now)
    return Made(plan.title, plan.dates.planned)


def _keep_series(
    session: Session,
    belonging: Belonging | None,
    seminar: Seminar,
    title: str,
    rule: str,
    actor: str,
    now: datetime,
) -> int:
    """Store a new series, or the rule by which an old one goes on; return its id."""
    if belonging is not None:
        series = tables.Series
        session.execute(update(series).where(series.id == belonging.series_id).values(rule=rule))
        return belonging.series_id
    row = tables.Series(
        workspace_id=seminar.workspace_id, title=title, rule=rule, created_by=actor, created_at=now
    )
    session.add(row)
    session.flush()
    return row.id


def _make_one(
    session: Session, source: Seminar, planned: Planned, *, series_id: int, actor: str, now: datetime
) -> Seminar:
    """Store one seminar that inherits from another, with its speakers, questions and moments."""
    row = session.get_one(tables.Seminar, source.id)
    inherited = {
        column.key: getattr(row, column.key)
        for column in tables.Seminar.__table__.columns
        if column.key not in _NOT_INHERITED
    }
    made = tables.Seminar(
        **inherited,
        series_id=series_id,
        created_by=actor,
        created_at=now,
        cancel_reason="",
        starts_local=planned.starts_local,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        opens_at=planned.opens_at,
        closes_at=planned.closes_at,
        publish_at=planned.publish_at,
    )
    seminar = seminars.insert_seminar(session, made, source.speakers)
    seminars.insert_moments(session, seminar, plan_moments(seminar, now))
    plan_own(session, seminar, now=now)
    copy_questions(session, source.id, seminar.id)
    return seminar
