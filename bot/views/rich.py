"""Rich text: the block in which people's words stay exactly as they typed them.

The ``text`` element is literal: Slack looks for no mark-up, mention or link in
it. So it carries titles, names, places and reasons, and only the elements made
here from ids and checked web addresses mention anybody or lead anywhere.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextSectionElement,
    SectionBlock,
)

from bot.domain.seminar import Seminar
from bot.views.ids import Action, SeminarRef
from bot.views.text import cut, find_web_link, one_line

Line = Sequence[RichTextElement]

_USER = re.compile(r"(?:<@)?([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>?")
_USERGROUP = re.compile(r"(?:<!subteam\^)?(S[A-Z0-9]{1,30})(?:\|[^>]*)?>?")
_CHANNEL = re.compile(r"(?:<#)?([CGD][A-Z0-9]{1,30})(?:\|[^>]*)?>?")
_SLOT = re.compile(r"\{(\w+)\}")
_LABEL_LIMIT = 75
_HEADER_LIMIT = 150


def words(text: str) -> RichTextElement:
    """Return literal text."""
    return RichTextElementParts.Text(text=text)


def strong(text: str) -> RichTextElement:
    """Return literal text in bold."""
    return RichTextElementParts.Text(text=text, style={"bold": True})


def link(text: str) -> RichTextElement:
    """Return a link if the text is a web address, else the text as it is."""
    url = find_web_link(text)
    return words(one_line(text, 500)) if url is None else RichTextElementParts.Link(url=url)


def mention(reference: str) -> RichTextElement | None:
    """Return a mention of the person or user group with that id, or None if it is no such id.

    Takes the bare id or the form that Slack writes, such as ``<@U1>``.
    """
    if found := _USER.fullmatch(reference):
        return RichTextElementParts.User(user_id=found[1])
    if found := _USERGROUP.fullmatch(reference):
        return RichTextElementParts.UserGroup(usergroup_id=found[1])
    return None


def channel(channel_id: str) -> RichTextElement:
    """Return a link to a channel, or "a channel" if it is not an id."""
    found = _CHANNEL.fullmatch(channel_id)
    return RichTextElementParts.Channel(channel_id=found[1]) if found else words("a channel")


def listed(pieces: Iterable[RichTextElement], most: int | None = None) -> list[RichTextElement]:
    """Return mentions divided by commas, at most so many, and how many more there are."""
    every = list(pieces)
    shown = every[:most]
    said: list[RichTextElement] = []
    for piece in shown:
        said += [words(", "), piece] if said else [piece]
    more = len(every) - len(shown)
    return [*said, words(f" and {more} more")] if more else said


def fill(template: str, pieces: Mapping[str, RichTextElement]) -> list[RichTextElement]:
    """Return a sentence with pieces where their names stand in braces."""
    said: list[RichTextElement] = []
    for number, part in enumerate(_SLOT.split(template)):
        if number % 2:
            said.append(pieces[part])
        elif part:
            said.append(words(part))
    return said


def paragraph(*lines: Line) -> RichTextBlock:
    """Return a block of lines; empty lines are left out."""
    elements: list[RichTextElement] = []
    for line in filter(None, lines):
        if elements:
            elements.append(words("\n"))
        elements += line
    return RichTextBlock(elements=[RichTextSectionElement(elements=elements)])


def labelled(label: str, pieces: Iterable[RichTextElement]) -> Line:
    """Return a line that says in bold what it is about."""
    return [strong(f"{label}: "), *pieces]


def plain(text: str) -> SectionBlock:
    """Return a block of people's words; ``:names:`` of emoji stay as typed."""
    return SectionBlock(text=PlainTextObject(text=text, emoji=False))


def header(text: str) -> HeaderBlock:
    """Return a header, cut to its limit."""
    return HeaderBlock(text=PlainTextObject(text=one_line(text, _HEADER_LIMIT), emoji=False))


def title_of(seminar: Seminar, limit: int = _HEADER_LIMIT) -> str:
    """Return a seminar's title on one line, cut to a limit."""
    return one_line(seminar.title, limit) or "Untitled seminar"


def quoted(seminar: Seminar) -> str:
    """Return a seminar's title as it stands inside a sentence."""
    return f"“{title_of(seminar)}”"


def button(
    label: str, action: Action, seminar: Seminar, aim: str = "", *, is_primary: bool = False
) -> ButtonElement:
    """Return a button about a seminar.

    Args:
        label: What stands on it, in Title Case.
        action: What it asks for.
        seminar: The seminar it is about.
        aim: Its label for screen readers up to the title, such as "Register for".
        is_primary: Whether it is the one button that most will want.
    """
    return ButtonElement(
        text=PlainTextObject(text=label, emoji=False),
        action_id=action,
        value=SeminarRef(seminar.id).to_value(),
        style="primary" if is_primary else None,
        accessibility_label=cut(f"{aim or label} {title_of(seminar)}", _LABEL_LIMIT),
    )


def plain_button(label: str, action: Action) -> ButtonElement:
    """Return a button that is about no seminar, such as "Change My Reminders"."""
    return ButtonElement(text=PlainTextObject(text=label, emoji=False), action_id=action, value=action)


def link_button(seminar: Seminar) -> list[ButtonElement]:
    """Return the button that opens the online link, or nothing if there is no web address."""
    url = find_web_link(seminar.online_link)
    if url is None:
        return []
    return [
        ButtonElement(
            text=PlainTextObject(text="Join Online", emoji=False),
            action_id=Action.ONLINE_LINK,
            url=url,
            value=SeminarRef(seminar.id).to_value(),
            accessibility_label=cut(f"Join online: {title_of(seminar)}", _LABEL_LIMIT),
        )
    ]


def buttons(elements: Sequence[ButtonElement]) -> list[ActionsBlock]:
    """Return the block of these buttons, or none if there are none."""
    return [ActionsBlock(elements=elements)] if elements else []
