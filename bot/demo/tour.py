"""``seminar-bot demo --tour``: the whole story without a browser, every step of it checked."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.demo import khorgos
from bot.demo.stage import CHANNEL, STAFF, DemoError, Stage, announce, announce_khorgos, open_stage
from bot.playground.person import Person
from bot.playground.state import Message
from bot.storage.engine import transactions
from bot.storage.members import list_workspaces_with_unknown

_LIMIT_S = 30
_POSTS_PER_MINUTE = 3000  # at the pace that Slack allows, the reminders alone would take ten seconds
_MEMBERS = 23
_MOVED_BY = timedelta(hours=2)
_NOTICE_AFTER = timedelta(minutes=2, seconds=1)
_AT_THE_OTHER = 3
_OTHER_WHAT = {"title": "Rivers that remember", "speakers": "Aliya Nurlan, Hydrology"}
_OTHER_WHEN = {"date": "2020-08-14", "time": "10:00", "minutes": "60", "place": "CAIS Lecture Theatre"}
_ZONES = ("Australia/Sydney", "Asia/Singapore", "Asia/Almaty", "Europe/Berlin")
_CLOCKS = {
    "Australia/Sydney": "11:00–12:30",
    "Asia/Singapore": "09:00–10:30",
    "Asia/Almaty": "07:00–08:30",
    "Europe/Berlin": "03:00–04:30",
}
_PEOPLE = tuple(
    (f"U0M{number:02}", f"Member {number + 1}", _ZONES[number % len(_ZONES)]) for number in range(_MEMBERS)
)


async def play(console: Console | None = None) -> int:
    """Play the story, print it as a transcript, and return the exit code: 0 if all is as it should be."""
    console = console or Console(highlight=False)
    started = time.monotonic()
    try:
        async with (
            asyncio.timeout(_LIMIT_S),
            open_stage(people=_PEOPLE, posts_per_minute=_POSTS_PER_MINUTE) as stage,
        ):
            await _story(stage, console)
    except (DemoError, TimeoutError, LookupError) as error:
        reason = str(error) or f"it took longer than {_LIMIT_S} seconds"
        console.print(Text(f"The tour stopped: {reason}", style="red"))
        return 1
    console.print(f"\n[green]All is as it should be[/green] ({time.monotonic() - started:.1f} s).")
    return 0


async def _story(stage: Stage, console: Console) -> None:
    staff = stage.person(STAFF)
    members = [stage.person(user_id) for user_id, _name, _zone in _PEOPLE]

    _title(console, "Staff announce the seminar, with 20 seats")
    card = await announce_khorgos(stage)
    _check("20 of 20 seats left" in card.text, "the card does not show 20 free seats")
    _show(console, "#seminars", card)

    _title(console, f"{_MEMBERS} members press Register at the same moment")
    answers = await asyncio.gather(*(member.press(card, "register") for member in members))
    _check(all(answer.acknowledged for answer in answers), "a press was not acknowledged")
    told = [await member.wait_for_message(contains="Khorgos") for member in members]
    seated = [place for place, message in enumerate(told) if "You have a seat for" in message.text]
    line = sorted(
        (place for place in range(_MEMBERS) if place not in seated), key=lambda place: _in_line(told[place])
    )
    _check(len(seated) == khorgos.SEATS, f"{len(seated)} members have a seat, not {khorgos.SEATS}")
    _check([_in_line(told[place]) for place in line] == [1, 2, 3], "the line is not 1, 2, 3")
    _show(console, _PEOPLE[seated[0]][1], told[seated[0]])
    _show(console, _PEOPLE[line[0]][1], told[line[0]])
    full = await staff.wait_for_message(CHANNEL, contains="Full: 3 waiting", within=8)
    _show(console, "the announcement", full)

    _title(console, "One gives the seat back; the next in line is seated and told")
    await members[seated[0]].press(told[seated[0]], "release")
    given = await members[seated[0]].wait_for_message(contains="You gave back your seat")
    _show(console, _PEOPLE[seated[0]][1], given)
    promoted = await members[line[0]].wait_for_message(contains="A seat became free")
    _show(console, _PEOPLE[line[0]][1], promoted)
    await staff.wait_for_message(CHANNEL, contains="Full: 2 waiting", within=8)
    await _wait_for_zones(stage)

    _title(console, "A day before the talk, in everybody's own time")
    holders = [*seated[1:], line[0]]
    reminders = await _remind(stage, members, holders, timedelta(days=1))
    for place, reminder in zip(holders, reminders, strict=True):
        zone = _PEOPLE[place][2]
        _check("starts in 1 day" in reminder.text, "a reminder does not say that a day is left")
        _check(_CLOCKS[zone] in reminder.text, f"a reminder does not say {_CLOCKS[zone]} for {zone}")
        _check(_CLOCKS["Australia/Sydney"] in reminder.text, "a reminder does not say the venue's time")
    for place in _one_of_each_zone(holders):
        _show(console, f"{_PEOPLE[place][1]}, {_PEOPLE[place][2]}", reminders[holders.index(place)])
    quiet = [message for place in line[1:] for message in members[place].direct_messages()]
    _check(not any("Still coming?" in message.text for message in quiet), "a waiter was reminded")

    _title(console, "Staff move the talk by two hours; everybody is told once, and asked again")
    await _move(stage, console, [members[place] for place in (*holders, *line[1:])])

    _title(console, "An hour before, one answers Give My Seat Back; the next is seated")
    reminders = await _remind(stage, members, holders, timedelta(hours=1), khorgos.STARTS_AT + _MOVED_BY)
    _check(all("starts in 1 hour" in reminder.text for reminder in reminders), "an hour is not said")
    await members[holders[1]].press(reminders[1], "release")
    promoted = await members[line[1]].wait_for_message(contains="A seat became free")
    _show(console, _PEOPLE[holders[1]][1], reminders[1])
    _show(console, _PEOPLE[line[1]][1], promoted)
    await staff.wait_for_message(CHANNEL, contains="Full: 1 waiting", within=8)

    _title(console, "Another talk is cancelled, with the reason; everybody who had a seat is told")
    await _cancel(stage, console, members[:_AT_THE_OTHER])

    await _end(stage, console, staff)


async def _move(stage: Stage, console: Console, told: Sequence[Person]) -> None:
    staff = stage.person(STAFF)
    await staff.command("/seminar", "edit khorgos", channel=CHANNEL)
    for callback, typed in (("form_what", {}), ("form_when", {"time": "13:00"}), ("form_how", {})):
        view = await staff.wait_for_view(callback)
        await staff.fill(view, typed)
        await staff.submit(view)
    preview = await staff.wait_for_view("form_edit")
    seats, waiting = khorgos.SEATS, len(told) - khorgos.SEATS
    expected = f"{seats} registrants and {waiting} waiters will be told"
    _check(expected in preview.shown, f"the preview does not say that {expected}")
    console.print(Padding(Text(expected + ", in two minutes."), (0, 0, 0, 4)))
    await staff.submit()
    await staff.wait_for_view(contains="Saved")
    await staff.close(whole_stack=True)
    stage.clock.move_to(stage.clock.now() + _NOTICE_AFTER)
    stage.bot.dispatcher.wake()
    notices = [await member.wait_for_message(contains="has a new time", within=15) for member in told]
    _check(all("Before: " in notice.text for notice in notices), "a notice does not say the old time")
    _show(console, "somebody with a seat", notices[0])
    card = await staff.wait_for_message(CHANNEL, contains="13:00–14:30", within=8)
    _check("Full: 2 waiting" in card.text, "the card forgot the line")


async def _cancel(stage: Stage, console: Console, members: Sequence[Person]) -> None:
    staff = stage.person(STAFF)
    card = await announce(stage, _OTHER_WHAT, _OTHER_WHEN, {"seats": "30"}, contains="Rivers")
    for member in members:
        await member.press(card, "register")
        await member.wait_for_message(contains="You have a seat for “Rivers")
    await staff.command("/seminar", "cancel rivers", channel=CHANNEL)
    view = await staff.wait_for_view("cancel")
    await staff.fill(view, {"reason": "The speaker is ill."})
    await staff.submit(view)
    preview = await staff.wait_for_view("cancel_preview")
    expected = f"{len(members)} registrants are told"
    _check(expected in preview.shown, f"the preview does not say that {expected}")
    await staff.submit()
    notices = [await member.wait_for_message(contains="is cancelled", within=8) for member in members]
    _check(all("The speaker is ill." in notice.text for notice in notices), "a notice gives no reason")
    await staff.close(whole_stack=True)
    _show(console, "somebody who had a seat", notices[0])
    cancelled = await staff.wait_for_message(CHANNEL, contains="Cancelled: The speaker is ill.", within=8)
    _show(console, "its announcement, which stays", cancelled)


async def _end(stage: Stage, console: Console, staff: Person) -> None:
    _title(console, "The talk is over")
    stage.clock.move_to(khorgos.ENDS_AT + _MOVED_BY)
    over = await staff.wait_for_message(CHANNEL, contains="Over", within=8)
    _show(console, "the announcement", over)
    _check(stage.playground.complaints == [], "Slack's stand-in complained")
    # Its card, a confirmation each, two promotions, two reminders, the move, and what they thought of it;
    # the other one's card, confirmations and cancellations.
    first = 1 + _MEMBERS + 2 + 2 * khorgos.SEATS + (khorgos.SEATS + 2) + khorgos.SEATS
    await _expect_posts(stage, first + 1 + 2 * _AT_THE_OTHER)


async def _expect_posts(stage: Stage, expected: int) -> None:
    """Wait for the last message, and see that there is not one too many."""
    with suppress(TimeoutError):
        async with asyncio.timeout(8):
            while len(stage.playground.calls_of("chat.postMessage", ok_only=True)) < expected:  # noqa: ASYNC110 - the stand-in signals messages, not calls
                await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    posted = len(stage.playground.calls_of("chat.postMessage", ok_only=True))
    _check(posted == expected, f"{posted} messages were posted, not {expected}")


async def _remind(
    stage: Stage,
    members: Sequence[Person],
    holders: Sequence[int],
    before: timedelta,
    starts_at: datetime = khorgos.STARTS_AT,
) -> list[Message]:
    """Move the clock, and return the reminder of each holder."""
    order = members[0].now_order()
    stage.clock.move_to(starts_at - before)
    stage.bot.dispatcher.wake()
    return [
        await members[place].wait_for_message(contains="Still coming?", after=order, within=15)
        for place in holders
    ]


async def _wait_for_zones(stage: Stage) -> None:
    """Wait until the bot knows everybody's zone; until then Slack writes the times."""
    reading = transactions(stage.engine, is_reading=True)

    def has_unknown() -> bool:
        with reading() as session:
            return bool(list_workspaces_with_unknown(session))

    while await asyncio.to_thread(has_unknown):  # noqa: ASYNC110 - the database gives no signal
        await asyncio.sleep(0.05)


def _one_of_each_zone(holders: Sequence[int]) -> list[int]:
    first: dict[str, int] = {}
    for place in holders:
        first.setdefault(_PEOPLE[place][2], place)
    return list(first.values())


def _in_line(message: Message) -> int:
    if "you are first in line" in message.text:
        return 1
    _before, found, after = message.text.partition("you are number ")
    return int(after.split(maxsplit=1)[0]) if found else 0


def _title(console: Console, text: str) -> None:
    console.print(Text(f"\n{text}", style="bold"))


def _show(console: Console, where: str, message: Message) -> None:
    """Print a message as it reads, with its buttons below."""
    console.print(Text(f"  {where}", style="cyan"))
    console.print(Padding(Text(message.text), (0, 0, 0, 4)))
    if message.labels:
        console.print(Padding(Text(" · ".join(message.labels), style="dim"), (0, 0, 0, 4)))


def _check(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_so:
        raise DemoError(otherwise)
