"""Every fault is also a chance to write a secret to the log; none may."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.faults.code_stage import CodeStage, open_code_stage
from tests.e2e.faults.fault_sights import SECRETS


@pytest.fixture(autouse=True)
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log of a test at its most talkative, in which no token, ticket or address for answers is."""
    caplog.set_level(logging.DEBUG, logger="bot")
    yield caplog
    assert SECRETS.findall(caplog.text) == []


@pytest.fixture
async def stage(template: Path) -> AsyncIterator[CodeStage]:
    async with open_code_stage(template) as opened:
        yield opened
