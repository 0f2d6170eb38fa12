"""What a workspace holds: people, channels, messages, views, files, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.playground.blocks import elements_of_block, words_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.playground.refusals import Json

COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "2b6836", "5a4592", "de5f24", "235e5b")


@dataclass
class User:
    """A member of a workspace, or the bot's own user."""

    id: str
    name: str
    team_id: str
    real_name: str = ""
    tz: str = "UTC"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    title: str = ""
    email: str = ""
    color: str = COLORS[0]
    locale: str = "en-US"
    refuses_messages: str | None = None

    def as_slack(self, now: datetime, *, with_email: bool, with_locale: bool = False) -> Json:
        """Build the user object of `users.info` and of `user_change`."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        handle = self.name.lower().replace(" ", ".")
        profile: Json = {
            "title": self.title,
            "real_name": self.real_name or self.name,
            "display_name": self.name,
            "real_name_normalized": self.real_name or self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
            "image_48": "",
        }
        if with_email:
            profile["email"] = self.email or f"{handle}@example.org"
        about: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": handle,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_stranger": self.is_stranger,
            "updated": int(now.timestamp()),
        }
        if self.deleted:
            return about
        about |= {
            "color": self.color,
            "real_name": self.real_name or self.name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
        }
        if with_locale:
            about["locale"] = self.locale
        return about


@dataclass
class UploadedFile:
    """A file somebody uploaded; the bot's own become visible once completed."""

    id: str
    name: str
    size: int
    team_id: str
    user_id: str
    content: bytes | None = None
    title: str = ""
    completed: bool = False

    @property
    def filetype(self) -> str:
        """Give Slack's name of the kind of file, taken from its ending."""
        return self.name.rsplit(".", 1)[-1].lower() if "." in self.name else "binary"

    def as_slack(self, url: str) -> Json:
        """Build the file object as it stands in messages and in view state."""
        private = f"{url}/files-pri/{self.team_id}-{self.id}/{self.name}"
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "filetype": self.filetype,
            "mimetype": "text/csv" if self.filetype == "csv" else "application/octet-stream",
            "size": self.size,
            "user": self.user_id,
            "url_private": private,
            "url_private_download": private,
        }


@dataclass(eq=False)
class Message:
    """One message in a channel, or an ephemeral that one member sees."""

    ts: str
    order: int
    channel_id: str
    user_id: str
    text: str
    at: datetime
    blocks: list[Json] = field(default_factory=list)
    by_app: bool = False
    ephemeral_to: str | None = None
    edited: bool = False
    files: list[UploadedFile] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    chosen: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def is_ephemeral(self) -> bool:
        """Say whether only one member sees it."""
        return self.ephemeral_to is not None

    @property
    def shown(self) -> str:
        """Give every word a reader finds: the blocks where there are any, and the text."""
        return f"{self.text}\n{words_of(self.blocks)}" if self.blocks else self.text

    @property
    def controls(self) -> list[tuple[str, Json]]:
        """List what can be pressed or chosen, each with the id of its block."""
        return [
            (str(block.get("block_id")), element)
            for block in self.blocks
            for element in elements_of_block(block)
            if element.get("type") != "image"
        ]

    @property
    def labels(self) -> list[str]:
        """List the words on the buttons."""
        return [e["text"]["text"] for _, e in self.controls if e.get("type") == "button"]


@dataclass(eq=False)
class Channel:
    """A channel or a direct conversation with the app (`im_with` is then the member)."""

    id: str
    name: str
    is_private: bool = False
    members: set[str] = field(default_factory=set)
    topic: str = ""
    im_with: str | None = None
    is_archived: bool = False
    is_restricted: bool = False
    messages: list[Message] = field(default_factory=list)
    read_up_to: dict[str, int] = field(default_factory=dict)
    by_ts: dict[str, Message] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Put a message at the end."""
        self.messages.append(message)
        self.by_ts[message.ts] = message

    def remove(self, message: Message) -> None:
        """Take a message away."""
        self.messages.remove(message)
        del self.by_ts[message.ts]

    def visible_to(self, user_id: str) -> list[Message]:
        """List what one member sees here, oldest first."""
        return [m for m in self.messages if m.ephemeral_to in {None, user_id}]

    def newer_than(self, order: int) -> list[Message]:
        """List what came after a moment, newest first, without looking at older ones."""
        newer = []
        for message in reversed(self.messages):
            if message.order <= order:
                break
            newer.append(message)
        return newer

    def unread_by(self, user_id: str) -> int:
        """Count what one member has not read."""
        seen = self.read_up_to.get(user_id, -1)
        return sum(1 for m in self.visible_to(user_id) if m.order > seen and m.user_id != user_id)


@dataclass
class Usergroup:
    """A user group, such as all staff."""

    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass(eq=False)
class View:
    """A modal on somebody's screen, or somebody's Home tab.

    Attributes:
        content: The view as the app sent it, its blocks with ids.
        typed: What stands in each element, as simple values.
        errors: What is said under fields, by block id.
        is_busy: Whether the app's answer is awaited.
        opened_in: The channel in which the member was.
    """

    id: str
    hash: str
    user_id: str
    content: Json
    root_id: str
    previous_id: str | None = None
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_busy: bool = False
    is_open: bool = True
    opened_in: str | None = None
    revision: int = 0

    @property
    def blocks(self) -> list[Json]:
        """Give the blocks, each with its id."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        """Give the app's name for this kind of view."""
        return str(self.content.get("callback_id") or "")

    @property
    def external_id(self) -> str:
        """Give the app's own id of this view, often empty."""
        return str(self.content.get("external_id") or "")

    @property
    def title(self) -> str:
        """Give the words in the title bar."""
        return str((self.content.get("title") or {}).get("text", ""))

    @property
    def shown(self) -> str:
        """Give every word in the body."""
        return words_of(self.blocks)

    @property
    def controls(self) -> list[tuple[str, Json]]:
        """List all elements, each with the id of its block."""
        return [
            (str(block["block_id"]), element)
            for block in self.blocks
            for element in elements_of_block(block)
            if element.get("type") != "image"
        ]
