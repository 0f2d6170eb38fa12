"""What reading an announcement gives: one filled form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Speaker:
    """One person who talks."""

    name: str
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A seminar as far as a text states it.

    A field is filled, filled and named in `doubtful`, or empty; `reasons` says of
    doubtful fields why, and `notes` holds these and what else is to be said. `start`, `end`
    and `registration_closes` are wall-clock times in `zone`, or in the
    reader's zone where the text names none. A closing day without an hour
    stays a date.
    """

    title: str | None = None
    speakers: tuple[Speaker, ...] = ()
    abstract: str | None = None
    bio: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    zone: str | None = None
    place: str | None = None
    online_link: str | None = None
    capacity: int | None = None
    registration_closes: date | datetime | None = None
    contact: str | None = None
    doubtful: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    found: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the draft under the keys that the command line prints."""
        return {
            "title": self.title,
            "speakers": [{"name": one.name, "affiliation": one.affiliation} for one in self.speakers],
            "abstract": self.abstract,
            "bio": self.bio,
            "start": _written(self.start),
            "end": _written(self.end),
            "zone": self.zone,
            "place": self.place,
            "online_link": self.online_link,
            "capacity": self.capacity,
            "registration_closes": _written(self.registration_closes),
            "contact": self.contact,
            "doubtful": list(self.doubtful),
            "notes": list(self.notes),
            "found": self.found,
        }


def _written(moment: date | datetime | None) -> str | None:
    """Return a local moment to the minute, or a day alone."""
    if moment is None:
        return None
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
