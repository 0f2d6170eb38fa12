"""The private answer to Add to Calendar."""

from enum import StrEnum

from bot.domain.seminar import Seminar
from bot.views.calendar_links import calendar_line
from bot.views.facts import compose
from bot.views.message import Message
from bot.views.rich import quoted


class FileStand(StrEnum):
    """How it stands with the file that somebody asked for."""

    COMING = "coming"
    SENT = "sent"
    REFUSED = "refused"


def build_add_to_calendar(seminar: Seminar, stand: FileStand, *, has_seat: bool) -> Message:
    """Build the private answer to Add to Calendar."""
    file = f"calendar file for {quoted(seminar)}"
    said = {
        FileStand.COMING: f"The {file} comes as a direct message.",
        FileStand.SENT: f"The {file} is in your direct messages.",
        FileStand.REFUSED: f"The {file} could not be sent. The links work all the same.",
    }[stand]
    after = (
        "If the talk moves, you get a new file."
        if has_seat
        else "This takes no seat for you. If the talk moves, the announcement says so."
    )
    return compose(said, [calendar_line(seminar)], after)


def build_not_for_calendars(seminar: Seminar) -> Message:
    """Build the answer where the talk does not take place any more."""
    what = "was cancelled" if seminar.cancelled_at is not None else "is over"
    return compose(f"{quoted(seminar)} {what}, so there is nothing to add to a calendar.", ())
