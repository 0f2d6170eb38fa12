"""Turn the text of an announcement into drafts of seminars."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from bot.drafts.dates import Reader, number_order, term_years
from bot.drafts.draft import Draft
from bot.drafts.evidence import Evidence, Moment, closest_before, gather, zones_after
from bot.drafts.layout import SAMPLE, Part, clean, cut, is_prose, paragraphs
from bot.drafts.naming import name_parts
from bot.drafts.segments import cut_seminars
from bot.drafts.whereabouts import find_capacity, find_contact, find_link, find_place, find_zone
from bot.drafts.words import AGAINST, TALK

if TYPE_CHECKING:
    from bot.drafts.prose import Named

_LANGUAGES: Final = {
    "de": re.compile(r"\b(?:der|die|das|und|im|am|uhr|von|mit|ist|eine?|für|zum|den)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:le|les|des|une?|du|et|dans|pour|à|sur|est|aux|par)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:el|los|las|una?|del|y|en|para|por|es|con|que)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:the|and|of|in|to|for|is|at|on|with|will|by)\b", re.IGNORECASE),
}
_ENOUGH: Final = 3


def read_announcement(text: str, *, today: date, zone: str | None = None) -> Draft:
    """Return the first seminar of a text as a filled form; `found` says how many there are.

    Args:
        text: Anything that a person pasted.
        today: The day from which a date without a year is counted.
        zone: The reader's zone: it settles abbreviations and the order of
            numeric dates, and is never filled in where the text states none.
    """
    drafts = read_announcements(text, today=today, zone=zone)
    if not drafts:
        return Draft()
    first = drafts[0]
    if first.found > 1:
        first = replace(
            first,
            notes=(*first.notes, f"The text holds {first.found} seminars; this is the first."),
        )
    return first


def read_announcements(text: str, *, today: date, zone: str | None = None) -> tuple[Draft, ...]:
    """Return every seminar of a text in its order; none where it announces nothing."""
    lines = clean(text)
    whole = "\n".join(lines)
    language = _language(whole[:SAMPLE])
    proven = number_order(whole[:SAMPLE])
    american = bool(zone and zone.startswith(("America/", "US/"))) or bool(
        re.search(r"\b(?:E[SD]T|P[SD]T|C[SD]T|ET|PT)\b", whole[:SAMPLE]),
    )
    reader = Reader(
        today=today,
        month_first=american if proven is None and language == "en" else bool(proven),
        order_known=proven is not None or language != "en",
        years=term_years(whole[:SAMPLE]),
    )
    parts = cut(lines)
    before, seminars = cut_seminars(parts, reader)
    drafts = []
    for own in seminars:
        draft = _draft(own, before, reader, zone=zone, twelve=language == "en")
        if draft is not None and (len(seminars) == 1 or draft.title or draft.speakers):
            drafts.append(draft)
    return tuple(replace(draft, found=len(drafts)) for draft in drafts)


def _language(text: str) -> str:
    counts = {name: len(pattern.findall(text)) for name, pattern in _LANGUAGES.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] == 0 or counts[best] == counts["en"]:
        return "en"
    if (
        re.search(r"\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b", text, re.IGNORECASE)
        and counts["en"] * 2 > counts[best]
    ):
        return "en"
    return best


def _draft(
    own: list[Part],
    before: list[Part],
    reader: Reader,
    *,
    zone: str | None,
    twelve: bool,
) -> Draft | None:
    named = name_parts(own, reader)
    found = gather(own, reader, twelve=twelve)
    shared = gather(before, reader, twelve=twelve) if before else Evidence()
    doubts = dict(named.doubts)
    start, end, moment, notes = _moment(found, shared, doubts)
    if _weight(own, before, named, start=start, has_day=moment is not None) < _ENOUGH:
        return None
    if moment is not None and _stands_apart(moment, own, named):
        for name, value in (("title", named.title), ("speakers", named.speakers), ("start", start)):
            if value:
                doubts.setdefault(name, "The text speaks of a talk and of a day in different places.")
    stated = find_zone(moment, [*own, *before], zone, start, doubts)
    place = find_place(own, moment, named, doubts) or find_place(before, None, named, doubts)
    text = "\n".join(part.text for part in own)
    closes = _closes(found, start, doubts)
    return Draft(
        title=named.title, speakers=named.speakers, abstract=named.abstract, bio=named.bio,
        start=start, end=end, zone=stated, place=place,
        online_link=find_link([*own, *before], doubts), capacity=find_capacity(own, text),
        registration_closes=closes, contact=find_contact([*own, *before]),
        doubtful=tuple(doubts), reasons=doubts, notes=(*doubts.values(), *notes),
    )  # fmt: skip


def _moment(
    found: Evidence,
    shared: Evidence,
    doubts: dict[str, str],
) -> tuple[datetime | None, datetime | None, Moment | None, list[str]]:
    """Choose the talk's day and hours among all that are named."""
    days = [one for one in found.moments if one.day] or [one for one in shared.moments if one.day]
    if not days:
        return None, None, None, []
    ranked = sorted(days, key=_rank)
    best = ranked[0]
    day = best.day
    if day is None:
        return None, None, None, []
    rivals = {one.day.on for one in days if one.day and _rank(one) == _rank(best) and one.day.on != day.on}
    for doubt in day.doubts:
        doubts["start"] = doubt
    if rivals:
        doubts["start"] = (
            f"The text names other days as well: {', '.join(sorted(one.isoformat() for one in rivals)[:4])}."
        )
    timed = next(
        (
            one
            for one in [
                best,
                *[m for m in days if m.day and m.day.on == day.on and m.hours],
                *_apart(found),
                *_apart(shared),
            ]
            if one.hours
        ),
        None,
    )
    if timed is None:
        doubts["start"] = doubts.get("start", "No hour is stated; midnight stands for it.")
        return datetime.combine(day.on, time(0)), None, best, []
    hours = timed.hours[0]
    if hours.start_doubt:
        doubts.setdefault("start", hours.start_doubt)
    if hours.end_doubt:
        doubts["end"] = hours.end_doubt
    end = hours.end
    labelled_end = [
        one for one in found.moments if one.labelled and one is not timed and one.hours and one.day is None
    ]
    if end is None and labelled_end and labelled_end[0].hours[0].start > hours.start and timed.day is None:
        end = labelled_end[0].hours[0].start
        doubts["end"] = "The end is read from a second labelled time."
    return (
        datetime.combine(day.on, hours.start),
        datetime.combine(day.on, end) if end else None,
        timed if zones_after(timed) else best,
        [hours.note] if hours.note else [],
    )


def _stands_apart(moment: Moment, own: list[Part], named: Named) -> bool:
    """Return whether the day stands in a paragraph that speaks of no talk, and nothing is labelled."""
    if not moment.prose or any(part.label in {"title", "speaker", "when", "both"} for part in own):
        return False
    text = next((part.text for part in own if part.at == moment.at), moment.text)
    names = [named.title, *(one.name for one in named.speakers)]
    return not TALK.search(text) and not any(name and name in text for name in names)


def _rank(moment: Moment) -> tuple[int, int, int, int]:
    day = moment.day
    return (not moment.labelled, not moment.hours, moment.prose, not (day and (day.weekday or day.year)))


def _apart(found: Evidence) -> list[Moment]:
    """Return moments of hours alone, the labelled ones first."""
    return sorted(
        (
            one
            for one in found.moments
            if one.hours and (one.day is None or (not one.day.year and one.day.doubts))
        ),
        key=lambda one: (not one.labelled, one.prose),
    )


def _weight(
    own: list[Part],
    before: list[Part],
    named: Named,
    *,
    start: datetime | None,
    has_day: bool,
) -> int:
    """Weigh whether the lines announce a seminar at all."""
    labels = {part.label for part in own}
    text = "\n".join(part.text for part in own)[:SAMPLE]
    head = "\n".join(part.text for part in before)[:SAMPLE]
    weight = (
        2 * len(labels & {"title", "speaker", "abstract"})
        + ("bio" in labels)
        + 2 * bool(labels & {"when", "both"})
    )
    short = [line for part in own for line in paragraphs(part) if not is_prose(line)]
    weight += (
        2 * any(TALK.search(line) for line in short)
        + bool(TALK.search(text))
        + 2 * bool(TALK.search(head))
        + bool(named.speakers)
    )
    weight += bool(named.abstract) + bool(named.bio) + bool(named.title)
    weight -= 3 * bool(AGAINST.search(text[:3000]))
    if not has_day:
        return weight - 4 if {"title", "speaker"} <= labels else -1
    if not (
        TALK.search(text)
        or TALK.search(head)
        or labels & {"title", "speaker", "abstract"}
        or (named.speakers and named.bio)
    ):
        return -1
    return weight + (start is not None and start.time() != time(0))


def _closes(found: Evidence, start: datetime | None, doubts: dict[str, str]) -> date | datetime | None:
    if not found.closings:
        return None
    day, hour = found.closings[0]
    on = closest_before(day, start.date()) if start else day.on
    if day.doubts and (day.year or start is None):
        doubts["registration_closes"] = day.doubts[0]
    if start and on > start.date():
        doubts["registration_closes"] = "Registration would close after the seminar."
    return datetime.combine(on, hour) if hour else on
