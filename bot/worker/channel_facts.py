"""Asks Slack whether the channels of announcements are private: Home and lists show those to nobody else.

Until Slack was asked a channel counts as private. What is missing is found in
the database, so a restart loses nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.slack.errors import Accepted, RefusedForTarget
from bot.slack.gateway import SlackGateway
from bot.storage.channels import list_unknown_channels, save_privacy
from bot.storage.engine import Transaction
from bot.storage.homes import want_homes_of

_log = logging.getLogger(__name__)

_TURN_S = 1.0
_PAUSE_S = 60.0
_WITHIN = timedelta(seconds=5)
_AT_ONCE = 20  # conversations.info allows 50 calls a minute and more


class ChannelFacts:
    """Fills in what is not known of the channels that seminars are announced in."""

    def __init__(
        self,
        *,
        transaction: Transaction,
        reading: Transaction,
        gateway: SlackGateway,
        token_of: Callable[[str], str | None],
        clock: Clock,
        executor: Executor,
        on_known: Callable[[], None],
    ) -> None:
        self._transaction = transaction
        self._reading = reading
        self._gateway = gateway
        self._token_of = token_of
        self._clock = clock
        self._executor = executor
        self._on_known = on_known

    async def run(self) -> None:
        """Work until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            pause = _TURN_S
            try:
                unknown = await loop.run_in_executor(self._executor, self._find)
                answers = [await self._ask(*one) for one in unknown]
                if not all(answers):
                    pause = _PAUSE_S
            except SQLAlchemyError as error:
                _log.warning("The database did not give the unknown channels: %s", type(error).__name__)
            await asyncio.sleep(pause)

    def _find(self) -> list[tuple[int, str, str]]:
        with self._reading() as session:
            return list_unknown_channels(session, limit=_AT_ONCE)

    async def _ask(self, workspace_id: int, team_id: str, channel_id: str) -> bool:
        """Ask about one channel; False if Slack is to be left alone for a while."""
        token = self._token_of(team_id)
        if token is None:
            return False
        answer = await self._gateway.conversations_info(token, channel_id, within=_WITHIN)
        if isinstance(answer, Accepted):
            channel = dict(answer.response.get("channel") or {})
            is_private = bool(channel.get("is_private") or channel.get("is_im") or channel.get("is_mpim"))
        elif isinstance(answer, RefusedForTarget):
            is_private = True  # what the bot may not see, not everybody sees
        else:
            return False
        await asyncio.get_running_loop().run_in_executor(
            self._executor, self._save, workspace_id, channel_id, is_private
        )
        self._on_known()
        return True

    def _save(self, workspace_id: int, channel_id: str, is_private: bool) -> None:  # noqa: FBT001 - for an executor
        with self._transaction() as session:
            seminar_ids = save_privacy(session, workspace_id, channel_id, is_private=is_private)
            if not is_private:
                want_homes_of(session, seminar_ids, now=self._clock.now())
