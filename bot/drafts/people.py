# ruff: noqa: E501  expressions are read by the line
"""Recognise people, and where they come from."""

from __future__ import annotations

import re
from typing import Final

from bot.drafts.draft import Speaker
from bot.drafts.words import NOT_NAMES

_HONORIFIC: Final = (
    r"(?:(?:Prof(?:essor|esor|esora|essorin|\.ssa)?|Profs|Dr(?:a|in)?|Drs|Mr|Mrs|Ms|Miss|Mme|M|MM|Sir|Dame|Hon|Rev|Herrn?|Frau|PD"
    r"|Privatdozent(?:in)?|Doctor|Assoc|Associate Professor|Assistant Professor|Emeritus|Em|h\. ?c|Dipl\.-Ing|Ing|Lic|Sra?|Don"
    r"|Do\u00f1a|A/Prof|Ass|Asst|Mtr[oa]|Cdr|Col|Gen|Capt|Lt|Maj|Amb|Ambassador|Judge|Justice|Lord|Lady|Baroness|Sister|Jun|apl|rer\. ?nat|phil|Univ|Distinguished|Madame|Monsieur|el|la|Jun\.-Prof|Do\u00f1a)\b\.?\s{1,2})"
)
_TITLES: Final = re.compile(rf"^{_HONORIFIC}{{1,5}}", re.UNICODE)
_PARTICLE: Final = (
    r"(?:de|del|della|di|da|dos|das|du|la|le|van|von|der|den|ter|ten|zu|zur|bin|al|el|y|e|af|av|i|O|ibn|ben)"
)
_WORD: Final = r"(?:(?:d['\u2019]|O['\u2019]|Mc|Mac|al-|El-|[A-Z\u00c0-\u00de\u0100-\u017d]\.?-)?[A-Z\u00c0-\u00de\u0100-\u017d][\w'\u2019\u00c0-\u024f]{0,20}(?:-[A-Z\u00c0-\u00de]?[\w\u00c0-\u024f]{1,18}){0,2}\.?|[A-Z]\.)"
NAME: Final = rf"{_HONORIFIC}{{0,5}}{_WORD}(?:\s(?:{_PARTICLE}\s){{0,2}}{_WORD}){{1,3}}"
_NAME_ONLY: Final = re.compile(
    rf"^{NAME}(?:,?\s(?:Ph\.?\s?D\.?|M\.?D\.?|FRS|FAHA|MBE|OBE|CBE|AM|AO|MSc|MA))?$",
)

_PLACE_OF_WORK: Final = re.compile(
    r"\b(?:universit\w{0,6}|univ\b|college|institut\w{0,6}|school|cnrs|inria|csic|mit\b|eth\b|epfl|academy|acad\u00e9mie|academia|centre|center"
    r"|centro|zentrum|laborator\w{1,4}|lab\b|museum|mus\u00e9e|museo|council|hospital|klinik\w{0,4}|max.planck|department|dept|d\u00e9partement"
    r"|faculty|fakult\u00e4t|facultad|research|agency|bank|foundation|hochschule|\u00e9cole|escuela|google|microsoft|ibm|meta|society|observator\w{1,4}"
    r"|nasa|cern|ucl|lse|anu|unsw|ucla|uc berkeley|csiro|tu [A-Z]\w{1,20}|lmu|fu berlin|hu berlin|library|polytechni\w{1,4}|polit\u00e9cnica"
    r"|ministry|ens\b|sorbonne|(?-i:[A-Z]{3,6}))\b",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"^(?:(?:an?|the|full|senior|junior|visiting|associate|assistant|adjunct|emerit\w{1,2}|distinguished|research|postdoctoral|principal|lead"
    r"|chief|deputy|ph\.?d\.?|doctoral|honorary|clinical|staff|lehrstuhl\w{0,10})\s){0,4}"
    r"(?:professor\w{0,3}|lecturer|fellow|reader|postdoc\w{0,8}|researcher|scientist|scholar|student|candidate|director|dean|chair|head|engineer|author"
    r"|curator|professeur\w{0,2}|ma\u00eetre\w{0,3} de conf\u00e9rences|directeur|directrice|chercheu\w{1,2}|doctorant\w{0,1}|catedr\u00e1tic[oa]|profesor\w{0,1}"
    r"|investigador\w{0,1}|wissenschaftliche\w{0,1} \w{5,20}|doktorand\w{0,2}|journalist|economist|historian|analyst|charg\u00e9e? de recherche)\b",
    re.IGNORECASE,
)
_FROM_ROLE: Final = re.compile(
    r"\b(?:at|an der|am|\u00e0 l.|en la|de la|with|of)\s(?:the\s)?(?=[A-Z\u00c0-\u00de])",
)
_PLACES: Final = (
    "saal",
    "h\u00f6rsaal",
    "geb\u00e4ude",
    "bibliothek",
    "biblioteca",
    "zentrum",
    "platz",
    "stra\u00dfe",
)
_AND: Final = re.compile(r"\s{0,2}(?:;|&|\band\b|\bund\b|\bet\b|\by\b)\s{0,2}|\n")


def is_person(text: str) -> bool:
    """Return whether a short text is one person's name and nothing else."""
    text = text.strip().rstrip(".,;:")
    if len(text) > 70 or any(char.isdigit() for char in text) or not _NAME_ONLY.match(text):  # noqa: PLR2004  names are shorter
        return False
    words = [word.strip(".,").lower() for word in bare_name(text).split()]
    if any(word.endswith(_PLACES) for word in words):
        return False
    return len(words) > 1 and not any(word in NOT_NAMES for word in words)


def bare_name(text: str) -> str:
    """Return a name without academic and polite titles."""
    text = " ".join(text.split()).strip(' ,;:.-\u2013\u2014*"\u201c\u201d')
    text = re.sub(r",?\s(?:Ph\.?\s?D\.?|M\.?D\.?|FRS|FAHA)$", "", text)
    while (shorter := _TITLES.sub("", text, count=1)) != text and len(shorter.split()) > 1:
        text = shorter
    return text


def affiliation_of(text: str | None) -> str | None:
    """Return the institution in what follows a name, leaving out the role where both stand."""
    if not text:
        return None
    text = " ".join(text.split()).strip(" ,;:.()[]-\u2013\u2014")
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    kept = list(pieces)
    while kept and _ROLE.match(kept[0]):
        at = _FROM_ROLE.search(kept[0])
        inside = (
            kept[0][at.end() :]
            if at and (at[0].split()[0] not in {"of", "de"} or _PLACE_OF_WORK.search(kept[0][at.end() :]))
            else ""
        )
        if (
            inside
            and _PLACE_OF_WORK.search(inside)
            and not (
                len(kept) > 1
                and at
                and at[0].startswith("of")
                and not re.match(r"(?i)(?:dep|fac|sch|uni|inst)", inside)
            )
        ):
            kept[0] = inside
            break
        kept = kept[1:]
    return ", ".join(kept) or None


def speaker_in(text: str) -> Speaker | None:
    """Return the person in "Name", "Name (Place)", "Name, Place" or "Name - Place", if it is one."""
    text = " ".join(text.split()).strip(" ;.*")
    if not text or len(text) > 300 or re.match(r"(?i)tb[acd]\b|to be (?:announced|confirmed)", text):  # noqa: PLR2004  longer is a paragraph
        return None
    bracket = re.match(
        r"^([^()\[\]]{3,80}?),?\s{0,2}[(\[]([^()\[\]]{2,160})[)\]]\s{0,2}[.,]?\s{0,2}([^()]{0,120})$",
        text,
    )
    if bracket and is_person(bracket[1]):
        inside = bracket[2]
        if re.match(r"(?i)(?:she|he|they|her|him)\b", inside):
            return Speaker(bare_name(bracket[1]), affiliation_of(bracket[3]))
        return Speaker(bare_name(bracket[1]), affiliation_of(inside))
    if is_person(text):
        return Speaker(bare_name(text))
    split = re.match(
        r"^(.{3,70}?)(?:,\s{0,2}|\s[-\u2013\u2014|]\s|\s\u00b7\s|:\s|\s(?:from|at|of|von der|aus)\s(?:the\s)?)(.{2,220})$",
        text,
    )
    while split and not is_person(split[1]):
        longer = re.match(
            rf"^({NAME})(?:,\s{{0,2}}(?:Ph\.?D\.?,\s)?|\s[-\u2013\u2014|]\s)(.{{2,220}})$",
            text,
        )
        split = longer if longer and split is not longer and is_person(longer[1]) else None
    return Speaker(bare_name(split[1]), affiliation_of(split[2])) if split else None


def speakers_in(lines: list[str]) -> tuple[Speaker, ...]:
    """Return the people of a labelled value, one a line or joined by "and" and semicolons."""
    found: list[Speaker] = []
    for line in lines:
        whole = speaker_in(line)
        pieces = [piece for piece in _AND.split(line) if piece and piece.strip()]
        each = [speaker_in(piece.strip(" ,")) for piece in pieces]
        if len(each) > 1 and all(each):
            people = [one for one in each if one]
            last = people[-1].affiliation
            both = [
                Speaker(one.name, one.affiliation or (last if ("both" in line or ";" not in line) else None))
                for one in people
            ]
            found += both
        elif whole:
            found.append(whole)
        elif (
            found
            and found[-1].affiliation is None
            and found[-1].name != line
            and len(line) < 140  # noqa: PLR2004  lengths that tell real lines apart
            and _PLACE_OF_WORK.search(line)
        ):
            found[-1] = Speaker(found[-1].name, affiliation_of(line))
        elif _commas(line):
            found += _commas(line)
        elif found:
            break
    return tuple(dict.fromkeys(found))


def _commas(line: str) -> list[Speaker]:
    people = [piece.strip() for piece in re.split(r",|\band\b|\bund\b|\bet\b|\by\b", line) if piece.strip()]
    return (
        [Speaker(bare_name(one)) for one in people]
        if len(people) > 1 and all(is_person(one) for one in people)
        else []
    )


def has_institution(text: str) -> bool:
    """Return whether a text names a university, a laboratory or the like."""
    return bool(_PLACE_OF_WORK.search(text))
