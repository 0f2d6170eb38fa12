"""The demo's workspace, and a real Chromium that looks at it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.demo.stage import CHANNEL, STAFF, Stage, announce_khorgos, open_stage

# Headless, as root too, and silent: it must not look for anything outside this machine.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        await announce_khorgos(opened)
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest.fixture
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:  # noqa: ARG001 - ends after it
    """A window in which nothing may go wrong unseen; it is shut before the server that it shows."""
    opened = await browser.new_page(viewport={"width": 1280, "height": 860})
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    yield opened
    await opened.close()
    assert problems == []


async def open_as(page: Page, stage: Stage, user_id: str = STAFF, place: str = CHANNEL) -> None:
    await page.goto(f"{stage.playground.url}/?as={user_id}&in={place}")
