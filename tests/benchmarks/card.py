"""Many presses within some seconds: how often the card in the channel is redrawn, and how it ends."""

import asyncio
import time
from itertools import pairwise
from typing import Any

from bot.playground.server import Playground
from bot.playground.state import Message
from bot.playground.world import Call
from bot.storage.engine import transactions
from tests.benchmarks.idle import add_talk, find_card, member, open_playground, run_bot
from tests.benchmarks.stage import TEAM, open_database

_QUIET_S = 2.5  # longer than two redraws lie apart
_SHOWN_WITHIN_S = 30.0


def measure(engine_name: str, *, presses: int, seconds: float) -> dict[str, Any]:
    """Press evenly over some seconds, and look at every redraw that the stand-in for Slack was asked for."""
    with open_database(engine_name) as engine:
        with transactions(engine)() as session:
            add_talk(session, seats=2 * presses)
        figures = asyncio.run(_press_and_watch(engine, presses, seconds))
    return {"engine": engine_name, "presses": presses, "seconds": seconds, **figures}


async def _press_and_watch(engine: Any, presses: int, seconds: float) -> dict[str, Any]:
    async with open_playground(members=presses) as playground, run_bot(playground, engine):
        card = await find_card(playground)
        begun = time.monotonic()
        answers = await asyncio.gather(
            *(
                _press(playground, card, number, begun + seconds * number / presses)
                for number in range(presses)
            )
        )
        acknowledged_at = max(answers)
        final = f"{2 * presses - sum(at > 0 for at in answers)} of {2 * presses} seats left"
        await playground.world.until(
            lambda: any(final in _said(call) for call in _updates(playground)), _SHOWN_WITHIN_S, final
        )
        await asyncio.sleep(_QUIET_S)
        updates = _updates(playground)
        shown_at = next(call.at_monotonic for call in updates if final in _said(call))
        times = [call.at_monotonic for call in updates]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return {
            "acknowledged": sum(at > 0 for at in answers),
            "updates": len(updates),
            "updates_per_s": round(len(gaps) / (times[-1] - times[0]), 2) if gaps else 0.0,
            "shortest_gap_s": round(min(gaps), 2) if gaps else None,
            "final_after_s": round(max(0.0, shown_at - acknowledged_at), 2),
            "last_is_final": final in _said(updates[-1]),
            "refused": sum(not call.is_ok for call in updates),
        }


async def _press(playground: Playground, card: Message, number: int, at: float) -> float:
    """Press at a moment; return when it was acknowledged, or 0 if it was lost."""
    await asyncio.sleep(max(0.0, at - time.monotonic()))
    person = playground.person(playground.workspaces[TEAM], member(number))
    answer = await person.press(card, "register")
    return time.monotonic() if answer.acknowledged else 0.0


def _updates(playground: Playground) -> list[Call]:
    return playground.calls_of("chat.update")


def _said(call: Call) -> str:
    return str(call.args.get("text", ""))
