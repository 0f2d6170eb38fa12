"""Forms and details that do not open, or changed meanwhile: who pressed is told what to do next."""

from typing import Any

import pytest

from bot.playground.faults import FaultKind
from bot.playground.state import Message
from tests.e2e.faults.fault_sights import lines, loudest
from tests.e2e.stories import Scene

LATE_FORM = (
    "That took too long, so the form did not open. Nothing was changed. Press New Seminar to try again."
)
LATE_DETAILS = (
    "That took too long, so the details did not open. Nothing was changed. Press Details to try again."
)
TRIGGERS = ["expired_trigger_id", "invalid_trigger_id"]
LOST: list[FaultKind] = ["http_500", "html", "reset_before"]


def expire(scene: Scene, **details: Any) -> None:
    scene.pg.faults.add("views.open", "error", **details)


@pytest.mark.parametrize("code", TRIGGERS)
async def test_a_form_whose_trigger_is_no_good_opens_by_a_button(
    socket_scene: Scene, log: pytest.LogCaptureFixture, code: str
) -> None:
    scene = socket_scene
    expire(scene, code=code)

    await scene.ana.command("/seminar", "new", channel="C0TALKS")

    answer = await scene.ana.wait_for_ephemeral(contains="form did not open")
    assert answer.text == LATE_FORM
    await scene.ana.press(answer, "new_seminar")
    form = await scene.ana.wait_for_view("form_what")
    assert form.is_open
    assert loudest(log) == ""


@pytest.mark.parametrize("code", TRIGGERS)
async def test_details_whose_trigger_is_no_good_open_by_a_button(
    socket_scene: Scene, log: pytest.LogCaptureFixture, code: str
) -> None:
    scene = socket_scene
    card = await scene.announce()
    expire(scene, code=code)

    await scene.member(0).press(card, "details")

    answer = await scene.member(0).wait_for_ephemeral(contains="details did not open")
    assert answer.text == LATE_DETAILS
    await scene.member(0).press(answer, "details")
    await scene.member(0).wait_for_view("details")
    assert loudest(log) == ""


async def test_a_trigger_that_was_used_up_means_that_the_form_may_be_open(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    scene.pg.delivery.duplicate_next(1)

    await scene.ana.command("/seminar", "new", channel="C0TALKS")

    answer = await scene.ana.wait_for_ephemeral(contains="I do not know whether the form opened.")
    assert "If nothing opened, press New Seminar again." in answer.text
    assert len(scene.pg.calls_of("views.open", ok_only=True)) == 1
    await scene.ana.wait_for_view("form_what")
    assert loudest(log) == ""


async def test_the_button_for_another_try_asks_again_who_may_announce(socket_scene: Scene) -> None:
    scene = socket_scene
    expire(scene, code="expired_trigger_id")
    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    answer = await scene.ana.wait_for_ephemeral(contains="form did not open")
    scene.ws.change_user("U0ANA", is_admin=False)
    await scene.pg.delivery.settle()

    await scene.ana.press(answer, "new_seminar")

    await scene.ana.wait_for_ephemeral(contains="Only staff may announce")
    assert scene.ana.view is None


@pytest.mark.parametrize(("method_of", "kind"), [("form", kind) for kind in LOST] + [("details", "html")])
async def test_whether_it_opened_is_not_claimed_when_slack_did_not_say(
    socket_scene: Scene, method_of: str, kind: FaultKind
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("views.open", kind)

    await _ask_for(scene, card, method_of)

    answer = await scene.ana.wait_for_ephemeral(contains=f"I do not know whether the {method_of} opened.")
    assert "If nothing opened, press" in answer.text


async def _ask_for(scene: Scene, card: Message, what: str) -> None:
    if what == "form":
        await scene.ana.command("/seminar", "new", channel="C0TALKS")
        return
    await scene.ana.press(card, what)


async def test_a_form_that_slack_limits_for_a_second_opens_by_itself(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    scene.pg.faults.add("views.open", "rate_limited", retry_after=1)

    await scene.ana.command("/seminar", "new", channel="C0TALKS")

    await scene.ana.wait_for_view("form_what")
    assert (scene.ana.ephemerals, loudest(log)) == ([], "")


async def test_a_form_that_slack_limits_for_longer_is_said_at_once(socket_scene: Scene) -> None:
    scene = socket_scene
    scene.pg.faults.add("views.open", "rate_limited", retry_after=30)

    await scene.ana.command("/seminar", "new", channel="C0TALKS")

    await scene.ana.wait_for_ephemeral(contains="form did not open")
    assert len(scene.pg.calls_of("views.open")) == 1


@pytest.mark.parametrize("code", ["invalid_arguments", "view_too_large"])
async def test_a_view_that_breaks_a_rule_of_slack_is_in_the_log(
    socket_scene: Scene, log: pytest.LogCaptureFixture, code: str
) -> None:
    scene = socket_scene
    card = await scene.announce()
    expire(scene, code=code, response_metadata={"messages": ["must have fewer blocks"]})

    await scene.member(0).press(card, "details")

    await scene.member(0).wait_for_ephemeral(contains="did not open")
    assert lines(log) == [f"Slack found a mistake in a view: {code} must have fewer blocks"]


async def test_a_stale_hash_puts_nothing_over_the_newer_view(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)
    scene.pg.delivery.duplicate_next(1)

    await scene.ana.press_in_view("form_back")

    await scene.ana.wait_for_view("form_how")
    await scene.pg.delivery.settle()
    assert [call.is_ok for call in scene.pg.calls_of("views.update")].count(True) == 1
    assert (await scene.ana.submit()).errors == {}
    await scene.ana.wait_for_view("form_preview")
    assert loudest(log) == ""


async def test_a_form_that_was_closed_meanwhile_is_left_closed(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)
    scene.pg.faults.add("views.update", "error", code="not_found")

    answer = await scene.ana.press_in_view("form_back")

    assert answer.acknowledged
    await scene.pg.delivery.settle()
    assert loudest(log) == ""
