"""The channels of a seminar: where it is announced, how each card stands, and what a change does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConversationFilter,
    ConversationMultiSelectElement,
    InputBlock,
    PlainTextObject,
    RichTextElement,
)

from bot.domain.draft import is_channel_id
from bot.domain.drafting import MOST_CHANNELS
from bot.domain.seminar import Phase, Seminar, decide_phase, is_published
from bot.domain.text import clean
from bot.views.ids import Action, Callback, ManageRef
from bot.views.manage import staff_button, staff_modal
from bot.views.notices import CHANGED_MEANWHILE
from bot.views.reasons import explain_refusal
from bot.views.rich import Line, channel, header, paragraph, strong, title_of, words
from bot.views.times import venue_time

FIELD = "channels"
VALUE = "value"
_NONE = "-"

CHANNELS_TOO_LATE = (
    "The talk is cancelled or over, so it can be announced in no further channel. You can remove channels."
)
CHANNELS_AS_THEY_ARE = "It is announced in exactly these channels already. Add or remove one."


class CardState(StrEnum):
    """How the card in a channel stands."""

    POSTED = "posted"
    WAITING = "waiting"  # not posted yet
    REFUSED = "refused"  # never posted, and Slack does not take it
    STUCK = "stuck"  # posted, and Slack does not let it be changed


@dataclass(frozen=True, slots=True)
class Card:
    """A channel in which a seminar is announced; ``reason`` is why Slack refused."""

    channel_id: str
    state: CardState
    due_at: datetime | None = None
    reason: str = ""


def write_channels(channel_ids: Sequence[str]) -> str:
    """Write channels as a view or a button carries them, so that none differs from nothing written."""
    return ",".join(channel_ids) or _NONE


def read_channels(text: str) -> tuple[str, ...]:
    """Read what `write_channels` wrote."""
    return tuple(one for one in text.split(",") if one not in ("", _NONE))


def build_channels(
    seminar: Seminar, cards: Sequence[Card], now: datetime, chosen: Sequence[str] | None = None
) -> dict[str, Any]:
    """Build the modal that shows and changes where a seminar is announced.

    ``chosen`` is what was chosen before, for going back from the preview.
    """
    ref = ManageRef(seminar.id)
    ids = [card.channel_id for card in cards] if chosen is None else list(chosen)
    blocks: list[Block] = [header(title_of(seminar))]
    if cards:
        blocks.append(paragraph(*(_card_line(card, seminar, now) for card in cards)))
    else:
        blocks.append(paragraph([words("It is announced in no channel.")]))
    select = ConversationMultiSelectElement(
        action_id=VALUE,
        initial_conversations=list(filter(is_channel_id, ids))[:MOST_CHANNELS] or None,
        max_selected_items=MOST_CHANNELS,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    blocks.append(
        InputBlock(
            block_id=FIELD,
            label=PlainTextObject(text="Announce it in", emoji=False),
            hint=PlainTextObject(
                text="All channels share the same seats. For a private channel, invite me there first.",
                emoji=False,
            ),
            element=select,
            optional=may_be_nowhere(seminar, now),
        )
    )
    return staff_modal("Channels", blocks, ref, Callback.CHANNELS, submit="Preview")


def build_channels_preview(
    seminar: Seminar,
    added: Sequence[str],
    removed: Sequence[Card],
    now: datetime,
    ref: ManageRef,
    *,
    is_changed: bool = False,
) -> dict[str, Any]:
    """Build what a change of channels does, before it is saved.

    ``ref`` carries the channels as they become, and the fingerprint of the change.
    ``is_changed`` says that it is another change than was shown before.
    """
    lines: list[Line] = []
    if added:
        when = ""
        if seminar.publish_at is not None and not is_published(seminar, now):
            when = f" on {venue_time(seminar.publish_at, None, seminar.zone, now)}"
        lines.append([words("To be posted in " if when else "Posted in "), *_named(added), words(f"{when}.")])
    for state, said in _WHEN_REMOVED.items():
        ids = [card.channel_id for card in removed if card.state is state]
        if ids:
            lines.append([words("No longer announced in "), *_named(ids), words(said)])
    blocks: list[Block] = [header(title_of(seminar))]
    if is_changed:
        blocks.append(paragraph([strong(CHANGED_MEANWHILE)]))
    blocks.append(paragraph(*lines))
    blocks.append(paragraph([words("Seats and places in line stay as they are, and nobody is told.")]))
    back = staff_button("Back", Action.CHANNELS, ManageRef(seminar.id, about=ref.about))
    blocks.append(ActionsBlock(elements=[back]))
    return staff_modal("Channels · preview", blocks, ref, Callback.CHANNELS_PREVIEW, submit="Save")


def channels_saved(*, is_as_it_was: bool) -> str:
    """Say that the channels are as they were wanted."""
    if is_as_it_was:
        return "The channels are so already, so nothing was changed."
    return "Saved. The cards follow in a moment."


def may_be_nowhere(seminar: Seminar, now: datetime) -> bool:
    """Tell whether a seminar needs no channel any more: it is cancelled or over."""
    return decide_phase(seminar, now) in (Phase.CANCELLED, Phase.OVER)


_WHEN_REMOVED = {
    CardState.POSTED: ": the message there stays and says so.",
    CardState.WAITING: ": nothing was posted there yet, and nothing will be.",
    CardState.REFUSED: ": Slack did not take the message there.",
    CardState.STUCK: ": Slack does not let me change the message there, so it stays as it is.",
}


def _named(channel_ids: Sequence[str]) -> list[RichTextElement]:
    pieces: list[RichTextElement] = []
    for channel_id in channel_ids:
        pieces += [words(", "), channel(channel_id)] if pieces else [channel(channel_id)]
    return pieces


def _card_line(card: Card, seminar: Seminar, now: datetime) -> Line:
    return [channel(card.channel_id), words(f": {_standing(card, seminar, now)}")]


def _standing(card: Card, seminar: Seminar, now: datetime) -> str:
    match card.state:
        case CardState.POSTED:
            return "posted."
        case CardState.WAITING:
            if card.due_at is None or card.due_at <= now:
                return "being posted now."
            return f"to be posted on {venue_time(card.due_at, None, seminar.zone, now)}."
        case CardState.REFUSED:
            return f"not posted. {clean(explain_refusal(card.reason))}"
        case CardState.STUCK:
            return f"posted, but it shows an old state. {clean(explain_refusal(card.reason))}"
