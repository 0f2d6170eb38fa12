"""Changing how many seats there are: the form, its preview, and saving what the preview showed."""

from sqlalchemy.orm import Session

from bot.domain.seating import Limits, LimitsChange, limits_of
from bot.domain.seminar import Phase, decide_phase
from bot.listeners.managing import Managed, Screen
from bot.services.changing import ChangedMeanwhileError
from bot.services.seats import look_at_limits, save_limits
from bot.storage.seminars import count_registrations
from bot.views import seats
from bot.views.ids import ManageRef
from bot.views.notices import build_notice


def show_seats(session: Session, managed: Managed) -> Screen:
    """Show the seats to change them; coming back from the preview, with what was typed there."""
    seminar, typed = managed.seminar, seats.read_limits(managed.ref.about)
    phase = decide_phase(seminar, managed.now)
    if phase in seats.TOO_LATE_FOR_SEATS:
        return Screen(build_notice(seats.TOO_LATE_FOR_SEATS[phase]), on_top=typed is None)
    stands = limits_of(seminar)
    shown, moves_latest = typed or (stands, False)
    view = seats.build_seats(
        seminar,
        count_registrations(session, [seminar.id])[seminar.id],
        shown,
        ManageRef(seminar.id, about=seats.write_limits(stands)),
        has_begun=phase is Phase.BEGUN,
        moves_latest=moves_latest,
    )
    return Screen(view, on_top=typed is None)


def preview_seats(session: Session, managed: Managed) -> Screen:
    """Show what the seats that were typed do to whom, or say what is wrong with them."""
    typed = managed.text(seats.SEATS).strip()
    capacity = seats.read_seats(typed)
    if typed and capacity is None:
        return Screen(errors={seats.SEATS: seats.SEATS_WRONG})
    stands = limits_of(managed.seminar)
    opened, _ = seats.read_limits(managed.ref.about) or (stands, False)
    waits = managed.text(seats.WAITS)
    has_waitlist = waits == "yes" if waits else opened.has_waitlist
    # What was left as it was when the form was opened stays as it is now, whoever changed it meanwhile.
    wanted = Limits(
        stands.capacity if capacity == opened.capacity else capacity,
        stands.has_waitlist if has_waitlist == opened.has_waitlist else has_waitlist,
    )
    moves_latest = managed.text(seats.LATEST) == seats.MOVE
    change = _look_at_limits(session, managed, wanted, moves_latest=moves_latest)
    if not change.is_possible:
        return Screen(build_notice(seats.TOO_LATE_FOR_SEATS[change.phase]))
    if not change.is_change:
        return Screen(errors={seats.SEATS: seats.AS_IT_IS})
    return _seats_screen(managed, change, moves_latest=moves_latest)


def save_seats(session: Session, managed: Managed) -> Screen:
    """Save the seats that the preview showed."""
    carried = seats.read_limits(managed.ref.about)
    if carried is None:
        return Screen(build_notice(seats.SEATS_OUT_OF_DATE))
    wanted, moves_latest = carried
    try:
        change = save_limits(
            session,
            managed.seminar.id,
            wanted,
            moves_latest=moves_latest,
            seen=managed.ref.seen,
            workspace_id=managed.workspace_id,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        change = _look_at_limits(session, managed, wanted, moves_latest=moves_latest)
        return _seats_screen(managed, change, moves_latest=moves_latest, is_changed=True)
    if not change.is_possible:
        return Screen(build_notice(seats.TOO_LATE_FOR_SEATS[change.phase]))
    return Screen(build_notice(seats.seats_saved(change) if change.is_change else seats.SEATS_SAVED_ALREADY))


def _look_at_limits(
    session: Session, managed: Managed, wanted: Limits, *, moves_latest: bool
) -> LimitsChange:
    return look_at_limits(
        session,
        managed.seminar.id,
        wanted,
        moves_latest=moves_latest,
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )


def _seats_screen(
    managed: Managed, change: LimitsChange, *, moves_latest: bool, is_changed: bool = False
) -> Screen:
    about = seats.write_limits(change.after, moves_latest=moves_latest)
    ref = ManageRef(managed.seminar.id, about=about, seen=change.fingerprint())
    return Screen(seats.build_seats_preview(managed.seminar, change, ref, is_changed=is_changed))
