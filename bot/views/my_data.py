"""What a person is told of their data, and of its deletion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from bot.domain.room import State
from bot.domain.seminar import Seminar
from bot.views.facts import compose
from bot.views.ids import COMMAND, Action
from bot.views.message import Message
from bot.views.rich import Line, labelled, strong, title_of, words
from bot.views.times import seminar_text

_SHOWN = 30
_TITLE_LIMIT = 80

_STATES: dict[State, str] = {
    State.SEATED: "a seat",
    State.OFFERED: "a seat is held for you",
    State.WAITLISTED: "in line",
    State.RELEASED: "given back",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A seminar that somebody registered for, and how they stand in it."""

    seminar: Seminar
    state: State


@dataclass(frozen=True, slots=True)
class MyData:
    """What is kept of a person in a workspace.

    Attributes:
        held: What they registered for, the newest first.
        named_in: In how many seminars they stand, in whatever part.
        answers: How many questions of registrations they answered.
        feedback: For how many seminars they gave feedback.
        questions: How many questions to speakers they wrote.
        drafts: How many forms they began and did not finish, or finished lately.
        zone: Their zone, None while it is not known.
        has_choices: Whether they chose reminders, quiet hours, what to follow or a calendar.
        is_granted: Whether admins made them staff by name.
    """

    held: Sequence[Held]
    named_in: int
    answers: int
    feedback: int
    questions: int
    drafts: int
    zone: str | None
    has_choices: bool
    is_granted: bool


def build_my_data(data: MyData, now: datetime) -> Message:
    """Build the list of what is kept of somebody."""
    lines = [_held(one, now, data.zone) for one in data.held[:_SHOWN]]
    if len(data.held) > _SHOWN:
        lines.append([words(f"and {len(data.held) - _SHOWN} older ones")])
    lines += _other(data)
    if not lines:
        return compose("Nothing is kept about you here.", ())
    after = (
        f"To have it deleted, type {COMMAND} my data delete. You are asked once more before anything goes."
    )
    said = f"This is what is kept about you. You registered for {_number(len(data.held), 'seminar')}."
    return compose(said, lines, after)


def build_deletion(data: MyData, ahead: int) -> Message:
    """Build what would be deleted, with the button that does so.

    Args:
        data: What is kept.
        ahead: How many seats and places in line would be given back.
    """
    lines: list[Line] = [
        labelled(
            "Given back", [words(f"{_number(ahead, 'seat or place', 'seats and places')} in line ahead")]
        ),
        labelled(
            "Deleted",
            [
                words(
                    "your name and your own words in seminars, your reminders and other choices, "
                    "your calendar’s address, your unfinished forms"
                )
            ],
        ),
        labelled("Kept", [words("that somebody came, without a name")]),
    ]
    if data.is_granted:
        lines.append(labelled("Not changed", [words("that you are staff; an admin can take that back")]))
    button = ButtonElement(
        text=PlainTextObject(text="Delete My Data", emoji=False),
        action_id=Action.MY_DATA_DELETE,
        value="delete",
        style="danger",
        accessibility_label="Delete what is kept about me",
    )
    said = f"You stand in {_number(data.named_in, 'seminar')}. If you go on, this cannot be taken back."
    return compose(said, lines, "If you only look, nothing happens.", [button])


def build_deleted(given_back: int, forgotten: int, left: int, *, waiting: int = 0) -> Message:
    """Build what became of a deletion.

    Args:
        given_back: How many seats and places were given back.
        forgotten: In how many seminars the person was forgotten.
        left: In how many they still stand.
        waiting: How many of these could not be changed just now.
    """
    said = (
        f"Your data is deleted. {_number(given_back, 'seat or place', 'seats and places').capitalize()} given"
        f" back; your name left {_number(forgotten, 'seminar')}."
    )
    if not left:
        return compose(said, ())
    if waiting:
        after = (
            f"Something is still being sent to you. Please type {COMMAND} my data delete again in a minute."
        )
        return compose(said, (), after)
    after = (
        f"Your name stays for now in {_number(left, 'seminar')}, which you run or which may still come back "
        f"after being cancelled. Once over, {COMMAND} my data delete takes it from there too."
    )
    return compose(said, (), after)


def build_data_help() -> Message:
    """Build the answer to words that are not known here."""
    return compose(
        f"Type {COMMAND} my data to see what is kept about you, "
        f"or {COMMAND} my data delete to have it deleted.",
        (),
    )


def _held(one: Held, now: datetime, zone: str | None) -> Line:
    when = seminar_text(one.seminar, now, zone)
    return [
        strong(title_of(one.seminar, _TITLE_LIMIT)),
        words(f": {when}; {_STATES[one.state]}."),
    ]


def _other(data: MyData) -> list[Line]:
    counts = {
        "Answers to questions at registration": data.answers,
        "Feedback": data.feedback,
        "Questions to speakers": data.questions,
        "Forms for new seminars": data.drafts,
        "Seminars that you stand in, also as who runs them": data.named_in,
    }
    lines: list[Line] = [labelled(name, [words(str(number))]) for name, number in counts.items() if number]
    if data.zone:
        lines.append(labelled("Your time zone, from Slack", [words(data.zone)]))
    if data.has_choices:
        lines.append(
            labelled("Your choices", [words("reminders, quiet hours, what you follow, your calendar")])
        )
    if data.is_granted:
        lines.append(labelled("Staff", [words("an admin made you staff")]))
    return lines


def _number(number: int, one: str, several: str = "") -> str:
    shown = "no" if number == 0 else str(number)
    return f"{shown} {one if number == 1 else several or f'{one}s'}"
