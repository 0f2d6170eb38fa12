"""What the command line prints for a draft."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.drafts.calendars import read_calendar
from bot.drafts.reading import read_announcement

if TYPE_CHECKING:
    from datetime import date

_NAMES: Final = (
    "title",
    "speakers",
    "start",
    "end",
    "zone",
    "place",
    "online_link",
    "capacity",
    "registration_closes",
    "contact",
    "abstract",
    "bio",
)


def render(text: str, today: date, zone: str | None, as_json: bool) -> str:  # noqa: FBT001  the command's own option
    """Return the draft of an announcement or an iCalendar file, as JSON or as lines to read."""
    is_calendar = text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR")
    draft = read_calendar(text) if is_calendar else read_announcement(text, today=today, zone=zone)
    values = draft.to_json()
    if as_json:
        return json.dumps(values, ensure_ascii=False, indent=2)
    if not draft.found:
        return "No seminar was found in this text."
    speakers = "; ".join(
        f"{one.name} ({one.affiliation})" if one.affiliation else one.name for one in draft.speakers
    )
    lines = []
    for name in _NAMES:
        value = speakers if name == "speakers" else values[name]
        doubt = " (doubtful)" if name in draft.doubtful else ""
        lines.append(
            f"{name.replace('_', ' ').capitalize()}: {'' if value is None else value}{doubt}".rstrip(),
        )
    return "\n".join([*lines, *(f"Note: {note}" for note in draft.notes)])
