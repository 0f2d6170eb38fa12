"""Turn the text of an announcement into drafts of seminars."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from bot.drafts.dates import Reader, number_order, term_years
from bot.drafts.draft import Draft
from bot.drafts.evidence import Evidence, Moment, closest_before, gather, zones_after
from bot.drafts.facts import is_place, links, mails, meeting_links, seats, tidy_place
from bot.drafts.layout import Part, clean, cut, is_prose, paragraphs
from bot.drafts.naming import Named, name_parts
from bot.drafts.people import is_person, speaker_in
from bot.drafts.segments import cut_seminars
from bot.drafts.words import AGAINST, CLOSING, TALK
from bot.drafts.zones import ZONE, stated_zone

_LANGUAGES: Final = {
    "de": re.compile(r"\b(?:der|die|das|und|im|am|uhr|von|mit|ist|eine?|für|zum|den)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:le|les|des|une?|du|et|dans|pour|à|sur|est|aux|par)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:el|los|las|una?|del|y|en|para|por|es|con|que)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:the|and|of|in|to|for|is|at|on|with|will|by)\b", re.IGNORECASE),
}
_ENOUGH: Final = 3
_SAMPLE: Final = 20_000


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
            first, notes=(*first.notes, f"The text holds {first.found} seminars; this is the first.")
        )
    return first


def read_announcements(text: str, *, today: date, zone: str | None = None) -> tuple[Draft, ...]:
    """Return every seminar of a text in its order; none where it announces nothing."""
    lines = clean(text)
    whole = "\n".join(lines)
    language = _language(whole[:_SAMPLE])
    proven = number_order(whole[:_SAMPLE])
    american = bool(zone and zone.startswith(("America/", "US/"))) or bool(
        re.search(r"\b(?:E[SD]T|P[SD]T|C[SD]T|ET|PT)\b", whole[:_SAMPLE])
    )
    reader = Reader(
        today=today,
        month_first=american if proven is None and language == "en" else bool(proven),
        order_known=proven is not None or language != "en",
        years=term_years(whole[:_SAMPLE]),
    )
    parts = cut(lines)
    before, seminars = cut_seminars(parts, reader)
    drafts = []
    for own in seminars:
        draft = _draft(own, before, reader, zone=zone, twelve=language == "en")
        if draft is not None:
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
    own: list[Part], before: list[Part], reader: Reader, *, zone: str | None, twelve: bool
) -> Draft | None:
    named = name_parts(own, reader)
    found = gather(own, reader, twelve=twelve)
    shared = gather(before, reader, twelve=twelve) if before else Evidence()
    doubts = dict(named.doubts)
    start, end, moment, notes = _moment(found, shared, doubts)
    if _weight(own, before, named, start=start, has_day=moment is not None) < _ENOUGH:
        return None
    stated = _zone(moment, [*own, *before], zone, start, doubts)
    place = _place(own, moment, named) or _place(before, None, named)
    text = "\n".join(part.text for part in own)
    closes = _closes(found, start, doubts)
    return Draft(
        title=named.title, speakers=named.speakers, abstract=named.abstract, bio=named.bio,
        start=start, end=end, zone=stated, place=place,
        online_link=_link([*own, *before], doubts), capacity=_capacity(own, text),
        registration_closes=closes, contact=_contact([*own, *before]),
        doubtful=tuple(doubts), notes=(*doubts.values(), *notes),
    )  # fmt: skip


def _moment(
    found: Evidence, shared: Evidence, doubts: dict[str, str]
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
    own: list[Part], before: list[Part], named: Named, *, start: datetime | None, has_day: bool
) -> int:
    """Weigh whether the lines announce a seminar at all."""
    labels = {part.label for part in own}
    text = "\n".join(part.text for part in own)[:_SAMPLE]
    head = "\n".join(part.text for part in before)[:_SAMPLE]
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


def _zone(
    moment: Moment | None, parts: list[Part], hint: str | None, start: datetime | None, doubts: dict[str, str]
) -> str | None:
    matches = [match for part in parts if part.label == "zone" for match in ZONE.finditer(part.text)]
    matches += zones_after(moment) if moment else []
    matches += [
        match for part in parts if part.label in {"when", "both"} for match in ZONE.finditer(part.text)
    ]
    matches += [
        m
        for part in parts
        if part.label is None and not is_prose(part.text)
        for m in ZONE.finditer(part.text)
        if m["city"]
        or m["hour"]
        or m["ort"]
        or (m["short"] and len(m["short"]) > 2 and re.search(r"\d", part.text))
    ]
    for match in matches:
        read = stated_zone(match, hint, start)
        if read:
            if read[1]:
                doubts["zone"] = read[1]
            return read[0]
    return None


def _place(parts: list[Part], moment: Moment | None, named: Named) -> str | None:
    for part in parts:
        if part.label == "place" and part.lines:
            return tidy_place(", ".join(line.strip(" ,") for line in part.lines))
    both = [part for part in parts if part.label == "both" and part.lines]
    taken = {one.affiliation for one in named.speakers} | {named.title}
    lines = [line for part in parts if part.label is None for line in paragraphs(part) if not is_prose(line)]
    for line in lines:
        if (
            is_place(line)
            and line not in taken
            and not re.search(r"\d{1,2}[:.]\d\d", line)
            and not TALK.sub("", line).strip() == ""
            and not speaker_in(line)
        ):
            if moment is None or not (line == moment.text):
                pieces = _after_hours(line)
                return tidy_place(pieces or line)
    texts = [part.text for part in both] + ([moment.text] if moment else []) + lines
    texts += [part.text for part in parts if part.label == "when"]
    for text in texts:
        piece = _after_hours(text)
        if piece and piece not in taken:
            return tidy_place(piece)
    prose = [line for part in parts if part.label is None for line in paragraphs(part) if is_prose(line)]
    for text in ([moment.text] if moment else []) + prose:
        match = _IN_PROSE.search(text)
        if match:
            return tidy_place(re.sub(r"^(?:the|dem|der|la|el|l['\u2019])\s", "", match["place"].strip(" ,.")))
    return None


_IN_PROSE: Final = re.compile(
    r"\b(?:in|at|im|in der|en|dans|held in|\u00e0 l['\u2019]|au)\s(?P<place>(?:the\s|la\s|el\s|l['\u2019]|dem\s)?(?:[A-Z\u00c0-\u00de\d][\w\u00c0-\u024f.'\u2019-]{0,24}\s){0,5}"
    r"(?:Room|Hall|Theatre|Theater|Auditorium|Building|Library|Lounge|Center|Centre|H\u00f6rsaal|Hörsaalgeb\u00e4ude|Seminarraum|Raum|\w{0,16}saal|Aula|Salle|salle|Amphith\u00e9\u00e2tre|amphith\u00e9\u00e2tre|amphi|Sala|sala|Sal\u00f3n|sal\u00f3n|Edificio|Auditorio|auditorio|B\u00e2timent)"
    r"\b(?:\s(?:[A-Z\d\u00c0-\u00de][\w\u00c0-\u024f./-]{0,20}|de|la|of|du|des|del|the)){0,5})"
)


def _after_hours(text: str) -> str | None:
    """Return the pieces of "Thursday, 4:15 PM, JWB 335" that are a place."""
    if len(text) > 300:  # noqa: PLR2004  a longer line is prose
        return None
    pieces = [
        piece.strip(" .")
        for piece in re.split(
            r"\s{0,2}[,;|\u00b7\u2022@]\s{0,2}|\s[-\u2013\u2014/]\s|\s{3,}|\s(?:in|im|en)\s(?=(?:the\s)?[A-Zs\d])",
            text,
        )
    ]
    kept: list[str] = []
    for piece in pieces:
        if (
            is_place(piece)
            and not re.search(r"\d{1,2}[:.]\d\d|\b(?:am|pm|uhr)\b|\u201c|\"", piece)
            and not is_person(piece)
            and "(" not in piece[:1]
        ):
            kept.append(piece)
        elif kept:
            break
    return ", ".join(kept) or None


def _link(parts: list[Part], doubts: dict[str, str]) -> str | None:
    labelled = [
        link
        for part in parts
        if part.label in {"online", "place", "both"}
        for link in (meeting_links(part.text) or (links(part.text) if part.label == "online" else []))
    ]
    if labelled:
        return labelled[0]
    everywhere = list(dict.fromkeys(link for part in parts for link in meeting_links(part.text)))
    joining = [link for link in everywhere if "register" not in link.lower()]
    if len(joining) > 1:
        doubts["online_link"] = "The text has more than one meeting link; this is the first."
    if not joining and everywhere:
        doubts["online_link"] = "The link leads to a registration."
    return (joining or everywhere or [None])[0]


def _capacity(parts: list[Part], text: str) -> int | None:
    labelled = [
        number for part in parts if part.label == "capacity" if (number := seats(part.text, labelled=True))
    ]
    return labelled[0] if labelled else seats(text[:_SAMPLE], labelled=False)


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


def _contact(parts: list[Part]) -> str | None:
    for part in parts:
        if (
            part.label == "contact"
            and part.lines
            and (mails(part.text) or is_person(part.text) or any(char.isdigit() for char in part.text))
        ):
            found = mails(part.text)
            return (
                found[0] if found and (is_prose(part.text) or len(part.text) > 100) else part.text.strip(" .")
            )
    asked = [
        mail
        for part in parts
        if part.label == "deadline" or CLOSING.search(part.text)
        for mail in mails(part.text)
    ]
    everywhere = list(dict.fromkeys(mail for part in parts for mail in mails(part.text)))
    if len(everywhere) == 1:
        return everywhere[0]
    return asked[0] if asked else None
