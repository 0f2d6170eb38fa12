"""Home: what a member has, what is coming, and for staff what they run."""

from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, DividerBlock
from slack_sdk.models.views import View

from bot.domain.draft import minutes_of
from bot.domain.zones import city_of, duration_in_words
from bot.views.clashes import clash_buttons
from bot.views.coming import build_coming
from bot.views.facts import seat_holder_lines, seats_line
from bot.views.form_sentences import REMINDERS
from bot.views.home_tab import Held, HomeTab
from bot.views.ids import COMMAND, Action, Callback, ManageRef
from bot.views.manage import staff_button
from bot.views.rich import (
    Line,
    button,
    header,
    labelled,
    link_button,
    paragraph,
    plain_button,
    quoted,
    strong,
    title_of,
    words,
)
from bot.views.times import is_known, seminar_pieces, when_text

# A view holds 100 blocks. Each seminar takes two: with what is coming, headings and the rest, 96 at most.
_SEATS_SHOWN = 12
_LINE_SHOWN = 7
_RUNNING_SHOWN = 7
_CLASHES_SHOWN = 5


def build_home(tab: HomeTab, now: datetime) -> dict[str, Any]:
    """Build the tab as it stands at a moment."""
    blocks: list[Block] = [header("My seats"), *_seats(tab, now)]
    if tab.line:
        blocks += [DividerBlock(), header("My places in line"), *_line(tab, now)]
    blocks += [DividerBlock(), header("What is coming"), *build_coming(tab, now)]
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
    elements = [plain_button("Change My Reminders", Action.PREFERENCES)]
    if tab.has_feed:
        elements.append(plain_button("My Calendar Feed", Action.FEED))
    lines: list[Line] = [[words(said)], [words(quiet)] if quiet else (), [words(zone)]]
    return [paragraph(*lines), ActionsBlock(elements=elements)]


def _added(span: timedelta) -> str:
    """Name an own reminder as the modal does in which it was chosen."""
    return REMINDERS.get(minutes_of(span), f"{duration_in_words(span)} before")


def _rest(more: int) -> list[Block]:
    return [paragraph([words(f"and {more} more; {COMMAND} list shows all")])] if more > 0 else []
