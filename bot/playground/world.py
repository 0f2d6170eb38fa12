"""Everything the parts of the stand-in share: workspaces, clock, limits, faults and the record of calls."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bot.playground.faults import Faults
from bot.playground.limits import RateLimits
from bot.playground.state import UploadedFile, User
from bot.playground.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.playground.clock import Clock
    from bot.playground.delivering import Delivery
    from bot.playground.refusals import Json

TRIGGER_SECONDS = 3.0
Found = TypeVar("Found")


@dataclass(frozen=True)
class Call:
    """One call of the bot, with what it was answered; status 0 means no answer came.

    Attributes:
        method: The Web API method, or `response_url`.
        at_monotonic: When, in seconds of elapsed time.
        at: When, by the calendar's clock.
    """

    method: str
    team_id: str | None
    args: Json
    status: int
    response: Json | None
    at_monotonic: float
    at: datetime

    @property
    def is_ok(self) -> bool:
        """Say whether Slack accepted it."""
        return bool(self.response and self.response.get("ok"))


@dataclass
class Trigger:
    """A `trigger_id`: three seconds, one use."""

    team_id: str
    user_id: str
    given_at: float
    channel_id: str | None = None
    in_view: str | None = None
    is_used: bool = False


@dataclass(eq=False)
class World:
    """The state of one stand-in.

    Attributes:
        complaints: What the app did that Slack would not show to the app but a person
            would suffer from, such as an answer to a form that cannot be used.
        calls: All calls of the app, in order.
    """

    clock: Clock
    delivery: Delivery = field(init=False)
    url: str = ""
    app_id: str = "A0SEMINARS"
    app_name: str = "Seminar Bot"
    app_token: str = "xapp-1-A0SEMINARS-1-playground"  # noqa: S105  opens nothing but the stand-in
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    verification_token: str = "verification"  # noqa: S105  the same
    client_id: str = "1.1"
    client_secret: str = "client-secret"  # noqa: S105  the same
    signing_secret: str = "signing-secret"  # noqa: S105  the same
    default_scopes: frozenset[str] | None = None
    commands: list[Json] = field(default_factory=list)
    shortcuts: list[Json] = field(default_factory=list)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    version: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    limits: RateLimits = field(init=False)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _orders: itertools.count[int] = field(default_factory=itertools.count)
    _waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limits = RateLimits(self.clock.elapsed)

    def add_workspace(self, team_id: str, name: str) -> Workspace:
        """Found a workspace with the app installed in it."""
        number = team_id[1:]
        workspace = Workspace(
            team_id,
            name,
            self,
            f"xoxb-{team_id}-0",
            f"UBOT{number}",
            f"BBOT{number}",
            name.lower().replace(" ", "-"),
        )
        if self.default_scopes is not None:
            workspace.scopes = set(self.default_scopes)
        self.workspaces[team_id] = workspace
        workspace.add_user(workspace.bot_user_id, self.app_name.lower(), real_name=self.app_name, is_bot=True)
        return workspace

    def next_id(self, letter: str) -> str:
        """Make an id that nothing else has."""
        return f"{letter}{next(self._ids):010d}"

    def next_order(self) -> int:
        """Number a message; later ones have higher numbers."""
        return next(self._orders)

    def new_trigger(self, team_id: str, user_id: str, channel: str | None, in_view: str | None = None) -> str:
        """Make a `trigger_id` for something that a member just did."""
        trigger_id = f"{self.next_id('')}.{team_id}.{user_id}"
        self.triggers[trigger_id] = Trigger(team_id, user_id, self.clock.elapsed(), channel, in_view)
        return trigger_id

    def add_file(
        self, team_id: str, user_id: str, name: str, content: bytes | None, size: int
    ) -> UploadedFile:
        """Keep a file; without content it is only announced."""
        kept = UploadedFile(
            self.next_id("F"), name, size, team_id, user_id, content, completed=content is not None
        )
        self.files[kept.id] = kept
        return kept

    def file_as_slack(self, file_id: str) -> Json:
        """Build the file object for view state."""
        return self.files[file_id].as_slack(self.url)

    def person(self, team_id: str, user_id: str) -> User:
        """Get a member by team and id."""
        return self.workspaces[team_id].users[user_id]

    def record(self, method: str, team_id: str | None, args: Json, status: int, answer: Json | None) -> None:
        """Write down a call of the app."""
        self.calls.append(Call(method, team_id, args, status, answer, self.clock.elapsed(), self.clock.now()))
        self.changed()

    def changed(self) -> None:
        """Say that something may look different now; wakes whoever waits for that."""
        self.version += 1
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next_change(self) -> None:
        """Wait until anything changes."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    async def hang(self, seconds: float) -> None:
        """Wait so long, or until the stand-in stops."""
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return

    async def until(self, look: Callable[[], Found | None], within: float, what: str) -> Found:
        """Wait until a look finds something.

        Raises:
            TimeoutError: If it does not within so many seconds, saying what was looked for.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    found = look()
                    if found is not None and found is not False:
                        return found
                    await self.next_change()
        except TimeoutError:
            raise TimeoutError(f"{what} did not come within {within:g} s") from None
