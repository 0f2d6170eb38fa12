"""What stands in a field of the form, in words: as it was and as it is, and one person's beside another's."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import RichTextElement, RichTextElementParts

from bot.domain.draft import DraftFields, find_own_span
from bot.domain.drafting import find_length, find_moment, read_reminders
from bot.domain.zones import duration_in_words
from bot.views import form_sentences as say
from bot.views.rich import Line, labelled, listed, mention, words
from bot.views.text import one_line
from bot.views.times import venue_time

_SHOWN = 150
_MOST_PEOPLE = 10


def old_and_new(name: str, old: DraftFields, new: DraftFields, zone: str, now: datetime) -> Line:
    """Write a field as it was and as it is."""
    before, after = _value(name, old, zone, now), _value(name, new, zone, now)
    return labelled(say.LABELS[name], _joined([*before, words(" → "), *after]))


def two_values(name: str, mine: DraftFields, theirs: DraftFields, zone: str, now: datetime) -> Line:
    """Write a field as the reader typed it, and as somebody else saved it."""
    said = [words("yours is "), *_value(name, mine, zone, now)]
    said += [words("; theirs is "), *_value(name, theirs, zone, now)]
    return labelled(say.LABELS[name], _joined(said))


def _joined(pieces: Sequence[RichTextElement]) -> list[RichTextElement]:
    """Return the pieces with words that follow each other as one."""
    joined: list[RichTextElement] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, RichTextElementParts.Text) and isinstance(last, RichTextElementParts.Text):
            joined[-1] = words(last.text + piece.text)
        else:
            joined.append(piece)
    return joined


def _value(name: str, fields: DraftFields, zone: str, now: datetime) -> list[RichTextElement]:
    """Return what stands in a field, in words."""
    value = getattr(fields, name)
    if name == "hosts":
        return name_people(value) if value else [words("nobody")]
    if name in ("opens", "publish"):
        at = find_moment(value)
        return [words("at once" if at is None else venue_time(at, None, zone, now))]
    if name == "reminders":
        said = ", ".join(f"{duration_in_words(one)} before" for one in read_reminders(fields))
        return [words(said or "none")]
    if name == "minutes":
        length = find_length(fields)
        return [words(value if length is None else duration_in_words(length))]
    choices: Mapping[str, str] = _CHOICES.get(name, {})
    if name in _CHOICES:
        own = find_own_span(value)
        return [words(choices.get(value) or (f"{duration_in_words(own)} before" if own else value))]
    text = one_line(value.replace("\n", "; ") if name == "speakers" else value, _SHOWN)
    return [words(f"“{text}”" if text else "empty")]


_CHOICES: dict[str, Mapping[str, str]] = {
    "closes": say.CLOSES,
    "late": say.LATE,
    "promotion": say.PROMOTION,
}


def name_people(user_ids: Sequence[str]) -> list[RichTextElement]:
    """Return mentions of the people who did something; "Somebody" where no id says who."""
    return listed(filter(None, map(mention, user_ids)), _MOST_PEOPLE) or [words("Somebody")]
