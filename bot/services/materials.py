"""Slides and recording: staff add them, and those who had a seat or waited are told once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.aftercare import Links, MaterialsPlan, decide_materials, links_of
from bot.domain.reminding import Skip
from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.services.changing import ChangedMeanwhileError, look_at_seminar, open_seminar, save_change, tell
from bot.services.rendering import Known, Render
from bot.storage.deliveries import Kind
from bot.storage.queue import Claimed
from bot.storage.staff import list_seminar_changes
from bot.views.materials import build_materials_message
from bot.views.message import Message

_MATERIALS = "materials"


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
        tell_of_materials(session, plan.after, plan.told, plan.new, now)
    return plan


def _list_told(session: Session, seminar: Seminar, now: datetime) -> frozenset[str]:
    """Return the links that people were told of, or are by what becomes due at the end."""
    if now < seminar.ends_at:
        return frozenset()
    told = set(links_of(seminar).as_set())
    for old, new in list_changed(session, seminar):
        told |= old.as_set() | new.as_set()
    return frozenset(told)


def list_changed(session: Session, seminar: Seminar) -> list[tuple[Links, Links]]:
    """Read how the links were changed since the end of the talk."""
    changed = [
        (change.details.get("slides_link") or ("", ""), change.details.get("recording_link") or ("", ""))
        for change in list_seminar_changes(session, seminar.id)
        if change.kind == _MATERIALS and change.at >= seminar.ends_at
    ]
    return [(Links(slides[0], recording[0]), Links(slides[1], recording[1])) for slides, recording in changed]


def tell_of_materials(
    session: Session, seminar: Seminar, people: Collection[str], links: Links, now: datetime
) -> None:
    """Promise each of them a word about these links."""
    tell(
        session,
        seminar,
        sorted(people),
        kind=Kind.MATERIALS,
        key=links.digest(),
        details={"slides": links.slides, "recording": links.recording},
        now=now,
    )


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


RENDERERS: dict[str, Render] = {Kind.MATERIALS: render_materials}
