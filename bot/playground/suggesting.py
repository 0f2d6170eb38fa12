"""Menus whose choices the app gives while a member types into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.playground import payloads
from bot.playground.elements import SUGGESTION, options_of
from bot.playground.forms import EXTERNAL
from bot.playground.schema import Check
from bot.playground.state import View

if TYPE_CHECKING:
    from bot.playground.refusals import Json
    from bot.playground.state import Message, User
    from bot.playground.workspace import Workspace

DEFAULT_LEAST_QUERY = 3


@dataclass(frozen=True)
class Suggested:
    """What a menu offers for what was typed.

    Attributes:
        options: What can be chosen, those of groups included; empty where the answer was unusable.
        problem: Slack's word for why the app did not answer.
    """

    options: list[Json] = field(default_factory=list)
    problem: str | None = None


class Suggesting:
    """The menus of one member that ask the app."""

    def __init__(self, workspace: Workspace, user: User) -> None:
        self._workspace = workspace
        self._user = user
        self._world = workspace.world

    async def suggest(self, place: View | Message, block_id: str, element: Json, query: str) -> Suggested:
        """Ask the app what to offer, as Slack does once enough was typed."""
        if len(query) < element.get("min_query_length", DEFAULT_LEAST_QUERY):
            return Suggested()
        payload = payloads.block_suggestion(
            self._workspace, self._user, place, block_id=block_id, element=element, query=query
        )
        ack = await self._world.delivery.send("interactive", payload)
        if not ack.is_acknowledged:
            return Suggested(problem=ack.problem or "unknown_error")
        body = ack.body or {}
        surface = place.content["type"] if isinstance(place, View) else "message"
        check = Check(str(surface))
        SUGGESTION(check, body, "")
        if check.problems:
            words = f"the options for {element['action_id']} were refused: {check.problems}"
            self._world.complaints.append(words)
            return Suggested()
        return Suggested(options_of(body))

    async def resolve(self, place: View | Message, block_id: str, element: Json, given: object) -> object:
        """Turn values into the options they stand for; other elements' values stay as they are.

        An option stays itself. A value is looked for in what is chosen already
        and in what the menu began with; the app is asked for any other.

        Raises:
            LookupError: If no option has that value.
        """
        if element["type"] not in EXTERNAL or given in (None, ""):
            return given
        if element["type"] == "external_select":
            return await self._find(place, block_id, element, given)
        several = given if isinstance(given, list | tuple | set) else [given]
        return [await self._find(place, block_id, element, one) for one in several]

    async def _find(self, place: View | Message, block_id: str, element: Json, given: object) -> Json:
        if isinstance(given, Mapping):
            return dict(given)
        known = self._known(place, block_id, element)
        if given not in known:
            suggested = await self.suggest(place, block_id, element, str(given))
            if suggested.problem is not None:
                raise LookupError(f"no {given!r} in {element['action_id']}: {suggested.problem}")
            known = {option["value"]: option for option in suggested.options}
        if given not in known:
            raise LookupError(f"the app offers no {given!r} in {element['action_id']}")
        return known[given]

    def _known(self, place: View | Message, block_id: str, element: Json) -> dict[object, Json]:
        typed = place.typed if isinstance(place, View) else place.chosen.get(self._user.id, {})
        held = typed.get(block_id, {}).get(element["action_id"])
        chosen = held if isinstance(held, list) else [held]
        initial = [element.get("initial_option"), *(element.get("initial_options") or [])]
        return {option["value"]: option for option in [*initial, *chosen] if option}
