"""Asks Slack for the facts of members that the bot has not met yet, at a calm pace.

What is missing is found in the database, so a restart loses nothing, and a
thousand people who register at once are asked about over some minutes. Until
then their messages show times in a way that Slack turns into their own.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.services.deactivating import free_seats
from bot.slack.errors import Accepted, Answer, RefusedForTarget, RetryAt
from bot.slack.gateway import SlackGateway
from bot.storage.engine import Transaction
from bot.storage.members import list_unknown, list_workspaces, list_workspaces_with_unknown, save_facts

_log = logging.getLogger(__name__)

_PER_MINUTE = 80  # in one workspace; Slack allows 100 and more
_BURST = 20
_TURN_S = 1.0
_LONG_PAUSE_S = 300.0  # where asking again soon would change nothing


def read_zone(user: dict[str, Any], default_zone: str) -> str:
    """Return a person's zone as Slack knows it."""
    return str(user.get("tz") or default_zone)


class FactsFinder:
    """Fills in what is not known of members: their zone, and whether they are deactivated.

    A deactivated account frees its seats; ``on_freed`` is called once that is saved.
    A workspace whose token opens nothing any more is left alone for some minutes.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each by its name
        self,
        *,
        transaction: Transaction,
        reading: Transaction,
        gateway: SlackGateway,
        token_of: Callable[[str], str | None],
        clock: Clock,
        executor: Executor,
        default_zone: str,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_freed: Callable[[], None] = lambda: None,
    ) -> None:
        self._transaction = transaction
        self._reading = reading
        self._gateway = gateway
        self._token_of = token_of
        self._clock = clock
        self._executor = executor
        self._default_zone = default_zone
        self._sleep = sleep
        self._on_freed = on_freed
        self._allowed: dict[int, float] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                unknown = await loop.run_in_executor(self._executor, self._find)
                await asyncio.gather(*(self._ask(*one) for one in unknown))
            except SQLAlchemyError as error:
                _log.warning("The database did not give the unknown members: %s", type(error).__name__)
            await self._sleep(_TURN_S)

    def _find(self) -> list[tuple[int, str, str]]:
        with self._reading() as session:
            workspaces = list_workspaces(session, list_workspaces_with_unknown(session))
            return [
                (workspace.id, workspace.team_id, user_id)
                for workspace in workspaces.values()
                for user_id in list_unknown(session, workspace.id, limit=self._spend(workspace.id))
            ]

    def _spend(self, workspace_id: int) -> int:
        """Return how many people may be asked about now; the rest is kept for the next turn."""
        allowed = min(_BURST, self._allowed.get(workspace_id, _BURST) + _PER_MINUTE * _TURN_S / 60)
        ready = max(0, int(allowed))
        self._allowed[workspace_id] = allowed - ready
        return ready

    async def _ask(self, workspace_id: int, team_id: str, user_id: str) -> None:
        token = self._token_of(team_id)
        if token is None:
            return
        answer = await self._gateway.users_info(token, user_id, within=timedelta(seconds=5))
        if isinstance(answer, Accepted):
            user = dict(answer.response.get("user") or {})
        elif isinstance(answer, RefusedForTarget):
            user = {}  # nobody to ask about; noted, so that it is not asked again and again
        else:
            self._pause(workspace_id, answer)
            return
        await asyncio.get_running_loop().run_in_executor(
            self._executor, self._save, workspace_id, user_id, user
        )

    def _pause(self, workspace_id: int, answer: Answer) -> None:
        """Ask nobody there for a while; of several answers the longest pause counts."""
        pause = _LONG_PAUSE_S
        if isinstance(answer, RetryAt):
            pause = answer.after.total_seconds() if answer.after else _TURN_S
        self._allowed[workspace_id] = min(self._allowed[workspace_id], -pause * _PER_MINUTE / 60)

    def _save(self, workspace_id: int, user_id: str, user: dict[str, Any]) -> None:
        now, is_deactivated, freed = self._clock.now(), bool(user.get("deleted")), 0
        with self._transaction() as session:
            if is_deactivated:
                freed = free_seats(session, workspace_id, user_id, now=now)
            save_facts(
                session,
                workspace_id,
                user_id,
                zone=read_zone(user, self._default_zone),
                is_admin=bool(user.get("is_admin") or user.get("is_owner")),
                is_deactivated=is_deactivated,
                now=now,
            )
        if freed:
            self._on_freed()
