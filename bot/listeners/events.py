"""What Slack tells by itself: people change, the app is removed."""

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.domain.checking import Fact
from bot.domain.draft import is_channel_id
from bot.domain.zones import known_zones
from bot.listeners.checking import read_channel
from bot.listeners.desk_side import DeskSide, team_of
from bot.listeners.gate import is_id
from bot.services.channel_events import note_channel
from bot.services.workspaces import leave_workspace, note_person
from bot.slack.errors import WorkspaceGone

_log = logging.getLogger(__name__)

_WITHIN = timedelta(seconds=1.5)  # Slack waits three seconds for the answer to an event
# What each says of a channel, public or private.
_CHANNEL_EVENTS = {
    "channel_archive": Fact.ARCHIVED,
    "channel_deleted": Fact.GONE,
    "channel_unarchive": Fact.THERE,
    "group_archive": Fact.ARCHIVED,
    "group_deleted": Fact.GONE,
    "group_unarchive": Fact.THERE,
}
_STAMP = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}", re.ASCII)


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the events to their listeners; Bolt has acknowledged them by then."""

    async def handle_user_change(event: dict[str, Any], body: dict[str, Any]) -> None:
        """Keep a known person's facts as Slack has them now; a deactivated account frees its seats."""
        installation, user = side.installation(body), event.get("user")
        if not isinstance(user, dict) or not is_id(user.get("id")):
            return
        side.rights.forget(installation.team_id, user["id"])
        zone = user.get("tz")
        user = user | {"tz": zone if isinstance(zone, str) and zone in known_zones() else None}
        said_at = _time_of(event) or side.clock.now()
        freed = await side.write(
            lambda session: note_person(
                session,
                installation.workspace_id,
                user,
                default_zone=side.default_zone,
                said_at=said_at,
                now=side.clock.now(),
            )
        )
        if freed:
            side.on_promised()

    async def handle_goodbye(body: dict[str, Any]) -> None:
        """Serve a workspace no longer that removed the app or its token.

        Slack may tell it late, twice, or of a member's token only, and meanwhile
        the app may be back. So the token itself is asked; if it still works, or
        nobody answers, the bot goes on, and a call that fails will say so.
        """
        team_id = team_of(body)
        installation = side.installations.find(team_id)
        if installation is None:
            return
        answer = await side.gateway.call(installation.token, "auth.test", {}, within=_WITHIN)
        reason = str((body.get("event") or {}).get("type", ""))
        if not isinstance(answer, WorkspaceGone):
            _log.info("Slack told of %s, but the token of workspace %s still works.", reason, team_id)
            return
        if side.installations.find(team_id) is not installation:
            return  # Slack sends two events of one removal, and the other one was quicker
        side.installations.remove(team_id)
        _log.error(
            "The app was removed from workspace %s (%s). What is promised there is kept.", team_id, reason
        )
        await side.write(lambda session: leave_workspace(session, team_id, reason=reason))

    app.event("user_change")(handle_user_change)
    for name in _CHANNEL_EVENTS:
        app.event(name)(_channel_listener(side))
    app.event("app_uninstalled")(handle_goodbye)
    app.event("tokens_revoked")(handle_goodbye)


def _channel_listener(side: DeskSide) -> Callable[..., Awaitable[None]]:
    async def handle_channel(event: dict[str, Any], body: dict[str, Any]) -> None:
        """Mark the cards in a channel that vanished, and try those again in one that came back.

        Slack may tell it late and out of order, so the channel itself is asked; the
        event counts where Slack does not answer.
        """
        channel_id, installation = event.get("channel"), side.installation(body)
        if not isinstance(channel_id, str) or not is_channel_id(channel_id):
            return
        fact = read_channel(
            await side.gateway.conversations_info(installation.token, channel_id, within=_WITHIN)
        )
        if fact is Fact.SILENT:
            fact = _CHANNEL_EVENTS[str(event.get("type"))]
        now = side.clock.now()
        touched = await side.write(
            lambda session: note_channel(session, installation.workspace_id, channel_id, fact, now=now)
        )
        if touched:
            side.on_promised()

    return handle_channel


def _time_of(event: dict[str, Any]) -> datetime | None:
    """Return when something happened, which a repetition keeps; None if Slack does not say."""
    stamp = event.get("event_ts")
    is_stamp = isinstance(stamp, str) and _STAMP.fullmatch(stamp) is not None
    return datetime.fromtimestamp(float(stamp), UTC) if is_stamp and stamp else None
