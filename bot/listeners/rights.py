"""Who may announce: admins and owners, whom they made staff, and whom the setting STAFF names."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from bot.settings import Staff
from bot.slack.errors import Accepted, Doubtful, RetryAt, WorkspaceGone, reason_of
from bot.slack.gateway import SlackGateway
from bot.slack.installations import Installation
from bot.slack.user_groups import UserGroups

_log = logging.getLogger(__name__)

FRESH = timedelta(minutes=5)
STALE = timedelta(minutes=15)
WITHIN = timedelta(seconds=1.5)
GRANTS_FRESH = timedelta(seconds=30)  # another process may have saved some

ReadGrants = Callable[[int], Awaitable[Sequence[str]]]


class Standing(Enum):
    """Whether somebody may announce; unknown where Slack does not answer."""

    STAFF = "staff"
    MEMBER = "member"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says of somebody; ``zone`` is empty if they have set none."""

    is_admin: bool
    zone: str


_NOBODY = Person(is_admin=False, zone="")


async def _grant_nobody(_workspace_id: int) -> Sequence[str]:
    return ()


class Rights:
    """Answers who is staff, asking Slack at most every few minutes.

    Doubt means no, but not the sentence that says no: who is staff and meets a
    Slack that does not answer is asked to try again. What was known is good
    for `STALE` then.

    Args:
        gateway: Asks Slack.
        staff: Whom the setting STAFF names, in every workspace.
        read_grants: Reads the people and user groups that admins of a workspace made staff.
        elapsed: The monotonic clock, in seconds.
    """

    def __init__(
        self,
        gateway: SlackGateway,
        staff: Staff,
        *,
        read_grants: ReadGrants = _grant_nobody,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway = gateway
        self._staff = staff
        self._read_grants = read_grants
        self._groups = UserGroups(gateway, elapsed=elapsed)
        self._elapsed = elapsed
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}
        self._grants: dict[int, tuple[float, frozenset[str]]] = {}
        self._saves = 0

    @property
    def set_for_all(self) -> list[str]:
        """The people and user groups of the setting STAFF."""
        return [*sorted(self._staff.user_ids), *sorted(self._staff.group_ids)]

    async def staff_mentions(self, installation: Installation) -> list[str]:
        """Return whom to ask: the people and user groups who are staff by name."""
        grants = await self._grants_of(installation)
        return list(dict.fromkeys([*self.set_for_all, *sorted(grants, key=_people_first)]))

    async def is_staff(self, installation: Installation, user_id: str) -> bool:
        """Tell whether a person may surely announce."""
        return await self.standing(installation, user_id) is Standing.STAFF

    def is_known(self, installation: Installation, user_id: str) -> bool:
        """Tell whether Slack need not be asked who somebody is."""
        if user_id in self._staff.user_ids:
            return True
        asked_at, person = self._people.get((installation.team_id, user_id), (float("-inf"), _NOBODY))
        return person.is_admin and self._elapsed() - asked_at < FRESH.total_seconds()

    async def standing(self, installation: Installation, user_id: str) -> Standing:
        """Tell whether a person may announce, as far as Slack says."""
        grants = await self._grants_of(installation)
        if user_id in self._staff.user_ids or user_id in grants:
            return Standing.STAFF
        groups = self._staff.group_ids | {one for one in grants if one.startswith("S")}
        # Both are asked at once, since who pressed Submit waits three seconds at most.
        person, is_in_group = await asyncio.gather(
            self.person(installation, user_id), self._is_in_any(installation, groups, user_id)
        )
        if is_in_group or (person is not None and person.is_admin):
            return Standing.STAFF
        return Standing.UNKNOWN if person is None or is_in_group is None else Standing.MEMBER

    async def _is_in_any(
        self, installation: Installation, group_ids: Collection[str], user_id: str
    ) -> bool | None:
        """Tell whether a person is in one of the groups; None where Slack does not say it in time."""
        if not group_ids:
            return False
        try:
            async with asyncio.timeout(WITHIN.total_seconds()):  # for all of them together
                return await self._groups.is_member(installation.token, group_ids, user_id, within=WITHIN)
        except TimeoutError:
            return None

    async def _grants_of(self, installation: Installation) -> frozenset[str]:
        workspace_id = installation.workspace_id
        read_at, known = self._grants.get(workspace_id, (float("-inf"), frozenset()))
        if self._elapsed() - read_at < GRANTS_FRESH.total_seconds():
            return known
        began_at, saves = self._elapsed(), self._saves
        grants = frozenset(await self._read_grants(workspace_id))
        if saves == self._saves:  # else it may be what stood there before somebody saved
            self._grants[workspace_id] = (began_at, grants)
        return grants

    def forget_grants(self, workspace_id: int) -> None:
        """Read anew who was made staff, since that was saved just now."""
        self._saves += 1
        self._grants.pop(workspace_id, None)

    async def person(self, installation: Installation, user_id: str) -> Person | None:
        """Return what Slack says of somebody, from memory where that is fresh; None if it does not answer."""
        key = (installation.team_id, user_id)
        asked_at, known = self._people.get(key, (float("-inf"), _NOBODY))
        age = self._elapsed() - asked_at
        if age < FRESH.total_seconds():
            return known
        answer = await self._gateway.users_info(installation.token, user_id, within=WITHIN)
        if isinstance(answer, RetryAt | Doubtful | WorkspaceGone):
            return known if age < STALE.total_seconds() else None
        if not isinstance(answer, Accepted):
            _log.error(
                "Slack does not say who somebody is, so they count as no staff: %s.", reason_of(answer)
            )
            return _NOBODY
        user = answer.response.get("user") or {}
        is_own = user.get("team_id") in (None, installation.team_id) and not user.get("is_stranger")
        is_admin = bool(user.get("is_admin") or user.get("is_owner")) and not user.get("deleted")
        person = Person(is_admin=is_admin and is_own, zone=str(user.get("tz") or ""))
        self._people[key] = (self._elapsed(), person)
        return person

    def forget(self, team_id: str, user_id: str) -> None:
        """Ask anew next time, since Slack said that something changed."""
        self._people.pop((team_id, user_id), None)


def _people_first(reference: str) -> tuple[bool, str]:
    return reference.startswith("S"), reference
