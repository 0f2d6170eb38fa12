"""Ask first: a seat is held, taken, refused, or goes on; and seats that come back late or are left behind."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.playground.state import Message
from bot.storage import tables
from tests.e2e.stories import STARTS, Scene, eventually

MORNING = datetime(
    2020, 7, 29, 22, 0, tzinfo=UTC
)  # eight in Sydney; the hold of twelve hours ended in its night
EVENING = datetime(2020, 7, 29, 12, 0, tzinfo=UTC)  # twelve hours, which end at eight in Singapore's evening
OFFERED = "is held for you. Do you want it?"


async def announce(scene: Scene, *, waiters: int = 2, **more: str) -> Message:
    """Announce a seminar with one seat, with More Options; the first member has it and others wait."""
    await scene.fill(scene.ana, seats="1")
    await scene.ana.press_in_view("form_back")
    await scene.ana.wait_for_view("form_how")
    await scene.ana.press_in_view("form_more")
    view = await scene.ana.wait_for_view("form_more")
    await scene.ana.fill(view, more)
    await scene.ana.submit()
    await scene.ana.wait_for_view("form_preview")
    await scene.ana.submit()
    card = await scene.card("Seminar:")
    people = scene.members(waiters + 1)
    await scene.seat(card, *people)
    await eventually(lambda: {person.id for person in people} <= known(scene))
    return card


def known(scene: Scene) -> set[str]:
    """Return whose zone the bot knows."""
    member = tables.Member
    with Session(scene.engine) as session:
        return set(session.scalars(select(member.user_id).where(member.zone.is_not(None))))


async def give_back(scene: Scene, number: int = 0) -> None:
    await scene.member(number).press(scene.member(number).direct_messages()[0], "release")


async def test_a_seat_is_held_for_the_next_who_takes_it(scene: Scene) -> None:
    await announce(scene, promotion="ask")

    await give_back(scene)
    offer = await scene.member(1).wait_for_message(contains=OFFERED)
    assert "meet.example.org" not in offer.shown
    assert "Held until: Wednesday 29 July, 20:00 your time" in offer.text
    await scene.card("Full: 1 waiting")
    await scene.member(1).press(offer, "accept")

    await scene.member(1).wait_for_message(contains="You have a seat for", after=offer)
    await eventually(lambda: "You have a seat for" in offer.text)
    assert "meet.example.org" in offer.shown


async def test_who_does_not_answer_keeps_a_place_and_the_next_is_asked(scene: Scene) -> None:
    await announce(scene, waiters=3, promotion="ask")
    await give_back(scene)
    first = await scene.member(1).wait_for_message(contains=OFFERED)

    scene.move_to(EVENING + timedelta(minutes=1))

    second = await scene.member(2).wait_for_message(contains=OFFERED)
    assert "Held until: Thursday 30 July, 10:01 in Sydney (AEST)" in second.text
    gone = await scene.member(1).wait_for_message(contains="You did not answer in time", after=first)
    assert "You are number 2 in line." in gone.text
    await scene.member(1).press(first, "accept")
    await eventually(lambda: "No seat for" in first.text)


async def test_nobody_is_hurried_in_their_night(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await announce(scene, waiters=3, promotion="ask")
    await give_back(scene)
    await scene.member(1).press(await scene.member(1).wait_for_message(contains=OFFERED), "refuse")
    offer = await scene.member(2).wait_for_message(contains=OFFERED)
    assert "Held until: Thursday 30 July, 08:00 in Sydney (AEST)" in offer.text

    scene.move_to(MORNING - timedelta(minutes=1))
    await scene.member(2).press(card, "register")
    await scene.member(2).wait_for_ephemeral(contains="is held for you")
    scene.move_to(MORNING)

    await scene.member(3).wait_for_message(contains=OFFERED)


async def test_a_refused_seat_goes_to_the_next_at_once(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await announce(scene, promotion="ask")
    await give_back(scene)
    offer = await scene.member(1).wait_for_message(contains=OFFERED)

    await scene.member(1).press(offer, "refuse")

    await scene.member(2).wait_for_message(contains=OFFERED)
    await eventually(lambda: "You do not want the seat" in offer.text)
    await scene.member(1).press(card, "register")
    await scene.member(1).wait_for_ephemeral(contains="you are first in line")


async def test_register_says_that_a_seat_is_held_and_takes_an_answer(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await announce(scene, promotion="ask")
    await give_back(scene)
    await scene.member(1).wait_for_message(contains=OFFERED)

    await scene.member(1).press(card, "register")
    asked = await scene.member(1).wait_for_ephemeral(contains="you have not answered yet")
    await scene.member(1).press(asked, "accept")

    await scene.member(1).wait_for_message(contains="You have a seat for")


async def test_home_shows_the_seat_that_is_held_and_takes_the_answer(socket_scene: Scene) -> None:
    scene = socket_scene
    await announce(scene, promotion="ask")
    member = scene.member(1)
    await member.home(contains="You are first in line.")

    await give_back(scene)
    held = await member.wait_for_home("A seat is held for you until Wednesday 29 July, 20:00 your time")
    await member.press_in_view("accept", view=held)

    await member.wait_for_home("Give My Seat Back")


async def test_while_nobody_else_waits_the_seat_stays_held_in_silence(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await announce(scene, waiters=1, promotion="ask")
    await give_back(scene)
    offer = await scene.member(1).wait_for_message(contains=OFFERED)

    scene.move_to(EVENING + timedelta(minutes=1))
    await eventually(lambda: _held_until(scene) > EVENING + timedelta(hours=1))
    await scene.member(1).press(card, "register")
    await scene.member(1).wait_for_ephemeral(contains="Thursday 30 July, 08:01 your time")

    assert scene.member(1).direct_messages()[-1] == offer


def _held_until(scene: Scene) -> datetime:
    row = tables.Registration
    with Session(scene.engine) as session:
        return (
            session.scalars(select(row.offered_until).where(row.offered_until.is_not(None))).one() or EVENING
        )


async def test_in_the_last_two_hours_the_next_simply_gets_the_seat(socket_scene: Scene) -> None:
    scene = socket_scene
    await announce(scene, promotion="ask")
    scene.move_to(STARTS - timedelta(hours=2))

    await give_back(scene)

    await scene.member(1).wait_for_message(contains="A seat became free, and it is yours")


async def test_staff_see_who_is_asked_before_they_add_a_seat(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await announce(scene, promotion="ask")
    await scene.ana.press(card, "manage")
    await scene.ana.wait_for_view("manage")
    await scene.ana.press_in_view("seats")
    await scene.ana.fill(await scene.ana.wait_for_view("seats"), {"seats": "2"})
    await scene.ana.submit()

    preview = await scene.ana.wait_for_view("seats_preview")
    assert "1 person is asked whether they want a seat: " in preview.shown
    await scene.ana.submit()

    await scene.ana.wait_for_view(contains="There are 2 seats now. 1 person is told.")
    await scene.member(1).wait_for_message(contains=OFFERED)


async def test_a_seat_that_comes_back_late_is_said_to_be_late_and_goes_on_at_once(scene: Scene) -> None:
    await announce(scene, late="1d")
    confirmed = scene.member(0).direct_messages()[0]
    assert "Please do that until Thursday 6 August, 11:00 in Sydney (AEST)" in confirmed.text
    scene.move_to(STARTS - timedelta(hours=3))

    await scene.member(0).press(confirmed, "release")

    await scene.member(1).wait_for_message(contains="A seat became free, and it is yours")
    await eventually(lambda: "late, 3 hours before the start. Thank you" in confirmed.text)


async def test_a_deactivated_account_frees_its_seat_at_once_and_gets_nothing(scene: Scene) -> None:
    await announce(scene)
    before = len(scene.member(0).direct_messages())

    scene.ws.deactivate_user("U0M00")

    await scene.member(1).wait_for_message(contains="A seat became free, and it is yours")
    await scene.card("Full: 1 waiting")
    assert len(scene.member(0).direct_messages()) == before


async def test_an_account_deactivated_unseen_frees_its_seat_within_a_day(socket_scene: Scene) -> None:
    scene = socket_scene
    await announce(scene)
    scene.ws.users["U0M00"].deleted = True

    scene.move_to(datetime(2020, 7, 30, 1, 0, tzinfo=UTC))

    await scene.member(1).wait_for_message(contains="A seat became free, and it is yours", within=10)
