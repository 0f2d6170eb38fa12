"""A workspace: who and what is in it, and what its people and admins do to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground.state import COLORS, Channel, Message, User, Usergroup, View

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.world import World

SCOPES = (
    "commands,chat:write,chat:write.public,im:write,users:read,users:read.email,channels:read,groups:read,im:read,"
    "channels:join,usergroups:read,files:write,files:read,team:read"
)


@dataclass(eq=False)
class Workspace:
    """One Slack workspace with the app in it.

    The plain methods are what admins and members do elsewhere in Slack; those
    of which Slack tells apps send the matching event.
    """

    id: str
    name: str
    world: World
    bot_token: str
    bot_user_id: str
    bot_id: str
    domain: str = ""
    scopes: set[str] = field(default_factory=lambda: set(SCOPES.split(",")))
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    token_error: str | None = None
    messages_tab: bool = True
    home_tab: bool = True
    is_free_plan: bool = False
    uploads_disabled: bool = False
    edit_window_closed: bool = False

    def add_user(self, user_id: str, name: str, **about: Any) -> User:  # noqa: ANN401  fields of User
        """Let somebody in; further fields are those of `User`."""
        about.setdefault("color", COLORS[len(self.users) % len(COLORS)])
        user = self.users[user_id] = User(user_id, name, self.id, **about)
        self.world.changed()
        return user

    def add_channel(
        self,
        channel_id: str,
        name: str,
        *,
        members: list[str] | None = None,
        is_private: bool = False,
        with_bot: bool = False,
        topic: str = "",
    ) -> Channel:
        """Create a channel; without `members` everybody is in it, the bot only with `with_bot`."""
        people = set(members) if members is not None else {u.id for u in self.users.values() if not u.is_bot}
        channel = Channel(channel_id, name, is_private, people, topic)
        self.channels[channel_id] = channel
        if with_bot:
            channel.members.add(self.bot_user_id)
        self.world.changed()
        return channel

    def add_usergroup(self, group_id: str, handle: str, members: list[str], name: str = "") -> Usergroup:
        """Create a user group."""
        group = self.usergroups[group_id] = Usergroup(group_id, handle, name or handle, list(members))
        return group

    def direct_channel(self, user_id: str) -> Channel:
        """Get the direct conversation of the app and one member, opening it at need."""
        channel_id = f"D{user_id[1:]}"
        if channel_id not in self.channels:
            members = {user_id, self.bot_user_id}
            self.channels[channel_id] = Channel(channel_id, "directmessage", True, members, im_with=user_id)  # noqa: FBT003  a dataclass's field
        return self.channels[channel_id]

    def channels_of(self, user_id: str) -> list[Channel]:
        """List the channels that a member sees in the side bar, without direct ones."""
        return [
            c
            for c in self.channels.values()
            if c.im_with is None and (user_id in c.members or not c.is_private) and not c.is_archived
        ]

    def write(self, channel: Channel, user_id: str, text: str, **more: Any) -> Message:  # noqa: ANN401  fields of Message
        """Put a message into a channel."""
        clock = self.world.clock
        ts = clock.stamp()
        message = Message(ts, self.world.next_order(), channel.id, user_id, text, clock.now(), **more)
        channel.add(message)
        if message.ephemeral_to is not None:
            self.ephemerals.setdefault(message.ephemeral_to, []).append(message)
        self.world.changed()
        return message

    def remove(self, channel: Channel, message: Message) -> None:
        """Take a message away, an ephemeral from its reader too."""
        channel.remove(message)
        if message.ephemeral_to is not None:
            self.ephemerals[message.ephemeral_to].remove(message)
        self.world.changed()

    def delete_message(self, channel_id: str, ts: str) -> None:
        """Delete a message as an admin would; apps without history scopes hear nothing of it."""
        channel = self.channels[channel_id]
        self.remove(channel, channel.by_ts[ts])

    def archive_channel(self, channel_id: str) -> None:
        """Archive a channel and tell the app."""
        channel = self.channels[channel_id]
        channel.is_archived = True
        self._tell(channel, "archive", {"channel": channel_id, "user": self._admin()})

    def unarchive_channel(self, channel_id: str) -> None:
        """Bring an archived channel back and tell the app."""
        channel = self.channels[channel_id]
        channel.is_archived = False
        self._tell(channel, "unarchive", {"channel": channel_id, "user": self._admin()})

    def delete_channel(self, channel_id: str) -> None:
        """Delete a channel with all that was said in it and tell the app."""
        self._tell(self.channels.pop(channel_id), "deleted", {"channel": channel_id})

    def rename_channel(self, channel_id: str, name: str) -> None:
        """Rename a channel and tell the app."""
        channel = self.channels[channel_id]
        channel.name = name
        about = {"id": channel_id, "name": name, "created": 1_700_000_000}
        self._tell(channel, "rename", {"channel": about})

    def join(self, channel_id: str, user_id: str) -> None:
        """Let a member (or the bot: an invitation) into a channel and tell the app."""
        self._membership("member_joined_channel", channel_id, user_id)

    def leave(self, channel_id: str, user_id: str) -> None:
        """Take a member (or the bot) out of a channel and tell the app."""
        self._membership("member_left_channel", channel_id, user_id)

    def invite_bot(self, channel_id: str) -> None:
        """Do what `/invite @Seminars` does."""
        self.join(channel_id, self.bot_user_id)

    def restrict_channel(self, channel_id: str) -> None:
        """Limit posting, so that the app gets `restricted_action`."""
        self.channels[channel_id].is_restricted = True

    def change_user(self, user_id: str, **about: object) -> None:
        """Change fields of a member, such as `tz`, and tell the app."""
        user = self.users[user_id]
        for name, value in about.items():
            setattr(user, name, value)
        now = self.world.clock.now()
        has_email = "users:read.email" in self.scopes
        shown = user.as_slack(now, with_email=has_email, with_locale=True)
        self.send_event(
            {"type": "user_change", "user": shown, "cache_ts": int(now.timestamp())}, scope="users:read"
        )
        self.world.changed()

    def deactivate_user(self, user_id: str) -> None:
        """Deactivate an account and tell the app."""
        for channel in self.channels.values():
            channel.members.discard(user_id)
        self.change_user(user_id, deleted=True)

    def refuse_messages(self, user_id: str, code: str = "channel_not_found") -> None:
        """Make direct messages to a member fail with a code of Slack's."""
        self.users[user_id].refuses_messages = code

    def remove_scope(self, scope: str) -> None:
        """Take a scope from the bot's token."""
        self.scopes.discard(scope)

    def revoke_token(self, error: str = "token_revoked") -> None:
        """Make the bot's token invalid and tell the app."""
        self.send_event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user_id]}})
        self.token_error = error

    def uninstall(self) -> None:
        """Remove the app; Slack sends both events, in no sure order."""
        self.send_event({"type": "app_uninstalled"})
        self.revoke_token("account_inactive")

    def install(self) -> str:
        """Install the app (again) and give the bot's new token."""
        self.token_error = None
        self.bot_token = f"xoxb-{self.id}-{self.world.next_id('')}"
        return self.bot_token

    def send_event(self, event: Json, scope: str | None = None) -> None:
        """Send an event to the app, if its scopes allow it and it is still installed."""
        if (scope is None or scope in self.scopes) and self.token_error is None:
            now = self.world.clock.now().timestamp()
            self.world.delivery.send_event(self, {"event_ts": f"{now:.6f}", **event})

    def _membership(self, kind: str, channel_id: str, user_id: str) -> None:
        channel = self.channels[channel_id]
        (channel.members.add if kind == "member_joined_channel" else channel.members.discard)(user_id)
        about = {"channel": channel_id, "channel_type": "G" if channel.is_private else "C", "team": self.id}
        scope = "groups:read" if channel.is_private else "channels:read"
        self.send_event({"type": kind, "user": user_id, **about}, scope=scope)
        self.world.changed()

    def _tell(self, channel: Channel, what: str, about: Json) -> None:
        self.world.changed()
        if channel.is_private and self.bot_user_id not in channel.members:
            return
        kind = "group" if channel.is_private else "channel"
        scope = "groups:read" if channel.is_private else "channels:read"
        self.send_event({"type": f"{kind}_{what}", **about}, scope=scope)

    def _admin(self) -> str:
        return next((u.id for u in self.users.values() if u.is_admin), "USLACKBOT")
