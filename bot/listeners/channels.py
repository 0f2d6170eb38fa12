"""The channels of a seminar, and series of seminars."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.drafting import Problem
from bot.domain.series import Typed
from bot.listeners import managing
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.registering import Ack
from bot.services.changing import ChangedMeanwhileError
from bot.services.channels import find_refusal, list_cards, list_channels, plan_channels, save_channels
from bot.services.series import (
    Belonging,
    GoesOnElsewhere,
    Made,
    SeriesPlan,
    find_belonging,
    make_series,
    plan_series,
)
from bot.slack.errors import Accepted, RefusedForTarget
from bot.slack.installations import Installation
from bot.views.channels import (
    FIELD,
    build_channels,
    build_channels_preview,
    channels_saved,
    read_channels,
    write_channels,
)
from bot.views.form_sentences import PROBLEMS
from bot.views.ids import Action, Callback, ManageRef, parse_manage_ref
from bot.views.notices import build_notice
from bot.views.series import (
    SERIES_CANCELLED,
    Around,
    build_goes_on_elsewhere,
    build_repeat,
    read_written,
    series_errors,
    write_typed,
)
from bot.views.series_preview import build_series_preview, series_made

_CHECK_WITHIN = timedelta(seconds=1.5)
_FIELDS = ("repeat", "more", "until", "skip", "announce", "title")


def show_channels(session: Session, managed: Managed) -> Screen:
    """Show where a seminar is announced; coming back from the preview, with what was chosen there."""
    about = managed.ref.about
    cards = list_cards(session, managed.seminar.id)
    chosen = read_channels(about) if about else None
    return Screen(build_channels(managed.seminar, cards, managed.now, chosen), on_top=not about)


def preview_channels(session: Session, managed: Managed) -> Screen:
    """Show what the channels that were chosen change, or say what is wrong with them."""
    chosen = tuple(managed.several(FIELD))
    plan = plan_channels(session, managed.seminar.id, chosen)
    refusal = find_refusal(managed.seminar, chosen, plan, now=managed.now)
    if refusal is not None:
        return Screen(errors={FIELD: refusal})
    return Screen(_channels_preview(session, managed, chosen))


def save_chosen(session: Session, managed: Managed) -> Screen:
    """Announce the seminar in the channels that the preview showed."""
    chosen = read_channels(managed.ref.about)
    try:
        plan = save_channels(
            session,
            managed.seminar.id,
            chosen,
            seen=managed.ref.seen,
            workspace_id=managed.workspace_id,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        if find_refusal(
            managed.seminar, chosen, plan_channels(session, managed.seminar.id, chosen), now=managed.now
        ):
            cards = list_cards(session, managed.seminar.id)
            return Screen(build_channels(managed.seminar, cards, managed.now, chosen))
        return Screen(_channels_preview(session, managed, chosen, is_changed=True))
    return Screen(build_notice(channels_saved(is_as_it_was=plan.is_empty)))


def _channels_preview(
    session: Session, managed: Managed, chosen: Sequence[str], *, is_changed: bool = False
) -> dict[str, Any]:
    plan = plan_channels(session, managed.seminar.id, chosen)
    ref = ManageRef(managed.seminar.id, about=write_channels(chosen), seen=plan.fingerprint())
    return build_channels_preview(
        managed.seminar, plan.added, plan.removed, managed.now, ref, is_changed=is_changed
    )


def show_repeat(session: Session, managed: Managed) -> Screen:
    """Ask how a talk repeats; coming back from the preview, with what was typed there."""
    about = managed.ref.about
    if managed.seminar.cancelled_at is not None:
        return Screen(build_notice(SERIES_CANCELLED), on_top=not about)
    belonging = find_belonging(session, managed.seminar)
    if belonging is not None and belonging.last.id != managed.seminar.id:
        return Screen(_goes_on_elsewhere(managed, belonging), on_top=True)
    view = build_repeat(managed.seminar, read_written(about) or Typed(), around=_around(belonging))
    return Screen(view, on_top=not about)


def preview_series(session: Session, managed: Managed) -> Screen:
    """Show every date of what was typed, or say what is wrong with it."""
    values = {name: managed.text(name) for name in _FIELDS}
    plan = plan_series(session, managed.seminar, Typed(**values), now=managed.now)
    if not isinstance(plan, SeriesPlan):
        return Screen(errors=series_errors(plan))
    return _series_screen(session, managed, Typed(**values))


def save_series(session: Session, managed: Managed) -> Screen:
    """Make the seminars that the preview showed."""
    typed = read_written(managed.ref.about) or Typed()
    try:
        outcome = make_series(
            session,
            managed.seminar.id,
            typed,
            seen=managed.ref.seen,
            workspace_id=managed.workspace_id,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return _series_screen(session, managed, typed, is_changed=True)
    match outcome:
        case GoesOnElsewhere(belonging=belonging):
            return Screen(_goes_on_elsewhere(managed, belonging))
        case Made(title=title, planned=planned):
            return Screen(build_notice(series_made(title, managed.seminar.zone, planned, managed.now)))


def _series_screen(session: Session, managed: Managed, typed: Typed, *, is_changed: bool = False) -> Screen:
    """Show the preview of what was typed, or the form where that is not right any more."""
    if managed.seminar.cancelled_at is not None:
        return Screen(build_notice(SERIES_CANCELLED))
    belonging = find_belonging(session, managed.seminar)
    if belonging is not None and belonging.last.id != managed.seminar.id:
        return Screen(_goes_on_elsewhere(managed, belonging))
    plan = plan_series(session, managed.seminar, typed, now=managed.now)
    if not isinstance(plan, SeriesPlan):
        return Screen(build_repeat(managed.seminar, typed, around=_around(belonging), faults=plan))
    kept = _carried(typed, plan)
    ref = ManageRef(managed.seminar.id, about=write_typed(kept), seen=plan.fingerprint())
    return Screen(
        build_series_preview(
            managed.seminar,
            plan.dates,
            plan.channel_ids,
            managed.now,
            ref,
            title=plan.title,
            is_changed=is_changed,
        )
    )


def _carried(typed: Typed, plan: SeriesPlan) -> Typed:
    """Return what the preview carries: the same, written as short as it can be."""
    skip = "\n".join(day.isoformat() for day in sorted(plan.repeat.skip))
    return Typed(
        typed.repeat, typed.more, typed.until, skip, typed.announce, plan.title if plan.is_new else ""
    )


def _around(belonging: Belonging | None) -> Around | None:
    return None if belonging is None else Around(belonging.title, belonging.last)


def _goes_on_elsewhere(managed: Managed, belonging: Belonging) -> dict[str, Any]:
    around = Around(belonging.title, belonging.last)
    return build_goes_on_elsewhere(managed.seminar, around, managed.now)


COLUMN = Column(
    reads={Action.CHANNELS: show_channels, Action.SERIES: show_repeat},
    submits={
        Callback.CHANNELS_PREVIEW: save_chosen,
        Callback.SERIES: preview_series,
        Callback.SERIES_PREVIEW: save_series,
    },
    words={"channels": Action.CHANNELS, "repeat": Action.SERIES},
    announces=frozenset({Action.SERIES}),
)
COMMANDS: dict[str, CommandWork] = {}


def register(app: AsyncApp, side: DeskSide) -> None:
    """Tie the choice of channels, of which Slack is asked before anything is saved."""

    async def handle_channels(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Show what the choice changes, if the bot can post in each new channel."""
        answer = await managing.submit(side, body, view, preview_channels)
        shown = parse_manage_ref((answer.get("view") or {}).get("private_metadata"))
        if shown is not None and (problem := await _check_posting(side, body, shown)):
            answer = {"response_action": "errors", "errors": {FIELD: PROBLEMS[problem]}}
        await ack(**answer)

    app.view(Callback.CHANNELS)(handle_channels)


async def _check_posting(side: DeskSide, body: dict[str, Any], shown: ManageRef) -> Problem | None:
    """Ask Slack whether the bot can post in each channel that a preview adds."""
    installation, chosen = side.installation(body), read_channels(shown.about)
    there = await side.read(lambda session: list_channels(session, shown.seminar_id))
    added = [channel_id for channel_id in chosen if channel_id not in there]
    found = await asyncio.gather(*(_ask(side, installation, channel_id) for channel_id in added))
    return next(filter(None, found), None)


async def _ask(side: DeskSide, installation: Installation, channel_id: str) -> Problem | None:
    answer = await side.gateway.conversations_info(installation.token, channel_id, within=_CHECK_WITHIN)
    if isinstance(answer, RefusedForTarget):
        return Problem.CHANNELS_SHUT
    if not isinstance(answer, Accepted):
        return Problem.SLACK_SILENT
    channel = answer.response.get("channel") or {}
    is_shut = channel.get("is_archived") or (channel.get("is_private") and not channel.get("is_member"))
    return Problem.CHANNELS_SHUT if is_shut else None
