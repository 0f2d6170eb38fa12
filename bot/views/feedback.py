"""How it was: the one question after the talk, one more line, and the results that hosts see."""

from datetime import datetime
from math import ceil
from typing import Any, assert_never

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.domain.aftercare import (
    MOST_LINE,
    SCORES,
    SHOWN_FROM,
    Asking,
    Results,
    feedback_until,
)
from bot.domain.seminar import Seminar
from bot.views.facts import (
    compose,
)
from bot.views.form_elements import VALUE
from bot.views.ids import Action, Callback, ManageRef, SeminarRef
from bot.views.manage import page_buttons, staff_button, staff_modal
from bot.views.message import Message
from bot.views.rich import (
    Line,
    header,
    labelled,
    paragraph,
    plain,
    quoted,
    strong,
    title_of,
    words,
)
from bot.views.text import cut
from bot.views.times import venue_time

LINE = "line"
LINES_SHOWN = 40
LINE_LONG = f"Please keep it to {MOST_LINE} characters."
_LABEL_LIMIT = 75
_BAR = 10
_SCORE_WORDS = {1: "Poor", 2: "Fair", 3: "Good", 4: "Very Good", 5: "Excellent"}


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
