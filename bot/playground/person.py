"""A member at the keyboard, for tests and for the tour: sees only what Slack would show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.playground.acting import Acting, Answer, SubmitResult
from bot.playground.elements import options_of
from bot.playground.forms import EXTERNAL, inputs_of

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.responding import Responding
    from bot.playground.state import Channel, Message, UploadedFile, User, View
    from bot.playground.workspace import Workspace

WAIT_SECONDS = 5.0
DIRECT = "dm"


class Person:
    """One member of one workspace.

    Channels are named by id; `"dm"` is the direct conversation with the app.
    """

    def __init__(self, workspace: Workspace, user: User, responding: Responding) -> None:
        self.workspace = workspace
        self.user = user
        self._world = workspace.world
        self._acting = Acting(workspace, user, responding)

    @property
    def id(self) -> str:
        """Give the member's id."""
        return self.user.id

    @property
    def views(self) -> list[View]:
        """List the open modals, the top one last."""
        return list(self._acting.stack)

    @property
    def view(self) -> View | None:
        """Give the modal on top."""
        return self.views[-1] if self.views else None

    @property
    def home_view(self) -> View | None:
        """Give the Home tab as it was last published."""
        return self.workspace.homes.get(self.user.id)

    @property
    def ephemerals(self) -> list[Message]:
        """List what only this member sees, in all channels, oldest first."""
        return list(self.workspace.ephemerals.get(self.id, []))

    def messages(self, channel: str = DIRECT) -> list[Message]:
        """List what this member sees in a channel, oldest first.

        Raises:
            PermissionError: If the channel is private and they are not in it.
        """
        return self._channel(channel).visible_to(self.id)

    def direct_messages(self) -> list[Message]:
        """List what the app wrote to this member, oldest first."""
        return self.messages(DIRECT)

    def told(self) -> list[Message]:
        """List what the app wrote to this member in words, without the files that it sent."""
        return [message for message in self.direct_messages() if not message.files]

    async def command(self, name: str, text: str = "", *, channel: str = DIRECT) -> Answer:
        """Send a slash command."""
        return await self._acting.run_command(self._channel(channel), name, text)

    def say(self, text: str, *, channel: str = DIRECT, files: dict[str, bytes] | None = None) -> Message:
        """Write a message, with files by name; an app without history scopes hears nothing of it."""
        kept = [self.upload(name, content) for name, content in (files or {}).items()]
        return self.workspace.write(self._channel(channel), self.id, text, files=kept)

    def upload(self, name: str, content: bytes) -> UploadedFile:
        """Upload a file, whose id then goes into a file_input or a message."""
        return self._world.add_file(self.workspace.id, self.id, name, content, len(content))

    async def press(
        self,
        message: Message,
        action_id: str | Callable[[str], bool],
        *,
        value: str | None = None,
        block_id: str | None = None,
    ) -> Answer:
        """Press a button; `value` and `block_id` choose among several with one action id.

        In an overflow menu `value` is the option's.
        """
        block, element = _find(message.controls, action_id, value, block_id)
        return await self._acting.press_message(
            self._channel(message.channel_id), message, block, element, value
        )

    async def select(
        self, message: Message, action_id: str, value: object, *, block_id: str | None = None
    ) -> Answer:
        """Choose something in a message's menu or picker."""
        block, element = _find(message.controls, action_id, None, block_id)
        return await self._acting.press_message(
            self._channel(message.channel_id), message, block, element, value
        )

    async def press_in_view(
        self,
        action_id: str | Callable[[str], bool],
        *,
        value: Any = None,  # noqa: ANN401  simple values of any kind
        block_id: str | None = None,
        view: View | None = None,
    ) -> Answer:
        """Press a button or choose something in the modal on top, or in a given view."""
        target = view or self._top()
        block, element = _find(target.controls, action_id, value, block_id)
        return await self._acting.press_view(target, block, element, value)

    async def fill(self, view: View, values: Mapping[str, Any]) -> None:
        """Type and choose; keys are block ids, or action ids where no block has that id.

        A value may also be a mapping from action id to value. Elements outside
        input blocks, and inputs with `dispatch_action`, tell the app at once. In a
        menu that asks the app, the app is asked for a value that is not there yet.

        Raises:
            LookupError: If the view has no such block or element, or the app no such option.
        """
        for key, value in values.items():
            for block, element, given in _targets(view, key, value):
                if block["type"] != "input" or block.get("dispatch_action"):
                    await self._acting.press_view(view, block["block_id"], element, given)
                else:
                    await self._acting.enter(view, {block["block_id"]: {element["action_id"]: given}})
        self._world.changed()

    async def suggest(self, place: View | Message, block_or_action_id: str, query: str) -> list[Json]:
        """Type into a menu that asks the app, and give the options it then offers.

        Nothing is asked before `min_query_length` characters are there. Offers that
        Slack would refuse are no offers, and a complaint.

        Raises:
            LookupError: If there is no such menu.
            TimeoutError: If the app did not answer in time.
        """
        menus = [(block, e) for block, e in place.controls if e["type"] in EXTERNAL]
        named = [(block, e) for block, e in menus if block_or_action_id in {block, e["action_id"]}]
        if not named:
            there = ", ".join(block for block, _ in menus) or "none"
            raise LookupError(f"no menu {block_or_action_id} asks the app; there is {there}")
        suggested = await self._acting.suggesting.suggest(place, *named[0], query)
        if suggested.problem is not None:
            raise TimeoutError(f"no options for {block_or_action_id}: {suggested.problem}")
        return suggested.options

    async def submit(self, view: View | None = None) -> SubmitResult:
        """Press the modal's Submit."""
        return await self._acting.submit(view or self._top())

    async def close(self, view: View | None = None, *, whole_stack: bool = False) -> None:
        """Close the modal on top, or the whole stack."""
        await self._acting.close(view or self._top(), whole_stack=whole_stack)

    async def home(self, *, contains: str = "", within: float = WAIT_SECONDS) -> View:
        """Open the Home tab and wait until the app has published it anew."""
        before = self.home_view.hash if self.home_view else None
        self._acting.open_home()

        def look() -> View | None:
            view = self.home_view
            return view if view is not None and view.hash != before and contains in view.shown else None

        return await self._world.until(look, within, f"a Home tab with {contains!r}")

    async def wait_for_home(self, contains: str = "", *, within: float = WAIT_SECONDS) -> View:
        """Wait until the Home tab shows something, without opening it."""

        def look() -> View | None:
            view = self.home_view
            return view if view is not None and contains in view.shown else None

        return await self._world.until(look, within, f"a Home tab with {contains!r}")

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Answer:
        """Choose a shortcut: a message's with `message`, else a global one."""
        if message is None:
            return await self._acting.global_shortcut(callback_id)
        return await self._acting.message_shortcut(self._channel(message.channel_id), message, callback_id)

    async def wait_for_view(
        self,
        callback_id: str | None = None,
        *,
        contains: str = "",
        newer_than: View | None = None,
        within: float = WAIT_SECONDS,
    ) -> View:
        """Wait until the modal on top is of a kind and shows something in its title or body."""

        def look() -> View | None:
            view = self.view
            if view is None or view.is_busy or view is newer_than:
                return None
            fits = callback_id in {None, view.callback_id} and contains in f"{view.title}\n{view.shown}"
            return view if fits else None

        return await self._world.until(look, within, f"a view {callback_id or ''} with {contains!r}")

    async def wait_for_message(
        self,
        channel: str = DIRECT,
        *,
        contains: str = "",
        after: Message | int | None = None,
        within: float = WAIT_SECONDS,
    ) -> Message:
        """Wait for the newest message of the app that shows something; `after` sets older ones aside."""
        order = after if isinstance(after, int) else after.order if after else -1

        def look() -> Message | None:
            newest = self._channel(channel).newer_than(order)
            return next((m for m in newest if m.by_app and self._sees(m) and contains in m.shown), None)

        return await self._world.until(look, within, f"a message in {channel} with {contains!r}")

    async def wait_for_ephemeral(
        self, *, contains: str = "", after: Message | int | None = None, within: float = WAIT_SECONDS
    ) -> Message:
        """Wait for the newest answer that only this member sees and that shows something."""
        order = after if isinstance(after, int) else after.order if after else -1

        def look() -> Message | None:
            fitting = [m for m in self.ephemerals if m.order > order and contains in m.shown]
            return fitting[-1] if fitting else None

        return await self._world.until(look, within, f"an ephemeral with {contains!r}")

    def now_order(self) -> int:
        """Mark this moment, for `after`."""
        return self._world.next_order()

    def _sees(self, message: Message) -> bool:
        return message.ephemeral_to in {None, self.id}

    def _top(self) -> View:
        if self.view is None:
            raise LookupError(f"{self.user.name} has no modal open")
        return self.view

    def _channel(self, channel_id: str) -> Channel:
        if channel_id == DIRECT:
            return self.workspace.direct_channel(self.id)
        channel = self.workspace.channels[channel_id]
        if channel.is_private and self.id not in channel.members:
            raise PermissionError(f"{self.user.name} is not in {channel.name}")
        return channel


def _find(
    controls: list[tuple[str, Json]],
    action_id: str | Callable[[str], bool],
    value: object,
    block_id: str | None,
) -> tuple[str, Json]:
    for block, element in controls:
        name = element["action_id"]
        fits = name == action_id if isinstance(action_id, str) else action_id(name)
        if fits and block_id in {None, block} and _offers(element, value):
            return block, element
    there = ", ".join(sorted(element["action_id"] for _, element in controls)) or "nothing"
    raise LookupError(f"no {action_id} with {value!r} to press; there is {there}")


def _offers(element: Json, value: object) -> bool:
    if value is None or element["type"] not in {"button", "overflow", "static_select", "radio_buttons"}:
        return True
    if element["type"] == "button":
        return bool(element.get("value") == value)
    return any(option.get("value") == value for option in options_of(element))


def _targets(view: View, key: str, value: object) -> list[tuple[Json, Json, Any]]:
    inputs = inputs_of(view.blocks)
    inside = [(b, e) for b, e in inputs if b["block_id"] == key] or [
        (b, e) for b, e in inputs if e["action_id"] == key
    ]
    if not inside:
        there = ", ".join(sorted(b["block_id"] for b, _ in inputs))
        raise LookupError(f"no field {key} to fill; there is {there}")
    if isinstance(value, Mapping) and value.get("type") != "rich_text" and not _is_option(value):
        by_id = {e["action_id"]: (b, e) for b, e in inside}
        return [(*by_id[action_id], given) for action_id, given in value.items()]
    return [(*inside[0], value)]


def _is_option(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("text"), Mapping) and isinstance(value.get("value"), str)
