"""The names of people, asked of Slack where staff need them; the bot keeps none."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.slack.errors import Accepted, RefusedForTarget
from bot.slack.gateway import SlackGateway

_AT_ONCE = 8
# Slack allows a hundred such calls a minute in a workspace, and the bot needs some of them for itself.
_AT_FIRST = 30
_PACE_S = 0.75
_WITHIN = timedelta(seconds=5)


@dataclass(slots=True)
class Names:
    """The names that Slack gave, by id; ``is_whole`` is false where it asked to wait or did not answer."""

    found: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True


async def find_names(
    gateway: SlackGateway, token: str, user_ids: Sequence[str], *, pace_s: float = _PACE_S
) -> Names:
    """Ask for the names of people, a few at a time and at a calm pace.

    When Slack asks to wait, nobody more is asked for: a list without some names
    is better than one that is late, and other work needs the method too.

    Args:
        gateway: Makes the calls.
        token: The workspace's.
        user_ids: Who is asked for, in this order.
        pace_s: The seconds between two calls after the first few dozen.
    """
    names = Names()
    waiting = list(enumerate(user_ids))[::-1]
    pacing = asyncio.Lock()

    async def ask_on() -> None:
        while waiting and names.is_whole:
            place, user_id = waiting.pop()
            if place >= _AT_FIRST:
                async with pacing:
                    await asyncio.sleep(pace_s)
            if names.is_whole:
                await _ask(gateway, token, user_id, names)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(_AT_ONCE, len(user_ids))):
            group.create_task(ask_on())
    return names


async def _ask(gateway: SlackGateway, token: str, user_id: str, names: Names) -> None:
    answer = await gateway.users_info(token, user_id, within=_WITHIN)
    if isinstance(answer, Accepted):
        user = answer.response.get("user") or {}
        profile = user.get("profile") or {}
        given = user.get("real_name") or profile.get("real_name") or profile.get("display_name")
        names.found[user_id] = str(given or user.get("name") or "")
    elif not isinstance(answer, RefusedForTarget):  # whom Slack does not know has no name
        names.is_whole = False
