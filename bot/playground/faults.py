"""Failures on order: what Slack or the network does to the next calls of a method."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

FaultKind = Literal[
    "rate_limited", "error", "http_500", "timeout", "reset_after_accept", "reset_before", "html", "slow"
]


@dataclass
class Fault:
    """One failure waiting for its call.

    Attributes:
        details: `retry_after` for rate_limited, `code` for error (all else goes into the
            answer), `seconds` for slow and timeout, `channel` to hit one channel only.
    """

    method: str
    kind: FaultKind
    times: int = 1
    team: str | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def fits(self, method: str, team_id: str | None, channel: object) -> bool:
        """Say whether a call is the one that this failure waits for."""
        return (
            self.times > 0
            and self.method in {method, "*"}
            and self.team in {None, team_id}
            and self.details.get("channel") in {None, channel}
        )


class Faults:
    """The failures that are still to come, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(
        self, method: str, kind: FaultKind, times: int = 1, team: str | None = None, **details: object
    ) -> Fault:
        """Order a failure for the next `times` calls of a method; `*` means any method."""
        fault = Fault(method, kind, times, team, dict(details))
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Withdraw every failure."""
        self._waiting.clear()

    def take(self, method: str, team_id: str | None, channel: object = None) -> Fault | None:
        """Find the failure for this call and use it up once."""
        for fault in self._waiting:
            if fault.fits(method, team_id, channel):
                fault.times -= 1
                return fault
        return None
