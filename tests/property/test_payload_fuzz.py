"""Whatever is sent with the right signature is answered, and nobody else suffers from it."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings

from bot.clock import Clock
from bot.domain.registering import Wish
from bot.listeners.gate import NOT_SERVED
from bot.services.desk import Desk, NotSavedError
from bot.services.registering import Decided, Press
from bot.storage.engine import Transaction, transactions
from tests.factories import NOW
from tests.integration.rows import add_seminar, add_workspace, states
from tests.property.fuzz_stage import FORM, JSON, FuzzStage, encode, is_carried, open_fuzz_stage
from tests.property.payload_strategies import (
    COMMANDS,
    EVENTS,
    OTHERS,
    PRESSES,
    VIEWS,
    Json,
    command,
    press,
    spoiled,
    view,
    what_values,
)

LIVELY = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ALL = {"commands": COMMANDS, "presses": PRESSES, "views": VIEWS, "others": OTHERS, "events": EVENTS}
VALID = [pytest.param(one, id=f"{name}{at}") for name, group in ALL.items() for at, one in enumerate(group)]
BAD_IDS: tuple[Any, ...] = (
    "",
    "\x00",
    "U\x00",
    "\ud800",
    "U\ud800X",
    "U" * 33,
    "<@U1>",
    "Ü1",
    None,
    7,
    [],
    {"id": "U1"},
)


@pytest.fixture
def stage(sqlite_template: Path, tmp_path: Path) -> Iterator[FuzzStage]:
    file = tmp_path / "fuzz.db"
    shutil.copy(sqlite_template, file)
    with open_fuzz_stage(file) as opened:
        yield opened


def seated(stage: FuzzStage) -> dict[str, str]:
    with transactions(stage.engine, is_reading=True)() as session:
        return states(session, 1)


def send(stage: FuzzStage, payload: Json) -> str:
    """Send a payload by HTTP and as an envelope; return HTTP's answer once all of it is checked."""
    status, text = stage.run(stage.post(*encode(payload)))
    assert (200 if is_carried(payload) else 400) == status
    stage.check_shown(text)
    return str(text)


@pytest.mark.parametrize("payload", VALID)
def test_every_kind_of_payload_is_answered(stage: FuzzStage, payload: Json) -> None:
    send(stage, payload)

    assert 200 == stage.run(stage.by_socket(payload)).status
    stage.check_shown("")


@LIVELY
@given(payload=spoiled(COMMANDS))
def test_a_spoiled_command_is_answered(stage: FuzzStage, payload: Json) -> None:
    send(stage, payload)


@LIVELY
@given(payload=spoiled(PRESSES))
def test_a_spoiled_press_is_answered(stage: FuzzStage, payload: Json) -> None:
    send(stage, payload)


@LIVELY
@given(payload=spoiled(VIEWS))
def test_a_spoiled_form_is_answered(stage: FuzzStage, payload: Json) -> None:
    send(stage, payload)


@LIVELY
@given(payload=spoiled(OTHERS))
def test_a_spoiled_shortcut_menu_or_retired_kind_is_answered(stage: FuzzStage, payload: Json) -> None:
    send(stage, payload)


@LIVELY
@given(payload=spoiled(EVENTS))
def test_a_spoiled_event_is_answered(stage: FuzzStage, payload: Json) -> None:
    send(stage, payload)


@LIVELY
@given(payload=spoiled((*COMMANDS, *PRESSES, *VIEWS, *OTHERS, *EVENTS)).filter(is_carried))
def test_a_spoiled_envelope_of_socket_mode_is_answered(stage: FuzzStage, payload: Json) -> None:
    assert 200 == stage.run(stage.by_socket(payload)).status
    stage.check_shown("")


@pytest.mark.parametrize("user", BAD_IDS, ids=ascii)
def test_a_press_of_nobody_fails_no_neighbour(stage: FuzzStage, user: object) -> None:
    bad = press("register") | {"user": {"id": user}}
    payloads = [press("register", user="U1"), bad, press("register", user="U2"), bad, bad]

    async def send_together() -> list[int]:
        answers = await asyncio.gather(*(stage.by_socket(payload) for payload in payloads))
        return [answer.status for answer in answers]

    assert [200] * 5 == stage.run(send_together())
    stage.check_shown("")
    assert {"U1": "seated", "U2": "seated"} == seated(stage)


async def test_a_bad_press_at_the_desk_itself_is_refused_alone(
    transaction: Transaction,
) -> None:
    with transaction() as session:
        seminar_id = add_seminar(session, add_workspace(session), capacity=9).id
    users = ["U1", "U\x00", "U2", "U\ud800", "U3"]
    desk = Desk(transaction, Clock(anchor=NOW))

    presses = [desk.press(Press(1, seminar_id, user, Wish.REGISTER)) for user in users]
    answers = asyncio.gather(*presses, return_exceptions=True)
    await asyncio.sleep(0)  # all five wait when the desk opens, so they are one batch
    desk.open()
    kinds = [type(answer) for answer in await answers]
    desk.close()

    assert [Decided, NotSavedError, Decided, NotSavedError, Decided] == kinds
    with transaction() as session:
        assert {"U1": "seated", "U2": "seated", "U3": "seated"} == states(session, seminar_id)


@pytest.mark.parametrize(
    "value", ["999999", "2", "9" * 15, "0", "-1", "1 1", "\u0661", "\x00", "\ud800", "x" * 2000]
)
@pytest.mark.parametrize("action_id", ["register", "release", "confirm", "details"])
def test_a_button_of_no_seminar_here_gets_a_polite_word(stage: FuzzStage, action_id: str, value: str) -> None:
    response = stage.run(stage.by_socket(press(action_id, value)))

    assert 200 == response.status
    assert ["This button belongs to a seminar that is not here any more"] == [
        message["text"].split(",")[0] for message in stage.gateway.messages
    ]
    assert {} == seated(stage)


@pytest.mark.parametrize("payload", [press("retired"), press("register") | {"type": "interactive_message"}])
def test_an_action_that_nobody_knows_gets_a_polite_word(stage: FuzzStage, payload: Json) -> None:
    stage.run(stage.by_socket(payload))

    assert ["This message is out of date, so nothing was changed."] == [
        message["text"].partition(" Please")[0] for message in stage.gateway.messages
    ]


@pytest.mark.parametrize("payload", [press("register"), command("list")], ids=["press", "command"])
def test_a_workspace_that_is_not_served_is_told_so(stage: FuzzStage, payload: Json) -> None:
    payload = payload | {"team": {"id": "T0OTHER"}, "team_id": "T0OTHER"}

    assert 200 == stage.run(stage.by_socket(payload)).status
    assert [NOT_SERVED] == [message["text"] for message in stage.gateway.messages]
    assert {} == seated(stage)


@pytest.mark.parametrize("metadata", ["", "999999", "x", "1" * 400, "1 \ud800", None, 7, []], ids=ascii)
@pytest.mark.parametrize("callback_id", ["form_what", "form_preview"])
def test_a_form_of_no_draft_is_out_of_date(stage: FuzzStage, callback_id: str, metadata: Any) -> None:
    payload = press("x") | {
        "type": "view_submission",
        "view": view(callback_id, what_values(), metadata=metadata) | {"private_metadata": metadata},
    }

    text = send(stage, payload)

    assert "update" == json.loads(text)["response_action"]


@pytest.mark.parametrize("value", ["what ", "nowhere", "", "\x00", None, 7, []], ids=ascii)
def test_a_way_back_to_no_step_is_out_of_date(stage: FuzzStage, value: Any) -> None:
    payload = press("form_back") | {"view": view("form_when", {})}
    payload["actions"][0]["value"] = value

    assert 200 == stage.run(stage.by_socket(payload)).status
    assert [None] == [shown.get("callback_id") for shown in stage.gateway.views]
    stage.check_shown("")


def test_a_press_that_cannot_be_saved_is_no_success(stage: FuzzStage) -> None:
    stage.side.desk.close()

    status, text = stage.run(stage.post(*encode(press("register"))))

    assert (503, "") == (status, text)
    assert ["That did not work, and nothing was changed. Please try again."] == [
        message["text"] for message in stage.gateway.messages
    ]


def test_a_command_with_the_word_payload_in_it_is_a_command(stage: FuzzStage) -> None:
    status, _ = stage.run(stage.post(*encode(command("list payload={}&payload"))))

    assert 200 == status
    assert ["1 seminar. "] == [message["text"][:11] for message in stage.gateway.messages]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "https://evil.example/", "/x", "https://[", "\ud800", 7]
)
def test_an_answer_goes_to_slack_only(stage: FuzzStage, url: object) -> None:
    response = stage.run(stage.by_socket(press("register") | {"response_url": url}))

    assert 200 == response.status
    assert [] == stage.gateway.messages
    stage.check_shown("")


@pytest.mark.parametrize(
    "text",
    [
        *('{"type":"block_actions","type":null}', "[]", "null", "7", '"text"', "{", "", "\x00", "NaN"),
        '{"a":' * 20_000,
        "[" * 20_000,
        '{"type":"event_callback","event_time":' + "9" * 5000 + "}",
    ],
    ids=lambda text: ascii(text[:40]),
)
@pytest.mark.parametrize("prefix", ["payload=", ""], ids=["form", "json"])
def test_what_is_no_payload_is_answered_without_a_fault(stage: FuzzStage, prefix: str, text: str) -> None:
    content_type = {"payload=": FORM, "": JSON}[prefix]

    status, answer = stage.run(
        stage.post(prefix.encode() + quote_plus(text, safe='{}[]:",').encode(), content_type)
    )

    assert status in (200, 400)
    stage.check_shown("")
    assert answer in ("", "not readable")
