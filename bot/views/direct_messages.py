"""Direct messages to registrants and staff, and how they are redrawn once a button was pressed."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement, RichTextElement

from bot.domain.checking_in import has_button
from bot.domain.outcomes import Seated, Waitlisted
from bot.domain.seminar import Seminar
from bot.domain.zones import duration_in_words
from bot.views.answers import line_buttons, line_moves, line_sentence, seat_buttons
from bot.views.clashes import clash_buttons, clash_sentences
from bot.views.facts import compose, compose_about
from bot.views.ids import Action
from bot.views.leaving import given_back_late, in_time_until, keep_or_leave
from bot.views.message import Message, message_of
from bot.views.reasons import explain_refusal
from bot.views.rich import (
    button,
    buttons,
    channel,
    labelled,
    link_button,
    mention,
    paragraph,
    plain_button,
    quoted,
    words,
)
from bot.views.text import one_line

_CODE_LIMIT = 100


def build_confirmation(
    seminar: Seminar,
    outcome: Seated | Waitlisted,
    now: datetime,
    reader_zone: str | None,
    clashes: Sequence[Seminar] = (),
) -> Message:
    """Build the message that confirms a seat or a place in line; ``clashes`` are seats at the same time."""
    if isinstance(outcome, Waitlisted):
        said = f"{line_sentence(seminar, outcome.place)} {line_moves(seminar)}"
        return compose_about(seminar, now, reader_zone, said, "", line_buttons(seminar), has_seat=False)
    said = f"You have a seat for {quoted(seminar)}."
    return _compose_seat(seminar, now, reader_zone, said, clashes)


def _compose_seat(
    seminar: Seminar, now: datetime, reader_zone: str | None, said: str, clashes: Sequence[Seminar]
) -> Message:
    leave = keep_or_leave(seminar, now, reader_zone)
    after = " ".join([*clash_sentences(clashes, now, reader_zone), leave])
    elements = [*seat_buttons(seminar), *check_in_button(seminar, now), *clash_buttons(clashes)]
    return compose_about(seminar, now, reader_zone, said, after, elements, has_seat=True)


def ask_for_preferences(message: Message) -> Message:
    """Return a confirmation that also asks how its reader wants to be reminded, in all seminars."""
    asked = "You are reminded before each seminar. Would you like it otherwise?"
    blocks = [paragraph([words(asked)]), *buttons([plain_button("Change My Reminders", Action.PREFERENCES)])]
    added = message_of("", blocks)
    return Message(f"{message.text} {asked}", (*message.blocks, *added.blocks))


def build_promotion(
    seminar: Seminar, now: datetime, reader_zone: str | None, clashes: Sequence[Seminar] = ()
) -> Message:
    """Build the message that tells a waiter of their seat, with all that a reminder would say.

    ``clashes`` are other seats that they have at the same time.
    """
    said = (
        f"A seat became free, and it is yours: you have a seat for {quoted(seminar)}. {_starts(seminar, now)}"
    )
    return _compose_seat(seminar, now, reader_zone, said, clashes)


def build_reminder(seminar: Seminar, now: datetime, reader_zone: str | None) -> Message:
    """Build a reminder that says the time truly left when it is sent, and asks who is still coming."""
    elements = [
        button("I’ll Be There", Action.CONFIRM, seminar, "I’ll be there, keep my seat for", is_primary=True),
        button("Give My Seat Back", Action.RELEASE, seminar, "Give back my seat for"),
        *link_button(seminar),
        *check_in_button(seminar, now),
    ]
    said = f"{quoted(seminar)}, for which you have a seat, {_starts(seminar, now, '')}"
    asks = " ".join(filter(None, ["Still coming?", _if_not(in_time_until(seminar, now, reader_zone))]))
    return compose_about(seminar, now, reader_zone, said, asks, elements, has_seat=True)


def build_coming(seminar: Seminar, now: datetime, reader_zone: str | None) -> Message:
    """Build what a message becomes once its reader said that they will be there."""
    said = f"You said that you will be there: your seat for {quoted(seminar)} is kept."
    return _compose_seat(seminar, now, reader_zone, said, ())


def _if_not(in_time: str) -> str:
    return f"If not, please give your seat back. {in_time}" if in_time else ""


def check_in_button(seminar: Seminar, now: datetime) -> list[ButtonElement]:
    """Return the button that checks in, where a word is set and the start is near; nothing otherwise.

    Whoever gets a seat, or a notice about it, after the last reminder finds it there.
    """
    if not has_button(seminar, now):
        return []
    return [button("Check In", Action.CHECK_IN_SELF, seminar, "Check in for")]


def build_given_back(
    seminar: Seminar,
    *,
    had_seat: bool,
    can_return: bool,
    is_line_next: bool,
    late_at: datetime | None = None,
) -> Message:
    """Build what a message becomes once its reader gave back the seat, or the place in line.

    Args:
        seminar: The seminar.
        had_seat: Whether it was a seat, not a place in line.
        can_return: Whether registration is open, so that it can be undone.
        is_line_next: Whether registering again means the end of the line,
            because others wait or no seat is free.
        late_at: When it was given back, if that was late.
    """
    about = quoted(seminar)
    said = f"You gave back your seat for {about}." if had_seat else f"You left the line for {about}."
    if late_at is not None:
        said = given_back_late(seminar, late_at)
    if not can_return:
        return compose(said, (), "Registration is not open now, so this cannot be taken back here.")
    if is_line_next and not seminar.has_waitlist:
        return compose(said, (), "No seat is free now. If one is, the announcement shows Register again.")
    after = (
        "If you change your mind, you can register again. That means the end of the line."
        if is_line_next
        else "If you change your mind, you can register again while a seat is free."
    )
    return compose(
        said, (), after, [button("Register Again", Action.REGISTER, seminar, "Register again for")]
    )


def build_refusal_notice(
    seminar: Seminar, channel_id: str | None, user_id: str | None, reason: str
) -> Message:
    """Build the notice that tells staff what Slack refused for good, and what to do.

    Args:
        seminar: The seminar whose message was refused.
        channel_id: The channel it was for, if it was for one.
        user_id: The member it was for, if it was for one.
        reason: Slack's error code.
    """
    said = f"Slack did not accept a message about {quoted(seminar)}"
    target = _target(channel_id, user_id)
    code = one_line(reason, _CODE_LIMIT) or "unknown"
    kind = "a direct message" if user_id else "a channel" if channel_id else ""
    what = explain_refusal(reason)
    facts = [labelled("For", target)] if target else []
    facts.append(labelled("Slack’s answer", [words(code)]))
    text = " ".join(filter(None, [f"It was for {kind}." if kind else "", f"Slack’s answer: {code}."]))
    return compose(f"{said}.", facts, what, facts_text=text)


def _target(channel_id: str | None, user_id: str | None) -> list[RichTextElement]:
    if user_id:
        return [mention(user_id) or words("a member")]
    return [channel(channel_id)] if channel_id else []


def _starts(seminar: Seminar, now: datetime, subject: str = "It ") -> str:
    if now >= seminar.starts_at:
        return f"{subject}has begun."
    return f"{subject}starts in {duration_in_words(seminar.starts_at - now)}."
