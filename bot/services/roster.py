"""Reading the roster: a page of it, or one person."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.checking_in import CheckIn, decide_check_in, is_present
from bot.domain.questions import write_answer
from bot.domain.room import Cause, State
from bot.domain.seminar import Seminar
from bot.storage import questions, rosters
from bot.storage.seminars import count_registrations
from bot.views.ids import ManageRef
from bot.views.person import PersonPage
from bot.views.roster import PAGE, RosterPage, Shown, parse_shown
from bot.views.roster_entries import Answered, RosterEntry

# The order in which states stand in a roster.
_ORDER = {State.SEATED: 0, State.OFFERED: 1, State.WAITLISTED: 2, State.RELEASED: 3}


def read_roster_page(session: Session, seminar: Seminar, ref: ManageRef) -> RosterPage:
    """Read the people whom a reference asks for, in so many statements however many they are.

    A page beyond the last one is the last one.

    Args:
        session: An open transaction.
        seminar: The seminar.
        ref: The filter (``about``), the page, and for the filter `Shown.ONE` who it is (``user_id``).
    """
    everybody = list_roster(session, seminar.id)
    shown = parse_shown(ref.about)
    by_filter = {
        one: [entry for entry in everybody if _IS_SHOWN[one](entry, seminar)]
        for one in Shown
        if one in _IS_SHOWN
    }
    found = by_filter.get(shown, [entry for entry in everybody if entry.user_id == ref.user_id])
    pages = max(1, -(-len(found) // PAGE))
    page = min(ref.page, pages - 1)
    chosen = found[page * PAGE : (page + 1) * PAGE]
    searched = ref.user_id if shown is Shown.ONE else ""
    return RosterPage(
        _with_answers(session, seminar.id, chosen),
        {one: len(entries) for one, entries in by_filter.items()},
        count_registrations(session, [seminar.id])[seminar.id],
        pages,
        ManageRef(seminar.id, searched, page, shown),
    )


def read_person(session: Session, seminar: Seminar, user_id: str, *, now: datetime) -> PersonPage:
    """Read what somebody holds, what they answered, and whether they can be checked in."""
    everybody = list_roster(session, seminar.id)
    entry = next((one for one in everybody if one.user_id == user_id), None)
    waiting = sum(one.state is State.WAITLISTED for one in everybody)
    if entry is None:
        return PersonPage(user_id, None, waiting)
    (answered,) = _with_answers(session, seminar.id, [entry])
    refused = decide_check_in(seminar, entry.state, entry.checked_in_at, now, is_staff=True)
    return PersonPage(
        user_id,
        answered,
        waiting,
        can_check_in=refused is None,
        can_check_out=refused is CheckIn.ALREADY,
    )


def list_roster(session: Session, seminar_id: int) -> list[RosterEntry]:
    """Read everybody of a seminar: seats by their time, then the line in its order, then who is gone.

    Answers are read for those who are shown.
    """
    held = rosters.list_held(session, seminar_id)
    line = sorted((row.line_key, row.user_id) for row, _ in held if row.line_key is not None)
    places = {user_id: place for place, (_, user_id) in enumerate(line, start=1)}
    joined = rosters.read_joined(session, seminar_id) if line else {}
    entries = [
        RosterEntry(
            row.user_id,
            State(row.state),
            joined.get(row.user_id, row.changed_at) if row.user_id in places else row.changed_at,
            State(last.before) if last.before else None,
            Cause(last.cause),
            last.actor,
            last.reason or "",
            places.get(row.user_id),
            row.offered_until,
            row.confirmed_at,
            row.checked_in_at,
            row.checked_in_by,
        )
        for row, last in held
    ]
    return sorted(entries, key=lambda one: (_ORDER[one.state], one.place or 0, one.since, one.user_id))


def read_answers(
    session: Session, seminar_id: int, user_ids: Collection[str]
) -> Mapping[str, tuple[Answered, ...]]:
    """Read what these people answered, each question in its order."""
    asked = questions.list_questions(session, seminar_id)
    if not asked or not user_ids:
        return {}
    given = questions.read_given(session, seminar_id, user_ids)
    return {
        user_id: tuple(
            Answered(one.text, write_answer(given.get(user_id, {}).get(one.id, ())), one.is_required)
            for one in asked
        )
        for user_id in user_ids
    }


def _with_answers(session: Session, seminar_id: int, entries: Collection[RosterEntry]) -> list[RosterEntry]:
    answers = read_answers(session, seminar_id, [one.user_id for one in entries])
    return [replace(one, answers=answers.get(one.user_id, ())) for one in entries]


_IS_SHOWN: dict[Shown, Callable[[RosterEntry, Seminar], bool]] = {
    Shown.ALL: lambda entry, _seminar: entry.state is not State.RELEASED,
    Shown.SEATS: lambda entry, _seminar: entry.state in (State.SEATED, State.OFFERED),
    Shown.LINE: lambda entry, _seminar: entry.state is State.WAITLISTED,
    Shown.CHECKED_IN: lambda entry, seminar: (
        entry.state is State.SEATED and is_present(seminar, entry.checked_in_at)
    ),
    Shown.GONE: lambda entry, _seminar: entry.state is State.RELEASED,
}
