"""The list of time zones that a person searches by city, country or name.

Slack asks for it as they type. Country names come from the tables beside the
zones in the ``tzdata`` package, so they are as current as the zones.
"""

import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.domain.zones import city_of, find_zone, known_zones, offset_at

MOST_OPTIONS = 100
MOST_LABEL = 75

# Shown before anything is typed, west to east; the words are what people there look for.
WELL_KNOWN: dict[str, str] = {
    "Pacific/Honolulu": "Honolulu",
    "America/Anchorage": "Anchorage",
    "America/Los_Angeles": "Los Angeles / San Francisco",
    "America/Denver": "Denver",
    "America/Mexico_City": "Mexico City",
    "America/Chicago": "Chicago",
    "America/New_York": "New York / Washington / Boston",
    "America/Toronto": "Toronto / Ottawa / Montreal",
    "America/Bogota": "Bogotá",
    "America/Halifax": "Halifax",
    "America/Santiago": "Santiago",
    "America/Sao_Paulo": "São Paulo / Rio de Janeiro",
    "America/Argentina/Buenos_Aires": "Buenos Aires",
    "Atlantic/Reykjavik": "Reykjavik",
    "UTC": "UTC",
    "Europe/London": "London / Edinburgh",
    "Europe/Lisbon": "Lisbon",
    "Africa/Lagos": "Lagos",
    "Europe/Madrid": "Madrid",
    "Europe/Paris": "Paris",
    "Europe/Brussels": "Brussels",
    "Europe/Amsterdam": "Amsterdam",
    "Europe/Berlin": "Berlin / Munich",
    "Europe/Zurich": "Zürich / Geneva",
    "Europe/Rome": "Rome",
    "Europe/Vienna": "Vienna",
    "Europe/Warsaw": "Warsaw",
    "Europe/Stockholm": "Stockholm",
    "Europe/Athens": "Athens",
    "Europe/Helsinki": "Helsinki",
    "Europe/Kyiv": "Kyiv",
    "Africa/Cairo": "Cairo",
    "Africa/Johannesburg": "Johannesburg / Cape Town",
    "Asia/Jerusalem": "Jerusalem / Tel Aviv",
    "Europe/Istanbul": "Istanbul / Ankara",
    "Africa/Nairobi": "Nairobi",
    "Asia/Dubai": "Dubai / Abu Dhabi",
    "Asia/Tehran": "Tehran",
    "Asia/Karachi": "Karachi / Islamabad",
    "Asia/Tashkent": "Tashkent",
    "Asia/Almaty": "Almaty / Astana",
    "Asia/Kolkata": "Delhi / Mumbai / Bengaluru",
    "Asia/Kathmandu": "Kathmandu",
    "Asia/Dhaka": "Dhaka",
    "Asia/Bangkok": "Bangkok",
    "Asia/Ho_Chi_Minh": "Ho Chi Minh City / Hanoi",
    "Asia/Jakarta": "Jakarta",
    "Asia/Singapore": "Singapore",
    "Asia/Shanghai": "Beijing / Shanghai",
    "Asia/Hong_Kong": "Hong Kong",
    "Asia/Taipei": "Taipei",
    "Asia/Manila": "Manila",
    "Australia/Perth": "Perth",
    "Asia/Seoul": "Seoul",
    "Asia/Tokyo": "Tokyo / Osaka",
    "Australia/Adelaide": "Adelaide",
    "Australia/Brisbane": "Brisbane",
    "Australia/Sydney": "Canberra / Sydney",
    "Australia/Melbourne": "Melbourne",
    "Australia/Hobart": "Hobart",
    "Pacific/Auckland": "Auckland / Wellington",
}


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, str]]:
    """Return the country, and its two letters, of each zone that the table of countries names."""
    folder = files("tzdata") / "zoneinfo"
    rows = [_rows(folder.joinpath(name).read_text(encoding="utf-8")) for name in ("iso3166.tab", "zone.tab")]
    names = {row[0]: row[1] for row in rows[0]}
    return {row[2]: (names.get(row[0], ""), row[0]) for row in rows[1]}


def _rows(table: str) -> list[list[str]]:
    return [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]


def _fold(text: str) -> str:
    """Return text as it is compared: small letters, no accents, no signs between words."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare.casefold()).split())


@lru_cache(maxsize=1)
def _searched() -> dict[str, tuple[str, str]]:
    """Return for each zone what its cities are called, and all the words that find it, both folded."""
    codes = {zone: f"{country} {code}" for zone, (country, code) in _countries().items()}
    cities = {zone: _fold(f"{WELL_KNOWN.get(zone, '')} {city_of(zone)}") for zone in sorted(known_zones())}
    return {zone: (words, _fold(f"{words} {zone} {codes.get(zone, '')}")) for zone, words in cities.items()}


def offset_in_words(offset: timedelta) -> str:
    """Write how far clocks are ahead of UTC, such as ``UTC+11:00``."""
    minutes = round(offset.total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def build_zone_option(zone: str, at: datetime) -> dict[str, Any]:
    """Return a zone as an option, such as "Canberra / Sydney (UTC+11:00)".

    The offset is the one at ``at``, since it changes with the season. The zone
    must be a known one.
    """
    name = WELL_KNOWN.get(zone)
    if name is None:
        country, _ = _countries().get(zone, (zone.partition("/")[0], ""))
        name = f"{city_of(zone)}, {country}"
    offset = "" if zone == "UTC" else f" ({offset_in_words(offset_at(at, zone))})"
    return {
        "text": {"type": "plain_text", "text": name[: MOST_LABEL - len(offset)] + offset},
        "value": zone,
    }


def build_zone_options(query: str, at: datetime) -> list[dict[str, Any]]:
    """Return at most 100 zones that fit what was typed, the likeliest first.

    Every word typed must begin a word of the city, the country or the zone's
    name. Nothing typed gives the well-known zones, west to east.
    """
    wanted = _fold(query[:MOST_LABEL]).split()
    if not wanted:
        return [build_zone_option(zone, at) for zone in WELL_KNOWN if zone in known_zones()]
    found = [
        (_rank(zone, cities, words, wanted), zone)
        for zone, (cities, words) in _searched().items()
        if _begins_all(words, wanted) and find_zone(zone)
    ]
    return [build_zone_option(zone, at) for _, zone in sorted(found)[:MOST_OPTIONS]]


def _begins_all(words: str, wanted: list[str]) -> bool:
    return all(f" {word}" in f" {words}" for word in wanted)


def _rank(zone: str, cities: str, words: str, wanted: list[str]) -> tuple[bool, bool, bool, bool]:
    """Order zones: whole words, then the city's name, then what people choose most, then today's names."""
    return (
        not set(wanted) <= set(words.split()),
        not _begins_all(cities, wanted),
        zone not in WELL_KNOWN,
        zone not in _countries(),
    )
