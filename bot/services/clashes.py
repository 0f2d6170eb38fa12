"""Members' other seats at the time of a seminar."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from bot.domain.seminar import Seminar
from bot.storage import registrations, seminars


def find_clashes(
    session: Session, pairs: Collection[tuple[int, str]]
) -> dict[tuple[int, str], list[Seminar]]:
    """Return, for seminars and members, the other seminars at that time with a seat of theirs or one offered.

    Pairs without one are left out.
    """
    clashes = registrations.list_clashes(session, pairs)
    if not clashes:
        return {}
    found = seminars.find_seminars(session, {one for ids in clashes.values() for one in ids})
    return {pair: [found[one] for one in ids] for pair, ids in clashes.items()}
