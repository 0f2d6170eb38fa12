"""A workspace of the stand-in with the real bot in it, over Socket Mode and over signed HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.bootstrap import Running, running
from bot.clock import Clock
from bot.playground.person import Person
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.playground.workspace import Workspace
from bot.settings import Settings
from bot.storage.engine import open_engine
from tests.payloads import check_message, check_view

ANNOUNCED = datetime(2020, 7, 29, 0, 0, tzinfo=UTC)
STARTS = datetime(2020, 8, 7, 1, 0, tzinfo=UTC)
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"

KHORGOS: dict[str, Any] = {
    "title": "At the Pole of Inaccessibility: Khorgos, SREB and Visions for Kazakh-Chinese Connectivity",
    "speakers": "Dana Rice, CAIS",
    "abstract": "Kazakhstan has been closely linked to China’s Silk Road Economic Belt.",
    "date": "2020-08-07",
    "time": "11:00",
    "minutes": "90",
    "place": "CAIS Lecture Theatre",
    "online_link": "https://meet.example.org/khorgos",
    "seats": "2",
}
_STEPS = (
    ("form_what", ("title", "speakers", "abstract", "bio")),
    ("form_when", ("date", "time", "minutes", "place", "online_link")),
    ("form_how", ("seats", "waitlist", "closes", "reminders", "channels")),
)


@dataclass
class Scene:
    """The stand-in, the bot in it, and its people."""

    pg: Playground
    ws: Workspace
    bot: Running
    clock: Clock
    engine: Engine
    settings: Settings

    @property
    def ana(self) -> Person:
        return self.pg.person(self.ws, "U0ANA")

    def member(self, number: int) -> Person:
        return self.pg.person(self.ws, f"U0M{number:02}")

    def members(self, count: int) -> list[Person]:
        return [self.member(number) for number in range(count)]

    async def fill(self, person: Person, **fields: Any) -> None:
        """Fill in the form up to the preview."""
        await person.command("/seminar", "new", channel="C0TALKS")
        typed = KHORGOS | fields
        for callback, names in _STEPS:
            view = await person.wait_for_view(callback)
            await person.fill(view, {name: typed[name] for name in names if name in typed})
            result = await person.submit(view)
            assert (result.errors, result.error) == ({}, None)
        await person.wait_for_view("form_preview")

    async def announce(self, **fields: Any) -> Message:
        """Announce khorgos and return its card."""
        await self.fill(self.ana, **fields)
        await self.ana.submit()
        title = fields.get("title", "Khorgos").split("<")[0]
        return await self.ana.wait_for_message("C0TALKS", contains=title)

    async def seat(self, card: Message, *people: Person) -> None:
        """Register people one after the other, and wait until each was told."""
        for person in people:
            await person.press(card, "register")
            await person.wait_for_message(contains="Khorgos")

    def move_to(self, at: datetime) -> None:
        self.clock.move_to(at)
        self.bot.dispatcher.wake()

    async def card(self, contains: str) -> Message:
        """Wait until the card says something."""
        return await self.ana.wait_for_message("C0TALKS", contains=contains, within=8)


@asynccontextmanager
async def open_scene(file: Path, mode: str, **settings: Any) -> AsyncIterator[Scene]:
    """Open the workspace, and the bot in that mode on that database."""
    clock = Clock()
    clock.move_to(ANNOUNCED)
    pg = Playground(now=clock.now, on_clock_move=clock.move_to)
    ws = pg.add_workspace("T0CAIS", "CAIS")
    ws.add_user("U0ANA", "Ana", tz="Australia/Sydney", is_admin=True)
    for number in range(25):
        zone = "Asia/Singapore" if number % 2 else "Australia/Sydney"
        ws.add_user(f"U0M{number:02}", f"Member {number}", tz=zone)
    ws.add_channel("C0TALKS", "talks")
    ws.add_channel("C0STAFF", "staff-only", members=["U0ANA"], is_private=True)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pg)
        url = f"sqlite:///{file}"
        chosen: dict[str, Any] = {
            "database_url": url,
            "slack_bot_token": pg.bot_token,
            "slack_api_url": pg.api_url,
            "host": "127.0.0.1",
            "port": 0,
        }
        chosen |= (
            {"slack_app_token": pg.app_token}
            if mode == "socket"
            else {"slack_signing_secret": SIGNING_SECRET}
        )
        made = Settings(_env_file=None, **(chosen | settings))
        engine = open_engine(url)
        stack.callback(engine.dispose)
        bot = await stack.enter_async_context(running(made, clock=clock, engine=engine))
        if bot.port is not None:
            pg.use_http(f"http://127.0.0.1:{bot.port}/slack/events", signing_secret=SIGNING_SECRET)
        yield Scene(pg, ws, bot, clock, engine, made)
        check_payloads(pg)


def check_payloads(pg: Playground) -> None:
    """Hold everything that the bot sent against Slack's models and limits."""
    for call in pg.calls:
        args = dict(call.args)
        if call.method in {"chat.postMessage", "chat.update"}:
            check_message({"text": args["text"], "blocks": args["blocks"]})
        elif call.method.startswith("views."):
            check_view(args["view"])
    assert pg.complaints == []


async def eventually(look: Callable[[], bool], within: float = 5) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within):
        while not look():  # noqa: ASYNC110 - what is waited for signals nothing
            await asyncio.sleep(0.02)


def texts(messages: Sequence[Message]) -> list[str]:
    return [message.text for message in messages]
