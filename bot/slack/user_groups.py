"""Who is in a user group, asked rarely; the staff right hangs on it, so doubt is never a yes."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.slack.errors import Accepted, Doubtful, RetryAt
from bot.slack.gateway import SlackGateway

FRESH = timedelta(minutes=5)
STALE = timedelta(minutes=15)
PAUSE_AFTER_FAILURE = timedelta(seconds=30)

_NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Known:
    members: frozenset[str] | None  # None: Slack has not answered yet
    fetched_at: float
    ask_again_at: float


class UserGroups:
    """Membership of user groups, kept for `FRESH`.

    Fails closed: a group that Slack refuses has no members. Where Slack only does
    not answer, the last good list serves until it is `STALE`; after that, and where
    there is no list yet, it is unknown who is in.

    Args:
        gateway: Makes the calls.
        elapsed: The monotonic clock, in seconds.
    """

    def __init__(self, gateway: SlackGateway, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._elapsed = elapsed
        self._known: dict[tuple[str, str], _Known] = {}
        self._asking = asyncio.Lock()

    async def is_member(
        self, team_token: str, group_ids: Iterable[str], user_id: str, *, within: timedelta | None = None
    ) -> bool | None:
        """Tell whether a person is in any of the groups; None where Slack has not said it of one of them."""
        is_known = True
        for group_id in sorted(group_ids):
            members = await self.members(team_token, group_id, within=within)
            if members is None:
                is_known = False
            elif user_id in members:
                return True
        return False if is_known else None

    async def members(
        self, team_token: str, group_id: str, *, within: timedelta | None = None
    ) -> frozenset[str] | None:
        """Return the ids of a group's members, from memory where that is fresh; None if not yet known."""
        key = (team_token, group_id)
        async with self._asking:  # a crowd at the door asks once; the method allows 20 calls a minute
            known = self._known.get(key)
            if known is None or self._elapsed() >= known.ask_again_at:
                known = await self._ask(key, known, within)
                self._known[key] = known
        return known.members

    async def _ask(self, key: tuple[str, str], known: _Known | None, within: timedelta | None) -> _Known:
        team_token, group_id = key
        answer = await self._gateway.call(
            team_token, "usergroups.users.list", {"usergroup": group_id}, within=within
        )
        now = self._elapsed()
        if isinstance(answer, Accepted):
            members = frozenset(str(user) for user in answer.response.get("users") or ())
            return _Known(members, now, now + FRESH.total_seconds())
        ask_again_at = now + PAUSE_AFTER_FAILURE.total_seconds()
        fetched_at = now if known is None else known.fetched_at
        if not isinstance(answer, RetryAt | Doubtful):
            return _Known(_NOBODY, fetched_at, ask_again_at)
        is_good = known is not None and now - fetched_at < STALE.total_seconds()
        return _Known(known.members if known and is_good else None, fetched_at, ask_again_at)
