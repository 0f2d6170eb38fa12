"""Slack that says "not now", method by method: nothing is lost, and who waits is told the truth."""

from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap.running import running
from bot.bootstrap.starting import StartError
from bot.playground.faults import FaultKind
from bot.playground.server import Playground
from bot.settings import Settings
from tests.e2e.faults.fault_sights import at_rest, loudest, notices
from tests.e2e.stories import KHORGOS, Scene, eventually, open_scene

# What surely was not done, or does no harm when done again.
PASSING: list[tuple[FaultKind, dict[str, Any]]] = [
    ("rate_limited", {"retry_after": 1}),
    ("http_500", {}),
    ("html", {}),
    ("reset_before", {}),
    ("error", {"code": "service_unavailable"}),
]
SILENT: list[tuple[FaultKind, dict[str, Any]]] = [*PASSING, ("timeout", {})]


async def test_a_card_that_slack_limits_is_posted_when_it_may_be(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    scene.pg.faults.add("chat.postMessage", "rate_limited", times=2, retry_after=1)

    await scene.announce()

    await at_rest(scene)
    assert len(scene.ana.messages("C0TALKS")) == 1
    assert (notices(scene), loudest(log)) == ([], "")


async def test_a_confirmation_that_slack_limits_comes_once(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("chat.postMessage", "rate_limited", times=2, retry_after=1)

    await scene.member(0).press(card, "register")

    await at_rest(scene)
    assert len(scene.member(0).told()) == 1
    assert (notices(scene), loudest(log)) == ([], "")


async def test_nothing_is_sent_before_retry_after_is_over(socket_scene: Scene) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("chat.postMessage", "rate_limited", retry_after=2)

    await scene.member(0).press(card, "register")
    await scene.member(0).wait_for_message(contains="You have a seat")

    refused, accepted = scene.pg.calls_of("chat.postMessage")[-2:]
    assert refused.status == 429
    assert accepted.at_monotonic - refused.at_monotonic >= 2


async def test_a_redrawing_that_slack_limits_shows_the_last_state(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("chat.update", "rate_limited", times=2, retry_after=1)

    await scene.member(0).press(card, "register")
    await scene.member(1).press(card, "register")

    await eventually(lambda: "Full" in card.text, 10)
    await at_rest(scene)
    assert (notices(scene), loudest(log)) == ([], "")


@pytest.mark.parametrize(("kind", "details"), SILENT)
async def test_an_admin_whom_slack_does_not_name_is_not_called_a_stranger(
    socket_scene: Scene, log: pytest.LogCaptureFixture, kind: FaultKind, details: dict[str, Any]
) -> None:
    scene = socket_scene
    scene.pg.faults.add("users.info", kind, **details)

    await scene.ana.command("/seminar", "new", channel="C0TALKS")

    answer = await scene.ana.wait_for_ephemeral(contains="Slack did not answer in time")
    assert answer.text.endswith("so nothing was changed. Please type the command again in a moment.")
    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    await scene.ana.wait_for_view("form_what")
    assert loudest(log) == ""


@pytest.mark.parametrize("word", ["list", "help"])
async def test_what_everybody_may_read_is_shown_though_slack_names_nobody(
    socket_scene: Scene, word: str
) -> None:
    scene = socket_scene
    scene.pg.faults.add("users.info", "rate_limited", retry_after=60)

    await scene.ana.command("/seminar", word, channel="C0TALKS")

    await scene.ana.wait_for_ephemeral(contains="seminar")


async def test_a_form_stays_as_it_is_when_slack_does_not_say_who_sent_it(socket_scene: Scene) -> None:
    scene = socket_scene
    await scene.ana.command("/seminar", "new", channel="C0TALKS")
    form = await scene.ana.wait_for_view("form_what")
    await scene.ana.fill(form, {"title": KHORGOS["title"], "speakers": KHORGOS["speakers"]})
    scene.ws.change_user("U0ANA", real_name="Ana of CAIS")  # so that Slack is asked anew
    await scene.pg.delivery.settle()
    scene.pg.faults.add("users.info", "rate_limited", retry_after=60)

    await scene.ana.submit(form)

    notice = await scene.ana.wait_for_view(contains="nothing you typed is lost")
    await scene.ana.close(notice)
    assert scene.ana.view is form
    await scene.ana.submit(form)
    await scene.ana.wait_for_view("form_when")


async def test_a_preview_is_posted_by_the_second_press_when_slack_was_silent_at_the_first(
    socket_scene: Scene,
) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)
    scene.ws.change_user("U0ANA", real_name="Ana of CAIS")
    await scene.pg.delivery.settle()
    scene.pg.faults.add("users.info", "rate_limited", retry_after=60)

    await scene.ana.submit()

    notice = await scene.ana.wait_for_view(contains="nothing was posted")
    await scene.ana.close(notice)
    await scene.ana.submit()
    await scene.card("Seminar:")
    assert len(scene.ana.messages("C0TALKS")) == 1


@pytest.mark.parametrize(("kind", "details"), PASSING)
async def test_channels_that_slack_does_not_describe_are_an_error_on_their_field(
    socket_scene: Scene, kind: FaultKind, details: dict[str, Any]
) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)
    await scene.ana.press_in_view("form_back")
    form = await scene.ana.wait_for_view("form_how")
    scene.pg.faults.add("conversations.info", kind, **details)

    result = await scene.ana.submit(form)

    assert result.errors == {
        "channels": "Slack did not answer in time. Nothing you typed is lost; please try again."
    }
    assert (await scene.ana.submit(form)).errors == {}
    await scene.ana.wait_for_view("form_preview")


@pytest.mark.parametrize(("kind", "details"), PASSING)
async def test_going_back_works_though_slack_failed_once(
    socket_scene: Scene, kind: FaultKind, details: dict[str, Any]
) -> None:
    scene = socket_scene
    await scene.fill(scene.ana)
    scene.pg.faults.add("views.update", kind, **details)

    await scene.ana.press_in_view("form_back")

    await scene.ana.wait_for_view("form_how")


async def test_a_private_answer_that_slack_limits_comes_a_second_later(
    socket_scene: Scene, log: pytest.LogCaptureFixture
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("response_url", "rate_limited", retry_after=1)

    await scene.member(0).press(card, "register")

    await scene.member(0).wait_for_ephemeral(contains="You have a seat")
    assert len(scene.member(0).ephemerals) == 1
    assert loudest(log) == ""


@pytest.mark.parametrize("kind", ["http_500", "html", "reset_before", "timeout"])
async def test_a_seat_is_kept_and_confirmed_though_its_private_answer_fails(
    socket_scene: Scene, log: pytest.LogCaptureFixture, kind: FaultKind
) -> None:
    scene = socket_scene
    card = await scene.announce()
    scene.pg.faults.add("response_url", kind)

    answer = await scene.member(0).press(card, "register")

    assert answer.acknowledged
    await scene.member(0).wait_for_message(contains="You have a seat")
    await scene.card("1 of 2 seats left")
    assert loudest(log) == ""


@pytest.mark.parametrize("kind", ["rate_limited", "http_500", "html"])
async def test_a_group_whose_members_slack_has_just_told_stays_staff(template: Path, kind: FaultKind) -> None:
    async with open_scene(template, "socket", staff="S0STAFF") as scene:
        scene.ws.add_usergroup("S0STAFF", "staff", ["U0M03"])
        await scene.member(3).command("/seminar", "new", channel="C0TALKS")
        await scene.member(3).wait_for_view("form_what")
        scene.pg.faults.add("usergroups.users.list", kind, times=50)

        await scene.member(3).command("/seminar", "new", channel="C0TALKS")

        assert scene.member(3).view is not None
        assert all("Only staff" not in message.text for message in scene.member(3).ephemerals)


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize(("kind", "details"), PASSING)
async def test_a_start_that_slack_does_not_answer_ends_with_a_sentence(
    template: Path, method: str, kind: FaultKind, details: dict[str, Any]
) -> None:
    with pytest.raises(StartError) as stopped:
        await _start_against(template, method, kind, details)

    assert str(stopped.value).startswith("Slack did not answer (")


async def _start_against(template: Path, method: str, kind: FaultKind, details: dict[str, Any]) -> None:
    playground = Playground()
    playground.add_workspace("T0CAIS", "CAIS")
    playground.faults.add(method, kind, **details)
    async with playground:
        settings = Settings(
            _env_file=None,
            database_url=f"sqlite:///{template}",
            slack_bot_token=playground.bot_token,
            slack_app_token=playground.app_token,
            slack_api_url=playground.api_url,
        )
        async with running(settings):
            pass
