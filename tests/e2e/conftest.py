"""Scenes: over both transports, or over Socket Mode alone where the transport does not matter."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.stories import Scene, open_scene


@pytest.fixture
def template(sqlite_template: Path, tmp_path: Path) -> Path:
    file = tmp_path / "bot.db"
    shutil.copy(sqlite_template, file)
    return file


@pytest.fixture(params=["socket", "http"])
async def scene(request: pytest.FixtureRequest, template: Path) -> AsyncIterator[Scene]:
    async with open_scene(template, request.param) as opened:
        yield opened


@pytest.fixture
async def socket_scene(template: Path) -> AsyncIterator[Scene]:
    async with open_scene(template, "socket") as opened:
        yield opened
