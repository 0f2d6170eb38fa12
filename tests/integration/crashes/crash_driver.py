"""Runs the real command in a process that dies at a named point of its work.

``python crash_driver.py POINT AT ARGUMENT…``: the point is a key of `POINTS`, AT what time it is for the
process when it begins, and the arguments are those of the command.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import Any

import aiohttp
import alembic.command
import alembic.op
from sqlalchemy import event
from sqlalchemy.orm import Session

import bot.services.desk
import bot.worker.dispatcher
import bot.worker.planner
from bot.cli import main
from bot.clock import Clock
from bot.slack.gateway import SlackGateway
from bot.storage.deliveries import POST, Kind
from bot.storage.queue import Claimed

Function = Callable[..., Any]
Hook = tuple[object, str, Callable[[Function], Function]]  # where a function is, its name, what it becomes

_is_post_to_a_person: ContextVar[bool] = ContextVar("is_post_to_a_person", default=False)


def die(*_: object) -> None:
    """End as in a power cut: nothing is closed, rolled back or written any more."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_around_commit(moment: str, real: Function) -> Function:
    """Die when the transaction in which a use case did something is committed."""

    def doomed(session: Session, *args: Any, **options: Any) -> Any:
        done = real(session, *args, **options)
        if done:
            session.flush()  # so that all of it is written when the process dies before the commit
            event.listen(session, moment, die)
        return done

    return doomed


def die_with_a_claim(real: Function) -> Function:
    """Die when a message to a person is claimed, and Slack is not called yet."""

    def doomed(session: Session, claimed: Sequence[Claimed], **options: Any) -> Any:
        if any(one.kind == Kind.CONFIRMATION for one in claimed):
            die()
        return real(session, claimed, **options)

    return doomed


def note_posts(real: Function) -> Function:
    """Note which call is a message to a person."""

    async def noted(
        gateway: SlackGateway, token: str, method: str, args: Mapping[str, Any], **more: Any
    ) -> Any:
        _is_post_to_a_person.set(method == POST and str(args["channel"]).startswith("U"))
        return await real(gateway, token, method, args, **more)

    return noted


def die_after_a_post(real: Function) -> Function:
    """Die when something that belongs to a message to a person was done."""

    async def doomed(*args: Any, **options: Any) -> Any:
        done = await real(*args, **options)
        if _is_post_to_a_person.get():
            die()
        return done

    return doomed


def die_after_table(name: str, real: Function) -> Function:
    """Die when a migration has made a table, and not yet those that follow."""

    def doomed(made: str, *args: Any, **options: Any) -> Any:
        table = real(made, *args, **options)
        if made == name:
            die()
        return table

    return doomed


def die_after(real: Function) -> Function:
    """Die when something was done."""
    return lambda *args, **options: die(real(*args, **options))


def put_forward(at: datetime, real: Function) -> Function:
    """Let a process live at another time.

    Elapsed time is moved too, so a process that begins a minute after another one
    died finds its leases over, and no test waits for them.
    """
    ahead = at - datetime.now(UTC)
    return lambda clock: real(clock) + ahead


_DESK, _PLANNER, _DISPATCHER = bot.services.desk, bot.worker.planner, bot.worker.dispatcher

POINTS: dict[str, list[Hook]] = {
    "nowhere": [],
    "press written": [(_DESK, "register", partial(die_around_commit, "before_commit"))],
    "press committed": [(_DESK, "register", partial(die_around_commit, "after_commit"))],
    "message claimed": [(_DISPATCHER, "prepare", die_with_a_claim)],
    # Slack has taken the post, and its answer has come as far as this machine; not a word of it was read.
    "answer arriving": [
        (SlackGateway, "call", note_posts),
        (aiohttp.ClientResponse, "start", die_after_a_post),
    ],
    "answer read": [
        (SlackGateway, "call", die_after_a_post),
        (SlackGateway, "call", note_posts),
    ],
    "plan written": [(_PLANNER, "plan_due", partial(die_around_commit, "before_commit"))],
    "plan committed": [(_PLANNER, "plan_due", partial(die_around_commit, "after_commit"))],
    "some tables made": [(alembic.op, "create_table", partial(die_after_table, "seminar"))],
    "all tables made": [(alembic.command, "upgrade", die_after)],
}

if __name__ == "__main__":
    begins_at = datetime.fromisoformat(sys.argv[2])
    hooks: list[Hook] = [*POINTS[sys.argv[1]], (Clock, "elapsed", partial(put_forward, begins_at))]
    for owner, name, remake in hooks:
        setattr(owner, name, remake(getattr(owner, name)))
    main(sys.argv[3:])
