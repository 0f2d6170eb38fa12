"""The ledger of seats: each change as one sentence."""

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import RichTextElement

from bot.domain.room import Cause, Change, State
from bot.views.rich import Line, fill, mention, words
from bot.views.text import one_line

REASON_LIMIT = 300


@dataclass(frozen=True, slots=True)
class SeatEvent:
    """A change of a seat.

    Attributes:
        at: When.
        change: The ledger's row.
        freed_by: The change that it happened because of.
        line: Who was in line just before, first who was next.
    """

    at: datetime
    change: Change
    freed_by: Change | None = None
    line: tuple[str, ...] = ()


def seat_line(event: SeatEvent) -> Line:
    """Say what became of somebody's seat or place, by whom and why."""
    change = event.change
    people = {"user": person_or_bot(change.user_id), "actor": person_or_bot(change.actor)}
    said = [*fill(_seat_template(event), people), *_because(event)]
    reason = one_line(change.reason or "", REASON_LIMIT)
    return [*said, words(f": “{reason}”{stop_after(reason)}" if reason else ".")]


def stop_after(quoted: str) -> str:
    """Return the full stop behind somebody's words, unless they end a sentence themselves."""
    return "" if quoted.endswith((".", "!", "?", "…", "。")) else "."


def next_line(event: SeatEvent) -> Line:
    """Say who was next when somebody got a seat from the line; empty if they did not wait."""
    change, line = event.change, event.line
    if change.user_id not in line or change.after not in (State.SEATED, State.OFFERED):
        return ()
    place = line.index(change.user_id) + 1
    others = [user_id for user_id in line if user_id != change.user_id]
    where = "first" if place == 1 else f"number {place}"
    said = [words("Before that, "), person_or_bot(change.user_id), words(f" was {where}")]
    if not others:
        return [*said, words(" in line, and nobody else waited.")]
    verb = " came next." if place == 1 else " was first."
    return [*said, words(f" of {len(line)} in line; "), person_or_bot(others[0]), words(verb)]


_SEATED = {
    Cause.PRESSED: "{user} took a seat",
    Cause.PROMOTED: "{user} moved up",
    Cause.OFFERED: "A seat is held for {user}",
    Cause.ACCEPTED: "{user} took the seat that was held for them",
    Cause.MORE_SEATS: "{user} moved up because {actor} changed the seats",
    Cause.SEATED: "{actor} gave {user} a seat",
    Cause.ADDED: "{actor} added {user}, with a seat",
    Cause.WALK_IN: "{actor} let {user} in at the door",
    Cause.UNCLAIMED: "{user} got a seat that nobody had claimed",
}
_LINED = {
    Cause.PRESSED: "{user} joined the line",
    Cause.REFUSED: "{user} did not want the seat that was held for them, and stays in line",
    Cause.EXPIRED: "{user} did not answer in time, and went to the end of the line",
    Cause.FEWER_SEATS: "{user} went to the front of the line because {actor} lowered the seats",
    Cause.MOVED: "{actor} moved {user} in line",
    Cause.ADDED: "{actor} added {user} to the line",
}
_SEAT_GONE = {
    Cause.PRESSED: "{user} gave a seat back",
    Cause.REFUSED: "{user} did not want the seat that was held for them",
    Cause.EXPIRED: "{user} did not answer in time, so the seat that was held for them went on",
    Cause.DEACTIVATED: "{user} lost the seat, as the account was deactivated",
    Cause.REMOVED: "{actor} took back the seat of {user}",
    Cause.UNCLAIMED: "{user} had not come, so the seat was given on",
}
_PLACE_GONE = {
    Cause.PRESSED: "{user} left the line",
    Cause.DEACTIVATED: "{user} left the line, as the account was deactivated",
    Cause.REMOVED: "{actor} took {user} out of the line",
}
_UNKNOWN_SEAT = "The seat of {user} changed"


def _seat_template(event: SeatEvent) -> str:
    change = event.change
    if change.after is State.WAITLISTED:
        return _LINED.get(change.cause, _UNKNOWN_SEAT)
    if change.after is State.RELEASED:
        gone = _PLACE_GONE if change.before is State.WAITLISTED else _SEAT_GONE
        return gone.get(change.cause, _UNKNOWN_SEAT)
    said = _SEATED.get(change.cause, _UNKNOWN_SEAT)
    return f"{said} out of turn" if change.cause is Cause.SEATED and _is_out_of_turn(event) else said


def _is_out_of_turn(event: SeatEvent) -> bool:
    """Tell whether somebody else was next."""
    return bool(event.line) and event.line[0] != event.change.user_id


_BECAUSE = {
    Cause.PRESSED: " because {user} gave a seat back",
    Cause.REMOVED: " because {actor} took back the seat of {user}",
    Cause.DEACTIVATED: " because the account of {user} was deactivated",
    Cause.REFUSED: " because {user} did not want the seat",
    Cause.EXPIRED: " because {user} did not answer in time",
    Cause.UNCLAIMED: " because {user} had not come",
}


def _because(event: SeatEvent) -> Line:
    freed = event.freed_by
    if event.change.cause not in (Cause.PROMOTED, Cause.OFFERED):
        return ()
    if freed is None:
        return [words(" because a seat was free")]
    template = _BECAUSE.get(freed.cause, " because a seat of {user} became free")
    return fill(template, {"user": person_or_bot(freed.user_id), "actor": person_or_bot(freed.actor)})


def person_or_bot(user_id: str | None) -> RichTextElement:
    """Mention a person; who did nothing by hand is the bot, and names are deleted in time."""
    if user_id is None:
        return words("the bot")
    return mention(user_id) or words("somebody")
