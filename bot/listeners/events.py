"""What Slack tells by itself: people change, the app is removed."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.listeners.desk_side import DeskSide, team_of
from bot.services.workspaces import leave_workspace, note_person


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the events to their listeners; Bolt has acknowledged them by then."""

    async def handle_user_change(event: dict[str, Any], body: dict[str, Any]) -> None:
        """Keep a known person's facts as Slack has them now."""
        installation, user = side.installation(body), dict(event.get("user") or {})
        side.rights.forget(installation.team_id, str(user.get("id", "")))
        now = side.clock.now()
        await side.write(
            lambda session: note_person(
                session, installation.workspace_id, user, default_zone=side.default_zone, now=now
            )
        )

    async def handle_goodbye(body: dict[str, Any]) -> None:
        """Serve a workspace no longer that removed the app or its token."""
        team_id = team_of(body)
        side.installations.remove(team_id)
        reason = str((body.get("event") or {}).get("type", ""))
        await side.write(lambda session: leave_workspace(session, team_id, reason=reason))

    app.event("user_change")(handle_user_change)
    app.event("app_uninstalled")(handle_goodbye)
    app.event("tokens_revoked")(handle_goodbye)
