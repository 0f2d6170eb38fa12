"""What the slash command lists, and what Details and private answers need to read."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.outcomes import (
    AlreadySeated,
    AlreadyWaitlisted,
    Confirmed,
    Offered,
    OfferGone,
    Outcome,
    Refused,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.seminar import Phase, Seminar, decide_phase, is_published, seats_left
from bot.services.clashes import find_clashes
from bot.storage import registrations, seminars, tables
from bot.storage.members import find_zones
from bot.views.answers import build_answer
from bot.views.details import build_details
from bot.views.direct_messages import build_coming, build_confirmation, build_given_back
from bot.views.listing import ListRow
from bot.views.message import Message
from bot.views.offers import build_offer, build_offer_not_open, build_refused
from bot.views.reasons import explain_refusal

_SHOWN = 100
_LOOK_BACK = timedelta(days=7)


def list_rows(session: Session, workspace_id: int, *, with_troubles: bool, now: datetime) -> list[ListRow]:
    """Read the seminars that are to come, as far as they are announced by now.

    For staff these are those to be announced too, those of the last week, and what went wrong.
    """
    since = now - _LOOK_BACK if with_troubles else now
    found = seminars.list_seminars(session, workspace_id, ending_after=since, limit=_SHOWN)
    found = [one for one in found if with_troubles or is_published(one, now)]
    ids = [seminar.id for seminar in found]
    if not ids:
        return []
    counts = seminars.count_registrations(session, ids)
    channels: dict[int, list[str]] = {}
    for announcement in seminars.list_announcements(session, ids):
        if announcement.removed_at is None:
            channels.setdefault(announcement.seminar_id, []).append(announcement.channel_id)
    troubles = _troubles(session, ids) if with_troubles else {}
    return [
        ListRow(
            seminar,
            counts[seminar.id],
            tuple(troubles.get(seminar.id, ())),
            tuple(channels.get(seminar.id, ())),
        )
        for seminar in found
    ]


def _troubles(session: Session, ids: list[int]) -> dict[int, list[str]]:
    delivery = tables.Delivery
    statement = (
        select(delivery.seminar_id, delivery.reason)
        .where(delivery.seminar_id.in_(ids), delivery.state.in_(("refused", "unknown")))
        .distinct()
        .order_by(delivery.seminar_id, delivery.reason)
    )
    found: dict[int, list[str]] = {}
    for seminar_id, reason in session.execute(statement):
        found.setdefault(seminar_id or 0, []).append(explain_refusal(reason or ""))
    return found


def find_by_words(session: Session, workspace_id: int, about: str, *, now: datetime) -> list[Seminar]:
    """Find the seminars, from a week ago on, whose titles or speakers hold all of these words.

    No word finds all of them; a title that is meant exactly is found alone.
    """
    wanted = about.casefold().split()
    found = seminars.list_seminars(session, workspace_id, ending_after=now - _LOOK_BACK, limit=_SHOWN)
    exact = [one for one in found if one.title.casefold().split() == wanted]
    return exact or [one for one in found if all(word in _searched(one) for word in wanted)]


def _searched(seminar: Seminar) -> str:
    return " ".join([seminar.title, *(speaker.name for speaker in seminar.speakers)]).casefold()


def read_zone_of(session: Session, workspace_id: int, user_id: str) -> str | None:
    """Return a person's zone, None while it is not known."""
    return find_zones(session, [(workspace_id, user_id)]).get((workspace_id, user_id))


def read_details(
    session: Session, seminar_id: int, *, workspace_id: int, user_id: str, now: datetime
) -> dict[str, Any]:
    """Return the Details modal for one member.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
    """
    seminar = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    count = seminars.count_registrations(session, [seminar_id])[seminar_id]
    held = registrations.find_registrations(session, [(seminar_id, user_id)]).get((seminar_id, user_id))
    place = registrations.find_place(session, seminar_id, user_id)
    zone = find_zones(session, [(workspace_id, user_id)]).get((workspace_id, user_id))
    return build_details(seminar, count, held.state if held else None, place, now, zone)


def read_answer(
    session: Session, outcome: Outcome, seminar: Seminar, *, user_id: str, now: datetime
) -> Message:
    """Return the private answer to a press."""
    workspace_id = seminar.workspace_id
    zone = find_zones(session, [(workspace_id, user_id)]).get((workspace_id, user_id))
    clashes: list[Seminar] = []
    if isinstance(outcome, Seated | AlreadySeated | Waitlisted | AlreadyWaitlisted | Released):
        clashes = _find_clashes(session, seminar, user_id)
    return build_answer(outcome, seminar, now, zone, clashes)


def _find_clashes(session: Session, seminar: Seminar, user_id: str) -> list[Seminar]:
    pair = (seminar.id, user_id)
    return find_clashes(session, [pair]).get(pair, [])


def read_redrawn(
    session: Session, outcome: Outcome, seminar: Seminar, *, user_id: str, now: datetime
) -> Message | None:
    """Return what a direct message becomes after its button was pressed; None if it stays as it is."""
    workspace_id = seminar.workspace_id
    zone = find_zones(session, [(workspace_id, user_id)]).get((workspace_id, user_id))
    match outcome:
        case Confirmed():
            return build_coming(seminar, now, zone)
        case Seated(left=left) | AlreadySeated(left=left):
            clashes = _find_clashes(session, seminar, user_id)
            return build_confirmation(seminar, Seated(left), now, zone, clashes)
        case Waitlisted(place=place) | AlreadyWaitlisted(place=place):
            return build_confirmation(seminar, Waitlisted(place), now, zone)
        case Offered(until=until):
            return build_offer(seminar, until, now, zone, is_news=False)
        case OfferGone(place=place):
            return build_offer_not_open(seminar, place)
        case Refused():
            return build_refused(seminar, now)
        case Released(had_seat=had_seat):
            count = seminars.count_registrations(session, [seminar.id])[seminar.id]
            is_full = seats_left(seminar, count) == 0
            return build_given_back(
                seminar,
                had_seat=had_seat,
                can_return=decide_phase(seminar, now) is Phase.OPEN,
                is_line_next=is_full or count.waiting > 0,
                late_at=now if outcome.is_late else None,
            )
        case _:
            return None
