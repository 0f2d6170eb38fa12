"""What saving an edit would do, to a seminar and to the later ones of its series.

One function works that out, for the preview as for saving, and what was previewed
is what is saved: else the preview is shown once more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.consequence import Consequence
from bot.domain.draft import DraftFields
from bot.domain.drafting import Problem, Problems
from bot.domain.editing import (
    change_seminar,
    check_edit,
    list_changed,
    list_editable,
    merge_fields,
    repeat_edit,
    write_fields,
)
from bot.domain.moving import Told, choose_told, count_moved_reminders, facts_of
from bot.domain.room import Room
from bot.domain.seminar import Seminar
from bot.services.announcing import Draft, DraftNotFoundError
from bot.services.changing import look_at_seminar
from bot.services.move_notices import find_untold
from bot.storage import seminars, tables
from bot.storage.staff import find_hosts, list_seminar_changes


@dataclass(frozen=True, slots=True)
class Effect:
    """What saving does to one seminar.

    Attributes:
        before: The seminar as it is.
        after: The seminar as it becomes.
        fields: Its form as it becomes.
        changed: The fields that change.
        told: Who is told that it moves.
        reminders: How many reminders to come change.
        room: Everybody in it.
    """

    before: Seminar
    after: Seminar
    fields: DraftFields
    changed: tuple[str, ...]
    told: Told
    reminders: int
    room: Room = field(repr=False, compare=False)

    @property
    def is_move(self) -> bool:
        """Whether time or place change."""
        return facts_of(self.before) != facts_of(self.after)

    @property
    def essence(self) -> tuple[object, ...]:
        """What two effects must have in common for nobody to look at the preview once more.

        It does not hold what other columns change meanwhile, such as a seat given to somebody, the number of
        seats or the word for check-in: an edit leaves all that as it is.
        """
        fields = replace(self.fields, seats="", waitlist="")
        facts = (facts_of(self.before), facts_of(self.after))
        return (self.before.id, fields, self.changed, facts, self.told, self.reminders)

    @property
    def consequence(self) -> Consequence:
        """What it does to people, in numbers."""
        told = self.told
        return Consequence(told_seats=len(told.seats), told_line=len(told.line), reminders=self.reminders)


@dataclass(frozen=True, slots=True)
class Others:
    """What others changed while somebody edited.

    Attributes:
        before: The form as it was when that person began.
        now: The form as it is.
        names: The fields that others changed.
        actors: Who it was.
    """

    before: DraftFields
    now: DraftFields
    names: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that can be saved.

    Attributes:
        draft: What was typed.
        this: What it does to the seminar that is edited.
        later: What it does to each later one of the series, if it is done to them too.
        cannot: Why it cannot be done to the later ones: which of them, which field, what is wrong.
        others: What others changed meanwhile.
        kept_back: What was typed and can be changed no more.
    """

    draft: Draft
    this: Effect
    later: tuple[Effect, ...]
    cannot: tuple[Seminar, str, Problem] | None
    others: Others
    kept_back: tuple[str, ...]

    def fingerprint(self) -> str:
        """Return a short text that differs where anything of it does; goes into the preview's metadata."""
        effects = [effect.essence for effect in (self.this, *self.later)]
        cannot = None if self.cannot is None else (self.cannot[0].id, *self.cannot[1:])
        said = repr((effects, cannot, self.others.names, self.kept_back))
        return sha256(said.encode()).hexdigest()[:16]

    def effects(self, *, with_later: bool) -> tuple[Effect, ...]:
        """Return what happens, perhaps to the later ones too."""
        return (self.this, *self.later) if with_later else (self.this,)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people changed the same fields, each to something else."""

    draft: Draft
    names: tuple[str, ...]
    others: Others

    def fingerprint(self) -> str:
        """Return a short text that differs where the conflict does."""
        said = repr((self.names, self.draft.fields, self.others.now))
        return sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was typed cannot be saved as it is."""

    draft: Draft
    problems: Problems


def plan_edit(
    session: Session, draft: Draft, *, workspace_id: int, now: datetime, locks: bool = False
) -> Edit | Conflict | Wrong:
    """Return what saving a draft would do, or why it cannot be saved yet.

    Args:
        session: An open transaction.
        draft: A draft that edits.
        workspace_id: Whose seminar it is.
        now: The time of asking.
        locks: Whether what is promised and not sent yet is locked, to be counted on.

    Raises:
        SeminarNotFoundError: If that workspace has no such seminar.
        DraftNotFoundError: If the draft edits nothing.
    """
    if draft.seminar_id is None or draft.base is None:
        raise DraftNotFoundError(draft.id)
    room = look_at_seminar(session, draft.seminar_id, workspace_id=workspace_id)
    current = read_fields(session, room.seminar)
    merge = merge_fields(draft.base, draft.fields, current)
    names = list_editable(room.seminar, now)
    others = Others(draft.base, current, merge.theirs, _authors(session, draft, merge.theirs))
    conflicts = tuple(name for name in merge.conflicts if name in names)
    if conflicts:
        return Conflict(draft, conflicts, others)
    mine = tuple(name for name in merge.mine if name in names)
    fields = replace(current, **{name: getattr(merge.fields, name) for name in mine})
    if problems := check_edit(fields, current, room.seminar, now, names):
        return Wrong(draft, problems)
    this = _effect_of(session, room, current, fields, now=now, locks=locks)
    later: list[Effect] = []
    cannot: tuple[Seminar, str, Problem] | None = None
    for other in list_later(session, room.seminar, now) if mine else ():
        other_fields = read_fields(session, other)
        typed = repeat_edit((this.before, current), (this.after, fields), this.changed, (other, other_fields))
        other_names = list_editable(other, now)
        problems = check_edit(typed, other_fields, other, now, other_names)
        if problems:
            cannot = cannot or (other, *next(iter(problems.items())))
            continue
        other_room = look_at_seminar(session, other.id, workspace_id=workspace_id)
        kept = {name: getattr(typed, name) for name in list_changed(other_fields, typed, other_names)}
        wanted = replace(other_fields, **kept)
        later.append(_effect_of(session, other_room, other_fields, wanted, now=now, locks=locks))
    kept_back = tuple(name for name in merge.mine if name not in names)
    return Edit(draft, this, () if cannot else tuple(later), cannot, others, kept_back)


def read_fields(session: Session, seminar: Seminar) -> DraftFields:
    """Read a seminar as the form shows it, with its hosts."""
    return write_fields(seminar, find_hosts(session, [seminar.id])[seminar.id])


def _effect_of(
    session: Session, room: Room, current: DraftFields, fields: DraftFields, *, now: datetime, locks: bool
) -> Effect:
    before, changed = room.seminar, list_changed(current, fields)
    after = change_seminar(before, fields, changed)
    told = Told()
    if facts_of(before) != facts_of(after):
        known = {key: facts for key, (_, facts) in find_untold(session, before, locks=locks).items()}
        told = choose_told(room, after, known, now)
        after = replace(after, sequence=before.sequence + 1)
    return Effect(before, after, fields, changed, told, count_moved_reminders(before, after, now), room)


def list_later(session: Session, seminar: Seminar, now: datetime) -> list[Seminar]:
    """Read the later ones of the series that can still be changed, soonest first."""
    if seminar.series_id is None:
        return []
    row = tables.Seminar
    ids = session.scalars(
        select(row.id).where(
            row.series_id == seminar.series_id,
            row.workspace_id == seminar.workspace_id,
            row.starts_at > seminar.starts_at,
            row.starts_at > now,
            row.cancelled_at.is_(None),
        )
    ).all()
    found = seminars.find_seminars(session, ids).values()
    return sorted(found, key=lambda one: (one.starts_at, one.id))


def _authors(session: Session, draft: Draft, names: Collection[str]) -> tuple[str, ...]:
    """Return who changed those fields last; where no record names a field, who changed anything last."""
    if not names or draft.seminar_id is None:
        return ()
    records = list_seminar_changes(session, draft.seminar_id)
    found: dict[str, None] = {}
    for name in names:
        keys = {name, *_RECORDED_AS.get(name, ())}
        by_name = [one.actor for one in records if one.actor and keys & _noted_in(one.details)]
        anybody = [one.actor for one in records if one.actor]
        found |= dict.fromkeys((by_name or anybody)[-1:])
    return tuple(found)


def _noted_in(details: Mapping[str, Any]) -> set[str]:
    new = details.get("new")
    return {*details, *(new if isinstance(new, Mapping) else ())}


# What each field is called in the record of a change, so that all columns speak of one thing alike.
_RECORDED_AS: dict[str, tuple[str, ...]] = {
    "date": ("starts_at",),
    "time": ("starts_at",),
    "minutes": ("ends_at",),
    "closes": ("closes_at", "closed_at"),
    "opens": ("opens_at",),
    "publish": ("publish_at",),
}
