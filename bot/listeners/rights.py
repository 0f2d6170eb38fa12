"""Who may announce: admins and owners, and whom the setting STAFF names."""

import logging
import time
from collections.abc import Callable
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


class Rights:
    """Answers who is staff, asking Slack at most every few minutes.

    Doubt means no, but not the sentence that says no: who is staff and meets a
    Slack that does not answer is asked to try again. What was known is good
    for `STALE` then.
    """

    def __init__(
        self, gateway: SlackGateway, staff: Staff, *, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._gateway = gateway
        self._staff = staff
        self._groups = UserGroups(gateway, elapsed=elapsed)
        self._elapsed = elapsed
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}

    @property
    def staff_mentions(self) -> list[str]:
        """Whom to ask, as far as the settings name them."""
        return [*sorted(self._staff.user_ids), *sorted(self._staff.group_ids)]

    async def is_staff(self, installation: Installation, user_id: str) -> bool:
        """Tell whether a person may surely announce."""
        return await self.standing(installation, user_id) is Standing.STAFF

    async def standing(self, installation: Installation, user_id: str) -> Standing:
        """Tell whether a person may announce, as far as Slack says."""
        if user_id in self._staff.user_ids:
            return Standing.STAFF
        person = await self.person(installation, user_id)
        if person is not None and person.is_admin:
            return Standing.STAFF
        groups = self._staff.group_ids
        if await self._groups.is_member(installation.token, groups, user_id, within=WITHIN):
            return Standing.STAFF
        return Standing.UNKNOWN if person is None else Standing.MEMBER

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
