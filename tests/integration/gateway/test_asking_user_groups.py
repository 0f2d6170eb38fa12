"""Who is in a user group: asked for once, and again when the list is old."""

import asyncio

from bot.slack.gateway import SlackGateway
from bot.slack.user_groups import UserGroups
from tests.integration.gateway.misbehaving import TOKEN, Misbehaving


async def test_members_of_a_user_group_are_asked_for_once(slack: Misbehaving, gateway: SlackGateway) -> None:
    slack.answers = [{"ok": True, "users": ["U1", "U2"]}]
    groups = UserGroups(gateway, elapsed=lambda: 0.0)

    answers = await asyncio.gather(*(groups.is_member(TOKEN, ["S1"], f"U{n}") for n in range(1, 5)))

    assert answers == [True, True, False, False]
    assert len(slack.calls) == 1


async def test_a_user_group_is_asked_for_again_after_five_minutes(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [{"ok": True, "users": ["U1"]}, {"ok": True, "users": []}]
    now = 0.0
    groups = UserGroups(gateway, elapsed=lambda: now)
    await groups.members(TOKEN, "S1")

    now = 301.0

    assert not await groups.is_member(TOKEN, ["S1"], "U1")


async def test_a_user_group_that_slack_refuses_has_no_members(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [{"ok": True, "users": ["U1"]}, {"ok": False, "error": "no_such_subteam"}]
    now = 0.0
    groups = UserGroups(gateway, elapsed=lambda: now)
    await groups.members(TOKEN, "S1")

    now = 301.0

    assert not await groups.is_member(TOKEN, ["S1"], "U1")


async def test_the_last_list_serves_a_while_where_slack_is_silent(
    slack: Misbehaving, gateway: SlackGateway
) -> None:
    slack.answers = [{"ok": True, "users": ["U1"]}, "reset"]
    now = 0.0
    groups = UserGroups(gateway, elapsed=lambda: now)
    await groups.members(TOKEN, "S1")

    now = 301.0
    soon = await groups.is_member(TOKEN, ["S1"], "U1")
    now = 901.0
    late = await groups.is_member(TOKEN, ["S1"], "U1")

    assert (soon, late) == (True, None)
