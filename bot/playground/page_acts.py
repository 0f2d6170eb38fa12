"""What a person does on the local page, one function for each kind of act."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.acting import TROUBLE
from bot.playground.forms import EXTERNAL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.playground.acting import Acting, Answer
    from bot.playground.refusals import Json
    from bot.playground.state import Channel, Message, View
    from bot.playground.workspace import Workspace

GONE = "That is not there any more."


@dataclass(frozen=True)
class Doing:
    """One thing that the page says a person does."""

    acting: Acting
    body: Json

    @property
    def workspace(self) -> Workspace:
        """Give the workspace in which it is done."""
        return self.acting.workspace

    def channel(self) -> Channel:
        """Get the channel meant, if the person may be there."""
        channel = self.workspace.channels.get(str(self.body.get("channel")))
        if channel is None or (channel.is_private and self.acting.user.id not in channel.members):
            raise LookupError(GONE)
        return channel

    def message(self) -> Message:
        """Get the message meant, if the person sees it."""
        message = self.channel().by_ts.get(str(self.body.get("ts")))
        if message is None or message.ephemeral_to not in {None, self.acting.user.id}:
            raise LookupError(GONE)
        return message

    def view(self) -> View:
        """Get the modal meant, or the Home tab."""
        wanted = self.body.get("view")
        home = self.workspace.homes.get(self.acting.user.id)
        views = [*self.acting.stack, *([home] if home else [])]
        view = next((v for v in views if wanted in {v.id, v.content["type"] if v is home else v.id}), None)
        if view is None:
            raise LookupError(GONE)
        return view

    def values(self) -> dict[str, dict[str, Any]]:
        """Get what stands in the view's elements; chosen files are kept and named by id."""
        given: Json = self.body.get("values") or {}
        return {
            block_id: {action_id: self._with_files(value) for action_id, value in (actions or {}).items()}
            for block_id, actions in given.items()
        }

    def chosen(self) -> object:
        """Get what was chosen, where something is chosen."""
        return self._with_files(self.body.get("option", self.body.get("value")))

    def control(self, controls: list[tuple[str, Json]]) -> Json:
        """Get the element that was pressed."""
        for block_id, element in controls:
            if block_id == self.body.get("block_id") and element["action_id"] == self.body.get("action_id"):
                return element
        raise LookupError(GONE)

    def _with_files(self, value: object) -> object:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            return value
        return [item["id"] if "id" in item else self._keep(item) for item in value]

    def _keep(self, item: Json) -> str:
        content = base64.b64decode(item["base64"])
        world, name = self.workspace.world, str(item["name"])
        return world.add_file(self.workspace.id, self.acting.user.id, name, content, len(content)).id


def _told(answer: Answer) -> Json:
    return {"ok": True} if answer.error is None else {"ok": False, "error": answer.error}


async def _command(doing: Doing) -> Json:
    name, text = [*str(doing.body.get("text", "")).split(maxsplit=1), "", ""][:2]
    if name not in {command["command"] for command in doing.workspace.world.commands}:
        return {
            "ok": False,
            "error": f"{name} is not a valid command.",
        }
    return _told(await doing.acting.run_command(doing.channel(), name, text.strip()))


async def _message(doing: Doing) -> Json:
    doing.workspace.write(doing.channel(), doing.acting.user.id, str(doing.body.get("text", "")))
    return {"ok": True}


async def _press(doing: Doing) -> Json:
    message = doing.message()
    element, block_id = doing.control(message.controls), str(doing.body["block_id"])
    channel = doing.channel()
    return _told(await doing.acting.press_message(channel, message, block_id, element, doing.chosen()))


async def _press_view(doing: Doing) -> Json:
    view = doing.view()
    values = doing.values()
    await doing.acting.enter(view, values)
    element, block_id = doing.control(view.controls), str(doing.body["block_id"])
    chosen = doing.chosen()
    if "option" not in doing.body and "value" not in doing.body:
        chosen = values.get(block_id, {}).get(element["action_id"])
    return _told(await doing.acting.press_view(view, block_id, element, chosen))


async def _submit(doing: Doing) -> Json:
    view = doing.view()
    await doing.acting.enter(view, doing.values())
    result = await doing.acting.submit(view)
    if result.errors:
        return {"ok": False, "errors": result.errors}
    return {"ok": True} if result.error is None else {"ok": False, "error": result.error}


async def _close(doing: Doing) -> Json:
    view = doing.view()
    await doing.acting.enter(view, doing.values())
    await doing.acting.close(view, whole_stack=bool(doing.body.get("all")))
    return {"ok": True}


async def _open_home(doing: Doing) -> Json:
    doing.acting.open_home(str(doing.body.get("tab") or "home"))
    return {"ok": True}


async def _read(doing: Doing) -> Json:
    channel = doing.channel()
    last = max((message.order for message in channel.messages), default=-1)
    if channel.read_up_to.get(doing.acting.user.id) != last:
        channel.read_up_to[doing.acting.user.id] = last
        doing.workspace.world.changed()
    return {"ok": True}


async def _shortcut(doing: Doing) -> Json:
    callback_id = str(doing.body.get("callback_id"))
    if doing.body.get("ts") is None:
        return _told(await doing.acting.global_shortcut(callback_id))
    return _told(await doing.acting.message_shortcut(doing.channel(), doing.message(), callback_id))


async def _suggest(doing: Doing) -> Json:
    place = doing.message() if doing.body.get("view") is None else doing.view()
    element, query = doing.control(place.controls), str(doing.body.get("value") or "")
    if element["type"] not in EXTERNAL:
        raise LookupError(GONE)
    block_id = str(doing.body["block_id"])
    suggested = await doing.acting.suggesting.suggest(place, block_id, element, query)
    if suggested.problem is not None:
        return {"ok": False, "error": TROUBLE}
    return {"ok": True, "options": suggested.options}


KINDS: dict[str, Callable[[Doing], Awaitable[Json]]] = {
    "command": _command,
    "message": _message,
    "press": _press,
    "press_view": _press_view,
    "submit": _submit,
    "close": _close,
    "open_home": _open_home,
    "read": _read,
    "shortcut": _shortcut,
    "suggest": _suggest,
}
