"""Seats, closing and opening registration, cancelling and restoring."""

from datetime import UTC, datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy.orm import Session

from bot.domain.lifecycle import (
    Cancel,
    Close,
    LifeChange,
    LifeStep,
    Obstacle,
    OpenLater,
    Reopen,
    Restore,
)
from bot.domain.seminar import Phase
from bot.domain.text import clean_line
from bot.listeners.desk_side import DeskSide
from bot.listeners.managing import Column, CommandWork, Managed, Screen
from bot.listeners.seats import preview_seats, save_seats, show_seats
from bot.services.changing import ChangedMeanwhileError
from bot.services.lifecycle import look_at_step, save_step
from bot.views import life, life_sentences
from bot.views.ids import Action, Callback, ManageRef
from bot.views.notices import build_notice
from bot.views.seats import AS_IT_IS

_UNIX_DIGITS = 10  # as many as Slack's picker gives


def show_close(session: Session, managed: Managed) -> Screen:
    """Show what closing registration does."""
    return _close_screen(managed, _look(session, managed, Close()), on_top=True)


def save_close(session: Session, managed: Managed) -> Screen:
    """Close registration, and stop or serve the line as it was chosen."""
    step = Close(stops_line=life.STOP in managed.several(life.LINE))
    change = _save(session, managed, step)
    if change is None:
        return _close_screen(managed, _look(session, managed, Close()), is_changed=True)
    if change.obstacle is None and not change.is_change and life.LINE in managed.values:
        return Screen(errors={life.LINE: AS_IT_IS})
    said = life_sentences.closed_saved(change) if change.is_change else life_sentences.ALREADY_CLOSED
    return _after_saving(managed, change, said)


def _close_screen(
    managed: Managed, change: LifeChange, *, on_top: bool = False, is_changed: bool = False
) -> Screen:
    if change.obstacle is not None:
        return Screen(_obstacle(managed, change.obstacle), on_top=on_top)
    if change.phase is Phase.CLOSED and not change.count.waiting:
        return Screen(build_notice(life_sentences.ALREADY_CLOSED), on_top=on_top)
    return Screen(life.build_close(change, _ref(managed, change), is_changed=is_changed), on_top=on_top)


def show_reopen(session: Session, managed: Managed) -> Screen:
    """Show what opening registration again does."""
    return _reopen_screen(managed, _look(session, managed, Reopen()), on_top=True)


def save_reopen(session: Session, managed: Managed) -> Screen:
    """Open registration again."""
    change = _save(session, managed, Reopen())
    if change is None:
        return _reopen_screen(managed, _look(session, managed, Reopen()), is_changed=True)
    said = (
        life_sentences.reopened_saved(change, managed.now)
        if change.is_change
        else life_sentences.open_already(change.before, managed.now)
    )
    return _after_saving(managed, change, said)


def _reopen_screen(
    managed: Managed, change: LifeChange, *, on_top: bool = False, is_changed: bool = False
) -> Screen:
    if change.obstacle is not None:
        return Screen(_obstacle(managed, change.obstacle), on_top=on_top)
    if not change.is_change:
        return Screen(build_notice(life_sentences.open_already(change.before, managed.now)), on_top=on_top)
    view = life.build_reopen(change, _ref(managed, change), managed.now, is_changed=is_changed)
    return Screen(view, on_top=on_top)


def show_open_later(session: Session, managed: Managed) -> Screen:
    """Ask when registration opens; where it is closed, show how to open it again."""
    change = _look(session, managed, OpenLater(managed.seminar.opens_at))
    if change.obstacle is Obstacle.CLOSED:
        return show_reopen(session, managed)
    if change.obstacle is not None:
        return Screen(_obstacle(managed, change.obstacle), on_top=True)
    ref = ManageRef(managed.seminar.id)
    return Screen(life.build_open_later(managed.seminar, ref, managed.now, managed.zone), on_top=True)


def save_open_later(session: Session, managed: Managed) -> Screen:
    """Have registration open at the time that was chosen, or now."""
    typed = managed.text(life.OPENS)
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) == _UNIX_DIGITS):
        return Screen(errors={life.OPENS: life_sentences.OPENS_WRONG})
    opens_at = datetime.fromtimestamp(int(typed), UTC) if typed else None
    change = _save(session, managed, OpenLater(opens_at))
    if change is None or change.is_change:
        after = managed.seminar if change is None else change.after
        return Screen(build_notice(life_sentences.opens_saved(after, managed.now)))
    said = (
        AS_IT_IS
        if change.obstacle is None
        else life_sentences.say_obstacle(change.obstacle, change.before, managed.now)
    )
    return Screen(errors={life.OPENS: said})


def show_cancel(session: Session, managed: Managed) -> Screen:
    """Show what cancelling does, and ask for the reason; coming back from the preview, with what it was."""
    reason = life.read_reason(managed.ref.about)
    change = _look(session, managed, Cancel())
    if not change.is_change:
        return Screen(_not_cancelled(change), on_top=reason is None)
    view = life.build_cancel(change, reason or "", ManageRef(managed.seminar.id))
    return Screen(view, on_top=reason is None)


def preview_cancel(session: Session, managed: Managed) -> Screen:
    """Show the message as people will see it."""
    reason = clean_line(managed.text(life.REASON))
    if len(reason) > life_sentences.MOST_REASON:
        return Screen(errors={life.REASON: life_sentences.REASON_LONG})
    return _cancel_screen(managed, _look(session, managed, Cancel(reason)), reason)


def save_cancel(session: Session, managed: Managed) -> Screen:
    """Cancel the seminar, as the preview showed it."""
    reason = life.read_reason(managed.ref.about)
    if reason is None:
        return Screen(build_notice(life_sentences.LIFE_OUT_OF_DATE))
    change = _save(session, managed, Cancel(reason))
    if change is None:
        return _cancel_screen(managed, _look(session, managed, Cancel(reason)), reason, is_changed=True)
    if not change.is_change:
        return Screen(_not_cancelled(change))
    return Screen(build_notice(life_sentences.cancelled_saved(change)))


def _cancel_screen(managed: Managed, change: LifeChange, reason: str, *, is_changed: bool = False) -> Screen:
    if not change.is_change:
        return Screen(_not_cancelled(change))
    ref = ManageRef(managed.seminar.id, about=life.write_reason(reason), seen=change.fingerprint())
    return Screen(life.build_cancel_preview(change, ref, managed.now, managed.zone, is_changed=is_changed))


def _not_cancelled(change: LifeChange) -> dict[str, Any]:
    return build_notice(
        life_sentences.ALREADY_CANCELLED if change.obstacle is None else life_sentences.CANCEL_TOO_LATE
    )


def show_restore(session: Session, managed: Managed) -> Screen:
    """Show what restoring does."""
    return _restore_screen(managed, _look(session, managed, Restore()), on_top=True)


def save_restore(session: Session, managed: Managed) -> Screen:
    """Take the cancellation back."""
    change = _save(session, managed, Restore())
    if change is None or not change.is_change:
        look = _look(session, managed, Restore()) if change is None else change
        return _restore_screen(managed, look, is_changed=change is None)
    return Screen(build_notice(life_sentences.restored_saved(change)))


def _restore_screen(
    managed: Managed, change: LifeChange, *, on_top: bool = False, is_changed: bool = False
) -> Screen:
    if change.obstacle is not None:
        said = life_sentences.say_obstacle(change.obstacle, change.before, managed.now, restores=True)
        return Screen(build_notice(said), on_top=on_top)
    if not change.is_change:
        return Screen(build_notice(life_sentences.NOT_CANCELLED), on_top=on_top)
    view = life.build_restore(change, _ref(managed, change), managed.now, is_changed=is_changed)
    return Screen(view, on_top=on_top)


def _look(session: Session, managed: Managed, step: LifeStep) -> LifeChange:
    return look_at_step(
        session,
        managed.seminar.id,
        step,
        workspace_id=managed.workspace_id,
        actor=managed.actor,
        now=managed.now,
    )


def _save(session: Session, managed: Managed, step: LifeStep) -> LifeChange | None:
    """Save a step; None if it would do something else by now than was shown."""
    try:
        return save_step(
            session,
            managed.seminar.id,
            step,
            seen=managed.ref.seen,
            workspace_id=managed.workspace_id,
            actor=managed.actor,
            now=managed.now,
        )
    except ChangedMeanwhileError:
        return None


def _ref(managed: Managed, change: LifeChange) -> ManageRef:
    return ManageRef(managed.seminar.id, seen=change.fingerprint())


def _obstacle(managed: Managed, obstacle: Obstacle) -> dict[str, Any]:
    return build_notice(life_sentences.say_obstacle(obstacle, managed.seminar, managed.now))


def _after_saving(managed: Managed, change: LifeChange, said: str) -> Screen:
    return Screen(build_notice(said) if change.obstacle is None else _obstacle(managed, change.obstacle))


COLUMN = Column(
    reads={
        Action.SEATS: show_seats,
        Action.CLOSE: show_close,
        Action.REOPEN: show_reopen,
        Action.OPEN_LATER: show_open_later,
        Action.CANCEL: show_cancel,
        Action.RESTORE: show_restore,
    },
    submits={
        Callback.SEATS: preview_seats,
        Callback.SEATS_PREVIEW: save_seats,
        Callback.CLOSE: save_close,
        Callback.REOPEN: save_reopen,
        Callback.OPEN_LATER: save_open_later,
        Callback.CANCEL: preview_cancel,
        Callback.CANCEL_PREVIEW: save_cancel,
        Callback.RESTORE: save_restore,
    },
    words={
        "seats": Action.SEATS,
        "close": Action.CLOSE,
        "reopen": Action.REOPEN,
        "open": Action.OPEN_LATER,
        "cancel": Action.CANCEL,
        "restore": Action.RESTORE,
    },
)
COMMANDS: dict[str, CommandWork] = {}


def register(_app: AsyncApp, _side: DeskSide) -> None:
    """Tie what is not about staff's work on one seminar."""
