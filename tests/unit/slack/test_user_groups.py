"""Who is in a user group, where Slack answers, refuses, or is silent."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.slack.errors import Accepted, Answer, Doubtful, RefusedForTarget, RetryAt
from bot.slack.gateway import SlackGateway, open_session
from bot.slack.user_groups import UserGroups

TOKEN = "xoxb-1"
SILENCE = RetryAt(None, is_rate_limit=False, reason="no answer in time")


class SlackOfGroups(SlackGateway):
    """Slack at no distance: has an answer for each group, and counts what it is asked."""

    def __init__(self, session: aiohttp.ClientSession, **answers: Answer) -> None:
        super().__init__(session)
        self.answers = answers
        self.asked: list[str] = []

    async def call(
        self, team_token: str, method: str, args: Mapping[str, Any], *, within: timedelta | None = None
    ) -> Answer:
        del team_token, method, within
        self.asked.append(args["usergroup"])
        return self.answers[args["usergroup"]]


def members(*user_ids: str) -> Accepted:
    return Accepted({"ok": True, "users": list(user_ids)})


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (members("U1"), members(), True),
        (members(), members("U1"), True),
        (members(), members("U2"), False),
        (RefusedForTarget("no_such_subteam"), members(), False),
        (SILENCE, members(), None),
        (members(), SILENCE, None),
        (RetryAt(timedelta(seconds=3), is_rate_limit=True, reason="ratelimited"), members(), None),
        (Doubtful("answer lost"), RefusedForTarget("no_such_subteam"), None),
        (SILENCE, members("U1"), True),
    ],
)
async def test_silence_on_the_first_ask_is_told_apart_from_no(
    first: Answer, second: Answer, *, expected: bool | None
) -> None:
    async with open_session() as session:
        groups = UserGroups(SlackOfGroups(session, S1=first, S2=second))

        assert await groups.is_member(TOKEN, ["S1", "S2"], "U1") is expected


async def test_without_groups_nobody_is_in_one() -> None:
    async with open_session() as session:
        assert await UserGroups(SlackOfGroups(session)).is_member(TOKEN, [], "U1") is False


async def test_who_is_in_stays_unknown_however_often_slack_is_silent() -> None:
    now = 0.0
    async with open_session() as session:
        groups = UserGroups(SlackOfGroups(session, S1=SILENCE), elapsed=lambda: now)
        first = await groups.is_member(TOKEN, ["S1"], "U1")

        now = 31.0
        again = await groups.is_member(TOKEN, ["S1"], "U1")
        now = 1000.0
        late = await groups.is_member(TOKEN, ["S1"], "U1")

    assert (first, again, late) == (None, None, None)


async def test_a_silent_slack_is_asked_again_after_half_a_minute() -> None:
    now = 0.0
    async with open_session() as session:
        slack = SlackOfGroups(session, S1=SILENCE)
        groups = UserGroups(slack, elapsed=lambda: now)
        await groups.is_member(TOKEN, ["S1"], "U1")
        slack.answers["S1"] = members("U1")

        now = 29.0
        early = await groups.is_member(TOKEN, ["S1"], "U1")
        now = 30.0
        later = await groups.is_member(TOKEN, ["S1"], "U1")

    assert (early, later, slack.asked) == (None, True, ["S1", "S1"])


@pytest.mark.parametrize(("at", "expected"), [(301.0, True), (899.0, True), (900.0, None)])
async def test_the_last_list_serves_a_silent_slack_for_a_quarter_of_an_hour(
    at: float, *, expected: bool | None
) -> None:
    now = 0.0
    async with open_session() as session:
        slack = SlackOfGroups(session, S1=members("U1"))
        groups = UserGroups(slack, elapsed=lambda: now)
        await groups.is_member(TOKEN, ["S1"], "U1")
        slack.answers["S1"] = SILENCE

        now = at

        assert await groups.is_member(TOKEN, ["S1"], "U1") is expected
