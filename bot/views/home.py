"""Home: what a member has, what is coming, and for staff what they run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.draft import minutes_of
from bot.domain.seminar import Count, Phase, Seminar, decide_phase, seats_left
from bot.domain.zones import city_of, duration_in_words
from bot.views.clashes import clash_buttons
from bot.views.facts import place_line, seat_holder_lines, seats_line, speakers_line
from bot.views.form_sentences import REMINDERS
from bot.views.ids import COMMAND, Action, Callback, ManageRef
from bot.views.manage import staff_button
from bot.views.rich import (
    Line,
    button,
    header,
    labelled,
    link_button,
    paragraph,
    quoted,
    strong,
    title_of,
    words,
)
from bot.views.text import cut, one_line
from bot.views.times import is_known, seminar_pieces, when_text

# A view holds 100 blocks. Each seminar takes two, so these come to 96 at most, with headings and the rest.
_SEATS_SHOWN = 12
_LINE_SHOWN = 7
COMING_SHOWN = 8
_RUNNING_SHOWN = 7
_CLASHES_SHOWN = 5
_OPTION_LIMIT = 75

EVERYTHING, FOLLOWED = "all", "followed"


@dataclass(frozen=True, slots=True)
class Held:
    """A seminar that the member has something in.

    ``place`` is their place in line; ``offered_until`` is until when a seat is held
    for them; ``clashes`` are their other seats at the same time.
    """

    seminar: Seminar
    place: int | None = None
    offered_until: datetime | None = None
    clashes: tuple[Seminar, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """A seminar that is coming, with its seats, and what of it the member follows."""

    seminar: Seminar
    count: Count
    series: str = ""
    follows_series: bool = False
    followed_speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """What a member chose about being reminded; nothing chosen gives the defaults."""

    is_muted: bool = False
    reminders: tuple[timedelta, ...] = ()
    quiet_from: str = ""
    quiet_until: str = ""


@dataclass(frozen=True, slots=True)
class HomeTab:
    """Everything that one member's Home tab shows.

    Attributes:
        seats: Their seats, soonest first.
        line: Their places in line, and the seats that are held for them.
        coming: One page of what else is coming.
        page: Which page that is, 0 first.
        has_more: Whether there is another one.
        shows: `EVERYTHING` or `FOLLOWED`.
        follows_any: Whether the member follows anything.
        running: For staff and hosts: what they run.
        own: Their reminders.
        zone: Their zone, None while it is not known.
        is_staff: Whether they may announce.
        has_feed: Whether there is a calendar feed to offer.
    """

    seats: Sequence[Held] = ()
    line: Sequence[Held] = ()
    coming: Sequence[Coming] = ()
    page: int = 0
    has_more: bool = False
    shows: str = EVERYTHING
    follows_any: bool = False
    running: Sequence[tuple[Seminar, Count]] = ()
    own: Own = Own()
    zone: str | None = None
    is_staff: bool = False
    has_feed: bool = False


def build_home(tab: HomeTab, now: datetime) -> dict[str, Any]:
    """Build the tab as it stands at a moment."""
    blocks: list[Block] = [header("My seats"), *_seats(tab, now)]
    if tab.line:
        blocks += [DividerBlock(), header("My places in line"), *_line(tab, now)]
    blocks += [DividerBlock(), header("What is coming"), *_coming(tab, now)]
    if tab.running or tab.is_staff:
        blocks += [DividerBlock(), header("What you run"), *_running(tab, now)]
    blocks += [DividerBlock(), header("My reminders"), *_own(tab)]
    return View(type="home", callback_id=Callback.HOME, blocks=blocks).to_dict()


def _seats(tab: HomeTab, now: datetime) -> list[Block]:
    if not tab.seats:
        said = "You have no seat at the moment. Press Register on an announcement, or below, to get one."
        return [paragraph([words(said)])]
    blocks: list[Block] = []
    for held in tab.seats[:_SEATS_SHOWN]:
        seminar = held.seminar
        blocks.append(
            paragraph(
                [strong(title_of(seminar))],
                *seat_holder_lines(seminar, now, tab.zone, has_seat=True),
                _clash_line(held),
            )
        )
        elements = [
            button("Details", Action.DETAILS, seminar, "Details of"),
            *link_button(seminar),
            button("Give My Seat Back", Action.RELEASE, seminar, "Give back my seat for"),
            *clash_buttons(held.clashes),
        ]
        blocks.append(ActionsBlock(elements=elements))
    return [*blocks, *_rest(len(tab.seats) - _SEATS_SHOWN)]


def _line(tab: HomeTab, now: datetime) -> list[Block]:
    blocks: list[Block] = []
    for held in tab.line[:_LINE_SHOWN]:
        seminar = held.seminar
        when: Line = labelled("When", seminar_pieces(seminar, now, tab.zone))
        details = button("Details", Action.DETAILS, seminar, "Details of")
        if held.offered_until is not None:
            until = when_text(held.offered_until, None, seminar.zone, now, tab.zone)
            said = f"A seat is held for you until {until}."
            elements = [
                button("Take the Seat", Action.ACCEPT, seminar, "Take the seat for", is_primary=True),
                button("No, Thank You", Action.REFUSE, seminar, "I do not want the seat for"),
                details,
            ]
        else:
            place = held.place or 1
            said = "You are first in line." if place == 1 else f"You are number {place} in line."
            leave = button("Leave the Waitlist", Action.RELEASE, seminar, "Leave the waitlist for")
            elements = [details, leave]
        blocks.append(paragraph([strong(title_of(seminar))], when, [words(said)], _clash_line(held)))
        blocks.append(ActionsBlock(elements=elements))
    return [*blocks, *_rest(len(tab.line) - _LINE_SHOWN)]


def _clash_line(held: Held) -> Line:
    if not held.clashes:
        return ()
    shown = ", ".join(map(quoted, held.clashes[:_CLASHES_SHOWN]))
    more = len(held.clashes) - _CLASHES_SHOWN
    return [words(f"Also at that time: {shown}" + (f", and {more} more" if more > 0 else ""))]


def _coming(tab: HomeTab, now: datetime) -> list[Block]:
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


def _running(tab: HomeTab, now: datetime) -> list[Block]:
    if not tab.running:
        return [paragraph([words(f"Nothing at the moment. Type {COMMAND} new to announce a seminar.")])]
    blocks: list[Block] = []
    for seminar, count in tab.running[:_RUNNING_SHOWN]:
        blocks.append(
            paragraph(
                [strong(title_of(seminar))],
                labelled("When", seminar_pieces(seminar, now, tab.zone)),
                seats_line(seminar, count, now),
            )
        )
        manage = staff_button(
            "Manage", Action.MANAGE, ManageRef(seminar.id), aim=f"Manage {title_of(seminar)}"
        )
        blocks.append(ActionsBlock(elements=[manage]))
    return [*blocks, *_rest(len(tab.running) - _RUNNING_SHOWN)]


def _own(tab: HomeTab) -> list[Block]:
    own = tab.own
    if own.is_muted:
        said = "You get no reminders. You are still told of moves and cancellations."
    else:
        said = "You are reminded when the organisers of each seminar chose to."
        if own.reminders:
            said += f" You added: {', '.join(map(_added, own.reminders))}."
    quiet = ""
    if own.quiet_from and own.quiet_until:
        hours = f"{own.quiet_from} to {own.quiet_until}"
        quiet = f"Quiet hours: {hours}. What falls into them comes when they end."
    zone = (
        f"Your times are those of {city_of(tab.zone)}, as set in your Slack preferences."
        if is_known(tab.zone)
        else "Your time zone is not known yet; Slack shows the times in yours."
    )
    elements = [_plain_button("Change My Reminders", Action.PREFERENCES)]
    if tab.has_feed:
        elements.append(_plain_button("My Calendar Feed", Action.FEED))
    lines: list[Line] = [[words(said)], [words(quiet)] if quiet else (), [words(zone)]]
    return [paragraph(*lines), ActionsBlock(elements=elements)]


def _added(span: timedelta) -> str:
    """Name an own reminder as the modal does in which it was chosen."""
    return REMINDERS.get(minutes_of(span), f"{duration_in_words(span)} before")


def _plain_button(label: str, action: Action) -> ButtonElement:
    return ButtonElement(text=PlainTextObject(text=label, emoji=False), action_id=action, value=action)


def _rest(more: int) -> list[Block]:
    return [paragraph([words(f"and {more} more; {COMMAND} list shows all")])] if more > 0 else []
