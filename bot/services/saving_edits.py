"""Saving an edit that was previewed: the seminar, the record, and who is told.

Moves within two minutes share one notice: whoever was promised one that is not
sent yet gets no second, and it says what is so when it is sent.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.domain.editing import write_fields
from bot.domain.moving import SHARED_FOR, facts_of
from bot.domain.seminar import Seminar, is_published
from bot.domain.zones import duration_in_words
from bot.services.announcing import Draft, get_draft, get_draft_row
from bot.services.changing import ChangedMeanwhileError, save_change, tell
from bot.services.move_notices import find_untold
from bot.services.planning_edits import Edit, Effect, list_later, plan_edit
from bot.storage import seminars, tables
from bot.storage.deliveries import POST, Kind
from bot.storage.staff import find_hosts, forget_confirmations, set_hosts

_KEYS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Saved:
    """The edit was saved; without effects it had been before."""

    effects: tuple[Effect, ...] = ()


def save_edit(
    session: Session,
    draft: Draft,
    *,
    seen: str,
    with_later: bool,
    workspace_id: int,
    actor: str,
    now: datetime,
) -> Saved:
    """Save what was previewed: of this seminar, and perhaps of the later ones of its series.

    Safe to repeat: what was saved is left as it is. The seminars' rows are locked
    until the caller's transaction ends, in the order of their ids.

    Args:
        session: An open transaction; the caller commits.
        draft: The draft that edits.
        seen: The fingerprint of the edit that was previewed.
        with_later: Whether the later ones are changed too.
        workspace_id: Whose seminar it is.
        actor: Who of the staff saves it.
        now: The time of the change.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
        ChangedMeanwhileError: If it would do something else than was previewed; nothing was changed.
    """
    seminar_id = draft.seminar_id or 0
    here = seminars.get_seminar(session, seminar_id, workspace_id=workspace_id)
    locked = {seminar_id, *(one.id for one in list_later(session, here, now))}
    seminars.lock_seminars(session, sorted(locked))
    session.expire_all()  # what was read before the locks were held may be old
    draft = get_draft(session, draft.id, workspace_id=workspace_id, user_id=actor)
    edit = plan_edit(session, draft, workspace_id=workspace_id, now=now, locks=True)
    if not isinstance(edit, Edit):
        raise ChangedMeanwhileError
    if not edit.this.changed:
        return Saved()
    effects = edit.effects(with_later=with_later)
    if edit.fingerprint() != seen or not {one.before.id for one in effects} <= locked:
        raise ChangedMeanwhileError
    for effect in effects:
        _save(session, effect, actor=actor, now=now)
    row = get_draft_row(session, draft.id, workspace_id=workspace_id, user_id=actor)
    row.fields = row.base = edit.this.fields.to_json()
    row.base_version = edit.this.before.version + 1
    session.flush()
    return Saved(effects)


def _save(session: Session, effect: Effect, *, actor: str, now: datetime) -> None:
    before, after = effect.before, effect.after
    old_hosts = find_hosts(session, [before.id])[before.id]
    if "speakers" in effect.changed:
        _write_speakers(session, after)
    if "hosts" in effect.changed:
        set_hosts(session, after.id, effect.fields.hosts)
    if "publish" in effect.changed:
        _post_at(session, after, now)
    effect.room.seminar = after
    save_change(
        session,
        effect.room,
        before,
        kind="moved" if effect.is_move else "edited",
        actor=actor,
        details=_record(effect, old_hosts),
        now=now,
    )
    if effect.is_move:
        forget_confirmations(session, after.id)  # they are asked again
    untold = find_untold(session, after, locks=True) if effect.is_move else {}
    people = [one for one in (*effect.told.seats, *effect.told.line) if one not in untold]
    if people:
        batch, until = _batch_of(session, before.id, people, now)
        tell(
            session,
            after,
            people,
            kind=Kind.MOVED,
            key=str(batch),
            details=facts_of(before).to_details(),
            now=now,
            after=until - now,
        )


def _batch_of(
    session: Session, seminar_id: int, people: Collection[str], now: datetime
) -> tuple[int, datetime]:
    """Return the number of the notice that tells of this move, and when it goes out.

    Moves within two minutes share one. Whoever had theirs already gets another.
    """
    row = session.get_one(tables.Seminar, seminar_id)
    if row.notice_until is None or now >= row.notice_until or _are_told(session, row, people):
        row.notice_batch += 1
        row.notice_until = now + SHARED_FOR
        session.flush()
    return row.notice_batch, row.notice_until or now


def _are_told(session: Session, row: tables.Seminar, people: Iterable[str]) -> bool:
    """Tell whether any of them was promised this notice already."""
    delivery = tables.Delivery
    keys = [f"{Kind.MOVED}:{row.id}:{row.notice_batch}:{user_id}" for user_id in people]
    parts = (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
    return any(
        session.scalar(select(delivery.id).where(delivery.key.in_(some)).limit(1)) is not None
        for some in parts
    )


def _write_speakers(session: Session, seminar: Seminar) -> None:
    session.execute(delete(tables.Speaker).where(tables.Speaker.seminar_id == seminar.id))
    session.add_all(
        tables.Speaker(seminar_id=seminar.id, position=place, name=one.name, affiliation=one.affiliation)
        for place, one in enumerate(seminar.speakers, start=1)
    )
    session.flush()


def _post_at(session: Session, seminar: Seminar, now: datetime) -> None:
    """Post at another time what was not posted yet."""
    due_at = now if is_published(seminar, now) else seminar.publish_at
    delivery = tables.Delivery
    keys = [f"{Kind.ANNOUNCEMENT}:{one.id}" for one in seminars.list_announcements(session, [seminar.id])]
    session.execute(
        update(delivery)
        .where(delivery.key.in_(keys), delivery.state == "due", delivery.lane == POST)
        .values(due_at=due_at, rank_at=due_at)
        .execution_options(synchronize_session=False)
    )


def _record(effect: Effect, old_hosts: Collection[str]) -> dict[str, Any]:
    """Return what stands in the record of the change: each value as it was and as it is."""
    before, after = _noted(effect.before), _noted(effect.after)
    names = [name for name, value in after.items() if before[name] != value]
    details: dict[str, Any] = {
        "old": {name: before[name] for name in names},
        "new": {name: after[name] for name in names},
    }
    if "hosts" in effect.changed:
        details["hosts"] = {"old": list(old_hosts), "new": sorted(set(effect.fields.hosts))}
    return details


def _noted(seminar: Seminar) -> dict[str, Any]:
    fields = write_fields(seminar, ())
    times = {
        name: None if at is None else at.isoformat()
        for name, at in (
            ("starts_at", seminar.starts_at),
            ("ends_at", seminar.ends_at),
            ("opens_at", seminar.opens_at),
            ("closes_at", seminar.closes_at),
            ("publish_at", seminar.publish_at),
        )
    }
    plain = ("title", "speakers", "abstract", "bio", "place", "online_link", "zone", "promotion")
    return {
        **{name: getattr(fields, name) for name in plain},
        "reminders": ", ".join(duration_in_words(offset) for offset in seminar.reminder_offsets),
        "late": "never" if seminar.late is None else duration_in_words(seminar.late),
        **times,
    }
