"""How interactions, commands and events reach the app, and what follows where it stays silent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.workspace import Workspace
    from bot.playground.world import World

Kind = Literal["slash_commands", "interactive", "events_api"]
RETRY_DELAYS = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Ack:
    """What came back for one delivery.

    Attributes:
        is_acknowledged: Whether the app answered with success within three seconds.
        body: What the app put into its answer.
        problem: Slack's word for what went wrong otherwise.
        wants_retry: False where the app asked not to be told again.
    """

    is_acknowledged: bool
    body: Json | None = None
    problem: str | None = None
    wants_retry: bool = True


@dataclass(frozen=True)
class Retry:
    """Which repetition of an event this is, and why."""

    attempt: int
    reason: str


class Route(Protocol):
    """A way to the app."""

    async def deliver(self, kind: Kind, payload: Json, within: float, retry: Retry | None = None) -> Ack:
        """Deliver once and wait for the acknowledgement."""
        ...


class Delivery:
    """Delivers through one route at a time, as Slack does for an app.

    Attributes:
        ack_seconds: How long the app has.
        retry_delays: When an unacknowledged event is sent again, in seconds.
        events: Every event sent, in order, without repetitions.
        subscribed: The types of event the app subscribed to; None means all.
    """

    def __init__(self, world: World, route: Route) -> None:
        self._world = world
        self.route = route
        self.ack_seconds = 3.0
        self.retry_delays: tuple[float, ...] = RETRY_DELAYS
        self.events: list[Json] = []
        self.subscribed: set[str] | None = None
        self._duplicates = 0
        self._tasks: set[asyncio.Task[object]] = set()

    def duplicate_next(self, times: int = 1) -> None:
        """Deliver the next payloads twice, as Slack may."""
        self._duplicates += times

    async def send(self, kind: Kind, payload: Json) -> Ack:
        """Deliver a command or an interaction; there is no second try."""
        if self._duplicates:
            self._duplicates -= 1
            self._keep(asyncio.create_task(self.route.deliver(kind, payload, self.ack_seconds)))
        ack = await self.route.deliver(kind, payload, self.ack_seconds)
        self._world.changed()
        return ack

    def send_event(self, workspace: Workspace, event: Json) -> None:
        """Start delivering an event; before the stand-in has started nobody listens."""
        if self.subscribed is not None and event["type"] not in self.subscribed:
            return
        self.repeat_event(self._envelope(workspace, event))

    def repeat_event(self, payload: Json) -> None:
        """Deliver an event's payload (again, when it is one of `events`)."""
        self.events.append(payload)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._keep(loop.create_task(self._persist(payload)))

    async def settle(self) -> None:
        """Wait until all events are acknowledged or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Give up what is still being delivered."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _persist(self, payload: Json) -> None:
        retry: Retry | None = None
        for attempt, delay in enumerate((None, *self.retry_delays)):
            if delay is not None:
                await asyncio.sleep(delay)
            ack = await self.send_once(payload, retry)
            if ack.is_acknowledged or not ack.wants_retry:
                return
            retry = Retry(attempt + 1, ack.problem or "unknown_error")

    async def send_once(self, payload: Json, retry: Retry | None) -> Ack:
        """Deliver an event one time."""
        if self._duplicates:
            self._duplicates -= 1
            self._keep(asyncio.create_task(self.route.deliver("events_api", payload, self.ack_seconds)))
        return await self.route.deliver("events_api", payload, self.ack_seconds, retry)

    def _keep(self, task: asyncio.Task[Ack] | asyncio.Task[None]) -> None:
        kept: asyncio.Task[object] = task
        self._tasks.add(kept)
        kept.add_done_callback(self._tasks.discard)

    def _envelope(self, workspace: Workspace, event: Json) -> Json:
        world = self._world
        authorization = {
            "enterprise_id": None,
            "team_id": workspace.id,
            "user_id": workspace.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": world.verification_token,
            "team_id": workspace.id,
            "context_team_id": workspace.id,
            "context_enterprise_id": None,
            "api_app_id": world.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": world.next_id("Ev"),
            "event_time": int(world.clock.now().timestamp()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": world.next_id("4-"),
        }
