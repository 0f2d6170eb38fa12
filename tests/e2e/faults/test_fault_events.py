"""What Slack delivers twice, late or out of order, to one bot and to two: once is all it counts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap.running import running
from bot.playground.delivering import Ack, Kind, Retry, Route
from bot.playground.refusals import Json
from bot.playground.signed_http import SignedHttp
from bot.storage import tables
from tests.e2e.faults.fault_sights import at_rest, deliveries, loudest
from tests.e2e.stories import SIGNING_SECRET, STARTS, Scene, eventually, open_scene


@dataclass
class Both:
    """A way that leads to two bots: each payload goes to both."""

    first: Route
    second: Route

    async def deliver(self, kind: Kind, payload: Json, within: float, retry: Retry | None = None) -> Ack:
        one, other = await asyncio.gather(
            self.first.deliver(kind, payload, within, retry),
            self.second.deliver(kind, payload, within, retry),
        )
        return one if one.is_acknowledged else other


@pytest.fixture(params=["socket", "http"])
async def two_bots(request: pytest.FixtureRequest, template: Path) -> AsyncIterator[Scene]:
    """Two bots on one database, and every payload comes to each of them."""
    async with (
        open_scene(template, request.param) as scene,
        running(scene.settings, clock=scene.clock, engine=scene.engine) as other,
    ):
        if other.port is None:
            await eventually(lambda: scene.pg.sockets.connected == 2)
            scene.pg.delivery.duplicate_next(1000)
            yield scene
        else:
            second = SignedHttp(scene.pg.world, f"http://127.0.0.1:{other.port}/slack/events")
            scene.pg.world.signing_secret = SIGNING_SECRET
            scene.pg.delivery.route = Both(scene.pg.delivery.route, second)
            yield scene
            await second.stop()


def ledger(scene: Scene) -> list[tuple[str, str]]:
    row = tables.SeatChange
    with scene.engine.connect() as connection:
        found = connection.execute(select(row.user_id, row.after).order_by(row.seminar_id, row.number))
        return [(user_id, after) for user_id, after in found]


async def test_the_same_press_twice_is_one_seat_and_one_confirmation(
    scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    card = await scene.announce()
    scene.pg.delivery.duplicate_next(1)

    await scene.member(0).press(card, "register")

    await scene.card("1 of 2 seats left")
    await at_rest(scene)
    assert len(scene.member(0).told()) == 1
    assert ledger(scene) == [("U0M00", "seated")]
    assert loudest(log) == ""


async def test_the_same_press_at_two_bots_is_one_seat_and_one_confirmation(two_bots: Scene) -> None:
    scene = two_bots
    card = await scene.announce()

    await asyncio.gather(*(member.press(card, "register") for member in scene.members(3)))

    await scene.card("Full: 1 waiting")
    await at_rest(scene)
    assert [len(member.told()) for member in scene.members(3)] == [1, 1, 1]
    assert sorted(user_id for user_id, _ in ledger(scene)) == ["U0M00", "U0M01", "U0M02"]
    assert len([message for message in scene.ana.messages("C0TALKS") if not message.is_ephemeral]) == 1


async def test_giving_back_at_two_bots_promotes_one(two_bots: Scene) -> None:
    scene = two_bots
    card = await scene.announce(seats="1")
    await scene.seat(card, *scene.members(3))

    await scene.member(0).press(scene.member(0).told()[0], "release")

    await scene.member(1).wait_for_message(contains="A seat became free")
    await at_rest(scene)
    assert deliveries(scene.engine, "promotion") == [("done", None)]
    assert "Full: 1 waiting" in (await scene.card("Full")).text


async def test_reminders_of_two_bots_come_once(two_bots: Scene) -> None:
    scene = two_bots
    card = await scene.announce()
    await scene.seat(card, *scene.members(2))

    scene.move_to(STARTS.replace(hour=0))

    await scene.member(0).wait_for_message(contains="Still coming?")
    await scene.member(1).wait_for_message(contains="Still coming?")
    await at_rest(scene)
    assert [state for state, _ in deliveries(scene.engine, "reminder")] == ["done", "done"]


async def test_a_form_sent_twice_announces_once(scene: Scene) -> None:
    await scene.fill(scene.ana)
    scene.pg.delivery.duplicate_next(1)

    await scene.ana.submit()

    await scene.card("Seminar:")
    await at_rest(scene)
    assert len(scene.ana.messages("C0TALKS")) == 1


def zone_of(scene: Scene, user_id: str) -> str | None:
    row = tables.Member
    with scene.engine.connect() as connection:
        return connection.scalar(select(row.zone).where(row.user_id == user_id))


async def _known(scene: Scene) -> None:
    """Make the bot meet a member, and learn their zone."""
    card = await scene.announce()
    await scene.seat(card, scene.member(0))
    await eventually(lambda: zone_of(scene, "U0M00") == "Australia/Sydney")


async def test_an_event_that_is_repeated_is_acknowledged_and_changes_nothing_more(
    scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    await _known(scene)
    scene.ws.change_user("U0M00", tz="Europe/Berlin")
    await scene.pg.delivery.settle()
    event = scene.pg.delivery.events[-1]

    acks = [await scene.pg.delivery.send_once(event, Retry(number, "http_timeout")) for number in (1, 2, 3)]

    assert [ack.is_acknowledged for ack in acks] == [True, True, True]
    await eventually(lambda: zone_of(scene, "U0M00") == "Europe/Berlin")
    assert loudest(log) == ""


async def test_an_older_event_that_comes_last_does_not_win(
    scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    await _known(scene)
    scene.ws.change_user("U0M00", tz="Europe/Berlin")
    await scene.pg.delivery.settle()
    older = scene.pg.delivery.events[-1]
    scene.ws.change_user("U0M00", tz="Asia/Tokyo")
    await scene.pg.delivery.settle()
    await eventually(lambda: zone_of(scene, "U0M00") == "Asia/Tokyo")
    asked = len(scene.pg.calls_of("users.info"))

    await scene.pg.delivery.send_once(older, Retry(2, "http_error"))

    await eventually(lambda: len(scene.pg.calls_of("users.info")) > asked)
    await eventually(lambda: zone_of(scene, "U0M00") == "Asia/Tokyo")
    assert loudest(log) == ""


async def test_an_event_that_the_bot_has_no_use_for_is_acknowledged(
    scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene.ws.rename_channel("C0TALKS", "talks-and-more")

    await scene.pg.delivery.settle()

    ack = await scene.pg.delivery.send_once(scene.pg.delivery.events[-1], Retry(1, "http_timeout"))
    assert (ack.is_acknowledged, loudest(log)) == (True, "")
