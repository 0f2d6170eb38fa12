"""Giving a seat back: until when that is in time, and what is said of one that comes late."""

from datetime import datetime

from bot.domain.registering import is_late
from bot.domain.seminar import Seminar
from bot.domain.zones import duration_in_words
from bot.views.rich import quoted
from bot.views.times import when_text

KEEP_OR_LEAVE = "If you cannot come, please give your seat back, so that somebody else can."


def keep_or_leave(seminar: Seminar, now: datetime, reader_zone: str | None) -> str:
    """Ask who cannot come to give the seat back, and say until when that is in time."""
    return " ".join(filter(None, [KEEP_OR_LEAVE, in_time_until(seminar, now, reader_zone)]))


def in_time_until(seminar: Seminar, now: datetime, reader_zone: str | None) -> str:
    """Say until when a seat can be given back in time; empty where staff set no time, or it is past."""
    if seminar.late is None or is_late(seminar, now):
        return ""
    until = when_text(seminar.starts_at - seminar.late, None, seminar.zone, now, reader_zone)
    return f"Please do that until {until}; after that it still works, but is late."


def given_back_late(seminar: Seminar, now: datetime) -> str:
    """Say that a seat came back late, and how late; it is better than a seat that stays empty."""
    if now >= seminar.starts_at:
        when = "after the start"
    else:
        when = f"{duration_in_words(seminar.starts_at - now)} before the start"
    return (
        f"You gave back your seat for {quoted(seminar)} late, {when}. Thank you for saying so all the same."
    )
