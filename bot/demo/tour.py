"""``seminar-bot demo --tour``: the whole story without a browser, every step of it checked."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.demo import khorgos
from bot.demo.stage import CHANNEL, STAFF, DemoError, Stage, announce_khorgos, open_stage
from bot.playground.person import Person
from bot.playground.state import Message
from bot.storage.engine import transactions
from bot.storage.members import list_workspaces_with_unknown

_LIMIT_S = 20
_POSTS_PER_MINUTE = 3000  # at the pace that Slack allows, the reminders alone would take ten seconds
_MEMBERS = 23
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

    _title(console, "An hour before, one answers Give My Seat Back; the next is seated")
    reminders = await _remind(stage, members, holders, timedelta(hours=1))
    _check(all("starts in 1 hour" in reminder.text for reminder in reminders), "an hour is not said")
    await members[holders[1]].press(reminders[1], "release")
    promoted = await members[line[1]].wait_for_message(contains="A seat became free")
    _show(console, _PEOPLE[holders[1]][1], reminders[1])
    _show(console, _PEOPLE[line[1]][1], promoted)
    await staff.wait_for_message(CHANNEL, contains="Full: 1 waiting", within=8)

    await _end(stage, console, staff)


async def _end(stage: Stage, console: Console, staff: Person) -> None:
    _title(console, "The talk is over")
    stage.clock.move_to(khorgos.ENDS_AT)
    over = await staff.wait_for_message(CHANNEL, contains="Over", within=8)
    _show(console, "the announcement", over)
    _check(stage.playground.complaints == [], "Slack's stand-in complained")
    posts = stage.playground.calls_of("chat.postMessage", ok_only=True)
    expected = 1 + _MEMBERS + 2 + 2 * khorgos.SEATS
    _check(len(posts) == expected, f"{len(posts)} messages were posted, not {expected}")


async def _remind(
    stage: Stage, members: Sequence[Person], holders: Sequence[int], before: timedelta
) -> list[Message]:
    """Move the clock, and return the reminder of each holder."""
    order = members[0].now_order()
    stage.clock.move_to(khorgos.STARTS_AT - before)
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
