"""Plain values for tests: fixed dates, each part replaceable by keyword."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.seminar import Seminar, Speaker
from bot.domain.zones import instant_of

NOW = datetime(2020, 7, 29, 0, 0, tzinfo=UTC)

ABSTRACT = (
    "Kazakhstan has been closely linked to China’s Silk Road Economic Belt (SREB) since President Xi Jinping "
    "first announced the initiative in Astana in 2013.\n\n"
    "However, when I visited Khorgos in late November 2019, it seemed far from the “New Dubai” which Kazakh, "
    "Chinese and international media alike have heralded Khorgos to be."
)
BIO = "Dana Rice is a research scholar at CAIS."


def make_seminar(**overrides: Any) -> Seminar:
    """Return the Khorgos seminar, with some of it replaced.

    ``starts_at`` and ``ends_at`` follow from ``starts_local``, ``zone`` and
    ``minutes`` unless they are given.
    """
    local = overrides.get("starts_local", datetime(2020, 8, 7, 11, 0))  # noqa: DTZ001 - a wall-clock time
    zone = overrides.get("zone", "Australia/Sydney")
    minutes = overrides.pop("minutes", 90)
    starts_at = overrides.pop("starts_at", None) or instant_of(local, zone)
    ends_at = overrides.pop("ends_at", None) or starts_at + timedelta(minutes=minutes)
    khorgos = Seminar(
        id=7,
        workspace_id=1,
        title="At the Pole of Inaccessibility: Khorgos, SREB and Visions for Kazakh-Chinese Connectivity",
        speakers=(Speaker("Dana Rice", "CAIS"),),
        abstract=ABSTRACT,
        bio=BIO,
        starts_local=local,
        zone=zone,
        starts_at=starts_at,
        ends_at=ends_at,
        place="CAIS Lecture Theatre",
        online_link="",
        capacity=20,
        has_waitlist=True,
        opens_at=None,
        closes_at=None,
        closed_at=None,
        cancelled_at=None,
        cancel_reason="",
        reminder_offsets=(timedelta(days=1), timedelta(hours=1)),
        created_by="U0STAFF",
    )
    return replace(khorgos, **overrides)
