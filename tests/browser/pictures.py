"""``python -m tests.browser.pictures``: takes the pictures of the README: what people see on the page."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bot.demo import khorgos
from bot.demo.stage import CHANNEL, STAFF, Stage, announce, announce_khorgos, open_stage
from bot.playground.state import Message
from tests.browser.conftest import ARGUMENTS, open_as

DOCS = Path(__file__).parents[2] / "docs"
ANNA, BEN, CARA = "U0ANNA", "U0BEN", "U0CARA"
RIVERS = khorgos.WHAT | {"title": "Rivers of the Tian Shan", "speakers": "Ada Okoye, Hydrology"}
SALT = khorgos.WHAT | {"title": "The Salt Road", "speakers": "Li Wen, Lanzhou University"}


@dataclass(frozen=True, slots=True)
class Album:
    """The page, and the workspace that it shows."""

    stage: Stage
    page: Page

    async def take(self, name: str, user_id: str, place: str = CHANNEL) -> None:
        """Photograph what somebody sees."""
        await open_as(self.page, self.stage, user_id, place)
        await self.take_now(name)

    async def take_now(self, name: str) -> None:
        """Photograph the page as it is."""
        await self.page.mouse.move(0, 0)  # nothing is lit up by the pointer
        await self.page.wait_for_timeout(400)
        await self.page.screenshot(path=DOCS / f"{name}.png")


async def take_demo(album: Album) -> None:
    """Announce khorgos, let four register, and show what the fifth sees."""
    card = await announce_khorgos(album.stage)
    for user_id in (ANNA, CARA, "U0ERLAN", "U0FAYE"):
        await register(album.stage, user_id, card, "Khorgos")
    await open_as(album.page, album.stage, BEN)
    await album.page.get_by_role("button", name="Register for").click()
    await album.page.get_by_text("Only visible to you").wait_for()
    await album.page.get_by_text("15 of 20 seats left").wait_for()
    await album.take_now("demo")


async def take_draft(album: Album) -> None:
    """Paste the announcement as the centre's page had it, and show the form that it fills."""
    mara = album.stage.person(STAFF)
    await mara.command("/seminar", "new", channel=CHANNEL)
    await mara.wait_for_view("form_what")
    await mara.press_in_view("paste")
    box = await mara.wait_for_view("paste")
    await mara.fill(box, {"paste_text": khorgos.ANNOUNCEMENT})
    await mara.submit(box)
    await mara.wait_for_view("form_what")
    await mara.submit()
    await mara.wait_for_view("form_when")
    await album.take("draft", STAFF)
    await mara.close(whole_stack=True)


async def take_offer(album: Album) -> None:
    """Show a seat that is held for somebody who waited, in a seminar that asks first."""
    stage, mara = album.stage, album.stage.person(STAFF)
    await mara.command("/seminar", "new", channel=CHANNEL)
    for callback, typed in (
        ("form_what", SALT),
        ("form_when", khorgos.WHEN | {"date": "2020-08-12"}),
        ("form_how", {"seats": "1"}),
    ):
        view = await mara.wait_for_view(callback)
        await mara.fill(view, dict(typed))
        if callback == "form_how":
            await mara.press_in_view("form_more")
            view = await mara.wait_for_view("form_more")
            await mara.fill(view, {"promotion": "ask"})
        await mara.submit(view)
    await mara.wait_for_view("form_preview")
    await mara.submit()
    card = await mara.wait_for_message(CHANNEL, contains="Salt Road")
    for user_id in (CARA, ANNA):
        await register(stage, user_id, card, "Salt Road")
    seat = await stage.person(CARA).wait_for_message(contains="You have a seat for “The Salt Road”")
    await stage.person(CARA).press(seat, "release")
    await stage.person(ANNA).wait_for_message(contains="Do you want it?")
    await album.take("offer", ANNA, "D0ANNA")


async def take_home(album: Album) -> None:
    """Show the Home tab of somebody with a seat, a clash, and a seat that is held."""
    stage = album.stage
    rivers = await announce(
        stage, RIVERS, khorgos.WHEN | {"time": "12:00"}, {"seats": "10"}, contains="Rivers"
    )
    await register(stage, ANNA, rivers, "Rivers")
    await stage.person(ANNA).home(contains="Also at that time")
    await open_as(album.page, stage, ANNA)
    await album.page.get_by_test_id("home").click()
    await album.take_now("home")


async def take_feedback(album: Album) -> None:
    """Show the question after the talk, while it is answered."""
    stage, ben = album.stage, album.stage.person(BEN)
    stage.clock.move_to(khorgos.ENDS_AT)
    stage.bot.dispatcher.wake()
    asked = await ben.wait_for_message(contains="How was “At the Pole", within=15)
    await ben.press(asked, "feedback_5")
    view = await ben.wait_for_view("feedback")
    await ben.fill(view, {"line": "The maps made it clear."})
    await album.take("feedback", BEN, "D0BEN")


async def register(stage: Stage, user_id: str, card: Message, title: str) -> None:
    """Let somebody register, and wait until they were told."""
    await stage.person(user_id).press(card, "register")
    await stage.person(user_id).wait_for_message(contains=title)


async def take_all() -> None:
    """Take all pictures, in one workspace and one window."""
    async with open_stage() as stage, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1280, "height": 960})
        album = Album(stage, page)
        await take_demo(album)
        await take_draft(album)
        await take_offer(album)
        await take_home(album)
        await take_feedback(album)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(take_all())
