"""Find the title, the speakers, the abstract and the biography of one seminar."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
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
from bot.drafts.times import find_hours
from bot.drafts.words import CLOSING, TALK

_QUOTED: Final = re.compile(
    r"\u201e\s?([^\u201c\u201d\"]{5,240}?)[\u201c\u201d\"]|\u201c([^\u201d\"]{5,240}?)[\u201d\"]|(?<!\w)\"([^\"]{5,240}?)\"|\u00ab\s?([^\u00bb]{5,240}?)\s?\u00bb|\u00bb([^\u00ab]{5,240}?)\u00ab|(?<!\w)\u2018([^\u2018]{8,200}?)\u2019(?!\w)"
)
_SERIES: Final = re.compile(
    r"\b(?:seminars?|colloqui(?:um|a)|series|kolloquium|\w{3,20}kolloquium|s\u00e9minaires?|seminarios?|coloquio|ringvorlesung|oberseminar|forschungsseminar|reihe|lectures?|talks"
    r"|conf\u00e9rences?|conferencias?|events?|department|school of|faculty|institute|institut\b|university|universit\u00e4t|universit\u00e9|universidad|invitation|einladung|vortragsreihe|veranstaltungen"
    r"|announcement|newsletter|reminder|upcoming|brown ?bag|webinar|workshop|soutenance|programme?|schedule|calendar|laboratoire|departamento|centre for|center for|group|charlas?|symposium|public lecture|vortrag|gastvortrag|exposé)\b",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"^(?:dear|hi\b|hello|hey|good (?:morning|afternoon)|liebe|sehr geehrte|hallo|guten tag|bonjour|ch\u00e8re?s?\b|estimad|hola|buenos|queridos|best\b|kind regards|regards|cheers|thanks|thank you|many thanks|viele gr\u00fc|mit freundlichen"
    r"|herzliche|cordialement|bien cordialement|bien \u00e0 vous|saludos|un saludo|atentamente|all (?:are )?welcome|everyone (?:is )?welcome|free and open|open to|see you|looking forward|we look|wir freuen|interessierte|alle interessierten|gäste|entr\u00e9e libre|entrada libre|abierto"
    r"|admission|eintritt|der eintritt|join us|please|we are|we're|we have|in person|hybrid|this (?:is|week|talk|event)|reminder|light |refreshments|coffee|ouvert|all$|team$|colleagues)",
    re.IGNORECASE,
)
_BIO_VERB: Final = (
    r"(?:is|was|has|received|holds?|earned|completed|obtained|joined|studied|works|teaches|leads|serves|graduated|currently|did|did her|"
    r"ist|war|studierte|promovierte|forscht|leitet|lehrt|arbeitet|est|a obtenu|a soutenu|travaille|dirige|enseigne|es|obtuvo|trabaja|estudi\u00f3|imparte|se doctor\u00f3|dirige)"
)
_SPEAKS: Final = re.compile(
    rf"(?P<a>{NAME})(?:,?\s\((?P<pa>[^()]{{2,120}})\)|,\s(?P<ca>[^.:;\u201c\"\u201e\u00ab]{{3,140}}?),?|\s(?:from|of|at|von der|vom|aus|de l['\u2019]|de la|from the)\s(?P<fa>[A-Z][^.:;,\u201c\"\u201e\u00ab]{{2,90}}?))?"
    r"\s(?:will\s(?:be\s)?(?:give|giving|speak|speaking|present|presenting|talk|talking|deliver|discuss|visit|join|lead|introduce)|speaks|presents|gives|is giving|is speaking|spricht|h\u00e4lt|referiert|wird|tr\u00e4gt|stellt|berichtet"
    r"|pr\u00e9sentera|donnera|parlera|interviendra|soutiendra|pr\u00e9sente|impartir\u00e1|hablar\u00e1|presentar\u00e1|ofrecer\u00e1|dar\u00e1|dictar\u00e1)\b"
)
_BY: Final = re.compile(
    rf"(?:\b(?:[Tt]alk|[Ss]eminar|[Ll]ecture|[Cc]olloquium|[Pp]resentation|[Ww]ebinar|[Dd]iscussion|[Cc]onversation)\s(?:by|with|from)|\b(?:[Vv]ortrag|[Gg]astvortrag|[Kk]olloquium)\svon(?:\sHerrn|\sFrau)?|\b(?:[Ee]xpos\u00e9|[Ss]\u00e9minaire|[Cc]onf\u00e9rence|[Ss]outenance)\s(?:de(?:\sth\u00e8se\sde)?|par)|\b(?:[Cc]harla|[Cc]onferencia|[Ss]eminario|[Pp]onencia)\s(?:de|a cargo de|por)"
    rf"|\bby|\b[Gg]uest speaker,?|\b[Ss]peaker,?|\b[Pp]resented by|\bwith(?:\sguest)?|\bvon|\bmit|\bpar|\bpor|\ba cargo del?|\bwelcome|\bhost(?:ing)?|\bde(?=\s(?:la\s)?(?:Prof|Dr)))\s(?:our\s|the\s)?(?P<a>{NAME})(?:,?\s\((?P<pa>[^()]{{2,120}})\)|,\s(?P<ca>[A-Z\u00c0-\u00de][^.:;\u201c\"\u201e\u00ab\n]{{2,120}}?)(?=[.:;\u201c\"\u201e\u00ab]|$|,?\s(?:on|am|le|el|titled|entitled|who|zum|with|at \d)\b))?"
)
_ENTITLED: Final = re.compile(
    r"\b(?:entitled|titled|zum thema|mit dem titel|intitul\u00e9e?|titulad[oa]|on the topic of|called)\b:?\s{0,2}",
    re.IGNORECASE,
)
_LEAD_IN: Final = re.compile(
    r"^(?:re|fwd?|aw|wg|tr|rv):\s{0,2}|^\[[^\]]{1,40}\]\s{0,2}|^(?:reminder|erinnerung|rappel|recordatorio|announcement|invitation|einladung|seminar announcement|today|tomorrow)\s?[:\u2013-]\s{0,2}",
    re.IGNORECASE,
)

_INVITATION: Final = 700
_TALKS: Final = frozenset({"talk", "vortrag", "charla", "expose", "presentation"})


@dataclass(slots=True)
class Named:
    """The words of one seminar, and what is doubtful in them."""

    title: str | None = None
    speakers: tuple[Speaker, ...] = ()
    abstract: str | None = None
    bio: str | None = None
    doubts: dict[str, str] = field(default_factory=dict)


def unquoted(text: str) -> str:
    """Return a title without the marks around it."""
    text = " ".join(text.split()).strip(" *_\t\u200b")
    whole = _QUOTED.fullmatch(text.rstrip(".,"))
    return next(group for group in whole.groups() if group).strip(" ,") if whole else text


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
    _find_prose(named, parts, prose, reader)
    if not named.speakers and named.bio:
        opening = re.match(rf"({NAME})\s{_BIO_VERB}\b", named.bio)
        if opening and is_person(opening[1]):
            named.speakers = (Speaker(bare_name(opening[1])),)
    _affiliation_from_bio(named)
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
            and len(part.lines[0]) < 70
            and len(part.text.split()) in range(2, 6)
            and not any(char.isdigit() for char in part.text)
        ):
            people = (Speaker(bare_name(part.lines[0])),)
            named.doubts["speakers"] = "The speaker's name has an unusual form."
        named.speakers = tuple(dict.fromkeys((*named.speakers, *people)))
    if labelled["bio"]:
        named.bio = "\n\n".join(part.text for part in labelled["bio"])


def _find_speakers(named: Named, lines: list[str], prose: list[str]) -> None:
    for line in lines:
        text = re.sub(r"^(?:by|von|par|por|with|de)\s", "", line)
        person = speaker_in(text) if not is_place(text) else None
        if person and (
            is_person(text)
            or person.affiliation is None
            or has_institution(text)
            or text != line
            or re.search(r"\([^)]+\)$", text)
        ):
            named.speakers = (*named.speakers, person)
            if len(named.speakers) > 3:  # noqa: PLR2004  a committee rather than speakers
                named.doubts["speakers"] = "Several names stand in the text."
            position = lines.index(line)
            following = lines[position + 1] if position + 1 < len(lines) else ""
            if (
                person.affiliation is None
                and has_institution(following)
                and not speaker_in(following)
                and not is_place(following)
                and len(following) < 100
                and not TALK.search(following)
            ):
                named.speakers = (*named.speakers[:-1], Speaker(person.name, affiliation_of(following)))
    if named.speakers:
        named.speakers = tuple(dict.fromkeys(named.speakers))
        if (
            any(
                re.match(
                    r"(?i)(?:best|kind|regards|viele|mit fr|cordial|saludos|cheers|thanks|un saludo|bien)",
                    line,
                )
                for line in lines
            )
            and len(named.speakers) > 1
        ):
            named.speakers = named.speakers[:-1]
        return
    for pattern in (_SPEAKS, _BY):
        for text in (*lines, *prose):
            match = pattern.search(text)
            if match and is_person(match["a"]):
                groups = match.groupdict()
                place = affiliation_of(groups.get("pa") or groups.get("ca") or groups.get("fa"))
                if place is None or not has_institution(place):
                    place = place if groups.get("pa") or groups.get("fa") else None
                named.speakers = (Speaker(bare_name(match["a"]), place),)
                return


def _find_title(named: Named, lines: list[str], prose: list[str], reader: Reader) -> None:
    counts = Counter(line.strip() for line in lines)
    twice = [line for line in lines if counts[line.strip()] > 1 and _may_be_title(line, named, reader)]
    if twice:
        named.title = unquoted(twice[0])
        return
    for text in (*lines, *(sentence for block in prose for sentence in sentences(block)[:4])):
        for match in _QUOTED.finditer(text):
            inner = next(group for group in match.groups() if group).strip(" ,.")
            if len(inner.split()) > 1 and (
                not is_prose(text) or TALK.search(text) or _SPEAKS.search(text) or _ENTITLED.search(text)
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
    best = next((line for line in plain_ones if not _SERIES.search(line)), None)
    if best is None:
        best = max(plain_ones, key=len)
        named.doubts["title"] = "The title may be the name of a series."
    others = [line for line in plain_ones if line != best and not _SERIES.search(line)]
    if others:
        named.doubts["title"] = "More than one line may be the title."
    named.title = _without_person(_LEAD_IN.sub("", unquoted(best)), named)


def _without_person(title: str, named: Named) -> str:
    """Cut "Name: " from the front of a heading, or "by Name" from its end."""
    front = re.match(r"^([^:\u2013\u2014]{4,90}?)\s?(?::|\s[\u2013\u2014-]\s)\s?(.{5,300})$", title)
    if (
        front
        and (person := speaker_in(front[1]))
        and (is_person(re.sub(r"\s?\([^)]*\)", "", front[1]).split(",")[0]))
    ):
        named.speakers = named.speakers or (person,)
        return unquoted(front[2])
    word = re.match(
        r"^(?:\w{2,20}\s){0,3}(?:seminar|talk|lecture|colloquium|webinar|vortrag|gastvortrag|expos\u00e9|s\u00e9minaire|charla|seminario|kolloquium|conf\u00e9rence)\s?:\s?(.{5,300})$",
        title,
        re.IGNORECASE,
    )
    if word:
        return _without_person(unquoted(word[1]), named)
    return title


def _settle_names(named: Named) -> None:
    """Take the first of several name-like lines for the title, where nothing else is one."""
    if named.title is None and len(named.speakers) > 1 and named.speakers[0].affiliation is None:
        named.title, named.speakers = named.speakers[0].name, named.speakers[1:]
        named.doubts["title"] = named.doubts["speakers"] = "A line may be a title or a name."


def _may_be_title(line: str, named: Named, reader: Reader) -> bool:
    text = line.strip().lstrip("\x01")
    if (
        not 6 <= len(text) <= 240
        or len(text.split()) < 2
        or _GREETING.match(text)
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
        and len(text.split()) < 7
        and not re.search(r"[?:]", text)
        and re.search(r"(?i)universi|institut|department|college|school of|faculty|fakult", text)
    )


def _find_prose(named: Named, parts: list[Part], prose: list[str], reader: Reader) -> None:
    kept: dict[str, list[str]] = {"abstract": [], "bio": []}
    current: str | None = None
    for part in parts:
        if part.label in {"abstract", "bio"}:
            current = part.label
            for block in paragraphs(part):
                kept[current].append(block)
        elif part.label is not None:
            current = None
        elif current:
            for block in paragraphs(part):
                if _is_bio(block, named) and current == "abstract":
                    current = "bio"
                if is_prose(block) and not _is_notice(block):
                    kept[current].append(block)
                else:
                    current = None
                    break
    if not kept["abstract"] or not kept["bio"]:
        used = set(kept["abstract"] + kept["bio"])
        for block in prose:
            if (
                block in used
                or _is_notice(block)
                or (len(block) < _INVITATION and find_days(block, reader) and TALK.search(block))
            ):
                continue
            if _is_bio(block, named):
                if not any(part.label == "bio" for part in parts):
                    kept["bio"].append(block)
            elif not any(part.label == "abstract" for part in parts) and len(block) >= 200:  # noqa: PLR2004  a shorter one is a remark
                kept["abstract"].append(block)
    named.abstract = "\n\n".join(kept["abstract"]) or None
    named.bio = "\n\n".join(dict.fromkeys(kept["bio"])) or None


def _is_bio(block: str, named: Named) -> bool:
    head = block[:120]
    for one in named.speakers:
        last = re.escape(one.name.split()[-1])
        if re.match(
            rf"(?:[\w.]{{1,12}}\s){{0,3}}{re.escape(one.name)}\b|(?:Dr|Prof|Professor|Mr|Ms)\.?\s{last}\b|{last}\s{_BIO_VERB}\b|{re.escape(one.name.split()[0])}\s{_BIO_VERB}\b",
            head,
        ):
            return not _SPEAKS.match(head)
    opening = re.match(rf"({NAME})(?:,\s[^.]{{2,60}},)?\s{_BIO_VERB}\b", head)
    return bool(opening and is_person(opening[1]) and not _SPEAKS.match(head))


def _is_notice(block: str) -> bool:
    """Return whether a paragraph invites, explains how to come, or signs off."""
    if _GREETING.match(block) and not re.match(
        r"(?i)we (?:are|have)\b(?!.{0,60}(?:pleased|delighted|happy|excited|glad|honou?red|invit))", block
    ):
        return not re.match(r"(?i)this talk (?!will take|takes|is (?:open|free|part))", block)
    if re.search(
        r"(?i)\b(?:passcode|meeting id|zoom link|join the meeting|unsubscribe|refreshments will|lunch will|seminar series|rsvp)\b",
        block,
    ):
        return True
    return bool(
        CLOSING.search(block[:160]) and (MAIL.search(block) or URL.search(block) or len(block) < 260)
    ) or bool(_SPEAKS.match(block) and len(block) < 500)  # noqa: PLR2004  longer ones hold more than a notice


def _affiliation_from_bio(named: Named) -> None:
    """Fill a missing affiliation from "is a research scholar at CAIS"."""
    if len(named.speakers) != 1 or named.speakers[0].affiliation or not named.bio:
        return
    first = sentences(named.bio)[0][:300]
    role = re.search(
        r"\b(?:is|was|ist|est|es)\s(?:currently\s)?(?:an?\s|the\s|eine?\s|une?\s)?(?:[\w\u00c0-\u024f,/& -]{3,90}?)\s(?:at|an der|am|\u00e0|en|in)\s(?:the\s|l['\u2019]|la\s)?(?P<where>[A-Z\u00c0-\u00de][^.,;()]{1,90})",
        first,
    )
    if role and (has_institution(role["where"])):
        where = re.split(r"\s(?:and|where|und|et|y|who)\s", role["where"])[0].strip(" .")
        named.speakers = (Speaker(named.speakers[0].name, where),)
