# ruff: noqa: E501  expressions are read by the line
"""Find the zone, the place, the link, the seats and the contact of one seminar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.drafts.evidence import Moment, zones_after
from bot.drafts.facts import is_place, links, mails, meeting_links, seats, tidy_place
from bot.drafts.layout import SAMPLE, Part, is_prose, paragraphs
from bot.drafts.people import is_person, speaker_in
from bot.drafts.words import CLOSING, MONTHS, TALK, WEEKDAYS, alternatives
from bot.drafts.zones import ZONE, stated_zone

if TYPE_CHECKING:
    from datetime import datetime

    from bot.drafts.prose import Named


def find_zone(
    moment: Moment | None,
    parts: list[Part],
    hint: str | None,
    start: datetime | None,
    doubts: dict[str, str],
) -> str | None:
    """Return the zone that is stated, the one beside the hours first."""
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
        or (m["short"] and len(m["short"]) > 2 and re.search(r"\d", part.text))  # noqa: PLR2004  a count of two
    ]
    for match in matches:
        read = stated_zone(match, hint, start)
        if read:
            if read[1]:
                doubts["zone"] = read[1]
            return read[0]
    return None


def find_place(parts: list[Part], moment: Moment | None, named: Named, doubts: dict[str, str]) -> str | None:
    """Return the labelled place, a line that is one, or one named beside the hours or in prose."""
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
            and TALK.sub("", line).strip() != ""
            and not speaker_in(line)
        ) and (moment is None or line != moment.text):
            pieces = _after_hours(line) if _WHEN.search(line) else None
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
            if re.match(r"\s?[,(]\s?[A-Z\u00c0-\u00de]", text[match.end("place") :]):
                doubts["place"] = "The text may say more of the place."
            return tidy_place(re.sub(r"^(?:the|dem|der|la|el|l['\u2019])\s", "", match["place"].strip(" ,.")))
    return None


_IN_PROSE: Final = re.compile(
    r"\b(?:in|at|im|in der|en|dans|held in|\u00e0 l['\u2019]|au)\s(?P<place>(?:the\s|la\s|el\s|l['\u2019]|dem\s)?(?:[A-Z\u00c0-\u00de\d][\w\u00c0-\u024f.'\u2019-]{0,24}\s){0,5}"
    r"(?:Room|Hall|Theatre|Theater|Auditorium|Building|Library|Lounge|Center|Centre|H\u00f6rsaal|Hörsaalgeb\u00e4ude|Seminarraum|Raum|\w{0,16}saal|Aula|Salle|salle|Amphith\u00e9\u00e2tre|amphith\u00e9\u00e2tre|amphi|Sala|sala|Sal\u00f3n|sal\u00f3n|Edificio|Auditorio|auditorio|B\u00e2timent)"
    r"\b(?:\s(?:[A-Z\d\u00c0-\u00de][\w\u00c0-\u024f/-]{0,20}(?:\.\d[\w-]{0,8})?|de|la|of|du|des|del|the)){0,5})",
)


# A line that also says when is cut to its place.
_LONG_NAMES: Final = tuple(name for name in (*WEEKDAYS, *MONTHS) if len(name) > len("mon"))
_WHEN: Final = re.compile(
    rf"\b(?:am|pm|uhr|{alternatives(_LONG_NAMES)})\b|\d\s?h\b|://",
    re.IGNORECASE,
)


def _after_hours(text: str) -> str | None:
    """Return the pieces of "Thursday, 4:15 PM, JWB 335" that are a place."""
    if len(text) > 300:  # noqa: PLR2004  a longer line is prose
        return None
    pieces = [
        piece.strip(" .")
        for piece in re.split(
            r"\s{0,2}[,;|\u00b7\u2022@]\s{0,2}|\s[-\u2013\u2014/]\s|\s{3,}|\sdans\s(?:la\s|le\s|l['\u2019])|\s(?:in|im|en)\s(?=(?:the\s|el\s|la\s)?[A-Zs\d])",
            text,
        )
    ]
    kept: list[str] = []
    for piece in pieces:
        if (
            is_place(piece)
            and not re.search(r"\d{1,2}[:.]\d\d|\b(?:am|pm|uhr)\b|\d\s?h\d{0,2}\b|\u201c|\"", piece)
            and not is_person(piece)
            and "(" not in piece[:1]
        ):
            kept.append(piece)
        elif kept:
            break
    return ", ".join(kept) or None


def find_link(parts: list[Part], doubts: dict[str, str]) -> str | None:
    """Return the address under which the seminar is joined online."""
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
    return next(iter(joining or everywhere), None)


def find_capacity(parts: list[Part], text: str) -> int | None:
    """Return the number of seats."""
    labelled = [
        number for part in parts if part.label == "capacity" if (number := seats(part.text, labelled=True))
    ]
    return labelled[0] if labelled else seats(text[:SAMPLE], labelled=False)


def find_contact(parts: list[Part]) -> str | None:
    """Return the labelled contact, or the one address to write to."""
    for part in parts:
        if (
            part.label == "contact"
            and part.lines
            and (mails(part.text) or is_person(part.text) or any(char.isdigit() for char in part.text))
        ):
            found = mails(part.text)
            return (
                found[0] if found and (is_prose(part.text) or len(part.text) > 100) else part.text.strip(" .")  # noqa: PLR2004  lengths that tell real lines apart
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
