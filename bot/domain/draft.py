"""A draft of a seminar: what people typed so far, kept as they typed it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.reminding import DEFAULT_REMINDERS
from bot.domain.zones import known_zones

CLOSES_CHOICES: dict[str, timedelta] = {
    "start": timedelta(),
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "1d": timedelta(days=1),
    "2d": timedelta(days=2),
}
LATE_CHOICES: dict[str, timedelta | None] = {
    "never": None,
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "1d": timedelta(days=1),
    "2d": timedelta(days=2),
}

_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}", re.ASCII)
_USER = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
# How many minutes before the start, where it is none of the choices: what other ways of setting it left.
_OWN_SPAN = re.compile(r"([1-9]\d{0,5})m", re.ASCII)


class Step(StrEnum):
    """The steps of the form, in order."""

    WHAT = "what"
    WHEN = "when"
    HOW = "how"
    MORE = "more"  # asked for by a button


FIELDS_OF_STEP: dict[Step, tuple[str, ...]] = {
    Step.WHAT: ("title", "speakers", "abstract", "bio"),
    Step.WHEN: ("date", "time", "minutes", "zone", "place", "online_link"),
    Step.HOW: ("seats", "waitlist", "closes", "reminders", "channels"),
    Step.MORE: ("hosts", "opens", "promotion", "late", "publish"),
}
ALL_FIELDS = frozenset(name for names in FIELDS_OF_STEP.values() for name in names)


def minutes_of(span: timedelta) -> str:
    """Write a duration as the form does: whole minutes."""
    return str(int(span.total_seconds()) // 60)


def find_closes(text: str) -> timedelta | None:
    """Return how long before the start registration closes, None if that is no such choice."""
    return CLOSES_CHOICES.get(text, find_own_span(text))


def find_own_span(text: str) -> timedelta | None:
    """Return a time before the start that is none of the choices, None if it is not written as one."""
    found = _OWN_SPAN.fullmatch(text)
    return timedelta(minutes=int(found[1])) if found else None


def write_closes(span: timedelta) -> str:
    """Write how long before the start registration closes as the form does."""
    return next((key for key, one in CLOSES_CHOICES.items() if one == span), f"{minutes_of(span)}m")


def write_late(span: timedelta | None) -> str:
    """Write from when on leaving is late as the form does."""
    own = "" if span is None else f"{minutes_of(span)}m"
    return next((key for key, one in LATE_CHOICES.items() if one == span), own)


@dataclass(frozen=True, slots=True)
class DraftFields:
    """What people typed, as they typed it, so that nothing is lost between steps.

    ``speakers`` has one a line, as "Name, Affiliation"; ``date`` and ``time`` are
    the venue's calendar and clock; ``minutes`` is the length; empty ``seats``
    means unlimited; ``reminders`` are minutes before the start. ``opens`` and
    ``publish`` are Unix seconds, as Slack's picker gives them; empty means now.
    """

    title: str = ""
    speakers: str = ""
    abstract: str = ""
    bio: str = ""
    date: str = ""
    time: str = ""
    minutes: str = "60"
    zone: str = "UTC"
    place: str = ""
    online_link: str = ""
    seats: str = ""
    waitlist: str = "yes"
    closes: str = "start"
    reminders: tuple[str, ...] = tuple(minutes_of(offset) for offset in DEFAULT_REMINDERS)
    channels: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    opens: str = ""
    promotion: str = "automatic"
    late: str = "never"
    publish: str = ""

    def to_json(self) -> dict[str, str | list[str]]:
        """Write it as values that JSON holds."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: object) -> "DraftFields":
        """Read what ``to_json`` wrote; what is missing or of another kind keeps its default."""
        return fill_draft(cls(), stored if isinstance(stored, Mapping) else {})


LIST_FIELDS = frozenset({"reminders", "channels", "hosts"})
TEXT_FIELDS = frozenset(field.name for field in fields(DraftFields)) - LIST_FIELDS


def fill_draft(draft: DraftFields, values: Mapping[str, object]) -> DraftFields:
    """Return the draft with these values in place of its own; unknown names and kinds are left out."""
    known: dict[str, str | tuple[str, ...]] = {}
    for name, value in values.items():
        if name in TEXT_FIELDS and isinstance(value, str):
            known[name] = value
        elif name in LIST_FIELDS and isinstance(value, list | tuple):
            known[name] = tuple(dict.fromkeys(entry for entry in value if isinstance(entry, str)))
    return replace(draft, **known)  # type: ignore[arg-type]  # text and lists go to fields of their kind


def is_channel_id(text: str) -> bool:
    """Tell whether that can be the id of a channel, public or private."""
    return _CHANNEL.fullmatch(text) is not None


def is_user_id(text: str) -> bool:
    """Tell whether that can be the id of a person."""
    return _USER.fullmatch(text) is not None


def blank_draft(*, zone: str = "UTC", channel_id: str = "") -> DraftFields:
    """Return the draft that a new form starts with.

    ``channel_id`` is where the command was typed; a direct message is not a
    place to announce in and is left out.
    """
    channels = (channel_id,) if is_channel_id(channel_id) else ()
    return DraftFields(zone=zone if zone in known_zones() else "UTC", channels=channels)
