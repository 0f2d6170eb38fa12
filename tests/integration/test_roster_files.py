"""The roster's table from real rows, and its way to Slack as a file."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.room import Cause, State
from bot.playground.server import Playground
from bot.playground.workspace import Workspace
from bot.services.changing import open_seminar
from bot.services.exporting import HEADINGS, read_roster, write_csv
from bot.services.registering import settle_rooms
from bot.slack.errors import Accepted, Answer, BadPayload, Doubtful, RefusedForTarget, RetryAt
from bot.slack.files import send_file
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.names import Names, find_names
from bot.storage import tables
from bot.storage.engine import Transaction
from tests.integration.rows import NOW, add_seminar, add_workspace

CONTENT = "Name\r\nÄnne\r\n".encode()


def test_a_roster_holds_who_has_a_seat_then_the_line_each_with_their_answers(
    transaction: Transaction,
) -> None:
    with transaction() as session:
        seminar = add_seminar(session, add_workspace(session), capacity=2)
        room = open_seminar(session, seminar.id, workspace_id=seminar.workspace_id)
        room.set_state("U0A", State.RELEASED, Cause.PRESSED, actor="U0A")
        room.set_state("U0B", State.SEATED, Cause.PRESSED, actor="U0B")
        room.set_state("U0C", State.OFFERED, Cause.OFFERED, actor=None)
        room.set_state("U0D", State.WAITLISTED, Cause.PRESSED, actor="U0D")
        room.set_state("U0E", State.WAITLISTED, Cause.PRESSED, actor="U0E", line_key=1)
        settle_rooms(session, {seminar.id: room}, now=NOW)
        held = session.get_one(tables.Registration, (seminar.id, "U0B"))
        held.confirmed_at, held.checked_in_at = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
        asked = [
            tables.Question(
                seminar_id=seminar.id, position=place, text=text, kind="text", options=[], is_required=False
            )
            for place, text in ((2, "Diet?"), (1, "=Topic?"))
        ]
        session.add_all(asked)
        session.flush()
        answers = [(asked[0].id, "U0B", ["vegan", "no nuts"]), (asked[1].id, "U0E", ["-1"])]
        session.add_all(
            tables.Answer(question_id=key, user_id=user_id, value=value, at=NOW)
            for key, user_id, value in answers
        )

    with transaction() as session:
        content = write_csv(read_roster(session, seminar), {"U0B": "Dana Rice", "U0E": "@e"})

    since, later = "2020-07-29T10:00:00+10:00", ("2020-07-29T11:00:00+10:00", "2020-07-29T12:00:00+10:00")
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert table == [
        [*HEADINGS, "'=Topic?", "Diet?"],
        ["Dana Rice", "U0B", "Seat", "", since, *later, "", "vegan; no nuts"],
        ["", "U0C", "Seat held", "", since, "", "", "", ""],
        ["'@e", "U0E", "Waiting", "1", since, "", "", "'-1", ""],
        ["", "U0D", "Waiting", "2", since, "", "", "", ""],
    ]


@pytest.fixture
async def pg() -> AsyncIterator[Playground]:
    async with Playground() as opened:
        yield opened


@pytest.fixture
def ws(pg: Playground) -> Workspace:
    workspace = pg.add_workspace("T0CAIS", "CAIS")
    workspace.add_user("U0ANA", "Ana", tz="UTC")
    return workspace


@pytest.fixture
async def gateway(pg: Playground) -> AsyncIterator[SlackGateway]:
    async with open_session() as session:
        yield SlackGateway(session, api_url=pg.api_url)


async def send(gateway: SlackGateway, ws: Workspace) -> Answer:
    return await send_file(
        gateway, ws.bot_token, "U0ANA", name="roster.csv", content=CONTENT, comment="The roster"
    )


async def test_a_file_arrives_with_its_bytes_and_what_stands_above_it(
    pg: Playground, gateway: SlackGateway, ws: Workspace
) -> None:
    answer = await send(gateway, ws)

    assert isinstance(answer, Accepted)
    (message,) = pg.person(ws, "U0ANA").direct_messages()
    assert message.text == "The roster"
    assert [(kept.name, kept.content) for kept in message.files] == [("roster.csv", CONTENT)]


@pytest.mark.parametrize(
    "method", ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"]
)
async def test_a_step_that_slack_wants_later_is_tried_once_more(
    pg: Playground, gateway: SlackGateway, ws: Workspace, method: str
) -> None:
    pg.faults.add(method, "rate_limited", retry_after=0)

    assert isinstance(await send(gateway, ws), Accepted)
    assert len(pg.person(ws, "U0ANA").direct_messages()) == 1


@pytest.mark.parametrize(
    "method", ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"]
)
async def test_what_slack_wants_much_later_is_not_waited_for(
    pg: Playground, gateway: SlackGateway, ws: Workspace, method: str
) -> None:
    pg.faults.add(method, "rate_limited", retry_after=60)

    answer = await send(gateway, ws)

    assert answer == RetryAt(timedelta(seconds=60), is_rate_limit=True, reason="ratelimited")
    assert len(pg.calls_of(method)) == 1


async def test_a_lost_answer_to_the_last_step_is_doubtful_and_not_repeated(
    pg: Playground, gateway: SlackGateway, ws: Workspace
) -> None:
    pg.faults.add("files.completeUploadExternal", "reset_after_accept")

    assert isinstance(await send(gateway, ws), Doubtful)
    assert len(pg.person(ws, "U0ANA").direct_messages()) == 1


async def test_a_workspace_without_files_refuses(gateway: SlackGateway, ws: Workspace) -> None:
    ws.uploads_disabled = True

    assert await send(gateway, ws) == RefusedForTarget("file_uploads_disabled")


async def test_a_missing_scope_is_named(gateway: SlackGateway, ws: Workspace) -> None:
    ws.remove_scope("files:write")

    assert await send(gateway, ws) == RefusedForTarget("missing_scope", "files:write")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([200], Accepted),
        ([500, 200], Accepted),
        ([500, 503], RetryAt),
        ([404], BadPayload),
    ],
)
async def test_bytes_that_do_not_arrive_are_sent_once_more_at_most(
    statuses: list[int], expected: type[Answer]
) -> None:
    sent: list[bytes] = []

    async def answer_api(request: web.Request) -> web.Response:
        address = str(request.url.origin() / "upload")
        return web.json_response(
            {"ok": True, "channel": {"id": "D0"}, "file_id": "F0", "upload_url": address}
        )

    async def take_bytes(request: web.Request) -> web.Response:
        sent.append(await request.read())
        return web.Response(status=statuses[len(sent) - 1])

    app = web.Application()
    app.add_routes([web.post("/api/{method}", answer_api), web.post("/upload", take_bytes)])
    async with TestServer(app) as server, open_session() as session:
        gateway = SlackGateway(session, api_url=str(server.make_url("/api/")))
        answer = await send_file(gateway, "xoxb-1", "U0ANA", name="a.csv", content=CONTENT, comment="")

    assert isinstance(answer, expected)
    assert sent == [CONTENT] * len(statuses)


async def test_an_address_that_is_none_is_no_failure_of_the_bot() -> None:
    async def answer_api(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "channel": {"id": "D0"}})

    app = web.Application()
    app.add_routes([web.post("/api/{method}", answer_api)])
    async with TestServer(app) as server, open_session() as session:
        gateway = SlackGateway(session, api_url=str(server.make_url("/api/")))
        answer = await send_file(gateway, "xoxb-1", "U0ANA", name="a.csv", content=CONTENT, comment="")

    assert isinstance(answer, RetryAt)


async def test_names_are_those_that_slack_gives(gateway: SlackGateway, ws: Workspace) -> None:
    ws.users["U0ANA"].real_name = "Ana Novak"

    assert await find_names(gateway, ws.bot_token, ["U0ANA", "U0GONE"]) == Names({"U0ANA": "Ana Novak"})


async def test_nobody_more_is_asked_for_once_slack_wants_a_pause(
    pg: Playground, gateway: SlackGateway, ws: Workspace
) -> None:
    people = [ws.add_user(f"U0M{number:02}", f"Member {number}", tz="UTC").id for number in range(40)]
    pg.faults.add("users.info", "rate_limited", retry_after=30)

    names = await find_names(gateway, ws.bot_token, people)

    assert not names.is_whole
    assert len(pg.calls_of("users.info")) <= 8


async def test_many_names_are_asked_for_at_a_pace(
    pg: Playground, gateway: SlackGateway, ws: Workspace
) -> None:
    people = [ws.add_user(f"U0M{number:02}", f"Member {number}", tz="UTC").id for number in range(36)]

    names = await find_names(gateway, ws.bot_token, people, pace_s=0.01)

    assert names == Names({user_id: f"Member {number}" for number, user_id in enumerate(people)})
    assert len(pg.calls_of("users.info")) == 36
