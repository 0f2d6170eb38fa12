"""What every listener has at hand.

Slack gets its answer when a listener returns, so nothing in one waits for
Slack: opening a modal or a private answer is handed to `FollowUps`.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.listeners.follow_ups import FollowUps
from bot.listeners.rights import Rights
from bot.services.desk import Desk
from bot.slack.errors import Accepted, Answer, BadPayload, Doubtful, RefusedForTarget, RetryAt
from bot.slack.gateway import SlackGateway
from bot.slack.installations import Installation, Installations
from bot.storage.engine import Transaction
from bot.views.answers import build_not_saved
from bot.views.ids import Callback
from bot.views.message import Message
from bot.views.notices import build_said

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


_OPEN_AGAIN_S = 1.0  # a trigger lives three seconds
_UPDATE_AGAIN_S = 3.0  # nobody looks at a form that stands still for longer


@dataclass(frozen=True, slots=True)
class DeskSide:
    """The services that listeners call."""

    desk: Desk
    transaction: Transaction
    reading: Transaction
    clock: Clock
    gateway: SlackGateway
    installations: Installations
    rights: Rights
    executor: Executor
    on_promised: Callable[[], None]
    default_zone: str
    follow_ups: FollowUps
    public_url: str = ""  # where people reach the HTTP side; empty where it is not to be reached

    def installation(self, body: dict[str, Any]) -> Installation:
        """Return the installation that a payload belongs to.

        Bolt has authorised the request by then, so there is one.
        """
        found = self.installations.find(team_of(body))
        if found is None:
            raise LookupError("the workspace is not served here")
        return found

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run a reading use case in its own transaction."""
        return await self._in_thread(self.reading, work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run a use case in its own transaction, committed when this returns."""
        return await self._in_thread(self.transaction, work)

    async def _in_thread(self, transaction: Transaction, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with transaction() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self.executor, run)

    async def respond(self, body: dict[str, Any], message: Message, *, replace: bool = False) -> bool:
        """Send a private answer to where a payload came from; False if it did not arrive.

        Nothing private can be written on the Home tab, so there the answer is a modal, and what is pressed
        in that modal changes it.
        """
        url = body.get("response_url")
        if not isinstance(url, str):
            return await self._respond_by_view(body, message)
        payload: dict[str, Any] = {"text": message.text, "blocks": list(message.blocks)}
        if replace:
            payload["replace_original"] = True
        else:
            payload |= {"response_type": "ephemeral", "replace_original": False}
        return await self.gateway.respond(url, payload)

    async def _respond_by_view(self, body: dict[str, Any], message: Message) -> bool:
        view = body.get("view")
        if not isinstance(view, dict):  # who is turned away may have sent anything
            return False
        if view.get("type") == "home":
            return isinstance(await self.open_view(body, build_said(message)), Accepted)
        if view.get("callback_id") == Callback.SAID:
            return isinstance(await self.update_view(body, build_said(message)), Accepted)
        return False

    async def open_view(self, body: dict[str, Any], view: dict[str, Any]) -> Answer:
        """Open a modal with the trigger of a payload, which lives three seconds.

        Where Slack surely did not open it and wants a pause of a second at most,
        it is tried once more.
        """
        args = {"trigger_id": body.get("trigger_id"), "view": view}
        return await self._show(body, "views.open", args, again_within_s=_OPEN_AGAIN_S)

    async def push_view(self, body: dict[str, Any], view: dict[str, Any]) -> Answer:
        """Put a modal on top of the one that a payload came from."""
        args = {"trigger_id": body.get("trigger_id"), "view": view}
        return await self._show(body, "views.push", args, again_within_s=_OPEN_AGAIN_S)

    async def update_view(self, body: dict[str, Any], view: dict[str, Any]) -> Answer:
        """Change the modal that a payload came from, unless it has changed since.

        The hash sees to that: whoever pressed twice, or went on meanwhile, keeps
        the newer view, and nothing is put over it.
        """
        shown = body.get("view") or {}
        args = {"view_id": shown.get("id"), "hash": shown.get("hash"), "view": view}
        return await self._show(body, "views.update", args, again_within_s=_UPDATE_AGAIN_S)

    async def _show(
        self, body: dict[str, Any], method: str, args: dict[str, Any], *, again_within_s: float
    ) -> Answer:
        token = self.installation(body).token
        answer = await self.gateway.call(token, method, args)
        if isinstance(answer, RetryAt) and answer.reason != "hash_conflict":
            pause_s = answer.after.total_seconds() if answer.after is not None else again_within_s / 2
            if pause_s <= again_within_s:
                await asyncio.sleep(pause_s)
                answer = await self.gateway.call(token, method, args)
        if isinstance(answer, BadPayload):
            _log.error("Slack found a mistake in a view: %s %s", answer.code, "; ".join(answer.messages))
        return answer

    def after_ack(
        self,
        body: dict[str, Any],
        work: Coroutine[Any, Any, None],
        *,
        can_wait: bool = False,
        if_it_fails: Callable[[], Message] = build_not_saved,
    ) -> None:
        """Go on after the acknowledgement; a failure is said to who pressed.

        Args:
            body: The payload.
            work: What is left to do.
            can_wait: Presses that are waiting to be saved go first.
            if_it_fails: What is said then.
        """
        self.follow_ups.start(work, on_failure=lambda: self.respond(body, if_it_fails()), can_wait=can_wait)


def may_be_shown(answer: Answer) -> bool:
    """Tell whether a modal may stand on the screen though Slack did not say so.

    A trigger that was used up was used by us: what asked for the modal came twice.
    """
    return isinstance(answer, Doubtful) or answer == RefusedForTarget("exchanged_trigger_id")


def team_of(body: dict[str, Any]) -> str:
    """Return Slack's id of the workspace that a payload came from."""
    team = body.get("team")
    if isinstance(team, dict) and team.get("id"):
        return str(team["id"])
    return str(body.get("team_id") or (body.get("user") or {}).get("team_id") or "")


def user_of(body: dict[str, Any]) -> str:
    """Return Slack's id of the person behind a payload."""
    user = body.get("user")
    return str(user["id"]) if isinstance(user, dict) else str(body.get("user_id") or "")
