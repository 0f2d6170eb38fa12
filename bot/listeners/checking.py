"""/seminar check: what is shown in Slack against what is stored."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.domain.checking import Fact
from bot.domain.seminar import Seminar
from bot.listeners.desk_side import DeskSide, user_of
from bot.listeners.managing import Column, CommandWork
from bot.listeners.rights import Standing
from bot.services.checking import Asked, Checked, Told, list_asked, look
from bot.services.listing import find_by_words
from bot.services.mending import mend
from bot.slack.errors import Accepted, Answer, MessageGone, RefusedForTarget, RetryAt
from bot.views.answers import build_slack_silent
from bot.views.checking import (
    Looked,
    Report,
    build_check_progress,
    build_check_report,
    build_checking,
    build_nothing_to_check,
)
from bot.views.listing import build_not_staff

COLUMN = Column()

MOST_ASKED = 50  # announcements; conversations.info allows 50 calls a minute
_PAUSE_S = 1.0  # between two of them
_WITHIN = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(seconds=30)  # what Slack wants to wait for longer, it did not say
_SAY_AFTER_S = 10.0


def register(_app: AsyncApp, _side: DeskSide) -> None:
    """Tie what is not about staff's work on one seminar."""


async def check(side: DeskSide, body: dict[str, Any], about: str) -> None:
    """Compare all seminars ahead and of the last week, or those that the words name, and mend them."""
    installation = side.installation(body)
    match await side.rights.standing(installation, user_of(body)):
        case Standing.MEMBER:
            mentions = await side.rights.staff_mentions(installation)
            await side.respond(body, build_not_staff(mentions))
        case Standing.UNKNOWN:
            await side.respond(body, build_slack_silent())
        case Standing.STAFF:
            now = side.clock.now()
            found = await side.read(
                lambda session: find_by_words(session, installation.workspace_id, about, now=now)
            )
            await _check_seminars(side, body, found, about)


async def _check_seminars(side: DeskSide, body: dict[str, Any], found: Sequence[Seminar], about: str) -> None:
    if not found:
        await side.respond(body, build_nothing_to_check(about))
        return
    await side.respond(body, build_checking(len(found)))
    ids = [one.id for one in found]
    cards = await side.read(lambda session: list_asked(session, ids))
    told = await _ask(side, body, cards[:MOST_ASKED])
    checked = [await _check_one(side, body, one.id, told) for one in found]
    side.on_promised()
    looked = Looked(
        len(checked),
        sum(one.cards for one in checked),
        sum(one.promises for one in checked),
        max(0, len(cards) - MOST_ASKED),
    )
    reports = [Report(one.seminar, one.findings) for one in checked]
    await side.respond(body, build_check_report(reports, looked))


async def _check_one(side: DeskSide, body: dict[str, Any], seminar_id: int, told: dict[int, Told]) -> Checked:
    """Look at a seminar without a lock, and only where something differs mend it under its lock."""
    about: dict[str, Any] = {
        "workspace_id": side.installation(body).workspace_id,
        "now": side.clock.now(),
        "elapsed": side.clock.elapsed(),
    }
    seen = await side.read(lambda session: look(session, seminar_id, told, **about))
    if not seen.findings:
        return seen
    return await side.write(lambda session: mend(session, seminar_id, told, **about))


async def _ask(side: DeskSide, body: dict[str, Any], cards: Sequence[Asked]) -> dict[int, Told]:
    """Ask Slack about cards at a calm pace, and say how far it is where that takes long."""
    loop = asyncio.get_running_loop()
    began, is_said = loop.time(), False
    channels: dict[str, Fact] = {}
    told: dict[int, Told] = {}
    for number, card in enumerate(cards):
        if number:
            await asyncio.sleep(_PAUSE_S)
        if number and not is_said and loop.time() - began > _SAY_AFTER_S:
            is_said = True
            await side.respond(body, build_check_progress(number, len(cards)))
        if card.channel_id not in channels:
            channels[card.channel_id] = await _ask_of_channel(side, body, card.channel_id)
        fact = channels[card.channel_id]
        if fact is Fact.THERE and card.message_ts is not None:
            fact = await _ask_of_message(side, body, card.channel_id, card.message_ts)
        told[card.announcement_id] = Told(card.message_ts, fact)
    return told


async def _ask_of_channel(side: DeskSide, body: dict[str, Any], channel_id: str) -> Fact:
    return read_channel(await _call(side, body, "conversations.info", {"channel": channel_id}))


def read_channel(answer: Answer) -> Fact:
    """Return what Slack's answer says of a channel: whether it is there, and not archived."""
    match answer:
        case Accepted(response=response):
            is_archived = bool(dict(response.get("channel") or {}).get("is_archived"))
            return Fact.ARCHIVED if is_archived else Fact.THERE
        case RefusedForTarget(code="channel_not_found"):
            return Fact.GONE
        case _:
            return Fact.SILENT


async def _ask_of_message(side: DeskSide, body: dict[str, Any], channel_id: str, message_ts: str) -> Fact:
    """Ask whether a message is there: its address needs no scope, and one that was deleted has none."""
    args = {"channel": channel_id, "message_ts": message_ts}
    match await _call(side, body, "chat.getPermalink", args):
        case Accepted():
            return Fact.THERE
        case MessageGone(code="message_not_found"):
            return Fact.DELETED
        case _:
            return Fact.SILENT


async def _call(side: DeskSide, body: dict[str, Any], method: str, args: dict[str, str]) -> Answer:
    """Ask once, and once more where Slack wants a pause that is not too long."""
    token = side.installation(body).token
    answer = await side.gateway.call(token, method, args, within=_WITHIN)
    if isinstance(answer, RetryAt) and answer.after is not None and answer.after <= _LONGEST_PAUSE:
        await asyncio.sleep(answer.after.total_seconds())
        answer = await side.gateway.call(token, method, args, within=_WITHIN)
    return answer


COMMANDS: dict[str, CommandWork] = {"check": check}
