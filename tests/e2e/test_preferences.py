"""How somebody wants to be reminded: asked once, in the confirmation, and kept."""

from datetime import timedelta

from tests.e2e.stories import STARTS, Scene

ASKED = "Would you like it otherwise?"


async def test_the_choice_is_asked_for_once(socket_scene: Scene) -> None:
    scene = socket_scene
    first = await scene.announce()
    second = await scene.announce(title="Rivers", date="2020-08-10")
    ben = scene.member(0)

    await ben.press(first, "register")
    asking = await ben.wait_for_message(contains="You have a seat for “At the Pole")
    await ben.press(second, "register")
    quiet = await ben.wait_for_message(contains="You have a seat for “Rivers")

    assert ASKED in asking.text
    assert ASKED not in quiet.text


async def test_who_waits_is_not_asked_yet(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")

    await scene.seat(card, *scene.members(2))

    waiting = await scene.member(1).wait_for_message(contains="first in line")
    assert ASKED not in waiting.text


async def test_who_wants_no_reminders_gets_none_and_still_hears_of_a_cancellation(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card = await scene.announce()
    ben, cara = scene.members(2)
    await scene.seat(card, ben, cara)
    confirmation = await ben.wait_for_message(contains=ASKED)

    await ben.press(confirmation, "preferences")
    view = await ben.wait_for_view("preferences")
    await ben.fill(view, {"reminded": "no"})
    assert (await ben.submit(view)).errors == {}
    scene.move_to(STARTS - timedelta(days=1))
    await cara.wait_for_message(contains="Still coming?")
    await scene.ana.command("/seminar", "cancel khorgos", channel="C0TALKS")
    await scene.ana.submit(await scene.ana.wait_for_view("cancel"))
    await scene.ana.submit(await scene.ana.wait_for_view("cancel_preview"))

    await ben.wait_for_message(contains="is cancelled")
    assert not [message for message in ben.told() if "Still coming?" in message.text]


async def test_half_of_quiet_hours_is_said_under_the_other_half(socket_scene: Scene) -> None:
    ben = socket_scene.member(0)
    await ben.home(contains="My reminders")
    await ben.press_in_view("preferences", view=ben.home_view)
    view = await ben.wait_for_view("preferences")
    await ben.fill(view, {"quiet_from": "22:00"})

    result = await ben.submit(view)

    assert set(result.errors) == {"quiet_until"}
    await ben.fill(view, {"quiet_until": "08:00"})
    assert (await ben.submit(view)).errors == {}
    await ben.wait_for_home("Quiet hours: 22:00 to 08:00.")
