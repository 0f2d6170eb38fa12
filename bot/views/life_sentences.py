"""What is said about closing, opening, cancelling and restoring: that it is saved, or why it cannot be."""

from datetime import datetime

from bot.domain.lifecycle import RESTORE_WITHIN, LifeChange, Obstacle
from bot.domain.seminar import Seminar
from bot.views.rich import quoted
from bot.views.seats import told_sentence
from bot.views.times import venue_time

MOST_REASON = 500

ALREADY_CLOSED = "Registration is closed already, and nobody waits."
ALREADY_CANCELLED = "The seminar is cancelled already, so nothing was changed."
NOT_CANCELLED = "The seminar is not cancelled, so there is nothing to restore."
CANCEL_TOO_LATE = "The talk is over, so it cannot be cancelled any more."
LIFE_OUT_OF_DATE = "This form is out of date, so nothing was changed. Please press the button again."
REASON_LONG = f"Shorten the reason to {MOST_REASON} characters or fewer."
OPENS_WRONG = "Choose a date and a time, or leave it empty to open now."

_NO_SEATS_CHANGE = "so registration neither opens nor closes any more."
_TO_REGISTRATION = {
    Obstacle.CANCELLED: f"The seminar is cancelled, {_NO_SEATS_CHANGE}",
    Obstacle.BEGUN: f"The talk has begun, {_NO_SEATS_CHANGE}",
    Obstacle.OVER: f"The talk is over, {_NO_SEATS_CHANGE}",
}
_NO_RESTORING = "so it cannot be restored. Duplicate it for another day."
_TO_RESTORING = {
    Obstacle.OVER: f"The talk would be over by now, {_NO_RESTORING}",
    Obstacle.TOO_LATE: (
        "It was cancelled more than an hour ago, and people have made other plans since. "
        "Duplicate it instead, and announce it anew."
    ),
}


def say_obstacle(obstacle: Obstacle, seminar: Seminar, now: datetime, *, restores: bool = False) -> str:
    """Say why a step cannot be taken now, and what to do instead."""
    match obstacle:
        case Obstacle.OPENS_IN_PAST:
            return "This moment has passed. Choose a later one, or leave it empty to open now."
        case Obstacle.OPENS_AFTER_START:
            starts = venue_time(seminar.starts_at, None, seminar.zone, now)
            return f"The talk starts {starts}. Choose an earlier time."
        case Obstacle.OPENS_AFTER_CLOSING:
            closes = venue_time(seminar.closes_at or seminar.starts_at, None, seminar.zone, now)
            return f"Registration closes {closes}. Choose an earlier time."
        case Obstacle.CLOSED:
            return "Registration is closed. Press Reopen Registration under Manage first."
        case _:
            said = _TO_RESTORING if restores else _TO_REGISTRATION
            return said.get(obstacle, LIFE_OUT_OF_DATE)


def closed_saved(change: LifeChange) -> str:
    """Say that registration is closed, and how it stands with the line."""
    told = told_sentence(change.consequence.told)
    is_stopped = change.after.line_stopped_at is not None
    line = " The line is not served any more." if is_stopped else ""
    if not is_stopped and change.before.line_stopped_at is not None:
        line = " The line is served again."
    return f"Saved. Registration is closed.{line} {told}"


def reopened_saved(change: LifeChange, now: datetime) -> str:
    """Say that registration is open again, or when it opens."""
    after = change.after
    told = told_sentence(change.consequence.told)
    if after.opens_at is not None and after.opens_at > now:
        return f"Saved. Registration opens {venue_time(after.opens_at, None, after.zone, now)}. {told}"
    return f"Saved. Registration is open again. {told}"


def open_already(seminar: Seminar, now: datetime) -> str:
    """Say that registration needs no reopening."""
    if seminar.opens_at is not None and seminar.opens_at > now:
        opens = venue_time(seminar.opens_at, None, seminar.zone, now)
        return f"Registration is not closed; it opens {opens}. Press Open Later to open it now."
    return "Registration is open already."


def opens_saved(seminar: Seminar, now: datetime) -> str:
    """Say when registration opens."""
    if seminar.opens_at is None or seminar.opens_at <= now:
        return "Saved. Registration is open now."
    return f"Saved. Registration opens {venue_time(seminar.opens_at, None, seminar.zone, now)}."


def cancelled_saved(change: LifeChange) -> str:
    """Say that the seminar is cancelled, who is told, and until when that can be taken back."""
    said = f"{quoted(change.after)} is cancelled. {told_sentence(change.consequence.told)}"
    until = how_long_restorable(change.after)
    return f"{said} If that was a mistake, press Restore under Manage {until}." if until else said


def how_long_restorable(seminar: Seminar) -> str | None:
    """Say until when a seminar that was just cancelled can be restored; None if it cannot be."""
    cancelled_at = seminar.cancelled_at
    if cancelled_at is None or cancelled_at >= seminar.ends_at:
        return None
    ends_first = cancelled_at + RESTORE_WITHIN > seminar.ends_at
    return "before the talk would be over" if ends_first else "within an hour"


def restored_saved(change: LifeChange) -> str:
    """Say that the seminar is restored, and who is told."""
    return f"{quoted(change.after)} takes place after all. {told_sentence(change.consequence.told)}"
