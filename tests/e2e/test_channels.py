"""Several channels: one pool of seats, a card in each, all live."""

import pytest

from bot.playground.state import Message, View
from tests.e2e.faults.fault_sights import at_rest
from tests.e2e.stories import STARTS, Scene, eventually


@pytest.fixture
def scene(socket_scene: Scene) -> Scene:
    socket_scene.ws.add_channel("C0MORE", "more-talks")
    return socket_scene


async def open_channels(scene: Scene, card: Message) -> View:
    await at_rest(scene)
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("channels")
    return await scene.ana.wait_for_view("channels")


async def choose(scene: Scene, view: View, *channel_ids: str) -> View:
    """Choose channels, look at the preview, and return it."""
    await scene.ana.fill(view, {"channels": list(channel_ids)})
    assert (await scene.ana.submit(view)).errors == {}
    return await scene.ana.wait_for_view("channels_preview")


async def announce_in(scene: Scene, card: Message, *channel_ids: str) -> None:
    preview = await choose(scene, await open_channels(scene, card), *channel_ids)
    await scene.ana.submit(preview)
    await scene.ana.wait_for_view(contains="Saved")
    await scene.ana.close(whole_stack=True)


async def test_two_channels_show_the_same_seats_and_both_take_presses(scene: Scene) -> None:
    card = await scene.announce()
    view = await open_channels(scene, card)
    assert "posted." in view.shown
    preview = await choose(scene, view, "C0TALKS", "C0MORE")
    assert "Posted in " in preview.shown
    await scene.ana.submit(preview)

    second = await scene.ana.wait_for_message("C0MORE", contains="2 of 2 seats left")
    await scene.member(0).press(second, "register")
    await scene.member(1).press(card, "register")

    await scene.ana.wait_for_message("C0MORE", contains="Full: nobody waiting")
    await scene.card("Full: nobody waiting")


async def test_a_channel_that_is_removed_says_so_and_comes_back_in_the_same_message(scene: Scene) -> None:
    card = await scene.announce()
    await announce_in(scene, card, "C0TALKS", "C0MORE")
    second = await scene.ana.wait_for_message("C0MORE", contains="2 of 2 seats left")
    await scene.seat(second, scene.member(0))

    preview = await choose(scene, await open_channels(scene, card), "C0TALKS")
    assert "No longer announced in " in preview.shown
    assert "the message there stays and says so" in preview.shown
    await scene.ana.submit(preview)
    gone = await scene.ana.wait_for_message("C0MORE", contains="no longer announced in this channel")
    await scene.ana.close(whole_stack=True)
    await announce_in(scene, card, "C0TALKS", "C0MORE")
    back = await scene.ana.wait_for_message("C0MORE", contains="1 of 2 seats left")

    assert second.ts == gone.ts == back.ts
    assert len(scene.ana.messages("C0MORE")) == 1


async def test_the_list_names_only_the_channels_that_are_left(scene: Scene) -> None:
    card = await scene.announce()
    await announce_in(scene, card, "C0MORE")

    await scene.ana.command("/seminar", "list", channel="C0TALKS")

    listed = await scene.ana.wait_for_ephemeral(contains="Announced in")
    assert "C0MORE" in str(listed.blocks)
    assert "C0TALKS" not in str(listed.blocks)


async def test_a_channel_where_the_bot_cannot_post_is_an_error_under_the_field(scene: Scene) -> None:
    view = await open_channels(scene, await scene.announce())
    await scene.ana.fill(view, {"channels": ["C0TALKS", "C0STAFF"]})

    result = await scene.ana.submit(view)

    assert result.errors == {
        "channels": "I cannot post in one of these yet. Invite me with /invite, or choose another."
    }


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["C0TALKS"], "It is announced in exactly these channels already. Add or remove one."),
        (["D0DIRECT"], "Choose channels only, no direct messages."),
    ],
)
async def test_a_choice_that_cannot_be_is_an_error_under_the_field(
    scene: Scene, chosen: list[str], expected: str
) -> None:
    view = await open_channels(scene, await scene.announce())
    await scene.ana.fill(view, {"channels": chosen})

    result = await scene.ana.submit(view)

    assert result.errors == {"channels": expected}


async def test_saving_twice_is_saving_once(scene: Scene) -> None:
    preview = await choose(scene, await open_channels(scene, await scene.announce()), "C0TALKS", "C0MORE")

    scene.pg.delivery.duplicate_next(1)
    await scene.ana.submit(preview)

    await scene.ana.wait_for_message("C0MORE", contains="seats left")
    await scene.pg.delivery.settle()
    assert len(scene.ana.messages("C0MORE")) == 1


async def test_a_channel_that_vanished_is_listed_as_refused_and_can_be_replaced(scene: Scene) -> None:
    card = await scene.announce()
    scene.ws.channels["C0TALKS"].is_archived = True
    await scene.member(0).press(card, "register")
    await scene.ana.wait_for_message(contains="That channel is archived")
    await scene.ana.command("/seminar", "channels", channel="C0MORE")
    view = await scene.ana.wait_for_view("channels", contains="That channel is archived")

    preview = await choose(scene, view, "C0MORE")
    assert "so it stays as it is" in preview.shown
    await scene.ana.submit(preview)

    await scene.ana.wait_for_message("C0MORE", contains="1 of 2 seats left")
    await scene.ana.command("/seminar", "list", channel="C0MORE")
    listed = await scene.ana.wait_for_ephemeral(contains="1 seminar")
    assert "Needs attention" not in listed.shown


async def test_going_back_from_the_preview_keeps_what_was_chosen(scene: Scene) -> None:
    preview = await choose(scene, await open_channels(scene, await scene.announce()), "C0MORE")
    before = preview.shown

    await scene.ana.press_in_view("channels", view=preview)

    view = await scene.ana.wait_for_view("channels")
    await scene.ana.submit(view)
    again = await scene.ana.wait_for_view("channels_preview")
    assert before == again.shown
    assert len(scene.ana.views) == 2


async def test_after_the_talk_channels_are_only_removed(scene: Scene) -> None:
    card = await scene.announce()
    scene.move_to(STARTS.replace(hour=5))
    await scene.card("Over")
    view = await open_channels(scene, card)
    await scene.ana.fill(view, {"channels": ["C0TALKS", "C0MORE"]})
    result = await scene.ana.submit(view)
    assert result.errors["channels"].startswith("The talk is cancelled or over")
    await scene.ana.fill(view, {"channels": []})
    await scene.ana.submit(view)

    await scene.ana.submit(await scene.ana.wait_for_view("channels_preview"))

    await eventually(lambda: "no longer announced in this channel" in card.text)


async def test_a_member_is_refused_kindly(scene: Scene) -> None:
    await scene.announce()

    await scene.member(0).command("/seminar", "channels", channel="C0TALKS")

    await scene.member(0).wait_for_ephemeral(contains="Only staff")
    assert scene.member(0).view is None
