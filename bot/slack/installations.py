"""Which workspaces this process serves, and with which token."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that installed the bot; the token is not shown."""

    workspace_id: int
    team_id: str
    bot_user_id: str
    bot_id: str
    token: str = field(repr=False)


class Installations:
    """The installations of this process, by Slack's id of the workspace."""

    def __init__(self) -> None:
        self._by_team: dict[str, Installation] = {}

    def add(self, installation: Installation) -> None:
        """Serve a workspace."""
        self._by_team[installation.team_id] = installation

    def remove(self, team_id: str) -> None:
        """Serve a workspace no longer."""
        self._by_team.pop(team_id, None)

    def find(self, team_id: str) -> Installation | None:
        """Return a workspace's installation."""
        return self._by_team.get(team_id)

    def token_of(self, team_id: str) -> str | None:
        """Return a workspace's bot token."""
        found = self._by_team.get(team_id)
        return found.token if found else None
