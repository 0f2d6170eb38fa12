"""Asking Slack about members that the bot has not met yet, on both engines; a turn is a second."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.slack.errors import Accepted, Answer, BadPayload, RefusedForTarget, RetryAt, WorkspaceGone
from bot.slack.gateway import SlackGateway, open_session
from bot.storage import tables
from bot.storage.engine import Transaction
from bot.storage.members import note_members
from bot.worker.facts import FactsFinder
from tests.integration.rows import add_workspace

MINUTE = 60
KNOWN = Accepted({"ok": True, "user": {"tz": "Australia/Sydney"}})
GONE = WorkspaceGone("token_revoked")


class TimeIsUpError(Exception):
    """The turns that the test wanted are over."""


class SlackOfPeople(SlackGateway):
    """Slack at no distance: has an answer for each token, and counts what it is asked with it."""

    def __init__(self, session: aiohttp.ClientSession, answers: Mapping[str, Answer]) -> None:
        super().__init__(session)
        self._answers = answers
        self.asked: Counter[str] = Counter()

    async def call(
        self, team_token: str, method: str, args: Mapping[str, Any], *, within: timedelta | None = None
    ) -> Answer:
        del method, args, within
        self.asked[team_token] += 1
        return self._answers[team_token]


class Members:
    """Two workspaces with members that nobody has asked about; their tokens are their ids."""

    def __init__(self, transaction: Transaction, reading: Transaction, executor: ThreadPoolExecutor) -> None:
        self._transaction, self._reading, self._executor = transaction, reading, executor
        with transaction() as session:
            one, two = add_workspace(session, "T1"), add_workspace(session, "T2")
            note_members(session, [(one, "U1"), (one, "U2"), (two, "U3")])

    async def ask(self, turns: int, **answers: Answer) -> Counter[str]:
        """Run the finder for some turns; return how often Slack was asked in each workspace."""
        taken = 0

        async def take_turn(_seconds: float) -> None:
            nonlocal taken
            taken += 1
            if taken == turns:
                raise TimeIsUpError

        async with open_session() as session:
            slack = SlackOfPeople(session, answers)
            finder = FactsFinder(
                transaction=self._transaction,
                reading=self._reading,
                gateway=slack,
                token_of=lambda team_id: team_id,
                clock=Clock(),
                executor=self._executor,
                default_zone="UTC",
                sleep=take_turn,
            )
            with pytest.raises(TimeIsUpError):
                await finder.run()
        return slack.asked

    def zones(self) -> dict[str, str | None]:
        with self._reading() as session:
            return {member.user_id: member.zone for member in session.scalars(select(tables.Member))}


@pytest.fixture
def members(transaction: Transaction, reading: Transaction) -> Iterator[Members]:
    with ThreadPoolExecutor(2) as executor:
        yield Members(transaction, reading, executor)


async def test_members_are_asked_about_once(members: Members) -> None:
    asked = await members.ask(5, T1=KNOWN, T2=RefusedForTarget("user_not_found"))

    assert asked == {"T1": 2, "T2": 1}
    assert members.zones() == {"U1": "Australia/Sydney", "U2": "Australia/Sydney", "U3": "UTC"}


async def test_a_workspace_that_is_gone_is_left_alone_for_minutes(members: Members) -> None:
    asked = await members.ask(4 * MINUTE, T1=KNOWN, T2=GONE)

    assert asked == {"T1": 2, "T2": 1}
    assert members.zones() == {"U1": "Australia/Sydney", "U2": "Australia/Sydney", "U3": None}


async def test_a_workspace_that_was_gone_is_asked_again_some_minutes_later(members: Members) -> None:
    asked = await members.ask(6 * MINUTE, T1=KNOWN, T2=GONE)

    assert asked == {"T1": 2, "T2": 2}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (RetryAt(timedelta(seconds=30), is_rate_limit=True, reason="ratelimited"), 2),
        (BadPayload("invalid_arguments"), 1),
    ],
)
async def test_how_soon_slack_is_asked_again_hangs_on_its_answer(
    members: Members, answer: Answer, expected: int
) -> None:
    asked = await members.ask(50, T1=KNOWN, T2=answer)

    assert asked["T2"] == expected
