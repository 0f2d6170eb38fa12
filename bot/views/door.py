"""Staff at the door: who is in the room, the word shown there, walk-ins, and seats that nobody claims."""

from datetime import datetime
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    RichTextElement,
    UserSelectElement,
)

from bot.domain.checking_in import (
    MOST_WORD,
    Attendance,
    CheckIn,
    Giving,
    Opening,
    decide_opening,
    find_last_reminder,
    mark_word,
    may_give_unclaimed,
    opens_at,
)
from bot.domain.seminar import Count, Seminar
from bot.domain.zones import duration_in_words
from bot.views.checking_in import WORD
from bot.views.form_elements import VALUE
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.rich import (
    Line,
    header,
    labelled,
    listed,
    mention,
    paragraph,
    plain,
    strong,
    title_of,
    words,
)
from bot.views.times import when_pieces, when_text

PERSON = "person"
_NAMES_SHOWN = 10

NEEDS_LETTERS = "Please use letters or digits, or leave it empty for no word."
CHOOSE = "Please choose who is at the door."
ALL_ASKED = "All who wait were asked already. Whoever answers first gets a seat, as long as one is unclaimed."
NOBODY_WAITS = "Nobody waits, so nobody is asked."
NONE_LEFT = (
    "No seat is unclaimed: none is free, and all who have one are checked in or nobody is checked in yet."
)
NOT_NOW = "Unclaimed seats can be given from ten minutes after the start until the end, so nobody was asked."


def build_check_in(
    seminar: Seminar,
    count: Count,
    attendance: Attendance,
    now: datetime,
    reader_zone: str | None,
    *,
    suggestion: str = "",
    said: Line = (),
) -> dict[str, Any]:
    """Build staff's modal: who is in the room, the word to show there, and what can be done at the door.

    Args:
        seminar: The seminar.
        count: Its registrations.
        attendance: Who came.
        now: The moment that it shows.
        reader_zone: The zone of who reads.
        suggestion: A word that stands in the field while none is set.
        said: What was done just now.
    """
    ref = ManageRef(seminar.id, seen=mark_word(seminar.check_in_word))
    opening = decide_opening(seminar, now)
    is_ahead = opening in (Opening.NOT_YET, Opening.OPEN)
    blocks: list[Block] = [paragraph(said)] if said else []
    blocks += [header(title_of(seminar)), paragraph(*_facts(seminar, count, attendance, now, reader_zone))]
    if is_ahead and seminar.check_in_word:
        blocks += [paragraph([words("Show this word in the room:")]), header(seminar.check_in_word)]
    elements = []
    if opening is Opening.OPEN:
        elements.append(staff_button("Walk-in", Action.WALK_IN, ref, aim="Walk-in: let somebody in"))
    if may_give_unclaimed(seminar, now) and count.waiting:
        elements.append(staff_button("Give Unclaimed Seats", Action.GIVE_UNCLAIMED, ref))
    blocks += [ActionsBlock(elements=elements)] if elements else []
    if is_ahead:
        blocks.append(_word_input(seminar, suggestion, now))
    return staff_modal(
        "Check-in", blocks, ref, Callback.CHECK_IN, submit="Save the Word" if is_ahead else "", close="Close"
    )


def build_walk_in(
    seminar: Seminar, makes: int | None, *, chosen: str = "", notice: str = ""
) -> dict[str, Any]:
    """Build the modal for somebody at the door.

    Args:
        seminar: The seminar.
        makes: How many seats are taken with one more, where that is above the limit; else None.
        chosen: Who was chosen before it was shown again.
        notice: Why it is shown again, empty if it is not.
    """
    ref = ManageRef(seminar.id, about="" if makes is None else str(makes))
    blocks: list[Block] = [plain(notice)] if notice else []
    if makes is not None:
        blocks.append(paragraph([strong(f"All seats are taken: this makes it {makes}.")]))
    blocks.append(
        InputBlock(
            block_id=PERSON,
            label="Who is at the door",
            hint=PlainTextObject(
                text="They get a seat, also if they wait in line, and are checked in.", emoji=False
            ),
            element=UserSelectElement(action_id=VALUE, initial_user=chosen or None),
        )
    )
    return staff_modal("Walk-in", blocks, ref, Callback.WALK_IN, submit="Let Them In")


def build_giving(seminar: Seminar, giving: Giving, *, notice: str = "") -> dict[str, Any]:
    """Build the preview: how many seats nobody in the room has, who is asked, and who may lose theirs."""
    seats = _number(giving.unclaimed, "seat is", "seats are")
    who = _number(len(giving.asked), "waiter is asked", "waiters are asked")
    lines: list[Line] = [
        [strong(f"{seats} unclaimed.")],
        [words(f"{who} by direct message whether they are here. Whoever answers first gets a seat.")],
    ]
    blocks: list[Block] = [plain(notice)] if notice else []
    blocks.append(paragraph(*lines))
    if giving.may_lose:
        first = [
            words("If enough of them are here, these people lose their seats, in this order, and are told: ")
        ]
        blocks.append(paragraph([*first, *listed(map(_named, giving.may_lose), _NAMES_SHOWN), words(".")]))
    ref = ManageRef(seminar.id, seen=giving.fingerprint())
    return staff_modal("Unclaimed Seats", blocks, ref, Callback.GIVE_UNCLAIMED, submit="Ask Them")


def find_no_giving(giving: Giving) -> str:
    """Say why nobody is asked whether they are there; empty if somebody is."""
    if not giving.waiting:
        return NOBODY_WAITS
    if not giving.unclaimed:
        return NONE_LEFT
    return "" if giving.asked else ALL_ASKED


def asked_line(giving: Giving) -> Line:
    """Say how many waiters are asked whether they are there."""
    return [
        words(f"{_number(len(giving.asked), 'waiter is', 'waiters are')} being asked whether they are here.")
    ]


def let_in_line(user_id: str, *, was_in: bool) -> Line:
    """Say that somebody at the door was let in."""
    who = mention(user_id) or words("Whoever is at the door")
    return [who, words(" was checked in already." if was_in else " has a seat and is checked in.")]


def explain_check_in_of(outcome: CheckIn) -> str:
    """Say to staff what became of checking somebody in."""
    match outcome:
        case CheckIn.DONE:
            return "They are checked in."
        case CheckIn.ALREADY:
            return "They were checked in already."
        case CheckIn.IN_LINE:
            return "They wait in line and have no seat. Give them a seat first, then check them in."
        case CheckIn.NO_SEAT:
            return "They have no seat, so they cannot be checked in. Give them a seat first, or use Walk-in."
        case CheckIn.NOT_YET:
            return "Check-in opens half an hour before the start, so nobody was checked in."
        case CheckIn.CANCELLED:
            return "The seminar was cancelled, so nobody was checked in."
        case CheckIn.OVER | CheckIn.NO_WORD | CheckIn.WRONG_WORD:
            return "Nobody was checked in."
        case _:
            assert_never(outcome)


def explain_opening(seminar: Seminar, opening: Opening, now: datetime, reader_zone: str | None) -> str:
    """Say to staff why nobody can be let in at the door now."""
    match opening:
        case Opening.NOT_YET:
            opens = when_text(opens_at(seminar), None, seminar.zone, now, reader_zone)
            return f"Check-in opens half an hour before the start: {opens}. Nobody was let in yet."
        case Opening.OVER:
            return "The talk is over, so nobody can be let in any more."
        case Opening.CANCELLED:
            return "The seminar was cancelled, so nobody can be let in."
        case Opening.OPEN:
            return "Check-in is open."
        case _:
            assert_never(opening)


def _facts(
    seminar: Seminar, count: Count, attendance: Attendance, now: datetime, reader_zone: str | None
) -> list[Line]:
    opening = decide_opening(seminar, now)
    if opening is Opening.CANCELLED:
        return [[words("The seminar was cancelled, so there is no check-in.")]]
    if opening is Opening.OVER:
        return _counts(attendance)
    limit = "no limit" if seminar.capacity is None else str(seminar.capacity)
    room = f"{attendance.checked_in} of {attendance.seated} with a seat (seats: {limit})"
    lines: list[Line] = [labelled("In the room", [words(room)])]
    if count.waiting:
        lines.append(labelled("Waiting", [words(str(count.waiting))]))
    if opening is Opening.NOT_YET:
        opens = when_pieces(opens_at(seminar), None, seminar.zone, now, reader_zone)
        lines.append(labelled("Check-in opens", opens))
    return lines


def _counts(attendance: Attendance) -> list[Line]:
    if not attendance.checked_in:
        return [[words("Nobody was checked in, so nobody counts as absent.")]]
    came = str(attendance.checked_in)
    came += f", {attendance.walk_ins} of them let in at the door" if attendance.walk_ins else ""
    excused = str(attendance.excused)
    excused += " (they got their seat in the last two hours before the start)" if attendance.excused else ""
    return [
        labelled("Came", [words(came)]),
        labelled("Did not come", [words(str(attendance.no_shows))]),
        labelled("Excused", [words(excused)]),
    ]


def _where_to_type(seminar: Seminar, now: datetime) -> str:
    last = find_last_reminder(seminar)
    if last is None:
        return "No reminder goes out in the last three hours, so members get no button for it."
    where = f"Members type it after a press on the reminder {duration_in_words(last)} before the start"
    if now < seminar.starts_at - last:
        return f"{where}, so save it before then."
    if seminar.check_in_word:
        return f"{where}, or on a message about their seat since."
    return "The last reminder went out without a button for it. Check people in from the roster."


def _word_input(seminar: Seminar, suggestion: str, now: datetime) -> InputBlock:
    word = seminar.check_in_word or suggestion
    box = PlainTextInputElement(action_id=VALUE, max_length=MOST_WORD, initial_value=word or None)
    return InputBlock(
        block_id=WORD,
        label="Word to show in the room"
        if seminar.check_in_word
        else "Word to show in the room (a suggestion)",
        hint=PlainTextObject(text=_where_to_type(seminar, now), emoji=False),
        element=box,
        optional=True,
    )


def _named(user_id: str) -> RichTextElement:
    return mention(user_id) or words("somebody")


def _number(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
