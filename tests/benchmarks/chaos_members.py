"""Members who register, leave and come back, by the buttons that they see."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.registering import Wish
from bot.playground.person import Person
from bot.playground.server import Playground
from bot.playground.state import Message
from bot.playground.workspace import Workspace

_TICK_S = 0.02
_AT_ONCE = 30  # who waits for an answer, or tries again; a machine that is busy is not flooded
_WEIGHTS = {Wish.REGISTER: 2, Wish.RELEASE: 3, Wish.CONFIRM: 2}
_DOUBLED = 0.03  # Slack may deliver anything twice
_TRIES = 4
_TRIES_AGAIN = 0.8  # how often one who was shown an error presses again
_READS_BACK = 6  # messages that a member still looks at


@dataclass(frozen=True)
class Press:
    """One press, and whether it was acknowledged.

    Attributes:
        is_doubled: Whether Slack delivered it a second time, whose answer nobody saw.
    """

    wish: Wish
    sent_at: datetime
    is_acked: bool
    is_doubled: bool


@dataclass(frozen=True)
class _Choice:
    message: Message
    wish: Wish
    seminar_id: int


@dataclass(eq=False)
class Crowd:
    """All members; each does one thing after the other.

    Attributes:
        presses: What each member pressed about each seminar, in order.
    """

    playground: Playground
    workspace: Workspace
    rng: random.Random
    cards: Mapping[int, Message]
    people: list[Person]
    presses: dict[tuple[int, str], list[Press]] = field(default_factory=lambda: defaultdict(list))
    _wanted: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seminar_ids = sorted(self.cards)
        for person in self.people:
            some = min(len(seminar_ids), self.rng.randint(1, 3))
            self._wanted[person.id] = self.rng.sample(seminar_ids, some)

    @property
    def clicks(self) -> int:
        """Count all presses."""
        return sum(len(some) for some in self.presses.values())

    @property
    def refused(self) -> int:
        """Count the presses after which a member saw an error."""
        return sum(not press.is_acked for some in self.presses.values() for press in some)

    async def press_for(self, seconds: float, *, per_second: float) -> None:
        """Let members act at a steady pace, or a slower one where the bot answers no faster."""
        loop = asyncio.get_running_loop()
        started, begun = loop.time(), 0
        idle = list(self.people)

        async def act(person: Person) -> None:
            await self._act(person)
            idle.append(person)

        async with asyncio.TaskGroup() as group:
            while (passed := loop.time() - started) < seconds:
                while begun < passed * per_second:
                    begun += 1
                    if idle and len(self.people) - len(idle) < _AT_ONCE:
                        number = self.rng.randrange(len(idle))
                        idle[number], idle[-1] = idle[-1], idle[number]
                        group.create_task(act(idle.pop()))
                await asyncio.sleep(_TICK_S)

    async def _act(self, person: Person) -> None:
        choices = self._choices(person)
        if not choices:
            return
        (choice,) = self.rng.choices(choices, [_WEIGHTS[one.wish] for one in choices])
        for _ in range(_TRIES):
            if await self._press(person, choice) or self.rng.random() > _TRIES_AGAIN:
                return
            await asyncio.sleep(self.rng.uniform(0.1, 1.0))
            if choice not in self._choices(person):
                return

    async def _press(self, person: Person, choice: _Choice) -> bool:
        is_doubled = self.rng.random() < _DOUBLED
        if is_doubled:
            self.playground.sockets.duplicate_next()
        sent_at = datetime.now(UTC)
        answer = await person.press(choice.message, choice.wish, value=str(choice.seminar_id))
        press = Press(choice.wish, sent_at, answer.acknowledged, is_doubled)
        self.presses[choice.seminar_id, person.id].append(press)
        return answer.acknowledged

    def _choices(self, person: Person) -> list[_Choice]:
        """List the buttons that a member has before them, old ones too."""
        seen = [self.cards[seminar_id] for seminar_id in self._wanted[person.id]]
        seen += person.direct_messages()[-_READS_BACK:]
        seen += person.ephemerals[-_READS_BACK:]
        return [
            _Choice(message, Wish(element["action_id"]), int(element["value"]))
            for message in seen
            for _block, element in message.controls
            if element.get("action_id") in _WEIGHTS
        ]
