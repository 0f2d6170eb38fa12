"""What people and the log see when Slack is not well."""

import logging
import re
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, func, select

from bot.playground.state import Message
from bot.storage import tables
from tests.e2e.stories import Scene, eventually

NOTICE = "Slack did not accept a message about"
SECRETS = re.compile(r"xox[a-z]-|xapp-|ticket=(?!\[hidden\])|/(?:actions|commands)/T0|0123456789abcdef")


def notices(scene: Scene) -> list[Message]:
    """List what who announced the seminar was told of messages that did not arrive."""
    return [message for message in scene.ana.told() if NOTICE in message.text]


async def listed(scene: Scene) -> str:
    """Return what staff read in the list of seminars."""
    before = scene.ana.now_order()
    await scene.ana.command("/seminar", "list", channel="C0STAFF")
    return (await scene.ana.wait_for_ephemeral(contains="seminar", after=before)).shown


def deliveries(engine: Engine, kind: str) -> list[tuple[str, str | None]]:
    """List how the promises of a kind stand, and why."""
    row = tables.Delivery
    with engine.connect() as connection:
        found = connection.execute(select(row.state, row.reason).where(row.kind == kind).order_by(row.id))
        return [(state, reason) for state, reason in found]


def waiting(engine: Engine) -> int:
    """Count what is still to be sent or being sent."""
    row = tables.Delivery
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).where(row.state.in_(("due", "sending")))) or 0


async def at_rest(scene: Scene, within: float = 10) -> None:
    """Wait until every promise is kept or given up."""
    await eventually(lambda: waiting(scene.engine) == 0, within)


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.WARNING) -> list[str]:
    """List what the bot wrote to the log at a level or above."""
    return [record.getMessage() for record in loud(caplog.records, level)]


def loud(records: Sequence[logging.LogRecord], level: int = logging.WARNING) -> list[logging.LogRecord]:
    """Choose the bot's own records at a level or above."""
    return [record for record in records if record.levelno >= level and record.name.startswith("bot")]


def loudest(caplog: pytest.LogCaptureFixture) -> str:
    """Name the highest level of the bot's own records from a warning on; "" if there is none."""
    levels = sorted({record.levelno for record in loud(caplog.records)})
    return logging.getLevelName(levels[-1]) if levels else ""
