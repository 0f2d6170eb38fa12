# ruff: noqa: E501  expressions are read by the line
"""Find places, links, numbers of seats and contacts in lines of text."""

from __future__ import annotations

import re
from typing import Final

_ROOM_WORD: Final = (
    r"(?:lecture theat(?:re|er)|lecture hall|theat(?:re|er)|auditorium|seminar room|conference room|meeting room|common room|lecture room"
    r"|room|rm|hall|building|bldg|lounge|library|amphitheat(?:re|er)|ballroom|classroom|courtyard|chapel|studio|atrium|boardroom|museum|gallery"
    r"|h\u00f6rsaal|seminarraum|raum|\w{0,20}saal|senatssaal|aula|audimax|geb\u00e4ude|bibliothek|\w{0,14}stra\u00dfe"
    r"|salle|amphith\u00e9\u00e2tre|amphi|b\u00e2timent|b\u00e2t|auditoire|biblioth\u00e8que|campus"
    r"|sala|sal\u00f3n|edificio|auditorio|biblioteca|aulario|paraninfo|pabell\u00f3n|facultad)"
)
PLACE: Final = re.compile(
    rf"\b{_ROOM_WORD}\b|\b[A-Z]{{2,5}}[ -]?\d[\w.-]{{1,6}}\b|\b[A-Z][a-z]{{3,15}} (?:Room )?\d{{2,4}}[A-Z]?\b(?!\s?[/.,:]\d)",
    re.IGNORECASE,
)
_ROOM_CODE: Final = re.compile(
    r"^(?!(?:Issue|Vol|Volume|Part|Talk|Week|Page|Number|Session|Lecture|Chapter|Unit|Module|Paper|Grant|Year|Winter|Spring|Summer|Autumn|Fall"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)\b)(?:[A-Z]{2,5}[ .-]?\d[\w.-]{1,6}|[A-Z][a-z]{2,15}(?:-[A-Z][a-z]{2,15})?(?: Hall)? \d{2,4}[A-Z]?)$",
)
_ROOM: Final = re.compile(rf"\b{_ROOM_WORD}\b", re.IGNORECASE)
URL: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"\u201c\u201d\u00ab\u00bb]{3,900}|\b[\w-]{1,30}\.?zoom\.us/[^\s<>\"]{2,400}|\bmeet\.google\.com/[a-z-]{6,20}",
    re.IGNORECASE,
)
_MEETING: Final = re.compile(
    r"zoom\.us/(?:j|s|my|w|wc|webinar|meeting)|zoomgov|zoom-x\.de|teams\.microsoft|teams\.live|meet\.google|webex\.|bigbluebutton|/b/\w|bbb\.|whereby\.com|meet\.jit|gotomeet"
    r"|bluejeans|visio\.|renater|youtube\.com/live|youtu\.be|twitch\.tv|streaming|livestream|vimeo\.com/event|rendez-vous\.",
    re.IGNORECASE,
)
MAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,60}(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]{1,60}(?:\.[\w-]{1,30}){1,5}",
)
_CAPACITY: Final = re.compile(
    r"(?:limited to|limit of|capped at|restricted to|max(?:imum|imal|\.)?(?: of| number of participants[: ])?|capacity(?: of| is|:)?|up to|only|first|begrenzt auf"
    r"|beschr\u00e4nkt auf|h\u00f6chstens|limit\u00e9e?s? \u00e0|limitad[oa]s? a|aforo(?: m\u00e1ximo| limitado)?(?: de| a|:)?|jauge(?: de|:)?|cupo(?: de|:)?)"
    r"\s{0,2}(?:the first |the |die ersten |aux |les |las |los |to )?(?P<a>\d{1,4})(?![\d:.,]?\d|\s?(?:%|minutes|min|hours?|words|years|pages|euros?|[ap]\.?m))"
    r"|\bauf (?P<c>\d{1,4}) (?:\w{3,20} )?(?:begrenzt|beschr\u00e4nkt)"
    r"|\b(?P<b>\d{1,4}) (?:seats?|places|spots|spaces|pl\u00e4tze|teilnehmer\w{0,14} (?:begrenzt|beschr\u00e4nkt)|plazas|participants (?:max\w*|only)|places (?:disponibles|available))\b",
    re.IGNORECASE,
)
_PEOPLE_WORD: Final = re.compile(
    r"seat|place|spot|space|participant|people|person|attend|limit|capac|capped|teilnehm|pl\u00e4tze|plazas|aforo|jauge|regist|restrict|cupo|begrenz|beschr\u00e4nk|student|h\u00f6chstens|asistent",
    re.IGNORECASE,
)
_ONLINE_TAIL: Final = re.compile(
    r"\s{0,2}[,;/|+&(]?\s{0,2}(?:\b(?:and|und|et|y|or|oder|ou|o|sowie|plus)\s)?(?:\b(?:also|streamed|live)\s)?(?:\b(?:on|via|per|par|por|in|sur|en)\s)?(?:\b(?:zoom|teams|online|webex|microsoft teams|en ligne|en l\u00ednea"
    r"|visio(?:conf\u00e9rence)?|livestream|hybrid(?:e|o)?)\b)\)?\s{0,2}[:.]?\s{0,2}$",
    re.IGNORECASE,
)


def is_place(text: str) -> bool:
    """Return whether a short line is a place and nothing else."""
    text = text.strip(" .,;")
    if not 3 <= len(text) <= 120 or re.search(r"[.!?]\s+[A-Z].{15}", text) or MAIL.search(text):  # noqa: PLR2004  places are lines
        return False
    if re.match(
        r"(?i)(?:we|please|join|register|the talk|this|all|light|coffee|refresh|zoom|online|how|why|what)\b",
        text,
    ):
        return False
    return bool(
        _ROOM_CODE.match(text)
        or (_ROOM.search(text) and not re.search(r"\b(?:is|are|will|has|was|how|why)\b", text)),
    )


def tidy_place(text: str) -> str | None:
    """Return a place without links and without "and on Zoom"."""
    text = re.sub(r"^(?:the|el|la|le|dem|der)\s(?=[A-Z\u00c0-\u00de])|^l['\u2019](?=\w)", "", text.strip())
    had = URL.sub("", text).strip(" ,;:()-\u2013|/<>")
    without = _ONLINE_TAIL.sub("", had).strip(" ,;:-\u2013|/")
    without = without + ")" if without.count("(") > without.count(")") else without
    return without or had or None


def meeting_links(text: str) -> list[str]:
    """Return the addresses in a text that open a meeting or a stream."""
    return [link for link in links(text) if _MEETING.search(link)]


def links(text: str) -> list[str]:
    """Return the web addresses in a text, without the sentence's punctuation."""
    found = []
    for match in URL.finditer(text):
        link = match[0].rstrip(".,;:!?'*")
        if link.endswith(")") and "(" not in link:
            link = link.rstrip(").")
        found.append(link.rstrip("]>"))
    return list(dict.fromkeys(found))


def seats(text: str, *, labelled: bool) -> int | None:
    """Return the number of seats that a text states."""
    if labelled:
        match = re.search(r"\d{1,5}", text)
        return int(match[0]) if match else None
    for found in _CAPACITY.finditer(text):
        around = text[max(0, found.start() - 40) : found.end() + 40]
        if _PEOPLE_WORD.search(around):
            return int(found["a"] or found["b"] or found["c"])
    return None


def mails(text: str) -> list[str]:
    """Return the e-mail addresses in a text."""
    return list(
        dict.fromkeys(
            re.sub(r"\s?[\[(]at[\])]\s?", "@", match[0]).rstrip(".") for match in MAIL.finditer(text)
        ),
    )
