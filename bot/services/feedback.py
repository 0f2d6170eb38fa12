"""How it was: one question after the talk, and what the hosts see of the answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.aftercare import SHOWN_FROM, Asking, Results, decide_feedback, feedback_until, sum_up
from bot.domain.reminding import Skip
from bot.domain.seminar import Seminar
from bot.services.changing import key_of_start, tell
from bot.services.rendering import Known, Render
from bot.storage import feedback, registrations, seminars, tables
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import find_hosts
from bot.views.feedback import build_feedback_given, build_feedback_question, build_results_ready
from bot.views.message import Message


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


def ask_how_it_was(session: Session, seminar: Seminar, now: datetime) -> None:
    """Promise the question to those who came, or to all with a seat where nobody was checked in."""
    if now >= feedback_until(seminar):
        return
    people = feedback.list_attending(session, seminar.id)
    details = {"starts_at": seminar.starts_at.isoformat()}
    tell(session, seminar, people, kind=Kind.FEEDBACK, key=key_of_start(seminar), details=details, now=now)


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
    people = list_hosts(session, seminar)
    tell(session, seminar, people, kind=Kind.FEEDBACK, key="results", details={"of": "all"}, now=now)


def list_hosts(session: Session, seminar: Seminar) -> tuple[str, ...]:
    """Return who stands for the speaker: the hosts, or who announced it where there are none."""
    return find_hosts(session, [seminar.id])[seminar.id] or (seminar.created_by,)


def read_results(session: Session, seminar_id: int) -> Results:
    """Return what those who came thought of it."""
    return sum_up(seminar_id, feedback.list_given(session, seminar_id))


def find_question_sent(session: Session, given: Given, user_id: str, now: datetime) -> Sent | None:
    """Return the message that asked somebody as it is to be shown now, None if it was not sent."""
    seminar, row = given.seminar, tables.Delivery
    key = f"{Kind.FEEDBACK}:{seminar.id}:{key_of_start(seminar)}:{user_id}"
    found = session.execute(select(row.sent_channel, row.sent_ts).where(row.key == key)).one_or_none()
    if found is None or not found[0] or not found[1]:
        return None
    return Sent(found[0], found[1], build_feedback_given(seminar, given.score, given.line, now))


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


RENDERERS: dict[str, Render] = {Kind.FEEDBACK: render_feedback}
