"""The main job as its people live it: announced, registered for, reminded of."""

import asyncio
from datetime import timedelta

from tests.e2e.stories import STARTS, Scene, eventually

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def test_the_announcement_is_posted_as_it_was_previewed(scene: Scene) -> None:
    await scene.fill(scene.ana)
    preview = scene.ana.view
    assert preview is not None

    await scene.ana.submit()

    card = await scene.ana.wait_for_message("C0TALKS", contains="Seminar:")
    assert "2 of 2 seats left" in card.text
    assert "Friday 7 August, 11:00–12:30 in Sydney (AEST)" in card.shown
    assert "Friday 7 August, 11:00–12:30 in Sydney (AEST)" in preview.shown
    assert "meet.example.org" not in card.shown


async def test_members_who_press_at_the_same_moment_get_every_seat_and_no_more(scene: Scene) -> None:
    card = await scene.announce(seats="5")

    answers = await asyncio.gather(*(member.press(card, "register") for member in scene.members(8)))

    assert [answer.acknowledged for answer in answers] == [True] * 8
    for member in scene.members(8):
        await member.wait_for_message(contains="Khorgos")
    told = [member.direct_messages()[0].text for member in scene.members(8)]
    assert sum("You have a seat for" in text for text in told) == 5
    assert sum("you are first in line" in text for text in told) == 1
    assert sum("number 2 in line" in text for text in told) == 1
    assert sum("number 3 in line" in text for text in told) == 1
    full = await scene.card("Full: 3 waiting")
    assert full.ts == card.ts


async def test_a_seat_given_back_goes_to_the_next_in_line_who_is_told(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(4))

    await scene.member(0).press(scene.member(0).direct_messages()[0], "release")

    promoted = await scene.member(2).wait_for_message(contains="A seat became free, and it is yours")
    assert "meet.example.org" in promoted.shown
    assert "You gave back your seat" in scene.member(0).direct_messages()[0].text
    await scene.card("Full: 1 waiting")
    assert len(scene.member(3).direct_messages()) == 1


async def test_reminders_come_a_day_and_an_hour_before_in_the_readers_zone(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, scene.member(0), scene.member(1))
    await eventually(lambda: len(scene.pg.calls_of("users.info", ok_only=True)) >= 3)
    await asyncio.sleep(0.3)

    scene.move_to(STARTS - DAY)
    sydney = await scene.member(0).wait_for_message(contains="Still coming?")
    singapore = await scene.member(1).wait_for_message(contains="Still coming?")

    assert "starts in 1 day" in sydney.text
    assert "Friday 7 August, 11:00–12:30 in Sydney (AEST)" in sydney.text
    assert "09:00–10:30" in singapore.text
    assert "11:00–12:30 in Sydney (AEST)" in singapore.text

    order = scene.member(0).now_order()
    scene.move_to(STARTS - HOUR)
    nearer = await scene.member(0).wait_for_message(contains="Still coming?", after=order)
    assert "starts in 1 hour" in nearer.text


async def test_a_seat_given_back_from_the_reminder_promotes_the_next(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, *scene.members(3))
    scene.move_to(STARTS - HOUR)
    reminder = await scene.member(1).wait_for_message(contains="Still coming?")

    await scene.member(1).press(reminder, "release")

    promoted = await scene.member(2).wait_for_message(contains="A seat became free")
    assert "starts in 1 hour" in promoted.text
    await eventually(lambda: "You gave back your seat" in reminder.text)


async def test_who_says_that_they_come_keeps_the_seat_and_can_still_give_it_back(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    scene.move_to(STARTS - HOUR)
    reminder = await scene.member(0).wait_for_message(contains="Still coming?")

    await scene.member(0).press(reminder, "confirm")

    await eventually(lambda: "You said that you will be there" in reminder.text)
    assert "Give My Seat Back" in reminder.labels


async def test_pressing_twice_is_pressing_once(scene: Scene) -> None:
    card = await scene.announce()
    await scene.seat(card, scene.member(0))

    await scene.member(0).press(card, "register")

    answer = await scene.member(0).wait_for_ephemeral(contains="already")
    assert "you already have a seat" in answer.text.lower()
    assert len([one for one in scene.member(0).direct_messages() if "You have a seat" in one.text]) == 1
    await scene.card("1 of 2 seats left")


async def test_the_card_follows_the_seminar_through_its_life(scene: Scene) -> None:
    await scene.announce(closes="1h")

    scene.move_to(STARTS - HOUR)
    closed = await scene.card("Registration closed")
    assert closed.labels == ["Details", "Add to Calendar", "Manage"]
    scene.move_to(STARTS)
    await scene.card("Under way")
    scene.move_to(STARTS + 2 * HOUR)
    over = await scene.card("Over")
    assert over.labels == ["Details", "Manage"]
