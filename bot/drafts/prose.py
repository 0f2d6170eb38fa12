# ruff: noqa: E501  expressions are read by the line
"""Tell the abstract, the biography and the invitation apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.drafts.dates import Reader, find_days
from bot.drafts.draft import Speaker
from bot.drafts.evidence import sentences
from bot.drafts.facts import MAIL, URL
from bot.drafts.layout import Part, is_prose, paragraphs
from bot.drafts.people import NAME, has_institution, is_person
from bot.drafts.words import CLOSING, TALK

GREETING: Final = re.compile(
    r"^(?:dear|hi\b|hello|hey|good (?:morning|afternoon)|liebe|sehr geehrte|hallo|guten tag|bonjour|ch\u00e8re?s?\b|estimad|hola|buenos|queridos|best\b|kind regards|regards|cheers|thanks|thank you|many thanks|viele gr\u00fc|mit freundlichen"
    r"|herzliche|cordialement|bien cordialement|bien \u00e0 vous|saludos|un saludo|atentamente|all (?:are )?welcome|everyone (?:is )?welcome|free and open|open to|see you|looking forward|we look|wir freuen|interessierte|alle interessierten|gäste|entr\u00e9e libre|entrada libre|abierto"
    r"|admission|eintritt|der eintritt|join us|you(?: are|.re)? (?:\w{1,12} )?invited|save the date|please|we are|we're|we have|in person|hybrid|this (?:is|week|talk|event)|reminder|light |refreshments|coffee|ouvert|all$|team$|colleagues)",
    re.IGNORECASE,
)


BIO_VERB: Final = (
    r"(?:is|was|has|received|holds?|earned|completed|obtained|joined|studied|works|teaches|leads|serves|graduated|currently|did|did her|"
    r"ist|war|studierte|promovierte|forscht|leitet|lehrt|arbeitet|est|a obtenu|a soutenu|travaille|dirige|enseigne|es|obtuvo|trabaja|estudi\u00f3|imparte|se doctor\u00f3|dirige)"
)


SPEAKS: Final = re.compile(
    rf"(?P<a>{NAME})(?:,?\s\((?P<pa>[^()]{{2,120}})\)|,\s(?P<ca>[^.:;\u201c\"\u201e\u00ab]{{3,140}}?),?|\s(?:from|of|at|von der|vom|aus|de l['\u2019]|de la|from the)\s(?P<fa>[A-Z][^.:;,\u201c\"\u201e\u00ab]{{2,90}}?))?"
    r"\s(?:will\s(?:be\s)?(?:give|giving|speak|speaking|present|presenting|talk|talking|deliver|discuss|visit|join|lead|introduce)|speaks|presents|gives|is giving|is speaking|spricht|h\u00e4lt|referiert|wird|tr\u00e4gt|stellt|berichtet"
    r"|pr\u00e9sentera|donnera|parlera|interviendra|soutiendra|pr\u00e9sente|impartir\u00e1|hablar\u00e1|presentar\u00e1|ofrecer\u00e1|dar\u00e1|dictar\u00e1)\b",
)


_INVITATION: Final = 700
_REMARK: Final = 200  # a shorter unlabelled paragraph is a remark


@dataclass(slots=True)
class Named:
    """The words of one seminar, and what is doubtful in them."""

    title: str | None = None
    speakers: tuple[Speaker, ...] = ()
    abstract: str | None = None
    bio: str | None = None
    doubts: dict[str, str] = field(default_factory=dict)


def find_prose(named: Named, parts: list[Part], prose: list[str], reader: Reader) -> None:
    """Fill the abstract and the biography from their labels, or from unlabelled paragraphs."""
    kept = _labelled_prose(named, parts)
    labels = {part.label for part in parts}
    used = {*kept["abstract"], *kept["bio"]}
    remarks: list[str] = []
    for block in prose:
        if block in used or _is_notice(block) or _is_invitation(block, reader):
            continue
        kind = "bio" if _is_bio(block, named) else "abstract"
        if kind in labels:
            continue
        if kind == "bio" or len(block) >= _REMARK:
            kept[kind].append(block)
        elif not (named.title and named.title in block):
            remarks.append(block)
    if not kept["abstract"] and "abstract" not in labels and len(remarks) == 1:
        kept["abstract"] = remarks
        named.doubts["abstract"] = "It is a short paragraph, perhaps not about the talk."
    named.abstract = "\n\n".join(kept["abstract"]) or None
    named.bio = "\n\n".join(dict.fromkeys(kept["bio"])) or None


def _labelled_prose(named: Named, parts: list[Part]) -> dict[str, list[str]]:
    """Return the paragraphs under the labels, with those that follow until facts begin again."""
    kept: dict[str, list[str]] = {"abstract": [], "bio": []}
    current: str | None = None
    for part in parts:
        if part.label in kept:
            current = part.label
            kept[current] += paragraphs(part)
        elif part.label is not None:
            current = None
        elif current:
            current = _follow(kept, current, part, named)
    return kept


def _follow(kept: dict[str, list[str]], current: str, part: Part, named: Named) -> str | None:
    """Keep an unlabelled block that continues a section; return the section it leaves open."""
    for block in paragraphs(part):
        if not is_prose(block) or _is_notice(block):
            return None
        if _is_bio(block, named):
            current = "bio"
        kept[current].append(block)
    return current


def _is_invitation(block: str, reader: Reader) -> bool:
    """Return whether a paragraph tells when the talk is rather than what it is about."""
    return len(block) < _INVITATION and bool(find_days(block, reader)) and bool(TALK.search(block))


def _is_bio(block: str, named: Named) -> bool:
    head = block[:120]
    for one in named.speakers:
        last = re.escape(one.name.split()[-1])
        if re.match(
            rf"(?:[\w.]{{1,12}}\s){{0,3}}{re.escape(one.name)}\b|(?:Dr|Prof|Professor|Mr|Ms)\.?\s{last}\b|{last}\s{BIO_VERB}\b|{re.escape(one.name.split()[0])}\s{BIO_VERB}\b",
            head,
        ):
            return not SPEAKS.match(head)
    opening = re.match(rf"({NAME})(?:,\s[^.]{{2,60}},)?\s{BIO_VERB}\b", head)
    return bool(opening and is_person(opening[1]) and not SPEAKS.match(head))


def _is_notice(block: str) -> bool:
    """Return whether a paragraph invites, explains how to come, or signs off."""
    if GREETING.match(block) and not re.match(
        r"(?i)we (?:are|have)\b(?!.{0,60}(?:pleased|delighted|happy|excited|glad|honou?red|invit))",
        block,
    ):
        return not re.match(r"(?i)this talk (?!will take|takes|is (?:open|free|part))", block)
    if re.search(
        r"(?i)\b(?:passcode|meeting id|zoom link|join the meeting|unsubscribe|refreshments will|lunch will|seminar series|rsvp)\b",
        block,
    ):
        return True
    return bool(
        CLOSING.search(block[:160]) and (MAIL.search(block) or URL.search(block) or len(block) < 260),  # noqa: PLR2004  lengths that tell real lines apart
    ) or bool(SPEAKS.match(block) and len(block) < 500)  # noqa: PLR2004  longer ones hold more than a notice


def affiliation_from_bio(named: Named) -> None:
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
