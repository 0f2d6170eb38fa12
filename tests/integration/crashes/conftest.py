"""The stand-in for Slack in this process, and a place for the bot's processes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.playground.server import Playground
from bot.storage.engine import Transaction
from tests.integration.crashes.crash_stage import CHANNEL, LOG, Stage


@pytest.fixture
async def stage(
    database_url: str, transaction: Transaction, reading: Transaction, tmp_path: Path
) -> AsyncIterator[Stage]:
    playground = Playground(now=lambda: datetime.now(UTC))
    workspace = playground.add_workspace("T0CAIS", "CAIS")
    for user_id in ("U0HOST", "U0M00", "U0M01", "U0M02"):
        workspace.add_user(user_id, user_id, tz="Australia/Sydney")
    workspace.add_channel(CHANNEL, "talks")
    async with playground:
        settings = {
            "DATABASE_URL": database_url,
            "SLACK_API_URL": playground.api_url,
            "SLACK_BOT_TOKEN": playground.bot_token,
            "SLACK_APP_TOKEN": playground.app_token,
        }
        opened = Stage(playground, transaction, reading, tmp_path, settings)
        yield opened
        await opened.stop()
        assert playground.complaints == []
        assert "Traceback" not in (tmp_path / LOG).read_text()
