"""What is kept of one person: telling it to them, and deleting it when they ask."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.room import State
from bot.storage import tables
from bot.storage.forgetting import (
    NAMES,
    RUNNING,
    find_names,
    forget_in_seminar,
    has_name,
    list_deliveries,
    name_anew,
)
from bot.storage.members import find_member
from bot.storage.seminars import find_seminars
from bot.views.my_data import Held, MyData

RESTORABLE = timedelta(hours=1)  # for so long a cancelled seminar can come back, with everybody in it
_AT_ONCE = 50  # seminars in one transaction
_LISTED = 500


def read_my_data(session: Session, workspace_id: int, user_id: str) -> MyData:
    """Read what is kept of a person in a workspace, the newest seminars first."""
    registration, seminar = tables.Registration, tables.Seminar
    rows = session.execute(
        select(registration.seminar_id, registration.state)
        .join(seminar, seminar.id == registration.seminar_id)
        .where(seminar.workspace_id == workspace_id, registration.user_id == user_id)
        .order_by(seminar.starts_at.desc(), seminar.id)
        .limit(_LISTED)
    ).all()
    found = find_seminars(session, [seminar_id for seminar_id, _state in rows])
    member = find_member(session, workspace_id, user_id)
    own = (workspace_id, user_id)
    answers = select(tables.Question.seminar_id).join(
        tables.Answer, tables.Answer.question_id == tables.Question.id
    )
    feedback = select(tables.Feedback.seminar_id)
    questions = select(tables.SpeakerQuestion.seminar_id)
    drafts = select(tables.Draft.id).where(
        tables.Draft.workspace_id == workspace_id, tables.Draft.user_id == user_id
    )
    return MyData(
        held=tuple(Held(found[seminar_id], State(state)) for seminar_id, state in rows),
        named_in=len(session.scalars(_naming(workspace_id, user_id)).all()),
        answers=_count(session, answers.where(tables.Answer.user_id == user_id), workspace_id),
        feedback=_count(session, feedback.where(tables.Feedback.user_id == user_id), workspace_id),
        questions=_count(session, questions.where(tables.SpeakerQuestion.user_id == user_id), workspace_id),
        drafts=len(session.scalars(drafts).all()),
        zone=member.zone if member else None,
        has_choices=session.get(tables.Preference, own) is not None,
        is_granted=session.get(tables.StaffGrant, own) is not None,
    )


def list_ahead(session: Session, workspace_id: int, user_id: str, *, now: datetime) -> list[int]:
    """Read the seminars that are not over in which somebody has a seat, an offer or a place in line."""
    registration, seminar = tables.Registration, tables.Seminar
    statement = (
        select(seminar.id)
        .join(registration, registration.seminar_id == seminar.id)
        .where(
            seminar.workspace_id == workspace_id,
            seminar.ends_at > now,
            seminar.cancelled_at.is_(None),
            registration.user_id == user_id,
            registration.state != State.RELEASED,
        )
        .order_by(seminar.starts_at, seminar.id)
    )
    return list(session.scalars(statement))


def forget_person(session: Session, workspace_id: int, user_id: str, *, now: datetime) -> int:
    """Forget one person wherever they neither hold a seat or place, nor run what lies ahead.

    Safe to repeat; call it until nothing is left to do. While a message is being sent to them about a
    seminar, that one waits.

    Returns:
        In how many seminars they were forgotten by this call.
    """
    seminar = tables.Seminar
    wanted = _forgetting(workspace_id, user_id, now).order_by(seminar.id)
    chosen = wanted.limit(_AT_ONCE).with_for_update(key_share=True, of=seminar)
    locked = session.scalars(chosen).all()
    forgotten = 0
    # Asked once more under the locks: somebody may have registered again while they were waited for.
    for seminar_id in session.scalars(wanted.where(seminar.id.in_(locked))).all():
        found, sent = find_names(session, seminar_id), list_deliveries(session, seminar_id)
        forgotten += forget_in_seminar(session, seminar_id, name_anew(found, [user_id]), sent, now=now)
    session.expire_all()
    return forgotten


def count_waiting(session: Session, workspace_id: int, user_id: str, *, now: datetime) -> int:
    """Count the seminars that could forget a person, and did not since a message is being sent to them."""
    return len(session.scalars(_forgetting(workspace_id, user_id, now)).all())


def forget_choices(session: Session, workspace_id: int, user_id: str) -> int:
    """Delete what is kept of a person beside the seminars, and tell in how many they still stand.

    What they chose goes, with their calendar's address and their drafts, and what Slack said of them too
    unless a seminar still needs it.
    """
    draft, delivery, member = tables.Draft, tables.Delivery, tables.Member
    session.execute(
        delete(tables.Preference).where(
            tables.Preference.workspace_id == workspace_id, tables.Preference.user_id == user_id
        )
    )
    session.execute(delete(draft).where(draft.workspace_id == workspace_id, draft.user_id == user_id))
    session.execute(
        delete(delivery).where(
            delivery.workspace_id == workspace_id,
            delivery.target == user_id,
            delivery.seminar_id.is_(None),
            delivery.state != "sending",
        )
    )
    left = len(session.scalars(_naming(workspace_id, user_id)).all())
    if not left:
        session.execute(delete(member).where(member.workspace_id == workspace_id, member.user_id == user_id))
    session.expire_all()
    return left


def _forgetting(workspace_id: int, user_id: str, now: datetime) -> Select[int]:
    return _naming(workspace_id, user_id).where(or_(_is_over(now), _is_free(user_id)))


def _is_over(now: datetime) -> ColumnElement[bool]:
    seminar = tables.Seminar
    return or_(seminar.ends_at <= now, seminar.cancelled_at <= now - RESTORABLE)


def _is_free(user_id: str) -> ColumnElement[bool]:
    """Tell of a seminar ahead whether somebody holds nothing in it any more, and does not run it."""
    registration, change = tables.Registration, tables.SeatChange
    holds = has_name(
        registration.user_id, registration.user_id == user_id, registration.state != State.RELEASED
    )
    running = [
        has_name(name, name == user_id, *([change.user_id != user_id] if name is change.actor else []))
        for name in RUNNING
    ]
    return ~or_(holds, *running)


def _naming(workspace_id: int, user_id: str) -> Select[int]:
    seminar = tables.Seminar
    named = or_(*(has_name(name, name == user_id) for name in NAMES))
    return select(seminar.id).where(seminar.workspace_id == workspace_id, named)


def _count(session: Session, rows: Select[int], workspace_id: int) -> int:
    """Count rows, given by the seminars that they belong to, in one workspace."""
    given = rows.subquery()
    statement = (
        select(func.count())
        .select_from(given)
        .join(tables.Seminar, tables.Seminar.id == given.c.seminar_id)
        .where(tables.Seminar.workspace_id == workspace_id)
    )
    return session.scalar(statement) or 0
