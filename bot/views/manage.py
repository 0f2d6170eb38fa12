"""Manage: the modal from which staff reach everything about one seminar."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject
from slack_sdk.models.views import View

from bot.domain.seminar import Count, Phase, Seminar, decide_phase, is_published
from bot.views.facts import compose, seats_line, speakers_line
from bot.views.ids import COMMAND, Action, Callback, ManageRef
from bot.views.message import Message, message_of
from bot.views.rich import header, labelled, mention, paragraph, strong, title_of, words
from bot.views.text import cut
from bot.views.times import seminar_pieces, when_pieces

_LABEL_LIMIT = 75
_CHOICES = 20


def staff_button(
    label: str, action: Action, ref: ManageRef, *, style: str | None = None, aim: str = ""
) -> ButtonElement:
    """Return a button of staff; ``aim`` is what screen readers say where the label alone is not enough."""
    return ButtonElement(
        text=PlainTextObject(text=label, emoji=False),
        action_id=action,
        value=ref.to_value(),
        style=style,
        accessibility_label=cut(aim, _LABEL_LIMIT) if aim else None,
    )


def staff_modal(
    title: str,
    blocks: Sequence[Block],
    ref: ManageRef,
    callback: Callback,
    *,
    submit: str = "",
    close: str = "",
) -> dict[str, Any]:
    """Return a modal of staff about one seminar; what it carries comes back with each press in it."""
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=title, emoji=False),
        submit=PlainTextObject(text=submit, emoji=False) if submit else None,
        close=PlainTextObject(text=close or ("Cancel" if submit else "Close"), emoji=False),
        private_metadata=ref.to_value(),
        blocks=blocks,
    ).to_dict()


def build_manage(
    seminar: Seminar,
    count: Count,
    hosts: Sequence[str],
    now: datetime,
    reader_zone: str | None,
) -> dict[str, Any]:
    """Build the modal: how the seminar stands, and what can be done about it now."""
    ref = ManageRef(seminar.id)
    people = [f"{count.seated} seated"]
    people += [f"{count.offered} asked"] if count.offered else []
    people += [f"{count.waiting} waiting"]
    facts = paragraph(
        speakers_line(seminar),
        labelled("When", seminar_pieces(seminar, now, reader_zone)),
        labelled("Seats", [words("No limit" if seminar.capacity is None else str(seminar.capacity))]),
        labelled("People", [words(", ".join(people))]),
        seats_line(seminar, count, now),
        _publishing(seminar, now, reader_zone),
        _hosts(hosts),
    )
    blocks: list[Block] = [header(title_of(seminar)), facts]
    for heading, elements in _groups(seminar, ref, now):
        blocks.append(paragraph([strong(heading)]))
        blocks.append(ActionsBlock(elements=elements))
    return staff_modal("Manage", blocks, ref, Callback.MANAGE)


def _publishing(seminar: Seminar, now: datetime, reader_zone: str | None) -> Sequence[Any]:
    if is_published(seminar, now) or seminar.publish_at is None or seminar.cancelled_at is not None:
        return ()
    return labelled("Announced", when_pieces(seminar.publish_at, None, seminar.zone, now, reader_zone))


def _hosts(hosts: Sequence[str]) -> Sequence[Any]:
    pieces: list[Any] = []
    for user_id in hosts:
        if (who := mention(user_id)) is not None:
            pieces += [words(", "), who] if pieces else [who]
    return labelled("Hosts" if len(hosts) > 1 else "Host", pieces) if pieces else ()


def _groups(seminar: Seminar, ref: ManageRef, now: datetime) -> list[tuple[str, list[ButtonElement]]]:
    phase = decide_phase(seminar, now)
    is_ahead = phase in (Phase.NOT_OPEN_YET, Phase.OPEN, Phase.CLOSED)
    about = [staff_button("Edit", Action.EDIT, ref)] if phase is not Phase.CANCELLED else []
    about.append(staff_button("Duplicate", Action.DUPLICATE, ref))
    if phase is not Phase.CANCELLED:
        about.append(staff_button("Repeat", Action.SERIES, ref, aim="Repeat: make a series of it"))
        about.append(staff_button("Channels", Action.CHANNELS, ref))
        about.append(staff_button("Questions", Action.QUESTIONS, ref))
    seats: list[ButtonElement] = []
    if phase not in (Phase.CANCELLED, Phase.OVER):
        seats.append(staff_button("Seats", Action.SEATS, ref))
    if phase in (Phase.OPEN, Phase.NOT_OPEN_YET):
        seats.append(staff_button("Close Registration", Action.CLOSE, ref))
        seats.append(staff_button("Open Later", Action.OPEN_LATER, ref))
    if phase is Phase.CLOSED:
        seats.append(staff_button("Reopen Registration", Action.REOPEN, ref))
        seats.append(staff_button("The Line", Action.CLOSE, ref, aim="Stop or go on serving the line"))
    people = [
        staff_button("Roster", Action.ROSTER, ref),
        staff_button("Message", Action.MESSAGE, ref),
        staff_button("Send Me a CSV", Action.EXPORT, ref),
        staff_button("Check-in", Action.CHECK_IN, ref),
        staff_button("History", Action.HISTORY, ref),
    ]
    talk = [
        staff_button("Questions for the Speaker", Action.SPEAKER_QUESTIONS, ref),
        staff_button("Slides and Recording", Action.MATERIALS, ref),
    ]
    if phase is Phase.OVER:
        talk.append(staff_button("Feedback", Action.FEEDBACK_RESULTS, ref))
    ending: list[ButtonElement] = []
    if is_ahead or phase is Phase.BEGUN:
        ending.append(staff_button("Cancel the Seminar", Action.CANCEL, ref, style="danger"))
    if phase is Phase.CANCELLED:
        ending.append(staff_button("Restore", Action.RESTORE, ref))
    groups = [("Seats", seats), ("People", people), ("The seminar", [*about, *ending])]
    if phase is not Phase.CANCELLED:
        groups.insert(2, ("The talk", talk))
    return [(heading, elements) for heading, elements in groups if elements]


def build_manage_late(ref: ManageRef, *, may_be_open: bool) -> Message:
    """Build the word to staff whose modal did not open, with a button for another try."""
    said = (
        "I do not know whether it opened."
        if may_be_open
        else "That took too long, so it did not open. Nothing was changed."
    )
    after = "If nothing opened, press Manage." if may_be_open else "Press Manage to try again."
    again = staff_button("Manage", Action.MANAGE, ManageRef(ref.seminar_id), aim="Manage the seminar")
    return compose(said, (), after, [again])


def build_choice(word: str, action: Action, seminars: Sequence[Seminar]) -> Message:
    """Build the question which seminar is meant, a button for each.

    Args:
        word: What was typed, such as "cancel".
        action: What each button does.
        seminars: Those that it may be; at most 20 are shown.
    """
    if not seminars:
        after = f"Type a word of its title after it, or {COMMAND} list."
        return compose(f"I found no seminar of that name to {word}.", (), after)
    asked = f"Which seminar do you want to {word}?"
    blocks: list[Block] = [paragraph([words(asked)])]
    for one in seminars[:_CHOICES]:  # a block each, since ids of actions are unique in a block
        # The day first, since talks of a series often share their title.
        when = f"{one.starts_local.day} {one.starts_local:%B}, {one.starts_local:%H:%M}"
        label = cut(f"{when}: {title_of(one)}", _LABEL_LIMIT)
        blocks.append(ActionsBlock(elements=[staff_button(label, action, ManageRef(one.id))]))
    return message_of(asked, blocks)


def page_buttons(ref: ManageRef, action: Action, page: int, last: int) -> list[Block]:
    """Return the buttons that turn a page, each in its block, since they share their action."""
    blocks: list[Block] = []
    for label, to in (("Earlier", page - 1), ("More", page + 1)):
        if 0 <= to <= last:
            turned = ManageRef(ref.seminar_id, page=to, about="page")
            blocks.append(ActionsBlock(elements=[staff_button(label, action, turned)]))
    return blocks
