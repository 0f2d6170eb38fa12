"""What a payload must look like before Bolt and the listeners take it apart.

Slack's signature says who sent a payload, not that it has the expected shape:
old messages, retired kinds of requests and workspaces that were left go on
sending. Bolt fails on shapes that it does not know, and an id with a NUL or half
a character fails a whole batch at the database. So whatever is not readable is
acknowledged here, with a polite word, and reaches no listener.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.listeners.desk_side import DeskSide, team_of
from bot.listeners.registering import Presses
from bot.views.answers import build_not_saved, build_out_of_date
from bot.views.message import Message
from bot.views.notices import FORM_IS_GONE, build_notice

NOT_SERVED = (
    "I am not installed in your workspace any more, so nothing was changed. Please ask a workspace admin."
)

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_OBJECT = (dict, type(None))
_OBJECTS = ("team", "user", "channel", "container", "view", "event", "message", "state")
_NO_WORKSPACE = frozenset({"url_verification", "ssl_check"})


class Gate(AsyncMiddleware):
    """The middleware that Bolt runs once the signature is right, before anything is looked up.

    What a seat hangs on is answered here; everything else goes on to its listener.

    A class, since for a function Bolt takes the payload apart first, and fails there.
    """

    def __init__(self, side: DeskSide, presses: Presses) -> None:
        self._side = side
        self._presses = presses

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - what Bolt hands to each middleware
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Let a readable payload of a served workspace in, and answer any other."""
        side, body, kind = self._side, req.body, kind_of(req.body)
        if not is_readable(body):
            return _turn_away(side, body, kind, build_not_saved())
        if kind in _NO_WORKSPACE:
            return await next()
        if not (_is_served(side, team_of(body)) and _is_served(side, req.context.team_id)):
            return _turn_away(side, body, kind, Message(NOT_SERVED, ()))
        if kind not in _NEEDS:
            return _turn_away(side, body, kind, build_out_of_date())
        if self._presses.takes(body):
            return await self._presses.answer(body)
        return await next()


def kind_of(body: Mapping[str, Any]) -> str:
    """Return a payload's type; a slash command has none of its own."""
    kind = body.get("type")
    return kind if isinstance(kind, str) else "command" if "command" in body else ""


def is_readable(body: Mapping[str, Any]) -> bool:
    """Tell whether everything that is read of a payload has the right type, and its ids are ids."""
    for name in _OBJECTS:
        if not isinstance(body.get(name), _OBJECT):
            return False
    if not isinstance(body.get("command", ""), str) or body.get("event", {}) is None:
        return False  # Bolt looks into both whatever the type says
    if "command" in body and not _has_person(body):
        return False  # and takes it for a command
    needs = _NEEDS.get(kind_of(body))
    return needs is None or needs(body)


def is_id(value: object) -> bool:
    """Tell whether that can be one of Slack's ids."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _has_person(body: Mapping[str, Any]) -> bool:
    user = body.get("user")
    return is_id(user.get("id") if isinstance(user, dict) else body.get("user_id"))


def _has_action(body: Mapping[str, Any]) -> bool:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return isinstance(first, dict) and isinstance(first.get("action_id"), str) and _has_person(body)


def _has_view(body: Mapping[str, Any]) -> bool:
    view = body.get("view") or {}
    is_ours = view.get("type") in ("modal", "home")  # Bolt looks for more in the retired workflow steps
    return is_ours and isinstance(view.get("callback_id"), str) and _has_person(body)


def _has_event(body: Mapping[str, Any]) -> bool:
    return isinstance((body.get("event") or {}).get("type"), str)


def _has_text(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda body: isinstance(body.get(name), str)


# The kinds that listeners answer, and what they read of each.
_NEEDS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "command": lambda body: "command" in body and _has_person(body),
    "block_actions": _has_action,
    "block_suggestion": _has_text("action_id"),
    "view_submission": _has_view,
    "view_closed": _has_view,
    "shortcut": _has_text("callback_id"),
    "message_action": lambda body: isinstance(body.get("callback_id"), str) and _has_person(body),
    "event_callback": _has_event,
}


def _is_served(side: DeskSide, team_id: object) -> bool:
    return isinstance(team_id, str) and side.installations.find(team_id) is not None


def _turn_away(side: DeskSide, body: dict[str, Any], kind: str, word: Message) -> BoltResponse:
    """Acknowledge as the kind asks for; who can be reached gets the word."""
    if kind == "view_submission":
        shown = {"response_action": "update", "view": build_notice(FORM_IS_GONE)}
        return BoltResponse(status=200, body=json.dumps(shown))
    if kind == "block_suggestion":
        return BoltResponse(status=200, body=json.dumps({"options": []}))
    reached = {"response_url": body.get("response_url")}  # nothing else of it is to be relied on
    side.after_ack(reached, _tell(side, reached, word))
    return BoltResponse(status=200, body="")


async def _tell(side: DeskSide, body: dict[str, Any], word: Message) -> None:
    await side.respond(body, word)
