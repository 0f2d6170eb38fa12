"""What a member does in Slack's client, and what they see of the app's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground import payloads
from bot.playground.forms import FIELDS, find_refusals, inputs_of, tidy
from bot.playground.refusals import Json, RefusedError
from bot.playground.suggesting import Suggesting
from bot.playground.viewing import (
    change_view,
    check_view,
    close_view,
    new_view,
    push_view,
    view_as_slack,
)

if TYPE_CHECKING:
    from bot.playground.delivering import Ack
    from bot.playground.responding import Responding
    from bot.playground.state import Channel, Message, User, View
    from bot.playground.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Answer:
    """What a member is shown for what they did.

    Attributes:
        acknowledged: Whether the app answered in time.
        error: The sentence Slack shows where it did not.
        ephemerals: What only they see and was there when the app answered.
    """

    acknowledged: bool
    error: str | None = None
    ephemerals: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class SubmitResult:
    """What became of a form.

    Attributes:
        errors: What is said under fields, by block id; Slack's own client refuses some itself.
        error: The sentence shown above the form when the app did not answer.
        closed: Whether the form is gone.
        view: What is on top now, if anything.
        sent: Whether the form left the client at all.
    """

    errors: dict[str, str] = field(default_factory=dict)
    error: str | None = None
    closed: bool = False
    view: View | None = None
    sent: bool = True


class Acting:
    """The hands of one member in one workspace."""

    def __init__(self, workspace: Workspace, user: User, responding: Responding) -> None:
        self.workspace = workspace
        self.user = user
        self.suggesting = Suggesting(workspace, user)
        self._world = workspace.world
        self._responding = responding

    @property
    def stack(self) -> list[View]:
        """List the open modals, the top one last."""
        return self.workspace.stacks.get(self.user.id, [])

    async def run_command(self, channel: Channel, name: str, text: str) -> Answer:
        """Send a slash command from a channel."""
        last = self._last()
        url = self._url("commands", channel)
        trigger = self._trigger(channel.id)
        payload = payloads.command(
            self.workspace, self.user, channel, name, text, trigger_id=trigger, response_url=url
        )
        ack = await self._world.delivery.send("slash_commands", payload)
        if not ack.is_acknowledged:
            word = "operation_timeout" if ack.problem in {"timeout", "http_timeout"} else "dispatch_failed"
            return Answer(acknowledged=False, error=f'{name} failed with the error "{word}"')
        if ack.body and (ack.body.get("text") or ack.body.get("blocks")):
            try:
                self._responding.say(self.workspace, channel, self.user.id, ack.body)
            except RefusedError as refused:
                self._complain(f"the answer to {name} was refused: {refused.answer()}")
                return Answer(acknowledged=True, error=f'{name} failed with the error "{refused.code}"')
        return Answer(acknowledged=True, ephemerals=self._ephemerals_since(last))

    async def press_message(
        self, channel: Channel, message: Message, block_id: str, element: Json, chosen: object
    ) -> Answer:
        """Press a button or choose something in a message."""
        last = self._last()
        if element["type"] in FIELDS:
            chosen = tidy(element, await self.suggesting.resolve(message, block_id, element, chosen))
            message.chosen.setdefault(self.user.id, {}).setdefault(block_id, {})[element["action_id"]] = (
                chosen
            )
        entry = payloads.action(self.workspace, block_id, element, chosen)
        url = self._url("actions", channel, message.ts)
        trigger = self._trigger(channel.id)
        payload = payloads.message_action(
            self.workspace, self.user, channel, message, entry, trigger_id=trigger, response_url=url
        )
        return self._answer(await self._world.delivery.send("interactive", payload), last)

    async def press_view(self, view: View, block_id: str, element: Json, chosen: object) -> Answer:
        """Press a button or choose something in a modal or on the Home tab."""
        last = self._last()
        if element["type"] in FIELDS:
            chosen = tidy(element, await self.suggesting.resolve(view, block_id, element, chosen))
            view.typed.setdefault(block_id, {})[element["action_id"]] = chosen
        entry = payloads.action(self.workspace, block_id, element, chosen)
        trigger = self._trigger(view.opened_in, view.id if view.content["type"] == "modal" else None)
        payload = payloads.view_action(self.workspace, self.user, view, entry, trigger)
        return self._answer(await self._world.delivery.send("interactive", payload), last)

    async def enter(self, view: View, values: dict[str, dict[str, Any]]) -> None:
        """Put simple values into a view's elements; the app is asked only for options it alone knows."""
        for block, element in inputs_of(view.blocks):
            given = values.get(block["block_id"], {})
            if element["action_id"] in given:
                name, simple = block["block_id"], given[element["action_id"]]
                value = tidy(element, await self.suggesting.resolve(view, name, element, simple))
                view.typed.setdefault(name, {})[element["action_id"]] = value

    async def submit(self, view: View) -> SubmitResult:
        """Press Submit; what the client refuses is not sent."""
        if not view.content.get("submit") or view not in self.stack:
            raise LookupError("this view cannot be submitted")
        view.errors = find_refusals(view.blocks, view.typed)
        if view.errors:
            self._world.changed()
            return SubmitResult(errors=dict(view.errors), view=view, sent=False)
        view.is_busy = True
        self._world.changed()
        try:
            trigger = self._trigger(view.opened_in, view.id)
            urls = self._response_urls(view)
            payload = payloads.view_submission(self.workspace, self.user, view, trigger, urls)
            ack = await self._world.delivery.send("interactive", payload)
        finally:
            view.is_busy = False
            self._world.changed()
        if not ack.is_acknowledged:
            return SubmitResult(error=TROUBLE, view=view)
        try:
            self._follow(view, ack.body or {})
        except RefusedError as refused:
            self._complain(f"the answer to a form was refused: {refused.answer()}")
            return SubmitResult(error=TROUBLE, view=view)
        top = self.stack[-1] if self.stack else None
        return SubmitResult(dict(view.errors), closed=not view.is_open, view=top)

    def _follow(self, view: View, body: Json) -> None:
        what = body.get("response_action")
        if what is None:
            close_view(self.workspace, view)
        elif what == "clear":
            close_view(self.workspace, view, whole_stack=True)
        elif what == "errors":
            inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            errors = body.get("errors")
            if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
                raise RefusedError("invalid_errors", errors=errors)
            view.errors = {block_id: str(words) for block_id, words in errors.items()}
        elif what == "update":
            change_view(self._world, view, check_view(body.get("view"), "modal"))
        elif what == "push":
            content = check_view(body.get("view"), "modal")
            push_view(self.workspace, new_view(self._world, self.user.id, content, view.opened_in))
        else:
            raise RefusedError("invalid_response_action", response_action=what)
        self._world.changed()

    async def close(self, view: View, *, whole_stack: bool = False) -> None:
        """Close a modal; the app is told where it asked to be."""
        clears = whole_stack or bool(view.content.get("clear_on_close"))
        for closed in reversed(close_view(self.workspace, view, whole_stack=clears)):
            if closed.content.get("notify_on_close"):
                payload = payloads.view_closed(self.workspace, self.user, closed, is_cleared=clears)
                await self._world.delivery.send("interactive", payload)

    def open_home(self, tab: str = "home") -> None:
        """Open the app's Home tab (or its messages) and tell the app."""
        channel = self.workspace.direct_channel(self.user.id)
        event: Json = {"type": "app_home_opened", "user": self.user.id, "channel": channel.id, "tab": tab}
        home = self.workspace.homes.get(self.user.id)
        if home is not None and tab == "home":
            event["view"] = view_as_slack(self.workspace, home)
        self.workspace.send_event(event)

    async def message_shortcut(self, channel: Channel, message: Message, callback_id: str) -> Answer:
        """Choose one of the app's shortcuts from a message's menu."""
        last = self._last()
        url = self._url("actions", channel, message.ts if message.by_app else None)
        trigger = self._trigger(channel.id)
        payload = payloads.message_shortcut(
            self.workspace, self.user, channel, message, callback_id, trigger_id=trigger, response_url=url
        )
        return self._answer(await self._world.delivery.send("interactive", payload), last)

    async def global_shortcut(self, callback_id: str) -> Answer:
        """Choose one of the app's shortcuts from the menu beside the composer."""
        last = self._last()
        payload = payloads.global_shortcut(self.workspace, self.user, callback_id, self._trigger(None))
        return self._answer(await self._world.delivery.send("interactive", payload), last)

    def _answer(self, ack: Ack, last: int) -> Answer:
        if not ack.is_acknowledged:
            return Answer(acknowledged=False, error=TROUBLE)
        return Answer(acknowledged=True, ephemerals=self._ephemerals_since(last))

    def _response_urls(self, view: View) -> list[Json]:
        urls = []
        for block, element in inputs_of(view.blocks):
            channel_id = view.typed.get(block["block_id"], {}).get(element["action_id"])
            channel = self.workspace.channels.get(str(channel_id))
            if element.get("response_url_enabled") and block["type"] == "input" and channel is not None:
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                urls.append({**ids, "channel_id": channel.id, "response_url": self._url("actions", channel)})
        return urls

    def _url(self, kind: str, channel: Channel, ts: str | None = None) -> str:
        return self._responding.new_url(kind, self.workspace.id, channel.id, self.user.id, ts)

    def _trigger(self, channel: str | None, in_view: str | None = None) -> str:
        return self._world.new_trigger(self.workspace.id, self.user.id, channel, in_view)

    def _complain(self, words: str) -> None:
        self._world.complaints.append(words)

    def _last(self) -> int:
        return self._world.next_order()

    def _ephemerals_since(self, order: int) -> list[Message]:
        mine = self.workspace.ephemerals.get(self.user.id, [])
        return [message for message in mine if message.order > order]
