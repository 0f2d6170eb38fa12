"""Other seats at the same time: they are said, and a button gives each of them back."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement, PlainTextObject

from bot.domain.seminar import Seminar
from bot.views.ids import Action, SeminarRef
from bot.views.rich import quoted, title_of
from bot.views.times import seminar_text

CLASHES_SHOWN = 5
_CLASH_BUTTONS = 3
_CLASH_TITLE = 40  # of the title on a button; Slack shows little more of it
_CLASH_SPOKEN = 50  # of the title for screen readers; the label holds 75 characters


def clash_sentences(clashes: Sequence[Seminar], now: datetime, reader_zone: str | None) -> list[str]:
    """Say which other seats somebody has at the same time; nothing where there is none."""
    if not clashes:
        return []
    shown = [f"{quoted(other)}, {seminar_text(other, now, reader_zone)}" for other in clashes[:CLASHES_SHOWN]]
    more = len(clashes) - len(shown)
    others = "; ".join(shown) + (f"; and {more} more" if more else "")
    return [f"You also have a seat at the same time for {others}. You may keep both."]


def clash_buttons(clashes: Sequence[Seminar]) -> list[ButtonElement]:
    """Return the buttons that give back the other seats at the same time, for the first three of them."""
    return [
        ButtonElement(
            text=PlainTextObject(text=f"Give Back {title_of(other, _CLASH_TITLE)}", emoji=False),
            action_id=f"{Action.GIVE_BACK_OTHER}_{number}",
            value=SeminarRef(other.id).to_value(),
            accessibility_label=f"Give back my seat for {title_of(other, _CLASH_SPOKEN)}",
        )
        for number, other in enumerate(clashes[:_CLASH_BUTTONS])
    ]
