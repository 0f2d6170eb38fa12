"""After the talk: slides and recording, one question how it was, and the next of the series."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.aftercare import (
    IN_ROOM_OR_LINE,
    SHOWN_FROM,
    Asking,
    Links,
    MaterialsPlan,
    Results,
    choose_next,
    decide_feedback,
    decide_materials,
    feedback_until,
    links_of,
    sum_up,
)
from bot.domain.reminding import Moment, MomentKind, Skip, tell_next_at
from bot.domain.room import State
from bot.domain.seminar import Phase, Seminar, decide_phase
from bot.services.changing import ChangedMeanwhileError, look_at_seminar, open_seminar, save_change
from bot.services.home import is_public
from bot.services.rendering import Known, Render
from bot.storage import feedback, registrations, seminars, tables
from bot.storage.deliveries import Kind, Priority, Promise, promise
from bot.storage.queue import Claimed
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import find_hosts, list_seminar_changes
from bot.views.aftercare import (
    build_feedback_given,
    build_feedback_question,
    build_materials_message,
    build_next,
    build_results_ready,
)
from bot.views.message import Message

_MATERIALS = "materials"


@dataclass(frozen=True, slots=True)
class Given:
    """What became of an answer: whether it was taken, and what stands there now."""

    seminar: Seminar
    asking: Asking
    score: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The message that asked somebody, and what it shows now."""

    channel_id: str
    message_ts: str
    message: Message


def follow_up(session: Session, seminar: Seminar, now: datetime) -> None:
    """Promise what is owed at the end of a talk; its row is locked, and asking again changes nothing.

    A talk that was moved or cancelled after this became due owes nothing now.
    """
    if seminar.cancelled_at is not None or now < seminar.ends_at:
        return
    _ask_how_it_was(session, seminar, now)
    told = frozenset().union(*(new.as_set() for _old, new in _list_changed(session, seminar)))
    links = links_of(seminar).without(told)
    if links.as_set():
        row = tables.Registration
        statement = select(row.user_id).where(row.seminar_id == seminar.id, row.state.in_(IN_ROOM_OR_LINE))
        _tell_of_materials(session, seminar, list(session.scalars(statement)), links, now)
    following = choose_next(seminar, _read_series(session, seminar))
    if following is not None:
        _tell_of_next(session, seminar, following, now)


def tell_of_this(session: Session, seminar: Seminar, now: datetime) -> None:
    """Tell who waited in vain for the one before it in its series of a seminar that is announced.

    Where it is announced later by now, so is this.
    """
    at = tell_next_at(seminar)
    if at is not None and at > now:
        if seminar.cancelled_at is None:
            seminars.insert_moments(session, seminar, [Moment(MomentKind.NEXT, at)])
        return
    series = _read_series(session, seminar)
    for one in series:
        is_over = one.cancelled_at is None and one.ends_at <= now
        following = choose_next(one, series) if is_over else None
        if following is not None and following.id == seminar.id:
            _tell_of_next(session, one, seminar, now)


def _ask_how_it_was(session: Session, seminar: Seminar, now: datetime) -> None:
    if now >= feedback_until(seminar):
        return
    people = feedback.list_attending(session, seminar.id)
    key = f"{Kind.FEEDBACK}:{seminar.id}:{{}}:{int(seminar.starts_at.timestamp())}"
    details = {"starts_at": seminar.starts_at.isoformat()}
    _promise_each(session, seminar, people, Kind.FEEDBACK, key, details, Priority.CONFIRMATION, now)


def _tell_of_materials(
    session: Session, seminar: Seminar, people: Collection[str], links: Links, now: datetime
) -> None:
    key = f"{Kind.MATERIALS}:{seminar.id}:{links.digest()}:{{}}"
    details = {"slides": links.slides, "recording": links.recording}
    _promise_each(session, seminar, people, Kind.MATERIALS, key, details, Priority.CONFIRMATION, now)


def _tell_of_next(session: Session, before: Seminar, following: Seminar, now: datetime) -> None:
    at = tell_next_at(following)
    if following.starts_at <= now or (at is not None and at > now):
        return
    row = tables.Registration
    statement = select(row.user_id).where(
        row.seminar_id == before.id, row.state.in_((State.WAITLISTED, State.OFFERED))
    )
    people = list(session.scalars(statement))
    key = f"{Kind.NEXT}:{following.id}:{{}}"
    details = {"after": before.id}
    _promise_each(session, following, people, Kind.NEXT, key, details, Priority.PROMOTION, now)


def _promise_each(
    session: Session,
    seminar: Seminar,
    people: Collection[str],
    kind: Kind,
    key: str,
    details: Mapping[str, Any],
    priority: int,
    now: datetime,
) -> None:
    """Promise each of them a message; ``key`` has braces where the person stands."""
    promise(
        session,
        [
            Promise(
                workspace_id=seminar.workspace_id,
                key=key.format(user_id),
                kind=kind,
                target=user_id,
                seminar_id=seminar.id,
                priority=priority,
                due_at=now,
                details=details,
            )
            for user_id in sorted(people)
        ],
        now=now,
    )


def _read_series(session: Session, seminar: Seminar) -> list[Seminar]:
    if seminar.series_id is None:
        return []
    row = tables.Seminar
    ids = session.scalars(select(row.id).where(row.series_id == seminar.series_id)).all()
    return list(seminars.find_seminars(session, ids).values())


def list_hosts(session: Session, seminar: Seminar) -> tuple[str, ...]:
    """Return who stands for the speaker: the hosts, or who announced it where there are none."""
    return find_hosts(session, [seminar.id])[seminar.id] or (seminar.created_by,)


# Slides and recording.


def look_at_materials(
    session: Session, seminar_id: int, links: Links, *, workspace_id: int, now: datetime
) -> MaterialsPlan:
    """Return what saving these links would do; nothing is locked and nothing changes.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = look_at_seminar(session, seminar_id, workspace_id=workspace_id)
    return decide_materials(room, links, _list_told(session, room.seminar, now), now)


def save_materials(
    session: Session,
    seminar_id: int,
    links: Links,
    *,
    seen: str,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> MaterialsPlan:
    """Save the links, and promise those that are new to who had a seat or waited, once the talk is over.

    Safe to repeat: links that stand there already change nothing and are told to nobody.

    Raises:
        ChangedMeanwhileError: If it would do something else than was shown.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    plan = decide_materials(room, links, _list_told(session, room.seminar, now), now)
    if not plan.is_change or plan.before.cancelled_at is not None:
        return plan
    if plan.fingerprint() != seen:
        raise ChangedMeanwhileError
    room.seminar = plan.after
    details = {
        name: [getattr(plan.before, name), getattr(plan.after, name)]
        for name in ("slides_link", "recording_link")
        if getattr(plan.before, name) != getattr(plan.after, name)
    }
    save_change(session, room, plan.before, kind=_MATERIALS, actor=actor, details=details, now=now)
    if plan.told:
        _tell_of_materials(session, plan.after, plan.told, plan.new, now)
    return plan


def _list_told(session: Session, seminar: Seminar, now: datetime) -> frozenset[str]:
    """Return the links that people were told of, or are by what becomes due at the end."""
    if now < seminar.ends_at:
        return frozenset()
    told = set(links_of(seminar).as_set())
    for old, new in _list_changed(session, seminar):
        told |= old.as_set() | new.as_set()
    return frozenset(told)


def _list_changed(session: Session, seminar: Seminar) -> list[tuple[Links, Links]]:
    """Read how the links were changed since the end of the talk."""
    changed = [
        (change.details.get("slides_link") or ("", ""), change.details.get("recording_link") or ("", ""))
        for change in list_seminar_changes(session, seminar.id)
        if change.kind == _MATERIALS and change.at >= seminar.ends_at
    ]
    return [(Links(slides[0], recording[0]), Links(slides[1], recording[1])) for slides, recording in changed]


# How it was.


def give_score(
    session: Session, seminar_id: int, user_id: str, score: int, *, workspace_id: int, now: datetime
) -> Given:
    """Keep what somebody thought of it; the newest of several counts.

    The seminar is locked, so that of two who answer at once one is the fifth.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar, asking = _ask(session, seminar_id, user_id, workspace_id=workspace_id, now=now)
    if asking is Asking.OPEN:
        feedback.write_score(session, seminar_id, user_id, score, now=now)
        _tell_hosts(session, seminar, now)
    return _given(session, seminar, asking, user_id)


def give_line(
    session: Session, seminar_id: int, user_id: str, line: str, *, workspace_id: int, now: datetime
) -> Given:
    """Keep the line of somebody who gave a score.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar, asking = _ask(session, seminar_id, user_id, workspace_id=workspace_id, now=now)
    if asking is Asking.OPEN:
        feedback.write_line(session, seminar_id, user_id, line, now=now)
    return _given(session, seminar, asking, user_id)


def _ask(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, now: datetime
) -> tuple[Seminar, Asking]:
    seminar = seminars.lock_seminars(session, [seminar_id]).get(seminar_id)
    if seminar is None or seminar.workspace_id != workspace_id:
        raise SeminarNotFoundError(seminar_id)
    held = registrations.find_registrations(session, [(seminar_id, user_id)]).get((seminar_id, user_id))
    return seminar, decide_feedback(seminar, held.state if held else None, now)


def _given(session: Session, seminar: Seminar, asking: Asking, user_id: str) -> Given:
    score, line = feedback.find_given(session, seminar.id, user_id) or (0, "")
    return Given(seminar, asking, score, line)


def _tell_hosts(session: Session, seminar: Seminar, now: datetime) -> None:
    """Tell the hosts once that there is something to see."""
    if feedback.count_given(session, seminar.id) < SHOWN_FROM:
        return
    key = f"feedback_results:{seminar.id}:{{}}"
    people = list_hosts(session, seminar)
    _promise_each(session, seminar, people, Kind.FEEDBACK, key, {"of": "all"}, Priority.CONFIRMATION, now)


def read_results(session: Session, seminar_id: int) -> Results:
    """Return what those who came thought of it."""
    return sum_up(seminar_id, feedback.list_given(session, seminar_id))


def find_question_sent(session: Session, given: Given, user_id: str, now: datetime) -> Sent | None:
    """Return the message that asked somebody as it is to be shown now, None if it was not sent."""
    seminar, row = given.seminar, tables.Delivery
    key = f"{Kind.FEEDBACK}:{seminar.id}:{user_id}:{int(seminar.starts_at.timestamp())}"
    found = session.execute(select(row.sent_channel, row.sent_ts).where(row.key == key)).one_or_none()
    if found is None or not found[0] or not found[1]:
        return None
    return Sent(found[0], found[1], build_feedback_given(seminar, given.score, given.line, now))


# What is written when it is sent.


def render_feedback(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Ask how it was; or tell a host that the answers can be seen."""
    seminar, held = known.seminar_of(one), known.held_by(one)
    if one.details.get("of") == "all":
        return build_results_ready(seminar, feedback.count_given(session, seminar.id))
    if one.details.get("starts_at") != seminar.starts_at.isoformat():
        return Skip.MOVED
    asking = decide_feedback(seminar, held.state if held else None, known.now)
    skip = _WHY_NOT.get(asking)
    return skip or build_feedback_question(seminar, known.now)


_WHY_NOT = {
    Asking.CANCELLED: Skip.CANCELLED,
    Asking.NOT_THERE: Skip.NOT_SEATED,
    Asking.CLOSED: Skip.OVER,
    Asking.NOT_YET: Skip.MOVED,
}


def render_materials(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell of slides and recording, as far as they still stand there."""
    seminar, held = known.seminar_of(one), known.held_by(one)
    if seminar.cancelled_at is not None:
        return Skip.CANCELLED
    if known.now < seminar.ends_at:
        return Skip.MOVED
    if held is None or held.state is State.RELEASED:
        return Skip.NOT_SEATED
    promised = Links(str(one.details.get("slides") or ""), str(one.details.get("recording") or ""))
    links = promised.only(links_of(seminar))
    return build_materials_message(seminar, links) if links.as_set() else Skip.SUPERSEDED


def render_next(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Tell who waited in vain of the next of the series, unless they know of it."""
    seminar, now = known.seminar_of(one), known.now
    phase = decide_phase(seminar, now)
    skip = _NOT_NEXT.get(phase)
    if skip is not None:
        return skip
    if known.held_by(one) is not None:
        return Skip.SUPERSEDED
    before = seminars.find_seminars(session, [int(one.details["after"])])[int(one.details["after"])]
    if not _may_know(session, before.id, seminar.id):
        return Skip.UNSEEN
    count = seminars.count_registrations(session, [seminar.id])[seminar.id]
    return build_next(before, seminar, count, now, known.zone_of(one))


_NOT_NEXT = {
    Phase.CANCELLED: Skip.CANCELLED,
    Phase.OVER: Skip.OVER,
    Phase.BEGUN: Skip.AFTER_START,
    Phase.CLOSED: Skip.CLOSED,
}


def _may_know(session: Session, before_id: int, seminar_id: int) -> bool:
    """Tell whether whoever waited for the one before may know of a seminar.

    It is in a channel that all may read, or in every channel of the one before,
    so in the one where they saw that.
    """
    if session.execute(select(is_public(seminar_id))).scalar():
        return True
    seen: set[str] = set()
    there: set[str] = set()
    for row in seminars.list_announcements(session, [before_id, seminar_id]):
        if row.seminar_id == before_id:
            seen.add(row.channel_id)
        elif row.removed_at is None:
            there.add(row.channel_id)
    return bool(seen) and seen <= there


RENDERERS: dict[str, Render] = {
    Kind.FEEDBACK: render_feedback,
    Kind.MATERIALS: render_materials,
    Kind.NEXT: render_next,
}
