"""A member's other seats at the time of a seminar."""

from sqlalchemy.orm import Session

from bot.domain.seminar import Seminar
from bot.storage import registrations, seminars


def find_clashes(session: Session, seminar: Seminar, user_id: str) -> list[Seminar]:
    """Return the other seminars at that time in which a member has a seat or is offered one, five at most."""
    ids = registrations.list_clashes(session, seminar, user_id)
    found = seminars.find_seminars(session, ids)
    return [found[one] for one in ids if one in found]
