"""Grants of a workspace are read rarely, seen at once where they were saved, and doubt means no."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.listeners.rights import Rights, Standing
from bot.playground.server import Playground
from bot.settings import Staff
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.installations import Installation


@dataclass
class Desk:
    """Rights in a workspace of the stand-in, with grants and a clock that tests move."""

    pg: Playground
    installation: Installation
    grants: list[str] = field(default_factory=list)
    reads: int = 0
    elapsed: float = 1000.0
    rights: Rights = field(init=False)

    async def read(self, _workspace_id: int) -> list[str]:
        self.reads += 1
        return list(self.grants)

    async def standing(self, user_id: str) -> Standing:
        return await self.rights.standing(self.installation, user_id)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    pg = Playground()
    ws = pg.add_workspace("T0CAIS", "CAIS")
    ws.add_user("U0BEA", "Bea")
    ws.add_user("U0CAI", "Cai")
    ws.add_usergroup("S0TALKS", "talks", ["U0BEA"])
    async with pg, open_session() as session:
        opened = Desk(pg, Installation(1, "T0CAIS", "U0BOT", "B0BOT", pg.bot_token))
        opened.rights = Rights(
            SlackGateway(session, api_url=pg.api_url),
            Staff(frozenset({"U0ENV"})),
            read_grants=opened.read,
            elapsed=lambda: opened.elapsed,
        )
        yield opened


async def test_a_grant_counts_and_a_stranger_to_it_is_a_member(desk: Desk) -> None:
    desk.grants = ["U0CAI"]

    assert (Standing.STAFF, Standing.MEMBER) == (await desk.standing("U0CAI"), await desk.standing("U0BEA"))


async def test_grants_are_read_again_after_half_a_minute(desk: Desk) -> None:
    await desk.standing("U0CAI")
    desk.grants = ["U0CAI"]
    await desk.standing("U0CAI")
    before = desk.reads

    desk.elapsed += 30

    assert Standing.STAFF is await desk.standing("U0CAI")
    assert (1, 2) == (before, desk.reads)


async def test_grants_saved_here_are_seen_at_once(desk: Desk) -> None:
    await desk.standing("U0CAI")
    desk.grants = ["U0CAI"]

    desk.rights.forget_grants(1)

    assert Standing.STAFF is await desk.standing("U0CAI")


async def test_what_was_read_while_others_were_saved_is_not_kept(desk: Desk) -> None:
    async def read_and_be_overtaken(workspace_id: int) -> list[str]:
        stale = await desk.read(workspace_id)
        desk.grants = ["U0CAI"]
        desk.rights.forget_grants(workspace_id)
        return stale

    rights = Rights(desk.rights._gateway, Staff(), read_grants=read_and_be_overtaken)  # noqa: SLF001
    desk.rights = rights
    await desk.standing("U0CAI")

    assert Standing.STAFF is await desk.standing("U0CAI")


async def test_a_group_of_the_workspace_makes_its_members_staff(desk: Desk) -> None:
    desk.grants = ["S0TALKS"]

    assert (Standing.STAFF, Standing.MEMBER) == (await desk.standing("U0BEA"), await desk.standing("U0CAI"))


async def test_a_group_of_which_slack_says_nothing_leaves_it_open(desk: Desk) -> None:
    desk.grants = ["S0TALKS"]
    desk.pg.faults.add("usergroups.users.list", "http_500")

    assert Standing.UNKNOWN is await desk.standing("U0BEA")


async def test_a_group_that_slack_refuses_has_no_members(desk: Desk) -> None:
    desk.grants = ["S0GONE"]

    assert Standing.MEMBER is await desk.standing("U0BEA")


async def test_whom_to_ask_names_people_before_groups(desk: Desk) -> None:
    desk.grants = ["S0TALKS", "U0BEA", "U0ENV"]

    assert ["U0ENV", "U0BEA", "S0TALKS"] == await desk.rights.staff_mentions(desk.installation)
