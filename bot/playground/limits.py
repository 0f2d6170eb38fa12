"""Slack's rate limits, as token buckets by workspace and method.

Tiers are those of Slack's method pages. Slack tolerates short bursts without
saying how long: here a bucket holds half a minute's worth. Posts have their own
rule: one a second in a channel with bursts of three, three hundred a minute in
a workspace with bursts of thirty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60.0
TIERS = {"1": 1, "2": 20, "3": 50, "4": 100, "many": 600}
METHOD_TIERS = {
    "apps.connections.open": "3",
    "auth.test": "many",
    "blocks.validate": "3",
    "chat.delete": "3",
    "chat.getPermalink": "many",
    "chat.postEphemeral": "4",
    "chat.update": "3",
    "conversations.info": "3",
    "conversations.join": "3",
    "conversations.list": "2",
    "conversations.members": "4",
    "conversations.open": "3",
    "files.info": "4",
    "oauth.v2.access": "4",
    "team.info": "3",
    "usergroups.list": "2",
    "usergroups.users.list": "2",
    "users.conversations": "2",
    "users.info": "4",
    "users.list": "2",
    "users.lookupByEmail": "3",
    "views.open": "4",
    "views.publish": "4",
    "views.push": "4",
    "views.update": "4",
}
DEFAULT_TIER = "3"
_OF_FILES = frozenset({"files.completeUploadExternal", "files.getUploadURLExternal"})  # tier 4


@dataclass
class Bucket:
    """Tokens that come back with time."""

    per_second: float
    size: float
    tokens: float
    filled_at: float

    def wait(self, at: float) -> float:
        """Say how many seconds until a token is there; zero when it is there now."""
        self.tokens = min(self.size, self.tokens + (at - self.filled_at) * self.per_second)
        self.filled_at = at
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second


@dataclass
class RateLimits:
    """All buckets of one stand-in.

    Attributes:
        enabled: Off lets everything through, for tests about something else.
        posts_per_minute: What a workspace may post in a minute.
        posts_burst: How many of those may come at once.
        files_per_minute: How many files a workspace takes in a minute.
        channel_burst: How many may come at once in one channel, at one a second.
    """

    elapsed: Callable[[], float]
    enabled: bool = True
    posts_per_minute: float = 300.0
    posts_burst: float = 30.0
    files_per_minute: float = 100.0
    channel_burst: float = 3.0
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def take(self, team_id: str, method: str, channel: str | None = None) -> int | None:
        """Take what one call costs.

        Returns:
            None when the call may pass, else the `Retry-After` in whole seconds.
        """
        if not self.enabled:
            return None
        at = self.elapsed()
        buckets = self._buckets_of(team_id, method, channel, at)
        wait = max(bucket.wait(at) for bucket in buckets)
        if wait > 0:
            return max(1, math.ceil(wait))
        for bucket in buckets:
            bucket.tokens -= 1
        return None

    def reset(self) -> None:
        """Fill every bucket again."""
        self._buckets.clear()

    def _buckets_of(self, team_id: str, method: str, channel: str | None, at: float) -> list[Bucket]:
        if method == "chat.postMessage":
            posts = self._bucket((team_id, method), self.posts_per_minute / MINUTE, self.posts_burst, at)
            return [posts, self._bucket((team_id, method, channel or ""), 1.0, self.channel_burst, at)]
        if method == "response_url":
            return [self._bucket((team_id, method, channel or ""), 1.0, self.channel_burst, at)]
        tier = TIERS[METHOD_TIERS.get(method, DEFAULT_TIER)]
        per_minute = self.files_per_minute if method in _OF_FILES else float(tier)
        return [self._bucket((team_id, method), per_minute / MINUTE, max(1.0, per_minute / 2), at)]

    def _bucket(self, key: tuple[str, ...], per_second: float, size: float, at: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(per_second, size, size, at)
        return bucket
