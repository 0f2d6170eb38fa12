"""Editing a seminar: its form, what was changed in it by whom, and the seminar that it becomes.

Two people may edit at once. What each changed is found by comparing the form with
what stood there when they began, so that the one who saves last takes nothing back
that the other did.
"""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.draft import (
    ALL_FIELDS,
    FIELDS_OF_STEP,
    DraftFields,
    Step,
    find_closes,
    minutes_of,
    write_closes,
    write_late,
)
from bot.domain.drafting import (
    Problem,
    Problems,
    check_draft,
    find_length,
    find_local,
    find_moment,
    read_late,
    read_link,
    read_reminders,
    read_speakers,
)
from bot.domain.seminar import Phase, Promotion, Seminar, decide_phase, is_published
from bot.domain.text import clean_line, clean_passage
from bot.domain.zones import instant_of

# Seats and channels touch people and messages in ways of their own, and are changed elsewhere.
EDITABLE = ALL_FIELDS - {"seats", "waitlist", "channels"}
WORDS = frozenset(FIELDS_OF_STEP[Step.WHAT])
_START = frozenset({"date", "time", "zone"})
_IN_ORDER = tuple(name for names in FIELDS_OF_STEP.values() for name in names)


def list_editable(seminar: Seminar, now: datetime) -> frozenset[str]:
    """Return the fields that can be changed now: of what is over or cancelled only the words."""
    if decide_phase(seminar, now) in (Phase.CANCELLED, Phase.OVER):
        return WORDS
    return EDITABLE - {"publish"} if is_published(seminar, now) else EDITABLE


def write_fields(seminar: Seminar, hosts: Collection[str]) -> DraftFields:
    """Write a seminar as the form shows it."""
    closes_at = seminar.closes_at or seminar.starts_at
    return DraftFields(
        title=seminar.title,
        speakers="\n".join(", ".join(filter(None, (one.name, one.affiliation))) for one in seminar.speakers),
        abstract=seminar.abstract,
        bio=seminar.bio,
        date=f"{seminar.starts_local:%Y-%m-%d}",
        time=f"{seminar.starts_local:%H:%M}",
        minutes=minutes_of(seminar.ends_at - seminar.starts_at),
        zone=seminar.zone,
        place=seminar.place,
        online_link=seminar.online_link,
        seats="" if seminar.capacity is None else str(seminar.capacity),
        waitlist="yes" if seminar.has_waitlist else "no",
        closes=write_closes(seminar.starts_at - closes_at),
        reminders=tuple(minutes_of(offset) for offset in seminar.reminder_offsets),
        hosts=tuple(sorted(hosts)),
        opens=_write_moment(seminar.opens_at),
        promotion=seminar.promotion.value,
        late=write_late(seminar.late),
        publish=_write_moment(seminar.publish_at),
    )


def _write_moment(at: datetime | None) -> str:
    return "" if at is None else str(int(at.timestamp()))


_MEANINGS: dict[str, Callable[[DraftFields], object]] = {
    "title": lambda fields: clean_line(fields.title),
    "speakers": read_speakers,
    "abstract": lambda fields: clean_passage(fields.abstract),
    "bio": lambda fields: clean_passage(fields.bio),
    "place": lambda fields: clean_line(fields.place),
    "online_link": read_link,
    "reminders": read_reminders,
    "hosts": lambda fields: frozenset(fields.hosts),
}


def list_changed(
    before: DraftFields, after: DraftFields, names: AbstractSet[str] = EDITABLE
) -> tuple[str, ...]:
    """Return the fields that mean something else, in the form's order; blanks at an end mean nothing."""
    return tuple(name for name in _IN_ORDER if name in names and not _is_same(name, before, after))


def _is_same(name: str, one: DraftFields, other: DraftFields) -> bool:
    if getattr(one, name) == getattr(other, name):
        return True
    meaning = _MEANINGS.get(name)
    return meaning is not None and meaning(one) == meaning(other)


@dataclass(frozen=True, slots=True)
class Merge:
    """What one person changed, and what others changed meanwhile.

    Attributes:
        fields: What stands there now, with what the person changed.
        mine: What that person changed and is not so by now.
        theirs: What others changed.
        conflicts: What both changed, each to something else.
    """

    fields: DraftFields
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    conflicts: tuple[str, ...]


def merge_fields(base: DraftFields, typed: DraftFields, current: DraftFields) -> Merge:
    """Bring together what a person typed who began from ``base``, and what stands there by now."""
    theirs = list_changed(base, current)
    wanted = set(list_changed(base, typed))
    mine = tuple(name for name in list_changed(current, typed) if name in wanted)
    return Merge(
        fields=replace(current, **{name: getattr(typed, name) for name in mine}),
        mine=mine,
        theirs=theirs,
        conflicts=tuple(name for name in mine if name in theirs),
    )


def step_of(name: str) -> Step:
    """Return the step of the form that a field stands in."""
    return next(step for step, names in FIELDS_OF_STEP.items() if name in names)


def check_edit(
    fields: DraftFields, before: DraftFields, seminar: Seminar, now: datetime, names: AbstractSet[str]
) -> Problems:
    """Find what is wrong with the fields of those names.

    What was so before is not the mistake of who edits: a talk that has begun may
    get another title.

    Args:
        fields: What was typed.
        before: What stood there.
        seminar: The seminar that is edited.
        now: The time of the check.
        names: The fields to look at.
    """
    was_wrong, found = check_draft(before, now), check_draft(fields, now)
    problems = {name: why for name, why in found.items() if name in names and was_wrong.get(name) != why}
    changed = set(list_changed(before, fields, names))
    if now >= seminar.starts_at:
        problems |= dict.fromkeys(sorted(changed & _START), Problem.HAS_BEGUN)
        length = find_length(fields)
        if "minutes" in changed and length is not None and seminar.starts_at + length <= now:
            problems["minutes"] = Problem.ENDS_PAST
    return problems


def change_seminar(before: Seminar, fields: DraftFields, changed: Collection[str]) -> Seminar:
    """Return the seminar with the changed fields as they were typed; ``check_edit`` found them right.

    Registration closes as long before the start as it did, unless that is changed.
    """
    after = _retime(before, fields, set(changed))
    values: dict[str, object] = {}
    for name, read in _READERS.items():
        if name in changed:
            values.update(read(fields))
    if "closes" in changed:
        span = find_closes(fields.closes) or timedelta()
        values["closes_at"] = after.starts_at - span if span else None
    return replace(after, **values)  # type: ignore[arg-type]  # each reader gives values of its own kind


_READERS: dict[str, Callable[[DraftFields], dict[str, object]]] = {
    "title": lambda fields: {"title": clean_line(fields.title)},
    "speakers": lambda fields: {"speakers": read_speakers(fields)},
    "abstract": lambda fields: {"abstract": clean_passage(fields.abstract)},
    "bio": lambda fields: {"bio": clean_passage(fields.bio)},
    "place": lambda fields: {"place": clean_line(fields.place)},
    "online_link": lambda fields: {"online_link": read_link(fields)},
    "reminders": lambda fields: {"reminder_offsets": read_reminders(fields)},
    "opens": lambda fields: {"opens_at": find_moment(fields.opens)},
    "promotion": lambda fields: {"promotion": Promotion(fields.promotion)},
    "late": lambda fields: {"late": read_late(fields)},
    "publish": lambda fields: {"publish_at": find_moment(fields.publish)},
}


def _retime(before: Seminar, fields: DraftFields, changed: AbstractSet[str]) -> Seminar:
    local, length = before.starts_local, before.ends_at - before.starts_at
    starts_at, zone = before.starts_at, before.zone
    if changed & _START:
        local, zone = find_local(fields) or local, fields.zone
        starts_at = instant_of(local, zone)
    if "minutes" in changed:
        length = find_length(fields) or length
    shift = starts_at - before.starts_at
    return replace(
        before,
        starts_local=local,
        zone=zone,
        starts_at=starts_at,
        ends_at=starts_at + length,
        closes_at=None if before.closes_at is None else before.closes_at + shift,
    )


def repeat_edit(
    before: tuple[Seminar, DraftFields],
    after: tuple[Seminar, DraftFields],
    changed: Sequence[str],
    other: tuple[Seminar, DraftFields],
) -> DraftFields:
    """Return the form of another seminar of the series, with the same done to it.

    A new clock time is the same clock time there, a new day the same number of days
    later or earlier. A time that is set by the calendar lies as far before its start.

    Args:
        before: The seminar that was edited as it was, and its form.
        after: The same as it becomes.
        changed: The fields that were changed.
        other: The other seminar, and its form.
    """
    (old, old_fields), (new, new_fields), (seminar, fields) = before, after, other
    plain = [name for name in changed if name not in {"date", "opens", "publish"}]
    typed = replace(fields, **{name: getattr(new_fields, name) for name in plain})
    if "date" in changed:
        shift = date.fromisoformat(new_fields.date) - date.fromisoformat(old_fields.date)
        typed = replace(typed, date=(date.fromisoformat(fields.date) + shift).isoformat())
    moved = change_seminar(seminar, typed, list_changed(fields, typed))
    distance = moved.starts_at - new.starts_at
    if "opens" in changed:
        typed = replace(typed, opens=_write_moment(new.opens_at and new.opens_at + distance))
    elif seminar.opens_at is not None and old.starts_local != new.starts_local:
        typed = replace(typed, opens=_write_moment(seminar.opens_at + (moved.starts_at - seminar.starts_at)))
    if "publish" in changed:
        typed = replace(typed, publish=_write_moment(new.publish_at and new.publish_at + distance))
    elif seminar.publish_at is not None and old.starts_local != new.starts_local:
        shifted = seminar.publish_at + (moved.starts_at - seminar.starts_at)
        typed = replace(typed, publish=_write_moment(shifted))
    return typed
