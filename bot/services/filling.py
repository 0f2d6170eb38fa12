"""From a text that somebody pasted to the fields of the form, with a hint where one is doubtful.

What the text does not say stays as it was, and so does what the person typed:
the text fills what is blank or usual. What is doubtful is filled and says why:
nothing is posted unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain.draft import ALL_FIELDS, DraftFields, minutes_of, write_closes
from bot.domain.drafting import LONGEST, MOST_LINK, MOST_PASSAGE, MOST_PLACE, MOST_TITLE, SHORTEST
from bot.domain.text import clean_line, clean_passage
from bot.domain.zones import known_zones
from bot.drafts import Draft, read_announcement, read_calendar

MOST_READ = 30_000  # characters; no announcement is longer, and reading more takes too long
_CALENDAR = "BEGIN:VCALENDAR"
_LIMITS = {
    "title": MOST_TITLE,
    "abstract": MOST_PASSAGE,
    "bio": MOST_PASSAGE,
    "place": MOST_PLACE,
    "online_link": MOST_LINK,
}
_LINES = frozenset({"title", "place", "online_link"})
_TOGETHER = frozenset(
    {"date", "time"}
)  # half of them from a text and half from a person would be a third moment


@dataclass(frozen=True, slots=True)
class Read:
    """What of a form was read from a text.

    Attributes:
        values: What was read, by field.
        hints: Why some of it is doubtful, by field.
        notes: What is to be said about the whole.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def hints_of(self, fields: DraftFields) -> dict[str, str]:
        """Return the hints of the fields that still hold what was read."""
        return {name: why for name, why in self.hints.items() if self.holds(name, fields)}

    def holds(self, name: str, fields: DraftFields) -> bool:
        """Tell whether a field still holds what was read."""
        return name in self.values and _is_same(str(getattr(fields, name)), self.values[name])

    def to_json(self) -> dict[str, Any]:
        """Write it as values that JSON holds."""
        return {"values": dict(self.values), "hints": dict(self.hints), "notes": list(self.notes)}

    @classmethod
    def from_json(cls, stored: object) -> "Read":
        """Read what ``to_json`` wrote; what is missing or of another kind is empty."""
        parts = stored if isinstance(stored, Mapping) else {}
        notes = parts.get("notes")
        return cls(
            _texts(parts.get("values")),
            _texts(parts.get("hints")),
            tuple(one for one in notes if isinstance(one, str)) if isinstance(notes, list) else (),
        )


NOTHING_READ = Read()


@dataclass(frozen=True, slots=True)
class Filled:
    """What a text gives: the fields with it, what was read, and how many seminars the text holds.

    ``kept`` names the fields where the person had typed something else.
    """

    fields: DraftFields
    read: Read = NOTHING_READ
    kept: tuple[str, ...] = ()
    found: int = 0


def fill_from_text(
    text: str,
    start_with: DraftFields,
    *,
    today: date,
    reader_zone: str | None,
    usual: DraftFields | None = None,
    before: Read = NOTHING_READ,
) -> Filled:
    """Read an announcement, or the text of a calendar file, into the fields of the form.

    Args:
        text: Anything that a person pasted.
        start_with: The fields as they are without the text: what was typed, and what is usual.
        today: The day from which a date without a year is counted.
        reader_zone: The zone of who pasted it; it settles abbreviations and the order of numeric dates.
        usual: The fields of a form in which nobody typed anything; ``start_with`` where that is one.
        before: What was read from another text before, which nobody typed either.
    """
    is_calendar = text.lstrip("\ufeff \r\n")[: len(_CALENDAR)].upper() == _CALENDAR
    cut = text[:MOST_READ]
    draft = read_calendar(text) if is_calendar else read_announcement(cut, today=today, zone=reader_zone)
    if not draft.found:
        return Filled(start_with)
    values, hints = _values_of(draft, start_with, today)
    free = {name for name in values if _is_free(name, start_with, usual or start_with, before)}
    if not free.issuperset(_TOGETHER & values.keys()):
        free -= _TOGETHER
    taken = {name: value for name, value in values.items() if name in free}
    kept = [name for name in values if name not in free and not _is_kept(name, start_with, values)]
    read = {name: str(getattr(start_with, name)) for name in hints if name not in values} | taken
    why = {name: said for name, said in hints.items() if name in read}
    is_cut = not is_calendar and len(text) > MOST_READ
    notes = _notes_of(draft, f"Only the first {MOST_READ:,} characters were read." if is_cut else "")
    return Filled(replace(start_with, **taken), Read(read, why, notes), tuple(kept), draft.found)  # type: ignore[arg-type]  # texts only


def _is_free(name: str, fields: DraftFields, usual: DraftFields, before: Read) -> bool:
    value = getattr(fields, name)
    return value in ("", getattr(usual, name)) or before.holds(name, fields)


def _is_kept(name: str, fields: DraftFields, values: Mapping[str, str]) -> bool:
    return _is_same(str(getattr(fields, name)), values[name])


def _is_same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _texts(stored: object) -> dict[str, str]:
    entries = stored.items() if isinstance(stored, Mapping) else ()
    return {name: text for name, text in entries if name in ALL_FIELDS and isinstance(text, str)}


def _notes_of(draft: Draft, cut: str) -> tuple[str, ...]:
    about_whole = [note for note in draft.notes if note not in draft.reasons.values()]
    if draft.found > 1:
        about_whole.append("To announce another one too, paste it by itself into a new form.")
    if draft.contact:
        about_whole.append(f"The text names a contact: {clean_line(draft.contact)}")
    return (*about_whole, *([cut] if cut else []))


def _values_of(draft: Draft, fields: DraftFields, today: date) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a text gives for each field, and why some of it is doubtful."""
    names = {"start": "date", "end": "minutes", "capacity": "seats", "registration_closes": "closes"}
    hints = {names.get(name, name): why for name, why in draft.reasons.items() if name != "contact"}
    speakers = [", ".join(filter(None, (one.name, one.affiliation))) for one in draft.speakers]
    values = {
        "title": draft.title or "",
        "speakers": "\n".join(map(clean_line, speakers)),
        "abstract": draft.abstract or "",
        "bio": draft.bio or "",
        "place": draft.place or "",
        "online_link": draft.online_link or "",
        "seats": str(draft.capacity or ""),
    }
    for name, most in _LIMITS.items():
        cleaned = clean_line(values[name]) if name in _LINES else clean_passage(values[name])
        values[name] = cleaned[:most].rstrip()
        if len(cleaned) > most:
            hints[name] = f"It is longer than the {most:,} characters that fit here, so its end is missing."
    values |= _times_of(draft, fields, hints, today)
    return {name: value for name, value in values.items() if value}, hints


def _times_of(draft: Draft, fields: DraftFields, hints: dict[str, str], today: date) -> dict[str, str]:
    values = {}
    if draft.zone in known_zones():
        values["zone"] = draft.zone or fields.zone
    elif draft.start is not None:
        hints.setdefault("zone", "The text names no time zone.")
    start = draft.start
    if start is None:
        return values
    values["date"] = start.date().isoformat()
    if start.date() < today:
        hints.setdefault("date", "This day is past.")
    if start.time() == time(0) and "midnight" in hints.get("date", ""):
        hints.pop("date")
        hints["time"] = "The text does not say when it starts."
        return values
    values["time"] = f"{start:%H:%M}"
    length = draft.end - start if draft.end is not None else None
    if length is not None and SHORTEST <= length <= LONGEST:
        values["minutes"] = minutes_of(length)
    else:
        hints.setdefault("minutes", "The text does not say when it ends.")
    return values | _closing_of(draft, start, hints)


def _closing_of(draft: Draft, start: datetime, hints: dict[str, str]) -> dict[str, str]:
    closes = draft.registration_closes
    if closes is None:
        return {}
    # A day without an hour is meant to its end.
    at = closes if isinstance(closes, datetime) else datetime.combine(closes, time()) + timedelta(days=1)
    if at > start:
        hints.setdefault("closes", f"The text names {closes:%d %B}.".replace(" 0", " "))
        return {}
    return {"closes": write_closes(start - at)}
