"""``python -m tests.browser.picture``: takes the README's picture of the page."""

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

from bot.demo.stage import announce_khorgos, open_stage
from tests.browser.conftest import ARGUMENTS, open_as

DOCS = Path(__file__).parents[2] / "docs"


async def take() -> None:
    """Announce khorgos, let four register, and photograph what the fifth sees."""
    async with open_stage() as stage, async_playwright() as playwright:
        card = await announce_khorgos(stage)
        for user_id in ("U0ANNA", "U0CARA", "U0ERLAN", "U0FAYE"):
            member = stage.person(user_id)
            await member.press(card, "register")
            await member.wait_for_message(contains="Khorgos")
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1280, "height": 960})
        await open_as(page, stage, "U0BEN")
        await page.get_by_role("button", name="Register for").click()
        await page.get_by_text("Only visible to you").wait_for()
        await page.get_by_text("15 of 20 seats left").wait_for()
        await page.mouse.move(0, 0)  # nothing is lit up by the pointer
        await page.wait_for_timeout(300)
        await page.screenshot(path=DOCS / "demo.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(take())
