"""The private answer to a press: whether there is a seat, and everything that follows from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from bot.domain.outcomes import (
    AlreadySeated,
    AlreadyWaitlisted,
    Begun,
    Cancelled,
    Closed,
    Confirmed,
    Full,
    NotOpenYet,
    NotRegistered,
    Offered,
    OfferGone,
    Outcome,
    Over,
    Refused,
    Released,
    Seated,
    Waitlisted,
)
from bot.domain.seminar import Phase, Promotion, Seminar, decide_phase
from bot.views.clashes import CLASHES_SHOWN, clash_buttons, clash_sentences
from bot.views.facts import compose, compose_about
from bot.views.ids import Action, FormRef, SeminarRef
from bot.views.leaving import given_back_late, keep_or_leave
from bot.views.message import Message
from bot.views.offers import build_offer, build_offer_not_open, build_refused
from bot.views.rich import button, labelled, link_button, mention, quoted, words
from bot.views.text import end_sentence, one_line
from bot.views.times import when_pieces, when_text

_REASON_LIMIT = 500
LINE_MOVES = (
    "When a seat is free, the first in line gets it. You will get a direct message when one is yours."
)
LINE_ASKS = (
    "When a seat is free, it is held for the first in line, who is asked. "
    "You will get a direct message when it is your turn."
)
LINE_STANDS = (
    "The line does not move at the moment. If it moves again, the first in line gets the next free seat, "
    "and you will get a direct message when one is yours."
)


def build_answer(  # noqa: C901, PLR0911, PLR0912 - one short case per outcome, all in one place
    outcome: Outcome,
    seminar: Seminar,
    now: datetime,
    reader_zone: str | None,
    clashes: Sequence[Seminar] = (),
) -> Message:
    """Build what a member is told about their press.

    Args:
        outcome: What became of it.
        seminar: The seminar pressed on.
        now: When the press was decided.
        reader_zone: The member's zone, if known.
        clashes: Other seminars at the same time that they hold a seat for. Each of the first three can be
            given back by a button; where a seat was just given back, only if they still hold several.
    """
    about = quoted(seminar)
    match outcome:
        case Seated(left=left) | AlreadySeated(left=left):
            already = isinstance(outcome, AlreadySeated)
            first = "You already have a seat for" if already else "You have a seat for"
            said = " ".join(filter(None, [f"{first} {about}.", _left(seminar, left)]))
            leave = keep_or_leave(seminar, now, reader_zone)
            after = " ".join([*clash_sentences(clashes, now, reader_zone), leave])
            elements = [*seat_buttons(seminar), *clash_buttons(clashes)]
            return compose_about(seminar, now, reader_zone, said, after, elements, has_seat=True)
        case Waitlisted(place=place) | AlreadyWaitlisted(place=place):
            already = isinstance(outcome, AlreadyWaitlisted)
            said = f"{line_sentence(seminar, place, already=already)} {line_moves(seminar)}"
            after = " ".join(clash_sentences(clashes, now, reader_zone))
            elements = [*line_buttons(seminar), *clash_buttons(clashes)]
            return compose_about(seminar, now, reader_zone, said, after, elements, has_seat=False)
        case Full():
            said = f"{about} is full and has no waitlist, so you do not have a seat."
            after = "If somebody gives a seat back, the announcement shows Register again."
            return compose(said, (), after)
        case NotOpenYet(opens_at=opens_at):
            return _not_open_yet(seminar, opens_at, now, reader_zone)
        case Closed():
            return _ask_staff(seminar, f"Registration for {about} has closed, so you do not have a seat.")
        case Begun():
            return _ask_staff(
                seminar, f"{about} has begun, so seats no longer change and you do not have one."
            )
        case Over():
            said = f"{about} is over, so there is no seat to take or to give back."
            return compose(said, (), "What is coming next is announced in the channels.")
        case Cancelled(reason=reason):
            return _cancelled(seminar, reason)
        case Released():
            return _released(seminar, now, outcome, clashes)
        case Offered(until=until):
            return build_offer(seminar, until, now, reader_zone, is_news=False)
        case OfferGone(place=place):
            return build_offer_not_open(seminar, place)
        case Refused():
            return build_refused(seminar, now)
        case NotRegistered():
            said = f"You have no seat and no place in line for {about}, so nothing was changed."
            return compose(said, (), "", _register_buttons(seminar, now, "Register"))
        case Confirmed():
            said = f"Thank you for saying that you will come to {about}. Your seat is kept."
            leave = keep_or_leave(seminar, now, reader_zone)
            return compose_about(seminar, now, reader_zone, said, leave, seat_buttons(seminar), has_seat=True)
        case _:
            assert_never(outcome)


def build_not_saved() -> Message:
    """Build the answer to a press that could not be saved."""
    return compose("That did not work, and nothing was changed. Please try again.", ())


def build_gone() -> Message:
    """Build the answer to a button whose seminar is not known here."""
    return compose(
        "This button belongs to a seminar that is not here any more, so nothing was changed.",
        (),
        "Please use the newest announcement of the seminar.",
    )


def build_out_of_date() -> Message:
    """Build the answer to a button that is not understood any more."""
    return compose(
        "This message is out of date, so nothing was changed.",
        (),
        "Please use the newest message about the seminar.",
    )


def build_saved_unseen() -> Message:
    """Build the answer to a press that was saved, where the answer itself could not be made."""
    return compose(
        "What you pressed was saved, but I cannot show here what became of it.",
        (),
        "Press Details on the announcement to see how you stand.",
    )


def build_details_late(ref: SeminarRef, *, may_be_open: bool) -> Message:
    """Build the word to somebody whose details did not open, with a button for another try.

    Args:
        ref: The seminar.
        may_be_open: They may be on the screen all the same.
    """
    again = ButtonElement(
        text=PlainTextObject(text="Details", emoji=False),
        action_id=Action.DETAILS,
        value=ref.to_value(),
        accessibility_label="Open the details of the seminar",
    )
    return _late("details", again, may_be_open=may_be_open)


def build_form_late(ref: FormRef, *, may_be_open: bool) -> Message:
    """Build the word to staff whose form did not open, with a button that opens it with what it held."""
    again = ButtonElement(
        text=PlainTextObject(text="New Seminar", emoji=False),
        action_id=Action.NEW_SEMINAR,
        value=ref.to_metadata(),
        accessibility_label="Open the form for a new seminar",
    )
    return _late("form", again, may_be_open=may_be_open)


def build_slack_silent() -> Message:
    """Build the answer to a command where Slack does not say who typed it."""
    return compose(
        "Slack did not answer in time, so nothing was changed.",
        (),
        "Please type the command again in a moment.",
    )


def _late(what: str, again: ButtonElement, *, may_be_open: bool) -> Message:
    said = (
        f"I do not know whether the {what} opened."
        if may_be_open
        else f"That took too long, so the {what} did not open. Nothing was changed."
    )
    label = again.text.text if again.text else what
    after = f"If nothing opened, press {label} again." if may_be_open else f"Press {label} to try again."
    return compose(said, (), after, [again])


def line_sentence(seminar: Seminar, place: int, *, already: bool = False) -> str:
    """Say where in line a member is."""
    where = "first in line" if place <= 1 else f"number {place} in line"
    return (
        f"You do not have a seat yet: you are {'already ' if already else ''}{where} for {quoted(seminar)}."
    )


def line_moves(seminar: Seminar) -> str:
    """Say how the line becomes seats, or that staff stopped it."""
    if seminar.line_stopped_at is not None:
        return LINE_STANDS
    return LINE_ASKS if seminar.promotion is Promotion.ASK else LINE_MOVES


def seat_buttons(seminar: Seminar) -> list[ButtonElement]:
    """Return the buttons of somebody with a seat."""
    return [
        *link_button(seminar),
        button("Give My Seat Back", Action.RELEASE, seminar, "Give back my seat for"),
    ]


def line_buttons(seminar: Seminar) -> list[ButtonElement]:
    """Return the buttons of somebody in line."""
    return [button("Leave the Waitlist", Action.RELEASE, seminar, "Leave the waitlist for")]


def _register_buttons(seminar: Seminar, now: datetime, label: str) -> list[ButtonElement]:
    if decide_phase(seminar, now) is not Phase.OPEN:
        return []
    return [button(label, Action.REGISTER, seminar, f"{label.capitalize()} for")]


def _left(seminar: Seminar, left: int | None) -> str:
    if left is None:
        return ""
    if left == 0:
        return "No other seat is left."
    return f"{left} of {seminar.capacity} seats {'is' if left == 1 else 'are'} left."


def _not_open_yet(seminar: Seminar, opens_at: datetime, now: datetime, reader_zone: str | None) -> Message:
    said = f"Registration for {quoted(seminar)} is not open yet, so you do not have a seat."
    opens = when_text(opens_at, None, seminar.zone, now, reader_zone)
    pieces = when_pieces(opens_at, None, seminar.zone, now, reader_zone)
    after = "Please press Register on the announcement then."
    return compose(said, [labelled("It opens", pieces)], after, facts_text=f"It opens {opens}.")


def _ask_staff(seminar: Seminar, said: str) -> Message:
    who = mention(seminar.created_by)
    if who is None:
        return compose(said, (), "If you still want to come, ask the people who run it.")
    ask = "If you still want to come, ask the person who announced it."
    line = [words("If you still want to come, ask "), who, words(", who announced it.")]
    return compose(said, [line], facts_text=ask)


def _cancelled(seminar: Seminar, reason: str) -> Message:
    why = one_line(reason, _REASON_LIMIT)
    said = f"{quoted(seminar)} was cancelled, so nobody needs a seat for it. There is nothing you need to do."
    if not why:
        return compose(said, ())
    return compose(said, [labelled("Why", [words(why)])], facts_text=f"Why: {end_sentence(why)}")


def _released(seminar: Seminar, now: datetime, outcome: Released, kept: Sequence[Seminar]) -> Message:
    if outcome.is_late:
        said = given_back_late(seminar, now)
    elif outcome.had_seat:
        said = f"You gave back your seat for {quoted(seminar)}."
    else:
        said = f"You left the line for {quoted(seminar)}."
    if kept:
        titles = ", ".join(map(quoted, kept[:CLASHES_SHOWN]))
        said += f" At that time you still have {'a seat' if len(kept) == 1 else 'seats'} for {titles}."
    others = clash_buttons(kept) if len(kept) > 1 else []
    again = _register_buttons(seminar, now, "Register Again")
    if not again:
        after = "Registration is not open now, so this cannot be taken back here."
        return compose(said, (), after, others)
    if seminar.has_waitlist:
        after = (
            "If you change your mind, you can register again. "
            "If others wait or no seat is free, that means the end of the line."
        )
    else:
        after = "If you change your mind, you can register again while a seat is free."
    return compose(said, (), after, [*again, *others])
