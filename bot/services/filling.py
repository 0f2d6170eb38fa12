"""From a text that somebody pasted to the fields of the form, with a hint where one is doubtful.

What the text does not say stays as it was, and what is doubtful is filled and
says why: nothing is posted unseen.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.domain.draft import CLOSES_CHOICES, DraftFields
from bot.domain.zones import known_zones
from bot.drafts import Draft, read_announcement, read_calendar

_CALENDAR = "BEGIN:VCALENDAR"
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filled:
    """What a text gives: the fields, why some of them are doubtful, and how many seminars it holds.

    ``hints`` has sentences by the name of the field; ``notes`` are about the whole.
    """

    fields: DraftFields
    hints: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    found: int = 0


def fill_from_text(text: str, start_with: DraftFields, *, today: date, reader_zone: str | None) -> Filled:
    """Read an announcement, or the text of a calendar file, into the fields of the form.

    Args:
        text: Anything that a person pasted.
        start_with: The fields as they are without the text: zone, channels, what is usual.
        today: The day from which a date without a year is counted.
        reader_zone: The zone of who pasted it; it settles abbreviations and the order of numeric dates.
    """
    is_calendar = text.lstrip("\ufeff \r\n")[: len(_CALENDAR)].upper() == _CALENDAR
    draft = read_calendar(text) if is_calendar else read_announcement(text, today=today, zone=reader_zone)
    if not draft.found:
        return Filled(start_with)
    hints = _hints_of(draft)
    fields = replace(
        start_with,
        title=draft.title or start_with.title,
        speakers="\n".join(
            f"{one.name}, {one.affiliation}" if one.affiliation else one.name for one in draft.speakers
        )
        or start_with.speakers,
        abstract=draft.abstract or start_with.abstract,
        bio=draft.bio or start_with.bio,
        place=draft.place or start_with.place,
        online_link=draft.online_link or start_with.online_link,
        seats=str(draft.capacity) if draft.capacity else start_with.seats,
    )
    fields = _with_times(fields, draft, hints)
    about_whole = tuple(note for note in draft.notes if note not in draft.reasons.values())
    contact = (f"The text names a contact: {draft.contact}.",) if draft.contact else ()
    return Filled(fields, hints, (*about_whole, *contact), draft.found)


def _hints_of(draft: Draft) -> dict[str, str]:
    names = {"start": "date", "end": "minutes", "capacity": "seats", "registration_closes": "closes"}
    return {names.get(name, name): why for name, why in draft.reasons.items()}


def _with_times(fields: DraftFields, draft: Draft, hints: dict[str, str]) -> DraftFields:
    if draft.zone in known_zones():
        fields = replace(fields, zone=draft.zone or fields.zone)
    elif draft.start is not None:
        hints.setdefault("zone", "The text names no time zone.")
    if draft.start is None:
        return fields
    fields = replace(fields, date=draft.start.date().isoformat(), time=f"{draft.start:%H:%M}")
    length = draft.end - draft.start if draft.end is not None else None
    if length is not None and _SHORTEST <= length <= _LONGEST:
        fields = replace(fields, minutes=str(int(length.total_seconds()) // 60))
    else:
        hints.setdefault("minutes", "The text does not say when it ends.")
    return _with_closing(fields, draft, draft.start, hints)


def _with_closing(fields: DraftFields, draft: Draft, start: datetime, hints: dict[str, str]) -> DraftFields:
    closes = draft.registration_closes
    if closes is None:
        return fields
    at = closes if isinstance(closes, datetime) else datetime.combine(closes, datetime.max.time())
    before = start - at
    choice = min(CLOSES_CHOICES, key=lambda name: abs(CLOSES_CHOICES[name] - before))
    fields = replace(fields, closes=choice)
    if abs(CLOSES_CHOICES[choice] - before) > timedelta(hours=1):
        said = f"{closes:%d %B, %H:%M}" if isinstance(closes, datetime) else f"{closes:%d %B}"
        hints.setdefault("closes", f"The text says that registration closes on {said.lstrip('0')}.")
    return fields
