"""What staff write to registrants and waiters: promised to each, in the bot's name on behalf of who wrote."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.addressing import Audience, decide_told, list_addressed, parse_audience
from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.services.changing import ChangedMeanwhileError, open_seminar, tell
from bot.services.rendering import Known, Render
from bot.storage import tables
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.storage.staff import add_change
from bot.views.message import Message
from bot.views.messages_to_people import build_staff_message

# A form that is submitted twice comes twice within seconds; who means it waits a minute.
REPEAT_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that goes out to so many people; a repeat was sent already and is not sent again."""

    told: int
    is_repeat: bool = False


def send_message(
    session: Session,
    seminar_id: int,
    *,
    workspace_id: int,
    to: Audience,
    text: str,
    seen: str,
    actor: str,
    now: datetime,
) -> Sent:
    """Promise a message to everybody whom it is for, and record it.

    The seminar is locked, so that who gets it is what was counted. It is no change
    of the seminar: nobody who edits it meanwhile is told of one, and no card is drawn anew.

    Args:
        session: An open transaction; the caller commits.
        seminar_id: The seminar.
        workspace_id: The workspace of who writes.
        to: Whom it is for.
        text: What is said.
        seen: The fingerprint of whom the preview counted.
        actor: Who of the staff writes.
        now: The time of it.

    Raises:
        ChangedMeanwhileError: If it would go to another number of people than the preview showed.
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    room = open_seminar(session, seminar_id, workspace_id=workspace_id)
    if (told := _find_repeat(session, seminar_id, to, text, now)) is not None:
        return Sent(told, is_repeat=True)
    consequence = decide_told(room, to)
    if consequence.fingerprint() != seen:
        raise ChangedMeanwhileError
    people = list_addressed(room, to)
    details = {"to": to, "count": len(people), "text": text}
    number = add_change(session, seminar_id, kind="message", actor=actor, details=details, now=now)
    tell(
        session,
        room.seminar,
        people,
        kind=Kind.MESSAGE,
        key=str(number),
        details={"text": text, "by": actor, "to": to},
        now=now,
    )
    return Sent(len(people))


def _find_repeat(session: Session, seminar_id: int, to: Audience, text: str, now: datetime) -> int | None:
    change = tables.SeminarChange
    recent = session.scalars(
        select(change.details).where(
            change.seminar_id == seminar_id, change.kind == "message", change.at > now - REPEAT_WITHIN
        )
    )
    same = (found for found in recent if found.get("to") == to and found.get("text") == text)
    return next((int(found["count"]) for found in same), None)


def render_staff_message(_session: Session, one: Claimed, known: Known) -> Message | Skip:
    """Write what staff said to one of those whom it was for, unless they are gone by now."""
    held = known.held_by(one)
    if held is None or held.state is State.RELEASED:
        return Skip.SUPERSEDED
    details = one.details
    to = parse_audience(details.get("to")) or Audience.BOTH
    return build_staff_message(known.seminar_of(one), to=to, text=str(details["text"]), by=str(details["by"]))


RENDERERS: dict[str, Render] = {Kind.MESSAGE: render_staff_message}
