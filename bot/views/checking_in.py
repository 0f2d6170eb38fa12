"""A member's check-in by the word shown in the room, and the question to waiters whether they are there."""

from datetime import datetime
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.domain.checking_in import (
    CheckIn,
    Claim,
    opens_at,
)
from bot.domain.seminar import Seminar
from bot.views.facts import compose, compose_about
from bot.views.form_elements import VALUE
from bot.views.ids import Action, Callback, SeminarRef
from bot.views.message import Message
from bot.views.rich import (
    button,
    plain,
    quoted,
    title_of,
)
from bot.views.times import when_text

WORD = "word"
MOST_TYPED = 100
WRONG_WORD = "That is not the word shown in the room. Case, blanks and accents do not matter."
PAUSED = "That was not the word five times. Please wait ten minutes, or ask the people at the door."


def build_word(seminar: Seminar) -> dict[str, Any]:
    """Build the modal in which a member types the word that is shown in the room."""
    box = PlainTextInputElement(action_id=VALUE, max_length=MOST_TYPED, focus_on_load=True)
    return View(
        type="modal",
        callback_id=Callback.CHECK_IN_SELF,
        title=PlainTextObject(text="Check In", emoji=False),
        submit=PlainTextObject(text="Check In", emoji=False),
        close=PlainTextObject(text="Cancel", emoji=False),
        private_metadata=SeminarRef(seminar.id).to_value(),
        blocks=[
            plain(title_of(seminar)),
            InputBlock(block_id=WORD, label="The word shown in the room", element=box),
        ],
    ).to_dict()


def build_word_late(ref: SeminarRef, *, may_be_open: bool) -> Message:
    """Build the word to a member whose modal did not open, with a button for another try."""
    said = (
        "I do not know whether it opened."
        if may_be_open
        else "That took too long, so it did not open. You are not checked in yet."
    )
    after = "If nothing opened, press Check In." if may_be_open else "Press Check In to try again."
    again = ButtonElement(
        text=PlainTextObject(text="Check In", emoji=False),
        action_id=Action.CHECK_IN_SELF,
        value=ref.to_value(),
        accessibility_label="Check in for the seminar",
    )
    return compose(said, (), after, [again])


def explain_check_in(seminar: Seminar, outcome: CheckIn, now: datetime, reader_zone: str | None) -> str:
    """Say to a member what became of their check-in."""
    about = quoted(seminar)
    match outcome:
        case CheckIn.DONE:
            return f"You are checked in for {about}. Thank you for coming."
        case CheckIn.ALREADY:
            return f"You are checked in for {about} already."
        case CheckIn.NO_SEAT:
            return f"You have no seat for {about}, so you cannot check in. Please ask the people at the door."
        case CheckIn.IN_LINE:
            return (
                f"You are in line for {about} and have no seat yet, so you cannot check in. "
                "Please ask the people at the door."
            )
        case CheckIn.NO_WORD:
            return f"No word is shown for {about} now. The people at the door can check you in."
        case CheckIn.WRONG_WORD:
            return WRONG_WORD
        case CheckIn.NOT_YET:
            opens = when_text(opens_at(seminar), None, seminar.zone, now, reader_zone)
            return f"Check-in for {about} opens half an hour before the start: {opens}."
        case CheckIn.OVER:
            return f"{about} is over, so check-in is closed."
        case CheckIn.CANCELLED:
            return f"{about} was cancelled, so there is no check-in."
        case _:
            assert_never(outcome)


def build_unclaimed(seminar: Seminar, now: datetime, reader_zone: str | None) -> Message:
    """Build the message that asks a waiter whether they are there."""
    said = (
        f"{quoted(seminar)} has begun, and not every seat is claimed. If you are in the room, press "
        "I Am Here: whoever does so first gets a seat."
    )
    elements = [button("I Am Here", Action.HERE, seminar, "I am here, in the room of", is_primary=True)]
    return compose_about(seminar, now, reader_zone, said, "", elements, has_seat=False)


def build_claim(seminar: Seminar, claim: Claim, now: datetime, reader_zone: str | None) -> Message:
    """Build the answer to a waiter who said that they are there."""
    about = quoted(seminar)
    match claim:
        case Claim.SEATED:
            said = f"You have a seat for {about}, and you are checked in."
            return compose_about(seminar, now, reader_zone, said, has_seat=True)
        case Claim.HAS_SEAT:
            said = f"You have a seat for {about}."
            return compose_about(seminar, now, reader_zone, said, has_seat=True)
        case Claim.NONE_LEFT:
            said = f"No seat for {about} is unclaimed now, so you are still in line."
            return compose(said, (), "You can press I Am Here again later, as a seat may become free.")
        case Claim.NOT_WAITING:
            return compose(f"You are not in line for {about}, so there is no seat to give to you.", ())
        case Claim.NOT_GIVEN:
            return compose(
                f"Unclaimed seats for {about} are not being given now. You keep your place in line.", ()
            )
        case Claim.OVER:
            return compose(f"{about} is over, so there is no seat to take.", ())
        case Claim.CANCELLED:
            return compose(f"{about} was cancelled, so nobody needs a seat for it.", ())
        case _:
            assert_never(claim)
