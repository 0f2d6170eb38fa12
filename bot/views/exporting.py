"""What is said of the roster's file: above it, and where it could not be sent."""

from bot.domain.seminar import Count, Seminar
from bot.views.facts import compose
from bot.views.message import Message
from bot.views.rich import quoted
from bot.views.text import escape

ON_ITS_WAY = "The roster is on its way to your direct messages."
SILENT = "Slack did not take it in time. Please try again in a few minutes."
STOPPED = "I was stopped before it was whole. Please ask for it again in a minute."
LOST = "Slack’s answer was lost, so the file may be there or not. Please look, and try again if it is not."


def file_comment(seminar: Seminar, count: Count, *, has_all_names: bool) -> str:
    """Return what stands above the file, in Slack's mark-up."""
    seats = f"{count.taken} with a seat" if count.taken else "nobody with a seat"
    said = f"The roster of {escape(quoted(seminar))}: {seats}, {count.waiting or 'nobody'} waiting."
    if has_all_names:
        return said
    return f"{said} Slack asked me to wait, so some names are missing; everybody’s user ID is there."


def build_not_sent(seminar: Seminar, reason: str) -> Message:
    """Build the word to who asked for the roster and does not get it."""
    return compose(f"I could not send you the roster of {quoted(seminar)}.", (), reason)
