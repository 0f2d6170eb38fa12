"""Slides and recording: the form, what saving it does, and the word to those who had a seat or waited."""

from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    RichTextElement,
    RichTextElementParts,
)

from bot.domain.aftercare import (
    MOST_LINK,
    Links,
    MaterialsPlan,
    links_of,
)
from bot.domain.seminar import Seminar
from bot.views.facts import (
    compose,
)
from bot.views.form_elements import VALUE
from bot.views.ids import Callback, ManageRef
from bot.views.manage import staff_modal
from bot.views.message import Message
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.rich import (
    Line,
    header,
    labelled,
    link,
    paragraph,
    quoted,
    strong,
    title_of,
    words,
)
from bot.views.text import find_web_link

SLIDES, RECORDING = "slides", "recording"
_NONE = "-"  # stands for no link where a modal carries both

NOT_A_LINK = "Please give a whole web address that begins with https:// or http://, or leave it empty."
LINK_LONG = f"That address is too long: at most {MOST_LINK:,} characters. Please use a shorter one."
AS_IT_IS = "That is what stands there already, so nothing was changed."
MATERIALS_CANCELLED = "The seminar is cancelled, so there are no slides and no recording to add."
MATERIALS_OUT_OF_DATE = (
    "This form is out of date, so nothing was saved. Please open Slides and Recording again."
)


def write_links(links: Links) -> str:
    """Write links as a modal carries them; an address has no blank in it."""
    return f"{links.slides or _NONE} {links.recording or _NONE}"


def read_links(about: str) -> Links | None:
    """Read what ``write_links`` wrote, None if it is something else."""
    parts = about.split(" ")
    if len(parts) != 2 or not all(part == _NONE or find_web_link(part) == part for part in parts):  # noqa: PLR2004 - both
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
