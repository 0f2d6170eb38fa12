"""What staff did to a seminar: each act as one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import RichTextElement

from bot.domain.seminar import Seminar
from bot.views.ledger_sentences import REASON_LIMIT, person_or_bot, stop_after
from bot.views.rich import Line, channel, fill, listed, words
from bot.views.text import one_line
from bot.views.times import venue_time

_TEXT_LIMIT = 200
_VALUE_LIMIT = 100
_MOST_PEOPLE = 10
# The values of a seminar that records name, as people call them; those that are long are only named.
_LONG = frozenset({"abstract", "bio", "speakers", "reminder_offsets", "reminder_minutes", "reminders"})
_LABELS = {
    "title": "title",
    "speakers": "speakers",
    "abstract": "abstract",
    "bio": "about the speakers",
    "starts_at": "start",
    "ends_at": "end",
    "zone": "time zone",
    "place": "place",
    "online_link": "online link",
    "capacity": "number",
    "has_waitlist": "waitlist",
    "opens_at": "opening",
    "closes_at": "closing",
    "publish_at": "announcement",
    "hosts": "hosts",
    "promotion": "how waiters get seats",
    "reminder_offsets": "reminders",
    "reminder_minutes": "reminders",
    "reminders": "reminders",
    "late": "when leaving is late",
    "check_in_word": "word",
    "serving_the_line": "serving the line",
    "slides_link": "slides",
    "recording_link": "recording",
}
_MOMENTS = frozenset({"starts_at", "ends_at", "opens_at", "closes_at", "publish_at"})
_NONE = {"capacity": "no limit", "opens_at": "at once", "publish_at": "at once", "closes_at": "the start"}
_PROMOTION = {"automatic": "the first in line gets it at once", "ask": "the first in line is asked"}
_SERVED = {True: "the line is served again", False: "the line is not served any more"}
_DONE_TO_QUESTIONS = ("added", "edited", "removed", "moved")

# These stand in the ledger too, with whom they touched, so the record of staff would say them twice.
SAID_BY_THE_LEDGER = frozenset({"seated", "moved_in_line", "removed", "added", "walk_in"})


@dataclass(frozen=True, slots=True)
class StaffEvent:
    """What staff did to the seminar, by its kind, with what the one who did it noted down."""

    at: datetime
    kind: str
    actor: str
    details: Mapping[str, Any]


def staff_line(event: StaffEvent, seminar: Seminar, now: datetime) -> Line:
    """Say what a member of staff did; of a kind that is not known here, that something was done."""
    said = fill(_staff_template(event), {"actor": person_or_bot(event.actor)})
    match event.kind:
        case "message":
            return [*said, words(f" {_message_of(event.details)}")]
        case "channels":
            return [*said, *_channels_of(event.details), words(".")]
        case "give_unclaimed":
            return [
                *said,
                words(f" {_count(event.details)} in line whether they are there, for unclaimed seats."),
            ]
        case "series":
            return [*said, words(f" {_series_of(event.details)}.")]
        case "seats" if "serving_the_line" in event.details:
            return [*said, words(".")]
        case "questions":
            return [*said, *_behind_colon(_list_questions(event.details)), words(".")]
        case _:
            reason = one_line(str(event.details.get("reason") or ""), REASON_LIMIT)
            changed = _list_changed(event.details, seminar, now)
            parts: list[Line] = [[words(f"“{reason}”")]] if reason else []
            stop = "." if changed else stop_after(reason)
            return [*said, *_behind_colon([*parts, *changed]), *([words(stop)] if stop else [])]


_STAFF = {
    "edited": "{actor} edited the seminar",
    "moved": "{actor} moved it",
    "seats": "{actor} changed the seats",
    "closed": "{actor} closed registration",
    "reopened": "{actor} opened registration again",
    "open_later": "{actor} set when registration opens",
    "cancelled": "{actor} cancelled the seminar",
    "restored": "{actor} restored the seminar",
    "message": "{actor} wrote to",
    "series": "{actor}",
    "give_unclaimed": "{actor} asked",
    "channels": "{actor} changed the channels",
    "questions": "{actor} changed the questions",
    "check_in": "{actor} changed the check-in",
    "materials": "{actor} set the slides and the recording",
    "question_removed": "{actor} removed a question for the speaker",
}


def _staff_template(event: StaffEvent) -> str:
    served = event.details.get("serving_the_line")
    if event.kind == "seats" and isinstance(served, list):  # then the seats stay as they are
        return "{actor} had the line served again" if served[-1:] == [True] else "{actor} stopped the line"
    return _STAFF.get(event.kind, "{actor} changed the seminar")


def _count(details: Mapping[str, Any]) -> str:
    count = details.get("count")
    return "1 person" if count == 1 else f"{count} people"


def _message_of(details: Mapping[str, Any]) -> str:
    people = _count(details)
    text = one_line(str(details.get("text") or ""), _TEXT_LIMIT)
    return f"{people}: “{text}”" if text else f"{people}."


def _series_of(details: Mapping[str, Any]) -> str:
    dates = details.get("dates")
    count = len(dates if isinstance(dates, list) else str(dates or "").split())
    if not count:
        return "made it as one of a series"
    title = one_line(str(details.get("title") or ""), _VALUE_LIMIT)
    named = f" “{title}”" if title else ""
    return f"repeated it as a series{named}, {count} more time{'' if count == 1 else 's'}"


def _list_questions(details: Mapping[str, Any]) -> list[Line]:
    """Say which question was added, edited, removed or moved."""
    texts = {name: one_line(str(details.get(name) or ""), _TEXT_LIMIT) for name in _DONE_TO_QUESTIONS}
    return [[words(f"{name} “{text}”")] for name, text in texts.items() if text]


def _channels_of(details: Mapping[str, Any]) -> Line:
    pieces: list[RichTextElement] = []
    for name in ("added", "removed"):
        given = details.get(name)
        if isinstance(given, list) and given:
            pieces += [words(f"; {name} "), *listed(channel(str(one)) for one in given)]
    return pieces


def _behind_colon(parts: Sequence[Line]) -> list[RichTextElement]:
    """Return parts of a sentence behind a colon, divided by semicolons; nothing if there are none."""
    pieces: list[RichTextElement] = []
    for part in parts:
        pieces += [words("; " if pieces else ": "), *part]
    return pieces


def _list_changed(details: Mapping[str, Any], seminar: Seminar, now: datetime) -> list[Line]:
    """Say what became of each value that was noted down as it was and as it is."""
    said: list[Line] = []
    for name, old, new in _pairs_of(details):
        label = _LABELS.get(name, name.replace("_", " "))
        if name in _LONG:
            said.append([words(label)])
        elif name == "serving_the_line":
            said.append([words(_SERVED[bool(new)])])
        elif name == "hosts":
            said.append([words(f"{label} from "), *_people(old), words(" to "), *_people(new)])
        else:
            before, after = (_value_of(name, value, seminar, now) for value in (old, new))
            said.append([words(f"{label} from {before} to {after}")])
    return said


def _people(user_ids: object) -> list[RichTextElement]:
    given = user_ids if isinstance(user_ids, list) else []
    return listed((person_or_bot(str(one)) for one in given), _MOST_PEOPLE) or [words("nobody")]


def _pairs_of(details: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return each value as it was and as it is, in the three forms in which they are noted down."""
    pairs: list[tuple[str, Any, Any]] = []
    for name, value in details.items():
        if name not in _LABELS:
            continue
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - old and new
            pairs.append((name, value[0], value[1]))
        elif isinstance(value, Mapping):
            pairs.append((name, value.get("old"), value.get("new")))
    old, new = details.get("old"), details.get("new")
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        pairs += [(name, old.get(name), new[name]) for name in new if old.get(name) != new[name]]
    return pairs


def _value_of(name: str, value: object, seminar: Seminar, now: datetime) -> str:
    if value is None or value == "":
        return _NONE.get(name, "none")
    if isinstance(value, bool):
        return "on" if value else "off"
    if name == "promotion":
        return _PROMOTION.get(str(value), str(value))
    if name in _MOMENTS:
        try:
            return venue_time(datetime.fromisoformat(str(value)), None, seminar.zone, now)
        except ValueError:
            pass  # it was noted down in another way, and is shown so
    return one_line(str(value), _VALUE_LIMIT)
