# ruff: noqa: E501  a table is read by the line
"""Find the time zone that a text states."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from datetime import datetime

# Each abbreviation with the places that use it, the likeliest first.
_SHORT: Final = {
    "AEDT": ("Australia/Sydney", "Australia/Melbourne", "Australia/Hobart"),
    "AEST": ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Hobart"),
    "AET": ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane"),
    "ACST": ("Australia/Adelaide", "Australia/Darwin"), "ACDT": ("Australia/Adelaide",), "AWST": ("Australia/Perth",),
    "NZST": ("Pacific/Auckland",), "NZDT": ("Pacific/Auckland",), "SGT": ("Asia/Singapore",), "HKT": ("Asia/Hong_Kong",),
    "JST": ("Asia/Tokyo",), "KST": ("Asia/Seoul",), "PHT": ("Asia/Manila",), "WIB": ("Asia/Jakarta",),
    "GMT": ("Europe/London", "UTC"), "BST": ("Europe/London",), "WET": ("Europe/Lisbon",), "WEST": ("Europe/Lisbon",),
    "CET": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Vienna", "Europe/Zurich"),
    "CEST": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Vienna", "Europe/Zurich"),
    "MEZ": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"), "MESZ": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "EET": ("Europe/Helsinki", "Europe/Athens"), "EEST": ("Europe/Helsinki", "Europe/Athens"), "MSK": ("Europe/Moscow",),
    "EST": ("America/New_York", "America/Toronto"), "EDT": ("America/New_York", "America/Toronto"),
    "ET": ("America/New_York", "America/Toronto"), "CDT": ("America/Chicago",), "CT": ("America/Chicago",),
    "MDT": ("America/Denver",), "MST": ("America/Denver", "America/Phoenix"), "MT": ("America/Denver",),
    "PST": ("America/Los_Angeles", "America/Vancouver"), "PDT": ("America/Los_Angeles", "America/Vancouver"),
    "PT": ("America/Los_Angeles", "America/Vancouver"), "AKST": ("America/Anchorage",), "HST": ("Pacific/Honolulu",),
    "BRT": ("America/Sao_Paulo",), "SAST": ("Africa/Johannesburg",), "UTC": ("UTC",), "EAT": ("Africa/Nairobi",),
    "CST": ("America/Chicago", "Asia/Shanghai"), "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "COT": ("America/Bogota",), "CLT": ("America/Santiago",), "CLST": ("America/Santiago",),
}  # fmt: skip
_UNSURE: Final = frozenset({"IST", "CST"})
_CITIES: Final = {
    "canberra": "Australia/Canberra", "boston": "America/New_York", "washington": "America/New_York",
    "san francisco": "America/Los_Angeles", "munich": "Europe/Berlin", "eastern": "America/New_York",
    "us eastern": "America/New_York", "pacific": "America/Los_Angeles", "us pacific": "America/Los_Angeles", "central": "America/Chicago",
    "central european": "Europe/Berlin", "beijing": "Asia/Shanghai", "delhi": "Asia/Kolkata", "barcelona": "Europe/Madrid",
    "geneva": "Europe/Zurich", "milan": "Europe/Rome", "uk": "Europe/London", "new delhi": "Asia/Kolkata", "british": "Europe/London",
    "wien": "Europe/Vienna", "z\u00fcrich": "Europe/Zurich", "gen\u00e8ve": "Europe/Zurich", "eastern standard": "America/New_York",
    "mexico": "America/Mexico_City", "ciudad de m\u00e9xico": "America/Mexico_City", "cdmx": "America/Mexico_City",
    "peninsular": "Europe/Madrid", "bogot\u00e1": "America/Bogota", "londres": "Europe/London", "montr\u00e9al": "America/Toronto",
    "montreal": "America/Toronto", "german": "Europe/Berlin", "singapore": "Asia/Singapore", "eastern daylight": "America/New_York",
    "bruxelles": "Europe/Brussels", "argentina": "America/Argentina/Buenos_Aires", "chile": "America/Santiago",
    "australian eastern standard": "Australia/Sydney", "australian eastern daylight": "Australia/Sydney", "edinburgh": "Europe/London",
    "oxford": "Europe/London", "cambridge": "Europe/London", "de bogot\u00e1": "America/Bogota", "pacific standard": "America/Los_Angeles",
}  # fmt: skip
ZONE: Final = re.compile(
    rf"\b(?P<short>{'|'.join(sorted(_SHORT, key=len, reverse=True))})\b(?P<shift>\s?[+\u2212-]\s?\d{{1,2}})?"
    r"|\b(?P<iana>(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Z]\w{2,20}(?:/\w{2,20})?)"
    r"|\b(?P<city>[A-Z][\w\u00c0-\u024f]{1,14}(?:\s[A-Z]?[\w\u00c0-\u024f]{1,14}){0,2})\s(?:local\s)?[Tt]ime\b"
    r"|\b(?:heure|hora)s?\s(?:de\s|d')?(?P<hour>(?:[Cc]iudad de M[e\u00e9]xico)|[A-Z\u00c0-\u00dc][\w\u00c0-\u024f]{2,14}|peninsular|[Cc]iudad de M[e\u00e9]xico)"
    r"|\b(?P<ort>[A-Z][\w\u00c0-\u024f]{2,12})er\sZeit\b",
)


@cache
def _places() -> dict[str, str]:
    """Return the zones by the last word of their names."""
    found = {
        name.rsplit("/", 1)[-1].replace("_", " ").lower(): name
        for name in sorted(available_timezones())
        if "/" in name
    }
    return {
        key: name for key, name in found.items() if not name.startswith(("Etc/", "SystemV/", "posix/", "US/"))
    } | _CITIES


def stated_zone(match: re.Match[str], hint: str | None, at: datetime | None) -> tuple[str, str | None] | None:
    """Return the zone that a match of `ZONE` means, and a doubt in words.

    Args:
        match: Where the text speaks of a zone.
        hint: The reader's zone; it decides between zones of one abbreviation.
        at: The local moment; an abbreviation not in force then is doubtful.
    """
    if match["iana"]:
        return (match["iana"], None) if match["iana"] in available_timezones() else None
    if match["short"]:
        return _short(match["short"], match["shift"], hint, at)
    place = (match["city"] or match["hour"] or match["ort"]).lower()
    words = place.split()
    for start in range(len(words)):
        zone = _places().get(" ".join(words[start:]))
        if zone:
            return zone, None
    return None


def _short(
    short: str,
    shift: str | None,
    hint: str | None,
    at: datetime | None,
) -> tuple[str, str | None] | None:
    if shift and short in {"UTC", "GMT"}:
        hours = int(re.sub(r"\s", "", shift).replace("\u2212", "-"))
        zone = f"Etc/GMT{-hours:+d}" if hours else "UTC"
        return (
            (zone, f"\u201c{short}{shift}\u201d names an offset, not a place.")
            if zone in available_timezones() | {"UTC"}
            else None
        )
    choices = _SHORT[short]
    zone = hint if hint in choices else choices[0]
    if hint not in choices and short in _UNSURE:
        return zone, f"\u201c{short}\u201d is the name of several zones; read as {zone}."
    if at is not None and zone != "UTC":
        in_force = at.replace(tzinfo=ZoneInfo(zone)).tzname()
        said = {"MEZ": "CET", "MESZ": "CEST"}.get(short, short)
        fits = [one for one in choices if at.replace(tzinfo=ZoneInfo(one)).tzname() == said]
        if len(said) > 2 and said not in {"AET", in_force} and not in_force_by_number(in_force):  # noqa: PLR2004  ET, PT and CT speak of no season
            if fits:
                return fits[0], f"\u201c{short}\u201d is not in force in {zone} then; read as {fits[0]}."
            return zone, f"\u201c{short}\u201d is not in force in {zone} on that day."
    return zone, None


def in_force_by_number(name: str | None) -> bool:
    """Return whether a zone has only numbers for names, as Singapore's +08."""
    return name is None or name[:1] in "+-"
