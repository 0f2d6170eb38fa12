"""The bot is killed at each point of its work, and started again on what it left behind."""

import signal
from datetime import timedelta

import pytest

from bot.storage.deliveries import Kind
from tests.factories import make_seminar
from tests.integration.crashes.crash_stage import MINUTE, PATIENCE_S, Stage

KILLED = -signal.SIGKILL
TROUBLE = "We had some trouble connecting. Try again?"
DAY_BEFORE = make_seminar().starts_at - timedelta(days=1)


@pytest.mark.parametrize(
    ("point", "kept", "promised"),
    [
        ("press written", {}, []),
        ("press committed", {"U0M00": "seated"}, [("due", 0)]),
    ],
)
async def test_a_press_that_died_unacknowledged_shows_an_error_and_pressing_again_gives_one_seat(
    stage: Stage, point: str, kept: dict[str, str], promised: list[tuple[str, int]]
) -> None:
    stage.store_seminar(capacity=2)
    await stage.serve(dying=point)
    card = await stage.card("2 of 2 seats left")

    first = await stage.member(0).press(card, "register")

    assert (KILLED, TROUBLE) == (await stage.end(), first.error)
    assert (kept, promised) == (stage.seats(), stage.promises(Kind.CONFIRMATION))

    await stage.serve()
    again = await stage.member(0).press(card, "register")

    assert again.acknowledged
    await stage.card("1 of 2 seats left")
    await stage.settle()
    assert {"U0M00": "seated"} == stage.seats()
    assert [("done", 0)] == stage.promises(Kind.CONFIRMATION)
    assert 1 == len(stage.member(0).told())


@pytest.mark.parametrize(
    ("point", "kept", "promised"),
    [
        ("press written", {"U0M00": "seated", "U0M01": "waitlisted"}, []),
        ("press committed", {"U0M00": "released", "U0M01": "seated"}, [("due", 0)]),
    ],
)
async def test_a_seat_given_back_as_the_process_dies_is_promoted_into_once(
    stage: Stage, point: str, kept: dict[str, str], promised: list[tuple[str, int]]
) -> None:
    stage.store_seminar(0, 1, capacity=1)
    await stage.serve(dying=point)
    (confirmation,) = stage.member(0).told()

    first = await stage.member(0).press(confirmation, "release")

    assert (KILLED, TROUBLE) == (await stage.end(), first.error)
    assert (kept, promised) == (stage.seats(), stage.promises(Kind.PROMOTION))

    await stage.serve()
    again = await stage.member(0).press(confirmation, "release")

    assert again.acknowledged
    await stage.card("Full: nobody waiting")
    await stage.settle()
    assert {"U0M00": "released", "U0M01": "seated"} == stage.seats()
    assert [("done", 0)] == stage.promises(Kind.PROMOTION)
    assert 2 == len(stage.member(1).told())


@pytest.mark.parametrize(
    ("point", "messages"),
    [("message claimed", 1), ("answer arriving", 2), ("answer read", 2)],
)
async def test_a_message_whose_sender_died_comes_and_twice_at_most_where_its_answer_was_lost(
    stage: Stage, point: str, messages: int
) -> None:
    stage.store_seminar(capacity=2)
    await stage.serve(dying=point)
    card = await stage.card("2 of 2 seats left")

    await stage.member(0).press(card, "register")

    assert KILLED == await stage.end()
    assert {"U0M00": "seated"} == stage.seats()
    assert [("sending", 0)] == stage.promises(Kind.CONFIRMATION)
    assert messages - 1 == len(stage.member(0).told())

    await stage.serve()
    again = await stage.member(0).press(card, "register")

    assert again.acknowledged
    await stage.member(0).wait_for_ephemeral(contains="already have a seat", within=PATIENCE_S)
    await stage.card("1 of 2 seats left")
    await stage.settle()
    assert {"U0M00": "seated"} == stage.seats()
    assert [("done", 0)] == stage.promises(Kind.CONFIRMATION)
    assert messages == len(stage.member(0).told())


@pytest.mark.parametrize("point", ["answer arriving", "answer read"])
async def test_a_message_whose_sender_died_twice_is_unknown_and_not_sent_a_third_time(
    stage: Stage, point: str
) -> None:
    stage.store_seminar(capacity=2)
    await stage.serve(dying=point)

    await stage.member(0).press(await stage.card("2 of 2 seats left"), "register")
    assert (KILLED, [("sending", 0)]) == (await stage.end(), stage.promises(Kind.CONFIRMATION))
    await stage.run("run", dying=point)
    assert (KILLED, [("sending", 1)]) == (await stage.end(), stage.promises(Kind.CONFIRMATION))
    await stage.serve()

    await stage.card("1 of 2 seats left")
    assert {"U0M00": "seated"} == stage.seats()
    assert [("unknown", 2)] == stage.promises(Kind.CONFIRMATION)
    assert 2 == len(stage.member(0).told())


@pytest.mark.parametrize(
    ("point", "moments", "promised"),
    [
        ("plan written", [], []),
        ("plan committed", ["reminder"], [("due", 0), ("due", 0)]),
    ],
)
async def test_reminders_whose_planner_died_come_once(
    stage: Stage, point: str, moments: list[str], promised: list[tuple[str, int]]
) -> None:
    stage.store_seminar(0, 1, capacity=2)
    await stage.serve()
    assert 0 == await stage.stop()

    await stage.run("run", dying=point, at=DAY_BEFORE)

    assert KILLED == await stage.end()
    assert (moments, promised) == (stage.moments_done(), stage.promises(Kind.REMINDER))

    await stage.serve(at=DAY_BEFORE + MINUTE)
    await stage.member(0).wait_for_message(contains="Still coming?", within=PATIENCE_S)
    await stage.member(1).wait_for_message(contains="Still coming?", within=PATIENCE_S)
    await stage.card("Full: nobody waiting")
    await stage.settle()
    assert ["reminder"] == stage.moments_done()
    assert [("done", 0), ("done", 0)] == stage.promises(Kind.REMINDER)
    assert [2, 2] == [len(stage.member(number).told()) for number in range(2)]
