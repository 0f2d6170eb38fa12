"""The page in a real browser, used as its people use it."""

import pytest
from playwright.async_api import Page, expect

from bot.demo.stage import Stage
from tests.browser.conftest import open_as

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def _register(page: Page) -> None:
    await page.get_by_role("button", name="Register for").click()


async def test_a_member_registers_with_a_click_and_is_told(page: Page, stage: Stage) -> None:
    await open_as(page, stage, "U0ANNA")

    await _register(page)

    await expect(page.get_by_text("Only visible to you")).to_be_visible()
    await expect(page.get_by_text("You have a seat for").first).to_be_visible()
    await expect(page.get_by_text("19 of 20 seats left")).to_be_visible()
    await page.get_by_test_id("channel-D0ANNA").click()
    await expect(page.get_by_role("button", name="Give back my seat for")).to_be_visible()


async def test_moving_the_clock_brings_the_reminder_in_the_readers_zone(page: Page, stage: Stage) -> None:
    await open_as(page, stage, "U0ANNA")
    await _register(page)
    await page.get_by_test_id("channel-D0ANNA").click()
    await expect(page.get_by_text("You have a seat for").first).to_be_visible()

    await page.get_by_test_id("clock-toggle").click()
    await page.get_by_test_id("clock-mark-1").click()

    await expect(page.get_by_text("starts in 1 hour").first).to_be_visible(timeout=15000)
    await expect(page.get_by_text("03:00–04:30").first).to_be_visible()
    await page.get_by_role("button", name="Give back my seat for").last.click()
    await expect(page.get_by_text("You gave back your seat").first).to_be_visible()


async def test_staff_see_errors_under_their_fields_and_lose_nothing(page: Page, stage: Stage) -> None:
    await open_as(page, stage)
    await page.get_by_test_id("composer").fill("/seminar new")
    await page.get_by_test_id("composer").press("Enter")
    await page.get_by_test_id("field-title").get_by_role("textbox").fill("A talk")
    await page.get_by_test_id("field-speakers").get_by_role("textbox").fill("Ana Sousa, ANU")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("field-date")).to_be_visible()
    await page.get_by_test_id("field-date").locator("input").fill("2020-07-01")
    await page.get_by_test_id("field-time").locator("input").fill("11:00")
    await page.get_by_test_id("field-place").get_by_role("textbox").fill("Room 5")

    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_test_id("modal").get_by_text("This moment has passed")).to_be_visible()
    await page.get_by_test_id("modal").get_by_role("button", name="Back").first.click()
    await expect(page.get_by_test_id("field-title").get_by_role("textbox")).to_have_value("A talk")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("field-place").get_by_role("textbox")).to_have_value("Room 5")


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_is_cut_off_at_any_width(page: Page, stage: Stage, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 760})

    await open_as(page, stage)

    await expect(page.get_by_text("20 of 20 seats left")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_the_keyboard_alone_is_enough_to_register(page: Page, stage: Stage) -> None:
    await open_as(page, stage, "U0BEN")
    button = page.get_by_role("button", name="Register for")

    await button.focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("You have a seat for").first).to_be_visible()
