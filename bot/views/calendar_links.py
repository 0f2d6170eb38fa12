"""Add to Calendar: links that open a calendar on the web with a seminar filled in."""

from urllib.parse import urlencode

from slack_sdk.models.blocks import RichTextElementParts

from bot.domain.seminar import Seminar
from bot.domain.text import clean_line
from bot.domain.zones import get_zone
from bot.views.rich import Line, labelled, title_of, words
from bot.views.text import URL_LIMIT, cut, one_line

_ABSTRACT_LIMIT = 300
_PLACE_LIMIT = 200


def calendar_line(seminar: Seminar) -> Line:
    """Return the line with the links that open a calendar on the web with the seminar filled in."""
    google = RichTextElementParts.Link(url=google_link(seminar), text="Google")
    outlook = RichTextElementParts.Link(url=outlook_link(seminar), text="Outlook")
    return labelled("Add to calendar", [google, words(" · "), outlook])


def google_link(seminar: Seminar) -> str:
    """Return the address that opens Google Calendar; source: its "event templates" of ``action=TEMPLATE``."""
    zone = get_zone(seminar.zone)
    start, end = (at.astimezone(zone) for at in (seminar.starts_at, seminar.ends_at))
    return _address(
        "https://calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "text": title_of(seminar),
            "dates": f"{start:%Y%m%dT%H%M%S}/{end:%Y%m%dT%H%M%S}",
            "ctz": seminar.zone,
            "location": one_line(seminar.place, _PLACE_LIMIT),
        },
        details=("details", _short(seminar)),
    )


def outlook_link(seminar: Seminar) -> str:
    """Return the address that opens Outlook on the web with a new event; it takes instants in UTC."""
    return _address(
        "https://outlook.office.com/calendar/0/deeplink/compose",
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": title_of(seminar),
            "startdt": f"{seminar.starts_at:%Y-%m-%dT%H:%M:%SZ}",
            "enddt": f"{seminar.ends_at:%Y-%m-%dT%H:%M:%SZ}",
            "location": one_line(seminar.place, _PLACE_LIMIT),
        },
        details=("body", _short(seminar)),
    )


def _address(where: str, values: dict[str, str], *, details: tuple[str, str]) -> str:
    """Return an address that Slack takes for a link; the longest values are shortened until it does.

    Encoded, a character of some scripts is twelve of the address.
    """
    name, text = details
    values = values | {name: text}
    while len(address := f"{where}?{urlencode(values)}") > URL_LIMIT:
        longest = max(values, key=lambda key: len(values[key]))
        values[longest] = cut(values[longest], len(values[longest]) * 3 // 4)
    return address


def _short(seminar: Seminar) -> str:
    """Return what stands in a link: short, and without the online link, since links get about."""
    names = one_line(", ".join(speaker.name for speaker in seminar.speakers), _PLACE_LIMIT)
    abstract = cut(clean_line(seminar.abstract), _ABSTRACT_LIMIT)
    return "\n\n".join(part for part in (f"With {names}." if names else "", abstract) if part)
