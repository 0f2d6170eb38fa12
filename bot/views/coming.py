"""What is coming, in the Home tab: a page of seminars, to register for and to follow."""

from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    StaticSelectElement,
)

from bot.domain.seminar import Phase, decide_phase, seats_left
from bot.views.facts import place_line, seats_line, speakers_line
from bot.views.home_tab import EVERYTHING, FOLLOWED, Coming, HomeTab
from bot.views.ids import COMMAND, Action
from bot.views.rich import Line, button, labelled, paragraph, strong, title_of, words
from bot.views.text import cut, one_line
from bot.views.times import seminar_pieces

COMING_SHOWN = 8  # the tab as a whole holds 100 blocks, see `home`
_OPTION_LIMIT = 75


def build_coming(tab: HomeTab, now: datetime) -> list[Block]:
    """Build one page of what is coming; whoever follows anything can have the rest left out."""
    blocks: list[Block] = []
    if tab.follows_any or tab.shows == FOLLOWED:
        blocks.append(ActionsBlock(elements=[_filter(tab.shows)]))
    if not tab.coming:
        return [*blocks, paragraph([words(_nothing_coming(tab))])]
    for one in tab.coming[:COMING_SHOWN]:
        seminar = one.seminar
        series: Line = labelled("Series", [words(one_line(one.series, 150))]) if one.series else ()
        blocks.append(
            paragraph(
                [strong(title_of(seminar))],
                speakers_line(seminar),
                labelled("When", seminar_pieces(seminar, now, tab.zone)),
                place_line(seminar),
                series,
                seats_line(seminar, one.count, now),
            )
        )
        blocks.append(ActionsBlock(elements=_coming_buttons(one, now)))
    turns: list[ButtonElement] = []
    if tab.page > 0:
        turns.append(_turn("Sooner", tab.page - 1, "sooner"))
    if tab.has_more:
        turns.append(_turn("Later", tab.page + 1, "later"))
    return [*blocks, *([ActionsBlock(elements=turns)] if turns else [])]


def _nothing_coming(tab: HomeTab) -> str:
    if tab.shows == FOLLOWED:
        return "Nothing that you follow is coming. Choose Everything to see the rest."
    if tab.page > 0:
        return "There is nothing later than that."
    if tab.is_staff:
        return f"Nothing is announced. Type {COMMAND} new to announce a seminar."
    return "Nothing else is announced at the moment. What comes is announced in the channels, and here."


def _filter(shows: str) -> StaticSelectElement:
    options = {EVERYTHING: "Everything", FOLLOWED: "What I follow"}
    return StaticSelectElement(
        action_id=Action.HOME_FILTER,
        options=[Option(text=text, value=value) for value, text in options.items()],
        initial_option=Option(text=options.get(shows, "Everything"), value=shows),
    )


def _turn(label: str, page: int, way: str) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=label, emoji=False),
        action_id=f"{Action.HOME_PAGE}_{way}",
        value=str(page),
        accessibility_label=f"{label} seminars",
    )


def _coming_buttons(one: Coming, now: datetime) -> list[Any]:
    seminar = one.seminar
    elements: list[Any] = []
    if decide_phase(seminar, now) is Phase.OPEN:
        if seats_left(seminar, one.count) != 0 and one.count.waiting == 0:
            elements.append(button("Register", Action.REGISTER, seminar, "Register for"))
        elif seminar.has_waitlist:
            aim = "Join the waitlist for"
            elements.append(button("Join the Waitlist", Action.REGISTER, seminar, aim))
    elements.append(button("Details", Action.DETAILS, seminar, "Details of"))
    options = _follow_options(one)
    if options:
        elements.append(OverflowMenuElement(action_id=Action.FOLLOW, options=options))
    return elements


def _follow_options(one: Coming) -> list[Option]:
    """Return what can be followed or left; each names the state that it wants, so twice is once."""
    choices: list[tuple[str, str]] = []
    if one.seminar.series_id is not None:
        verb, way = ("Stop following", "off") if one.follows_series else ("Follow", "on")
        choices.append((f"{verb} the series", f"{way}|series|{one.seminar.series_id}"))
    for speaker in one.seminar.speakers[:4]:  # a menu holds five
        name = one_line(speaker.name, 60)
        if not name:
            continue
        is_followed = speaker.name.casefold() in one.followed_speakers
        verb, way = ("Stop following", "off") if is_followed else ("Follow", "on")
        choices.append((f"{verb} {name}", f"{way}|speaker|{name}"))
    return [
        Option(text=PlainTextObject(text=cut(text, _OPTION_LIMIT), emoji=False), value=value)
        for text, value in choices
    ]
