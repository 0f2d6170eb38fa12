# ruff: noqa: E501  expressions are read by the line
"""Find the title, the speakers, the abstract and the biography of one seminar."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Final

from bot.drafts.dates import Reader, find_days
from bot.drafts.draft import Speaker
from bot.drafts.evidence import sentences
from bot.drafts.facts import MAIL, URL, is_place
from bot.drafts.layout import Part, is_prose, paragraphs
from bot.drafts.people import (
    NAME,
    affiliation_of,
    bare_name,
    has_institution,
    is_person,
    speaker_in,
    speakers_in,
)
from bot.drafts.prose import BIO_VERB, GREETING, SPEAKS, Named, affiliation_from_bio, find_prose
from bot.drafts.times import find_hours
from bot.drafts.words import CLOSING, TALK

_QUOTED: Final = re.compile(
    r"\u201e\s?([^\u201c\u201d\"]{5,240}?)[\u201c\u201d\"]|\u201c([^\u201d\"]{5,240}?)[\u201d\"]|(?<!\w)\"([^\"]{5,240}?)\"|\u00ab\s?([^\u00bb]{5,240}?)\s?\u00bb|\u00bb([^\u00ab]{5,240}?)\u00ab|(?<!\w)\u2018([^\u2018]{8,200}?)\u2019(?!\w)",
)
_SERIES: Final = re.compile(
    r"\b(?:seminars?|colloqui(?:um|a)|series|kolloquium|\w{3,20}kolloquium|s\u00e9minaires?|seminarios?|coloquio|ringvorlesung|oberseminar|forschungsseminar|reihe|lectures?|talks"
    r"|conf\u00e9rences?|conferencias?|events?|department|school of|faculty|institute|institut\b|university|universit\u00e4t|universit\u00e9|universidad|invitation|einladung|vortragsreihe|veranstaltungen"
    r"|announcement|newsletter|reminder|upcoming|brown ?bag|webinar|workshop|soutenance|programme?|schedule|calendar|laboratoire|departamento|centre for|center for|group|charlas?|symposium|public lecture|vortrag|gastvortrag|exposé)\b",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    rf"(?:\b(?:[Tt]alk|[Ss]eminar|[Ll]ecture|[Cc]olloquium|[Pp]resentation|[Ww]ebinar|[Dd]iscussion|[Cc]onversation)\s(?:by|with|from)|\b(?:[Vv]ortrag|[Gg]astvortrag|[Kk]olloquium)\svon(?:\sHerrn|\sFrau)?|\b(?:[Ee]xpos\u00e9|[Ss]\u00e9minaire|[Cc]onf\u00e9rence|[Ss]outenance)\s(?:de(?:\sth\u00e8se\sde)?|par)|\b(?:[Cc]harla|[Cc]onferencia|[Ss]eminario|[Pp]onencia)\s(?:de|a cargo de|por)"
    rf"|\bby|\b[Gg]uest speaker,?|\b[Ss]peaker,?|\b[Pp]resented by|\bwith(?:\sguest)?|\bvon|\bmit|\bpar|\bpor|\ba cargo del?|\b\u00e9couter|\baccueill\w{{1,5}}|\brecevoir|\bhear(?:\sfrom)?|\brecib\w{{1,6}}\sa|\bbegr\u00fc\u00dfen|\bwelcome|\bhost(?:ing)?|\bimpartir\u00e1|\bdictar\u00e1|\bofrecer\u00e1|\bde(?=\s(?:la\s)?(?:Prof|Dr)))\s(?:our\s|the\s)?(?P<a>{NAME})(?:,?\s\((?P<pa>[^()]{{2,120}})\)|,\s(?P<ca>[A-Z\u00c0-\u00de][^.:;\u201c\"\u201e\u00ab\n]{{2,120}}?)(?=[.:;\u201c\"\u201e\u00ab]|$|,?\s(?:on|am|le|el|titled|entitled|who|zum|with|at \d)\b)|\s(?:from|of|at|von der|vom|aus|de la|de l['\u2019])\s(?:the\s)?(?P<fa>[A-Z\u00c0-\u00de][^.,:;\u201c\"\u201e\u00ab\n]{{2,90}}?)(?=[.,:;\u201c\"\u201e\u00ab]|$|\s(?:on|who|entitled|titled|zum|mit|sur|am|will|about)\b))?",
)
_ENTITLED: Final = re.compile(
    r"\b(?:entitled|titled|zum thema|mit dem titel|intitul\u00e9e?|titulad[oa]|on the topic of|called)\b:?\s{0,2}",
    re.IGNORECASE,
)
_LEAD_IN: Final = re.compile(
    r"^(?:re|fwd?|aw|wg|tr|rv):\s{0,2}|^\[[^\]]{1,40}\]\s{0,2}|^(?:reminder|erinnerung|rappel|recordatorio|announcement|invitation|einladung|seminar announcement|today|tomorrow)\s?[:\u2013-]\s{0,2}",
    re.IGNORECASE,
)

_OF_SERIES: Final = re.compile(
    r"\b(?:series|reihe|vortragsreihe|ringvorlesung|cycle|ciclo|jornadas|programme?|newsletter)\b",
    re.IGNORECASE,
)
_LEADS_ON: Final = re.compile(
    r"(?:\u00fcber (?:das|ein) thema|zum thema|mit dem titel|on the topic(?: of)?|entitled|titled|intitul\u00e9e?|titulad[oa]|sobre)\s?:?$",
    re.IGNORECASE,
)
_TALK_WORD: Final = re.compile(
    r"^(?:\w{2,20}\s){0,3}(?:seminar|talk|lecture|colloquium|webinar|\w{0,12}vortrag|expos\u00e9|s\u00e9minaire|charla|seminario|\w{0,12}kolloquium|conf\u00e9rence|workshop)\s?:\s",
    re.IGNORECASE,
)
_COMMITTEE: Final = 3
_ADDRESS: Final = 100
_TALKS: Final = frozenset({"talk", "vortrag", "charla", "expose", "presentation"})


def unquoted(text: str) -> str:
    """Return a title without the marks around it."""
    text = " ".join(text.split()).strip(" *_\t\u200b")
    whole = _QUOTED.fullmatch(text.rstrip(".,"))
    return (
        next(group for group in whole.groups() if group).strip(" ,")
        if whole
        else re.sub(r"(?<=[^\W\d_]{3})\.$", "", text)
    )


def name_parts(parts: list[Part], reader: Reader) -> Named:
    """Return the title, people and prose that the parts of one seminar hold."""
    named = Named()
    labelled = {
        label: [part for part in parts if part.label == label and part.lines]
        for label in ("title", "speaker", "abstract", "bio")
    }
    lines, prose = _unlabelled(parts)
    _take_labelled(named, labelled)
    if not named.speakers:
        _find_speakers(named, lines, prose)
    if not named.title:
        _find_title(named, lines, prose, reader)
    _settle_names(named)
    find_prose(named, parts, prose, reader)
    if not named.speakers and named.bio:
        opening = re.match(rf"({NAME})\s{BIO_VERB}\b", named.bio)
        if opening and is_person(opening[1]):
            named.speakers = (Speaker(bare_name(opening[1])),)
    affiliation_from_bio(named)
    return named


def _unlabelled(parts: list[Part]) -> tuple[list[str], list[str]]:
    lines: list[str] = []
    prose: list[str] = []
    for part in parts:
        if part.label is None:
            for block in paragraphs(part):
                (prose if is_prose(block) else lines).append(block)
    return lines, prose


def _take_labelled(named: Named, labelled: dict[str, list[Part]]) -> None:
    if labelled["title"]:
        title = unquoted(labelled["title"][0].text)
        if not re.match(r"(?i)tb[acd]\b|to be (?:announced|confirmed)", title):
            person = speaker_in(title)
            by = _QUOTED.match(title)
            if (
                by
                and by.end() < len(title)
                and (after := speaker_in(title[by.end() :].strip(" ,-\u2013\u2014")))
            ):
                named.title, named.speakers = unquoted(by[0]), (after,)
            elif (
                person
                and is_person(title)
                and not labelled["speaker"]
                and labelled["title"][0].word in _TALKS
            ):
                named.speakers = (person,)
            else:
                named.title = title
    for part in labelled["speaker"]:
        people = speakers_in([line.strip() for line in part.lines])
        if (
            not people
            and part.lines
            and len(part.lines[0]) < 70  # noqa: PLR2004  lengths that tell real lines apart
            and len(part.text.split()) in range(2, 6)
            and not any(char.isdigit() for char in part.text)
        ):
            people = (Speaker(bare_name(part.lines[0])),)
            named.doubts["speakers"] = "The speaker's name has an unusual form."
        named.speakers = tuple(dict.fromkeys((*named.speakers, *people)))
    if labelled["bio"]:
        named.bio = "\n\n".join(part.text for part in labelled["bio"])


def _find_speakers(named: Named, lines: list[str], prose: list[str]) -> None:
    """Take the people who stand on lines of their own, or the one who is said to speak."""
    alone: list[Speaker] = []
    for line, following in pairwise([*lines, ""]):
        person = _alone(line)
        if person and person.affiliation is None and _is_address(following):
            person = Speaker(person.name, affiliation_of(following))
        if person:
            alone.append(person)
    named.speakers = tuple(dict.fromkeys(alone)) or _said_to_speak([*lines, *prose])
    if len(named.speakers) > _COMMITTEE:
        named.doubts["speakers"] = "Several names stand in the text."


def _alone(line: str) -> Speaker | None:
    """Return the person that a line holds and nothing else."""
    if SPEAKS.search(line) or line.endswith(":") or is_place(line):
        return None
    text = re.sub(r"^(?:[Bb]y|von|[Pp]ar|[Pp]or|[Ww]ith|de)\s", "", line)
    person = speaker_in(text)
    if person is None:
        return None
    sure = (
        person.affiliation is None or has_institution(text) or text != line or re.search(r"\([^)]+\)$", text)
    )
    return person if sure else None


def _is_address(line: str) -> bool:
    """Return whether a line under a name is where the person works."""
    return (
        has_institution(line)
        and len(line) < _ADDRESS
        and not (speaker_in(line) or is_place(line) or TALK.search(line))
    )


def _said_to_speak(texts: list[str]) -> tuple[Speaker, ...]:
    """Return the person of "Ann Lee will speak" or "a talk by Ann Lee"."""
    for pattern in (SPEAKS, _BY):
        for text in texts:
            match = pattern.search(text)
            if match and is_person(match["a"]):
                place = affiliation_of(match["pa"] or match["ca"] or match["fa"])
                known = place and (match["pa"] or match["fa"] or has_institution(place))
                return (Speaker(bare_name(match["a"]), place if known else None),)
    return ()


def _find_title(named: Named, lines: list[str], prose: list[str], reader: Reader) -> None:
    counts = Counter(line.strip() for line in lines)
    twice = [line for line in lines if counts[line.strip()] > 1 and _may_be_title(line, named, reader)]
    if twice:
        named.title = unquoted(twice[0])
        return
    for text in (*lines, *(sentence for block in prose for sentence in sentences(block)[:4])):
        quoted = (next(filter(None, match.groups())).strip(" ,.") for match in _QUOTED.finditer(text))
        inner = next((words for words in quoted if " " in words), None)
        if inner and _OF_SERIES.search(_QUOTED.sub("", text)) and not is_prose(text):
            continue
        if inner and (
            not is_prose(text) or TALK.search(text) or SPEAKS.search(text) or _ENTITLED.search(text)
        ):
            named.title = inner
            return
    candidates = [line for line in lines if _may_be_title(line, named, reader)]
    subject = next((line[1:] for line in lines if line.startswith("\x01")), None)
    plain_ones = [line for line in candidates if not line.startswith("\x01")]
    if not plain_ones and subject:
        plain_ones = [subject]
        named.doubts["title"] = "The title is taken from the e-mail's subject."
    if not plain_ones:
        return
    best = next((line for line in plain_ones if not _SERIES.search(_TALK_WORD.sub("", line))), None)
    if best is None:
        best = max(plain_ones, key=len)
        named.doubts["title"] = "The title may be the name of a series."
    others = [line for line in plain_ones if line != best and not _SERIES.search(_TALK_WORD.sub("", line))]
    if others:
        named.doubts["title"] = "More than one line may be the title."
    named.title = _without_person(_LEAD_IN.sub("", unquoted(best)), named)


def _without_person(title: str, named: Named) -> str:
    """Cut "Name: " from the front of a heading, or "by Name" from its end."""
    shorter = _TALK_WORD.sub("", title)
    if shorter != title and shorter:
        return _without_person(unquoted(shorter), named)
    front = re.match(r"^([^:\u2013\u2014]{4,90}?)\s?(?::|\s[\u2013\u2014-]\s)\s?(.{5,300})$", title)
    if (
        front
        and (person := speaker_in(front[1]))
        and (is_person(re.sub(r"\s?\([^)]*\)", "", front[1]).split(",")[0]))
    ):
        if named.speakers and person.name not in {one.name for one in named.speakers}:
            return title  # three capitalised words, and somebody else speaks
        named.speakers = named.speakers or (person,)
        return unquoted(front[2])
    end = re.match(r"^(.{5,300}?)\s?\(([^()]{4,160})\)$", title)
    if end and (person := speaker_in(end[2])) and not has_institution(person.name):
        named.speakers = named.speakers or (person,)
        return unquoted(end[1])
    return title


def _settle_names(named: Named) -> None:
    """Take the first of several name-like lines for the title, where nothing else is one."""
    if named.title is None and len(named.speakers) > 1 and named.speakers[0].affiliation is None:
        named.title, named.speakers = named.speakers[0].name, named.speakers[1:]
        named.doubts["title"] = named.doubts["speakers"] = "A line may be a title or a name."


def _may_be_title(line: str, named: Named, reader: Reader) -> bool:
    text = line.strip().lstrip("\x01")
    if (
        not 6 <= len(text) <= 240  # noqa: PLR2004  lengths that tell real lines apart
        or len(text.split()) < 2  # noqa: PLR2004  a count of two
        or GREETING.match(text)
        or text.endswith(",")
        or _LEADS_ON.match(text)
        or MAIL.search(text)
        or URL.search(text)
    ):
        return False
    if is_place(text) and len(text) < 60 or speaker_in(text) in named.speakers and named.speakers:  # noqa: PLR2004, RUF021  long lines with "hall" may be titles
        return False
    days = find_days(text, reader)
    if days or find_hours(text, [], twelve=True, loose=False):
        return False
    if CLOSING.match(text) or is_person(text) or any(text == one.affiliation for one in named.speakers):
        return False
    return not (
        has_institution(text)
        and len(text.split()) < 7  # noqa: PLR2004  lengths that tell real lines apart
        and not re.search(r"[?:]", text)
        and re.search(r"(?i)universi|institut|department|college|school of|faculty|fakult", text)
    )
