"""Debian's Chromium on the local workspace."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright

from bot.demo.stage import CHANNEL, Stage

DESK = (1280, 860)
PHONE = (390, 844)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    """Start the browser; ``CHROMIUM`` names another one than Debian's."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Screen:
    """A window on the workspace, and what went wrong in it."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self.problems: list[str] = []
        self._stage = stage
        page.set_default_timeout(8_000)
        page.on("pageerror", self._hear_error)
        page.on("console", self._hear_console)

    async def go(self, user_id: str, place: str = CHANNEL) -> None:
        """Sit down as somebody, somewhere."""
        await self.page.goto(f"{self._stage.playground.url}/?as={user_id}&in={place}")
        await self.page.get_by_test_id(f"person-{user_id}").wait_for(state="attached")

    def _hear_error(self, error: Error) -> None:
        self.problems.append(str(error))

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)


@asynccontextmanager
async def open_screen(
    browser: Browser,
    stage: Stage,
    size: tuple[int, int] = DESK,
    *,
    colors: Literal["light", "dark"] = "light",
    is_touched: bool = False,
) -> AsyncIterator[Screen]:
    """Open a window of that size."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=colors,
        has_touch=is_touched,
        locale="en-GB",
        reduced_motion="reduce",
    )
    try:
        yield Screen(await context.new_page(), stage)
    finally:
        await context.close()
