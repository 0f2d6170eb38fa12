"""The form from its first step to the posted card, and the page in a hand."""

import pytest
from playwright.async_api import Locator, Page, expect

from bot.demo.khorgos import ANNOUNCEMENT
from bot.demo.stage import HALLWAY, Stage
from tests.browser.conftest import open_as

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def _field(page: Page, name: str) -> Locator:
    return page.get_by_test_id(f"field-{name}").locator("input, textarea").first


async def _open_form(page: Page, stage: Stage) -> None:
    await open_as(page, stage)
    await page.get_by_test_id("composer").fill("/seminar new")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("modal")).to_be_visible()


async def _go_on(page: Page, to: str) -> None:
    await page.get_by_test_id("modal-submit").click()
    await expect(page.locator(f"[data-testid=modal][data-callback={to}]")).to_be_visible()


async def test_staff_announce_a_seminar_and_see_its_card(page: Page, stage: Stage) -> None:
    await _open_form(page, stage)
    await _field(page, "title").fill("Winter in Almaty")
    await _field(page, "speakers").fill("Ana Sousa, ANU")
    await _go_on(page, "form_when")
    await _field(page, "date").fill("2020-08-14")
    await _field(page, "time").fill("15:00")
    await _field(page, "place").fill("Room 5")
    await _go_on(page, "form_how")
    await _field(page, "seats").fill("8")
    await _go_on(page, "form_preview")
    await expect(page.get_by_test_id("modal").get_by_text("8 of 8 seats left")).to_be_visible()

    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_test_id("modal")).to_be_hidden()
    await expect(page.get_by_role("heading", name="Winter in Almaty")).to_be_visible()
    told = page.get_by_role("main").get_by_text("Friday 14 August, 15:00–16:00 in Sydney (AEST)")
    await expect(told).to_be_visible()


async def test_what_is_missing_is_said_under_its_field_which_takes_the_focus(
    page: Page, stage: Stage
) -> None:
    await _open_form(page, stage)
    await _field(page, "title").fill("Winter in Almaty")

    await page.get_by_test_id("modal-submit").click()

    await expect(page.get_by_test_id("field-speakers").get_by_text("required")).to_be_visible()
    await expect(_field(page, "speakers")).to_be_focused()
    await expect(_field(page, "title")).to_have_value("Winter in Almaty")


async def test_escape_leaves_the_form_and_gives_the_focus_back(page: Page, stage: Stage) -> None:
    await _open_form(page, stage)
    await expect(_field(page, "title")).to_be_focused()

    await page.keyboard.press("Escape")

    await expect(page.get_by_test_id("modal")).to_be_hidden()
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_the_tab_key_stays_in_the_form(page: Page, stage: Stage) -> None:
    await _open_form(page, stage)

    await page.get_by_test_id("modal-submit").focus()
    await page.keyboard.press("Tab")

    assert await page.evaluate("document.activeElement.closest('[data-testid=modal]') !== null")


async def test_a_member_with_a_phone_changes_seats_from_the_menu(page: Page, stage: Stage) -> None:
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 390, "height": 844})
    await open_as(page, stage)

    await page.get_by_role("button", name="Open the menu").click()
    await page.get_by_test_id("person-U0ERLAN").click()
    await page.get_by_role("button", name="Register for").click()
    await expect(page.get_by_text("You have a seat for").first).to_be_visible()
    await page.get_by_role("button", name="Open the menu").click()
    await page.get_by_test_id("channel-D0ERLAN").click()
    await page.get_by_role("button", name="Give back my seat for").click()

    await expect(page.get_by_text("You gave back your seat").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_what_is_offered_leads_somewhere(page: Page, stage: Stage) -> None:
    await open_as(page, stage, place=HALLWAY)

    await page.get_by_role("button", name="Message actions").first.click()
    await page.get_by_text("Turn into a seminar").click()

    await expect(page.locator("[data-testid=modal][data-callback=form_what]")).to_be_visible()
    await expect(_field(page, "speakers")).to_have_value("Dana Rice, CAIS")
    await page.keyboard.press("Escape")
    await page.get_by_test_id("home").click()
    await expect(page.get_by_text("Khorgos").first).to_be_visible()


async def test_staff_paste_khorgos_and_choose_seats_and_channel_only(page: Page, stage: Stage) -> None:
    await _open_form(page, stage)
    await page.get_by_role("button", name="Paste an Announcement").click()
    await expect(page.locator("[data-testid=modal][data-callback=paste]")).to_be_visible()
    await _field(page, "paste_text").fill(ANNOUNCEMENT)

    await _go_on(page, "form_what")

    await expect(page.get_by_text("I filled in what the text says")).to_be_visible()
    await _go_on(page, "form_when")
    await expect(page.get_by_text("Please check: The text names no time zone.")).to_be_visible()
    await _go_on(page, "form_how")
    await _field(page, "seats").fill("20")
    await _go_on(page, "form_preview")
    await expect(page.get_by_test_id("modal").get_by_text("20 of 20 seats left")).to_be_visible()
