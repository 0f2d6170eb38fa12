"""What a Web API method gets to work with, and the table in which methods are entered."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.refusals import Json, RefusedError

if TYPE_CHECKING:
    from bot.playground.state import Channel, User
    from bot.playground.workspace import Workspace
    from bot.playground.world import World

NESTED = ("blocks", "view", "attachments", "metadata", "files")


@dataclass(frozen=True)
class ApiCall:
    """One call whose token was accepted."""

    world: World
    workspace: Workspace
    args: Json

    def text(self, key: str, *, or_refuse: str = "invalid_arguments") -> str:
        """Get an argument that must be there."""
        value = self.args.get(key)
        if value is None or value == "":
            raise RefusedError(or_refuse)
        return str(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Get a yes or no, however it was written."""
        value = self.args.get(key)
        return default if value is None else value in {True, "true", "True", "1"}

    def number(self, key: str, default: int) -> int:
        """Get a whole number, also where it came as text."""
        try:
            return int(self.args.get(key) or default)
        except (TypeError, ValueError):
            raise RefusedError("invalid_arguments") from None

    def nested(self, key: str) -> Any:  # noqa: ANN401  whatever JSON the app sent
        """Get an argument that is JSON, also where it came as a form field."""
        value = self.args.get(key)
        if isinstance(value, str) and key in NESTED and value:
            try:
                return json.loads(value)
            except ValueError:
                raise RefusedError(
                    "invalid_blocks_format" if key == "blocks" else "invalid_arguments"
                ) from None
        return value

    def need_scope(self, *any_of: str) -> None:
        """Refuse unless the token has one of some scopes."""
        scopes = self.workspace.scopes
        if any_of and not scopes.intersection(any_of):
            raise RefusedError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(scopes)))

    def user(self, user_id: str) -> User:
        """Get a member of this workspace."""
        user = self.workspace.users.get(user_id)
        if user is None:
            raise RefusedError("user_not_found")
        return user

    def visible_channel(self, channel_id: str) -> Channel:
        """Get a channel that the bot can see."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or (channel.is_private and self.workspace.bot_user_id not in channel.members):
            raise RefusedError("channel_not_found")
        return channel

    def page(self, things: list[Json], key: str, default: int) -> Json:
        """Cut a list as cursors do."""
        start, limit = self.number("cursor", 0), self.number("limit", default)
        following = str(start + limit) if start + limit < len(things) else ""
        return {key: things[start : start + limit], "response_metadata": {"next_cursor": following}}


Handler = Callable[[ApiCall], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """A method with the scopes of which the token needs one."""

    handler: Handler
    scopes: tuple[str, ...] = ()


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str) -> Callable[[Handler], Handler]:
    """Enter a method into the table."""

    def enter(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, scopes)
        return handler

    return enter
