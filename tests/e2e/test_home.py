"""The Home tab: what somebody has, what is coming, and what they run."""

from copy import copy

from bot.playground.person import Person
from tests.e2e.stories import KHORGOS, Scene, eventually
from tests.payloads import check_view


async def press(person: Person, action_id: str, value: str | None = None) -> None:
    """Press or choose something on the tab as it stands."""
    await person.press_in_view(action_id, value=value, view=person.home_view)


async def test_an_empty_home_teaches(socket_scene: Scene) -> None:
    view = await socket_scene.member(0).home(contains="You have no seat at the moment")

    assert "Nothing else is announced at the moment" in view.shown
    check_view(view.content)


async def test_home_shows_a_seat_a_place_and_what_is_coming_and_follows_what_changes(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1")
    first, second, third = scene.members(3)
    await scene.seat(card, first, second)

    await third.home()
    await third.wait_for_home("Full: 1 waiting")
    await second.home(contains="You are first in line")
    seat = await first.home(contains="Give My Seat Back")
    assert KHORGOS["title"] in seat.shown
    await press(first, "release")

    await first.wait_for_home("You have no seat at the moment")
    promoted = await second.wait_for_home("Give My Seat Back")
    assert "https://meet.example.org/khorgos" in str(promoted.content)


async def test_staff_manage_from_home_and_members_do_not_see_it(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()

    home = await scene.ana.home(contains="What you run")
    await press(scene.ana, "manage")
    manage = await scene.ana.wait_for_view("manage")
    member = await scene.member(0).home(contains="What is coming")

    assert "Manage" in home.shown
    assert "0 seated, 0 waiting" in manage.shown
    assert "What you run" not in member.shown


async def test_what_is_announced_in_a_private_channel_only_stays_there(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce(title="For all", date="2020-08-10")
    scene.ws.channels["C0STAFF"].members.add(scene.ws.bot_user_id)
    await scene.fill(scene.ana, channels=["C0STAFF"])
    await scene.ana.submit()
    await scene.ana.wait_for_message("C0STAFF", contains="Khorgos")

    await scene.member(0).home()
    member = await scene.member(0).wait_for_home("For all")

    assert "Khorgos" not in member.shown


async def test_who_follows_a_speaker_can_see_only_those(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce()
    await scene.announce(title="Rivers", speakers="Ada Okoye, Hydrology", date="2020-08-10")
    reader = scene.member(0)
    await reader.home()
    await reader.wait_for_home("Rivers")

    await press(reader, "follow", "on|speaker|Ada Okoye")
    await eventually(lambda: "What I follow" in str(reader.home_view))
    await press(reader, "home_filter", "followed")
    await eventually(lambda: "Khorgos" not in str(reader.home_view))

    followed = await reader.home(contains="Rivers")
    assert "Stop following Ada Okoye" in str(followed.content)
    assert "Khorgos" not in followed.shown


async def test_more_than_a_page_is_turned(socket_scene: Scene) -> None:
    scene = socket_scene
    for number in range(9):
        await scene.announce(title=f"Talk number {number}", date=f"2020-08-{10 + number}")
    reader = scene.member(0)

    await reader.home()
    await eventually(lambda: "home_page_later" in str(reader.home_view))
    first = (await reader.wait_for_home("Talk number 7")).shown
    await press(reader, "home_page_later")
    later = await reader.wait_for_home("Talk number 8")

    assert "Talk number 8" not in first
    assert "Talk number 7" not in later.shown
    check_view(later.content)


async def test_a_press_on_home_is_answered_in_a_modal_whose_buttons_go_on(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.announce(seats="1")
    reader = scene.member(0)
    await reader.home()
    await reader.wait_for_home("1 of 1 seats left")

    await press(reader, "register")
    said = await reader.wait_for_view("said", contains="You have a seat for")
    check_view(said.content)
    await reader.press_in_view("release")

    await reader.wait_for_view("said", contains="You gave back your seat")
    await reader.wait_for_home("You have no seat at the moment")


async def test_a_refusal_on_home_is_said(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce(seats="1", waitlist="no")
    reader, quick = scene.members(2)
    await reader.home()
    await reader.wait_for_home("1 of 1 seats left")
    tab = copy(reader.home_view)
    await scene.seat(card, quick)

    await reader.press_in_view("register", view=tab)

    await reader.wait_for_view("said", contains="is full and has no waitlist")
