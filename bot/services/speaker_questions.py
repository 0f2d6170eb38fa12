"""Questions for the speaker: put and voted for before the talk, and given to the host an hour before it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.reminding import Skip
from bot.domain.seminar import Seminar
from bot.domain.speaker_questions import (
    MOST_ASKED,
    Asked,
    AskedQuestion,
    Stand,
    decide_stand,
    is_same,
)
from bot.services.changing import open_seminar
from bot.services.feedback import list_hosts
from bot.services.home import may_see
from bot.services.rendering import Known, Render
from bot.storage import seminars, speaker_questions
from bot.storage.deliveries import Kind, Priority, Promise, promise
from bot.storage.members import note_members
from bot.storage.queue import Claimed
from bot.storage.seminars import SeminarNotFoundError
from bot.storage.staff import add_change, find_hosts
from bot.views.message import Message
from bot.views.speaker_questions import build_questions_message


@dataclass(frozen=True, slots=True)
class Page:
    """The questions of a seminar as one person sees them."""

    seminar: Seminar
    stand: Stand
    questions: tuple[AskedQuestion, ...]


def may_ask(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, is_staff: bool, now: datetime
) -> bool:
    """Tell whether somebody may see a seminar and so its questions.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    runs = is_staff or user_id in find_hosts(session, [seminar_id])[seminar_id]
    return may_see(session, seminar, user_id, is_staff=runs, now=now)


def read_questions(
    session: Session, seminar_id: int, user_id: str, *, workspace_id: int, now: datetime
) -> Page:
    """Return the questions for one reader.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    return _page(session, seminar, user_id, now)


def ask(
    session: Session, seminar_id: int, user_id: str, text: str, *, workspace_id: int, now: datetime
) -> tuple[Asked, Page]:
    """Put a question; what somebody else asked already is voted for.

    The seminar is locked: of two who ask the same at once, one votes for the other's.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = _lock(session, seminar_id, workspace_id)
    asked = _ask(session, seminar, user_id, text, now)
    return asked, _page(session, seminar, user_id, now)


def _ask(session: Session, seminar: Seminar, user_id: str, text: str, now: datetime) -> Asked:
    if decide_stand(seminar, now) is not Stand.OPEN:
        return Asked.CLOSED
    there = speaker_questions.list_asked(session, seminar.id, reader=user_id)
    same = next((one for one in there if is_same(one.text, text)), None)
    if same is not None:
        speaker_questions.add_vote(session, same.id, user_id)
        return Asked.SAME if same.has_voted else Asked.VOTED
    if sum(one.user_id == user_id for one in there) >= MOST_ASKED:
        return Asked.TOO_MANY
    speaker_questions.add_question(session, seminar.id, user_id, text, now=now)
    note_members(session, [(seminar.workspace_id, user_id)])
    return Asked.NEW


def vote(
    session: Session,
    seminar_id: int,
    user_id: str,
    question_id: int,
    *,
    is_wanted: bool,
    workspace_id: int,
    now: datetime,
) -> Page:
    """Vote for a question, or no longer; one that is gone, or closed, stays as it is.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = _lock(session, seminar_id, workspace_id)
    is_open = decide_stand(seminar, now) is Stand.OPEN
    if is_open and speaker_questions.has_question(session, seminar_id, question_id):
        change = speaker_questions.add_vote if is_wanted else speaker_questions.remove_vote
        change(session, question_id, user_id)
    return _page(session, seminar, user_id, now)


def remove(
    session: Session, seminar_id: int, question_id: int, *, workspace_id: int, actor: str, now: datetime
) -> bool:
    """Remove a question, as staff want it; False if it was not there any more.

    Its words and its author are not kept, only that it was removed.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    open_seminar(session, seminar_id, workspace_id=workspace_id)
    there = {one.id: one for one in speaker_questions.list_asked(session, seminar_id)}
    if question_id not in there:
        return False
    speaker_questions.remove_question(session, question_id)
    details = {"votes": there[question_id].votes}
    add_change(session, seminar_id, kind="question_removed", actor=actor, details=details, now=now)
    return True


def send_questions(session: Session, seminar: Seminar, now: datetime) -> None:
    """Promise the hosts the questions that were put; nothing where nobody asked, or it has begun."""
    if decide_stand(seminar, now) is not Stand.OPEN:
        return
    if not speaker_questions.is_anything_asked(session, seminar.id):
        return
    hosts = list_hosts(session, seminar)
    starts_at = seminar.starts_at
    promise(
        session,
        [
            Promise(
                workspace_id=seminar.workspace_id,
                key=f"{Kind.QUESTIONS}:{seminar.id}:{user_id}:{int(starts_at.timestamp())}",
                kind=Kind.QUESTIONS,
                target=user_id,
                seminar_id=seminar.id,
                priority=Priority.REMINDER,
                due_at=now,
                rank_at=starts_at,
                details={"starts_at": starts_at.isoformat()},
            )
            for user_id in hosts
        ],
        now=now,
    )


def render_questions(session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Write the questions for the host, most votes first, as they are when it is sent."""
    seminar = known.seminar_of(one)
    if seminar.cancelled_at is not None:
        return Skip.CANCELLED
    if one.details.get("starts_at") != seminar.starts_at.isoformat():
        return Skip.MOVED
    if known.now >= seminar.starts_at:
        return Skip.AFTER_START
    asked = speaker_questions.list_asked(session, seminar.id)
    return build_questions_message(seminar, asked, known.now) if asked else Skip.SUPERSEDED


def _lock(session: Session, seminar_id: int, workspace_id: int) -> Seminar:
    seminar = seminars.lock_seminars(session, [seminar_id]).get(seminar_id)
    if seminar is None or seminar.workspace_id != workspace_id:
        raise SeminarNotFoundError(seminar_id)
    return seminar


def _page(session: Session, seminar: Seminar, user_id: str, now: datetime) -> Page:
    asked = speaker_questions.list_asked(session, seminar.id, reader=user_id)
    return Page(seminar, decide_stand(seminar, now), tuple(asked))


RENDERERS: dict[str, Render] = {Kind.QUESTIONS: render_questions}
