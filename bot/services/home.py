"""What one member's Home tab shows, read when it is drawn."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.domain.seminar import Count, Seminar, is_published
from bot.services.rendering import Known, Render
from bot.storage import registrations, seminars, tables
from bot.storage.deliveries import Kind
from bot.storage.members import find_member
from bot.storage.queue import Claimed
from bot.views.coming import COMING_SHOWN
from bot.views.home import build_home
from bot.views.home_tab import EVERYTHING, FOLLOWED, Coming, Held, HomeTab, Own

_MOST = 200  # seminars that are looked at for one tab
_MOST_FOLLOWED = 100


def render_home(session: Session, one: Claimed, known: Known) -> dict[str, Any] | Skip:
    """Draw a member's tab; a deactivated account's is not drawn any more."""
    member = find_member(session, one.workspace_id, one.target)
    if member is not None and member.is_deactivated:
        return Skip.GONE
    zone = member.zone if member is not None else None
    tab = read_home(session, one.workspace_id, one.target, one.details, zone=zone, now=known.now)
    return build_home(tab, known.now)


RENDERERS: dict[str, Render] = {Kind.HOME: render_home}


def read_home(
    session: Session,
    workspace_id: int,
    user_id: str,
    shown: Mapping[str, Any],
    *,
    zone: str | None,
    now: datetime,
) -> HomeTab:
    """Read what a member's tab shows.

    Args:
        session: A reading transaction.
        workspace_id: The workspace.
        user_id: The member.
        shown: What the tab remembers: ``page``, ``shows``, ``is_staff``, ``has_feed``.
        zone: The member's zone, None while it is not known.
        now: The moment that it shows.
    """
    held = _read_held(session, workspace_id, user_id, now)
    seats = [one for one in held if one.place is None and one.offered_until is None]
    line = [one for one in held if one.place is not None or one.offered_until is not None]
    preference = session.get(tables.Preference, (workspace_id, user_id))
    follows: Mapping[str, Sequence[str]] = preference.follows if preference else {}
    is_staff = bool(shown.get("is_staff"))
    page = max(0, int(shown.get("page") or 0))
    shows = FOLLOWED if shown.get("shows") == FOLLOWED else EVERYTHING
    mine = {one.seminar.id for one in held}
    coming = _read_coming(session, workspace_id, user_id, mine, follows, shows, page, now, is_staff=is_staff)
    return HomeTab(
        seats=seats,
        line=line,
        coming=coming[:COMING_SHOWN],
        page=page,
        has_more=len(coming) > COMING_SHOWN,
        shows=shows,
        follows_any=any(follows.values()),
        running=_read_running(session, workspace_id, user_id, now, is_staff=is_staff),
        own=_own_of(preference),
        zone=zone,
        is_staff=is_staff,
        has_feed=bool(shown.get("has_feed")),
    )


def follow(
    session: Session, workspace_id: int, user_id: str, what: str, which: str, *, is_wanted: bool
) -> None:
    """Follow a series or a speaker, or no longer; asked twice, it is as asked once.

    Args:
        session: An open transaction.
        workspace_id: The workspace.
        user_id: The member.
        what: ``series`` or ``speaker``.
        which: The id of the series, or the speaker's name.
        is_wanted: Whether to follow.
    """
    group = {"series": "series", "speaker": "speakers"}.get(what)
    if group is None:
        return
    row = session.get(tables.Preference, (workspace_id, user_id), with_for_update=True)
    if row is None:
        row = tables.Preference(
            workspace_id=workspace_id, user_id=user_id, is_muted=False, reminder_minutes=[], follows={}
        )
        session.add(row)
    kept = [one for one in row.follows.get(group, ()) if one != which.casefold()]
    if is_wanted:
        kept = [*kept, which.casefold()][-_MOST_FOLLOWED:]
    row.follows = {**row.follows, group: kept}


def _own_of(preference: tables.Preference | None) -> Own:
    if preference is None:
        return Own()
    spans = sorted((timedelta(minutes=minutes) for minutes in preference.reminder_minutes), reverse=True)
    return Own(preference.is_muted, tuple(spans), preference.quiet_from or "", preference.quiet_until or "")


def _read_held(session: Session, workspace_id: int, user_id: str, now: datetime) -> list[Held]:
    registration, seminar = tables.Registration, tables.Seminar
    statement = (
        select(registration.seminar_id, registration.state, registration.offered_until)
        .join(seminar, seminar.id == registration.seminar_id)
        .where(
            registration.user_id == user_id,
            registration.state != State.RELEASED,
            seminar.workspace_id == workspace_id,
            seminar.ends_at > now,
            seminar.cancelled_at.is_(None),
        )
        .order_by(seminar.starts_at, seminar.id)
        .limit(_MOST)
    )
    rows = session.execute(statement).all()
    found = seminars.find_seminars(session, [seminar_id for seminar_id, _, _ in rows])
    seats = [found[seminar_id] for seminar_id, state, _ in rows if state != State.WAITLISTED]
    return [
        Held(
            found[seminar_id],
            registrations.find_place(session, seminar_id, user_id) if state == State.WAITLISTED else None,
            offered_until if state == State.OFFERED else None,
            _clashes_of(found[seminar_id], seats),
        )
        for seminar_id, state, offered_until in rows
    ]


def _clashes_of(seminar: Seminar, seats: Sequence[Seminar]) -> tuple[Seminar, ...]:
    return tuple(
        other
        for other in seats
        if other.id != seminar.id and other.starts_at < seminar.ends_at and other.ends_at > seminar.starts_at
    )


def is_public(seminar_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """Return the condition that a seminar is announced in a channel that everybody may see.

    A channel that Slack was not asked about yet counts as private.
    """
    announcement = tables.Announcement
    return exists().where(
        announcement.seminar_id == seminar_id,
        announcement.removed_at.is_(None),
        announcement.is_private.is_(False),
    )


def _read_coming(  # noqa: PLR0913 - what a page of it depends on
    session: Session,
    workspace_id: int,
    user_id: str,
    mine: set[int],
    follows: Mapping[str, Sequence[str]],
    shows: str,
    page: int,
    now: datetime,
    *,
    is_staff: bool,
) -> list[Coming]:
    """Read one page of what is coming, and one more where there is another page."""
    seminar, host = tables.Seminar, tables.Host
    statement = select(seminar.id).where(
        seminar.workspace_id == workspace_id,
        seminar.ends_at > now,
        seminar.cancelled_at.is_(None),
        seminar.id.not_in(mine),
        or_(seminar.publish_at.is_(None), seminar.publish_at <= now),
    )
    if not is_staff:
        runs = exists().where(host.seminar_id == seminar.id, host.user_id == user_id)
        statement = statement.where(or_(is_public(seminar.id), runs))
    ids = list(session.scalars(statement.order_by(seminar.starts_at, seminar.id).limit(_MOST)))
    followed = frozenset(str(one) for one in follows.get("speakers", ()))
    if shows == FOLLOWED:
        ids = _only_followed(session, ids, frozenset(map(str, follows.get("series", ()))), followed)
    first = page * COMING_SHOWN
    ids = ids[first : first + COMING_SHOWN + 1]
    if not ids:
        return []
    found, counts = seminars.find_seminars(session, ids), seminars.count_registrations(session, ids)
    titles = _series_titles(session, found.values())
    return [
        Coming(
            found[one],
            counts[one],
            titles.get(found[one].series_id or 0, ""),
            str(found[one].series_id) in follows.get("series", ()),
            tuple(name for name in _names_of(found[one]) if name in followed),
        )
        for one in ids
    ]


def _only_followed(
    session: Session, ids: Sequence[int], series: frozenset[str], speakers: frozenset[str]
) -> list[int]:
    found = seminars.find_seminars(session, ids)
    return [
        one
        for one in ids
        if str(found[one].series_id) in series or not speakers.isdisjoint(_names_of(found[one]))
    ]


def _names_of(seminar: Seminar) -> list[str]:
    return [speaker.name.casefold() for speaker in seminar.speakers]


def _series_titles(session: Session, some: Iterable[Seminar]) -> dict[int, str]:
    ids = {seminar.series_id for seminar in some if seminar.series_id is not None}
    if not ids:
        return {}
    series = tables.Series
    return dict(session.execute(select(series.id, series.title).where(series.id.in_(ids))).all())


def _read_running(
    session: Session, workspace_id: int, user_id: str, now: datetime, *, is_staff: bool
) -> list[tuple[Seminar, Count]]:
    """Read what somebody runs: staff all that is ahead, others what they host."""
    seminar, host = tables.Seminar, tables.Host
    statement = select(seminar.id).where(
        seminar.workspace_id == workspace_id, seminar.ends_at > now, seminar.cancelled_at.is_(None)
    )
    if not is_staff:
        statement = statement.where(exists().where(host.seminar_id == seminar.id, host.user_id == user_id))
    ids = list(session.scalars(statement.order_by(seminar.starts_at, seminar.id).limit(_MOST)))
    if not ids:
        return []
    found, counts = seminars.find_seminars(session, ids), seminars.count_registrations(session, ids)
    return [(found[one], counts[one]) for one in ids]


def may_see(session: Session, seminar: Seminar, user_id: str, *, is_staff: bool, now: datetime) -> bool:
    """Tell whether somebody may know of a seminar: it is announced where all may read, or they are in it."""
    if is_staff:
        return True
    held = registrations.find_registrations(session, [(seminar.id, user_id)])
    if held:
        return True
    if not is_published(seminar, now):
        return False
    return bool(session.execute(select(is_public(seminar.id))).scalar())
