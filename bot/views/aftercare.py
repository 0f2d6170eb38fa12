"""After the talk: slides and recording, one question how it was, and the next of the series."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    RichTextElement,
    RichTextElementParts,
)
from slack_sdk.models.views import View

from bot.domain.aftercare import (
    MOST_LINE,
    MOST_LINK,
    SCORES,
    SHOWN_FROM,
    Asking,
    Links,
    MaterialsPlan,
    Results,
    feedback_until,
    links_of,
)
from bot.domain.seminar import Count, Phase, Seminar, decide_phase, seats_left
from bot.views.facts import (
    compose,
    seat_holder_lines,
    seat_holder_text,
    seats_line,
    seats_text,
    speakers_line,
)
from bot.views.ids import Action, Callback, ManageRef, SeminarRef
from bot.views.manage import staff_button, staff_modal
from bot.views.message import Message
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import (
    Line,
    button,
    header,
    labelled,
    link,
    paragraph,
    plain,
    quoted,
    strong,
    title_of,
    words,
)
from bot.views.text import cut, end_sentence, find_web_link
from bot.views.times import venue_time

SLIDES, RECORDING, LINE = "slides", "recording", "line"
VALUE = "value"
_NONE = "-"  # stands for no link where a modal carries both
_LABEL_LIMIT = 75
_BAR = 10
LINES_SHOWN = 40

NOT_A_LINK = "Please give a whole web address that begins with https:// or http://, or leave it empty."
LINK_LONG = f"That address is too long: at most {MOST_LINK:,} characters. Please use a shorter one."
AS_IT_IS = "That is what stands there already, so nothing was changed."
MATERIALS_CANCELLED = "The seminar is cancelled, so there are no slides and no recording to add."
MATERIALS_OUT_OF_DATE = (
    "This form is out of date, so nothing was saved. Please open Slides and Recording again."
)
LINE_LONG = f"Please keep it to {MOST_LINE} characters."

_SCORE_WORDS = {1: "Poor", 2: "Fair", 3: "Good", 4: "Very Good", 5: "Excellent"}


# Slides and recording.


def write_links(links: Links) -> str:
    """Write links as a modal carries them; an address has no blank in it."""
    return f"{links.slides or _NONE} {links.recording or _NONE}"


def read_links(about: str) -> Links | None:
    """Read what ``write_links`` wrote, None if it is something else."""
    parts = about.split(" ")
    if len(parts) != 2 or not all(part == _NONE or find_web_link(part) == part for part in parts):  # noqa: PLR2004
        return None
    slides, recording = ("" if part == _NONE else part for part in parts)
    return Links(slides, recording)


def build_materials(seminar: Seminar, now: datetime) -> dict[str, Any]:
    """Build the form for slides and recording."""
    said = (
        "Whoever had a seat or waited is told of each new link."
        if now >= seminar.ends_at
        else "Whoever has a seat or waits at the end of the talk is told then."
    )
    links = links_of(seminar)
    blocks: list[Block] = [
        header(title_of(seminar)),
        paragraph([words(said)]),
        _link_input(SLIDES, "Slides", links.slides),
        _link_input(RECORDING, "Recording", links.recording),
    ]
    return staff_modal(
        "Slides and Recording", blocks, ManageRef(seminar.id), Callback.MATERIALS, submit="Preview"
    )


def _link_input(name: str, label: str, typed: str) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=label, emoji=False),
        hint=PlainTextObject(text="A web address. Leave it empty if there is none.", emoji=False),
        optional=True,
        element=PlainTextInputElement(action_id=VALUE, initial_value=typed or None),
    )


def build_materials_preview(plan: MaterialsPlan, *, is_changed: bool = False) -> dict[str, Any]:
    """Build what saving these links does: what stands on the announcement, and how many are told of what."""
    links = links_of(plan.after)
    ref = ManageRef(plan.after.id, about=write_links(links), seen=plan.fingerprint())
    lines = [labelled(label, [link(url) if url else words("none")]) for label, url in _pairs(links)]
    blocks: list[Block] = [paragraph([strong(CHANGED_MEANWHILE)])] if is_changed else []
    blocks += [header(title_of(plan.after)), paragraph(*lines), paragraph([words(materials_told(plan))])]
    return staff_modal("Slides and Recording", blocks, ref, Callback.MATERIALS, submit="Save")


def materials_told(plan: MaterialsPlan) -> str:
    """Say who is told of what by saving links."""
    new = _names(plan.new)
    if not new:
        return "Nobody is told, as there is no new link."
    if not plan.is_over:
        return (
            f"Nobody is told now. When the talk is over, whoever has a seat or waits then is told of {new}."
        )
    if not plan.told:
        return "Nobody is told, as nobody had a seat or waited."
    seats, line = plan.consequence.told_seats, plan.consequence.told_line
    people = [f"{seats} who had a seat"] if seats else []
    people += [f"{line} who waited"] if line else []
    are = "is" if len(plan.told) == 1 else "are"
    return f"{' and '.join(people)} {are} told of {new}."


def materials_saved(plan: MaterialsPlan) -> str:
    """Say that links were saved, and who is told."""
    return f"It is saved. {materials_told(plan)}"


def build_materials_message(seminar: Seminar, links: Links) -> Message:
    """Build the message that tells of slides and recording."""
    verb = "is" if not links.slides else "are"
    said = f"{_names(links).capitalize()} of {quoted(seminar)} {verb} here."
    facts = [labelled(label, [link(url)]) for label, url in _pairs(links) if url]
    told = " ".join(f"{label}: {url}" for label, url in _pairs(links) if url)
    return compose(said, facts, facts_text=told)


def materials_line(seminar: Seminar) -> Line:
    """Return the line with the links, empty if there are none."""
    pieces: list[RichTextElement] = []
    for label, typed in _pairs(links_of(seminar)):
        if (url := find_web_link(typed)) is not None:
            pieces += [words(" · ")] if pieces else []
            pieces.append(RichTextElementParts.Link(url=url, text=label))
    return pieces


def _pairs(links: Links) -> tuple[tuple[str, str], ...]:
    return (("Slides", links.slides), ("Recording", links.recording))


def _names(links: Links) -> str:
    return " and ".join(f"the {label.lower()}" for label, url in _pairs(links) if url)


# How it was.


def score_words(score: int) -> str:
    """Return a score in words as well as a number: ``4 Very Good``."""
    return f"{score} {_SCORE_WORDS[score]}"


def score_action(score: int) -> str:
    """Return the ``action_id`` of a score's button."""
    return f"{Action.FEEDBACK}_{score}"


def read_score(action_id: object) -> int | None:
    """Return the score that a button gives, None if it is no such button."""
    return next((score for score in SCORES if action_id == score_action(score)), None)


def build_feedback_question(seminar: Seminar, now: datetime) -> Message:
    """Build the one question after the talk."""
    said = f"How was {quoted(seminar)}?"
    after = (
        "One tap is enough. The speaker and the hosts see the answers without names, "
        f"from {SHOWN_FROM} answers on. {_until(seminar, now)}"
    )
    return compose(said, (), after, _score_buttons(seminar))


def build_feedback_given(seminar: Seminar, score: int, line: str, now: datetime) -> Message:
    """Build what the question becomes once it was answered, with the way to change it."""
    said = f"You gave {quoted(seminar)} {score_words(score)}. Thank you."
    facts = [labelled("You wrote", [words(line)])] if line else []
    after = f"To change it, or what you wrote, press a number. {_until(seminar, now)}"
    told = f"You wrote: {line}." if line else ""
    return compose(said, facts, after, _score_buttons(seminar), facts_text=told)


def _score_buttons(seminar: Seminar) -> list[ButtonElement]:
    return [
        ButtonElement(
            text=PlainTextObject(text=score_words(score), emoji=False),
            action_id=score_action(score),
            value=SeminarRef(seminar.id).to_value(),
            accessibility_label=cut(f"{score_words(score)}: {title_of(seminar)}", _LABEL_LIMIT),
        )
        for score in SCORES
    ]


def _until(seminar: Seminar, now: datetime) -> str:
    return f"Answers are taken until {venue_time(feedback_until(seminar), None, seminar.zone, now)}."


def build_feedback_line(seminar: Seminar, score: int, line: str) -> dict[str, Any]:
    """Build the modal that takes one more line; the score is saved by then."""
    field = InputBlock(
        block_id=LINE,
        label=PlainTextObject(text="One line for the speaker", emoji=False),
        hint=PlainTextObject(text="It is shown without your name.", emoji=False),
        optional=True,
        element=PlainTextInputElement(action_id=VALUE, initial_value=line or None, max_length=MOST_LINE),
    )
    said = paragraph([words(f"Saved: {score_words(score)}. You may close this, or add a line.")])
    return View(
        type="modal",
        callback_id=Callback.FEEDBACK,
        title=PlainTextObject(text="Feedback", emoji=False),
        submit=PlainTextObject(text="Save", emoji=False),
        close=PlainTextObject(text="Close", emoji=False),
        private_metadata=SeminarRef(seminar.id).to_value(),
        blocks=[header(title_of(seminar)), said, field],
    ).to_dict()


def explain_asking(seminar: Seminar, asking: Asking, now: datetime) -> str:
    """Say why an answer is not taken."""
    match asking:
        case Asking.OPEN:
            return "Your answer is saved."
        case Asking.NOT_YET:
            return f"{quoted(seminar)} is not over yet. You can say how it was when it is."
        case Asking.CLOSED:
            at = venue_time(feedback_until(seminar), None, seminar.zone, now)
            return f"Answers about {quoted(seminar)} were taken until {at}. Thank you for thinking of it."
        case Asking.CANCELLED:
            return f"{quoted(seminar)} was cancelled, so nobody is asked how it was."
        case Asking.NOT_THERE:
            return f"This question is for those who had a seat for {quoted(seminar)}."
        case _:
            assert_never(asking)


def build_feedback_closed(seminar: Seminar, asking: Asking, now: datetime) -> Message:
    """Build the answer to a press that came too late, or from somebody who was not there."""
    return compose(explain_asking(seminar, asking, now), ())


def build_results(seminar: Seminar, results: Results, page: int = 0) -> dict[str, Any]:
    """Build what those who came thought of it, once enough of them answered."""
    ref = ManageRef(seminar.id)
    blocks: list[Block] = [header(title_of(seminar))]
    if not results.is_shown:
        so_far = f"{results.answers} so far"
        blocks.append(paragraph([words(f"Results are shown from {SHOWN_FROM} answers on: {so_far}.")]))
        return staff_modal("Feedback", blocks, ref, Callback.FEEDBACK)
    answers = f"{results.answers} answers"
    blocks.append(paragraph([strong(f"{results.mean:.1f} of 5"), words(f" from {answers}")]))
    blocks.append(paragraph(*_count_lines(results)))
    if not results.lines:
        return staff_modal("Feedback", blocks, ref, Callback.FEEDBACK)
    last = (len(results.lines) - 1) // LINES_SHOWN
    page = min(max(page, 0), last)
    first = page * LINES_SHOWN
    shown = results.lines[first : first + LINES_SHOWN]
    blocks.append(header("What they wrote, in no order"))
    blocks += [plain(line) for line in shown]
    blocks += page_buttons(ref, Action.FEEDBACK_RESULTS, page, last)
    return staff_modal("Feedback", blocks, ref, Callback.FEEDBACK)


def page_buttons(ref: ManageRef, action: Action, page: int, last: int) -> list[Block]:
    """Return the buttons that turn a page, each in its block, since they share their action."""
    blocks: list[Block] = []
    for label, to in (("Earlier", page - 1), ("More", page + 1)):
        if 0 <= to <= last:
            turned = ManageRef(ref.seminar_id, page=to, about="page")
            blocks.append(ActionsBlock(elements=[staff_button(label, action, turned)]))
    return blocks


def _count_lines(results: Results) -> list[Line]:
    return [
        [words(f"{_bar(count, results.answers)}  {score_words(score)}: {count}")]
        for score, count in reversed(tuple(zip(SCORES, results.counts, strict=True)))
    ]


def _bar(count: int, of: int) -> str:
    filled = ceil(count / of * _BAR)
    return "▰" * filled + "▱" * (_BAR - filled)


def build_results_ready(seminar: Seminar, answers: int) -> Message:
    """Build the word to the hosts that there is something to see."""
    said = f"{answers} people said how {quoted(seminar)} was. You can see what they think now."
    see = staff_button(
        "See the Results",
        Action.FEEDBACK_RESULTS,
        ManageRef(seminar.id),
        aim="See the feedback of the seminar",
    )
    return compose(said, (), "", [see])


# The next of the series.


def build_next(
    before: Seminar, seminar: Seminar, count: Count, now: datetime, reader_zone: str | None
) -> Message:
    """Build the word to somebody who waited in vain for a seminar: the next of its series."""
    said = (
        f"There was no seat for you at {quoted(before)}, and we are sorry. "
        f"You are among the first to hear of the next of the series: {quoted(seminar)}."
    )
    is_open = decide_phase(seminar, now) is Phase.OPEN
    facts = [
        speakers_line(seminar),
        *seat_holder_lines(seminar, now, reader_zone, has_seat=False),
        seats_line(seminar, count, now),
    ]
    seats = end_sentence(seats_text(seminar, count, now))
    told = f"{seat_holder_text(seminar, now, reader_zone, has_seat=False)} {seats}"
    after = "" if is_open else "When registration opens, the announcement carries Register."
    elements = _register(seminar, count) if is_open else ()
    return compose(said, facts, after, elements, facts_text=told)


def _register(seminar: Seminar, count: Count) -> Sequence[ButtonElement]:
    is_free = seats_left(seminar, count) != 0 and count.waiting == 0
    if is_free:
        return [button("Register", Action.REGISTER, seminar, "Register for", is_primary=True)]
    if seminar.has_waitlist:
        return [
            button("Join the Waitlist", Action.REGISTER, seminar, "Join the waitlist for", is_primary=True)
        ]
    return []
