"""Who may announce: admins and owners, and whom the setting STAFF names."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.settings import Staff
from bot.slack.errors import Accepted
from bot.slack.gateway import SlackGateway
from bot.slack.installations import Installation
from bot.slack.user_groups import UserGroups

FRESH = timedelta(minutes=5)
WITHIN = timedelta(seconds=1.5)


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says of somebody; ``zone`` is empty if they have set none."""

    is_admin: bool
    zone: str


_NOBODY = Person(is_admin=False, zone="")


class Rights:
    """Answers who is staff, asking Slack at most every few minutes; doubt means no."""

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
        """Tell whether a person may announce."""
        if user_id in self._staff.user_ids:
            return True
        if (await self.person(installation, user_id)).is_admin:
            return True
        return await self._groups.is_member(installation.token, self._staff.group_ids, user_id, within=WITHIN)

    async def person(self, installation: Installation, user_id: str) -> Person:
        """Return what Slack says of somebody, from memory where that is fresh."""
        key = (installation.team_id, user_id)
        asked_at, known = self._people.get(key, (float("-inf"), _NOBODY))
        if self._elapsed() - asked_at < FRESH.total_seconds():
            return known
        answer = await self._gateway.users_info(installation.token, user_id, within=WITHIN)
        if not isinstance(answer, Accepted):
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
